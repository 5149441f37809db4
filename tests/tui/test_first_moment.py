"""The first moment of a desk: an empty list whose records have not come yet is not counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.model import SourcePhase
from tests.tui.fakes import FakeReader, make_desk, settled, words_on_screen
from tests.tui.world import SOURCES

FILLING = tuple(each._replace(phase=SourcePhase.LOADING, known_ms=None) for each in SOURCES)
COUNTS = ("0 avatud", "0 töös", "0 piletit", "minu käes 0", "filtrita")


@pytest.mark.parametrize("sources", [FILLING, ()], ids=["filling", "unread"])
@pytest.mark.parametrize("mode", ["1", "3", "4"])
async def test_nothing_is_counted_before_anything_came(tmp_path: Path, sources: tuple, mode: str) -> None:  # type: ignore[type-arg]
    reader = FakeReader(ticket_rows=(), development_rows=(), training_rows=(), service_rows=(), source_rows=sources)
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await pilot.press(mode)
        await settled(pilot)
        seen = words_on_screen(app)
        if not sources:
            app.desk.sources_read = False
            for screen in app.made_screens:
                screen.reload()
            await settled(pilot)
            seen = words_on_screen(app)
        assert [words for words in COUNTS if words in seen] == []


async def test_an_empty_list_that_was_read_is_counted(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(ticket_rows=(), development_rows=()))
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        assert "0 avatud" in words_on_screen(app)
        await pilot.press("3")
        await settled(pilot)
        assert "filtrita · 0 piletit" in words_on_screen(app)

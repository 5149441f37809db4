"""Messages on the screen: what r has asked and got, and only the newest of two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.screen import ModalScreen

from data.model import Kind, SourcePhase, SourceState
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import NOW_MS, SOURCES
from tui.app import DeskApp


def told(app: DeskApp) -> list[str]:
    return [each.message.replace("\n", " ") for each in app._notifications]


def tried(source: SourceState, ago_ms: int, **changes: Any) -> SourceState:
    return source._replace(tried_ms=NOW_MS - ago_ms, **changes)


async def test_r_says_that_sources_are_asked_and_then_that_they_have_answered(tmp_path: Path) -> None:
    before = tuple(tried(each, 5_000) for each in SOURCES)
    reader = FakeReader(source_rows=before)
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("r")
        await until(pilot, lambda: told(app) == ["Kõigilt allikatelt küsitakse uusi andmeid …"])
        assert app.desk.places.wish.exists()
        # One has answered, one is being asked, one has not been asked yet.
        reader.source_rows = (tried(SOURCES[0], 0), tried(SOURCES[1], 0, next_ms=None), before[2])
        reader.touch(Kind.SOURCES)
        await until(pilot, lambda: app.desk.sources == reader.source_rows)
        assert told(app) == ["Kõigilt allikatelt küsitakse uusi andmeid …"]
        reader.source_rows = tuple(tried(each, 0) for each in SOURCES)
        reader.touch(Kind.SOURCES)
        await until(pilot, lambda: told(app) == ["Kõik allikad vastasid: 3."])


async def test_r_names_the_source_that_did_not_answer_well(tmp_path: Path) -> None:
    reader = FakeReader(source_rows=tuple(tried(each, 5_000) for each in SOURCES))
    app = make_desk(tmp_path, reader, language="en")
    async with app.run_test(size=(120, 35), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("r")
        await until(pilot, lambda: told(app) == ["Asking every source now …"])
        failed = tried(SOURCES[0], 0, phase=SourcePhase.FAILED, error_code="unreachable")
        reader.source_rows = (failed, *(tried(each, 0) for each in SOURCES[1:]))
        reader.touch(Kind.SOURCES)
        await until(pilot, lambda: told(app) == ["No good answer from: Jira."])


async def test_a_sync_that_cannot_be_asked_is_told(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    app.desk.places = replace(app.desk.places, data_dir=tmp_path / "gone")
    async with app.run_test(size=(120, 35), notifications=True) as pilot:
        await settled(pilot)
        await pilot.press("r")
        await until(pilot, lambda: any("ei saa soovi edastada" in each for each in told(app)))


async def test_of_two_messages_at_the_same_instant_the_newer_one_stands(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35), notifications=True) as pilot:
        await settled(pilot)
        app.notify("one")
        app.notify("two")
        await until(pilot, lambda: told(app) == ["two"])
        await settled(pilot)
        assert told(app) == ["two"]
        assert len(app.screen.query("Toast")) == 1


@pytest.mark.parametrize("key", ["f1", "f2"])
async def test_what_was_told_makes_way_for_a_window_that_opens_but_a_warning_stays(tmp_path: Path, key: str) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35), notifications=True) as pilot:
        await settled(pilot)
        app.notify("Koosolek on läbi", timeout=3600)
        await until(pilot, lambda: "Koosolek on läbi" in words_on_screen(app))
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, ModalScreen))
        await until(pilot, lambda: "Koosolek on läbi" not in words_on_screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ModalScreen))
        app.notify("Ketas on täis", severity="warning", timeout=3600)
        await until(pilot, lambda: "Ketas on täis" in words_on_screen(app))
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, ModalScreen) and app.screen.query("Toast"))
        await settled(pilot)
        assert told(app) == ["Ketas on täis"]

"""The strip keeps the worst in sight until the person goes elsewhere in it, and says what is out of sight."""

from __future__ import annotations

from pathlib import Path

from data.model import AttentionKind, Kind
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import ATTENTION, attention
from tui.app import DeskApp
from tui.widgets.attention import AttentionStrip

SMALL = (80, 24)


def strip_of(app: DeskApp) -> AttentionStrip:
    return app.screen.query_one(AttentionStrip)


async def test_what_comes_in_above_is_in_sight_while_nobody_has_moved_the_cursor(tmp_path: Path) -> None:
    reader = FakeReader(attention_rows=ATTENTION[2:])
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        reader.attention_rows = ATTENTION
        reader.touch(Kind.SERVICES)
        await until(pilot, lambda: len(strip_of(app).lines) == len(ATTENTION))
        await settled(pilot)
        assert strip_of(app).current == ATTENTION[0]
        assert "X-tee RR.isikuandmed ei tööta" in words_on_screen(app)
        assert "veel 3" in words_on_screen(app)


async def test_the_cursor_stays_on_the_line_that_the_person_went_to_and_what_is_above_is_counted(
    tmp_path: Path,
) -> None:
    reader = FakeReader(attention_rows=ATTENTION[2:])
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        await pilot.press("down")
        chosen = strip_of(app).current
        reader.attention_rows = ATTENTION
        reader.touch(Kind.SERVICES)
        await until(pilot, lambda: len(strip_of(app).lines) == len(ATTENTION))
        await settled(pilot)
        assert strip_of(app).current == chosen == ATTENTION[3]
        assert "eespool 1 · veel 2" in words_on_screen(app)


async def test_records_that_were_left_out_are_counted_and_named(tmp_path: Path) -> None:
    one = attention(AttentionKind.SOURCE_GAP, "jira", "jira", None, "SKAH-7", "source:jira")
    some = one._replace(id="source_gap:jira:odd:SKAH-9:4", detail="SKAH-9, SKAH-7, SKAH-2, …")
    lines = (one._replace(id="source_gap:jira:odd:SKAH-7:1"), some)
    app = make_desk(tmp_path, FakeReader(attention_rows=lines))
    async with app.run_test(size=SMALL) as pilot:
        await settled(pilot)
        words = words_on_screen(app).replace("\u00a0", " ")
        assert "Jira: 1 kirje on välja jäetud" in words
        assert "Jira: 4 kirjet on välja jäetud" in words
        assert "SKAH-9, SKAH-7, SKAH-2, …" in words

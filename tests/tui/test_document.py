"""A document loses nothing to a narrow window: facts wrap under themselves, rows keep their columns."""

from __future__ import annotations

from pathlib import Path

from tests.tui.fakes import make_desk, settled, until, words_on_screen
from tui.screens.tickets import TicketsScreen
from tui.widgets.document import Document, DocumentLine, Fact, in_columns, lay_out


def words(line: DocumentLine) -> str:
    return "".join(text for text, _ in line.left)


def test_a_fact_of_several_roles_wraps_under_itself_and_keeps_them() -> None:
    lines = lay_out([Fact("SLA", (("0:25 jäänud", "warn"), ("  R 4.12 09:39  Lahendusaeg", "quiet")))], 38)
    assert [words(line) for line in lines] == ["SLA           0:25 jäänud  R 4.12", "              09:39  Lahendusaeg"]
    assert lines[0].left[1][1] == "warn"
    assert lines[1].left[-1][1] == "quiet"


def test_rows_stand_in_columns_as_wide_as_their_longest_text() -> None:
    rows = in_columns([[("09:14", ""), ("ei mõõdetud", ""), ("viga", "")], [("30.12 09:14", ""), ("ok", ""), ("", "")]])
    assert [words(DocumentLine(row.left)) for row in rows] == [
        "09:14        ei mõõdetud  viga",
        "30.12 09:14  ok           ",
    ]
    assert in_columns([]) == []


async def test_no_text_touches_the_scrollbar_of_a_detail(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, TicketsScreen) and app.screen.query_one(Document).plain)
        await settled(pilot)
        detail = app.screen.query_one(Document)
        assert detail.show_vertical_scrollbar
        lines = words_on_screen(app).splitlines()
        beside = [lines[y][detail.region.right - 2] for y in range(detail.region.y, detail.region.bottom)]
        assert set(beside) == {" "}
        assert "reageerimine" in detail.plain

"""How a development stands is told by a word, with the days that belong to it, and no word is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.language import use_language
from data.model import AttentionKind, Development, DevelopmentKind, DevelopmentState
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import STILL, at, attention, development
from tui.cli.show_columns import of_kind
from tui.format import Format
from tui.panes.developments import STANDING_WIDTH, standing

LATE, ON_SCHEDULE, PLANNED = DevelopmentState.LATE, DevelopmentState.ON_SCHEDULE, DevelopmentState.PLANNED


def stands(start: str, state: DevelopmentState, slip_days: int) -> Development:
    return development(1, "A", start, "2027-12-20", state, slip_days=slip_days)


@pytest.mark.parametrize(
    ("one", "estonian", "english"),
    [
        (stands("2026-11-01", LATE, 9), "hilineb +9 p", "late +9 d"),
        (stands("2026-11-01", LATE, 120), "hilineb +120 p", "late +120 d"),
        (stands("2026-11-01", LATE, 0), "hilineb", "late"),
        (stands("2026-11-01", ON_SCHEDULE, 0), "ajakavas", "on schedule"),
        (stands("2026-11-01", ON_SCHEDULE, -30), "30 p varem", "30 d early"),
        (stands("2026-12-21", PLANNED, 0), "algab 21.12", "starts 21 Dec"),
        (stands("2027-03-04", PLANNED, 0), "algab 4.3", "starts 4 Mar"),
        (stands("2027-10-21", PLANNED, 0), "algab 10.2027", "starts Oct 2027"),
        (stands("", PLANNED, 0), "kavas", "planned"),
    ],
)
def test_a_word_says_how_a_development_stands(one: Development, estonian: str, english: str) -> None:
    for language, words in (("et", estonian), ("en", english)):
        use_language(language)
        told = Format(STILL).standing(one)
        assert told.replace("\u00a0", " ") == words
        assert len(told) <= STANDING_WIDTH


def test_show_says_how_a_development_stands_as_the_desk_does() -> None:
    form = Format(STILL)
    columns, row_of = of_kind("developments", form)
    state = [column.title for column in columns].index("State")
    for one in (stands("2026-12-21", PLANNED, 0), stands("2026-11-01", LATE, 9), stands("2026-11-01", ON_SCHEDULE, -3)):
        assert row_of(one)[state] == standing(form, one)[0]


async def test_only_epics_have_a_key(tmp_path: Path) -> None:
    # Jira has but a name for the others, which the source gives as their key too.
    rows = tuple(
        development(number, f"Töö {number}", "2026-11-01", "2026-12-20", ON_SCHEDULE, kind=kind, key=f"Võti {number}")
        for number, kind in enumerate(DevelopmentKind)
    )
    app = make_desk(tmp_path, FakeReader(development_rows=rows))
    async with app.run_test(size=(240, 70)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: app.desk.mode == "developments")
        await settled(pilot)
        lines = words_on_screen(app).splitlines()
        told = {
            row.kind: f"Võti {index}" in line for index, row in enumerate(rows) for line in lines if row.title in line
        }
    assert told == {kind: kind == DevelopmentKind.EPIC for kind in DevelopmentKind}


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 35), (240, 70)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_neither_state_nor_month_nor_heading_is_cut(tmp_path: Path, size: tuple[int, int], language: str) -> None:
    words = {
        "et": ("Arendus", "Olek", "hilineb +9 p", "algab 4.1"),
        "en": ("Development", "State", "late +9 d", "starts 4 Jan"),
    }[language]
    app = make_desk(tmp_path, language=language)
    async with app.run_test(size=size) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: app.desk.mode == "developments")
        await settled(pilot)
        shown = words_on_screen(app).replace("\u00a0", " ")
        assert all(word in shown for word in words), shown
        await pilot.press("1", "tab", "tab", "tab")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await settled(pilot)
        shown = words_on_screen(app).replace("\u00a0", " ")
        assert all(word in shown for word in words), shown


async def test_the_column_of_blockers_holds_figures_under_its_heading(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35)) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: app.desk.mode == "developments")
        await settled(pilot)
        lines = words_on_screen(app).splitlines()
        head = next(line for line in lines if "Takistusi" in line)
        row = next(line for line in lines if "Väljalase 2.14" in line)
        end = head.index("Takistusi") + len("Takistusi")
        assert row[:end].endswith("       2")


async def test_a_late_release_that_is_still_due_is_not_told_as_past(tmp_path: Path) -> None:
    ahead = attention(AttentionKind.RELEASE_LATE, "2.14", "2.14", at(29), "+7", "development:release:7")
    gone = attention(AttentionKind.RELEASE_LATE, "2.13", "2.13", at(3), "+9", "development:release:6")
    app = make_desk(tmp_path, FakeReader(attention_rows=(ahead, gone)))
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        shown = words_on_screen(app).replace("\u00a0", " ")
        assert "Väljalase 2.14 hilineb  +7 p  tähtaeg 28.12" in shown
        assert "Väljalase 2.13 hilineb  +9 p  tähtaeg oli 2.12" in shown

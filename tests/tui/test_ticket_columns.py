"""How a ticket reads in the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.model import TicketRow
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import ticket_row
from tui.panes.tickets import TicketsPane


@pytest.mark.parametrize(
    ("name", "rank", "shown"),
    [
        ("K3 tavaline", 3, "K3"),  # Jira's own short name
        ("P1", 1, "P1"),
        ("Kriitiline", 2, "K2"),  # a longer one gives way to the rank
        ("", 4, "K4"),
    ],
)
async def test_the_priority_is_told_by_its_short_name_in_jira(tmp_path: Path, name: str, rank: int, shown: str) -> None:
    row: TicketRow = ticket_row(60, key="SKAH-1", summary="Pealkiri", priority_name=name, priority_rank=rank)
    app = make_desk(tmp_path, FakeReader(ticket_rows=(row,), attention_rows=()))
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        line = next(each for each in words_on_screen(app).splitlines() if "SKAH-1 " in each and "Pealkiri" in each)
        assert line.partition("SKAH-1")[2].split()[:2] == [shown, "Pealkiri"]
        await pilot.press("3")
        await until(pilot, lambda: app.screen.query(TicketsPane))
        await settled(pilot)
        line = next(each for each in words_on_screen(app).splitlines() if "SKAH-1 " in each and "Pealkiri" in each)
        assert line.partition("SKAH-1")[2].split()[:2] == [shown, "Pealkiri"]


async def test_every_column_of_a_tall_dashboard_has_its_title(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(240, 70)) as pilot:
        await settled(pilot)
        head = next(line for line in words_on_screen(app).splitlines() if "Võti" in line)
        assert all(word in head for word in ("SLA", "Pealkiri", "Staatus", "Täitja", "Muudetud ▼", "Teenus", "Olek"))
        assert "Kohti" in words_on_screen(app)
        await pilot.resize_terminal(240, 40)
        await settled(pilot)
        assert "Pealkiri" not in words_on_screen(app)


async def test_a_click_on_the_moment_of_change_turns_the_order_round(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(240, 70)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: app.screen.query(TicketsPane))
        await settled(pilot)
        lines = words_on_screen(app).splitlines()
        row = next(index for index, line in enumerate(lines) if "Muudetud ▼" in line)
        await pilot.click(offset=(lines[row].index("Muudetud"), row))
        await until(pilot, lambda: "Muudetud ▲" in words_on_screen(app))
        assert not app.screen.query_one(TicketsPane).query_now.descending

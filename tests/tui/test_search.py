"""`/` searches: all tickets from the desk and in Piletid, elsewhere the list; Esc leads back to the same place."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from data.model import StatusCategory, TicketRow, TicketView
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import TICKETS, ticket_row
from tui.app import DeskApp
from tui.panes.listing import ListPane
from tui.panes.tickets import TicketsPane
from tui.screens.help import HelpScreen
from tui.widgets.document import Document
from tui.widgets.search_box import SearchBox
from tui.widgets.table import VirtualTable

SIZE = (120, 35)
CLOSED = ticket_row(70, key="PHV-9", summary="Vana makse leiti", category=StatusCategory.DONE, status_name="Suletud")


def tickets(app: DeskApp) -> TicketsPane:
    return app.screen.query_one(TicketsPane)


def cursor_row(app: DeskApp) -> TicketRow | None:
    table: VirtualTable[TicketRow] = app.screen.query_one(VirtualTable)
    return table.cursor_row


async def in_mode(pilot: Pilot[None], app: DeskApp, key: str, mode: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: app.desk.mode == mode)
    await settled(pilot)


async def test_a_search_finds_closed_tickets_of_every_list_and_esc_restores_list_filter_and_row(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(ticket_rows=(*TICKETS, CLOSED)))
    async with app.run_test(size=SIZE) as pilot:
        await in_mode(pilot, app, "3", "tickets")
        tickets(app).ask(tickets(app).query_now._replace(view=TicketView.MINE, project="SKAH"))
        await until(pilot, lambda: cursor_row(app) is not None and cursor_row(app).mine)  # type: ignore[union-attr]
        await settled(pilot)
        await pilot.press("down", "down")
        asked, chosen = tickets(app).query_now, cursor_row(app)
        assert chosen is not None
        await pilot.press("slash", *"leiti")
        await until(pilot, lambda: "PHV-9" in words_on_screen(app))
        assert tickets(app).query_now.view == TicketView.ALL
        assert tickets(app).query_now.project == ""
        await pilot.press("enter")
        await until(pilot, lambda: cursor_row(app) == CLOSED)
        await pilot.press("escape")
        await until(pilot, lambda: tickets(app).query_now == asked)
        await until(pilot, lambda: cursor_row(app) == chosen)
        assert app.desk.mode == "tickets"
        assert not app.screen.query_one(SearchBox).display


async def test_lists_and_filters_narrow_what_was_found(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(ticket_rows=(*TICKETS, CLOSED)))
    async with app.run_test(size=SIZE) as pilot:
        await in_mode(pilot, app, "3", "tickets")
        await pilot.press("slash", *"makse")
        await until(pilot, lambda: tickets(app).query_now.text == "makse")
        await pilot.press("enter", "v")
        await until(pilot, lambda: tickets(app).query_now.view == TicketView.OPEN)
        assert tickets(app).query_now.text == "makse"
        await until(pilot, lambda: "PHV-9" not in words_on_screen(app))


async def test_a_search_from_the_desk_leads_back_to_the_same_line_of_it(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("tab", "down", "down")
        focused, row = app.focused, app.screen.query(VirtualTable).first().cursor
        await pilot.press("slash", *"elatisabi")
        await until(pilot, lambda: app.desk.mode == "tickets" and tickets(app).query_now.text == "elatisabi")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is app.screen.query_one(Document))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.focused, VirtualTable))
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        assert app.focused is focused
        assert app.screen.query(VirtualTable).first().cursor == row
        await in_mode(pilot, app, "3", "tickets")
        assert tickets(app).query_now.text == ""


@pytest.mark.parametrize(
    ("key", "mode", "words", "found", "hidden"),
    [
        ("2", "services", "emta", "X-tee EMTA.tootamine", "SKAIS1 maksed"),
        ("2", "services", "rr", "X-tee RR.isikuandmed", "SKAIS1 maksed"),
        ("2", "services", "ei tööta", "X-tee RR.isikuandmed", "SKAIS1 maksed"),
        ("4", "developments", "hilineb", "Elatisabi 2.0", "Isapuhkus 26"),
        ("5", "trainings", "teams vead", "X-tee vead menetlejale", "Uue töötaja alused"),
    ],
)
async def test_in_other_modes_it_narrows_the_list(
    tmp_path: Path, key: str, mode: str, words: str, found: str, hidden: str
) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await in_mode(pilot, app, key, mode)
        await pilot.press("down", "down")
        pane = app.screen.query_one(ListPane)
        row, count = pane.table.cursor, pane.table.row_count
        await pilot.press("slash", *(("space" if letter == " " else letter) for letter in words))
        await until(pilot, lambda: pane.table.row_count == 1)
        assert "1 leitud" in words_on_screen(app)
        assert found in words_on_screen(app)
        assert hidden not in words_on_screen(app)
        await pilot.press("down")
        assert app.focused is pane.table
        await pilot.press("escape")
        await until(pilot, lambda: pane.table.row_count == count)
        assert pane.table.cursor == row
        assert "leitud" not in words_on_screen(app)
        assert app.desk.mode == mode
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")


async def test_nothing_found_in_a_list_says_so_and_news_pass_through_the_search(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await in_mode(pilot, app, "2", "services")
        await pilot.press("slash", *"qqq")
        await until(pilot, lambda: "midagi ei leitud" in words_on_screen(app))
        app.screen.query_one(ListPane).reload()
        await settled(pilot)
        assert "0 leitud" in words_on_screen(app)


@pytest.mark.parametrize(("key", "mode"), [("2", "services"), ("3", "tickets")])
async def test_a_window_that_becomes_too_small_hides_the_search_box_and_brings_it_back(
    tmp_path: Path, key: str, mode: str
) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await in_mode(pilot, app, key, mode)
        await pilot.press("slash", *"xyz")
        await until(pilot, lambda: "xyz" in words_on_screen(app))
        await pilot.resize_terminal(50, 12)
        await until(pilot, lambda: "60×16" in words_on_screen(app))
        assert "xyz" not in words_on_screen(app)
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: "xyz" in words_on_screen(app))


async def test_the_search_is_explained_in_the_help_and_offered_in_the_footer(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await in_mode(pilot, app, "2", "services")
        assert "/ otsi" in words_on_screen(app).splitlines()[-1]
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await settled(pilot)
        assert "Otsi loendist; töölaual ja piletites kõigi piletite hulgast" in app.screen.query_one(Document).plain

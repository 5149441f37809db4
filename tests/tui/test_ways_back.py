"""Esc leads back to exactly where one was: to the mode that opened a record, and to the same view of the list."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from data.model import AbsenceKind, Kind, ServiceState, StatusCategory, TicketAbsence, TicketRow, TicketView
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import NOW_MS, SERVICES, TICKETS, ticket_row
from tui.app import DeskApp
from tui.panes.services import ServicesPane
from tui.panes.tickets import TicketsPane
from tui.widgets.document import Document
from tui.widgets.search_box import SearchBox

SIZE = (120, 35)
OTHERS = next(row for row in TICKETS if not row.mine and row.key == "SKAH-4124")
CLOSED = ticket_row(70, key="PHV-9", category=StatusCategory.DONE, status_name="Suletud")


def tickets(app: DeskApp) -> TicketsPane:
    return app.screen.query_one(TicketsPane)


def document(app: DeskApp) -> Document:
    return app.screen.query_one(Document)


def chosen(app: DeskApp) -> TicketRow | None:
    row: TicketRow | None = tickets(app).table.cursor_row
    return row


async def in_list(pilot: Pilot[None], app: DeskApp, view: TicketView) -> None:
    await pilot.press("3")
    await until(pilot, lambda: app.desk.mode == "tickets")
    await settled(pilot)
    while tickets(app).query_now.view != view:
        await pilot.press("v")
    await settled(pilot)


@pytest.mark.parametrize(("opened", "view"), [(OTHERS, TicketView.OPEN), (CLOSED, TicketView.ALL)])
async def test_a_ticket_that_the_list_lacks_opens_in_one_that_holds_it_and_one_esc_restores_everything(
    tmp_path: Path, opened: TicketRow, view: TicketView
) -> None:
    app = make_desk(tmp_path, FakeReader(ticket_rows=(*TICKETS, CLOSED)))
    async with app.run_test(size=SIZE) as pilot:
        await in_list(pilot, app, TicketView.MINE)
        await pilot.press("down", "down")
        await settled(pilot)
        row, asked = chosen(app), tickets(app).query_now
        await pilot.press("1")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await app.open_target(f"ticket:{opened.id}")
        await until(pilot, lambda: chosen(app) == opened)
        await until(pilot, lambda: opened.key in document(app).plain)
        assert tickets(app).query_now.view == view
        assert document(app).has_focus
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await in_list(pilot, app, TicketView.MINE)
        assert (chosen(app), tickets(app).query_now) == (row, asked)
        assert row is not None
        await until(pilot, lambda: row.key in document(app).plain)


async def test_a_ticket_that_the_list_holds_opens_in_it(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await in_list(pilot, app, TicketView.MINE)
        mine = next(row for row in TICKETS[5:] if row.mine)
        await pilot.press("1")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await app.open_target(f"ticket:{mine.id}")
        await until(pilot, lambda: chosen(app) == mine)
        assert tickets(app).query_now.view == TicketView.MINE


async def test_a_visit_closes_a_search_that_was_left_open(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await in_list(pilot, app, TicketView.OPEN)
        await pilot.press("slash", *"leidub")
        await until(pilot, lambda: tickets(app).query_now.text == "leidub")
        await pilot.press("enter", "1")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await app.open_target(f"ticket:{OTHERS.id}")
        await until(pilot, lambda: chosen(app) == OTHERS)
        assert not app.screen.query_one(SearchBox).display
        assert tickets(app).query_now.text == ""


async def test_an_absent_ticket_leaves_list_and_way_back_as_they_are(tmp_path: Path) -> None:
    absence = TicketAbsence(77, "SKAH-77", "SKAH", AbsenceKind.DELETED, NOW_MS, "")
    app = make_desk(tmp_path, FakeReader(absences={77: absence}))
    async with app.run_test(size=SIZE) as pilot:
        await in_list(pilot, app, TicketView.MINE)
        await pilot.press("1")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await app.open_target("ticket:77")
        await until(pilot, lambda: "SKAH-77" in document(app).plain)
        await settled(pilot)
        assert tickets(app).query_now.view == TicketView.MINE
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")


async def test_what_is_opened_in_the_list_after_a_visit_leads_back_to_the_list(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await app.open_target(f"ticket:{OTHERS.id}")
        await until(pilot, lambda: chosen(app) == OTHERS)
        await pilot.press("tab", "down", "enter")
        await until(pilot, lambda: app.focused is document(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is tickets(app).table)
        assert app.desk.mode == "tickets"
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")


@pytest.mark.parametrize("key", ["2", "4", "5"])
async def test_one_esc_leads_back_to_the_desk_from_every_mode(tmp_path: Path, key: str) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        targets = {"2": "service:SKAIS1 maksed", "4": "development:epic:103", "5": "training:koolitused/3"}
        await app.open_target(targets[key])
        await until(pilot, lambda: app.focused is document(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")


async def test_a_search_in_the_list_gives_way_to_what_the_desk_opens(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: app.desk.mode == "services")
        await settled(pilot)
        await pilot.press("slash", *"emta")
        await until(pilot, lambda: "SKAIS1 maksed" not in words_on_screen(app))
        await pilot.press("enter", "1")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await app.open_target("service:SKAIS1 maksed")
        table = app.screen.query_one(ServicesPane).table
        await until(pilot, lambda: (row := table.cursor_row) is not None and row.service.name == "SKAIS1 maksed")
        assert not app.screen.query_one(SearchBox).display


async def test_esc_from_the_search_restores_the_view_of_the_list_and_the_detail_at_once(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await in_list(pilot, app, TicketView.OPEN)
        await pilot.press("end", *["up"] * 9)
        await settled(pilot)
        row, top = chosen(app), tickets(app).table.scroll_offset.y
        assert row is not None
        await until(pilot, lambda: row.key in document(app).plain)
        assert tickets(app).table.cursor_line > 2
        await pilot.press("slash", *"sammus")
        await until(pilot, lambda: tickets(app).query_now.text == "sammus")
        await until(pilot, lambda: "Taotluse esitamine" in document(app).plain)
        await pilot.press("escape")
        screen = app.shown
        assert getattr(screen, "target", "") == f"ticket:{row.id}"
        await until(pilot, lambda: chosen(app) == row)
        assert tickets(app).table.scroll_offset.y == top
        await until(pilot, lambda: row.key in document(app).plain)


async def test_the_cursor_goes_with_what_is_opened_when_the_list_is_ordered_anew(tmp_path: Path) -> None:
    down, *others = sorted(SERVICES, key=lambda each: each.state is not ServiceState.DOWN)
    reader = FakeReader(service_rows=(down, *others))
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SIZE) as pilot:
        await app.open_target(f"service:{down.name}")
        await settled(pilot)
        reader.service_rows = (*others, down._replace(state=ServiceState.UP))
        reader.touch(Kind.SERVICES)
        table = app.screen.query_one(ServicesPane).table
        await until(pilot, lambda: (first := table.row_at(0)) is not None and first.service == others[0])
        await settled(pilot)
        assert document(app).has_focus
        row = table.cursor_row
        assert row is not None and row.service.name == down.name

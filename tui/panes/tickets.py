"""Piletid: the tickets of the projects, in the shared table over a window of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.message import Message

from data.language import _, pgettext
from data.model import Kind, Pending, StatusCategory, TicketCounts, TicketQuery, TicketRow, TicketSort, TicketView
from data.rules.mask import mask
from data.rules.overlay import overlaid_row
from tui.action_words import pending_word
from tui.desk import DeskReader, TicketWindow
from tui.format import MINUTE, number, parse_day, shorten, title_of
from tui.panes.base import figures
from tui.panes.cells import column
from tui.panes.listing import ListPane
from tui.widgets.column import Column
from tui.widgets.line import Run, Runs
from tui.widgets.table import VirtualTable

SORTS = {
    "key": TicketSort.KEY,
    "breach": TicketSort.BREACH,
    "priority": TicketSort.PRIORITY,
    "summary": TicketSort.SUMMARY,
    "status": TicketSort.STATUS,
    "assignee": TicketSort.ASSIGNEE,
    "updated": TicketSort.UPDATED,
    "created": TicketSort.CREATED,
}
"""Which column sorts by what."""
RISING = frozenset({TicketSort.BREACH, TicketSort.PRIORITY, TicketSort.SUMMARY, TicketSort.ASSIGNEE, TicketSort.STATUS})
"""Orders that begin with the smallest when first chosen: the most urgent, the letter A."""
SHORT_NAME = 3
"""Letters of a priority's first word (`K3 tavaline`) that fit the narrow column; longer ones give way to the rank."""


def view_word(view: TicketView) -> str:
    """The name of a list."""
    return {
        TicketView.OPEN: pgettext("tickets", "Open"),
        TicketView.MINE: _("Mine"),
        TicketView.UNASSIGNED: _("Unassigned"),
        TicketView.AT_RISK: _("Urgent SLA"),
        TicketView.ALL: pgettext("tickets", "All"),
    }[view]


def sla_figures(counts: TicketCounts) -> list[Run]:
    """How many clocks have run out, and how many are about to; empty when none."""
    told: list[Run] = []
    if counts.overdue:
        told.append((_("{n} SLA breached").format(n=number(counts.overdue)), "bad"))
    if nearly := counts.at_risk - counts.overdue:
        told.append((_("{n} SLA at risk").format(n=number(nearly)), "warn"))
    return told


@dataclass(frozen=True, slots=True)
class TicketsSnapshot:
    """The figures of the title and the rows of the question asked."""

    counts: TicketCounts
    window: Any
    found: int
    query: TicketQuery
    opened: str = ""
    """The ticket that another part of the desk asked to be opened when this was read."""


class MaskedWindow:
    """A window whose rows pass through the mask when they are read."""

    def __init__(self, window: TicketWindow) -> None:
        self._window = window

    def count(self) -> int:
        """How many rows there are."""
        return self._window.count()

    def rows(self, start: int, stop: int) -> Sequence[TicketRow]:
        """The rows, masked."""
        return mask(tuple(self._window.rows(start, stop)))

    def position(self, row_id: int) -> int | None:
        """Where the row with this id stands."""
        return self._window.position(row_id)


class TicketsPane(ListPane[TicketsSnapshot, TicketRow]):
    """Tickets: key, SLA clock, urgency, summary; a wide screen adds status, assignee, dates."""

    pane_id = "tickets"
    kinds = frozenset({Kind.TICKETS})
    source_kind = "jira"
    only_titled = frozenset({"due", "created", "urgency"})

    class QueryChanged(Message):
        """Another list, order, filter or search was asked for."""

        def __init__(self, query: TicketQuery) -> None:
            super().__init__()
            self.query = query

    query_now: TicketQuery = TicketQuery(sort=TicketSort.UPDATED)
    _answered: TicketQuery = query_now
    """What the rows on screen are the answer to."""
    _opened: str = ""
    """The ticket to be opened, until a list that holds it is read."""
    _counted_ms: int = 0
    """When the clocks were last counted because time had passed."""

    def title(self) -> str:
        """Piletid."""
        return _("Tickets")

    def counts(self, snapshot: TicketsSnapshot) -> Runs:
        """47 avatud · 1 SLA ületatud · 2 SLA ohus · minu käes 6."""
        counts = snapshot.counts
        parts: list[Run] = [
            (_("{n} open").format(n=number(counts.open)), "quiet"),
            *sla_figures(counts),
            (_("{n} mine").format(n=number(counts.mine)), "quiet"),
        ]
        return figures(self.desk.format.glyphs.dot, parts)

    def load(self, reader: DeskReader) -> TicketsSnapshot:
        """Figures and window; the rows themselves are read where they are shown."""
        query, opened = self.query_now, self._opened
        if opened:
            query = self._holding(reader, query, self.row_of_target(opened))
        window = reader.tickets(query)
        return TicketsSnapshot(
            reader.ticket_counts(),
            MaskedWindow(window) if self.desk.hides else window,
            window.count(),
            query,
            opened,
        )

    def _holding(self, reader: DeskReader, query: TicketQuery, ticket_id: int) -> TicketQuery:
        """The list asked for; where it lacks the ticket, the open ones or all, whichever hold it."""
        whole = TicketQuery(sort=query.sort, descending=query.descending)
        lists = (query, whole._replace(view=TicketView.OPEN), whole._replace(view=TicketView.ALL))
        return next((each for each in lists if reader.tickets(each).position(ticket_id) is not None), query)

    def open_target(self, target: str) -> None:
        """Puts the cursor on a ticket, in a wider list where this one does not hold it."""
        self._opened = target
        self.reload()

    def keep_up(self) -> None:
        """SLA clocks come to be at risk and run out while nothing else changes."""
        if self.desk.format.now_ms() - self._counted_ms >= MINUTE:
            self._counted_ms = self.desk.format.now_ms()
            self.reload()

    def ask(self, query: TicketQuery) -> None:
        """Asks for another list, order, filter or search."""
        self._opened = ""
        if query != self.query_now:
            self.query_now = query
            self.post_message(self.QueryChanged(query))
            self.reload()

    def empty_text(self) -> str:
        """Nothing found, or nothing open."""
        query = self.query_now
        if query.text:
            return _("Nothing is found for “{words}”. Esc clears the search.").format(words=shorten(query.text, 16))
        if query != TicketQuery(view=query.view, sort=query.sort, descending=query.descending):
            return _("No ticket passes the filter. f changes it.")
        return {
            TicketView.OPEN: _("No ticket is open."),
            TicketView.MINE: _("No open ticket is in your hands."),
            TicketView.UNASSIGNED: _("Every open ticket has somebody to work on it."),
            TicketView.AT_RISK: _("No SLA is at risk or breached."),
            TicketView.ALL: _("There are no tickets."),
        }[query.view]

    def show(self, snapshot: TicketsSnapshot) -> None:
        """Lists the window."""
        if snapshot.opened and snapshot.opened == self._opened:
            self._wanted, self._opened = self._opened, ""
            if snapshot.query != self.query_now:
                self.query_now = snapshot.query
                self.post_message(self.QueryChanged(snapshot.query))
        column_id = next(name for name, sort in SORTS.items() if sort == snapshot.query.sort)
        self.table.show_sort("" if snapshot.query.text else column_id, snapshot.query.descending)
        self.list_window(snapshot.window, same_question=snapshot.query == self._answered)
        self._answered = snapshot.query

    def target_of(self, row: TicketRow) -> str:
        """`ticket:ID`."""
        return f"ticket:{row.id}"

    def row_of_target(self, target: str) -> Any:
        """Jira's issue id."""
        return int(target.partition(":")[2])

    def compose_list(self) -> ComposeResult:
        """The table."""
        yield self.make_table(self.columns(0), row_id=lambda row: row.id)

    def on_virtual_table_sort_chosen(self, event: VirtualTable.SortChosen) -> None:
        """Sorts by a header; the same one again turns the order round."""
        event.stop()
        if event.column_id in SORTS:
            self.sort_by(SORTS[event.column_id])

    def sort_by(self, sort: TicketSort) -> None:
        """Sorts by `sort`; asked for again, turns the order round."""
        query = self.query_now
        descending = not query.descending if query.sort == sort else sort not in RISING
        self.ask(query._replace(sort=sort, descending=descending))

    def columns(self, width: int) -> list[Column[TicketRow]]:
        """From what is kept longest to what only a wide screen shows."""
        return [
            column("key", lambda: _("Key"), lambda t, w: ((t.key, ""),), width=10, keep=100, sortable=True),
            column("breach", lambda: _("SLA"), self._clock, width=7, keep=90, align="right", sortable=True),
            column("priority", lambda: pgettext("column", "P"), self._urgency, width=3, keep=80, sortable=True),
            column(
                "summary",
                lambda: _("Summary"),
                self._summary,
                width=max(22, width * 2 // 5),
                grow=4,
                keep=99,
                sortable=True,
            ),
            column("status", lambda: _("Status"), self._status, width=14, grow=1, keep=60, sortable=True),
            column("assignee", lambda: _("Assignee"), self._assignee, width=16, grow=1, keep=50, sortable=True),
            column("updated", lambda: _("Changed"), self._updated, width=10, keep=45, align="right", sortable=True),
            column("due", lambda: _("Due"), self._due, width=6, keep=35, align="right"),
            column("type", lambda: _("Type"), lambda t, w: ((t.type_name, "quiet"),), width=16, keep=30),
            column("created", lambda: _("Created"), self._created, width=9, keep=20, align="right", sortable=True),
            column("urgency", lambda: _("Priority"), lambda t, w: ((t.priority_name, "quiet"),), width=12, keep=15),
        ]

    def _clock(self, ticket: TicketRow, width: int) -> Runs:
        """The nearest SLA clock; the age since the last change where none runs."""
        if ticket.breach_ms is None:
            return ()
        role = self.desk.format.clock_role(ticket.breach_ms)
        return ((f"{self.desk.format.glyphs.clock} ", role), (self.desk.format.left(ticket.breach_ms), role))

    def _urgency(self, ticket: TicketRow, width: int) -> Runs:
        role = "bad" if ticket.priority_rank == 1 else "" if ticket.priority_rank == 2 else "quiet"
        first = ticket.priority_name.partition(" ")[0]
        if not 0 < len(first) <= SHORT_NAME:
            first = pgettext("priority", "P{rank}").format(rank=ticket.priority_rank)
        return ((first, role),)

    def _now(self, ticket: TicketRow) -> TicketRow:
        """The ticket with what the person has just done to it."""
        actions = self.desk.acts_on(ticket.id)
        return overlaid_row(ticket, actions, self.desk.acts.saving.keys()) if actions else ticket

    def _summary(self, ticket: TicketRow, width: int) -> Runs:
        ticket = self._now(ticket)
        title = (title_of(ticket.summary), "quiet" if ticket.category == StatusCategory.DONE else "")
        if ticket.pending is Pending.NONE:
            return (title,)
        role = "warn strong" if ticket.pending is Pending.PROBLEM else "accent"
        return ((f"{pending_word(ticket.pending)}  ", role), title)

    def _status(self, ticket: TicketRow, width: int) -> Runs:
        ticket = self._now(ticket)
        return ((ticket.status_name, "quiet" if ticket.category != StatusCategory.IN_PROGRESS else ""),)

    def _assignee(self, ticket: TicketRow, width: int) -> Runs:
        ticket = self._now(ticket)
        if ticket.mine:
            return ((ticket.assignee, "strong"),)
        return ((ticket.assignee or _("unassigned"), "" if ticket.assignee else "quiet"),)

    def _updated(self, ticket: TicketRow, width: int) -> Runs:
        return ((self.desk.format.age(ticket.updated_ms), "quiet"),)

    def _created(self, ticket: TicketRow, width: int) -> Runs:
        return ((self.desk.format.age(ticket.created_ms), "quiet"),)

    def _due(self, ticket: TicketRow, width: int) -> Runs:
        day = parse_day(ticket.due_day)
        if day is None:
            return ()
        late = day < self.desk.format.today() and ticket.category != StatusCategory.DONE
        return ((self.desk.format.day(day), "bad" if late else ""),)

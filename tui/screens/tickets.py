"""Piletid: lists, search, filters, and the ticket under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.timer import Timer
from textual.widgets import Input

from data.language import N_, _, ngettext
from data.model import Ticket, TicketAbsence, TicketQuery, TicketView
from data.rules.overlay import overlaid
from tui.desk import Desk, DeskReader
from tui.format import number
from tui.links import ask_about_links
from tui.panes.base import Pane
from tui.panes.tickets import TicketsPane, TicketsSnapshot
from tui.screens.master import MasterScreen
from tui.screens.ticket_detail import describe_absence, describe_ticket
from tui.ticket_additions import TicketAdditions
from tui.ticket_creation import TicketCreation
from tui.widgets.document import LINK, Block, Document
from tui.widgets.query_line import QueryLine
from tui.widgets.search_box import SearchBox

LEAST_BOX, MOST_BOX = 16, 60
"""Cells of the search box."""
TYPING_SECONDS = 0.12
"""How long the typing must rest before the search is asked."""


class _Place(NamedTuple):
    """Where the person was in the lists."""

    query: TicketQuery = TicketQuery()
    target: str = ""
    line: int = 0
    """How many rows the cursor was below the top of the view."""


class TicketsScreen(TicketAdditions, TicketCreation, MasterScreen):
    """Mode 3."""

    mode = "tickets"
    BINDINGS: ClassVar[list[BindingType]] = [
        *TicketAdditions.KEYS,
        *TicketAdditions.ADDITION_KEYS,
        *TicketCreation.CREATION_KEYS,
        Binding(
            "v", "view(1)", N_("next list"), id="tickets.view", tooltip=N_("Open, mine, unassigned, urgent SLA, all")
        ),
        Binding("right", "view(1)", N_("next list"), show=False, id="tickets.view_right", tooltip=N_("The next list")),
        Binding(
            "left", "view(-1)", N_("previous list"), show=False, id="tickets.view_left", tooltip=N_("The list before")
        ),
        Binding(
            "f", "filter", N_("filter"), id="tickets.filter", tooltip=N_("By project, status, type, priority, assignee")
        ),
        Binding(
            "s",
            "sort",
            N_("sort"),
            id="tickets.sort",
            tooltip=N_("Choose the order; the same one again turns it round"),
        ),
        Binding(
            "x", "clear", N_("clear all"), show=False, id="tickets.clear", tooltip=N_("Take search and filters away")
        ),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._typing: Timer | None = None
        self._before = _Place()
        """Where the search or the visit from another mode began: Esc leads back there."""
        self._is_from_elsewhere = False
        """Whether the search was opened in another mode."""

    def make_pane(self) -> TicketsPane:
        """The tickets."""
        return TicketsPane(self.desk, full=True)

    @property
    def tickets(self) -> TicketsPane:
        """The list, with what only tickets have."""
        assert isinstance(self.pane, TicketsPane)
        return self.pane

    def compose_above(self) -> ComposeResult:
        """The lists on offer with the filters in force, and the search box."""
        with Container(id="query"):
            yield QueryLine(self.desk)
            # Over the line, not below it: a line that comes and goes would move the whole screen.
            yield SearchBox(_("Words or a key"))

    def on_mount(self) -> None:
        """Shows which list it is."""
        super().on_mount()
        self._show_query()
        self.acting.read_actions()

    def load_detail(self, reader: DeskReader, target: str) -> Ticket | TicketAbsence | None:
        """The ticket, or why it cannot be seen any more."""
        ticket_id = int(target.partition(":")[2])
        return reader.ticket(ticket_id) or reader.absence(ticket_id)

    def describe(self, record: Ticket | TicketAbsence) -> Sequence[Block]:
        """Facts, description, comments, changes; of an absent one what became of it."""
        if isinstance(record, TicketAbsence):
            return describe_absence(record, self.desk.format)
        acts = self.desk.acts
        opened = overlaid(record, self.desk.acts_on(record.row.id), acts.saving.keys())
        return describe_ticket(opened, self.desk.format)

    def actions_changed(self) -> None:
        """What the person did stands in list and detail."""
        super().actions_changed()
        if self.record is not None:
            self.show_detail()

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that is looked at."""
        return self.record if isinstance(self.record, Ticket) else None

    def open_target(self, target: str, *, from_elsewhere: bool = False) -> None:
        """A ticket, or the search box for `search:`."""
        if target == "search:":
            self.open_search()
            self._is_from_elsewhere = True
            return
        if from_elsewhere and not self.query_one(SearchBox).display:
            self._before = self._place()
        elif from_elsewhere:
            self._close_search()
            self._ask(self._before.query)
        super().open_target(target, from_elsewhere=from_elsewhere)

    def _place(self) -> _Place:
        table = self.tickets.table
        row = table.cursor_row
        return _Place(self.tickets.query_now, self.tickets.target_of(row) if row is not None else "", table.cursor_line)

    def on_document_opened(self, event: Document.Opened) -> None:
        """A line of the detail names another ticket, or holds links."""
        event.stop()
        if event.target.startswith(LINK):
            ask_about_links(self.app, self.desk.format.glyphs, event.target)
        else:
            self.open_target(event.target)

    # Lists

    def action_view(self, step: int) -> None:
        """The next list or the one before."""
        views = tuple(TicketView)
        now = views.index(self.tickets.query_now.view)
        self._ask(self.tickets.query_now._replace(view=views[(now + step) % len(views)]))

    def on_query_line_view_chosen(self, event: QueryLine.ViewChosen) -> None:
        """A list was clicked."""
        self._ask(self.tickets.query_now._replace(view=event.view))

    def on_query_line_filter_pressed(self) -> None:
        """The filters were clicked."""
        self.action_filter()

    def _ask(self, query: TicketQuery) -> None:
        self.is_visit = False
        self.tickets.ask(query)
        self._show_query()

    def on_tickets_pane_query_changed(self) -> None:
        """The order was chosen in the list itself."""
        self._show_query()

    def _show_query(self) -> None:
        self.query_one(QueryLine).show(self.tickets.query_now, self._found())

    def _found(self) -> str:
        snapshot = self.tickets.snapshot
        if not isinstance(snapshot, TicketsSnapshot) or self.tickets.is_awaited:
            return ""
        return ngettext("{n} ticket", "{n} tickets", snapshot.found).format(n=number(snapshot.found))

    def on_pane_shown(self, event: Pane.Shown) -> None:
        """The answer came: says how many there are."""
        super().on_pane_shown(event)
        self._show_query()

    # Search

    def open_search(self) -> bool:
        """Opens the search box; what was typed before is still there."""
        self.remove_class("-detail")
        box = self.query_one(SearchBox)
        if not box.display:
            self._before = self._place()
            self._is_from_elsewhere = self.is_visit = False
        self._place_search_box()
        box.open(_("Words or a key"))
        return True

    def _close_search(self) -> None:
        self.query_one(SearchBox).close()
        self.query_one(QueryLine).make_room(searching=False)

    def _place_search_box(self) -> None:
        room = self.query_one(QueryLine).make_room(searching=True)
        box = self.query_one(SearchBox)
        box.styles.offset = (room.start, 0)
        box.styles.width = max(LEAST_BOX, min(len(room), MOST_BOX))

    def on_resize(self, event: events.Resize) -> None:
        """Gives the search box its place in the new width."""
        super().on_resize(event)
        if self.query_one(SearchBox).display:
            self.call_after_refresh(self._place_search_box)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Searches while typing, once the fingers rest."""
        event.stop()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._search)

    def _search(self) -> None:
        text, now = self.query_one(SearchBox).value.strip(), self.tickets.query_now
        if text == now.text:
            return
        if not text:
            now = self._before.query
        elif not now.text:
            # Over all tickets, open and closed, whatever list it began in; lists and filters narrow what was found.
            now = TicketQuery(view=TicketView.ALL, sort=now.sort, descending=now.descending)
        self._ask(now._replace(text=text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Goes to what was found."""
        event.stop()
        self._search()
        self.tickets.focus_list()

    def go_back(self) -> bool:
        """From the detail to the list; from the search to the list, the ticket and the mode where it began."""
        if super().go_back():
            return True
        if self.is_visit:
            self._return()
            return False
        if not self.query_one(SearchBox).display:
            return False
        self._close_search()
        self._return()
        self.tickets.focus_list()
        return not self._is_from_elsewhere

    def _return(self) -> None:
        query, target, line = self._before
        if query != self.tickets.query_now:
            self.tickets.come_back_to(target, line)
            self._ask(query)
            # Not only when the list is there again: the detail would show another ticket until then.
            self.show_target(target)

    def action_clear(self) -> None:
        """Takes search and filters away; list and order stay."""
        now = self._before.query if self.query_one(SearchBox).display else self.tickets.query_now
        self._close_search()
        self._ask(TicketQuery(view=now.view, sort=now.sort, descending=now.descending))
        self.tickets.focus_list()

    # Filter and order

    def action_filter(self) -> None:
        """Opens the filters beside the list."""
        from tui.screens.ticket_filter import TicketFilter

        self.app.push_screen(TicketFilter(self.desk, self.tickets.query_now, self._ask))

    def action_sort(self) -> None:
        """Opens the choice of orders."""
        from tui.screens.ticket_filter import choose_sort

        choose_sort(self, self.tickets)

    def words_changed(self) -> None:
        """Writes everything anew."""
        super().words_changed()
        self._show_query()


SCREEN = TicketsScreen

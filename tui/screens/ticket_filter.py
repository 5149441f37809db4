"""Filters and order of the tickets: small windows that keep the list in sight and change it at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import ModalScreen, Screen

from data.language import N_, _
from data.model import TicketQuery, TicketSort
from tui.desk import Desk
from tui.format import number
from tui.panes.base import fault_code
from tui.panes.fault_words import store_fault_text
from tui.screens.dialog import Choice, ChoiceDialog
from tui.widgets.column import Column, Piece
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line
from tui.widgets.table import VirtualTable
from tui.widgets.window import ListWindow

if TYPE_CHECKING:
    from tui.panes.tickets import TicketsPane

ANY = ""
FACETS = {"project": "project", "status": "status", "type": "type_name", "priority": "priority", "assignee": "assignee"}
"""Facet of the store → field of the question."""


def facet_word(facet: str) -> str:
    """What a filter is called."""
    return {
        "project": _("Project"),
        "status": _("Status"),
        "type": _("Type"),
        "priority": _("Priority"),
        "assignee": _("Assignee"),
    }[facet]


@dataclass(frozen=True, slots=True)
class _FacetRow:
    id: str
    value: str


class TicketFilter(ModalScreen[None]):
    """Five filters; Enter chooses a value, Delete takes it away, Esc closes. The list behind follows at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("done"), id="filter.leave", tooltip=N_("Back to the list; the filters stay")),
        Binding(
            "f",
            "leave",
            N_("done"),
            show=False,
            id="filter.leave_too",
            tooltip=N_("Back to the list; the filters stay"),
        ),
        Binding("delete", "remove", N_("take away"), id="filter.remove", tooltip=N_("Take this filter away")),
        Binding(
            "backspace",
            "remove",
            N_("take away"),
            show=False,
            id="filter.remove_too",
            tooltip=N_("Take this filter away"),
        ),
        Binding("x", "clear", N_("clear all"), id="filter.clear", tooltip=N_("Take all filters away")),
    ]

    class FacetsLoaded(Message):
        """What can be filtered by was read."""

        def __init__(self, facets: dict[str, tuple[tuple[str, int], ...]]) -> None:
            super().__init__()
            self.facets = facets

    class FacetsFailed(Message):
        """It could not be read."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(self, desk: Desk, query: TicketQuery, ask: Callable[[TicketQuery], None]) -> None:
        super().__init__()
        self.desk = desk
        self._query = query
        self._ask = ask
        self._facets: dict[str, tuple[tuple[str, int], ...]] = {}

    def compose(self) -> ComposeResult:
        """Title, the five filters, the keys."""
        with Container(classes="dialog"):
            yield Line(classes="dialog-title")
            yield VirtualTable(
                [
                    Column("name", str, lambda row, width: (facet_word(row.id), "muted"), 18, keep=9),
                    Column("value", str, self._value, 18, grow=1, keep=8),
                ],
                header=False,
            )
            keys = [("enter", _("choose")), ("delete", _("take away")), ("x", _("clear all")), ("escape", _("done"))]
            yield DialogKeys(keys, ascii_only=self.desk.format.glyphs.is_plain)

    def _value(self, row: _FacetRow, width: int) -> Piece:
        return (row.value, "strong") if row.value else (_("any"), "muted")

    def on_mount(self) -> None:
        """Shows the filters and asks for their values."""
        self.query_one(".dialog-title", Line).write(((_("Filter tickets"), "strong"),))
        table = self.table
        table.styles.height = len(FACETS)
        self._show()
        table.focus()
        self.run_worker(self._load, thread=True, group="read.facets", exclusive=True, exit_on_error=False)

    @property
    def table(self) -> VirtualTable[_FacetRow]:
        """The filters."""
        return self.query_one(VirtualTable)

    def _load(self) -> None:
        try:
            self.post_message(self.FacetsLoaded(self.desk.reader.facets()))
        except Exception as fault:  # shown to the person; the filters in force stay
            self.post_message(self.FacetsFailed(fault_code(fault)))

    def on_ticket_filter_facets_loaded(self, event: FacetsLoaded) -> None:
        """Now values can be chosen."""
        self._facets = event.facets

    def on_ticket_filter_facets_failed(self, event: FacetsFailed) -> None:
        """Says so."""
        self.query_one(DialogKeys).write(((store_fault_text(event.reason), "bad"),))

    def _show(self) -> None:
        rows = [_FacetRow(facet, getattr(self._query, name)) for facet, name in FACETS.items()]
        self.table.show_window(ListWindow(rows))

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Lets the person choose a value."""
        event.stop()
        facet = event.row.id
        now = getattr(self._query, FACETS[facet])
        choices = [Choice(ANY, _("any"), is_chosen=not now)]
        choices += [
            Choice(value, value, number(count), value == now) for value, count in self._facets.get(facet, ()) if value
        ]
        # One window at a time: two frames of different height would show through each other.
        self.query_one(Container).visible = False
        dialog = ChoiceDialog(self.desk.format.glyphs, facet_word(facet), choices)
        self.app.push_screen(dialog, partial(self._chosen, facet))

    def on_virtual_table_highlighted(self, event: VirtualTable.Highlighted) -> None:
        """Nothing follows the cursor here."""
        event.stop()

    def _chosen(self, facet: str, value: str | None) -> None:
        self.query_one(Container).visible = True
        if value is not None:
            self._change({FACETS[facet]: value})

    def action_remove(self) -> None:
        """Takes the filter under the cursor away."""
        row = self.table.cursor_row
        if row is not None:
            self._change({FACETS[row.id]: ANY})

    def action_clear(self) -> None:
        """Takes all filters away."""
        self._change(dict.fromkeys(FACETS.values(), ANY))

    def _change(self, values: dict[str, str]) -> None:
        self._query = self._query._replace(**values)  # type: ignore[arg-type]
        self._show()
        self._ask(self._query)

    def on_click(self) -> None:
        """A click beside the window closes it."""
        if not self.query_one(Container).is_mouse_over:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Closes; the filters stay."""
        self.dismiss(None)


def sort_word(sort: TicketSort) -> str:
    """What an order is called."""
    return {
        TicketSort.UPDATED: _("Changed"),
        TicketSort.CREATED: _("Created"),
        TicketSort.KEY: _("Key"),
        TicketSort.PRIORITY: _("Priority"),
        TicketSort.STATUS: _("Status"),
        TicketSort.ASSIGNEE: _("Assignee"),
        TicketSort.SUMMARY: _("Summary"),
        TicketSort.BREACH: _("SLA"),
    }[sort]


def choose_sort(screen: Screen[None], pane: TicketsPane) -> None:
    """Lets the person choose the order of `pane`; the present one again turns it round."""
    query, glyphs = pane.query_now, pane.desk.format.glyphs
    arrow = glyphs.down_arrow if query.descending else glyphs.up_arrow
    choices = [
        Choice(sort.value, sort_word(sort), arrow if sort == query.sort else "", sort == query.sort)
        for sort in TicketSort
    ]

    def chosen(value: str | None) -> None:
        if value is not None:
            pane.sort_by(TicketSort(value))

    advice = _("the same one again turns it round")
    screen.app.push_screen(ChoiceDialog(glyphs, _("Sort by"), choices, advice=advice), chosen)

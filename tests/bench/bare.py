"""The ticket table alone on a screen: what the widget and the store cost without the rest of the desk.

Keys: `s` turns the order round, `o` the next order, `f` shows open tickets only or all, `w` looks for a word.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from data.model import TicketQuery, TicketRow, TicketSort, TicketView
from tests.bench.world import RARE, reader
from tui.widgets.table import Column, VirtualTable

ORDERS = list(TicketSort)

COLUMNS: list[Column[TicketRow]] = [
    Column("key", lambda: "Key", lambda ticket, width: ticket.key, 12),
    Column("rank", lambda: "P", lambda ticket, width: (str(ticket.priority_rank), "warning"), 3),
    Column("summary", lambda: "Summary", lambda ticket, width: ticket.summary, 20, grow=3),
    Column("status", lambda: "Status", lambda ticket, width: (ticket.status_name, "muted"), 12),
    Column("assignee", lambda: "Assignee", lambda ticket, width: ticket.assignee, 16),
]


class Bare(App[None]):
    """One table over the cache in `folder`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "turn"),
        Binding("o", "order"),
        Binding("f", "open"),
        Binding("w", "word"),
        Binding("escape", "plain"),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._reader = reader(folder)
        self._query = TicketQuery(view=TicketView.ALL)

    def compose(self) -> ComposeResult:
        """The table."""
        yield VirtualTable(COLUMNS)

    def on_mount(self) -> None:
        """All tickets, the latest change first."""
        self._show(self._query)

    def _show(self, query: TicketQuery) -> None:
        self._query = query
        self.query_one(VirtualTable).show_window(self._reader.tickets(query), keep_cursor=False)

    def action_turn(self) -> None:
        """The other direction."""
        self._show(self._query._replace(descending=not self._query.descending))

    def action_order(self) -> None:
        """The next order."""
        self._show(self._query._replace(sort=ORDERS[(ORDERS.index(self._query.sort) + 1) % len(ORDERS)]))

    def action_open(self) -> None:
        """Open tickets or all."""
        is_open = self._query.view is TicketView.OPEN
        self._show(self._query._replace(view=TicketView.ALL if is_open else TicketView.OPEN))

    def action_word(self) -> None:
        """A rare word or none."""
        self._show(self._query._replace(text="" if self._query.text else RARE))

    def action_plain(self) -> None:
        """As at the beginning."""
        self._show(TicketQuery(view=TicketView.ALL))


if __name__ == "__main__":
    Bare(Path(sys.argv[1])).run()

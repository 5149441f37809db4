"""The lists of tickets on offer, and at the right end what narrows the list: filters, search, and how many passed."""

from __future__ import annotations

from textual import events
from textual.message import Message

from data.language import _
from data.model import TicketQuery, TicketView
from tui.desk import Desk
from tui.format import shorten
from tui.panes.tickets import view_word
from tui.widgets.line import Line, Run, spread, width_of

COUNT_WIDTH = 14
"""Cells kept for the count while the search box stands before it: it must not grow into the box."""
WORDS_SHOWN = 24
"""Letters of the search that are said again, so that they leave room for the lists."""


class QueryLine(Line):
    """One line of tabs and filters, each a place for the mouse."""

    class ViewChosen(Message):
        """A list was clicked."""

        def __init__(self, view: TicketView) -> None:
            super().__init__()
            self.view = view

    class FilterPressed(Message):
        """The filters were clicked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(classes="query-line")
        self.desk = desk
        self._query = TicketQuery()
        self._found = ""
        self._places: list[tuple[range, TicketView]] = []
        self._right = 0
        self._is_searching = False

    def make_room(self, searching: bool) -> range:
        """Leaves the search to its box while `searching`; returns the cells between the ends for it."""
        self._is_searching = searching
        self.show(self._query, self._found)
        return range(self._places[-1][0].stop + self.gutter.left + 1, self._right - 1)

    def show(self, query: TicketQuery, found: str) -> None:
        """Shows the list chosen, the filters in force and how many tickets passed; `found` is empty before any came."""
        self._query, self._found = query, found
        self._places = []
        tabs: list[Run] = []
        for view in TicketView:
            mark = self.desk.format.glyphs.chosen if view == query.view else " "
            text = f"{mark}{view_word(view)} "
            start = width_of(tabs)
            self._places.append((range(start, start + len(text)), view))
            tabs.append((text, "tab" if view == query.view else "quiet"))
        right = [*self._filters(), (found.rjust(COUNT_WIDTH if self._is_searching else 0), "quiet"), (" ", "")]
        self._right = self.size.width - width_of(right)
        self.write(spread(tabs, right, self.size.width))

    def _filters(self) -> list[Run]:
        query = self._query
        named = [query.project, query.status, query.type_name, query.priority, query.assignee]
        runs: list[Run] = []
        for value in (value for value in named if value):
            runs += [(value, "accent"), (f" {self.desk.format.glyphs.dot} ", "quiet")]
        if self._is_searching:
            return runs  # the box tells the words
        if query.text:
            runs += [(f"/{shorten(query.text, WORDS_SHOWN)}", "accent"), (f" {self.desk.format.glyphs.dot} ", "quiet")]
        if not self._found:
            return runs
        return runs or [(f"{_('no filter')} {self.desk.format.glyphs.dot} ", "quiet")]

    def on_resize(self) -> None:
        """Spreads the line over the new width."""
        self.show(self._query, self._found)

    def on_click(self, event: events.Click) -> None:
        """Chooses a list, or opens the filters."""
        for place, view in self._places:
            if event.x in place:
                self.post_message(self.ViewChosen(view))
                return
        if event.x >= self._right:
            self.post_message(self.FilterPressed())

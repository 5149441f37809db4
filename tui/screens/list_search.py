"""A mode whose list is in memory: `/` leaves in it the rows that hold every word typed."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from data.language import _
from tui.desk import Desk
from tui.panes.listing import ListPane
from tui.panes.title import PaneTitle
from tui.screens.master import MasterScreen
from tui.widgets.search_box import SearchBox

LEAST_BOX, MOST_BOX = 16, 60
"""Cells of the search box."""
FIGURES = 12
"""Cells kept beside the box for how many rows passed."""


class ListSearch(MasterScreen):
    """List, detail, and a search box over the title of the list."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._row_before: Any = None
        """Where the cursor was when the search began: Esc leads back there."""

    @property
    def list_pane(self) -> ListPane[Any, Any]:
        """The list, with what only lists have."""
        assert isinstance(self.pane, ListPane)
        return self.pane

    @property
    def search_box(self) -> SearchBox:
        """The box, hidden while nothing is searched."""
        return self.query_one(SearchBox)

    def compose_body(self) -> ComposeResult:
        """List, detail, and the search box, which takes no room: it lies over the title of the list."""
        yield from super().compose_body()
        yield SearchBox()

    def open_search(self) -> bool:
        """Opens the box; what was typed before is still there."""
        self.remove_class("-detail")
        if not self.search_box.display:
            self._row_before = self.list_pane.table.cursor_row
        self._place_box()
        self.search_box.open(_("Words to look for in the list"))
        return True

    def _place_box(self) -> None:
        title = self.list_pane.query_one(PaneTitle)
        start = title.region.x + title.name_width
        self.search_box.styles.offset = (start, title.region.y)
        room = title.region.right - start - FIGURES
        self.search_box.styles.width = max(LEAST_BOX, min(room, MOST_BOX))

    def on_resize(self, event: events.Resize) -> None:
        """Gives the box its place in the new layout."""
        super().on_resize(event)
        if self.search_box.display:
            self.call_after_refresh(self._place_box)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrows the list while typing."""
        event.stop()
        self.list_pane.narrow(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Goes to what was found."""
        event.stop()
        self.list_pane.focus_list()

    def open_target(self, target: str, *, from_elsewhere: bool = False) -> None:
        """Opens the thing that was asked for; a search that was left open would keep its row away."""
        if self.search_box.display:
            self._close_search()
        super().open_target(target, from_elsewhere=from_elsewhere)

    def _close_search(self) -> None:
        self.search_box.close()
        self.list_pane.narrow("")

    def go_back(self) -> bool:
        """From the detail to the list; from the search to the whole list and the row where it began."""
        if super().go_back():
            return True
        if not self.search_box.display:
            return False
        self._close_search()
        if self._row_before is not None:
            self.list_pane.open_target(self.list_pane.target_of(self._row_before))
        self.list_pane.focus_list()
        return True

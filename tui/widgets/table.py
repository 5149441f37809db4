"""The one list widget of the program: a table over a window of any length, drawn line by line.

    table = VirtualTable([Column("key", lambda: _("Key"), lambda row, width: row.key, 10), …], id="tickets")
    table.show_window(ListWindow(rows))            # records in memory: shown at once
    table.show_window(reader.tickets(query))       # a query: read in a background thread of the table's own

Cursor moves repaint two lines; finished lines are kept, together with the escape codes they became, so that a scroll
paints only what came in. That is why lines are handed to the compositor directly: a table takes neither padding nor
border on the fast path (put it into a container that has them).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar, Generic, TypeAlias, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from data.language import N_
from tui.widgets import messages
from tui.widgets.column import Cell, Column, Piece, Place, Tone
from tui.widgets.painter import LinePainter
from tui.widgets.reading import Arrival, Request, WindowReader
from tui.widgets.window import KeptRows, ListWindow, RowWindow, record_id

__all__ = ["Cell", "Column", "ListWindow", "Piece", "RowWindow", "Tone", "VirtualTable"]

R = TypeVar("R")

PAGES_KEPT = 3
"""Pages of records kept above and below what is visible."""


class VirtualTable(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """A list with a cursor over any `RowWindow`.

    Bindings carry message ids as descriptions and tooltips; who shows them translates them, since the language can
    change while the program runs. Messages: `Highlighted`, `Opened`, `SortChosen`, `Arrived`,
    `Failed`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("open"), id="table.open", tooltip=N_("Open the row under the cursor")),
        Binding("up", "move(-1)", N_("up"), show=False, id="table.up", tooltip=N_("One row up")),
        Binding("down", "move(1)", N_("down"), show=False, id="table.down", tooltip=N_("One row down")),
        Binding("pageup", "page(-1)", N_("page up"), show=False, id="table.page_up", tooltip=N_("One page up")),
        Binding("pagedown", "page(1)", N_("page down"), show=False, id="table.page_down", tooltip=N_("One page down")),
        Binding("home", "first", N_("first row"), show=False, id="table.first", tooltip=N_("To the first row")),
        Binding("end", "last", N_("last row"), show=False, id="table.last", tooltip=N_("To the last row")),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "virtual-table--cursor",
        "virtual-table--header",
        "virtual-table--placeholder",
        "virtual-table--empty",
        "virtual-table--new",
        "virtual-table--good",
        "virtual-table--warning",
        "virtual-table--error",
        "virtual-table--muted",
        "virtual-table--faint",
        "virtual-table--accent",
        "virtual-table--strong",
    }
    DEFAULT_CSS = """
    VirtualTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        & > .virtual-table--cursor { background: $foreground 10%; }
        &:focus > .virtual-table--cursor { background: $accent 40%; text-style: bold; }
        & > .virtual-table--header { color: $text-muted; text-style: bold; }
        & > .virtual-table--placeholder { color: $foreground 25%; }
        & > .virtual-table--empty { color: $text-muted; }
        & > .virtual-table--new { color: $accent; }
        & > .virtual-table--good { color: $text-success; }
        & > .virtual-table--warning { color: $text-warning; }
        & > .virtual-table--error { color: $text-error; }
        & > .virtual-table--muted { color: $text-muted; }
        & > .virtual-table--faint { color: $foreground 35%; }
        & > .virtual-table--accent { color: $text-accent; }
        & > .virtual-table--strong { text-style: bold; }
    }
    """
    ALLOW_SELECT = False
    FOCUS_ON_CLICK = False  # on_mouse_down does it, since it must know whether the table had the focus before

    cursor = reactive(0, repaint=False)
    """Index of the row under the cursor; 0 in an empty table."""

    Highlighted: TypeAlias = messages.Highlighted
    Opened: TypeAlias = messages.Opened
    SortChosen: TypeAlias = messages.SortChosen
    Arrived: TypeAlias = messages.Arrived
    Failed: TypeAlias = messages.Failed

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        row_id: Callable[[R], Hashable] = record_id,
        header: bool = True,
        empty_text: Callable[[], str] = str,
        gap: int = 1,
        follows: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`row_id` tells records apart, `header` shows the titles, `gap` is the space between columns in cells.

        With `follows` the cursor goes with its record even where nobody has moved in the table: something else shows
        that record. `empty_text` is called when a window without records is painted; several lines are allowed.
        """
        super().__init__(id=id, classes=classes)
        self._painter: LinePainter[R] = LinePainter(self, columns, gap)
        self._row_id = row_id
        self._header = int(header)
        self._follows = follows
        self._empty_text = empty_text
        self._sort: tuple[str, bool] | None = None
        self._window: RowWindow[R] | None = None
        self._coming: RowWindow[R] | None = None
        self._listed: Sequence[R] | None = None
        self._kept: KeptRows[R] = KeptRows()
        self._reader: WindowReader[R] = WindowReader(self)
        self._new: set[Hashable] = set()
        self._announced: Hashable = None
        self._pressed: int | None = None

    # What the owner says and asks

    def show_window(self, window: RowWindow[R], *, keep_cursor: bool = True, mark_new: bool = False) -> None:
        """Shows `window` instead of what is shown, which stays until the first rows are there.

        With `keep_cursor` the cursor stays on the same record and the same line of the screen; where that record has
        gone, on the same index. A table that nobody has moved in (at the top, without focus) stays at the top. Without
        `keep_cursor` the cursor goes to the first row. `mark_new` marks the rows that were not there before.
        """
        self._coming = window
        self._bring(self._request(window, keep_cursor, mark_new))

    def show_columns(self, columns: Sequence[Column[R]]) -> None:
        """Shows `columns` instead of those that are shown."""
        self._painter.show_columns(columns)
        self.refresh()

    def show_header(self, shown: bool) -> None:
        """Shows the titles of the columns, or takes them away."""
        if self._header != shown:
            self._header = int(shown)
            self._take_height()
            self.refresh()

    def show_sort(self, column_id: str, descending: bool) -> None:
        """Puts the mark of the order, ▲ or ▼, beside the title of this column."""
        self._sort = (column_id, descending)
        self.refresh(Region(0, 0, self.size.width, 1))

    def refresh_cells(self) -> None:
        """Paints every cell again: for ages, a change of language, or a switch of the mask."""
        self._painter.forget_lines()
        self.refresh()

    def clear_new(self) -> None:
        """Takes the marks of new rows away. Happens by itself when the focus leaves the table."""
        if self._new:
            self._new.clear()
            self.refresh_cells()

    @property
    def row_count(self) -> int:
        """How many records the window has."""
        return self._kept.count

    @property
    def cursor_row(self) -> R | None:
        """The record under the cursor; None in an empty table and while the record is not there yet."""
        return self.row_at(self.cursor)

    def row_at(self, index: int) -> R | None:
        """The record at `index` if it is at hand."""
        if self._listed is not None:
            return self._listed[index] if 0 <= index < len(self._listed) else None
        return self._kept.get(index)

    @property
    def cursor_line(self) -> int:
        """How many rows the cursor is below the top of the view."""
        return self.cursor - self.scroll_offset.y

    def move_to(self, row_id: Hashable, line: int | None = None) -> None:
        """Puts the cursor on the record of this id, wherever it stands; nothing happens where there is none.

        The record comes to stand `line` rows below the top of the view; without it, where the cursor was. Right after
        `show_window` it means the window that is coming.
        """
        if self._coming is not None:
            request = self._request(self._coming, keep_cursor=True, mark_new=False, row_id=row_id)
            self._bring(request if line is None else request._replace(line=line))

    # From window to rows at hand

    def _bring(self, request: Request[R]) -> None:
        if isinstance(request.window, ListWindow):
            self._reader.forget()
            self.show_arrival(request.read())
        else:
            self._reader.read_window(request)

    def _request(self, window: RowWindow[R], keep_cursor: bool, mark_new: bool, row_id: Hashable = None) -> Request[R]:
        row = self.cursor_row
        untouched = self.scroll_offset.y == 0 and self.cursor == 0 and not self.has_focus and not self._follows
        if row_id is None and row is not None and keep_cursor and not untouched:
            row_id = self._row_id(row)
        return Request(
            window=window,
            row_id=row_id,
            asked_at=self.cursor,
            cursor=self.cursor if keep_cursor else 0,
            line=self.cursor_line if keep_cursor else 0,
            page=self._page,
            mark_new=mark_new,
        )

    def show_arrival(self, arrival: Arrival[R]) -> None:
        """Puts what the reader brought on screen; called by the reader, on the event loop."""
        request = arrival.request
        moved = self.cursor - request.asked_at  # the person went on while the rows were being read
        if request.mark_new:
            self._mark_new(arrival)
        self._window = request.window
        self._kept = arrival.kept
        self._listed = arrival.listed
        self._painter.forget_lines()
        cursor = max(0, min(arrival.cursor + moved, self.row_count - 1))
        self._take_height()
        self.set_reactive(VirtualTable.cursor, cursor)
        self.scroll_to(y=cursor - request.line - moved, animate=False, force=True)
        self._scroll_to_cursor()
        self.refresh()
        self._announce()
        self._want_rows()
        self.post_message(self.Arrived(self))

    def _take_height(self) -> None:
        height = self.row_count + self._header
        if self.virtual_size.height != height:
            # Assigned plainly, every other length would lay out the whole screen anew (about 8 ms); the scrollbar asks
            # for that itself when it appears or goes.
            self.set_reactive(VirtualTable.virtual_size, Size(0, height))
            self._scroll_update(self.virtual_size)

    def show_rows(self, kept: KeptRows[R]) -> None:
        """More rows of the same window came; called by the reader, on the event loop."""
        if kept is not self._kept:
            return
        self.refresh()
        self._announce()
        self._want_rows()

    def _mark_new(self, arrival: Arrival[R]) -> None:
        # A record is new when it stands between two that stood next to each other before, or above the first of all.
        # Further out we cannot tell: it may only have moved up from rows that we did not hold.
        before = self._kept.items() if self._listed is None else list(enumerate(self._listed))
        places = {self._row_id(row): index for index, row in before}
        complete_top = bool(before) and before[0][0] == 0
        waiting: list[Hashable] = []
        last = -1 if complete_top else None
        for _, row in arrival.items():
            known = places.get(self._row_id(row))
            if known is None:
                waiting.append(self._row_id(row))
                continue
            if last is not None:
                self._new.update(waiting)
            waiting, last = [], known
        if before and len(before) == self.row_count:
            self._new.update(waiting)

    def _want_rows(self) -> None:
        if self._listed is not None or self._window is None:
            return
        top, page = self.scroll_offset.y, self._page
        if self._kept.missing(top - page, top + 2 * page):
            self._reader.read_rows(
                self._window, self._kept, top - PAGES_KEPT * page, top + (PAGES_KEPT + 1) * page, (top, top + page)
            )

    # The cursor

    @property
    def _page(self) -> int:
        # Before the first layout there is no height yet: enough for a large screen.
        return max(1, (self.size.height or 80) - self._header)

    def validate_cursor(self, cursor: int) -> int:
        """Keeps the cursor inside the table."""
        return max(0, min(cursor, self.row_count - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Repaints the two rows and brings the new one into sight."""
        self._refresh_row(before)
        self._refresh_row(after)
        self._scroll_to_cursor()
        self._announce()

    def _refresh_row(self, index: int) -> None:
        line = index - self.scroll_offset.y + self._header
        if self._header <= line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def _scroll_to_cursor(self) -> None:
        if not self.size.height:
            return
        top = self.scroll_offset.y
        wanted = min(max(top, self.cursor - self._page + 1), self.cursor)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def _announce(self) -> None:
        row = self.cursor_row
        if row is None:
            if not self.row_count:
                self._announced = None  # the same record, come back, is news again
            return
        row_id = self._row_id(row)
        if row_id != self._announced:
            self._announced = row_id
            self.post_message(self.Highlighted(self, row))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaints, and asks for rows before they are needed."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = self._thumb_position(new_value)
        if round(old_value) != round(new_value):
            self.refresh(self.size.region)
            self._want_rows()

    def _thumb_position(self, position: float) -> float:
        # The scrollbar costs as much as thirty rows to paint, and in a long list a row does not move its thumb, which
        # is drawn in eighths of a cell: it is told of every eighth only.
        if position in (0, self.max_scroll_y):
            return position
        step = max(1, self.virtual_size.height // (8 * max(1, self.size.height)))
        return position // step * step

    def on_resize(self) -> None:
        """Keeps the cursor in sight."""
        self._scroll_to_cursor()
        self._want_rows()

    def on_blur(self) -> None:
        """The person was here and has seen what was new."""
        self.clear_new()

    async def on_unmount(self) -> None:
        """Lets the reading thread end."""
        self._reader.close()

    # Keys

    def action_move(self, rows: int) -> None:
        """Moves the cursor by `rows`."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Moves the cursor and the view by `pages`, so that the cursor stays on its line of the screen."""
        rows = pages * self._page
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True)
        self.cursor += rows

    def action_first(self) -> None:
        """Puts the cursor on the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Puts the cursor on the last row."""
        self.cursor = self.row_count - 1

    def action_open(self) -> None:
        """Opens the row under the cursor."""
        row = self.cursor_row
        if row is not None:
            self.post_message(self.Opened(self, row))

    # Mouse

    def _index_at(self, y: int) -> int | None:
        index = y - self._header + self.scroll_offset.y
        return index if y >= self._header and index < self.row_count else None

    def _title_at(self, x: int, y: int) -> Column[R] | None:
        if y or not self._header:
            return None
        for place in self._fit():
            if place.x <= x < place.x + place.width and place.column.sortable:
                return place.column
        return None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Takes the focus, and remembers whether the press was on the row that the person had chosen already."""
        chosen = self.has_focus and self._index_at(event.y) == self.cursor
        self._pressed = self.cursor if chosen else None
        self.focus(scroll_visible=False)

    def on_click(self, event: events.Click) -> None:
        """Chooses a row; opens it when it was chosen before. On a title: asks for the order."""
        event.stop()
        title = self._title_at(event.x, event.y)
        if title is not None:
            self.post_message(self.SortChosen(self, title.id))
        index = self._index_at(event.y)
        if index is None:
            return
        if index == self._pressed:
            self.action_open()
        self.cursor = index

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Shows by the pointer that a title can be clicked."""
        on_title = self._title_at(event.x, event.y) is not None
        if on_title != (self.styles.pointer == "pointer"):
            self.styles.pointer = "pointer" if on_title else "default"

    # Painting

    def notify_style_update(self) -> None:
        """Forgets everything painted: theme, focus or classes changed."""
        super().notify_style_update()
        self._painter.forget_styles()

    def _fit(self) -> tuple[Place[R], ...]:
        # The scrollbar lies over the last cell of the lines; the one before it stays free.
        taken = self.scrollbar_size_vertical and self.scrollbar_size_vertical + 1
        return self._painter.fit(self.size.width, self.size.width - taken)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of `crop`; those that did not change are the same objects as before, escape codes and all."""
        if self.styles.gutter or self.styles.opacity < 1 or self.styles.tint.a:
            return super().render_lines(crop)
        self._fit()
        top = self.scroll_offset.y - self._header
        strips = [self._line(y, y + top) for y in crop.line_range]
        filters = self.get_line_filters()
        if filters:
            background = self.background_colors[1]
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Line `y` of the visible part."""
        self._fit()
        return self._line(y, y + self.scroll_offset.y - self._header)

    def _line(self, y: int, index: int) -> Strip:
        if y < self._header:
            return self._painter.header(self._sort)
        if index >= self.row_count:
            return self._empty_line(y - self._header)
        at_cursor = index == self.cursor
        strip = self._painter.kept(index, at_cursor)
        if strip is None:
            row = self.row_at(index)
            if row is None:
                return self._painter.placeholder(at_cursor)
            is_new = bool(self._new) and self._row_id(row) in self._new
            strip = self._painter.row(index, row, at_cursor, is_new)
        return strip

    def _empty_line(self, line: int) -> Strip:
        lines = self._empty_text().splitlines() if self._window is not None and not self.row_count else []
        return self._painter.words(lines[line] if line < len(lines) else "")

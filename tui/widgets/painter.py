"""How a table's lines are painted and kept: styles by tone and theme, columns in their places, finished lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from tui.widgets.column import Column, Place, Tone, fit_columns, fit_text, paint_row, plain

if TYPE_CHECKING:
    from textual.widget import Widget

R = TypeVar("R")

GUTTER = 1
"""Cells left of the first column, where the mark of a new row stands."""
LINES_KEPT = 512
"""Painted lines that are kept, about 5 KB each."""


class LinePainter(Generic[R]):
    """Paints the lines of one table, whose component classes `virtual-table--…` give the styles."""

    def __init__(self, table: Widget, columns: Sequence[Column[R]], gap: int) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._gap = gap
        self._width = 0
        self._room = -1
        self._places: tuple[Place[R], ...] = ()
        self._lines: dict[int, Strip] = {}
        self._styles: dict[tuple[str, Tone], Style] = {}

    def show_columns(self, columns: Sequence[Column[R]]) -> None:
        """Paints `columns` from now on."""
        self._columns = tuple(columns)
        self._room = -1

    def forget_lines(self) -> None:
        """The records or the words in the cells changed."""
        self._lines.clear()

    def forget_styles(self) -> None:
        """Theme, focus or classes changed."""
        self._lines.clear()
        self._styles.clear()

    def fit(self, width: int, room: int) -> tuple[Place[R], ...]:
        """The places of the columns in lines `width` cells long of which `room` can be seen."""
        if (width, room) != (self._width, self._room):
            self._width, self._room = width, room
            self._lines.clear()
            self._places = fit_columns(self._columns, room, GUTTER, self._gap)
        return self._places

    def kept(self, index: int, at_cursor: bool) -> Strip | None:
        """The line of the row at `index`, if it was painted before."""
        return self._lines.get(index * 2 + at_cursor)

    def row(self, index: int, row: R, at_cursor: bool, is_new: bool) -> Strip:
        """Paints the line of `row` and keeps it."""
        if len(self._lines) >= LINES_KEPT:
            self._lines.clear()
        part = "cursor" if at_cursor else ""
        segments = paint_row(self._places, row, self._width, lambda tone: self._style(part, tone))
        if is_new:
            segments = [Segment("▎", self._toned(self._style(part), "new")), *_without_first_cell(segments)]
        strip = self._lines[index * 2 + at_cursor] = Strip(segments, self._width)
        return strip

    def placeholder(self, at_cursor: bool) -> Strip:
        """The line of a row that is not there yet."""
        text = ""
        for place in self._places:
            text = text.ljust(place.x) + "·"
        style = self._toned(self._style("cursor" if at_cursor else ""), "placeholder")
        return Strip([Segment(fit_text(text, self._width), style)], self._width)

    def header(self, sort: tuple[str, bool] | None) -> Strip:
        """The titles; `sort` is the column that gives the order and whether it falls."""
        text = ""
        for place in self._places:
            column = place.column
            title = plain(column.head(place.width) if column.head else column.title())
            if sort is not None and sort[0] == column.id:
                title = fit_text(title, min(cell_len(title), max(0, place.width - 2))) + (" ▼" if sort[1] else " ▲")
            text = fit_text(text, place.x) + fit_text(title, place.width, column.align)
        return Strip([Segment(fit_text(text, self._width), self._style("header"))], self._width)

    def words(self, text: str) -> Strip:
        """A line under the last row: blank, or the owner's words about an empty table."""
        line = fit_text(" " * GUTTER + plain(text), self._width)
        return Strip([Segment(line, self._style("empty" if text else ""))], self._width)

    def _style(self, part: str, tone: Tone = "") -> Style:
        style = self._styles.get((part, tone))
        if style is None:
            table = self._table
            base = table.get_component_rich_style(f"virtual-table--{part}") if part else table.rich_style
            style = self._styles[part, tone] = self._toned(base, tone) if tone else base
        return style

    def _toned(self, base: Style, tone: str) -> Style:
        # Not by Textual's own joining of component classes, whose colours know the last class's background only.
        styles = self._table.get_component_styles(f"virtual-table--{tone}")
        if not styles.has_rule("color") or base.bgcolor is None:
            return base + styles.text_style
        background = Color.from_rich_color(base.bgcolor)
        color = background.get_contrast_text(styles.color.a) if styles.auto_color else styles.color
        return base + Style.from_color((background + color).rich_color) + styles.text_style


def _without_first_cell(segments: list[Segment]) -> list[Segment]:
    first, *rest = segments
    return [Segment(first.text[1:], first.style), *rest] if len(first.text) > 1 else rest

"""Columns of a `VirtualTable`: how they share the width, and how a record becomes one line of segments.

Text is measured in terminal cells, never parsed as markup, and loses control characters even here, as a last wall
behind `data.text.clean`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Literal, NamedTuple, TypeAlias, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from data.text import clean_line

R = TypeVar("R")

Tone = Literal["", "good", "warning", "error", "muted", "faint", "accent", "strong"]
"""What a text means; each but the plain one is a component class `virtual-table--…` that themes colour."""
Piece: TypeAlias = tuple[str, Tone]
Cell: TypeAlias = str | Piece | list[Piece]
"""One text, a text with a tone, or several of those side by side."""

VARIATION = str.maketrans("", "", "\ufe0e\ufe0f")
"""Selectors of text or picture form: terminals disagree about the width they give, so they are left out."""


class Column(NamedTuple, Generic[R]):
    """One column. `cell` gets the record and the cells it may fill; what is longer is cut with an ellipsis."""

    id: str
    title: Callable[[], str]
    """Called when the header is painted, so that it follows the language."""
    cell: Callable[[R, int], Cell]
    width: int
    """Cells that it takes at least."""
    grow: int = 0
    """Its share of the width that is left over."""
    align: Literal["left", "right"] = "left"
    keep: int = 0
    """Columns of the lowest `keep` leave first when the table is narrow; of equals, the one on the right."""
    sortable: bool = False
    """Whether a click on its title asks for its order."""
    head: Callable[[int], str] | None = None
    """Draws the title for the width at hand, where it is more than a word: the months over a timeline."""
    wish: int = 0
    """Cells up to which it takes what is left over before that is shared out."""


class Place(NamedTuple, Generic[R]):
    """A column that found room: from cell `x`, `width` cells wide."""

    column: Column[R]
    x: int
    width: int


def fit_columns(columns: Sequence[Column[R]], width: int, start: int, gap: int) -> tuple[Place[R], ...]:
    """Places `columns` into `width` cells from cell `start` on, `gap` cells between them.

    Drops columns until the rest fits, grants wishes from the left, then shares out what is left by `grow`. The last
    one left is cut to the width.
    """
    kept = list(columns)
    room = max(0, width - start)

    def spare() -> int:
        return room - sum(column.width for column in kept) - gap * (len(kept) - 1)

    while len(kept) > 1 and spare() < 0:
        lowest = min(column.keep for column in kept)
        kept.remove(next(column for column in reversed(kept) if column.keep == lowest))
    if not kept:
        return ()
    for index, column in enumerate(kept):
        kept[index] = column._replace(width=max(column.width, min(column.wish, column.width + spare())))
    left, shares = spare(), sum(column.grow for column in kept)
    places: list[Place[R]] = []
    x = start
    for column in kept:
        # Each share is taken of what is left, so that the rounding never loses a cell.
        extra = left * column.grow // shares if shares and left > 0 else min(left, 0)
        left, shares = left - extra, shares - column.grow
        places.append(Place(column, x, max(0, column.width + extra)))
        x += column.width + extra + gap
    return tuple(places)


def plain(text: str) -> str:
    """`text` fit to be measured and written: one line, no control characters. Ordinary text passes through."""
    if text.isprintable():
        return text if text.isascii() else text.translate(VARIATION)
    return clean_line(text).translate(VARIATION)


def fit_text(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """`text` in exactly `width` cells: padded on the side away from `align`, or cut with an ellipsis."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        if width < 1:
            return ""
        text = set_cell_size(text, width - 1).rstrip() + "…"
        length = cell_len(text)
    if length == width:
        return text
    padding = " " * (width - length)
    return padding + text if align == "right" else text + padding


def fit_cell(cell: Cell, width: int, align: Literal["left", "right"]) -> list[Piece]:
    """The pieces of `cell` in exactly `width` cells together."""
    if isinstance(cell, str):
        return [(fit_text(plain(cell), width, align), "")]
    if isinstance(cell, tuple):
        return [(fit_text(plain(cell[0]), width, align), cell[1])]
    pieces: list[Piece] = []
    left = width
    for raw, tone in cell:
        text = plain(raw)
        length = cell_len(text)
        if length > left:
            pieces.append((fit_text(text, left), tone))
            return pieces
        pieces.append((text, tone))
        left -= length
    if left:
        pieces.insert(0 if align == "right" else len(pieces), (" " * left, ""))
    return pieces


def paint_row(places: Sequence[Place[R]], row: R, width: int, style: Callable[[Tone], Style]) -> list[Segment]:
    """The line of `row`, `width` cells: each column in its place.

    Neighbours of one style become one segment: each segment costs about 30 bytes on the way to the terminal.
    """
    pieces: list[Piece] = []
    taken = 0
    for place in places:
        if place.x > taken:
            pieces.append((" " * (place.x - taken), ""))
        pieces += fit_cell(place.column.cell(row, place.width), place.width, place.column.align)
        taken = place.x + place.width
    if taken < width:
        pieces.append((" " * (width - taken), ""))
    segments: list[Segment] = []
    text = ""
    current: Tone = ""
    for piece, tone in pieces:
        if tone == current:
            text += piece
            continue
        if text:
            segments.append(Segment(text, style(current)))
        text, current = piece, tone
    if text:
        segments.append(Segment(text, style(current)))
    return segments

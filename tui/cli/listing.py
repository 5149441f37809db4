"""Plain tables for the console: columns aligned by cells, cut to the width of the terminal, safe to print."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from data.text import clean_line

GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Where the table is too wide, the columns with `least` cells shrink, but not below that."""

    title: str
    is_right: bool = False
    least: int = 0
    """Cells that a shrinking column keeps; 0 never shrinks."""
    keep: int = 9
    """Where shrinking is not enough, columns are left out, lowest first; those of 9 stay."""
    is_spaced: bool = False
    """Whether it holds the desk's own words alone, in which spaces put one thing below the other."""


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None) -> list[str]:
    """The lines of a table, its titles first; `width` in cells, or None where nothing may be cut.

    Every value from outside is cleaned and put on one line, so that none can move the cursor or break the columns.
    """
    cells = [
        [value if column.is_spaced else clean_line(value, 100_000) for column, value in zip(columns, row, strict=True)]
        for row in rows
    ]
    wanted = [
        max(cell_len(column.title), *(cell_len(row[place]) for row in cells)) if cells else cell_len(column.title)
        for place, column in enumerate(columns)
    ]
    places = _kept(columns, wanted, width)
    shown = [columns[place] for place in places]
    widths = _fitted(shown, [wanted[place] for place in places], width)
    rows_shown = ([column.title for column in columns], *cells)
    return [_line(shown, widths, [row[place] for place in places]) for row in rows_shown]


def console_width() -> int | None:
    """Cells of the terminal that standard output goes to; None when it goes to a file or another program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _kept(columns: Sequence[Column], wanted: list[int], width: int | None) -> list[int]:
    """The places of the columns that can stand beside each other in `width`."""
    places = list(range(len(columns)))
    while width is not None:
        least = sum(min(wanted[place], columns[place].least or wanted[place]) for place in places)
        leaving = min(places, key=lambda place: (columns[place].keep, -place))
        if least + len(GAP) * (len(places) - 1) <= width or columns[leaving].keep == 9:
            break
        places.remove(leaving)
    return places


def _fitted(columns: Sequence[Column], wanted: list[int], width: int | None) -> list[int]:
    widths = list(wanted)
    if width is None:
        return widths
    over = sum(widths) + len(GAP) * (len(widths) - 1) - width
    flexible = [place for place, column in enumerate(columns) if column.least]
    while over > 0 and (shrinkable := [place for place in flexible if widths[place] > columns[place].least]):
        widths[max(shrinkable, key=widths.__getitem__)] -= 1
        over -= 1
    return widths


def _line(columns: Sequence[Column], widths: Sequence[int], values: Sequence[str]) -> str:
    return GAP.join(
        _cell(value, width, column.is_right) for column, width, value in zip(columns, widths, values, strict=True)
    ).rstrip()


def _cell(value: str, width: int, is_right: bool) -> str:
    length = cell_len(value)
    if length > width:
        return set_cell_size(value, max(0, width - 1)) + "…" if width else ""
    return " " * (width - length) + value if is_right else value + " " * (width - length)

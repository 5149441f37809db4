"""Cells of the lists: from runs in roles to the tones of the shared table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from tui.widgets.column import Cell, Column, Piece, Tone
from tui.widgets.line import Runs, cut

R = TypeVar("R")

_TONES: dict[str, Tone] = {
    "": "",
    "quiet": "muted",
    "faint": "faint",
    "strong": "strong",
    "good": "good",
    "warn": "warning",
    "bad": "error",
    "accent": "accent",
}


def column(
    id: str,
    title: Callable[[], str],
    cell: Callable[[R, int], Runs],
    *,
    width: int,
    keep: int,
    grow: int = 0,
    align: Literal["left", "right"] = "left",
    sortable: bool = False,
    head: Callable[[int], str] | None = None,
    wish: int = 0,
) -> Column[R]:
    """A column of the shared table whose cells are given as runs. Of several roles the first one counts."""

    def draw(row: R, room: int) -> Cell:
        pieces: list[Piece] = [(text, _TONES[role.partition(" ")[0]]) for text, role in cut(cell(row, room), room)]
        return pieces

    return Column(
        id=id,
        title=title,
        cell=draw,
        width=width,
        grow=grow,
        align=align,
        keep=keep,
        sortable=sortable,
        head=head,
        wish=wish,
    )

"""Breaking text into lines of so many cells, never inside a command that the person is to type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from rich.cells import cell_len, split_graphemes

from tui.widgets.line import Runs

M = TypeVar("M")
_COMMAND = re.compile(r"peakasutaja (?:config (?:init|check|path)|[a-z]+)")
_JOINT = "\ue000"
"""Stands for a space inside of a command while lines are broken: a private letter, which no clean text holds."""


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at spaces where it can be, but never inside our commands."""
    width = max(1, width)
    lines: list[str] = []
    whole = _COMMAND.sub(lambda command: command[0].replace(" ", _JOINT), text)
    for given in whole.replace("\t", "    ").split("\n"):
        line = ""
        for word in given.rstrip().split(" "):
            grown = f"{line} {word}" if line else word
            if cell_len(grown) <= width:
                line = grown
                continue
            if line:
                lines.append(line)
            *pieces, line = _pieces(word, width)
            lines += pieces
        lines.append(line)
    return [line.replace(_JOINT, " ") for line in lines]


def wrap_runs(runs: Runs, width: int) -> list[Runs]:
    """`runs` in lines of at most `width` cells, broken as `wrap` breaks."""
    return list[Runs](wrap_marked(runs, width))


def wrap_marked(pieces: Sequence[tuple[str, M]], width: int) -> list[list[tuple[str, M]]]:
    """Pieces of text without tabs in lines of at most `width` cells, each with what it is marked with."""
    text = "".join(text for text, _mark in pieces)
    lines: list[list[tuple[str, M]]] = []
    at = begin = place = 0  # in the text; where the piece at `place` begins in it
    for line in wrap(text, width):
        at = text.index(line, at)
        end, held = at + len(line), list[tuple[str, M]]()
        while at < end:
            said, mark = pieces[place]
            if taken := said[at - begin : end - begin]:
                held.append((taken, mark))
                at += len(taken)
            if at >= begin + len(said):
                begin, place = begin + len(said), place + 1
        lines.append(held)
    return lines


def _pieces(word: str, width: int) -> list[str]:
    """A word that is longer than a line, cut between its letters."""
    if cell_len(word) <= width:
        return [word]
    pieces, piece, taken = list[str](), "", 0
    for start, stop, cells in split_graphemes(word)[0]:
        if taken + cells > width and piece:
            pieces.append(piece)
            piece, taken = "", 0
        piece += word[start:stop]
        taken += cells
    return [*pieces, piece]

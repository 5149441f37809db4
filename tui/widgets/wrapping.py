"""Breaking text into lines of so many cells, never inside a command that the person is to type."""

from __future__ import annotations

import re

from rich.cells import cell_len, split_graphemes

from tui.widgets.line import Runs

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
    text, roles = "".join(text for text, _role in runs), [role for text, role in runs for _letter in text]
    lines: list[Runs] = []
    at = 0
    for line in wrap(text, width):
        at = text.index(line, at)
        lines.append([(letter, role) for letter, role in zip(line, roles[at:], strict=False)])
        at += len(line)
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

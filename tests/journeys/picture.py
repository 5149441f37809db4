"""A terminal's screen, with its colours, as a picture."""

from __future__ import annotations

import html
import os
import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_CELL = 12.2
"""Width of a cell in rich's pictures."""
_RUN = re.compile(r'<text([^>]*?)x="([\d.]+)"([^>]*?) textLength="[\d.]+"([^>]*)>([^<]*)</text>')


def svg_of(screen: str, width: int, title: str = "peakasutaja") -> str:
    """`screen` (lines with escape codes for colour, as tmux gives them) as SVG, `width` cells wide."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=width, file=nowhere, force_terminal=True, color_system="truecolor")
        # Decoded as one text: a colour that goes on in the next line is not said again there.
        for line in Text.from_ansi(screen).split("\n"):
            console.print(line, no_wrap=True, overflow="crop", soft_wrap=False)
    svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title=title), flags=re.DOTALL)
    return _RUN.sub(_placed, svg.replace("Fira Code", "DejaVu Sans Mono"))


def _placed(run: re.Match[str]) -> str:
    """A run of text as one element a word, each in its cell: not every viewer keeps to a given length of text."""
    before, x, between, after, body = run.groups()
    text = html.unescape(body)
    words = []
    for word in re.finditer(r"[^\xa0]+", text):
        place = float(x) + _CELL * cell_len(text[: word.start()])
        words.append(f'<text{before}x="{place:.1f}"{between}{after}>{html.escape(word.group())}</text>')
    return "".join(words)

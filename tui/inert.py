"""The last wall between text from outside and the terminal: no control character leaves the screen."""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class InertText(LineFilter):
    """Replaces control and direction-changing characters by a space, so that widths stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line, inert. Ordinary lines pass unchanged and unscanned."""
        if all(segment.text.isprintable() for segment in segments if not segment.control):
            return segments
        return [
            segment if segment.control else Segment(_CONTROL.sub(" ", segment.text), segment.style)
            for segment in segments
        ]


INERT = InertText()
"""The one filter of the program: lines are kept filtered by the identity of their filter."""

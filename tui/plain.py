"""The plain set of signs for what `tui.glyphs` does not draw: frames, the mark of a new row, hidden text.

A frame is Textual's, and what the mask hides is hidden before the screen knows of it, so that these signs are changed
where lines are painted.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS = str.maketrans("╭╮╰╯─│▔▁▊▌▎▒▲▼▂▃▄▅▆▇", "++++-|-_|||#^v      ")
"""The last ones are ends of the thumb of a scrollbar, whose colour is enough."""


class PlainSigns(LineFilter):
    """Draws lines with ASCII signs, each as wide as the one in whose place it stands; letters stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with other signs."""
        return [Segment(text.translate(_SIGNS), style, control) for text, style, control in segments]


PLAIN_SIGNS = PlainSigns()

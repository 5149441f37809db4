"""A line of styled text that repaints only when its words change, and the runs that texts are made of.

Text is given as runs: pairs of a text and the role that it is drawn in (`""`, or one of `tui.theme.ROLES`). Runs are
never parsed as markup, so text from outside stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

Run = tuple[str, str]
Runs = Sequence[Run]


def content(runs: Iterable[Run]) -> Content:
    """`runs` as Textual content whose roles follow the theme."""
    return Content.assemble(*((text, style_of(role)) if role else text for text, role in runs))


def style_of(role: str) -> str:
    """The Textual style of a role; several roles may be joined by a space (`bad strong`)."""
    return " ".join(_STYLES.get(each) or f"${each}" for each in role.split())


_STYLES = {
    "strong": "bold",
    "tab": "bold $accent on $cursor",
    **{name: name for name in ("underline", "reverse", "italic", "strike")},
}


def width_of(runs: Runs) -> int:
    """How many cells `runs` take."""
    return sum(cell_len(text) for text, _ in runs)


def cut(runs: Runs, width: int, ellipsis: str = "…") -> list[Run]:
    """`runs` in at most `width` cells; an ellipsis stands where something was cut."""
    if width_of(runs) <= width:
        return list(runs)
    room, kept = width - cell_len(ellipsis), list[Run]()
    for text, role in runs:
        if cell_len(text) > room:
            kept.append((set_cell_size(text, max(0, room)).rstrip() + ellipsis, role))
            break
        kept.append((text, role))
        room -= cell_len(text)
    return kept if width > 0 else []


def spread(left: Runs, right: Runs, width: int) -> list[Run]:
    """`left` and `right` at the two ends of a line; the left one is cut first, then the right one."""
    right = cut(right, width)
    left = cut(left, max(0, width - width_of(right) - (1 if right else 0)))
    gap = width - width_of(left) - width_of(right)
    return [*left, (" " * max(0, gap), ""), *right]


class Line(Widget):
    """One line of runs."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._runs: tuple[Run, ...] = ()

    def write(self, runs: Runs) -> None:
        """Shows `runs`; paints nothing when they are already on screen."""
        new = tuple(runs)
        if new != self._runs:
            self._runs = new
            self.refresh()

    @property
    def plain(self) -> str:
        """What is shown, without styles."""
        return "".join(text for text, _ in self._runs)

    def render(self) -> Content:
        """The line, cut to the width at hand."""
        return content(cut(self._runs, self.size.width))

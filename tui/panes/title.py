"""The lines over a pane's list: its title with figures, and what is amiss."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tui.widgets.line import Line, Runs, content, spread, width_of
from tui.widgets.wrapping import wrap_runs


class PaneTitle(Line):
    """The pane's name, the age of its data, and its figures; a click puts the cursor into the pane."""

    def __init__(self) -> None:
        super().__init__(classes="pane-title")
        self._parts: tuple[Runs, Runs] = ((), ())

    @property
    def name_width(self) -> int:
        """Cells that name and age take, with room for the age to grow."""
        return self.gutter.left + width_of(self._parts[0]) + 5

    def show(self, left: Runs, right: Runs) -> None:
        """Shows the two ends of the title; figures that do not fit leave whole, those that tell of trouble last."""
        self._parts = (left, right)
        room = self.size.width - width_of(left) - 2
        while len(right) > 1 and width_of(right) > room:
            right = _without_least(right)
        self.write(spread(left, right, self.size.width))

    def on_resize(self) -> None:
        """Spreads the title over the new width."""
        self.show(*self._parts)


def _without_least(figures: Runs) -> Runs:
    """`figures`, each but the last followed by a dot, without the least of them; of equals the last one leaves."""
    told = figures[::2]
    least = max(range(len(told)), key=lambda index: (_RANKS.get(told[index][1].partition(" ")[0], len(_RANKS)), index))
    place = max(0, 2 * least - 1)
    return [*figures[:place], *figures[place + 2 :]]


_RANKS = {"bad": 0, "warn": 1}
"""Roles of figures that stay longest."""


class Notice(Line):
    """What is amiss and what to do about it; takes a second line rather than lose the command at its end."""

    DEFAULT_CSS = """
    Notice { height: auto; max-height: 3; }
    """

    def write(self, runs: Runs) -> None:
        """Shows `runs`; asks for another height only when the words are others."""
        new = tuple(runs)
        if new != self._runs:
            self._runs = new
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the words take."""
        return len(wrap_runs(self._runs, width))

    def render(self) -> Content:
        """The words, wrapped to the width at hand; a command stays on one line."""
        lines = wrap_runs(self._runs, self.content_size.width)
        return Content("\n").join(content(line) for line in lines)

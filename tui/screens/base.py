"""What every mode's screen has: header, tabs, footer, and panes that follow the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from data.language import _
from data.model import Kind
from tui.desk import Desk
from tui.layout import LEAST_HEIGHT, LEAST_WIDTH, LOW, NARROW, TALL
from tui.panes.base import Pane
from tui.widgets.footer import KeyFooter
from tui.widgets.header import DeskHeader, ModeTabs
from tui.widgets.line import Line, content


class TooSmall(Line):
    """How large a window must be; wrapped, since it is shown where there is little room."""

    DEFAULT_CSS = """
    TooSmall { height: 1fr; }
    """

    def render(self) -> Content:
        """The words, wrapped to the width at hand."""
        return content(self._runs)


class DeskScreen(Screen[None]):
    """One mode."""

    mode: ClassVar[str]
    AUTO_FOCUS = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._was_shown = False

    def compose(self) -> ComposeResult:
        """Header, tabs, body, footer, and the word for windows that are too small."""
        yield DeskHeader(self.desk)
        yield ModeTabs(self.desk, self.mode)
        yield from self.compose_body()
        yield KeyFooter(self.desk)
        yield TooSmall(classes="too-small")

    def compose_body(self) -> ComposeResult:
        """What stands between the tabs and the footer."""
        raise NotImplementedError

    @property
    def is_ready(self) -> bool:
        """Whether the parts are there: a screen is mounted before what it is composed of, and closed after it."""
        return self.is_attached and bool(self.query(KeyFooter))

    @property
    def panes(self) -> Iterator[Pane[Any]]:
        """The panes of this screen."""
        return iter(self.query(Pane).results(Pane))

    def store_changed(self, kinds: frozenset[Kind]) -> None:
        """Tells the panes what changed."""
        for pane in self.panes:
            pane.store_changed(kinds)

    def actions_changed(self) -> None:
        """What the person did to tickets has come further."""
        for pane in self.panes:
            if Kind.TICKETS in pane.kinds:
                pane.redraw()

    def sources_changed(self) -> None:
        """How the sources stand has changed."""
        for pane in self.panes:
            pane.show_frame()
        self.query_one(DeskHeader).tick()

    def words_changed(self) -> None:
        """The language, the signs or the theme changed: everything is written anew."""
        self.query_one(DeskHeader).tick()
        self.query_one(ModeTabs).tick()
        self.query_one(KeyFooter).tick()
        for pane in self.panes:
            pane.words_changed()

    def reload(self) -> None:
        """Reads everything on this screen again."""
        for pane in self.panes:
            pane.reload()

    def catch_up(self) -> None:
        """The screen came to the front: reads what changed meanwhile."""
        self.query_one(DeskHeader).tick()
        for pane in self.panes:
            pane.catch_up()
            pane.show_frame()

    def tick(self, *, redraw: bool) -> None:
        """A second has passed; `redraw` also brings the ages in the lists up to date."""
        self.query_one(DeskHeader).tick()
        for pane in self.panes:
            if pane.is_seen:
                pane.show_frame()
                if redraw:
                    pane.redraw()
                    pane.keep_up()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """The styles of a screen that has just been made are as fresh as they can be: spares 30 ms a mode."""
        event.refresh_styles = self._was_shown
        self._was_shown = True

    def _compositor_refresh(self) -> None:
        # Textual would render every line before it finds that nothing may be painted yet.
        if self.app._batch_count:
            self.refresh()
        else:
            super()._compositor_refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Chooses the layout for the size at hand."""
        width, height = event.size
        tiny = width < LEAST_WIDTH or height < LEAST_HEIGHT
        self.set_class(width < NARROW or height < LOW, "-compact")
        self.set_class(height < LOW, "-low")
        self.set_class(height >= TALL, "-tall")
        self.set_class(tiny, "-tiny")
        if tiny:
            text = _("Needs {least_width}×{least_height}, has {width}×{height}: the window is too small for the desk.")
            words = text.format(width=width, height=height, least_width=LEAST_WIDTH, least_height=LEAST_HEIGHT)
            self.query_one(TooSmall).write(((words, ""),))

    def open_target(self, target: str, *, from_elsewhere: bool = False) -> None:
        """Shows the thing that `target` names; `from_elsewhere` says that another mode asked, where Esc leads back."""

    def open_search(self) -> bool:
        """Opens the search of this mode; False when it has none of its own."""
        return False

    def go_back(self) -> bool:
        """Steps back inside the mode; False when there is nothing to step back from."""
        return False

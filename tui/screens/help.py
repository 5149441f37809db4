"""F1: the keys that work here, the signs, and what the desk does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen

from data.language import N_
from tui.desk import Desk
from tui.help.guide import guide
from tui.widgets.document import Document

if TYPE_CHECKING:
    from textual.binding import ActiveBinding


class HelpScreen(ModalScreen[None]):
    """The guide in a window over the desk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="help.leave", tooltip=N_("Close the help")),
        Binding("f1", "leave", N_("back"), show=False, id="help.leave_too", tooltip=N_("Close the help")),
        Binding("q", "leave", N_("back"), show=False, id="help.leave_three", tooltip=N_("Close the help")),
    ]

    def __init__(self, desk: Desk, active: Mapping[str, ActiveBinding]) -> None:
        super().__init__()
        self.desk = desk
        self._active = active

    def compose(self) -> ComposeResult:
        """The document."""
        with Container(classes="dialog tall"):
            yield Document()

    def on_mount(self) -> None:
        """Shows the guide."""
        self.query_one(Document).show(guide(self.desk.format.glyphs, self._active), "guide")
        self.query_one(Document).focus()

    def on_click(self) -> None:
        """A click beside the window closes it."""
        if not self.query_one(Container).is_mouse_over:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Closes."""
        self.dismiss(None)

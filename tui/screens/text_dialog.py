"""A small window for a text of several lines."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import TextArea

from data.language import N_, _
from tui.glyphs import Glyphs
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line


class TextDialog(ModalScreen[str]):
    """Ends with the text, or with None after Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="text.leave", tooltip=N_("Close; nothing changes")),
        # With priority: the text field would take every key for itself.
        Binding("f5", "done", N_("done"), priority=True, id="text.done", tooltip=N_("Take the text")),
    ]

    def __init__(self, glyphs: Glyphs, title: str, subject: str, text: str) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._title = title
        self._subject = subject
        self._text = text

    def compose(self) -> ComposeResult:
        """Headline, text, keys."""
        with Container(classes="dialog tall writing"):
            yield Line(classes="dialog-title")
            yield TextArea(self._text, soft_wrap=True, tab_behavior="focus")
            yield DialogKeys([("f5", _("done")), ("escape", _("back"))], ascii_only=self._glyphs.is_plain)

    def on_mount(self) -> None:
        """Puts the cursor into the text."""
        self.query_one(".dialog-title", Line).write(((f"{self._title}  ", "strong"), (self._subject, "quiet")))
        self.query_one(TextArea).focus()

    def action_done(self) -> None:
        """Ends with the text."""
        self.dismiss(self.query_one(TextArea).text)

    def action_leave(self) -> None:
        """Closes without it."""
        self.dismiss(None)

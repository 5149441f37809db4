"""A small window that asks for one line of text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from data.language import N_, _
from tui.glyphs import Glyphs
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line

LENGTH = 500


class LineDialog(ModalScreen[str]):
    """Ends with what was typed, or with nothing after Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="line.leave", tooltip=N_("Close without writing anything")),
    ]

    def __init__(self, glyphs: Glyphs, question: str, subject: str) -> None:
        """`subject` is what the question is about."""
        super().__init__()
        self._glyphs = glyphs
        self._question = question
        self._subject = subject

    def compose(self) -> ComposeResult:
        """Question, field, keys."""
        with Container(classes="dialog"):
            yield Line(classes="dialog-title")
            yield Input(max_length=LENGTH)
            keys = [("enter", _("write down")), ("escape", _("back"))]
            yield DialogKeys(keys, ascii_only=self._glyphs.is_plain)

    def on_mount(self) -> None:
        """Says what is asked."""
        self.query_one(".dialog-title", Line).write(((f"{self._question}  ", "strong"), (self._subject, "quiet")))
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ends with the line; an empty one is no answer."""
        event.stop()
        if event.value.strip():
            self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        """Closes without an answer."""
        self.dismiss(None)

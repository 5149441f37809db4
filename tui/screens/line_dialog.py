"""A small window that asks for one line of text."""

from __future__ import annotations

from collections.abc import Callable
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

    def __init__(
        self,
        glyphs: Glyphs,
        question: str,
        subject: str,
        value: str = "",
        *,
        check: Callable[[str], str] | None = None,
        can_be_empty: bool = False,
    ) -> None:
        """`subject` is what the question is about; `check` says what is wrong with an answer, or nothing."""
        super().__init__()
        self._glyphs = glyphs
        self._question = question
        self._subject = subject
        self._value = value
        self._check = check or (lambda _text: "")
        self._can_be_empty = can_be_empty

    def compose(self) -> ComposeResult:
        """Question, field, keys."""
        with Container(classes="dialog"):
            yield Line(classes="dialog-title")
            yield Input(self._value, max_length=LENGTH)
            yield Line(classes="line-fault")
            keys = [("enter", _("write down")), ("escape", _("back"))]
            yield DialogKeys(keys, ascii_only=self._glyphs.is_plain)

    def on_mount(self) -> None:
        """Says what is asked."""
        self.query_one(".dialog-title", Line).write(((f"{self._question}  ", "strong"), (self._subject, "quiet")))
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ends with the line; an empty one is no answer."""
        event.stop()
        text = event.value.strip()
        if (text or self._can_be_empty) and not self._fault(text):
            self.dismiss(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Says what is wrong while it is typed."""
        event.stop()
        self.query_one(".line-fault", Line).write(((self._fault(event.value.strip()), "bad"),))

    def _fault(self, text: str) -> str:
        return self._check(text) if text else ""

    def action_leave(self) -> None:
        """Closes without an answer."""
        self.dismiss(None)

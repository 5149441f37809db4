"""Writing a comment: the ticket stays in sight, who will see it is said plainly, what was typed is never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import TextArea

from data.action import Comment
from data.language import N_, _
from tui.glyphs import Glyphs
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line

KEEP_SECONDS = 2.0
"""How long the person must have stopped typing before what they wrote is kept."""


class CommentDialog(ModalScreen[Comment | None]):
    """Ends with the comment, or with nothing after Esc: then what was typed is kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="comment.leave", tooltip=N_("Close; what was typed is kept")),
        # With priority: the text field would take every key for itself.
        Binding("f5", "give", N_("add"), priority=True, id="comment.give", tooltip=N_("Add the comment")),
        Binding("f4", "turn", N_("internal / public"), priority=True, id="comment.turn", tooltip=N_("Who sees it")),
    ]

    def __init__(
        self,
        glyphs: Glyphs,
        subject: str,
        text: str,
        keep: Callable[[str], object],
        *,
        is_internal: bool,
        can_be_internal: bool,
    ) -> None:
        """`keep` is called with what was typed whenever the person pauses or leaves; it must return at once."""
        super().__init__()
        self._glyphs = glyphs
        self._subject = subject
        self._text = text
        self._keep = keep
        self._is_internal = is_internal
        self._can_be_internal = can_be_internal
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """Headline, who will see it, text, keys."""
        with Container(classes="dialog writing"):
            yield Line(classes="dialog-title")
            yield Line(classes="comment-seen")
            yield TextArea(self._text, soft_wrap=True, tab_behavior="focus", id="comment-text")
            keys = [("f5", _("add"))]
            keys += [("f4", _("internal / public"))] if self._can_be_internal else []
            yield DialogKeys([*keys, ("escape", _("back"))], ascii_only=self._glyphs.is_plain)

    def on_mount(self) -> None:
        """Puts the cursor behind what was typed before."""
        self.query_one(".dialog-title", Line).write(((f"{_('Comment')}  ", "strong"), (self._subject, "quiet")))
        self._show_who()
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    def _show_who(self) -> None:
        if not self._can_be_internal:
            words, role = _("Everybody who sees the ticket reads it."), "quiet"
        elif self._is_internal:
            words, role = _("Internal: only the team reads it."), "accent strong"
        else:
            words, role = _("Public: whoever reported the ticket reads it too."), "warn strong"
        self.query_one(".comment-seen", Line).write(((words, role),))

    @property
    def _typed(self) -> str:
        return self.query_one(TextArea).text.rstrip()

    @on(TextArea.Changed)
    def note_change(self) -> None:
        """Keeps what was typed once the person pauses."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(KEEP_SECONDS, self._keep_typed)

    def _keep_typed(self) -> None:
        if self.is_attached:
            self._keep(self._typed)

    def action_turn(self) -> None:
        """Internal becomes public, and public internal."""
        if self._can_be_internal:
            self._is_internal = not self._is_internal
            self._show_who()

    def action_give(self) -> None:
        """Ends with the comment; an empty one is none."""
        if self._typed.strip():
            self.dismiss(Comment(self._typed, self._is_internal))

    def action_leave(self) -> None:
        """Closes; what was typed is kept."""
        self._keep(self._typed)
        self.dismiss(None)

"""Writing a notice: the facts are in already, the person edits, sees exactly what leaves and to whom, and sends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from data.incident import Channel
from data.language import N_, _
from data.rules.contacts import Recipient
from data.rules.mask import mask_text
from data.rules.notice import Draft
from tui.glyphs import Glyphs
from tui.screens.writing import Writing
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.document import Block, Document, Fact, Paragraph, Row
from tui.widgets.line import Line

KEEP_SECONDS = 2.0
"""How long the person must have stopped typing before what they wrote is kept."""


class NoticeEditor(Writing):
    """Title and text of a notice; ends with how it leaves, or with nothing after Esc: then what was typed is kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority: the text field would take every key for itself.
        Binding("f5", "send", N_("send"), priority=True, id="notice.send", tooltip=N_("See it once more, then send")),
    ]

    def __init__(
        self,
        glyphs: Glyphs,
        headline: str,
        to: Sequence[Recipient],
        draft: Draft,
        keep: Callable[[Draft], None],
        *,
        can_mail: bool,
    ) -> None:
        """`keep` is called with what was written whenever the person pauses or leaves; it must return at once."""
        super().__init__(glyphs, headline, draft)
        self._to = to
        self._keep = keep
        self._can_mail = can_mail and any(each.contact.email for each in to)
        self._pause: Timer | None = None

    def above(self) -> tuple[Widget, ...]:
        """The recipients."""
        return (Line(classes="notice-to"),)

    def keys(self) -> list[tuple[str, str]]:
        """As `Writing.keys`, with sending first where it can be sent."""
        return [*([("f5", _("send"))] if self._can_mail else []), *super().keys()]

    def on_mount(self) -> None:
        """As `Writing.on_mount`."""
        self.query_one(".notice-to", Line).write(self._recipients())

    def _recipients(self) -> tuple[tuple[str, str], ...]:
        label = (f"{_('To')}  ", "quiet")
        if not self._to:
            words = _("The configuration does not say who is told: [[contact]] with notify = true.")
            return (label, (words, "warn"))
        told = ", ".join(_who(each) for each in self._to)
        if self._can_mail:
            return (label, (told, ""))
        return (label, (told, ""), ("  " + _("no mail server is set up: send it yourself"), "warn"))

    @on(Input.Changed)
    @on(TextArea.Changed)
    def note_change(self) -> None:
        """Keeps what was typed once the person pauses."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(KEEP_SECONDS, self._keep_written)

    def _keep_written(self) -> None:
        if self.is_attached and self.written != self.draft:
            self.draft = self.written
            self._keep(self.written)

    def action_send(self) -> None:
        """Shows what leaves and to whom; the person decides there."""
        if not self._can_mail:
            return
        self._keep_written()
        preview = NoticePreview(self.glyphs, self._to, self.written)
        self.app.push_screen(preview, self._decided)

    def _decided(self, is_sent: bool | None) -> None:
        if is_sent:
            self.end(Channel.EMAIL)

    def action_leave(self) -> None:
        """Closes; what was typed is kept."""
        self._keep_written()
        self.dismiss(None)


class NoticePreview(ModalScreen[bool]):
    """Exactly what will be sent, and to whom."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "decide(False)", N_("back"), id="preview.leave", tooltip=N_("Back to the text")),
        Binding("enter", "decide(True)", N_("send"), priority=True, id="preview.send", tooltip=N_("Send it now")),
    ]

    def __init__(self, glyphs: Glyphs, to: Sequence[Recipient], written: Draft) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._to = to
        self._written = written

    def compose(self) -> ComposeResult:
        """Headline, the message, keys."""
        with Container(classes="dialog tall"):
            yield Line(classes="dialog-title")
            yield Document()
            keys = [("enter", _("send")), ("escape", _("back"))]
            yield DialogKeys(keys, ascii_only=self._glyphs.is_plain)

    def on_mount(self) -> None:
        """Shows the message as it will be sent: with personal data taken out."""
        self.query_one(".dialog-title", Line).write(((_("Is this what is sent?"), "strong"),))
        addressed = [f"{_who(each)} <{each.contact.email}>" for each in self._to if each.contact.email]
        blocks: list[Block] = [
            Fact(_("To"), ((", ".join(addressed), ""),)),
            Fact(_("Title"), ((mask_text(self._written.title), "strong"),)),
            Row(()),
        ]
        blocks += [Paragraph(line) if line else Row(()) for line in mask_text(self._written.text).splitlines()]
        document = self.query_one(Document)
        document.show(blocks, "notice")
        document.focus()

    def action_decide(self, is_sent: bool) -> None:
        """Ends."""
        self.dismiss(is_sent)


def _who(one: Recipient) -> str:
    if not one.instead_of:
        return one.contact.name
    return _("{name} (stands in for {absent})").format(name=one.contact.name, absent=one.instead_of)

"""Writing a text that leaves the desk: the facts are in already, the person edits, then copies it or takes a file."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from data.incident import Channel
from data.language import N_, _
from data.rules.notice import Draft
from tui.glyphs import Glyphs
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line

TITLE_LENGTH = 200


class Leaving(NamedTuple):
    """What leaves the desk, and how."""

    channel: Channel
    title: str
    text: str


class Writing(ModalScreen[Leaving | None]):
    """Title and text; ends with how they leave, or with nothing after Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="writing.leave", tooltip=N_("Close")),
        # With priority: the text field would take every key for itself.
        Binding("f4", "save", N_("as a file"), priority=True, id="writing.save", tooltip=N_("Save as a file")),
        Binding("f3", "copy", N_("copy"), priority=True, id="writing.copy", tooltip=N_("To the clipboard")),
    ]

    def __init__(self, glyphs: Glyphs, headline: str, draft: Draft) -> None:
        super().__init__()
        self.glyphs = glyphs
        self._headline = headline
        self.draft = draft

    def compose(self) -> ComposeResult:
        """Headline, what stands above the text, title, text, keys."""
        with Container(classes="dialog tall writing"):
            yield Line(classes="dialog-title")
            yield from self.above()
            yield Input(self.draft.title, placeholder=_("Title"), max_length=TITLE_LENGTH, id="writing-title")
            yield TextArea(self.draft.text, soft_wrap=True, tab_behavior="focus", id="writing-text")
            yield DialogKeys(self.keys(), ascii_only=self.glyphs.is_plain)

    def above(self) -> tuple[Widget, ...]:
        """What stands between headline and title."""
        return ()

    def keys(self) -> list[tuple[str, str]]:
        """Keys and what they do, as the last line tells them."""
        return [("f3", _("copy")), ("f4", _("as a file")), ("tab", _("next field")), ("escape", _("back"))]

    def on_mount(self) -> None:
        """Puts the cursor where the person most likely adds something: into the text."""
        self.query_one(".dialog-title", Line).write(((self._headline, "strong"),))
        self.query_one(Input).cursor_position = 0  # a title that is too long shows its beginning
        self.query_one(TextArea).focus()

    @property
    def written(self) -> Draft:
        """What stands in the fields."""
        return Draft(self.query_one(Input).value.strip(), self.query_one(TextArea).text.rstrip() + "\n")

    @on(Input.Submitted)
    def go_on(self) -> None:
        """From the title to the text."""
        self.query_one(TextArea).focus()

    def action_save(self) -> None:
        """Ends with a file."""
        self.end(Channel.DRAFT)

    def action_copy(self) -> None:
        """Ends with the clipboard."""
        self.end(Channel.COPIED)

    def end(self, channel: Channel) -> None:
        """Ends with what is written."""
        title, text = self.written
        self.dismiss(Leaving(channel, title, text))

    def action_leave(self) -> None:
        """Closes."""
        self.dismiss(None)


class TicketWriting(Writing):
    """A text that can become a ticket."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f5", "create", N_("into Jira"), priority=True, id="writing.create", tooltip=N_("Make a ticket of the text")
        ),
    ]

    def keys(self) -> list[tuple[str, str]]:
        """As `Writing.keys`, with the ticket first."""
        return [("f5", _("into Jira")), *super().keys()]

    def action_create(self) -> None:
        """Ends with a ticket."""
        self.end(Channel.TICKET)

"""What the person chooses for the whole desk, mask, theme and language, and how it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump
from textual.notifications import Notify

from data.language import _, language, ngettext, use_language
from data.os_words import os_reason
from data.preferences import save_preferences
from tui.desk import Desk
from tui.plain import PLAIN_SIGNS
from tui.screens.base import DeskScreen
from tui.theme import next_look
from tui.widgets.wrapping import wrap

if TYPE_CHECKING:
    from textual.app import App
    from textual.filter import LineFilter
    from textual.notifications import SeverityLevel

    Base = App[None]
else:
    # Handlers of messages are gathered from the classes of the pump, so that a part of the app can hold some.
    Base = MessagePump

TOAST_WIDTH, TOAST_FRAME = 60, 4
"""Cells of a message on the screen, at most half of it, and those that its border and padding take of them."""


class Choices(Base):
    """Mixed into the app, which gives `desk` and `made_screens`."""

    desk: Desk
    _is_warned = False

    @property
    def made_screens(self) -> Sequence[DeskScreen]:
        """The modes that have been looked at and are ready."""
        raise NotImplementedError

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Shows a message in lines that break no command."""
        # Broken here, for the toast would break a command as well.
        message = "\n".join(wrap(message, min(TOAST_WIDTH, self.size.width // 2) - TOAST_FRAME))
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def on_notify(self, event: Notify) -> None:
        """One message at a time: the newest is what the person has just done."""
        self.clear_notifications()
        self._is_warned = event.notification.severity != "information"

    def make_way(self) -> None:
        """Takes a message that tells no more than what was done from the place of a window that opens."""
        if not self._is_warned:
            self.clear_notifications()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Where the configuration wants plain signs, those that Textual and the mask draw are plain too."""
        return (*super().get_line_filters(), *([PLAIN_SIGNS] if self.desk.format.glyphs.is_plain else []))

    def action_mask(self) -> None:
        """Hides or shows personal data; the stand-up is always masked."""
        self.desk.masked = not self.desk.masked
        for screen in self.made_screens:
            screen.reload()
            screen.tick(redraw=False)

    def on_desk_header_mask_pressed(self) -> None:
        """A click on the badge."""
        if self.check_action("mask", ()):
            self.action_mask()

    def action_theme(self) -> None:
        """The next look, remembered."""
        self.theme = next_look(self.theme)
        self._remember(theme=self.theme)

    def action_language(self) -> None:
        """The other language, remembered."""
        use_language("en" if language() == "et" else "et")
        self.clear_notifications()  # they speak the language before
        self._remember(language=language())
        for screen in self.made_screens:
            screen.words_changed()

    def _remember(self, **choices: str | int) -> None:
        self.desk.preferences = replace(self.desk.preferences, **choices)  # type: ignore[arg-type]
        try:
            save_preferences(self.desk.places, self.desk.preferences)
        except OSError as fault:
            words = _("Your choice holds until the desk closes: the preferences file cannot be written ({reason}).")
            self.notify(words.format(reason=os_reason(fault)), severity="warning", markup=False)

    def on_standup_screen_finished(self, event: Message) -> None:
        """Remembers when the stand-up was held: the next one begins there."""
        self._remember(standup_ms=self.desk.format.now_ms())
        minutes = getattr(event, "minutes", 0)
        text = ngettext("The stand-up is over: {n} minute.", "The stand-up is over: {n} minutes.", minutes)
        self.notify(text.format(n=minutes), markup=False)

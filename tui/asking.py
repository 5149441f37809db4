"""Asking every source at once, and telling when all of them have answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message_pump import MessagePump

from data.language import _, ngettext
from data.model import SourcePhase, SourceState
from data.os_words import os_reason
from data.words import source_word
from tui.desk import Desk
from tui.format import MINUTE

if TYPE_CHECKING:
    from textual.app import App

    Base = App[None]
else:
    Base = MessagePump

PATIENCE_MS = 2 * MINUTE
"""How long answers are waited for; who has not answered by then is told of in its pane."""


class Asking(Base):
    """Mixed into the app, which gives `desk` and shows what comes."""

    desk: Desk
    _asked_ms: int | None = None

    def ask_sources(self) -> None:
        """Asks the sync for fresh data now, and says so."""
        self._asked_ms = self.desk.format.now_ms()
        self.run_worker(self._ask_for_poll, thread=True, group="ask.poll", exclusive=True, exit_on_error=False)

    def _ask_for_poll(self) -> None:
        # Imported here: the first picture does not need it.
        from data.sync.desks import ask_for_poll

        try:
            ask_for_poll(self.desk.places)
        except OSError as fault:
            self._asked_ms = None
            words = _("The sync cannot be asked: {reason}.").format(reason=os_reason(fault))
            self.notify(words, severity="warning", timeout=4, markup=False)
            return
        self.notify(_("Asking every source now …"), timeout=PATIENCE_MS / 1000, markup=False)

    def tell_answers(self, sources: Sequence[SourceState]) -> None:
        """Says once that all `sources` have been tried since they were asked, and which of them failed."""
        if self._asked_ms is None:
            return
        asked_ms = self._asked_ms
        is_over = self.desk.format.now_ms() - asked_ms > PATIENCE_MS
        if not is_over and not all(_has_answered(source, asked_ms) for source in sources):
            return
        self._asked_ms = None
        missing = [
            source_word(source.name)
            for source in sources
            if source.phase == SourcePhase.FAILED or not _has_answered(source, asked_ms)
        ]
        if missing:
            words = _("No good answer from: {names}.").format(names=", ".join(missing))
            self.notify(words, severity="warning", timeout=6, markup=False)
            return
        count = len(sources)
        words = ngettext("The source has answered.", "All {n} sources have answered.", count).format(n=count)
        self.notify(words, timeout=4, markup=False)


def _has_answered(source: SourceState, asked_ms: int) -> bool:
    # While a source is being tried it is not known when it will be tried next.
    return (source.tried_ms or 0) >= asked_ms and source.next_ms is not None

"""Taking note of a line of the strip, and taking that back: how the app writes the person's own records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from data.action import ActionState
from data.language import _
from data.model import Attention, Kind
from tui.desk import Desk, OwnRecords
from tui.panes.base import fault_code
from tui.widgets.attention import AttentionStrip
from tui.widgets.header import subject_word

if TYPE_CHECKING:
    from textual.app import App

    Base = App[None]
else:
    # Handlers of messages are gathered from the classes of the pump, so that a part of the app can hold some.
    Base = MessagePump


class Noted(Message):
    """An acknowledgement was written."""

    def __init__(self, operation_id: str, attention: Attention) -> None:
        super().__init__()
        self.operation_id = operation_id
        self.attention = attention


class Withdrawn(Message):
    """Something written was taken back."""

    def __init__(self, subject: str, *, is_late: bool) -> None:
        super().__init__()
        self.subject = subject
        self.is_late = is_late


class NoteFailed(Message):
    """The person's own record could not be written."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class NoteTaking(Base):
    """Acknowledgements with undo; mixed into the app, which gives `desk` and `store_news`."""

    desk: Desk
    _undo: list[tuple[Sequence[str], str]]
    """What can be taken back: the ids of the operations, and what they were about."""

    def store_news(self, *kinds: Kind) -> None:
        """What the desk itself wrote is shown at once."""
        raise NotImplementedError

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(getattr(self, "_undo", ()))

    def on_attention_strip_acknowledged(self, event: AttentionStrip.Acknowledged) -> None:
        """Writes that the person took note."""
        records = self.desk.records
        if records is None:
            words = _("Nothing can be noted here: the desk's own file is not open.")
            self.notify(words, severity="warning", markup=False)
            return
        self._write(partial(self._write_note, records, event.attention))

    def _write(self, task: partial[None]) -> None:
        self.run_worker(task, thread=True, group="write.note", exit_on_error=False)

    def _write_note(self, records: OwnRecords, attention: Attention) -> None:
        try:
            operation_id = records.acknowledge(attention.id, attention.subject)
        except Exception as fault:  # shown to the person, who decides what to do
            self.post_message(NoteFailed(fault_code(fault)))
            return
        self.post_message(Noted(operation_id, attention))

    def on_noted(self, event: Noted) -> None:
        """Says so, and offers to take it back."""
        name = subject_word(event.attention)
        self.written((event.operation_id,), _("Noted: {name}. u takes it back.").format(name=name), subject=name)

    def written(self, operation_ids: Sequence[str], words: str, *, subject: str, can_undo: bool = True) -> None:
        """Shows what was written, says `words` about it, and remembers how to take it back."""
        if can_undo:
            self._undo = [*getattr(self, "_undo", ()), (operation_ids, subject)]
            self.refresh_bindings()
        self.store_news(Kind.DESK)
        if words:
            self.notify(words, timeout=6, markup=False)

    def action_undo(self) -> None:
        """Takes the last noted line back."""
        records = self.desk.records
        if not self.can_undo or records is None:
            return
        operation_ids, subject = self._undo.pop()
        self.refresh_bindings()
        self._write(partial(self._withdraw, records, operation_ids, subject))

    def _withdraw(self, records: OwnRecords, operation_ids: Sequence[str], subject: str) -> None:
        try:
            for each in operation_ids:
                records.withdraw(each)
            left = self._gone(operation_ids)
        except Exception as fault:  # shown to the person, who decides what to do
            self.post_message(NoteFailed(fault_code(fault)))
            return
        self.post_message(Withdrawn(subject, is_late=left))

    def _gone(self, operation_ids: Sequence[str]) -> bool:
        """Whether something of it has left the desk already: what Jira has cannot be taken back here."""
        actions = self.desk.reader.actions()
        known = {each.id: each.state for each in (*actions.open, *actions.ended)}
        return any(known.get(each) in (ActionState.SENDING, ActionState.SENT) for each in operation_ids)

    def on_withdrawn(self, event: Withdrawn) -> None:
        """Says so."""
        self.store_news(Kind.DESK)
        if event.is_late:
            words = _("Too late to take back: Jira has it already ({name}).").format(name=event.subject)
            self.notify(words, severity="warning", timeout=8, markup=False)
            return
        self.notify(_("Taken back: {name}.").format(name=event.subject), timeout=4, markup=False)

    def on_note_failed(self, event: NoteFailed) -> None:
        """Says that nothing was written."""
        words = _("It could not be written down ({code}). Run: peakasutaja doctor").format(code=event.reason)
        self.notify(words, severity="error", timeout=10, markup=False)

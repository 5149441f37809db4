"""Acting on tickets: what the person does is drawn at once, written by a worker, and followed until Jira has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from textual.message import Message

from data.action import Action, Actions, ActionState, Work, encoded
from data.language import _
from data.store.operations import ACT, JOTTED
from tui.notes import NoteTaking
from tui.panes.base import fault_code


class Deed(NamedTuple):
    """Something to be done to a ticket; `ticket_id` is 0 for a new one, whose `key` is that of the project."""

    ticket_id: int
    key: str
    work: Work


class ActionsLoaded(Message):
    """How the actions stand was read."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.actions = actions


class DeedsWritten(Message):
    """What was done is on the disk; `saved` has the ids under which it was drawn until then, `ids` its own."""

    def __init__(self, saved: Sequence[str], ids: Sequence[str], words: str, subject: str) -> None:
        super().__init__()
        self.saved = saved
        self.ids = ids
        self.words = words
        self.subject = subject


class DeedsLost(Message):
    """Nothing was written; `again` opens the dialog with what was typed."""

    def __init__(self, saved: Sequence[str], reason: str, again: Callable[[], object] | None) -> None:
        super().__init__()
        self.saved = saved
        self.reason = reason
        self.again = again


class Acting(NoteTaking):
    """The part of the app that writes actions down; it gives `desk` and tells the screens."""

    _saved_as: dict[str, str]
    """What was drawn before it was on the disk, and the id it has there."""
    _deeds: int = 0

    def actions_changed(self) -> None:
        """Tells the screens that actions have moved on."""
        raise NotImplementedError

    def act(self, deeds: Iterable[Deed], words: str, subject: str, again: Callable[[], object] | None = None) -> None:
        """Draws `deeds` as being saved and writes them down; `words` are said once they are on the disk."""
        now_ms, actor = self.desk.format.now_ms(), self.desk.records.actor if self.desk.records else ""
        drawn = []
        for deed in deeds:
            self._deeds += 1
            drawn.append(Action(f"saving:{self._deeds}", now_ms, actor, deed.ticket_id, deed.key, deed.work))
        self._show(saving={**self.desk.acts.saving, **{each.id: each for each in drawn}})
        task = partial(self._write_deeds, drawn, words, subject, again)
        self.run_worker(task, thread=True, group="write.action", exit_on_error=False)

    def _write_deeds(
        self, drawn: Sequence[Action], words: str, subject: str, again: Callable[[], object] | None
    ) -> None:
        records, saved = self.desk.records, [each.id for each in drawn]
        batch = saved[0] if len(saved) > 1 else ""
        ids: list[str] = []
        try:
            if records is None:
                raise OSError("closed")
            for each in drawn:
                body = {"ticket": each.ticket_id, "key": each.key, "batch": batch, **encoded(each.work)}
                ids.append(records.record(ACT, each.key, body))
                batch = batch and ids[0]
        except Exception as fault:  # shown to the person, who decides what to do
            if ids:
                self.post_message(DeedsWritten(saved[: len(ids)], ids, words, subject))
            self.post_message(DeedsLost(saved[len(ids) :], fault_code(fault), again))
            return
        self.post_message(DeedsWritten(saved, ids, words, subject))

    def on_deeds_written(self, event: DeedsWritten) -> None:
        """Says so; what was drawn stays until the store tells of it."""
        self._saved_as = {**getattr(self, "_saved_as", {}), **dict(zip(event.saved, event.ids, strict=True))}
        self.written(event.ids, event.words, subject=event.subject, can_undo=bool(event.ids))
        self.read_actions()

    def on_deeds_lost(self, event: DeedsLost) -> None:
        """Says that nothing was written, and gives back what was typed."""
        self._show(saving={name: each for name, each in self.desk.acts.saving.items() if name not in event.saved})
        words = _("It could not be written down ({code}). Run: peakasutaja doctor").format(code=event.reason)
        self.notify(words, severity="error", timeout=10, markup=False)
        if event.again is not None:
            event.again()

    def jot(self, about: str, text: str) -> None:
        """Keeps what was typed and not given away; an empty text forgets it."""
        if self.desk.records is not None and self.desk.acts.stored.drafts.get(about, "") != text:
            self.run_worker(partial(self._jot, about, text), thread=True, group="write.draft", exit_on_error=False)

    def _jot(self, about: str, text: str) -> None:
        assert self.desk.records is not None
        try:
            self.desk.records.record(JOTTED, about, {"about": about, "text": text})
        except Exception as fault:  # the person still sees the text; what counts is written when they give it away
            self.log.error(f"a draft cannot be kept: {fault_code(fault)}")
            return
        self.call_from_thread(self.read_actions)

    def write_decision(self, write: Callable[[], object], words: str) -> None:
        """Writes in a worker what the person decided about an action, and says `words`."""
        if self.desk.records is None:
            words = _("Nothing can be noted here: the desk's own file is not open.")
            self.notify(words, severity="warning", markup=False)
            return
        self.run_worker(partial(self._write_decision, write, words), thread=True, group="write.action")

    def _write_decision(self, write: Callable[[], object], words: str) -> None:
        try:
            write()
        except Exception as fault:  # shown to the person, who decides what to do
            self.post_message(DeedsLost((), fault_code(fault), None))
            return
        self.post_message(DeedsWritten((), (), words, ""))

    # How they stand

    def read_actions(self) -> None:
        """Reads how the actions stand."""
        self.run_worker(self._load_actions, thread=True, group="read.actions", exclusive=True, exit_on_error=False)

    def _load_actions(self) -> None:
        try:
            actions = self.desk.reader.actions()
        except Exception as fault:  # the panes say what is wrong with the store
            self.log.error(f"actions: the store cannot be read: {fault_code(fault)}")
            return
        self.post_message(ActionsLoaded(actions))

    def on_actions_loaded(self, event: ActionsLoaded) -> None:
        """Shows how the actions stand."""
        known = {each.id for each in (*event.actions.open, *event.actions.ended)}
        there = {saved for saved, own in getattr(self, "_saved_as", {}).items() if own in known}
        self._tell_trouble(event.actions)
        saving = {name: each for name, each in self.desk.acts.saving.items() if name not in there}
        self._show(saving=saving, stored=event.actions, is_read=True)

    def _show(self, **changed: Any) -> None:
        acts = replace(self.desk.acts, **changed)
        if acts != self.desk.acts:
            self.desk.acts = acts
            self.actions_changed()

    def _tell_trouble(self, actions: Actions) -> None:
        """Says once that something the person did has not gone through."""
        known = {each.id for each in self.desk.acts.stored.open if each.state.needs_person}
        new = [each for each in actions.open if each.state.needs_person and each.id not in known]
        if new and self.desk.acts.is_read:
            words = {
                ActionState.REFUSED: _("Jira did not take it: {key}. F4 shows why."),
                ActionState.CONFLICT: _("Somebody else changed the same: {key}. F4 shows both."),
                ActionState.UNCERTAIN: _("Nobody knows whether Jira took it: {key}. F4 shows more."),
            }[new[0].state]
            self.notify(words.format(key=new[0].key), severity="warning", timeout=10, markup=False)

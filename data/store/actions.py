"""What the person does to tickets, out of the operations: followed as they are added, since the file only grows."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from data.action import Action, Actions, ActionState, Create, decoded, decoded_fields
from data.store.driver import Connection
from data.store.operations import ACT, CLASH, FAILED, JOTTED, REVISE, SENDING, SENT, WITHDRAW
from data.store.pool import ReadingPool

_KINDS = (ACT, SENDING, SENT, FAILED, CLASH, REVISE, JOTTED, WITHDRAW)
_NEW = f"""
SELECT rowid, id, at_ms, actor, kind, body FROM operation
WHERE rowid > ? AND kind IN ({", ".join(f"'{kind}'" for kind in _KINDS)}) ORDER BY rowid
"""
_MOST_ENDED = 500
"""Actions that have ended and are still told; the older ones stand in the file alone."""


class ActionBook:
    """The actions that are open, and the last that have ended. Not for several threads at once."""

    def __init__(self) -> None:
        self._seen = 0
        self._open: dict[str, Action] = {}
        self._ended: dict[str, Action] = {}
        self._drafts: dict[str, str] = {}

    def news(self, connection: Connection) -> list[tuple[int, str, int, str, str, str]]:
        """What was written since the last time, for `follow`; it may be asked in another thread."""
        rows: list[tuple[int, str, int, str, str, str]] = connection.execute(_NEW, (self._seen,)).fetchall()
        return rows

    def follow(self, news: Iterable[tuple[int, str, int, str, str, str]]) -> None:
        """Takes in what was written."""
        for rowid, operation_id, at_ms, actor, kind, text in news:
            if rowid > self._seen:
                self.take(operation_id, at_ms, actor, kind, text)
                self._seen = rowid

    @property
    def open(self) -> tuple[Action, ...]:
        """Those that wait for the sync or for the person, oldest first."""
        return tuple(self._open.values())

    @property
    def ended(self) -> tuple[Action, ...]:
        """Those that were sent or dropped, by their end, the newest first."""
        return tuple(reversed(self._ended.values()))

    @property
    def drafts(self) -> dict[str, str]:
        """What was typed and not given away, by the subject that it was written under."""
        return dict(self._drafts)

    def get(self, operation_id: str) -> Action | None:
        """One of them."""
        return self._open.get(operation_id) or self._ended.get(operation_id)

    def take(self, operation_id: str, at_ms: int, actor: str, kind: str, text: str) -> None:
        """Takes in one operation."""
        body = json.loads(text)
        if kind == JOTTED:
            self._drafts[body["about"]] = body["text"]
            if not body["text"]:
                del self._drafts[body["about"]]
            return
        if kind == ACT:
            made = Action(operation_id, at_ms, actor, body["ticket"], body["key"], decoded(body))
            self._open[operation_id] = made._replace(batch=body.get("batch", ""))
            return
        action = self._open.get(body["operation"])
        if action is None:
            return
        changed = _after(action, kind, at_ms, body)
        if changed.state.is_open:
            self._open[action.id] = changed
        else:
            del self._open[action.id]
            self._end(changed)
            if isinstance(action.work, Create) and changed.state is ActionState.SENT:
                self._follow_created(changed)

    def _end(self, action: Action) -> None:
        self._ended[action.id] = action
        if len(self._ended) > _MOST_ENDED:
            del self._ended[next(iter(self._ended))]

    def _follow_created(self, created: Action) -> None:
        """What was done to a ticket before it was there is done to it now."""
        for each in self._open.values():
            if each.key == created.id:
                self._open[each.id] = each._replace(ticket_id=created.ticket_id, key=created.key)


def _after(action: Action, kind: str, at_ms: int, body: Mapping[str, Any]) -> Action:
    """`action` after an operation on it."""
    if kind == SENDING:
        return action._replace(state=ActionState.SENDING, is_begun=True, begun_ms=action.begun_ms or at_ms)
    if kind == SENT:
        return action._replace(
            state=ActionState.SENT,
            ticket_id=body.get("ticket") or action.ticket_id,
            key=body.get("key") or action.key,
            ended_ms=at_ms,
            code="",
            detail="",
            seen_ms=body.get("seen_ms", 0),
        )
    if kind == FAILED:
        return _failed(action, body)
    if kind == CLASH:
        return action._replace(state=ActionState.CONFLICT, is_begun=False, theirs=decoded_fields(body["theirs"]))
    if kind == REVISE:
        work = decoded(body) if "work" in body else action.work
        begun = action.is_begun and not body.get("is_anew")
        return action._replace(
            state=ActionState.WAITING, work=work, tries=0, code="", detail="", theirs=(), is_begun=begun
        )
    if action.state is ActionState.SENDING:
        return action  # what is on its way cannot be taken back
    return action._replace(state=ActionState.DROPPED, ended_ms=at_ms)


def _failed(action: Action, body: Mapping[str, Any]) -> Action:
    code, is_final, unsure = body["code"], body["is_final"], bool(body.get("is_unsure"))
    state = ActionState.WAITING
    if is_final:
        state = ActionState.UNCERTAIN if unsure else ActionState.REFUSED
    return action._replace(
        state=state, code=code, detail=body.get("detail", ""), tries=action.tries + 1, is_begun=unsure
    )


class StoredActions:
    """What a reader tells of the actions. Methods may be called from any thread."""

    def __init__(self, desk: ReadingPool) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._book = ActionBook()
        self._opening = -1

    def read(self) -> Actions:
        """The actions as they stand; none where the desk's file is not there. Raises `StoreError`."""
        with self._lock, self._desk.lend() as connection:
            if self._desk.openings != self._opening:  # another file, such as a restored one
                self._book, self._opening = ActionBook(), self._desk.openings
            if connection is not None:
                self._book.follow(self._book.news(connection))
            return Actions(self._book.open, self._book.ended, self._book.drafts)


def folded_actions(operations: Iterable[tuple[str, int, str, str, str]]) -> ActionBook:
    """What operations, in the order in which they were written, add up to."""
    book = ActionBook()
    for operation in operations:
        if operation[3] in _KINDS:
            book.take(*operation)
    return book

"""The words of acting on tickets: what the person does, and what became of it. Continues `data.model`.

An action is written into the desk's file first and carried out by the sync later, so it works without a network too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from data.model import Free, Public, Staff, Ticket


class Value(NamedTuple):
    """One value of a field: a choice has Jira's id for it; a text, a day, a number and a label are words alone."""

    id: Public
    word: Free


class Shape(StrEnum):
    """How a field's values are told to Jira."""

    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    LABELS = "labels"
    USER = "user"
    USERS = "users"
    CASCADE = "cascade"

    @property
    def is_many(self) -> bool:
        """Whether a field holds several values, which others may add to meanwhile."""
        return self in (Shape.CHOICES, Shape.LABELS, Shape.USERS)


class FieldEdit(NamedTuple):
    """A field as the person found it, and as they want it."""

    field: Public
    """Jira's id of the field: `summary`, `customfield_10100`."""
    shape: Shape
    before: tuple[Value, ...]
    after: tuple[Value, ...]


class Comment(NamedTuple):
    """Words for a ticket."""

    text: Free
    is_internal: bool


class Move(NamedTuple):
    """A transition, known by where it leads: its own id differs from status to status."""

    status: Value
    transition: Value
    fields: tuple[FieldEdit, ...] = ()
    comment: Free = ""
    is_internal: bool = False


class Edit(NamedTuple):
    """Other values for fields, the assignee among them."""

    fields: tuple[FieldEdit, ...]


class Create(NamedTuple):
    """A new ticket."""

    project: Public
    type: Value
    fields: tuple[FieldEdit, ...]

    @property
    def summary(self) -> str:
        """Its title; empty where none was given."""
        return next((each.after[0].word for each in self.fields if each.field == "summary" and each.after), "")


class Link(NamedTuple):
    """A link from the ticket to another one."""

    type: Value
    """Jira's link type by its name, with the words that stand between the two."""
    is_inward: bool
    """Whether the words are those of the other direction: the other one *blocks* this one."""
    other: Public
    """The other ticket's key."""


class Watch(NamedTuple):
    """To watch the ticket, or not to any more."""

    is_on: bool


class LogWork(NamedTuple):
    """Time spent."""

    seconds: int
    started_ms: int
    text: Free


class Attach(NamedTuple):
    """A file, of which an encrypted copy waits beside the store until it is sent."""

    name: Free
    size: int
    """Bytes."""
    digest: Public
    """SHA-256 of the content, in hexadecimal digits."""


Work = Comment | Move | Edit | Create | Link | Watch | LogWork | Attach
_WORKS: dict[str, type[Any]] = {
    "comment": Comment,
    "move": Move,
    "edit": Edit,
    "create": Create,
    "link": Link,
    "watch": Watch,
    "work": LogWork,
    "attach": Attach,
}
_KINDS = {work: kind for kind, work in _WORKS.items()}


class ActionState(StrEnum):
    """How far an action has come."""

    WAITING = "waiting"
    """On the disk; Jira does not have it yet."""
    SENDING = "sending"
    """Being handed over."""
    SENT = "sent"
    UNCERTAIN = "uncertain"
    """Handed over, and whether Jira took it could not be found out: the person decides."""
    CONFLICT = "conflict"
    """Somebody changed the same field meanwhile: the person decides."""
    REFUSED = "refused"
    """Jira does not take it as it is."""
    DROPPED = "dropped"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it, by the sync or by the person."""
        return self not in (ActionState.SENT, ActionState.DROPPED)

    @property
    def needs_person(self) -> bool:
        """Whether only the person can take it further."""
        return self in (ActionState.UNCERTAIN, ActionState.CONFLICT, ActionState.REFUSED)


class Action(NamedTuple):
    """Something done to a ticket, and what became of it. Times are UTC epoch milliseconds."""

    id: str
    """Of the operation that wrote it: the UUID by which Jira's copy of it is known again."""
    at_ms: int
    actor: Staff
    ticket_id: int
    """Jira's id; 0 for a new ticket, until it is there."""
    key: Public
    """The key it had then; that of the project for a new ticket."""
    work: Work
    state: ActionState = ActionState.WAITING
    batch: str = ""
    """What actions on several tickets at once have in common; empty for one alone."""
    tries: int = 0
    """How often it was tried in vain since the person last decided."""
    is_begun: bool = False
    """Whether it was handed over once without an answer: before it is again, what is there is looked at."""
    begun_ms: int | None = None
    """When it was first handed over."""
    ended_ms: int | None = None
    code: Public = ""
    """Why it was not taken, as `data.words.reason_words` reads it."""
    detail: Free = ""
    """Jira's own words to that."""
    theirs: tuple[FieldEdit, ...] = ()
    """Of a conflict: the fields as they were and as somebody else has made them."""
    seen_ms: int = 0
    """When Jira says that the ticket changed through it: what the store holds of later is with it."""


class OpenedTicket(NamedTuple):
    """A ticket opened, with what the person has done to it."""

    ticket: Ticket
    """As it will be once Jira has everything that waits."""
    actions: tuple[Action, ...] = ()
    """What waits, or waits for the person, oldest first."""


class Actions(NamedTuple):
    """What the person has done to tickets."""

    open: tuple[Action, ...] = ()
    """What waits for the sync or for the person, oldest first."""
    ended: tuple[Action, ...] = ()
    """What was sent or dropped lately, by its end, the newest first."""
    drafts: dict[str, Free] = {}  # noqa: RUF012
    """What was typed and not given away yet, by what it is about: `comment:4127`."""

    def by_ticket(self) -> dict[int, list[Action]]:
        """Those that a ticket may lack yet, in their order: the open ones, and those that were sent."""
        found: dict[int, list[Action]] = {}
        sent = (each for each in reversed(self.ended) if each.state is ActionState.SENT)
        for action in (*sent, *self.open):
            found.setdefault(action.ticket_id, []).append(action)
        return found


def encoded(work: Work) -> dict[str, Any]:
    """`work` as the desk's file keeps it: plain JSON, with its kind."""
    return {"work": _KINDS[type(work)], **_plain(work)}


def decoded(body: Mapping[str, Any]) -> Work:
    """What `encoded` has told. Raises KeyError and TypeError for anything else."""
    kind = _WORKS[body["work"]]
    told = {name: body[name] for name in kind._fields if name in body}
    for name in ("status", "transition", "type"):
        if name in told:
            told[name] = Value(*told[name])
    if "fields" in told:
        told["fields"] = decoded_fields(told["fields"])
    work: Work = kind(**told)
    return work


def decoded_fields(told: list[list[Any]]) -> tuple[FieldEdit, ...]:
    """Fields out of their JSON."""
    return tuple(
        FieldEdit(field, Shape(shape), tuple(Value(*each) for each in before), tuple(Value(*each) for each in after))
        for field, shape, before, after in told
    )


def _plain(work: Work) -> dict[str, Any]:
    return dict(work._asdict())

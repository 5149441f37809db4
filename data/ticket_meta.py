"""What may be done to tickets: fields and their choices, transitions, link types. Continues `data.action`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from data.action import Shape, Value
from data.model import Public, StatusCategory


class FieldMeta(NamedTuple):
    """A field of a screen in Jira."""

    field: Public
    """Jira's id: `summary`, `customfield_10100`."""
    name: Public
    """In the language of the person's account in Jira."""
    shape: Shape | None
    """None for a kind that the desk cannot fill in."""
    is_required: bool
    """Whether it must be filled in, and has no value of its own."""
    choices: tuple[Value, ...] = ()

    def encoded(self) -> list[Any]:
        """As the cache keeps it."""
        return [self.field, self.name, self.shape, self.is_required, self.choices]

    @classmethod
    def decoded(cls, told: Sequence[Any]) -> FieldMeta:
        """What `encoded` has told."""
        field, name, shape, is_required, choices = told
        return cls(field, name, Shape(shape) if shape else None, is_required, tuple(Value(*each) for each in choices))


class Way(NamedTuple):
    """A transition that leads on from a status."""

    transition: Value
    status: Value
    category: StatusCategory
    fields: tuple[FieldMeta, ...] = ()
    """Those of its screen."""


class TicketType(NamedTuple):
    """A type of ticket that may be made in a project."""

    type: Value
    fields: tuple[FieldMeta, ...]
    """Those of the screen on which it is made."""


class LinkType(NamedTuple):
    """A kind of link, with the words in both directions."""

    name: Public
    outward: Public
    inward: Public


class ProjectMeta(NamedTuple):
    """What is known of a project beside its tickets."""

    key: Public
    is_desk: bool = False
    """Whether it is a service desk, on which a comment is internal or public."""
    rights: frozenset[str] = frozenset()
    """What the person may do there, in Jira's words (`ADD_COMMENTS`); empty while that is not known."""

    def allows(self, right: str) -> bool:
        """Whether the person may, as far as is known: Jira has the last word."""
        return not self.rights or right in self.rights

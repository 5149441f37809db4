"""Who is told of an outage: the contacts that the configuration names, and who stands in for whom today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=80)]


class Contact(Struct, forbid_unknown_fields=True):
    """`[[contact]]`: a person or a help desk."""

    name: Name
    email: str = ""
    phone: str = ""
    role: str = ""
    """What they answer for: teenuse juht, kasutajatugi."""
    organisation: str = ""
    hours: str = ""
    """When they can be reached, as it is told: E–R 08:15–17:00."""
    checks: tuple[Name, ...] = ()
    """What they can be asked about."""
    notify: bool = False
    """Whether they are told of outages: of `checks`, or of all where none are named."""


class Substitution(Struct, forbid_unknown_fields=True):
    """`[[substitution]]`: from day to day, both included, one stands in for another."""

    absent: Name
    by: Name
    start: date
    end: date


class Recipient(NamedTuple):
    """Somebody who is told."""

    contact: Contact
    instead_of: str = ""
    """The name of whom they stand in for today."""


def recipients(
    service: str, contacts: Sequence[Contact], substitutions: Iterable[Substitution], today: date
) -> tuple[Recipient, ...]:
    """Who is told of an outage of `service` today, each once.

    Those who are told of just this service go before those who are told of everything. A substitute may be away
    too; who stands in for themselves in a circle is told.
    """
    named = [each for each in contacts if each.notify and service in each.checks]
    wanted = named or [each for each in contacts if each.notify and not each.checks]
    known = {each.name: each for each in contacts}
    absences = list(substitutions)
    found: dict[str, Recipient] = {}
    for contact in wanted:
        name = present(contact.name, absences, today)
        if name in known:
            found.setdefault(name, Recipient(known[name], "" if name == contact.name else contact.name))
    return tuple(found.values())


def of_service(service: str, contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    """Who can be asked about `service`."""
    return tuple(each for each in contacts if service in each.checks)


def helpers(service: str, contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    """Whom to ask about `service`: those who are named for it, else those who help with everything."""
    return of_service(service, contacts) or tuple(each for each in contacts if not each.checks and not each.notify)


def present(name: str, substitutions: Iterable[Substitution], today: date) -> str:
    """Who is there for `name` today: they themselves, or who stands in for them."""
    away = {each.absent: each.by for each in substitutions if each.start <= today <= each.end}
    seen = {name}
    while name in away and away[name] not in seen:
        name = away[name]
        seen.add(name)
    return name

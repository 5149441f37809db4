"""What may be done to tickets, as the cache holds it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from data.action import Value
from data.model import StatusCategory
from data.store.driver import Connection
from data.store.pool import ReadingPool
from data.text import sort_key
from data.ticket_meta import FieldMeta, LinkType, ProjectMeta, TicketType, Way

_PEOPLE_SHOWN = 50
_META = "SELECT body FROM meta WHERE kind = ? AND scope = ?"


class StoredMeta:
    """What may be done to tickets. Methods may be called from any thread, and raise `StoreError`."""

    def __init__(self, cache: ReadingPool) -> None:
        self._cache = cache

    def project(self, key: str) -> ProjectMeta:
        """What is known of a project."""
        return self._cache.ask(lambda connection: load_project(connection, key), ProjectMeta(key))

    def ways(self, ticket_id: int) -> tuple[Way, ...]:
        """The transitions that lead on from where a ticket is; none where they are not known."""
        return self._cache.ask(lambda connection: load_ways(connection, ticket_id), ())

    def fields(self, ticket_id: int) -> tuple[FieldMeta, ...]:
        """The fields that tickets of this one's project and type have, with their choices."""
        return self._cache.ask(lambda connection: load_fields(connection, ticket_id), ())

    def values(self, ticket_id: int) -> dict[str, tuple[Value, ...]]:
        """What the fields of a ticket hold that the desk can edit, unmasked: by them an edit is told from another's."""
        return self._cache.ask(lambda connection: load_values(connection, ticket_id), {})

    def projects(self) -> tuple[str, ...]:
        """The projects in which tickets may be made."""
        return self._cache.ask(load_projects, ())

    def types(self, project: str) -> tuple[TicketType, ...]:
        """The types of ticket that may be made in a project."""
        return self._cache.ask(lambda connection: load_types(connection, project), ())

    def links(self) -> tuple[LinkType, ...]:
        """The kinds of link."""
        return self._cache.ask(load_links, ())

    def people(self, words: str) -> tuple[Value, ...]:
        """People to whom a ticket may be assigned, whose names begin with `words`."""
        return self._cache.ask(lambda connection: load_people(connection, words, _PEOPLE_SHOWN), ())


_VALUES = """
SELECT summary, description, priority_id, priority_name, assignee, due_day, labels, components, fix_versions
FROM ticket WHERE id = ?
"""


def load_values(connection: Connection, ticket_id: int) -> dict[str, tuple[Value, ...]]:
    """What the fields of a ticket hold, as `data.action.FieldEdit` has them."""
    row = connection.execute(_VALUES, (ticket_id,)).fetchone()
    if row is None:
        return {}
    summary, description, priority_id, priority, assignee, due_day, labels, components, versions = row

    def one(word: str, own_id: str = "") -> tuple[Value, ...]:
        return (Value(own_id, word),) if word else ()

    def many(text: str) -> tuple[Value, ...]:
        return tuple(Value(str(each["id"]), each["name"]) for each in json.loads(text or "[]"))

    return {
        "summary": one(summary),
        "description": one(description),
        "priority": one(priority, priority_id),
        "assignee": one(assignee),  # by the name: Jira knows people under two ids
        "duedate": one(due_day),
        "labels": tuple(Value("", each) for each in json.loads(labels or "[]")),
        "components": many(components),
        "fixVersions": many(versions),
    }


def load_projects(connection: Connection) -> tuple[str, ...]:
    """The projects in which tickets may be made."""
    rows = connection.execute("SELECT scope FROM meta WHERE kind = 'types' AND body <> '[]' ORDER BY scope").fetchall()
    return tuple(scope for (scope,) in rows)


def load_project(connection: Connection, key: str) -> ProjectMeta:
    """What is known of a project."""
    told = _read(connection, "project", key) or {}
    return ProjectMeta(key, bool(told.get("is_desk")), frozenset(told.get("rights", ())))


def load_ways(connection: Connection, ticket_id: int) -> tuple[Way, ...]:
    """The transitions that lead on from where a ticket is; none where they are not known."""
    found = connection.execute(
        "SELECT project || '/' || type_id || '/' || status_id FROM ticket WHERE id = ?", (ticket_id,)
    ).fetchone()
    told = _read(connection, "ways", found[0]) if found else None
    return tuple(
        Way(Value(*transition), Value(*status), StatusCategory.of(category), _fields(fields))
        for transition, status, category, fields in told or ()
    )


def load_fields(connection: Connection, ticket_id: int) -> tuple[FieldMeta, ...]:
    """The fields of the screen on which a ticket of this project and type is made, for their choices."""
    found = connection.execute("SELECT project || '/' || type_id FROM ticket WHERE id = ?", (ticket_id,)).fetchone()
    return _fields(_read(connection, "create", found[0]) or ()) if found else ()


def load_types(connection: Connection, project: str) -> tuple[TicketType, ...]:
    """The types of ticket that may be made in a project, with their fields."""
    return tuple(
        TicketType(Value(*each), _fields(_read(connection, "create", f"{project}/{each[0]}") or ()))
        for each in _read(connection, "types", project) or ()
    )


def load_links(connection: Connection) -> tuple[LinkType, ...]:
    """The kinds of link."""
    return tuple(LinkType(*each) for each in _read(connection, "links", "") or ())


def load_people(connection: Connection, words: str, limit: int) -> tuple[Value, ...]:
    """People to whom a ticket may be assigned, whose name holds all `words` at the beginning of one of its parts."""
    wanted = [sort_key(each) for each in words.split()]
    conditions = "".join(" AND (' ' || sort LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\')" for _each in wanted)
    parameters = [part for each in wanted for part in (f"% {_literal(each)}%", f"{_literal(each)}%")]
    rows = connection.execute(
        f"SELECT id, word FROM person WHERE is_active = 1{conditions} ORDER BY sort LIMIT ?", (*parameters, limit)
    ).fetchall()
    return tuple(Value(*row) for row in rows)


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _fields(told: Sequence[Any]) -> tuple[FieldMeta, ...]:
    return tuple(FieldMeta.decoded(each) for each in told)


def _read(connection: Connection, kind: str, scope: str) -> Any:
    row = connection.execute(_META, (kind, scope)).fetchone()
    return json.loads(row[0]) if row else None

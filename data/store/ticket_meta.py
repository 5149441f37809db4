"""What may be done to tickets, as the cache holds it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from data.action import Value
from data.model import StatusCategory
from data.store.driver import Connection
from data.text import sort_key
from data.ticket_meta import FieldMeta, LinkType, ProjectMeta, TicketType, Way

_META = "SELECT body FROM meta WHERE kind = ? AND scope = ?"


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

"""Names that were changed in Jira: the rows that tell them follow by id, though no ticket was updated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from data.model import StatusCategory
from data.sources.batch import Row
from data.store.bookkeeping import HIDDEN_TICKET
from data.store.driver import Connection
from data.store.kept import TicketLedger
from data.store.tables import TICKET, TICKET_PARTS, Table
from data.text import sort_key

_AT_ONCE = 1_000
"""Tickets whose texts are held in memory while their figures move."""


class _Change(NamedTuple):
    """Columns that take new values in every row of a table that has `key` in `column`."""

    table: Table
    column: str
    key: str
    values: dict[str, Any]


def changed_names(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """Those of `rows` (of `name`) that were known by another text."""
    if not rows:
        return []
    asked = json.dumps([row[:2] for row in rows])
    stored = connection.execute(
        "SELECT kind, id, text FROM name WHERE (kind, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        (asked,),
    ).fetchall()
    known = {(kind, own_id): text for kind, own_id, text in stored}
    return [row for row in rows if known.get((row[0], row[1]), row[2]) != row[2]]


def rename(connection: Connection, changed: Sequence[Row]) -> int:
    """Brings every row to the names in `changed`, with all that is kept by tickets; how many rows differed."""
    return sum(_follow(connection, change) for kind, key, text in changed for change in _changes(kind, key, text))


def _changes(kind: str, key: str, text: str) -> Iterator[_Change]:
    values: dict[str, tuple[str, dict[str, Any]]] = {
        "status": ("status_id", {"status_name": text}),
        "type": ("type_id", {"type_name": text}),
        "priority": ("priority_id", {"priority_name": text}),
    }
    if kind == "category":
        category = StatusCategory.of(text)
        is_open = int(category is not StatusCategory.DONE)
        values[kind] = "status_id", {"category": category.value, "category_rank": category.rank, "is_open": is_open}
    elif kind == "rank":
        values[kind] = "priority_id", {"priority_rank": int(text)}
    if kind == "user":
        for table in (TICKET, HIDDEN_TICKET):
            yield _Change(table, "assignee_id", key, {"assignee": text, "assignee_sort": sort_key(text)})
            yield _Change(table, "reporter_id", key, {"reporter": text})
        for part in TICKET_PARTS:
            yield _Change(part, "author_id", key, {"author": text})
    elif kind in values:
        for table in (TICKET, HIDDEN_TICKET):
            yield _Change(table, values[kind][0], key, values[kind][1])


def _follow(connection: Connection, change: _Change) -> int:
    columns = ", ".join(change.values)
    marks = ", ".join("?" * len(change.values))
    settings = ", ".join(f"{name} = ?" for name in change.values)
    differing = f"{change.column} = ? AND ({columns}) IS NOT ({marks})"
    given = [*change.values.values()]
    if change.table is not TICKET:
        return connection.execute(
            f"UPDATE {change.table.name} SET {settings} WHERE {differing}", (*given, change.key, *given)
        ).rowcount
    ids = [row[0] for row in connection.execute(f"SELECT id FROM ticket WHERE {differing}", (change.key, *given))]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        ledger = TicketLedger(connection, some)
        connection.execute(
            f"UPDATE ticket SET {settings} WHERE id IN (SELECT value FROM json_each(?))", (*given, json.dumps(some))
        )
        ledger.settle()
    return len(ids)

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


class Renamed(NamedTuple):
    """A name that was known by another text."""

    kind: str
    id: str
    text: str
    former: str


def changed_names(connection: Connection, rows: Sequence[Row]) -> list[Renamed]:
    """Those of `rows` (of `name`) that were known by another text."""
    if not rows:
        return []
    asked = json.dumps([row[:2] for row in rows])
    stored = connection.execute(
        "SELECT kind, id, text FROM name WHERE (kind, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        (asked,),
    ).fetchall()
    known = {(kind, own_id): text for kind, own_id, text in stored}
    return [
        Renamed(kind, own_id, text, known[kind, own_id])
        for kind, own_id, text in rows
        if known.get((kind, own_id), text) != text
    ]


def rename(connection: Connection, renamed: Sequence[Renamed]) -> int:
    """Brings every row to the names in `renamed`, with all that is kept by tickets; how many rows differed."""
    return sum(_follow(connection, change) for each in renamed for change in _changes(each))


def _changes(renamed: Renamed) -> Iterator[_Change]:
    kind, key, text, former = renamed
    if kind == "user":
        for table in (TICKET, HIDDEN_TICKET):
            yield _Change(table, "assignee_id", key, {"assignee": text, "assignee_sort": sort_key(text)})
            yield _Change(table, "reporter_id", key, {"reporter": text})
        for part in TICKET_PARTS:
            yield _Change(part, "author_id", key, {"author": text})
        return
    if kind == "component":
        # A ticket has several; whoever shows one looks their names up.
        return
    column, matching, values = _columns(kind, key, text, former)
    for table in (TICKET, HIDDEN_TICKET):
        yield _Change(table, column, matching, values)


def _columns(kind: str, key: str, text: str, former: str) -> tuple[str, str, dict[str, Any]]:
    """The column of a ticket by which a renaming concerns it, what stands there, and the values that it takes."""
    match kind:
        case "category":
            category = StatusCategory.of(text)
            is_open = int(category is not StatusCategory.DONE)
            values = {"category": category.value, "category_rank": category.rank, "is_open": is_open}
            return "status_id", key, values
        case "rank":
            return "priority_id", key, {"priority_rank": int(text)}
        case "clock":
            # A ticket tells its nearest clock by name alone.
            return "breach_name", former, {"breach_name": text}
        case _:
            return f"{kind}_id", key, {f"{kind}_name": text}


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

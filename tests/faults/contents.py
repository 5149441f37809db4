"""What a cache holds, down to the entries of its search index, so that two caches can be compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from data.store.driver import Connection, open_writer

_PASSING = {
    "source": {"generation", "known_ms", "tried_ms", "done", "total"},
    "generation": {"number"},
    "meta": {"at_ms"},
}
"""Columns that tell how often and when something was written, not what."""

_FAREWELLS = ("absence", "alias", "hidden_ticket")
"""Tables of what is gone, moved or out of sight: they name only what was there at some look."""

_MET = "ways"
"""A kind of row that is there for what was met at some look."""

_FIRST_SEEN = ".first_"
"""Part of the names of facts that hold what was there at the first look: they tell when one looked, too."""


def contents(cache: Path, key: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows in order, and every entry of the search index; the file must be sound."""
    connection = open_writer(cache, key)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        connection.execute("INSERT INTO ticket_fts (ticket_fts) VALUES ('integrity-check')")
        found = {name: _rows(connection, name) for name in _tables(connection)}
        connection.execute("CREATE VIRTUAL TABLE temp.entry USING fts5vocab(main, ticket_fts, instance)")
        found["ticket"] = [tuple(map(_without_names, row)) for row in found["ticket"]]
        found["fact"] = [row for row in found["fact"] if _FIRST_SEEN not in row[1] and row[1] != "jira.meta"]
        found["meta"] = [row for row in found.get("meta", ()) if row[0] != _MET]
        found["source"] = [tuple(_without_progress(value) for value in row) for row in found["source"]]
        found["ticket_fts"] = sorted(connection.execute("SELECT term, doc, col, offset FROM temp.entry").fetchall())
        connection.execute("DROP TABLE temp.entry")
    finally:
        connection.close()
    return found


def differences(
    one: dict[str, list[tuple[Any, ...]]], other: dict[str, list[tuple[Any, ...]]]
) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in one of them only, by table; empty when they are equal."""
    names = sorted(one.keys() | other.keys())
    apart = {name: sorted(set(one.get(name, [])) ^ set(other.get(name, [])), key=repr) for name in names}
    repeated = {name: rows for name in names if len(rows := one.get(name, [])) != len(set(rows))}
    assert not repeated, f"rows that stand there twice: {repeated}"
    return {name: rows for name, rows in apart.items() if rows}


def _tables(connection: Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [row[0] for row in found if not row[0].startswith(("ticket_fts", "sqlite_", *_FAREWELLS))]


def _rows(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()]
    kept = ", ".join(name for name in columns if name not in _PASSING.get(table, set()))
    return sorted(connection.execute(f"SELECT {kept} FROM {table}").fetchall(), key=repr)


def _without_names(value: Any) -> Any:
    """The ids alone of a list of things with names: whoever shows them looks those up, and old ones stand there."""
    if not isinstance(value, str) or not value.startswith('[{"id":'):
        return value
    return json.dumps([each["id"] for each in json.loads(value)])


def _without_progress(value: Any) -> Any:
    """A cursor without what it says of its fill: one that begins anew begins later, and reads more records."""
    try:
        mark = json.loads(value)
        for name in ("done", "total", "begun_ms", "worklogs_ms"):
            mark.pop(name, None)
    except (TypeError, ValueError, AttributeError):
        return value
    return json.dumps(mark)

"""Holds a desk's cache against what the simulator says a permitted reader must have: every column of every record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from data.model import StatusCategory
from data.store.driver import Connection, open_reader
from data.store.tables import SPRINT, TICKET, TICKET_PARTS, VERSION, Table
from data.text import sort_key
from tests.upstream import KEY, SyncedDesk

Records = dict[str, dict[Any, dict[str, Any]]]
"""Values by column, by table and primary key."""
_TABLES = (TICKET, *TICKET_PARTS, VERSION, SPRINT)
_LISTS = ("labels", "components", "fix_versions", "sprints", "clocks")


def held(desk: SyncedDesk) -> Records:
    """What the cache shows: tickets that are hidden have no part in it."""
    connection = open_reader(desk.places.cache, KEY)
    try:
        found = {table.name: _rows(connection, table) for table in _TABLES}
        names = _names(connection)
    finally:
        connection.close()
    for ticket in found["ticket"].values():
        for column in _LISTS:
            ticket[column] = [_named(each, names[column]) for each in json.loads(ticket[column])]
        ticket["clocks"].sort(key=lambda clock: clock["id"])
    for part in TICKET_PARTS:
        shown = found[part.name].items()
        found[part.name] = {key: row for key, row in shown if (row["ticket_id"],) in found["ticket"]}
    return found


def _rows(connection: Connection, table: Table) -> dict[Any, dict[str, Any]]:
    rows = connection.execute(f"SELECT {', '.join(table.names)} FROM {table.name}").fetchall()
    return _by_key(table, (dict(zip(table.names, row, strict=True)) for row in rows))


def _by_key(table: Table, records: Iterable[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    return {tuple(each[name] for name in table.names[: table.key]): each for each in records}


def _names(connection: Connection) -> dict[str, dict[Any, str]]:
    """The names that a reader shows for the ids on a ticket, by column."""
    return {
        "labels": {},
        "components": dict(connection.execute("SELECT id, text FROM name WHERE kind = 'component'").fetchall()),
        "fix_versions": dict(connection.execute("SELECT id, name FROM version").fetchall()),
        "sprints": dict(connection.execute("SELECT id, name FROM sprint").fetchall()),
        "clocks": dict(connection.execute("SELECT id, text FROM name WHERE kind = 'clock'").fetchall()),
    }


def _named(value: Any, names: Mapping[Any, str]) -> Any:
    return value | {"name": names.get(value["id"], value["name"])} if isinstance(value, dict) else value


def true(desk: SyncedDesk, *projects: str) -> Records:
    """What it must show of `projects`; of the configured ones where none is given."""
    told: dict[str, list[dict[str, Any]]] = desk.server.admin("truth", method="GET")
    followed = projects or tuple(desk.config.jira.projects if desk.config.jira else ())
    tickets = {each["id"]: each | _follows_from(each) for each in told["ticket"] if each["project"] in followed}
    told["ticket"] = [*tickets.values()]
    for part in TICKET_PARTS:
        told[part.name] = [each for each in told[part.name] if each["ticket_id"] in tickets]
    return {table.name: _by_key(table, told[table.name]) for table in _TABLES}


def _follows_from(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that only say otherwise what another one says."""
    category = StatusCategory(ticket["category"])
    return {
        "number": int(ticket["key"].rpartition("-")[2]),
        "summary_sort": sort_key(ticket["summary"]),
        "assignee_sort": sort_key(ticket["assignee"]),
        "category_rank": category.rank,
        "is_open": int(category is not StatusCategory.DONE),
        "priority_rank": int(ticket["priority_id"]),
    }


def assert_true(desk: SyncedDesk, *projects: str) -> None:
    """Everything that can be seen of `projects` is held as it is, and nothing else."""
    expected, found = true(desk, *projects), held(desk)
    for name in expected:
        missing, gone = expected[name].keys() - found[name].keys(), found[name].keys() - expected[name].keys()
        words = [[rows[key] for key in keys] for rows, keys in ((expected[name], missing), (found[name], gone))]
        assert (missing, gone) == (set(), set()), f"{name}: missing {words[0]}, too many {words[1]}"
        for key, true_row in expected[name].items():
            row = found[name][key]
            apart = {each: (row[each], true_row[each]) for each in row | true_row if row[each] != true_row[each]}
            assert apart == {}, f"{name} {key}: held and true: {apart}"

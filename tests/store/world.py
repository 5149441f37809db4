"""Invented tickets and sources for the store's tests, through one small factory each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.clock import Clock
from data.model import Kind
from data.paths import Places
from data.rules.sla import ClockRules
from data.sources.batch import Batch, Row
from data.store.migrations import CACHE, HISTORY
from data.store.read import Reader
from data.store.tables import CACHE_TABLES, CHANGE, COMMENT, EVENT, HISTORY_TABLES, RESULT, TICKET, WATCHED, Table
from data.store.write import Writer
from data.text import sort_key

KEY = "5f" * 32
NOW = 1_796_000_000_000
NOON = Clock(anchor_ms=NOW, real_anchor_ms=0, speed=0)
_CATEGORIES = {"new": 1, "indeterminate": 2, "undefined": 3, "done": 4}


class FakeSource:
    """A source as the writer knows it: its name and what it changes."""

    def __init__(self, name: str = "jira", kind: str = "jira", *kinds: Kind, interval: float = 60) -> None:
        self.name = name
        self.kind = kind
        self.kinds = kinds or (Kind.TICKETS, Kind.DEVELOPMENTS)
        self.interval = interval

    def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


JIRA = FakeSource()


def places_in(folder: Path) -> Places:
    return Places(folder / "config.toml", folder)


def cache_writer(places: Places, rules: ClockRules | None = None) -> Writer:
    return Writer(places.cache, KEY, CACHE_TABLES, CACHE, rules=rules)


def reader_of(places: Places, clock: Clock = NOON, rules: ClockRules | None = None) -> Reader:
    return Reader(places, KEY, clock, rules=rules)


def row_of(table: Table, values: Mapping[str, Any], **given: Any) -> Row:
    assert given.keys() <= set(table.names), given.keys() - set(table.names)
    row = {**values, **given}
    return tuple(row[name] for name in table.names)


def ticket(id: int, **given: Any) -> Row:
    """A ticket as the Jira source would hand it over; lists of versions and sprints are given as lists of ids."""
    for name in ("fix_versions", "sprints"):
        given[name] = json.dumps([{"id": each, "name": f"{name} {each}"} for each in given.get(name, ())])
    project = given.get("project", "SKAH")
    number = given.get("number", id)
    category = given.get("category", "new")
    summary = given.get("summary", f"Pilet {id}")
    assignee = given.get("assignee", "")
    clock = {"id": "cf_1", "name": given.get("breach_name") or "Lahendamisaeg", "run": "running", "target": None}
    clock |= {"due": given.get("breach_ms"), "used": None, "since": None, "late": False}
    return row_of(
        TICKET,
        {
            "id": id,
            "key": f"{project}-{number}",
            "project": project,
            "number": number,
            "type_id": "1",
            "type_name": "Viga",
            "is_epic": 0,
            "summary": summary,
            "summary_sort": sort_key(summary),
            "description": "",
            "status_id": {"new": "1", "done": "6"}.get(category, "3"),
            "status_name": {"new": "Ootel", "done": "Valmis"}.get(category, "Töös"),
            "category": category,
            "category_rank": _CATEGORIES[category],
            "is_open": int(category != "done"),
            "priority_id": "3",
            "priority_name": "Tavaline",
            "priority_rank": 3,
            "assignee_id": assignee.lower(),
            "assignee": assignee,
            "assignee_sort": sort_key(assignee),
            "reporter_id": "mnaidis",
            "reporter": "Mari Näidis",
            "resolution": "",
            "created_ms": NOW - 1000 * id,
            "updated_ms": NOW,
            "resolved_ms": None,
            "due_day": "",
            "start_day": "",
            "breach_ms": None,
            "breach_name": "Lahendamisaeg" if given.get("breach_ms") else "",
            "clocks": json.dumps([clock] if given.get("breach_ms") else []),
            "is_flagged": 0,
            "labels": "[]",
            "components": "[]",
            "epic_key": "",
            "parent_key": "",
        },
        **given,
    )


def comment(id: int, ticket_id: int, body: str, **given: Any) -> Row:
    values = {"id": id, "ticket_id": ticket_id, "author_id": "kkatse", "author": "Kati Katse", "body": body}
    return row_of(COMMENT, {**values, "created_ms": NOW, "updated_ms": NOW}, **given)


def move(id: int, ticket_id: int, at_ms: int, before: str, after: str, **given: Any) -> Row:
    """A change of the status, by the ids that `ticket` gives."""
    ids = {"Ootel": "1", "Töös": "3", "Valmis": "6"}
    values = {"ticket_id": ticket_id, "history_id": id, "position": 0, "at_ms": at_ms, "field": "status"}
    sides = {"before": before, "after": after, "before_id": ids.get(before, ""), "after_id": ids.get(after, "")}
    return row_of(CHANGE, {**values, "author_id": "kkatse", "author": "Kati Katse", **sides}, **given)


def tickets(*rows: Row, cursor: str = "", **more: Any) -> Batch:
    """A batch of tickets; `comment=[…]` and other tables by name, `facts`, `replace`, `done`, `total` as they are."""
    own = ("facts", "replace", "done", "total")
    other = {name: more.pop(name) for name in list(more) if name not in own}
    content: dict[str, Sequence[Row]] = {**({"ticket": rows} if rows else {}), **other}
    return Batch(rows=content, cursor=cursor, **more)


def history_writer(places: Places) -> Writer:
    return Writer(places.history, KEY, HISTORY_TABLES, HISTORY)


def result(name: str, at_ms: int, outcome: str = "ok", **given: Any) -> Row:
    values = {"name": name, "at_ms": at_ms, "outcome": outcome, "reason": "", "latency_ms": 200, "evidence": ""}
    return row_of(RESULT, values, **given)


def watched(name: str, position: int, kind: str = "service", needs: str = "{}", is_critical: int = 0) -> Row:
    values = {"name": name, "kind": kind, "url": "https://example.invalid/health", "position": position}
    return row_of(WATCHED, {**values, "interval_ms": 60_000, "needs": needs, "is_critical": is_critical})


def event(id: str, start_ms: int, minutes: int = 60, **given: Any) -> Row:
    values = {
        "id": id,
        "calendar": "Koolitused",
        "uid": id,
        "title": f"Koolitus {id}",
        "start_ms": start_ms,
        "end_ms": start_ms + minutes * 60_000,
        "is_all_day": 0,
        "location": "Saal",
        "description": "",
        "is_cancelled": 0,
        "invited": 10,
        "accepted": 5,
        "declined": 1,
        "capacity": 8,
        "organizer": "Kati Katse",
    }
    return row_of(EVENT, values, **given)

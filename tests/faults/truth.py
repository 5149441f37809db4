"""Holds a desk's cache against what the simulator says a permitted reader must have."""

from __future__ import annotations

from collections import defaultdict

from data.simulator.truth import Part, checksum
from data.store.driver import open_reader
from tests.upstream import KEY, SyncedDesk

Tickets = dict[int, tuple[str, int, str]]
"""Key, `updated` in epoch milliseconds and checksum, by id."""


def held(desk: SyncedDesk) -> Tickets:
    """What the cache shows."""
    connection = open_reader(desk.places.cache, KEY)
    try:
        comments = _parts(connection.execute("SELECT ticket_id, id, body FROM comment").fetchall())
        worklogs = _parts(connection.execute("SELECT ticket_id, id, seconds, comment FROM worklog").fetchall())
        files = _parts(connection.execute("SELECT ticket_id, id, name, size FROM attachment").fetchall())
        rows = connection.execute("SELECT id, key, updated_ms, summary, description FROM ticket").fetchall()
    finally:
        connection.close()
    return {
        id_: (key, updated, checksum(summary, description, comments[id_], worklogs[id_], files[id_]))
        for id_, key, updated, summary, description in rows
    }


def _parts(rows: list[Part]) -> defaultdict[int, list[Part]]:
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for ticket_id, *rest in rows:
        found[ticket_id].append(tuple(rest))
    return found


def true(desk: SyncedDesk) -> Tickets:
    """What it must show."""
    every = desk.server.admin("truth", method="GET")
    followed = tuple(f"{project}-" for project in desk.config.jira.projects) if desk.config.jira else ()
    return {id_: (key, updated, mark) for id_, key, updated, mark in every if key.startswith(followed)}


def assert_true(desk: SyncedDesk) -> None:
    """Every ticket that can be seen is held as it is, and no other."""
    expected, found = true(desk), held(desk)
    missing, gone = expected.keys() - found.keys(), found.keys() - expected.keys()
    words = [expected[id_][:2] for id_ in missing], [found[id_][:2] for id_ in gone]
    assert (missing, gone) == (set(), set()), f"missing {words[0]}, too many {words[1]}"
    apart = {id_: (each, expected[id_]) for id_, each in found.items() if each != expected[id_]}
    assert apart == {}, f"held and true: {apart}"

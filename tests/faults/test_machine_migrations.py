"""Files that an older version has filled: brought up to date in place, whatever happens meanwhile, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data.model import TicketQuery, TicketView
from data.store.driver import Connection, StoreError, open_reader, open_writer, transaction, translated
from data.store.kept import TicketLedger
from data.store.migrations import CACHE, HISTORY, Migration, migrate, version
from tests.faults.killing import End, Point, end_of
from tests.faults.truth import assert_true, held
from tests.store.recount import assert_kept_is_recounted
from tests.upstream import KEY, SyncedDesk, Upstream, upstream

KEPT = ("ticket_count", "ticket_group", "group_count")
"""Tables that the writer keeps by differences."""
LOOKS = 5_000


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=120) as running:
        yield running


@pytest.fixture
def desk(server: Upstream, tmp_path: Path) -> Iterator[SyncedDesk]:
    made = SyncedDesk(server, tmp_path, calendar="")
    assert made.once() == 0
    yield made
    server.heal()
    made.close()


def make_older(file: Path, number: int) -> None:
    """Writes the filled cache `file` anew as the version of that `number` would have."""
    with closing(open_reader(file, KEY)) as present:
        rows = {name: _records(present, name) for name in _tables(present)}
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    with closing(open_writer(file, KEY)) as connection:
        migrate(connection, CACHE[:number])
        with transaction(connection, "IMMEDIATE"):
            ledger = TicketLedger(connection, [each["id"] for each in rows["ticket"]])
            for name in _tables(connection):
                _insert(connection, name, rows[name])
            connection.execute(
                "UPDATE ticket SET components ="
                " (SELECT json_group_array(value ->> 'name') FROM json_each(ticket.components))"
            )
            ledger.settle()


def _tables(connection: Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [row[0] for row in found if row[0] not in KEPT and not row[0].startswith(("ticket_fts", "sqlite_"))]


def _columns(connection: Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})").fetchall()]


def _records(connection: Connection, table: str) -> list[dict[str, Any]]:
    columns = _columns(connection, table)
    rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _insert(connection: Connection, table: str, records: Sequence[dict[str, Any]]) -> None:
    columns = _columns(connection, table)
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        [[each[name] for name in columns] for each in records],
    )


def keys_shown(desk: SyncedDesk) -> set[str]:
    with closing(desk.reader()) as reader:
        window = reader.tickets(TicketQuery(view=TicketView.ALL))
        return {row.key for row in window.rows(0, window.count())}


def test_a_filled_cache_of_the_second_version_is_read_once_more_and_holds_the_same(desk: SyncedDesk) -> None:
    before = held(desk)
    make_older(desk.places.cache, 2)
    desk.server.admin("issue/SKAH-4100", {"summary": "Pärast uuendust"})

    assert desk.once() == 0
    report, after = desk.report("jira"), held(desk)
    # For the clocks of the service desk and the ids of the change log, which the second version did not keep.
    assert report.records == len(before["ticket"])
    apart = [key for key, each in after["ticket"].items() if each != before["ticket"][key]]
    assert [after["ticket"][key]["key"] for key in apart] == ["SKAH-4100"]
    assert after["comment"] == before["comment"]


def test_a_filled_cache_of_the_first_version_shows_all_it_has_until_it_was_read_anew(desk: SyncedDesk) -> None:
    keys = keys_shown(desk)
    make_older(desk.places.cache, 1)
    desk.server.fault("unavailable")

    assert desk.once() == 1
    assert keys_shown(desk) == keys
    desk.server.heal()
    assert desk.once() == 0
    assert keys_shown(desk) == keys
    assert_true(desk)
    with closing(open_reader(desk.places.cache, KEY)) as connection:
        assert_kept_is_recounted(connection, ())


def fill_history(file: Path, migrations: Sequence[Migration]) -> None:
    """A history of an older version with looks and transitions."""
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    with closing(open_writer(file, KEY)) as connection:
        migrate(connection, migrations)
        with transaction(connection, "IMMEDIATE"):
            connection.executemany(
                "INSERT INTO result VALUES ('RR', ?, 'up', '', 210, '')", [(at_ms,) for at_ms in range(LOOKS)]
            )
            connection.executemany(
                "INSERT INTO transition VALUES ('RR', ?, 'down', 'http 502')", [(at_ms,) for at_ms in range(LOOKS)]
            )


def measured(file: Path) -> list[Any]:
    """What nobody can give back, of a sound file."""
    with closing(open_writer(file, KEY)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        looks = connection.execute("SELECT name, at_ms, outcome, reason, latency_ms FROM result").fetchall()
        transitions = connection.execute("SELECT name, at_ms, state, reason FROM transition").fetchall()
    return [looks, transitions]


def version_of(file: Path) -> int:
    with closing(open_writer(file, KEY)) as connection:
        return version(connection)


def test_a_history_whose_change_of_schema_is_killed_anywhere_keeps_every_look(desk: SyncedDesk) -> None:
    places, kills = desk.places, 0
    fill_history(places.history, HISTORY[:1])
    known = measured(places.history)
    while end_of(places.config_file, places.data_dir, KEY, Point.MIGRATION, kills + 1) is End.KILLED:
        kills += 1
        assert measured(places.history) == known
        fill_history(places.history, HISTORY[:1])

    assert kills >= len(HISTORY) - 1
    assert measured(places.history) == known
    assert version_of(places.history) == HISTORY[-1].number


def test_a_history_for_whose_change_of_schema_there_is_no_room_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    fill_history(file, HISTORY[:2])
    known = measured(file)
    with closing(open_writer(file, KEY)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError) as caught, translated(file):
            migrate(connection, HISTORY)
    assert caught.value.code == "full"
    assert (measured(file), version_of(file)) == (known, 2)

    with closing(open_writer(file, KEY)) as connection:
        assert migrate(connection, HISTORY) == len(HISTORY) - 2
    assert measured(file) == known

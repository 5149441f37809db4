"""The schema: append-only steps, and every text in it with a declared privacy."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from data.model import Privacy
from data.store import bookkeeping, tables
from data.store.driver import Connection, StoreError, open_writer
from data.store.migrations import CACHE, DESK, HISTORY, Migration, migrate, statements, version
from data.store.tables import Table
from data.store.write import Writer

from .world import KEY, NOON, cache_writer, places_in, reader_of

FILES = {
    "cache": (CACHE, (*tables.CACHE_TABLES, *bookkeeping.CACHE_BOOKS)),
    "history": (HISTORY, (*tables.HISTORY_TABLES, *bookkeeping.HISTORY_BOOKS)),
    "desk": (DESK, bookkeeping.DESK_TABLES),
}
STEPS = [(name, step.number) for name, (migrations, _) in FILES.items() for step in migrations]
RELEASED = {
    # A released step is never edited: its number, its name and the beginning of its SHA-256.
    "cache": [
        (1, "tickets, calendars", "6d4c5e6e5a5b279f"),
        (2, "names by id, work logs, attachments, absences, gaps", "aae51f20b88f1d9f"),
        (3, "components by id", "17b2702f935b4a3b"),
        (4, "what may be done to tickets", "1cdbe0e7ae256328"),
        (5, "SLA clocks", "a2d7ecc86558b7ef"),
    ],
    "history": [
        (1, "results of checks", "ae87bc8e9be25b9a"),
        (2, "checks of every type", "5dbb2599a4f999e0"),
        (3, "critical checks, moments of detection, maintenance", "1f0ef7ac5db9913a"),
        (4, "uptime by the hour and by the day, good looks by the minute", "12401ccc579b1e2c"),
    ],
    "desk": [(1, "operations", "53fca850cc93fad3")],
}


def schema(connection: Connection) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'ticket_fts_%' ORDER BY name"
    ).fetchall()


def blank(tmp_path: Path, name: str = "x.db") -> Connection:
    return open_writer(tmp_path / name, KEY)


@pytest.mark.parametrize("name", FILES)
def test_numbers_go_up_by_one_from_one(name: str) -> None:
    assert [step.number for step in FILES[name][0]] == list(range(1, len(FILES[name][0]) + 1))


@pytest.mark.parametrize("name", FILES)
def test_released_steps_stay_as_they_were(name: str) -> None:
    steps = [(step.number, step.name, sha256(step.sql.encode()).hexdigest()[:16]) for step in FILES[name][0]]
    assert steps == RELEASED[name]  # a new step is entered above when it is released


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_every_earlier_version_arrives_at_the_schema_of_a_blank_file(tmp_path: Path, name: str, number: int) -> None:
    migrations = FILES[name][0]
    new, old = blank(tmp_path, "new.db"), blank(tmp_path, "old.db")
    assert migrate(new, migrations) == len(migrations)
    migrate(old, migrations[:number])
    assert migrate(old, migrations) == len(migrations) - number
    assert schema(old) == schema(new)
    assert version(old) == migrations[-1].number
    assert migrate(old, migrations) == 0
    new.close()
    old.close()


def test_components_that_were_read_without_ids_keep_their_names(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    connection = open_writer(places.cache, KEY)
    migrate(connection, CACHE[:2])
    columns = connection.execute("PRAGMA table_info(ticket)").fetchall()
    for ticket_id, listed in ((1, '["Maksed","Menetlus \\"A\\""]'), (2, "[]")):
        values = {row[1]: 0 if row[2] == "INTEGER" else "" for row in columns}
        values |= {"id": ticket_id, "key": f"SKAH-{ticket_id}", "components": listed, "labels": "[]"}
        marks = ", ".join("?" * len(values))
        connection.execute(f"INSERT INTO ticket ({', '.join(values)}) VALUES ({marks})", [*values.values()])
    migrate(connection, CACHE)
    connection.close()
    reader = reader_of(places, NOON)
    found = [reader.ticket(ticket_id) for ticket_id in (1, 2)]
    reader.close()
    assert [each.components for each in found if each] == [("Maksed", 'Menetlus "A"'), ()]


def test_what_checks_remember_stays_when_their_source_is_renamed(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    connection = open_writer(places.history, KEY)
    migrate(connection, HISTORY[:1])
    connection.execute("INSERT INTO source (name, kind, known_ms) VALUES ('http', 'http', 7)")
    connection.execute("INSERT INTO fact VALUES ('http', 'watch.RR', '{}')")
    migrate(connection, HISTORY)
    connection.close()
    reader = reader_of(places, NOON)
    assert [(each.name, each.kind, each.known_ms) for each in reader.sources()] == [("checks", "checks", 7)]
    reader.close()
    writer = Writer(places.history, KEY, tables.HISTORY_TABLES, HISTORY)
    assert writer.position("checks")[1] == {"watch.RR": "{}"}
    writer.close()


def test_a_step_that_fails_leaves_the_version_before_it(tmp_path: Path) -> None:
    steps = (Migration(1, "one", "CREATE TABLE a (x)"), Migration(2, "two", "CREATE TABLE b (x); CREATE TABLE a (x);"))
    connection = blank(tmp_path)
    with pytest.raises(Exception, match="already exists"):
        migrate(connection, steps)
    assert version(connection) == 1
    assert [name for name, _ in schema(connection)] == ["a"]
    connection.close()


def test_a_trigger_with_several_statements_is_one_step_of_a_script() -> None:
    script = "CREATE TABLE a (x);\nCREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT 1; SELECT 2; END;\n"
    assert [each.split("\n")[0][:14] for each in statements(script)] == ["CREATE TABLE a", "CREATE TRIGGER"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_newer_program_is_refused(tmp_path: Path, name: str) -> None:
    connection = blank(tmp_path)
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version of the program") as caught:
        migrate(connection, FILES[name][0])
    assert caught.value.code == "newer"
    connection.close()


def test_a_reader_refuses_a_newer_file_and_waits_for_an_older_one(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    connection = open_writer(places.cache, KEY)
    connection.execute("PRAGMA user_version = 0")
    reader = reader_of(places, NOON)
    assert reader.ticket_counts().total == 0  # the writer has made the file, and not its tables yet
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError) as caught:
        reader.ticket_counts()
    assert caught.value.code == "newer"
    reader.close()
    connection.close()


def test_a_writer_refuses_a_newer_file(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    connection = open_writer(places.cache, KEY)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="Update the program"):
        cache_writer(places)


@pytest.mark.parametrize("name", FILES)
def test_the_declarations_are_the_schema(tmp_path: Path, name: str) -> None:
    migrations, declared = FILES[name]
    connection = blank(tmp_path)
    migrate(connection, migrations)
    listed = connection.execute("PRAGMA table_list").fetchall()
    found = {row[1] for row in listed if row[2] in ("table", "virtual") and not row[1].startswith("sqlite_")}
    assert found == {table.name for table in declared}
    for table in declared:
        assert_declared(table, connection.execute(f"PRAGMA table_info({table.name})").fetchall())
    connection.close()


def assert_declared(table: Table, columns: Sequence[tuple[int, str, str, int, str, int]]) -> None:
    assert {(column.name, column.type) for column in table.columns} == {(row[1], row[2]) for row in columns}
    assert sorted(row[5] for row in columns if row[5]) == list(range(1, table.key + 1))
    assert {row[1] for row in columns if row[5]} == set(table.names[: table.key])


@pytest.mark.parametrize("table", [table for _, declared in FILES.values() for table in declared], ids=lambda t: t.name)
def test_every_text_has_a_declared_privacy_and_nothing_else_has(table: Table) -> None:
    for column in table.columns:
        assert isinstance(column.privacy, Privacy) == (column.type != "INTEGER"), column

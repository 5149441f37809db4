"""The person's own records: nothing that was written is ever changed or lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.model import Acknowledgement, Kind
from data.paths import Places
from data.store.desk import DeskFile, uuid7
from data.store.driver import StoreError, open_writer

from .world import KEY, NOON, NOW, places_in, reader_of


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_in(tmp_path / "new")


@pytest.fixture
def desk(places: Places) -> Iterator[DeskFile]:
    desk = DeskFile(places, KEY, NOON, "Kati Katse")
    yield desk
    desk.close()


def test_what_was_acknowledged_stands_with_its_actor_and_time(desk: DeskFile) -> None:
    desk.acknowledge("sla:7:esimene:1", "SKAH-7")
    expected = {"sla:7:esimene:1": Acknowledgement("sla:7:esimene:1", NOW, "Kati Katse")}
    assert desk.acknowledgements() == expected


def test_what_was_withdrawn_no_longer_holds_and_can_be_acknowledged_again(desk: DeskFile) -> None:
    first = desk.acknowledge("a", "SKAH-7")
    desk.withdraw(first)
    assert desk.acknowledgements() == {}
    desk.acknowledge("a", "SKAH-7")
    assert set(desk.acknowledgements()) == {"a"}


def test_of_two_acknowledgements_one_may_be_withdrawn(desk: DeskFile) -> None:
    first = desk.acknowledge("a", "SKAH-7")
    desk.acknowledge("a", "SKAH-7")
    desk.withdraw(first)
    assert set(desk.acknowledgements()) == {"a"}


def test_an_operation_that_is_not_there_cannot_be_withdrawn(desk: DeskFile) -> None:
    with pytest.raises(KeyError):
        desk.withdraw("00000000-0000-7000-8000-000000000000")
    assert desk.acknowledgements() == {}


def test_operations_outlive_the_process_and_are_seen_by_readers(desk: DeskFile, places: Places) -> None:
    reader = reader_of(places)
    before = reader.data_versions()
    assert reader.generations()[Kind.DESK] == 0
    desk.acknowledge("a", "SKAH-7")
    assert reader.data_versions() != before
    assert reader.generations()[Kind.DESK] == 1
    assert set(reader.acknowledgements()) == {"a"}
    desk.close()
    again = DeskFile(places, KEY, NOON, "Mari Näidis")
    assert set(again.acknowledgements()) == {"a"}
    again.close()
    reader.close()


def test_every_commit_reaches_the_disk(desk: DeskFile) -> None:
    desk.acknowledge("a", "SKAH-7")
    connection = desk._connection
    assert connection is not None
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.parametrize("sql", ["UPDATE operation SET actor = 'x'", "DELETE FROM operation"])
def test_the_file_itself_refuses_to_change_what_was_written(desk: DeskFile, places: Places, sql: str) -> None:
    desk.acknowledge("a", "SKAH-7")
    connection = open_writer(places.desk, KEY)
    with pytest.raises(Exception, match="append-only"):
        connection.execute(sql)
    assert connection.execute("SELECT actor, kind, subject, body FROM operation").fetchall() == [
        ("Kati Katse", "acknowledge", "SKAH-7", json.dumps({"attention": "a"}))
    ]
    connection.close()


def test_a_wrong_key_is_a_store_error(desk: DeskFile, places: Places) -> None:
    desk.acknowledge("a", "SKAH-7")
    with pytest.raises(StoreError) as caught:
        DeskFile(places, "ab" * 32, NOON, "x").acknowledgements()
    assert caught.value.code == "key"


def test_ids_are_of_version_seven_and_in_the_order_of_time() -> None:
    before = time.time_ns() // 1_000_000
    ids = [uuid7() for _ in range(200)]
    after = time.time_ns() // 1_000_000
    assert {(each.version, each.variant) for each in ids} == {(7, "specified in RFC 4122")}
    assert all(before <= each.int >> 80 <= after for each in ids)
    assert [each.int >> 80 for each in ids] == sorted(each.int >> 80 for each in ids)
    assert len(set(ids)) == len(ids)

"""Tickets that cannot be seen any more: told why and since when, kept if they may come back, found by former keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.model import AbsenceKind, TicketAbsence, TicketQuery, TicketView
from data.paths import Places
from data.sources.batch import Absence, Batch
from data.store.driver import open_reader
from data.store.read import Reader
from data.store.write import Writer

from .world import JIRA, KEY, NOW, cache_writer, comment, places_in, reader_of, ticket, tickets

LATER = NOW + 60_000
DELETED, LOST, LEFT = AbsenceKind.DELETED, AbsenceKind.LOST, AbsenceKind.LEFT


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_in(tmp_path)


@pytest.fixture
def cache(places: Places) -> Iterator[Writer]:
    writer = cache_writer(places)
    writer.apply(JIRA, tickets(ticket(1, summary="Toetus"), ticket(2), comment=[comment(1, 1, "vestlus")]), NOW)
    yield writer
    writer.close()


@pytest.fixture
def reader(places: Places) -> Iterator[Reader]:
    reader = reader_of(places)
    yield reader
    reader.close()


def shown(reader: Reader) -> list[int]:
    return sorted(row.id for row in reader.tickets(TicketQuery(view=TicketView.ALL)).rows(0, 100))


def found(reader: Reader, text: str) -> list[int]:
    return [row.id for row in reader.tickets(TicketQuery(view=TicketView.ALL, text=text)).rows(0, 100)]


def count(places: Places, table: str) -> int:
    connection = open_reader(places.cache, KEY)
    number: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return number


def held(reader: Reader) -> int:
    return reader.sources()[0].rows


@pytest.mark.parametrize("kind", [DELETED, LEFT])
def test_a_ticket_that_is_gone_leaves_its_key_and_the_reason_and_nothing_else(
    cache: Writer, reader: Reader, places: Places, kind: AbsenceKind
) -> None:
    applied = cache.apply(JIRA, Batch({}, absent=[Absence(1, kind, "X-9")]), LATER)
    assert applied.changed == 1
    assert (shown(reader), found(reader, "toetus"), found(reader, "vestlus"), held(reader)) == ([2], [], [], 1)
    assert reader.absence(1) == TicketAbsence(1, "SKAH-1", "SKAH", kind, LATER, "X-9")
    assert (reader.ticket(1), reader.ticket_id("SKAH-1")) == (None, 1)
    assert (count(places, "comment"), count(places, "hidden_ticket")) == (0, 0)


def test_a_ticket_whose_project_was_lost_is_hidden_and_comes_back_as_it_was(
    cache: Writer, reader: Reader, places: Places
) -> None:
    before = reader.ticket(1)
    cache.apply(JIRA, Batch({}, absent=[Absence(1, LOST)]), LATER)
    assert (shown(reader), found(reader, "vestlus"), reader.ticket(1), held(reader)) == ([2], [], None, 1)
    assert reader.absence(1) == TicketAbsence(1, "SKAH-1", "SKAH", LOST, LATER, "")
    assert cache.apply(JIRA, Batch({}, returned=[1]), LATER).changed == 1
    assert (shown(reader), found(reader, "vestlus"), reader.ticket(1), held(reader)) == ([1, 2], [1], before, 2)
    assert (reader.absence(1), count(places, "hidden_ticket")) == (None, 0)


@pytest.mark.parametrize("kind", AbsenceKind)
def test_a_ticket_that_is_read_again_is_absent_no_more_though_it_was_not_updated(
    cache: Writer, reader: Reader, places: Places, kind: AbsenceKind
) -> None:
    cache.apply(JIRA, Batch({}, absent=[Absence(1, kind)]), LATER)
    cache.apply(JIRA, tickets(ticket(1, summary="Tagasi")), LATER)
    assert (shown(reader), found(reader, "tagasi"), reader.absence(1)) == ([1, 2], [1], None)
    assert (count(places, "hidden_ticket"), held(reader)) == (0, 2)


def test_a_hidden_ticket_can_still_turn_out_to_be_gone(cache: Writer, reader: Reader, places: Places) -> None:
    cache.apply(JIRA, Batch({}, absent=[Absence(1, LOST)]), NOW)
    cache.apply(JIRA, Batch({}, absent=[Absence(1, DELETED)]), LATER)
    assert reader.absence(1) == TicketAbsence(1, "SKAH-1", "SKAH", DELETED, LATER, "")
    assert (count(places, "hidden_ticket"), count(places, "comment")) == (0, 0)


def test_what_is_absent_already_or_was_never_held_changes_nothing(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, Batch({}, absent=[Absence(1, DELETED)]), NOW)
    before = reader.data_versions()
    assert (
        cache.apply(JIRA, Batch({}, absent=[Absence(1, DELETED), Absence(77, LOST)], returned=[2]), LATER).changed == 0
    )
    assert reader.data_versions() == before


def test_a_moved_ticket_is_found_by_its_former_keys(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, tickets(ticket(1, project="PEHU", number=8)), NOW)
    cache.apply(JIRA, tickets(ticket(1, project="MUU", number=3)), NOW)
    assert [reader.ticket_id(key) for key in ("skah-1", "PEHU-8", " MUU-3 ")] == [1, 1, 1]
    opened = reader.ticket(1)
    assert opened is not None
    assert opened.row.key == "MUU-3"


def test_a_ticket_moved_back_has_its_first_key_again(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, tickets(ticket(1, project="PEHU", number=8)), NOW)
    cache.apply(JIRA, tickets(ticket(1)), NOW)
    cache.apply(JIRA, tickets(ticket(3, project="PEHU", number=9)), NOW)
    assert [reader.ticket_id(key) for key in ("SKAH-1", "PEHU-8", "PEHU-9")] == [1, 1, 3]


def test_a_moved_epic_takes_its_tickets_along(cache: Writer, reader: Reader) -> None:
    epic = {"type_name": "Epic", "is_epic": 1}
    cache.apply(JIRA, tickets(ticket(5, **epic), ticket(6, epic_key="SKAH-5"), ticket(7, epic_key="SKAH-5")), NOW)
    cache.apply(JIRA, tickets(ticket(5, project="PEHU", number=1, **epic)), NOW)
    detail = reader.development("epic:5")
    assert detail is not None
    assert [row.id for row in detail.tickets] == [7, 6]
    inside = reader.ticket(6)
    assert inside is not None
    assert inside.epic_key == "PEHU-1"


def test_the_former_key_of_a_deleted_ticket_still_tells_what_became_of_it(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, tickets(ticket(1, project="PEHU", number=8)), NOW)
    cache.apply(JIRA, Batch({}, absent=[Absence(1, DELETED)]), LATER)
    for key in ("SKAH-1", "PEHU-8"):
        ticket_id = reader.ticket_id(key)
        assert ticket_id is not None
        absence = reader.absence(ticket_id)
        assert absence is not None
        assert (absence.key, absence.kind) == ("PEHU-8", DELETED)

"""The writer: one transaction a batch, and silence where nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.model import Kind, SourcePhase, TicketQuery, TicketView
from data.paths import Places
from data.sources.batch import Batch
from data.store.driver import open_reader
from data.store.read import Reader
from data.store.rollup import RESULTS_DAYS
from data.store.write import Applied, Writer

from .world import (
    JIRA,
    KEY,
    NOW,
    FakeSource,
    cache_writer,
    comment,
    history_writer,
    places_in,
    reader_of,
    result,
    ticket,
    tickets,
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_in(tmp_path)


@pytest.fixture
def writer(places: Places) -> Iterator[Writer]:
    writer = cache_writer(places)
    yield writer
    writer.close()


@pytest.fixture
def reader(places: Places, writer: Writer) -> Iterator[Reader]:
    reader = reader_of(places)
    yield reader
    reader.close()


def summaries(reader: Reader) -> dict[int, str]:
    window = reader.tickets(TicketQuery(view=TicketView.ALL))
    return {row.id: row.summary for row in window.rows(0, window.count())}


def found(reader: Reader, text: str) -> set[int]:
    window = reader.tickets(TicketQuery(view=TicketView.ALL, text=text))
    return {row.id for row in window.rows(0, window.count())}


def test_a_batch_brings_rows_cursor_facts_and_generations_together(writer: Writer, reader: Reader) -> None:
    applied = writer.apply(JIRA, tickets(ticket(1), ticket(2), cursor="W1", facts={"jira.me": "kati"}), NOW)
    assert applied == Applied(changed=2, unchanged=0, records=2)
    assert writer.position("jira") == ("W1", {"jira.me": "kati"})
    assert summaries(reader) == {1: "Pilet 1", 2: "Pilet 2"}
    generations = reader.generations()
    assert (generations[Kind.TICKETS], generations[Kind.DEVELOPMENTS], generations[Kind.TRAININGS]) == (1, 1, 0)


def test_a_batch_that_changes_nothing_writes_nothing_at_all(places: Places, writer: Writer, reader: Reader) -> None:
    batch = tickets(
        ticket(1),
        ticket(2, breach_ms=NOW),
        comment=[comment(1, 1, "Tere")],
        replace={"comment": ("ticket_id", [1, 2])},
        cursor="W1",
        facts={"jira.me": "kati"},
    )
    writer.apply(JIRA, batch, NOW)
    writer.record_success(JIRA, NOW)
    before = reader.data_versions(), reader.generations(), wal_of(places)
    assert writer.apply(JIRA, batch, NOW + 60_000) == Applied(changed=0, unchanged=3)
    assert writer.apply(JIRA, tickets(cursor="W1"), NOW + 60_000) == Applied(changed=0, unchanged=0)
    writer.record_success(JIRA, NOW + 60_000)
    assert (reader.data_versions(), reader.generations(), wal_of(places)) == before


def wal_of(places: Places) -> bytes:
    return places.cache.with_name("cache.db-wal").read_bytes()


def test_a_moved_cursor_alone_is_kept_without_waking_a_pane(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1), cursor="W1"), NOW)
    before = reader.generations()
    assert writer.apply(JIRA, tickets(cursor="W2"), NOW) == Applied(0, 0)
    assert writer.position("jira")[0] == "W2"
    assert reader.generations() == before


def test_a_fact_that_changes_wakes_the_panes_because_it_decides_what_is_mine(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1, assignee="Kati"), facts={"jira.me": "mari"}), NOW)
    mine = reader.tickets(TicketQuery(view=TicketView.MINE))
    assert mine.count() == 0
    writer.apply(JIRA, tickets(facts={"jira.me": "kati"}), NOW)
    assert mine.count() == 1


def test_a_batch_that_fails_leaves_nothing_behind(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1), cursor="W1"), NOW)
    before = reader.data_versions(), reader.generations()
    broken = tickets(ticket(1, summary="Uus"), ticket(2), cursor="W2", change=[(1, None, 0, 0, *[""] * 7)])
    with pytest.raises(Exception, match="NOT NULL"):
        writer.apply(JIRA, broken, NOW)
    assert writer.position("jira")[0] == "W1"
    assert summaries(reader) == {1: "Pilet 1"}
    assert (reader.data_versions(), reader.generations()) == before


def test_a_table_or_column_that_nobody_declared_is_a_fault_of_the_program(writer: Writer) -> None:
    with pytest.raises(KeyError, match="wishes"):
        writer.apply(JIRA, Batch({"wishes": [(1,)]}), NOW)
    with pytest.raises(KeyError, match=r"comment\.nobody"):
        writer.apply(JIRA, Batch({}, replace={"comment": ("nobody", [1])}), NOW)


def test_an_older_ticket_never_replaces_a_newer_one_nor_its_comments(writer: Writer, reader: Reader) -> None:
    new = tickets(ticket(1, summary="Uus"), comment=[comment(1, 1, "a"), comment(2, 1, "b")])
    writer.apply(JIRA, new, NOW)
    stale = tickets(
        ticket(1, summary="Vana", updated_ms=NOW - 1),
        comment=[comment(1, 1, "vana")],
        replace={"comment": ("ticket_id", [1])},
    )
    assert writer.apply(JIRA, stale, NOW).changed == 0
    opened = reader.ticket(1)
    assert opened is not None
    assert (opened.row.summary, [each.body for each in opened.comments]) == ("Uus", ["a", "b"])


def test_of_two_states_in_one_batch_the_newer_stays_whatever_their_order(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1, summary="Uus"), ticket(1, summary="Vana", updated_ms=NOW - 1)), NOW)
    assert summaries(reader) == {1: "Uus"}
    assert found(reader, "uus") == {1}
    assert found(reader, "vana") == set()


def test_an_equal_time_replaces_because_a_clock_may_run_without_an_update(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1, breach_ms=None)), NOW)
    assert writer.apply(JIRA, tickets(ticket(1, breach_ms=NOW + 5)), NOW).changed == 1
    assert reader.tickets(TicketQuery()).rows(0, 1)[0].breach_ms == NOW + 5


def test_replace_deletes_what_the_batch_no_longer_brings(writer: Writer, reader: Reader) -> None:
    both = [comment(1, 1, "jääb"), comment(2, 1, "kaob"), comment(3, 2, "teise pileti oma")]
    writer.apply(JIRA, tickets(ticket(1), ticket(2), comment=both), NOW)
    applied = writer.apply(JIRA, Batch({"comment": both[:1]}, replace={"comment": ("ticket_id", [1])}), NOW)
    assert applied == Applied(changed=1, unchanged=1)
    assert found(reader, "kaob") == set()
    assert found(reader, "jääb") == {1}
    assert found(reader, "teise") == {2}


def test_a_ticket_that_goes_takes_everything_of_its_own_along(writer: Writer, reader: Reader, places: Places) -> None:
    change = (1, 1, 0, NOW, "kkatse", "Kati Katse", "status", "Ootel", "Töös", "1", "3")
    row = ticket(1, summary="Kaob", sprints=[4], epic_key="SKAH-9")
    writer.apply(JIRA, tickets(row, ticket(2), comment=[comment(1, 1, "kaob ka")], change=[change]), NOW)
    writer.apply(JIRA, Batch({}, replace={"ticket": ("id", [1])}), NOW)
    assert summaries(reader) == {2: "Pilet 2"}
    assert found(reader, "kaob") == set()
    connection = open_reader(places.cache, KEY)
    left = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("comment", "change", "ticket_group", "ticket_fts")
    }
    connection.close()
    assert left == {"comment": 0, "change": 0, "ticket_group": 0, "ticket_fts": 1}


def test_a_change_is_seen_by_readers_through_their_data_version(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1)), NOW)
    before = reader.data_versions()
    assert reader.data_versions() == before
    writer.apply(JIRA, tickets(ticket(1, summary="Uus", updated_ms=NOW + 1)), NOW)
    assert reader.data_versions() != before


def test_a_failure_is_written_once_and_cleared_by_the_next_good_poll(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1)), NOW)
    writer.record_success(JIRA, NOW)
    writer.record_failure(JIRA, "timeout", "Vastust ei tulnud", NOW)
    failed = reader.sources()[0]
    assert (failed.phase, failed.error_code, failed.error_detail) == (
        SourcePhase.FAILED,
        "timeout",
        "Vastust ei tulnud",
    )
    quiet = reader.data_versions(), reader.generations()
    writer.record_failure(JIRA, "timeout", "Vastust ei tulnud", NOW + 1000)
    assert (reader.data_versions(), reader.generations()) == quiet
    writer.record_success(JIRA, NOW + 2000)
    well = reader.sources()[0]
    assert (well.phase, well.error_code, well.known_ms) == (SourcePhase.FRESH, "", NOW + 2000)
    assert reader.generations()[Kind.SOURCES] == quiet[1][Kind.SOURCES] + 1


def test_a_source_is_loading_until_its_first_fill_is_through(writer: Writer, reader: Reader) -> None:
    writer.apply(JIRA, tickets(ticket(1), done=1, total=2, cursor="1"), NOW)
    loading = reader.sources()[0]
    assert (loading.phase, loading.done, loading.total, loading.rows) == (SourcePhase.LOADING, 1, 2, 1)
    writer.apply(JIRA, tickets(ticket(2), done=2, total=2, cursor="2"), NOW)
    writer.record_success(JIRA, NOW)
    assert (reader.sources()[0].phase, reader.sources()[0].rows) == (SourcePhase.FRESH, 2)


def test_quarantined_records_are_counted_by_source(writer: Writer, reader: Reader) -> None:
    odd = [("jira", "SKAH-7", "no summary", NOW), ("jira", "SKAH-8", "no summary", NOW)]
    writer.apply(JIRA, tickets(quarantine=odd), NOW)
    assert reader.sources()[0].quarantined == 2
    writer.apply(JIRA, Batch({}, replace={"quarantine": ("reference", ["SKAH-7"])}), NOW)
    assert reader.sources()[0].quarantined == 1


def test_old_results_are_pruned_and_the_others_stay(places: Places) -> None:
    writer = history_writer(places)
    source = FakeSource("checks", "checks", Kind.SERVICES)
    rows = [result("no longer watched", NOW - 1000 * age) for age in range(12_000)]
    writer.apply(source, Batch({"result": rows}), NOW)
    writer.prune(NOW - 1000 * 100 + RESULTS_DAYS * 86_400_000)
    writer.close()
    connection = open_reader(places.history, KEY)
    assert connection.execute("SELECT count(*), min(at_ms) FROM result").fetchone() == (101, NOW - 100_000)
    connection.close()

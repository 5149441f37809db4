"""Names that Jira changes: every row follows, and what is kept by rows with it, though no ticket was updated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.model import AbsenceKind, StatusCategory, TicketQuery, TicketSort, TicketView
from data.sources.batch import Absence, Batch
from data.store.read import Reader
from data.store.write import Applied, Writer

from .world import JIRA, NOW, cache_writer, comment, places_in, reader_of, ticket, tickets

ALL = TicketQuery(view=TicketView.ALL, sort=TicketSort.KEY, descending=False)

KNOWN = [
    ("status", "1", "Ootel"),
    ("category", "1", "new"),
    ("type", "1", "Viga"),
    ("priority", "3", "Tavaline"),
    ("rank", "3", "3"),
    ("user", "kati", "Kati"),
    ("user", "kkatse", "Kati Katse"),
    ("user", "mnaidis", "Mari Näidis"),
]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Writer]:
    writer = cache_writer(places_in(tmp_path))
    rows = [ticket(1, assignee="Kati"), ticket(2, assignee="Kati", category="done"), ticket(3, assignee="Mari")]
    writer.apply(JIRA, tickets(*rows, comment=[comment(1, 3, "Tere")], name=KNOWN), NOW)
    yield writer
    writer.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    reader = reader_of(places_in(tmp_path))
    yield reader
    reader.close()


def learn(cache: Writer, *names: tuple[str, str, str]) -> Applied:
    return cache.apply(JIRA, Batch({"name": names}), NOW + 1)


def test_a_renamed_status_type_and_priority_show_at_once(cache: Writer, reader: Reader) -> None:
    learn(cache, ("status", "1", "Järjekorras"), ("type", "1", "Tõrge"), ("priority", "3", "Keskmine"))
    rows = reader.tickets(ALL).rows(0, 10)
    assert [row.status_name for row in rows] == ["Järjekorras", "Valmis", "Järjekorras"]
    assert {(row.type_name, row.priority_name) for row in rows} == {("Tõrge", "Keskmine")}
    assert dict(reader.facets()["status"]) == {"Järjekorras": 2, "Valmis": 0}
    assert dict(reader.facets()["type"]) == {"Tõrge": 2}


def test_a_person_with_a_new_name_has_it_everywhere(cache: Writer, reader: Reader) -> None:
    learn(cache, ("user", "kati", "Kati Tamm"), ("user", "kkatse", "Kati Kask"), ("user", "mnaidis", "Mari Kuusk"))
    assert [row.assignee for row in reader.tickets(ALL).rows(0, 10)] == ["Kati Tamm", "Kati Tamm", "Mari"]
    assert dict(reader.facets()["assignee"]) == {"Kati Tamm": 1, "Mari": 1}
    opened = reader.ticket(3)
    assert opened is not None
    assert (opened.reporter, opened.comments[0].author) == ("Mari Kuusk", "Kati Kask")
    by_name = reader.tickets(ALL._replace(sort=TicketSort.ASSIGNEE, descending=True)).rows(0, 1)
    assert by_name[0].assignee == "Mari"


def test_a_status_that_now_means_done_closes_its_tickets(cache: Writer, reader: Reader) -> None:
    learn(cache, ("category", "1", "done"))
    counts = reader.ticket_counts()
    assert (counts.open, counts.total) == (0, 3)
    assert {row.category for row in reader.tickets(ALL).rows(0, 10)} == {StatusCategory.DONE}


def test_a_new_order_of_priorities_moves_ranks_and_blockers(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, tickets(ticket(9, is_epic=1), ticket(1, epic_key="SKAH-9")), NOW)
    learn(cache, ("rank", "3", "1"))
    assert {row.priority_rank for row in reader.tickets(ALL).rows(0, 10)} == {1}
    assert [each.blockers for each in reader.developments()] == [1]


def test_a_renamed_clock_has_its_new_name_on_every_ticket(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, tickets(ticket(1, breach_ms=NOW, breach_name="Vastus"), name=[("clock", "cf_1", "Vastus")]), NOW)
    learn(cache, ("clock", "cf_1", "Vastamise aeg"))
    assert reader.tickets(ALL).rows(0, 1)[0].breach_name == "Vastamise aeg"


def test_a_hidden_ticket_comes_back_with_the_new_names(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, Batch({}, absent=[Absence(1, AbsenceKind.LOST)]), NOW)
    learn(cache, ("status", "1", "Järjekorras"), ("user", "kati", "Kati Tamm"))
    cache.apply(JIRA, Batch({}, returned=[1]), NOW)
    row = reader.tickets(ALL).rows(0, 1)[0]
    assert (row.status_name, row.assignee) == ("Järjekorras", "Kati Tamm")


def test_names_that_are_known_write_nothing(cache: Writer, reader: Reader) -> None:
    before = reader.data_versions()
    assert learn(cache, ("status", "1", "Ootel"), ("user", "kati", "Kati")) == Applied(changed=0, unchanged=2)
    assert reader.data_versions() == before


def test_a_name_seen_for_the_first_time_changes_no_ticket(cache: Writer, reader: Reader) -> None:
    assert learn(cache, ("status", "77", "Uus")).changed == 1
    assert "Uus" not in dict(reader.facets()["status"])


def test_a_renamed_version_shows_on_its_tickets_without_touching_them(cache: Writer, reader: Reader) -> None:
    version = (7, "SKAH", "Sügis", "", "", "2026-12-01", 0, 0)
    cache.apply(JIRA, tickets(ticket(1, fix_versions=[7], sprints=[4])), NOW)
    cache.apply(JIRA, Batch({"version": [version], "sprint": [(4, "Sprint A", "active", "", "", "", 1)]}), NOW)
    opened = reader.ticket(1)
    assert opened is not None
    assert (opened.fix_versions, opened.sprints) == (("Sügis",), ("Sprint A",))


def test_a_renamed_component_shows_on_every_ticket_that_has_it(cache: Writer, reader: Reader) -> None:
    listed = '[{"id":"7","name":"Maksed"},{"id":"","name":"Muu"}]'
    cache.apply(JIRA, tickets(ticket(4, components=listed), name=[("component", "7", "Maksed")]), NOW)
    learn(cache, ("component", "7", "Väljamaksed"))
    found = reader.ticket(4)
    assert found is not None
    assert found.components == ("Väljamaksed", "Muu")

"""Typed questions and answers about services, developments, trainings, sources and what needs the person."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.clock import Clock, tallinn
from data.model import (
    AttentionKind,
    DevelopmentState,
    Kind,
    Outcome,
    ServiceState,
    SourcePhase,
    TicketCounts,
    TicketQuery,
    TicketView,
)
from data.paths import Places
from data.sources.batch import Batch
from data.store.desk import DeskFile
from data.store.driver import StoreError
from data.store.read import Reader
from data.store.write import Writer

from .world import (
    JIRA,
    KEY,
    NOON,
    NOW,
    FakeSource,
    cache_writer,
    comment,
    event,
    history_writer,
    places_in,
    reader_of,
    result,
    ticket,
    tickets,
    watched,
)

DAY = 86_400_000
TODAY = tallinn(NOW).date()
HTTP = FakeSource("checks", "checks", Kind.SERVICES)
CALENDAR = FakeSource("calendar:Koolitused", "calendar", Kind.TRAININGS, interval=300)


def day(offset: int) -> str:
    return tallinn(NOW + offset * DAY).date().isoformat()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_in(tmp_path)


@pytest.fixture
def reader(places: Places) -> Iterator[Reader]:
    reader = reader_of(places)
    yield reader
    reader.close()


@pytest.fixture
def cache(places: Places) -> Iterator[Writer]:
    writer = cache_writer(places)
    yield writer
    writer.close()


@pytest.fixture
def history(places: Places) -> Iterator[Writer]:
    writer = history_writer(places)
    yield writer
    writer.close()


def test_files_that_are_not_there_read_as_empty(reader: Reader) -> None:
    assert (reader.services(), reader.developments(), reader.sources()) == ((), (), ())
    assert reader.trainings(0, 2**60) == ()
    assert (reader.service("x"), reader.ticket(1), reader.ticket_id("X-1"), reader.training("x")) == (None,) * 4
    assert reader.development("epic:1") is None
    assert reader.ticket_counts() == TicketCounts(0, 0, 0, 0)
    assert reader.facets() == {}
    assert reader.overview().attention == ()
    assert set(reader.generations().values()) == {0}


def test_a_wrong_key_is_told_by_every_question(places: Places, cache: Writer) -> None:
    cache.apply(JIRA, tickets(ticket(1)), NOW)
    reader = Reader(places, "ab" * 32, NOON)
    for question in (reader.ticket_counts, reader.data_versions, reader.overview, reader.tickets(TicketQuery()).count):
        with pytest.raises(StoreError) as caught:
            question()
        assert caught.value.code == "key"
    reader.close()


def test_a_cache_that_was_deleted_and_came_back_is_read_anew(places: Places, reader: Reader) -> None:
    writer = cache_writer(places)
    writer.apply(JIRA, tickets(ticket(1), ticket(2)), NOW)
    window = reader.tickets(TicketQuery())
    assert (reader.ticket_counts().open, window.count()) == (2, 2)
    before = reader.data_versions()
    writer.close()
    for file in places.data_dir.glob("cache.db*"):
        file.unlink()
    assert reader.ticket_counts().open == 0
    writer = cache_writer(places)
    writer.apply(JIRA, tickets(ticket(7)), NOW)
    assert reader.ticket_counts().open == 1
    assert [row.id for row in window.rows(0, 9)] == [7]
    assert reader.data_versions() != before
    writer.close()


def test_services_come_worst_first_then_in_the_order_of_the_configuration(history: Writer, reader: Reader) -> None:
    rows = [watched(name, place) for place, name in enumerate(["korras", "uus", "maas", "häiritud", "ka korras"])]
    states = {"korras": "up", "maas": "down", "häiritud": "degraded", "ka korras": "up"}
    changes = [(name, NOW - 1000, state, "http 503", NOW) for name, state in states.items()]
    history.apply(HTTP, Batch({"watched": rows, "transition": changes}), NOW)
    services = reader.services()
    assert [each.name for each in services] == ["maas", "häiritud", "uus", "korras", "ka korras"]
    assert [each.reason for each in services] == ["http 503", "http 503", "", "", ""]
    assert services[2].state is ServiceState.UNKNOWN
    assert (services[0].state, services[0].since_ms) == (ServiceState.DOWN, NOW - 1000)


def test_a_service_tells_its_latest_results_oldest_first_and_its_usual_latency(history: Writer, reader: Reader) -> None:
    rows = [result("SKAIS2", NOW - age * 1000, latency_ms=100 + age) for age in range(1, 31)]
    rows.append(result("SKAIS2", NOW, "fail", latency_ms=None, reason="timeout", evidence="504"))
    history.apply(HTTP, Batch({"watched": [watched("SKAIS2", 0)], "result": rows}), NOW)
    service = reader.services()[0]
    assert len(service.recent) == 24
    assert (service.recent[0], service.recent[-1]) == (Outcome.OK, Outcome.FAIL)
    assert (service.latency_ms, service.usual_latency_ms, service.checked_ms) == (None, 116, NOW)
    opened = reader.service("SKAIS2")
    assert opened is not None
    assert (opened.results[0].reason, opened.results[0].evidence, len(opened.results)) == ("timeout", "504", 31)


def test_a_service_tells_what_the_last_look_was_answered_while_that_is_not_well(
    history: Writer, reader: Reader
) -> None:
    rows = [result("RR", NOW - 2000, "fail", reason="xroad server.serverproxy.networkerror", evidence="detail 9bc9")]
    history.apply(HTTP, Batch({"watched": [watched("RR", 0)], "result": rows}), NOW)
    (failing,) = reader.services()
    assert (failing.blame, failing.evidence) == ("partner_server", "detail 9bc9")
    history.apply(HTTP, Batch({"result": [result("RR", NOW, "ok")]}), NOW)
    (well,) = reader.services()
    assert (well.blame, well.evidence) == ("", "")


def test_an_opened_ticket_has_everything(cache: Writer, reader: Reader) -> None:
    row = ticket(5, description="Pikk jutt", sprints=[3], fix_versions=[8], labels='["kiire"]', assignee="Kati")
    said = [comment(2, 5, "teine"), comment(1, 5, "esimene")]
    changed = [
        (5, 1, 0, NOW - 9, "kati", "Kati", "status", "Ootel", "Töös", "1", "3"),
        (5, 2, 0, NOW, "kati", "Kati", "status", "Töös", "Valmis", "3", "6"),
    ]
    facts = {"jira.me": "kati", "jira.url": "https://jira.invalid/"}
    cache.apply(JIRA, tickets(row, comment=said, change=changed, facts=facts), NOW)
    opened = reader.ticket(5)
    assert opened is not None
    assert opened.row == reader.tickets(TicketQuery()).rows(0, 1)[0]
    assert opened.row.mine
    assert (opened.description, opened.reporter, opened.labels) == ("Pikk jutt", "Mari Näidis", ("kiire",))
    assert (opened.sprints, opened.fix_versions) == (("sprints 3",), ("fix_versions 8",))
    assert [each.body for each in opened.comments] == ["esimene", "teine"]
    assert [each.after for each in opened.changes] == ["Valmis", "Töös"]
    assert opened.url == "https://jira.invalid/browse/SKAH-5"
    assert reader.ticket_id(" skah-5") == 5


def test_counts_and_facets_are_those_of_the_open_tickets(cache: Writer, reader: Reader) -> None:
    risk = NOW + 3_600_000
    rows = [
        ticket(1, assignee="Kati", breach_ms=risk),
        ticket(2, breach_ms=NOW - 1),
        ticket(3, category="done", assignee="Kati", breach_ms=risk),
        ticket(4, category="indeterminate", breach_ms=NOW + DAY, project="PEHU"),
    ]
    cache.apply(JIRA, tickets(*rows, facts={"jira.me": "kati"}), NOW)
    assert reader.ticket_counts() == TicketCounts(open=3, mine=1, at_risk=2, total=4, overdue=1)
    assert reader.tickets(TicketQuery(view=TicketView.AT_RISK)).count() == 2
    facets = reader.facets()
    assert facets["project"] == (("SKAH", 2), ("PEHU", 1))
    assert facets["status"] == (("Ootel", 2), ("Töös", 1), ("Valmis", 0))
    assert facets["assignee"] == (("", 2), ("Kati", 1))


def epic(id: int, **given: Any) -> tuple[Any, ...]:
    return ticket(id, is_epic=1, type_name="Epic", summary=f"Epic {id}", **given)


def test_an_epic_tells_its_progress_and_how_far_its_end_has_moved(cache: Writer, reader: Reader) -> None:
    inside = [
        ticket(11, epic_key="SKAH-1", category="done"),
        ticket(12, epic_key="SKAH-1", priority_rank=1),
        ticket(13, epic_key="SKAH-1", is_flagged=1),
        ticket(14, epic_key="SKAH-1", is_flagged=1, category="done"),
        ticket(15),
    ]
    moved = [
        (1, 5, 0, NOW - 5 * DAY, "kati", "Kati", "duedate", "", day(1), "", ""),
        (1, 6, 0, NOW - 4 * DAY, "kati", "Kati", "duedate", f"{day(1)} 00:00:00.0", day(3), "", ""),
        (1, 7, 0, NOW - 3 * DAY, "kati", "Kati", "duedate", day(3), day(10), "", ""),
        (1, 7, 1, NOW - 6 * DAY, "kati", "Kati", "summary", day(0), "x", "", ""),
    ]
    row = epic(1, due_day=day(10), start_day=day(-20), description="Eesmärk")
    cache.apply(JIRA, tickets(row, *inside, change=moved), NOW)
    (development,) = reader.developments()
    assert (development.id, development.key, development.title) == ("epic:1", "SKAH-1", "Epic 1")
    assert (development.done, development.total, development.blockers) == (2, 4, 2)
    assert (development.first_end_day, development.end_day) == (day(1), day(10))
    assert (development.state, development.slip_days) == (DevelopmentState.LATE, 9)
    opened = reader.development("epic:1")
    assert opened is not None
    assert (opened.development, opened.description) == (development, "Eesmärk")
    assert [each.id for each in opened.tickets] == [13, 12, 14, 11]


def test_an_end_that_never_moved_has_no_first_end(cache: Writer, reader: Reader) -> None:
    first_set = [(1, 5, 0, NOW - 5 * DAY, "kati", "Kati", "duedate", "", day(5), "", "")]
    cache.apply(JIRA, tickets(epic(1, due_day=day(5)), change=first_set), NOW)
    assert [(each.first_end_day, each.slip_days) for each in reader.developments()] == [("", 0)]


def test_the_timeline_has_what_is_open_or_newly_done_and_nothing_older(cache: Writer, reader: Reader) -> None:
    epics = [
        epic(1, due_day=day(9)),
        epic(2, category="done", resolved_ms=NOW - 5 * DAY),
        epic(3, category="done", resolved_ms=NOW - 40 * DAY),
    ]
    versions = [
        (21, "SKAH", "2.13", "", "", day(-5), 1, 0),
        (22, "SKAH", "2.14", "Muudatused", "", day(20), 0, 0),
        (23, "SKAH", "2.12", "", "", day(-50), 1, 0),
        (24, "SKAH", "1.0", "", "", day(9), 0, 1),
    ]
    sprints = [(31, "S1", "closed", "", "", "", 1), (32, "S2", "active", "Eesmärk", day(-3), day(4), 1)]
    sprints.append((33, "S3", "future", "", "", "", 1))
    cache.apply(JIRA, tickets(*epics, version=versions, sprint=sprints), NOW)
    ids = {each.id for each in reader.developments()}
    assert ids == {"epic:1", "epic:2", "release:21", "release:22", "sprint:32", "sprint:33"}
    assert [each.description for each in map(reader.development, ("release:22", "sprint:32")) if each] == [
        "Muudatused",
        "Eesmärk",
    ]
    for unknown in ("release:99", "nothing:1", "epic:", "epic:1 OR 1", ""):
        assert reader.development(unknown) is None


def test_a_release_and_a_sprint_that_moved_since_they_were_first_seen_show_their_slip(
    cache: Writer, reader: Reader
) -> None:
    versions = [(22, "SKAH", "2.14", "", "", day(20), 0, 0), (23, "SKAH", "2.15", "", "", day(40), 0, 0)]
    sprints = [(32, "S2", "active", "", day(-3), day(4), 1)]
    first = {"release.first_end.22": day(13), "release.first_end.23": day(40), "sprint.first_end.32": day(2)}
    cache.apply(JIRA, tickets(version=versions, sprint=sprints, facts=first), NOW)

    moved = {each.id: (each.first_end_day, each.slip_days) for each in reader.developments()}
    assert moved == {"release:22": (day(13), 7), "release:23": ("", 0), "sprint:32": (day(2), 2)}


def test_trainings_are_those_that_overlap_the_time_asked_for(cache: Writer, reader: Reader) -> None:
    events = [
        event("enne", NOW - 2 * DAY),
        event("üle algus", NOW - 1000, minutes=1),
        event("sees", NOW + 1000, is_cancelled=1, capacity=None),
        event("punkt", NOW, minutes=0),
        event("pärast", NOW + DAY),
    ]
    cache.apply(CALENDAR, Batch({"event": events}), NOW)
    assert [each.id for each in reader.trainings(NOW, NOW + DAY)] == ["üle algus", "punkt", "sees"]
    training = reader.training("sees")
    assert training is not None
    assert (training.cancelled, training.capacity, training.all_day) == (True, None, False)
    assert training.title == "Koolitus sees"


def pulse(places: Places, seconds_ago: float = 0, **sources: dict[str, Any]) -> None:
    at_ms = round((time.time() - seconds_ago) * 1000)
    places.pulse.write_text(json.dumps({"pid": 1, "at_ms": at_ms, "sources": sources}))


def said(**given: Any) -> dict[str, Any]:
    quiet = {"kind": "jira", "phase": "idle", "known_ms": None, "tried_ms": None, "next_ms": None, "done": 0}
    return {**quiet, "total": None, "error_code": "", "error_detail": "", **given}


def test_a_source_that_only_the_pulse_knows_is_loading(places: Places, reader: Reader) -> None:
    pulse(places, jira=said(phase="fetching", done=40, total=100))
    (state,) = reader.sources()
    assert (state.phase, state.kind, state.done, state.total) == (SourcePhase.LOADING, "jira", 40, 100)


def test_the_pulse_tells_of_quiet_polls_that_the_store_never_hears_of(
    places: Places, cache: Writer, reader: Reader
) -> None:
    cache.record_success(JIRA, NOW - 600_000)
    assert reader.sources()[0].phase is SourcePhase.STALE  # ten minutes at an interval of one
    pulse(places, jira=said(known_ms=NOW - 5000, tried_ms=NOW - 5000, next_ms=NOW + 55_000))
    (state,) = reader.sources()
    assert (state.phase, state.known_ms, state.next_ms) == (SourcePhase.FRESH, NOW - 5000, NOW + 55_000)


def test_a_pulse_that_stands_still_promises_no_next_try(places: Places, cache: Writer, reader: Reader) -> None:
    cache.record_success(JIRA, NOW - 600_000)
    pulse(places, seconds_ago=60, jira=said(known_ms=NOW - 5000, tried_ms=NOW - 5000, next_ms=NOW + 7_200_000))
    (state,) = reader.sources()
    assert (state.known_ms, state.next_ms) == (NOW - 5000, None)


def test_what_the_pulse_knows_is_not_known_of_a_cache_that_was_begun_anew(
    places: Places, cache: Writer, reader: Reader
) -> None:
    told = said(known_ms=NOW - 5000, tried_ms=NOW - 5000)
    pulse(places, jira=told, checks={**told, "kind": "checks"})
    cache.apply(JIRA, Batch({"ticket": [ticket(1)]}, total=3), NOW)
    states = {each.name: (each.phase, each.known_ms) for each in reader.sources()}
    assert states == {"jira": (SourcePhase.LOADING, None), "checks": (SourcePhase.LOADING, None)}
    places.history.write_bytes(b"garbage" * 1000)
    known = {each.name: each.known_ms for each in reader.sources()}
    assert known == {"jira": None, "checks": NOW - 5000}


def test_a_failed_source_keeps_the_age_of_what_it_shows(places: Places, cache: Writer, reader: Reader) -> None:
    cache.record_success(JIRA, NOW - 60_000)
    cache.record_failure(JIRA, "auth", "Ligipääs puudub", NOW - 1000)
    (state,) = reader.sources()
    assert (state.phase, state.error_code, state.known_ms) == (SourcePhase.FAILED, "auth", NOW - 60_000)
    assert reader.overview().attention[0].kind is AttentionKind.SOURCE_FAILED


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"sources": 3}', b'{"sources": {"jira": 5}}', b"\xff\xfe"])
def test_a_pulse_that_cannot_be_understood_is_no_news(places: Places, reader: Reader, content: bytes) -> None:
    places.pulse.write_bytes(content)
    assert reader.sources() == ()


def test_sources_of_both_files_are_told(cache: Writer, history: Writer, reader: Reader) -> None:
    cache.apply(CALENDAR, Batch({"event": [event("a", NOW)]}), NOW)
    history.apply(HTTP, Batch({"watched": [watched("SKAIS2", 0), watched("SKAIS1", 1)]}), NOW)
    assert {each.name: each.rows for each in reader.sources()} == {"calendar:Koolitused": 1, "checks": 2}


def test_what_fails_because_of_another_stands_under_it_and_is_no_line_of_its_own(
    history: Writer, reader: Reader
) -> None:
    rows = [
        watched("menetlus", 0, needs='{"hard":["andmebaas"]}'),
        watched("maksed", 1, needs='{"hard":["menetlus"],"soft":["ei jälgita"]}'),
        watched("andmebaas", 2),
        watched("iseteenindus", 3, needs='{"soft":["andmebaas"]}'),
        watched("pank", 4),
    ]
    states = {"menetlus": "down", "maksed": "down", "andmebaas": "down", "iseteenindus": "up", "pank": "degraded"}
    changes = [(name, NOW - 1000, state, "http 503", NOW) for name, state in states.items()]
    history.apply(HTTP, Batch({"watched": rows, "transition": changes}), NOW)

    services = reader.services()
    assert [each.name for each in services] == ["andmebaas", "pank", "menetlus", "maksed", "iseteenindus"]
    assert [(each.roots, each.affected) for each in services[:4]] == [
        ((), 2),
        ((), 0),
        (("andmebaas",), 0),
        (("andmebaas",), 0),
    ]
    assert [each.subject for each in reader.overview().attention] == ["andmebaas", "pank"]
    detail = reader.service("menetlus")
    assert detail is not None
    assert [each.name for each in detail.needs] == ["andmebaas"]
    assert [each.name for each in detail.needed_by] == ["maksed"]
    assert detail.service.roots == ("andmebaas",)


def test_what_fails_on_after_its_root_has_recovered_is_raised_after_two_looks(history: Writer, reader: Reader) -> None:
    rows = [watched("andmebaas", 0), watched("menetlus", 1, needs='{"hard":["andmebaas"]}')]
    changes = [
        ("andmebaas", NOW - 9_000, "down", "refused", NOW - 9_000),
        ("menetlus", NOW - 8_000, "down", "http 503", NOW - 7_000),
        ("andmebaas", NOW - 500, "up", "", NOW - 500),
    ]
    results = [result("menetlus", NOW - 1_000, "fail"), result("menetlus", NOW - 400, "fail")]
    history.apply(HTTP, Batch({"watched": rows, "transition": changes, "result": results}), NOW)
    assert [(each.name, each.roots) for each in reader.services()] == [("menetlus", ("andmebaas",)), ("andmebaas", ())]
    assert reader.overview().attention == ()
    history.apply(HTTP, Batch({"result": [result("menetlus", NOW - 100, "fail")]}), NOW)
    assert reader.services()[0].roots == ()
    assert [each.subject for each in reader.overview().attention] == ["menetlus"]


def test_the_reason_of_an_outage_is_that_of_its_last_look(history: Writer, reader: Reader) -> None:
    looks = [result("RR", NOW - 60_000, "fail", reason="http 503"), result("RR", NOW, "fail", reason="refused")]
    changes = [("RR", NOW - 60_000, "down", "http 503", NOW - 50_000)]
    history.apply(HTTP, Batch({"watched": [watched("RR", 0)], "result": looks, "transition": changes}), NOW)
    assert (reader.services()[0].reason, reader.overview().attention[0].detail) == ("refused", "refused")
    answered = [result("RR", NOW + 1, "ok")]
    history.apply(HTTP, Batch({"result": answered}), NOW + 1)
    assert reader.services()[0].reason == "http 503"


def test_the_overview_gathers_what_needs_the_person_and_what_they_took_note_of(
    places: Places, cache: Writer, history: Writer, reader: Reader
) -> None:
    history.apply(
        HTTP, Batch({"watched": [watched("RR", 0)], "transition": [("RR", NOW - 9, "down", "timeout", NOW)]}), NOW
    )
    cache.apply(JIRA, tickets(ticket(1, breach_ms=NOW + 60_000, breach_name="Reageerimine")), NOW)
    lines = reader.overview().attention
    assert [each.target for each in lines] == ["service:RR", "ticket:1"]
    desk = DeskFile(places, KEY, NOON, "Kati Katse")
    desk.acknowledge(lines[1].id, "SKAH-1")
    overview = reader.overview()
    assert [each.target for each in overview.attention] == ["service:RR"]
    assert [each.target for each in overview.acknowledged] == ["ticket:1"]
    desk.close()


def test_many_threads_read_while_one_process_writes(cache: Writer, reader: Reader) -> None:
    cache.apply(JIRA, tickets(*(ticket(each) for each in range(1, 101))), NOW)
    wrong: list[object] = []
    begin = threading.Barrier(5)

    def read() -> None:
        begin.wait()
        window = reader.tickets(TicketQuery(view=TicketView.ALL))
        for _ in range(30):
            rows, counts = window.rows(0, 100), reader.ticket_counts()
            if len(rows) != 100 or counts.total != 100:
                wrong.append((len(rows), counts))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    begin.wait()
    for step in range(30):
        cache.apply(JIRA, tickets(*(ticket(each, updated_ms=NOW + step) for each in range(1, 101))), NOW)
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_closed_reader_lets_go_of_the_file(places: Places, cache: Writer) -> None:
    cache.apply(JIRA, tickets(ticket(1)), NOW)
    reader = Reader(places, KEY, Clock(NOW, 0, 0))
    reader.ticket_counts()
    reader.data_versions()
    reader.close()
    cache.close()
    # The last one out tidies the log.
    assert sorted(file.name for file in places.data_dir.glob("*.db*")) == ["cache.db"]

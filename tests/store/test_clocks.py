"""SLA clocks in the store: settled with their ticket, with the configuration, and with what a status means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.model import AbsenceKind, ClockKind, ClockRun, Kind, TicketClocks, TicketQuery, TicketRow, TicketView
from data.paths import Places
from data.rules.sla import ClockRules
from data.rules.working_calendar import WorkingHours
from data.sla import Sla, SlaTarget
from data.sources.batch import Absence, Batch, Row
from data.store import clocks
from data.store.driver import StoreError
from data.store.write import Writer
from tests.store.world import (
    JIRA,
    NOW,
    cache_writer,
    comment,
    move,
    places_in,
    reader_of,
    ticket,
    tickets,
)

HOUR = 3_600_000
CREATED = NOW - 10 * HOUR
STATUSES = [
    *(("status", own_id, text) for own_id, text in (("1", "Ootel"), ("3", "Töös"), ("6", "Valmis"), ("7", "Pausil"))),
    *(("category", own_id, text) for own_id, text in (("1", "new"), ("3", "indeterminate"), ("6", "done"))),
    ("category", "7", "indeterminate"),
]


def rules(*targets: SlaTarget, waiting: tuple[str, ...] = ("Pausil",), **given: str) -> ClockRules:
    """Round the clock, so that the tests need no calendar."""
    return ClockRules(Sla(waiting=list(waiting), target=list(targets), **given), WorkingHours())


def target(response: float = 0, resolution: float = 0, **given: list[str]) -> SlaTarget:
    return SlaTarget("Tavaline", response, resolution, round_the_clock=True, **given)


RULES = rules(target(response=2, resolution=12))


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_in(tmp_path)


@pytest.fixture
def writer(places: Places) -> Iterator[Writer]:
    with closing(cache_writer(places, RULES)) as opened:
        opened.apply(JIRA, tickets(name=STATUSES), NOW)
        settled(opened)
        yield opened


def settled(writer: Writer) -> int:
    """Settles all that is due; in how many parts."""
    parts = 1
    while writer.settle_clocks():
        parts += 1
    return parts


def _full() -> None:
    raise StoreError("full", "")


def row(places: Places, ticket_id: int = 1) -> TicketRow:
    with closing(reader_of(places)) as reader:
        opened = reader.ticket(ticket_id)
    assert opened is not None
    return opened.row


def breach(places: Places, ticket_id: int = 1) -> tuple[int | None, str]:
    found = row(places, ticket_id)
    return found.breach_ms, found.breach_name


def told(places: Places, by: ClockRules = RULES) -> TicketClocks:
    with closing(reader_of(places, rules=by)) as reader:
        return reader.clocks.of([1])[1]


def open_ticket(**given: object) -> Row:
    return ticket(1, **{"created_ms": CREATED, "category": "new", **given})


def test_a_new_ticket_has_its_nearest_clock_in_the_lists(writer: Writer, places: Places) -> None:
    writer.apply(JIRA, tickets(open_ticket()), NOW)
    assert breach(places) == (CREATED + 2 * HOUR, "response")
    with closing(reader_of(places)) as reader:
        assert [each.id for each in reader.tickets(TicketQuery(view=TicketView.AT_RISK)).rows(0, 9)] == [1]


def test_an_answer_that_comes_without_its_ticket_stops_the_response(writer: Writer, places: Places) -> None:
    writer.apply(JIRA, tickets(open_ticket(category="new")), NOW)
    own_words = comment(7, 1, "Millal?", author_id="mnaidis", created_ms=CREATED + HOUR)
    writer.apply(JIRA, tickets(comment=[own_words, comment(8, 1, "Tere", author_id="")]), NOW)
    assert breach(places) == (CREATED + 2 * HOUR, "response")
    writer.apply(JIRA, tickets(comment=[comment(9, 1, "Uurime", created_ms=CREATED + HOUR)]), NOW)
    assert breach(places) == (CREATED + 12 * HOUR, "resolution")


def test_a_ticket_that_waits_goes_on_and_is_done_moves_its_clock(writer: Writer, places: Places) -> None:
    moves = [
        move(1, 1, CREATED + HOUR, "Ootel", "Töös"),
        move(2, 1, CREATED + 2 * HOUR, "Töös", "Pausil", after_id="7"),
    ]
    waiting = {"category": "indeterminate", "status_id": "7", "status_name": "Pausil"}
    writer.apply(JIRA, tickets(open_ticket(**waiting), change=moves), NOW)
    assert breach(places) == (None, "")

    moves.append(move(3, 1, CREATED + 5 * HOUR, "Pausil", "Töös", before_id="7"))
    writer.apply(JIRA, tickets(open_ticket(category="indeterminate", updated_ms=NOW + 1), change=moves), NOW)
    assert breach(places) == (CREATED + 15 * HOUR, "resolution")

    moves.append(move(4, 1, CREATED + 6 * HOUR, "Töös", "Valmis"))
    writer.apply(JIRA, tickets(open_ticket(category="done", updated_ms=NOW + 2), change=moves), NOW)
    assert breach(places) == (None, "")
    (resolution,) = (each for each in told(places).own if each.kind is ClockKind.RESOLUTION)
    assert (resolution.run, resolution.used_ms, resolution.since_ms) == (
        ClockRun.STOPPED,
        3 * HOUR,
        CREATED + 6 * HOUR,
    )


def test_a_ticket_that_comes_again_unchanged_changes_nothing(writer: Writer, places: Places) -> None:
    batch = tickets(open_ticket(), change=[move(1, 1, CREATED + HOUR, "Ootel", "Töös")])
    assert writer.apply(JIRA, batch, NOW).changed == 2
    before = breach(places)
    with closing(reader_of(places)) as reader:
        known = reader.generations()
        assert writer.apply(JIRA, batch, NOW).changed == 0
        assert reader.generations() == known
    assert breach(places) == before


def test_jiras_clock_wins_where_it_tells_one_of_that_kind(writer: Writer, places: Places) -> None:
    due_ms = NOW + 5 * HOUR
    moved = [move(1, 1, CREATED + HOUR, "Ootel", "Töös")]
    row = open_ticket(category="indeterminate", breach_ms=due_ms, breach_name="Lahendamisaeg")
    writer.apply(JIRA, tickets(row, change=moved), NOW)
    assert breach(places) == (due_ms, "Lahendamisaeg")
    found = told(places)
    assert [(each.name, each.due_ms) for each in found.jira] == [("Lahendamisaeg", due_ms)]
    assert [each.due_ms for each in found.own] == [None, CREATED + 12 * HOUR]


def test_a_changed_configuration_settles_the_open_tickets_once(
    writer: Writer, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "_AT_ONCE", 2)
    rows = [ticket(each, created_ms=CREATED, category="done" if each == 5 else "new") for each in range(1, 6)]
    writer.apply(JIRA, tickets(*rows), NOW)
    writer.close()
    with closing(cache_writer(places, rules(target(response=3)))) as other, closing(reader_of(places)) as reader:
        assert settled(other) == 2
        assert [breach(places, each)[0] for each in range(1, 6)] == [*[CREATED + 3 * HOUR] * 4, None]
        known = reader.generations(), reader.data_versions()
        assert settled(other) == 1
        assert (reader.generations(), reader.data_versions()) == known
    with closing(cache_writer(places)) as without:
        settled(without)
        assert breach(places) == (None, "")


def test_a_settling_that_was_killed_begins_anew(
    writer: Writer, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "_AT_ONCE", 1)
    writer.apply(JIRA, tickets(ticket(1, created_ms=CREATED), ticket(2, created_ms=CREATED)), NOW)
    writer.close()
    other = rules(target(response=3))
    with closing(cache_writer(places, other)) as killed:
        assert killed.settle_clocks()
    with closing(cache_writer(places, other)) as again:
        settled(again)
    assert {breach(places, each) for each in (1, 2)} == {(CREATED + 3 * HOUR, "response")}


def test_a_part_that_could_not_be_written_is_settled_the_next_time(
    writer: Writer, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.apply(JIRA, tickets(ticket(1, created_ms=CREATED)), NOW)
    writer.close()
    with closing(cache_writer(places, rules(target(response=3)))) as other:
        with monkeypatch.context() as patch:
            patch.setattr(other, "_raise_generations", lambda _kinds: _full())
            with pytest.raises(StoreError):
                other.settle_clocks()
        assert breach(places) == (CREATED + 2 * HOUR, "response")
        settled(other)
    assert breach(places) == (CREATED + 3 * HOUR, "response")


def test_a_status_that_comes_to_mean_something_else_settles_its_tickets(writer: Writer, places: Places) -> None:
    moved = [move(1, 1, CREATED + HOUR, "Ootel", "Töös"), move(2, 1, CREATED + 2 * HOUR, "Töös", "Ootel")]
    writer.apply(JIRA, tickets(open_ticket(), change=moved), NOW)
    assert breach(places) == (CREATED + 12 * HOUR, "resolution")
    writer.apply(JIRA, tickets(name=[("category", "3", "new")]), NOW)
    settled(writer)
    assert breach(places) == (CREATED + 2 * HOUR, "response")


def test_a_waiting_status_is_known_by_the_name_that_it_has_now(writer: Writer, places: Places) -> None:
    moved = [move(1, 1, CREATED + HOUR, "Ootel", "Vana nimi", after_id="7")]
    row = open_ticket(category="indeterminate", status_id="7", status_name="Pausil")
    writer.apply(JIRA, tickets(row, change=moved), NOW)
    assert [each.run for each in told(places).own] == [ClockRun.STOPPED, ClockRun.PAUSED]


def test_a_change_read_without_ids_is_known_by_its_name(writer: Writer, places: Places) -> None:
    moved = [move(1, 1, CREATED + HOUR, "Ootel", "Pausil", before_id="", after_id="")]
    row = open_ticket(category="indeterminate", status_id="7", status_name="Pausil")
    writer.apply(JIRA, tickets(row, change=moved), NOW)
    found = told(places)
    assert ([each.run for each in found.own], found.unknown) == ([ClockRun.STOPPED, ClockRun.PAUSED], ())


def test_in_a_status_that_nobody_knows_a_clock_runs_and_that_is_told(writer: Writer, places: Places) -> None:
    moved = [
        move(1, 1, CREATED + HOUR, "Ootel", "Kadunud", after_id="99"),
        move(2, 1, CREATED + 3 * HOUR, "Kadunud", "Töös"),
    ]
    writer.apply(JIRA, tickets(open_ticket(category="indeterminate"), change=moved), NOW)
    found = told(places)
    assert found.unknown == ("Kadunud",)
    response, resolution = found.own
    assert (response.run, response.used_ms) == (ClockRun.STOPPED, 3 * HOUR)
    assert (resolution.run, resolution.due_ms) == (ClockRun.RUNNING, CREATED + 12 * HOUR)


def test_a_status_that_is_newer_than_the_list_of_them_is_known_by_the_ticket(writer: Writer, places: Places) -> None:
    moved = [move(1, 1, CREATED + HOUR, "Ootel", "Uus olek", after_id="50")]
    row = open_ticket(category="indeterminate", status_id="50", status_name="Uus olek")
    writer.apply(JIRA, tickets(row, change=moved), NOW)
    found = told(places)
    assert (found.unknown, found.own[0].run) == ((), ClockRun.STOPPED)


def test_a_ticket_whose_last_move_the_change_log_lacks_stands_as_the_ticket_says(
    writer: Writer, places: Places
) -> None:
    moved = [move(1, 1, CREATED + HOUR, "Ootel", "Töös")]
    row = open_ticket(category="done", updated_ms=CREATED + 4 * HOUR)
    writer.apply(JIRA, tickets(row, change=moved), NOW)
    assert told(places).own[1].used_ms == 4 * HOUR


def test_a_ticket_that_moved_to_another_project_has_the_target_of_that_one(writer: Writer, places: Places) -> None:
    by = rules(target(response=2), target(response=9, projects=["PERE"]))
    writer.close()
    with closing(cache_writer(places, by)) as opened:
        opened.apply(JIRA, tickets(open_ticket()), NOW)
        assert breach(places) == (CREATED + 2 * HOUR, "response")
        opened.apply(JIRA, tickets(open_ticket(project="PERE", updated_ms=NOW + 1)), NOW)
        assert breach(places) == (CREATED + 9 * HOUR, "response")


def test_a_hidden_ticket_comes_back_with_the_clock_that_it_should_have(writer: Writer, places: Places) -> None:
    writer.apply(JIRA, tickets(open_ticket()), NOW)
    writer.apply(JIRA, Batch({}, absent=[Absence(1, AbsenceKind.LOST)]), NOW)
    writer.close()
    with closing(cache_writer(places, rules(target(response=3)))) as other:
        settled(other)
        other.apply(JIRA, Batch({}, returned=[1]), NOW)
    assert breach(places) == (CREATED + 3 * HOUR, "response")


def test_a_ticket_read_before_jiras_clocks_were_kept_keeps_what_the_list_knows(places: Places) -> None:
    with closing(cache_writer(places)) as before:
        before.apply(JIRA, tickets(open_ticket(breach_ms=NOW + HOUR)), NOW)
        before._connection.execute("UPDATE ticket SET clocks = ''")
    with closing(cache_writer(places, rules(target(response=3)))) as other:
        settled(other)
    assert breach(places) == (NOW + HOUR, "Lahendamisaeg")


def test_settling_raises_the_generation_of_tickets_alone(writer: Writer, places: Places) -> None:
    writer.apply(JIRA, tickets(open_ticket()), NOW)
    writer.close()
    with closing(cache_writer(places, rules(target(response=3)))) as other, closing(reader_of(places)) as reader:
        before = reader.generations()
        settled(other)
        assert {kind for kind, number in reader.generations().items() if number != before[kind]} == {Kind.TICKETS}

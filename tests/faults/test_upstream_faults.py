"""Faults of the upstream systems: what was known stays, the fault is told, and it is over when it is over."""

from __future__ import annotations

import signal
import sys

import pytest

from data.model import Kind, SourcePhase, SourceState, TicketQuery, TicketView
from data.sources.jira_mark import Mark, progress
from data.store.migrations import CACHE
from data.store.tables import CACHE_TABLES
from data.store.write import Writer
from tests.upstream import KEY, SyncedDesk, wait_for


def jira_state(desk: SyncedDesk) -> SourceState:
    return next(each for each in desk.reader().sources() if each.name == "jira")


def test_a_server_that_goes_is_told_keeps_its_data_and_comes_back(desk: SyncedDesk) -> None:
    with desk.following():
        reader = desk.reader()
        wait_for(lambda: desk.polls() and desk.polls("calendar:Koolitused"), "the fill")
        total = reader.ticket_counts().total
        desk.server.kill()

        gone = wait_for(lambda: (state := jira_state(desk)).error_code and state, "the fault")
        assert isinstance(gone, SourceState)
        assert (gone.phase, gone.error_code) == (SourcePhase.FAILED, "unreachable")
        assert "cannot be reached" in gone.error_detail
        assert reader.ticket_counts().total == total
        assert reader.trainings(0, 2**50)
        desk.server.come_back()
        wait_for(lambda: jira_state(desk).phase is SourcePhase.FRESH, "the recovery")
        desk.server.admin("issue", {"summary": "Pärast katkestust"})
        wait_for(lambda: reader.ticket_counts().total == total + 1, "the next ticket")


@pytest.mark.parametrize(
    ("mode", "code"), [("unauthorized", "auth"), ("html200", "html"), ("unavailable", "server"), ("limited", "paused")]
)
def test_a_refusal_deletes_nothing_and_moves_nothing(desk: SyncedDesk, mode: str, code: str) -> None:
    assert desk.once() == 0
    reader = desk.reader()
    before = reader.ticket_counts(), reader.generations()[Kind.TICKETS], position(desk)
    desk.server.fault(mode)

    assert desk.once() == 1
    assert desk.report("jira").error_code == code
    assert desk.report("calendar:Koolitused").error_code == ""
    assert (reader.ticket_counts(), reader.generations()[Kind.TICKETS], position(desk)) == before
    assert jira_state(desk).error_code == code
    desk.server.heal()
    assert desk.once() == 0
    assert jira_state(desk).error_code == ""


def test_a_wrong_token_is_refused_in_words_that_help(desk: SyncedDesk) -> None:
    desk.server.admin("settings", {"token": "another"})

    assert desk.once() == 1
    report = desk.report("jira")
    assert report.error_code == "auth"
    assert "Make a new one" in report.error_detail
    assert "demo-token" not in report.error_detail + desk.places.log.read_text()


def test_an_answer_that_breaks_off_is_read_again(desk: SyncedDesk) -> None:
    desk.server.admin("settings", {"page_cap": 60})
    desk.server.fault("drop", prefix="/rest/api/2/search", times=1)

    assert desk.once() == 0
    assert desk.reader().ticket_counts().total >= desk.server.tickets


def test_one_odd_ticket_is_set_aside_counted_and_comes_back_when_it_is_well(desk: SyncedDesk) -> None:
    desk.once()
    total = desk.reader().ticket_counts().total
    odd = desk.server.admin("issue", {"summary": "Imelik", "raw": {"summary": {"not": "a text"}}})
    desk.server.admin("issue", {"summary": "Tavaline"})

    assert desk.once() == 0
    assert jira_state(desk).quarantined == 1
    assert desk.reader().ticket_counts().total == total + 1
    desk.server.admin(f"issue/{odd['key']}", {"raw": {"summary": "Parandatud"}})
    assert desk.once() == 0
    assert jira_state(desk).quarantined == 0
    assert desk.reader().ticket_id(odd["key"]) is not None


def test_hostile_text_arrives_inert(desk: SyncedDesk) -> None:
    hostile = "a\x1b]52;c;aGk=\x07b\u202ec\x00[/] [@click=app.bell]x[/]"
    made = desk.server.admin("issue", {"raw": {"summary": hostile + "\ud800", "description": "y" * 1_000_000}})

    assert desk.once() == 0
    reader = desk.reader()
    ticket = reader.ticket(reader.ticket_id(made["key"]) or 0)
    assert ticket is not None
    assert ticket.row.summary == "abc[/] [@click=app.bell]x[/]"
    assert len(ticket.description) <= 200_000


def test_a_sync_that_is_killed_in_the_middle_of_a_fill_goes_on_where_it_was(desk: SyncedDesk) -> None:
    desk.server.admin("settings", {"page_cap": 15})
    desk.server.fault("slow", prefix="/rest/api/2/search", seconds=0.15)
    first = desk.process()
    wait_for(lambda: (desk.pulse().get("done") or 0) > 60, "a part of the fill")
    first.kill()
    assert first.wait(10) != 0
    killed = mark(desk)
    assert 60 < progress(killed) < desk.server.tickets
    assert not killed.filled

    # What a killed process told last is older than what it wrote last.
    desk.places.pulse.unlink()
    desk.process()
    restarted = wait_for(lambda: int(desk.pulse().get("done") or 0), "the fill to go on")
    assert restarted >= progress(killed)
    desk.server.heal()
    wait_for(lambda: desk.pulse().get("known_ms"), "the end of the fill")
    assert mark(desk).filled
    rows = desk.reader().tickets(TicketQuery(view=TicketView.ALL))
    assert rows.count() >= desk.server.tickets


def test_a_sync_that_is_told_to_stop_in_the_middle_of_a_fill_keeps_what_it_has(desk: SyncedDesk) -> None:
    desk.server.admin("settings", {"page_cap": 15})
    desk.server.fault("slow", prefix="/rest/api/2/search", seconds=0.1)
    process = desk.process()
    wait_for(lambda: (desk.pulse().get("done") or 0) > 30, "a part of the fill")
    if sys.platform == "win32":
        desk.places.stop.touch()
    else:
        process.send_signal(signal.SIGINT)

    assert process.wait(5) == 0
    assert 30 < progress(mark(desk)) < desk.server.tickets


def test_a_calendar_that_becomes_a_sign_in_page_keeps_its_trainings(desk: SyncedDesk) -> None:
    desk.once()
    known = desk.reader().trainings(0, 2**50)
    for body in (b"", b"<!DOCTYPE html><html></html>", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"):
        desk.server.admin("calendar", body)

        assert desk.once() == 1
        assert desk.report("calendar:Koolitused").error_code in ("html", "format")
        assert desk.reader().trainings(0, 2**50) == known


def test_no_address_of_a_calendar_reaches_the_log_or_a_screen(desk: SyncedDesk) -> None:
    desk.calendar = "http://127.0.0.1:9/private-9f8e7d/basic.ics?key=s3cret"
    desk.write()

    assert desk.once() == 1
    told = desk.report("calendar:Koolitused").error_detail + desk.places.log.read_text() + repr(desk.reader().sources())
    assert "cannot be reached" in told
    assert "private-9f8e7d" not in told
    assert "s3cret" not in told


def position(desk: SyncedDesk) -> tuple[str, dict[str, str]]:
    writer = Writer(desk.places.cache, KEY, CACHE_TABLES, CACHE)
    try:
        return writer.position("jira")
    finally:
        writer.close()


def mark(desk: SyncedDesk) -> Mark:
    import msgspec

    return msgspec.json.decode(position(desk)[0], type=Mark)

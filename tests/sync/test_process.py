"""The sync process over real HTTP: what it fetches, what it leaves alone, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from data.model import AttentionKind, DevelopmentKind, Kind, ServiceState, SourcePhase, TicketQuery, TicketView
from data.sync import desks
from data.sync.ends import code_of
from data.sync.log import close_log, open_log
from tests.upstream import KEY, SyncedDesk, upstream, wait_for


def files_of(desk: SyncedDesk) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in desk.places.data_dir.glob("*.db*") if "shm" not in file.name}


def watch_partners(desk: SyncedDesk, *, interval: float, speed: float = 1.0) -> None:
    """Two checks, one of a service that is up and one of a service that is down; time runs `speed` times as fast."""
    states = {"dhx": "up", "pank": "down"}
    for name, state in states.items():
        desk.server.admin(f"health/{name}", {"state": state})
    desk.checks = "".join(
        f'[[check]]\nname = "{name}"\nurl = "{desk.server.base}/health/{name}"\n'
        f'interval = {interval}\ngroup = "partner"\n'
        for name in states
    )
    # A clock that runs, because a check is due again only when time has passed.
    desk.server.clock = re.sub("speed = .*", f"speed = {speed}", desk.server.clock)
    desk.write()


def looks(desk: SyncedDesk, name: str) -> int:
    """How often a service was looked at."""
    detail = desk.reader().service(name)
    return len(detail.results) if detail else 0


def test_a_first_fill_brings_everything(desk: SyncedDesk) -> None:
    assert desk.once() == 0

    reader = desk.reader()
    assert reader.ticket_counts().total >= desk.server.tickets
    assert {each.kind for each in reader.developments()} == set(DevelopmentKind)
    assert reader.trainings(0, 2**50)
    assert {each.name: each.error_code for each in reader.sources()} == {"jira": "", "calendar:Koolitused": ""}
    assert desk.report("jira").changed > desk.server.tickets


def test_a_fill_tells_its_progress_and_shows_the_newest_tickets_first(desk: SyncedDesk) -> None:
    desk.server.admin("settings", {"page_cap": 50})
    desk.once()

    progress = [(each.done, each.total) for each in desk.reports if each.name == "jira" and each.total]
    assert progress[0][0] == 0
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    assert progress[-1][0] == progress[-1][1] == desk.reader().ticket_counts().total
    assert len(progress) > 5


def test_a_poll_without_change_writes_nothing_and_asks_little(desk: SyncedDesk) -> None:
    with desk.following():
        wait_for(lambda: desk.polls() >= 2 and desk.polls("calendar:Koolitused") >= 2, "two polls")
        reader = desk.reader()
        before = files_of(desk), reader.generations(), reader.data_versions()
        polls = desk.polls()
        wait_for(lambda: desk.polls() >= polls + 3, "three more polls")

        assert (files_of(desk), reader.generations(), reader.data_versions()) == before


def test_a_change_arrives_and_wakes_only_its_panes(desk: SyncedDesk) -> None:
    with desk.following():
        reader = desk.reader()
        wait_for(lambda: desk.polls() and desk.polls("calendar:Koolitused"), "the fill")
        before = reader.generations()
        key = reader.tickets(TicketQuery()).rows(0, 1)[0].key
        ticket_id = reader.ticket_id(key)
        assert ticket_id is not None
        desk.server.admin(f"issue/{key}", {"summary": "Uus pealkiri õ", "comment": "Üks märkus"})

        def ticket() -> bool:
            found = reader.ticket(ticket_id)
            return bool(found and found.row.summary == "Uus pealkiri õ" and found.comments[-1].body == "Üks märkus")

        wait_for(ticket, "the new summary and the comment")
        after = reader.generations()
        assert after[Kind.TICKETS] > before[Kind.TICKETS]
        assert after[Kind.TRAININGS] == before[Kind.TRAININGS]


def test_a_bulk_edit_longer_than_a_page_is_read_whole(desk: SyncedDesk) -> None:
    desk.once()
    desk.server.admin("settings", {"page_cap": 20})
    desk.server.admin("skip", {"ms": 3_600_000})
    touched = desk.server.admin("touch", {"project": "SKAH", "count": 95})

    assert desk.once() == 0
    query = TicketQuery(view=TicketView.ALL)
    rows = desk.reader().tickets(query).rows(0, 120)
    newest = max(row.updated_ms for row in rows)
    assert sum(row.updated_ms == newest for row in rows) == 95, touched


def test_a_server_that_takes_no_numbers_for_dates_is_read_by_its_own_clock(desk: SyncedDesk) -> None:
    desk.server.admin("settings", {"numbers": False, "page_cap": 60})

    assert desk.once() == 0
    assert desk.reader().ticket_counts().total >= desk.server.tickets


def test_checks_become_results_and_states(desk: SyncedDesk) -> None:
    watch_partners(desk, interval=0.5)
    with desk.following():
        reader = desk.reader()

        def states() -> dict[str, ServiceState]:
            return {each.name: each.state for each in reader.services()}

        wait_for(lambda: states() == {"pank": ServiceState.DOWN, "dhx": ServiceState.UP}, "one down, one up")
        desk.server.admin("health/pank", {"state": "up"})
        wait_for(lambda: states()["pank"] is ServiceState.UP, "the recovery")
    detail = desk.reader().service("pank")
    assert detail is not None
    assert [each.state for each in detail.transitions] == [ServiceState.UP, ServiceState.DOWN]
    assert detail.transitions[1].at_ms == min(each.at_ms for each in detail.results)


def test_what_fails_because_of_another_is_shown_under_it(desk: SyncedDesk) -> None:
    watch_partners(desk, interval=0.5)
    desk.server.admin("health/dhx", {"state": "down"})
    desk.checks = desk.checks.replace('name = "dhx"', 'needs = ["pank"]\nname = "dhx"')
    desk.write()
    with desk.following():
        reader = desk.reader()

        def roots() -> dict[str, tuple[str, ...]]:
            return {each.name: each.roots for each in reader.services() if each.state is ServiceState.DOWN}

        def told() -> list[str]:
            lines = reader.overview().attention
            return [each.subject for each in lines if each.kind is AttentionKind.SERVICE_DOWN]

        wait_for(lambda: roots() == {"pank": (), "dhx": ("pank",)}, "one root", 60)
        assert told() == ["pank"]
        desk.server.admin("health/pank", {"state": "up"})
        wait_for(lambda: roots() == {"dhx": ()}, "the other one raised", 60)
        assert told() == ["dhx"]


def test_a_failure_is_looked_at_again_long_before_the_next_turn(desk: SyncedDesk) -> None:
    watch_partners(desk, interval=3600, speed=20)
    with desk.following():
        wait_for(lambda: looks(desk, "pank") >= 2, "the second look", 60)
        assert looks(desk, "dhx") == 1


def test_a_wish_makes_every_check(desk: SyncedDesk) -> None:
    watch_partners(desk, interval=3600)
    with desk.following():
        wait_for(lambda: looks(desk, "dhx") == 1, "the first look")
        desks.ask_for_poll(desk.places)
        wait_for(lambda: looks(desk, "dhx") == 2, "the look that was wished for")


def test_two_syncs_at_once_and_one_works(desk: SyncedDesk) -> None:
    with desk.following():
        wait_for(lambda: desk.polls(), "the first sync")
        second = desk.process()

        assert second.wait(20) == code_of("busy")
        assert "Another sync" in second.communicate()[1].decode()
        polls = desk.polls()
        wait_for(lambda: desk.polls() > polls, "the first sync to go on")


@pytest.mark.parametrize("way", ["file", "signal"])
def test_it_stops_within_a_second_in_the_middle_of_a_slow_request(desk: SyncedDesk, way: str) -> None:
    desk.server.fault("slow", seconds=30)
    process = desk.process()
    wait_for(lambda: desk.pulse().get("phase") == "fetching", "the slow request")

    if way == "file":
        desk.places.stop.touch()
    else:
        if sys.platform == "win32":
            pytest.skip("Windows has no way to ask by signal; there the file is the way")
        process.send_signal(signal.SIGTERM)
    # A second is promised; more is forgiven to a busy machine, and the slow answer would take thirty.
    assert process.wait(10) == 0
    assert not desk.places.pulse.exists()
    assert not desk.places.stop.exists()


def test_a_stop_left_over_from_before_stops_nobody(desk: SyncedDesk) -> None:
    desk.places.stop.touch()
    long_ago = time.time() - 3_600
    os.utime(desk.places.stop, (long_ago, long_ago))

    assert desk.once() == 0
    assert not desk.places.stop.exists()


def test_a_stop_that_comes_while_the_process_starts_is_seen(desk: SyncedDesk) -> None:
    process = desk.process()
    desk.places.stop.touch()

    assert process.wait(60) == 0
    assert not desk.places.stop.exists()


def test_an_owned_sync_ends_when_the_last_desk_has_closed(desk: SyncedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "GRACE_SECONDS", 0.5)
    desks.touch(desk.places)
    with desk.following(owned=True) as thread:
        wait_for(lambda: desk.polls() >= 3, "three polls with a desk open")
        desks.leave(desk.places)
        thread.join(10)

        assert not thread.is_alive()


def test_a_desk_that_died_counts_as_closed(tmp_path: Path, desk: SyncedDesk) -> None:
    desks.touch(desk.places)

    assert desks.is_any_open(desk.places, time.time() + 29)
    assert not desks.is_any_open(desk.places, time.time() + 31)


def test_the_store_with_another_key_is_told_and_nothing_is_written(desk: SyncedDesk) -> None:
    desk.once()
    before = files_of(desk)
    desk.process("--once")
    wrong = desk.processes[-1]
    assert wrong.wait(30) == 0

    from data.sync.process import run
    from data.sync.report import SourceReport

    told: list[SourceReport] = []
    assert run(desk.config, desk.places, "aa" * 32, once=True, owned=False, report=told.append) == code_of("key")
    assert [(each.name, each.error_code) for each in told] == [("sync", "sync")]
    assert files_of(desk).keys() == before.keys()


@pytest.mark.parametrize("name", ["sync.lock", "sync.log"])
def test_a_file_that_cannot_be_opened_is_named_and_not_its_folder(desk: SyncedDesk, name: str) -> None:
    (desk.places.data_dir / name).mkdir()
    assert desk.once() == code_of("io")
    assert str(desk.places.data_dir / name) in desk.report("sync").error_detail


def test_a_fault_of_our_own_is_told_as_one(desk: SyncedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from data.sources.calendar import CalendarSource

    def stumble(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(CalendarSource, "fetch", stumble)
    assert desk.once() == 1
    told = desk.report("calendar:Koolitused")
    assert (told.error_code, told.error_detail) == (
        "fault",
        "The program met a fault of its own; its log has the place.",
    )
    assert "ZeroDivisionError at test_process.py:" in desk.places.log.read_text()


def test_the_log_holds_neither_secrets_nor_personal_data(tmp_path: Path) -> None:
    from data.sync.log import LOG

    secret = "https://calendar.example/private-9f8e7d/basic.ics"
    handler = open_log(tmp_path / "sync.log", [secret, "tok-1234567"])
    try:
        LOG.warning("refused tok-1234567 for %s, person 39912310174 \x1b]52;c;aGk=\x07, mail mari@example.ee", secret)
        try:
            raise ValueError("39912310174 said no")
        except ValueError:
            LOG.exception("odd")
    finally:
        close_log(handler)

    text = (tmp_path / "sync.log").read_text()
    assert "ValueError at test_process.py:" in text
    for hidden in ("tok-1234567", "private-9f8e7d", "39912310174", "mari@", "\x1b", "said no"):
        assert hidden not in text
    if sys.platform != "win32":
        assert (tmp_path / "sync.log").stat().st_mode & 0o077 == 0


def test_a_source_that_never_answered_is_loading_or_failed_but_never_empty(desk: SyncedDesk) -> None:
    desk.server.fault("unauthorized")

    assert desk.once() == 1
    jira = next(each for each in desk.reader().sources() if each.name == "jira")
    assert (jira.phase, jira.error_code) == (SourcePhase.FAILED, "auth")
    assert KEY not in desk.places.log.read_text()


def test_a_wish_for_fresh_data_is_carried_out_before_the_next_turn(desk: SyncedDesk) -> None:
    desk.interval = 3600
    desk.write()
    with desk.following():
        wait_for(lambda: desk.polls() == 1 and desk.polls("calendar:Koolitused") == 1, "the first polls")
        desks.ask_for_poll(desk.places)
        wait_for(lambda: desk.polls() == 2 and desk.polls("calendar:Koolitused") == 2, "the polls that were wished for")

        assert not desk.places.wish.exists()


def test_what_a_quiet_poll_found_is_known_after_the_process_has_ended(desk: SyncedDesk) -> None:
    desk.once()
    desk.later(9)
    assert desk.once() == 0

    states = desk.reader().sources()
    assert {each.phase for each in states} == {SourcePhase.FRESH}
    assert {each.known_ms for each in states} == {desk.config.domain_clock().now_ms()}


def test_another_jira_gets_a_cache_of_its_own(desk: SyncedDesk) -> None:
    desk.once()
    with upstream(tickets=40) as other:
        desk.url = other.base
        desk.write()
        assert desk.once() == 0
        counts = desk.reader().ticket_counts()
        assert counts.total == len(other.admin("truth", method="GET")["ticket"])
        assert not list(desk.places.data_dir.glob("*.damaged*"))
        assert desk.report("jira").changed >= counts.total
        assert desk.once() == 0
        assert desk.report("jira").changed == 0

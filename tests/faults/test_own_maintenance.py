"""Maintenance that a desk writes down is in force in the sync at once, and no longer once it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.clock import epoch_ms, tallinn
from data.model import ServiceState
from data.store.desk import DeskFile
from data.store.operations import PLAN, PLAN_ENDED
from data.sync.log import LOG
from data.sync.plans import DeskPlans
from tests.upstream import KEY, SyncedDesk, Upstream, upstream, wait_for

HOUR = 3_600_000


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=20) as running:
        yield running


def state(desk: SyncedDesk) -> str:
    with closing(desk.reader()) as reader:
        return next((each.state.value for each in reader.services()), "")


def test_a_plan_overlays_until_it_is_taken_back_or_ended(server: Upstream, tmp_path: Path) -> None:
    # An interval of an hour: what wakes the source is the desk's own writing.
    check = f'[[check]]\nname = "Pank"\nurl = "{server.base}/health/dokumendihaldus"\ninterval = 3600\n'
    server.admin("health/dokumendihaldus", {"state": "up"})
    desk = SyncedDesk(server, tmp_path, calendar="", checks=check)
    clock = desk.config.domain_clock()
    with desk.following(), closing(DeskFile(desk.places, KEY, clock, "Kati")) as records:
        wait_for(lambda: state(desk) == ServiceState.UP, "the first look", 60)
        now_ms = clock.now_ms()
        body = {"service": "Pank", "start_ms": now_ms - 1000, "end_ms": now_ms + HOUR, "text": "Uuendus"}
        plan = records.record(PLAN, "Pank", body)
        wait_for(lambda: state(desk) == ServiceState.MAINTENANCE, "the maintenance", 60)
        with closing(desk.reader()) as reader:
            detail = reader.service("Pank")
            assert detail is not None
            assert [each.notice for each in detail.maintenance] == ["Uuendus"]
            assert [each.actor for each in reader.plans("Pank")] == ["Kati"]

        ended = records.record(PLAN_ENDED, "Pank", {"operation": plan, "at_ms": clock.now_ms()})
        wait_for(lambda: state(desk) == ServiceState.UP, "its end", 60)
        records.withdraw(ended)
        wait_for(lambda: state(desk) == ServiceState.MAINTENANCE, "the maintenance again", 60)
        records.withdraw(plan)
        wait_for(lambda: state(desk) == ServiceState.UP, "that it was taken back", 60)


def test_a_plan_of_the_same_moment_takes_nothing_from_the_configuration(server: Upstream, tmp_path: Path) -> None:
    check = f'[[check]]\nname = "Pank"\nurl = "{server.base}/health/dokumendihaldus"\ninterval = 3600\n'
    desk = SyncedDesk(server, tmp_path, calendar="", checks=check)
    clock = desk.config.domain_clock()
    start, end = (tallinn(clock.now_ms() + hours * HOUR).replace(microsecond=0) for hours in (-1, 2))
    window = f'[[maintenance]]\nchecks = ["Pank"]\nstart = {start.isoformat()}\nend = {end.isoformat()}\n'
    desk.checks = check + window
    desk.write()
    with desk.following(), closing(DeskFile(desk.places, KEY, clock, "Kati")) as records:
        wait_for(lambda: state(desk) == ServiceState.MAINTENANCE, "the configured maintenance", 60)
        body = {"service": "Pank", "start_ms": epoch_ms(start), "end_ms": epoch_ms(end) + HOUR, "text": "Pikem"}
        plan = records.record(PLAN, "Pank", body)

        def ends() -> list[int]:
            with closing(desk.reader()) as reader:
                detail = reader.service("Pank")
                return [each.end_ms for each in detail.maintenance] if detail else []

        wait_for(lambda: ends() == [epoch_ms(end) + HOUR], "the longer one", 60)
        records.withdraw(plan)
        wait_for(lambda: ends() == [epoch_ms(end)], "the configured one again", 60)


def test_a_restart_keeps_what_is_planned(server: Upstream, tmp_path: Path) -> None:
    check = f'[[check]]\nname = "Pank"\nurl = "{server.base}/health/dokumendihaldus"\ninterval = 3600\n'
    desk = SyncedDesk(server, tmp_path, calendar="", checks=check)
    clock = desk.config.domain_clock()
    with closing(DeskFile(desk.places, KEY, clock, "Kati")) as records:
        now_ms = clock.now_ms()
        body = {"service": "Pank", "start_ms": now_ms - 1000, "end_ms": now_ms + HOUR, "text": ""}
        records.record(PLAN, "Pank", body)
        assert desk.once() == 0
        assert state(desk) == ServiceState.MAINTENANCE
        assert desk.once() == 0
        assert state(desk) == ServiceState.MAINTENANCE


def test_a_desk_file_that_cannot_be_read_keeps_what_was_planned_and_is_told_once(
    server: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(LOG, "warning", lambda words, code: told.append(words % code))
    desk = SyncedDesk(server, tmp_path, calendar="")
    clock = desk.config.domain_clock()
    with closing(DeskFile(desk.places, KEY, clock, "Kati")) as records:
        records.record(PLAN, "Pank", {"service": "Pank", "start_ms": 1, "end_ms": 2, "text": "Uuendus"})
    plans = DeskPlans(desk.places, KEY, clock)
    assert plans.read() == [("Pank", 1, 2, "Uuendus", "desk")]
    assert plans.read() is None

    whole = desk.places.desk.read_bytes()
    desk.places.desk.write_bytes(b"x" * len(whole))
    assert plans.read() is None
    assert plans.read() is None
    assert told == ["what the desk has planned cannot be read: damaged"]

    desk.places.desk.write_bytes(whole)
    assert plans.read() == [("Pank", 1, 2, "Uuendus", "desk")]

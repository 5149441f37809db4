"""Clocks that are set and computers that sleep: polling goes on, nobody is called hung, and nothing is dropped."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.diagnosis import Level
from data.diagnosis.computer import look_at_sync
from data.model import SourcePhase
from data.sync import desks, polls
from data.sync.pulse import load_life
from data.sync.sleep import LEAP_SECONDS, Vigil
from data.sync.supervise import Supervisor, SyncPhase
from tests.faults.rows import holds
from tests.upstream import SyncedDesk, Upstream, upstream, wait_for

HOUR = 3600.0


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=60) as running:
        # A clock that runs with the computer's own.
        running.clock = re.sub("speed = .*", "speed = 1.0", running.clock)
        yield running


class Clocks:
    """The computer's clocks, as everything in this process sees them; they can be set."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._wall, self._wall_ns, self._steady = time.time, time.time_ns, time.monotonic
        self._wall_by = self._steady_by = 0.0
        patch.setattr(time, "time", lambda: self._wall() + self._wall_by)
        patch.setattr(time, "time_ns", lambda: self._wall_ns() + int(self._wall_by * 1e9))
        patch.setattr(time, "monotonic", lambda: self._steady() + self._steady_by)

    def set(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self._wall_by += seconds

    def sleep(self, seconds: float, *, counts: bool) -> None:
        """The computer sleeps; its monotonic clock `counts` that on Windows, not on Linux and macOS."""
        self._wall_by += seconds
        self._steady_by += seconds * counts


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


def phases(desk: SyncedDesk) -> set[SourcePhase]:
    return {each.phase for each in desk.reader().sources()}


def polled(desk: SyncedDesk, times: int) -> Callable[[], bool]:
    return lambda: all(desk.polls(name) >= times for name in ("jira", "calendar:Koolitused"))


@holds("eight hours of sleep", "every source is asked once, at once")
@pytest.mark.parametrize("counts", [False, True])
def test_after_eight_hours_of_sleep_every_source_is_polled_once_at_once(
    desk: SyncedDesk, clocks: Clocks, counts: bool
) -> None:
    desk.interval = 600
    desk.write()
    with desk.following():
        wait_for(polled(desk, 1), "the first polls")
        wait_for(lambda: phases(desk) == {SourcePhase.FRESH}, "fresh sources")
        desk.server.fault("slow", prefix="/", seconds=0.7)
        clocks.sleep(8 * HOUR, counts=counts)

        assert phases(desk) == {SourcePhase.STALE}
        desk.server.heal()
        wait_for(polled(desk, 2), "the polls after the sleep")
        wait_for(lambda: phases(desk) == {SourcePhase.FRESH}, "fresh sources again")
        assert [desk.polls(name) for name in ("jira", "calendar:Koolitused")] == [2, 2]
    assert "time leapt by 28800 s" in desk.places.log.read_text()


def test_what_failed_before_the_sleep_is_not_put_off_after_it(desk: SyncedDesk, clocks: Clocks) -> None:
    desk.interval = 600
    desk.write()
    desk.server.fault("unavailable")
    with desk.following():
        wait_for(lambda: desk.polls(), "a poll that failed")
        desk.server.heal()
        clocks.sleep(8 * HOUR, counts=False)

        wait_for(lambda: desk.polls() == 2 and phases(desk) == {SourcePhase.FRESH}, "the recovery")


@holds("the clock set by hours or days", "no poll stops, nobody looks hung")
@pytest.mark.parametrize("seconds", [-HOUR, HOUR, -300 * 24 * HOUR, 300 * 24 * HOUR])
def test_a_clock_that_is_set_stops_no_poll_and_makes_nobody_look_hung(
    desk: SyncedDesk, clocks: Clocks, seconds: float
) -> None:
    desk.checks = f'[[check]]\nname = "dhx"\nurl = "{desk.server.base}/health/dhx"\ninterval = 0.5\n'
    desk.write()
    with desk.following():
        supervisor = Supervisor(desk.places)
        wait_for(lambda: desk.polls() >= 2 and supervisor.look().phase is SyncPhase.RUNNING, "polls")
        service = desk.reader().service("dhx")
        assert service is not None
        measured = len(service.results)
        clocks.set(seconds)

        assert supervisor.look().phase is SyncPhase.RUNNING
        count = desk.polls()
        wait_for(lambda: desk.polls() >= count + 3 and supervisor.look().phase is SyncPhase.RUNNING, "more polls")
        wait_for(lambda: stored_results(desk) >= measured + 3, "more results of the check")
        assert supervisor._child is None
        assert not [each for each in look_at_sync(desk.places) if each.level is not Level.GOOD]
        supervisor.close()


def stored_results(desk: SyncedDesk) -> int:
    from contextlib import closing

    from data.store.driver import open_reader
    from tests.upstream import KEY

    with closing(open_reader(desk.places.history, KEY)) as connection:
        count: int = connection.execute("SELECT count(*) FROM result").fetchone()[0]
    return count


def test_results_are_not_dropped_by_a_clock_that_was_set_wrongly(
    desk: SyncedDesk, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "FIRST_TIDY_SECONDS", 1.0)
    desk.checks = f'[[check]]\nname = "dhx"\nurl = "{desk.server.base}/health/dhx"\ninterval = 0.5\n'
    desk.write()
    with desk.following():
        wait_for(lambda: desk.polls("checks"), "a result")
        first = stored_results(desk)
        clocks.set(300 * 24 * HOUR)
        count = desk.polls("checks")
        wait_for(lambda: desk.polls("checks") >= count + 4, "polls beyond the time at which old results are dropped")

        assert stored_results(desk) >= first + 4


def test_a_desk_that_slept_kills_no_sync_and_starts_none(desk: SyncedDesk, clocks: Clocks) -> None:
    supervisor = Supervisor(desk.places)
    try:
        wait_for(lambda: supervisor.look().phase is SyncPhase.RUNNING, "the sync, in a process of its own")
        pid = supervisor.state.pid
        for counts in (False, True):
            # For the sync the time is still the old one, as it is until a process gets its turn after a sleep.
            clocks.sleep(8 * HOUR, counts=counts)
            assert supervisor.look().phase is SyncPhase.RUNNING
        stamp = load_life(desk.places.pulse)
        wait_for(lambda: load_life(desk.places.pulse) != stamp, "the next pulse")

        assert (supervisor.look().phase, supervisor.state.pid) == (SyncPhase.RUNNING, pid)
        assert supervisor.state.restarts == 0
    finally:
        supervisor.close(stop_sync=True)


def test_a_sync_that_a_desk_started_outlives_a_sleep(
    desk: SyncedDesk, clocks: Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "GRACE_SECONDS", 5.0)
    desks.touch(desk.places)
    with desk.following(owned=True) as thread:
        wait_for(lambda: desk.polls(), "a poll")
        clocks.sleep(8 * HOUR, counts=True)
        count = desk.polls()
        wait_for(lambda: desk.polls() >= count + 2, "polls after the sleep, before the desk has said that it lives")

        assert thread.is_alive()
        desks.touch(desk.places)


def test_a_desk_of_a_time_to_come_is_not_taken_for_open(desk: SyncedDesk) -> None:
    desks.touch(desk.places)
    file = next(desk.places.desks.iterdir())
    ahead = time.time() + HOUR
    os.utime(file, (ahead, ahead))

    assert not desks.is_any_open(desk.places)
    desks.touch(desk.places)
    assert desks.is_any_open(desk.places)


@pytest.mark.parametrize("seconds", [LEAP_SECONDS + 1, -LEAP_SECONDS - 1, 8 * HOUR])
def test_a_leap_is_noticed_once(clocks: Clocks, seconds: float) -> None:
    vigil = Vigil()
    assert vigil.look() == 0
    clocks.set(seconds)
    assert vigil.look() == pytest.approx(seconds, abs=5)
    assert vigil.look() == 0


def test_the_doctor_waits_for_a_pulse_when_the_clock_has_been_set(
    desk: SyncedDesk, clocks: Clocks, tmp_path: Path
) -> None:
    desk.process()
    wait_for(lambda: load_life(desk.places.pulse), "its pulse")
    clocks.set(HOUR)

    assert [each.level for each in look_at_sync(desk.places)] == [Level.GOOD]

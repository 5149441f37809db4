"""A desk's care for the sync process: one lives, a dead one is started again, and two desks share one."""

from __future__ import annotations

import os
import time
from itertools import pairwise

import pytest
from filelock import FileLock

from data.model import SourcePhase
from data.sync import desks, supervise
from data.sync.pulse import load_life
from data.sync.supervise import Supervisor, SyncPhase, is_locked, stop
from tests.upstream import SyncedDesk, wait_for


def running(supervisor: Supervisor) -> bool:
    return supervisor.look().phase is SyncPhase.RUNNING


def test_it_starts_a_sync_and_another_one_when_that_dies(desk: SyncedDesk) -> None:
    told: list[SyncPhase] = []
    supervisor = Supervisor(desk.places, lambda state: told.append(state.phase))
    try:
        wait_for(lambda: running(supervisor), "the first process")
        wait_for(lambda: all(each.phase is SourcePhase.FRESH for each in desk.reader().sources()), "the fill")
        first = supervisor.state.pid
        assert first is not None
        os.kill(first, 9)

        wait_for(lambda: running(supervisor) and supervisor.state.pid != first, "the second process")
        assert supervisor.state.restarts == 1
        starting, running_, died = SyncPhase.STARTING, SyncPhase.RUNNING, SyncPhase.DIED
        assert told == [starting, running_, died, starting, running_]
    finally:
        supervisor.close(stop_sync=True)
    assert not is_locked(desk.places)
    assert not list(desk.places.desks.iterdir())


def test_two_desks_that_start_at_once_share_one_sync(desk: SyncedDesk) -> None:
    one, two = Supervisor(desk.places), Supervisor(desk.places)
    try:
        one.look()
        two.look()
        wait_for(lambda: running(one) and running(two), "one process for both")

        assert one.state.pid == two.state.pid
        wait_for(lambda: not (one._child_lives() and two._child_lives()), "the other to have ended")
        assert running(one)
        assert running(two)
    finally:
        one.close(stop_sync=True)
        two.close(stop_sync=True)


def test_a_sync_started_by_hand_is_shared(desk: SyncedDesk) -> None:
    process = desk.process()
    wait_for(lambda: load_life(desk.places.pulse), "its pulse")
    supervisor = Supervisor(desk.places)
    try:
        wait_for(lambda: running(supervisor), "it to be found")

        assert supervisor.state.pid == process.pid
        assert supervisor._child is None
    finally:
        supervisor.close()
    assert process.poll() is None
    assert stop(desk.places)
    assert process.wait(5) == 0


def test_one_that_cannot_start_is_tried_at_longer_pauses_and_told(desk: SyncedDesk) -> None:
    desk.places.config_file.write_text("this is no configuration")
    supervisor = Supervisor(desk.places)
    now, starts = time.monotonic(), []
    try:
        for _round in range(4):
            supervisor.look(now)
            assert supervisor._child is not None
            starts.append(now)
            supervisor._child.wait(20)
            state = supervisor.look(now)
            now += state.retry_seconds

        assert state.phase is SyncPhase.FAILING
        assert [round(later - earlier) for earlier, later in pairwise(starts)] == [1, 2, 4]
    finally:
        supervisor.close(stop_sync=True)


def test_one_that_hangs_is_not_called_running(desk: SyncedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.following():
        wait_for(lambda: load_life(desk.places.pulse), "its pulse")
        monkeypatch.setattr(supervise, "LIVELY_SECONDS", -1.0)
        monkeypatch.setattr(supervise, "HUNG_SECONDS", -1.0)
        supervisor = Supervisor(desk.places)

        assert supervisor.look().phase is SyncPhase.HUNG
        assert supervisor._child is None
        supervisor.close()


def test_one_that_is_stopped_is_told_after_three_beats_and_no_sooner(desk: SyncedDesk) -> None:
    supervisor, now = Supervisor(desk.places), time.monotonic()
    told: list[SyncPhase] = []
    try:
        with desk.following():
            wait_for(lambda: load_life(desk.places.pulse), "its pulse")
            assert supervisor.look(now).phase is SyncPhase.RUNNING
            pulse = desk.places.pulse.read_bytes()
        # Its lock is held and its last pulse stands there, as of a process that gets no turn.
        desk.places.pulse.write_bytes(pulse)
        with FileLock(desk.places.lock):
            supervisor.look(now)
            for _second in range(61):
                now += 1
                told.append(supervisor.look(now).phase)
    finally:
        supervisor.close()
    assert told == [SyncPhase.RUNNING] * 14 + [SyncPhase.SILENT] * 45 + [SyncPhase.HUNG] * 2


def test_the_thread_of_a_desk_touches_its_file_and_leaves_at_the_end(desk: SyncedDesk) -> None:
    supervisor = Supervisor(desk.places)
    supervisor.start()
    try:
        wait_for(lambda: desks.is_any_open(desk.places), "the desk's own file")
        wait_for(lambda: supervisor.state.phase is SyncPhase.RUNNING, "the process")
    finally:
        supervisor.close(stop_sync=True)
    assert not desks.is_any_open(desk.places)

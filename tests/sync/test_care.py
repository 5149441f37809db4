"""When a desk starts, ends and starts again its sync process; here the process is one of thin air."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from data.paths import Places, make_private_dir
from data.sync import supervise
from data.sync.ends import code_of
from data.sync.pulse import Pulse
from data.sync.supervise import HUNG_SECONDS, MOST_PAUSE, Supervisor, SyncPhase, stop

NOW = 1_000.0


class FakeProcess:
    """A process that lives until it is ended, or until the test ends it with an exit code."""

    def __init__(self, *, is_stubborn: bool = False) -> None:
        self.pid = 4711
        self.code: int | None = None
        self.told: list[str] = []
        self._is_stubborn = is_stubborn

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.told.append("terminate")
        if not self._is_stubborn:
            self.code = -15

    def kill(self) -> None:
        self.told.append("kill")
        self.code = -9

    def wait(self, seconds: float | None = None) -> int:
        if self.code is None:
            raise subprocess.TimeoutExpired("sync", seconds or 0.0)
        return self.code


@pytest.fixture
def where(tmp_path: Path) -> Places:
    found = Places(tmp_path / "config.toml", tmp_path / "data")
    make_private_dir(found.data_dir)
    return found


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[FakeProcess]:
    """The processes that were started, in their order."""
    found: list[FakeProcess] = []

    def spawn(_places: Places) -> FakeProcess:
        found.append(FakeProcess(is_stubborn=len(found) > 0))
        return found[-1]

    monkeypatch.setattr(supervise, "spawn", spawn)
    return found


def looks(supervisor: Supervisor, now: float, until: Callable[[], bool]) -> float:
    """Looks once a second until something is so; the moment of the last look."""
    while not until():
        now += 1.0
        assert now < NOW + 10 * HUNG_SECONDS
        supervisor.look(now)
    return now


def test_one_that_never_beats_is_ended_and_another_one_started(where: Places, started: list[FakeProcess]) -> None:
    supervisor = Supervisor(where)
    assert supervisor.look(NOW).phase is SyncPhase.STARTING
    now = looks(supervisor, NOW, lambda: len(started) == 2)
    assert started[0].told == ["terminate"]
    assert supervisor.state.restarts == 1
    # One that does not end when it is asked to is ended by force.
    looks(supervisor, now, lambda: len(started) == 3)
    assert started[1].told == ["terminate", "kill"]


def test_deaths_of_long_ago_lengthen_no_pause(where: Places, started: list[FakeProcess]) -> None:
    supervisor, pulse = Supervisor(where), Pulse(where.pulse)
    supervisor.look(NOW)
    now = NOW
    for _death in range(3):
        started[-1].code = 1
        now += supervisor.look(now).retry_seconds
        supervisor.look(now)
    assert len(started) == 4
    started[-1].code = 1
    assert supervisor.look(now).retry_seconds == 8.0
    supervisor.look(now + 8.0)
    assert supervisor.state.restarts == 4
    for second in range(int(MOST_PAUSE) + 2):
        pulse.beat(now=True)
        assert supervisor.look(now + 9.0 + second).phase is SyncPhase.RUNNING
    started[-1].code = 1
    assert supervisor.look(now + 100.0).retry_seconds == supervise.FIRST_PAUSE


def test_one_that_found_another_at_work_has_not_failed(where: Places, started: list[FakeProcess]) -> None:
    supervisor = Supervisor(where)
    supervisor.look(NOW)
    started[-1].code = code_of("busy")
    state = supervisor.look(NOW + 1.0)
    assert (state.reason, state.retry_seconds) == ("", supervise.FIRST_PAUSE)
    assert supervisor.look(NOW + 2.0).phase is SyncPhase.STARTING
    assert (len(started), supervisor.state.restarts) == (2, 0)


@pytest.mark.parametrize(("number", "reason"), [(errno.ENOSPC, "full"), (errno.EACCES, "io")])
def test_one_that_cannot_be_started_at_all_is_told_with_its_reason(
    where: Places, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def spawn(_places: Places) -> FakeProcess:
        raise OSError(number, "no")

    monkeypatch.setattr(supervise, "spawn", spawn)
    supervisor = Supervisor(where)
    supervisor.look(NOW)
    state = supervisor.look(NOW + 0.5)
    assert (state.phase, state.reason, state.retry_seconds) == (SyncPhase.FAILING, reason, 0.5)


def test_a_stop_that_nobody_follows_is_not_said_to_have_worked(where: Places) -> None:
    with FileLock(where.lock):
        assert stop(where, seconds=0.0) is False
        assert where.stop.exists()
    assert stop(where) is True
    assert not where.stop.exists()

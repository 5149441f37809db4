"""Keeping a sync process alive while a desk is open: starting it, noticing its death, and saying how it stands.

Several desks share one sync. Each of them may start one at the same moment: the lock lets one live, the other ends at
once, and both desks see the same pulse. The process shares nothing with the terminal.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from filelock import FileLock, Timeout

from data.paths import Places, make_private_dir, write_private
from data.processes import detached, module_command
from data.sync import desks
from data.sync.pulse import load_life

LIVELY_SECONDS = 15.0
"""A pulse younger than this belongs to a living process: it beats every five."""
HUNG_SECONDS = 60.0
"""A process that holds the lock and has not beaten for so long does nothing any more."""
LOOK_SECONDS = 1.0
FIRST_PAUSE = 1.0
MOST_PAUSE = 60.0
_GIVEN_UP_AFTER = 3
"""Deaths in a row after which the state is `FAILING`: starting goes on all the same."""


class SyncPhase(StrEnum):
    """How the sync process stands."""

    STARTING = "starting"
    RUNNING = "running"
    DIED = "died"
    """It ended by itself and is started again after a pause."""
    FAILING = "failing"
    """It died several times in a row, or cannot be started at all; it is tried on, at longer pauses."""
    HUNG = "hung"
    """It is there, but does nothing; it belongs to another desk, which has to stop it."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """What a screen says of the sync process."""

    phase: SyncPhase
    pid: int | None = None
    restarts: int = 0
    """How often this desk has started it again."""
    retry_seconds: float = 0.0
    """Real seconds to the next start, when it died."""


class Supervisor:
    """One desk's care for the sync. `look` is called about once a second, by the thread of `start` or by a test."""

    def __init__(self, places: Places, on_state: Callable[[SyncState], object] | None = None) -> None:
        """`on_state` is called, from the watching thread, whenever the state is another one."""
        self.state = SyncState(SyncPhase.STARTING)
        self._places = places
        self._on_state = on_state
        self._child: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._restarts = 0
        self._started_at = float("-inf")
        self._next_start = float("-inf")
        self._next_touch = float("-inf")
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to watch in a thread of its own; the first look starts the process if none is alive."""
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def close(self, *, stop_sync: bool = False, seconds: float = 5.0) -> None:
        """Ends the watch. The sync goes on for a minute (other desks may use it) unless `stop_sync`."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(seconds)
        desks.leave(self._places)
        if stop_sync:
            stop(self._places, seconds)
            self._end_child()

    def look(self, now: float | None = None) -> SyncState:
        """Says that this desk lives, and starts the sync if nobody does; `now` is a monotonic time in seconds."""
        now = time.monotonic() if now is None else now
        if now >= self._next_touch:
            self._next_touch = now + desks.TOUCH_SECONDS
            with suppress(OSError):
                desks.touch(self._places)
        self._tell(self._judge(now))
        return self.state

    def _watch(self) -> None:
        while not self._ending.is_set():
            self.look()
            self._ending.wait(LOOK_SECONDS)

    def _judge(self, now: float) -> SyncState:
        life = load_life(self._places.pulse)
        if life is not None and life.seconds_ago < LIVELY_SECONDS and self._has_writer(now - life.seconds_ago):
            if self._deaths and now - self._started_at > MOST_PAUSE:
                self._deaths = 0
            return SyncState(SyncPhase.RUNNING, life.pid, self._restarts)
        if self._child_lives():
            if now - self._started_at < HUNG_SECONDS:
                return SyncState(SyncPhase.STARTING, self._child.pid if self._child else None, self._restarts)
            self._end_child()
        elif is_locked(self._places):
            is_hung = life is not None and life.seconds_ago > HUNG_SECONDS
            return SyncState(SyncPhase.HUNG if is_hung else SyncPhase.STARTING, life.pid if life else None)
        return self._start_again(now)

    def _start_again(self, now: float) -> SyncState:
        if self._child is not None:
            self._child = None
            self._deaths += 1
            self._next_start = now + min(FIRST_PAUSE * 2.0 ** (self._deaths - 1), MOST_PAUSE)
        if now >= self._next_start:
            try:
                self._child = spawn(self._places)
            except OSError:
                self._deaths += 1
                self._next_start = now + min(FIRST_PAUSE * 2.0 ** (self._deaths - 1), MOST_PAUSE)
            else:
                self._restarts += self._deaths > 0
                self._started_at = now
                if self._deaths < _GIVEN_UP_AFTER:
                    return SyncState(SyncPhase.STARTING, self._child.pid, self._restarts)
        phase = SyncPhase.FAILING if self._deaths >= _GIVEN_UP_AFTER else SyncPhase.DIED
        return SyncState(phase, None, self._restarts, max(self._next_start - now, 0.0))

    def _has_writer(self, written_at: float) -> bool:
        """Whether who wrote the pulse at the monotonic time `written_at` can be alive: a killed one leaves its last."""
        return written_at > self._started_at if self._child_lives() else is_locked(self._places)

    def _child_lives(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def _end_child(self) -> None:
        """Kills the process that this desk started, if it is still there."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(2)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()

    def _tell(self, state: SyncState) -> None:
        is_news = (state.phase, state.pid, state.restarts) != (self.state.phase, self.state.pid, self.state.restarts)
        self.state = state
        if is_news and self._on_state is not None:
            self._on_state(state)


def spawn(places: Places) -> subprocess.Popen[bytes]:
    """Starts a sync that ends a minute after the last desk. Raises OSError."""
    make_private_dir(places.data_dir)
    config, folder = places.config_file.absolute(), places.data_dir.absolute()
    command = module_command("data.sync", "--config", str(config), "--data-dir", str(folder), "--owned")
    return subprocess.Popen(command, **detached())


def is_locked(places: Places) -> bool:
    """Whether a sync process is at work on these files."""
    if not places.lock.exists():
        return False
    lock = FileLock(places.lock)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False


def stop(places: Places, seconds: float = 5.0) -> bool:
    """Asks the sync to stop, and waits up to `seconds` until it has; whether none is at work now."""
    deadline = time.monotonic() + seconds
    if is_locked(places):
        with suppress(OSError):
            write_private(places.stop, b"")
    while is_locked(places):
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.05)
    with suppress(OSError):
        places.stop.unlink(missing_ok=True)
    return True

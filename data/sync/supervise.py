"""Keeping a sync process alive while a desk is open: starting it, noticing its death, and saying how it stands.

Several desks share one sync. Each of them may start one at the same moment: the lock lets one live, the other ends at
once, and both desks see the same pulse. The process shares nothing with the terminal.
"""

from __future__ import annotations

import errno
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from filelock import FileLock, Timeout

from data.paths import Places, make_private_dir, write_private
from data.processes import detached, module_command
from data.store import aside
from data.sync import desks
from data.sync.ends import reason_of
from data.sync.pulse import Life, load_life

LIVELY_SECONDS = 15.0
"""Who has beaten within this time lives: a pulse beats every five, however long a write takes."""
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
    SILENT = "silent"
    """It was at work and has missed three beats: stopped, or kept from its turn; whether it hangs is not known yet."""
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
    reason: str = ""
    """Why the last one could not work, as `data.sync.ends` names it; empty where it did not tell or one runs."""
    is_refilling: bool = False
    """Whether a damaged cache was set aside and the new one does not hold everything yet."""


class Supervisor:
    """One desk's care for the sync. `look` is called about once a second, by the thread of `start` or by a test."""

    def __init__(self, places: Places, on_state: Callable[[SyncState], object] | None = None) -> None:
        """`on_state` is called, from the watching thread, whenever the state is another one."""
        self.state = SyncState(SyncPhase.STARTING)
        self._places = places
        self._on_state = on_state
        self._child: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._reason = ""
        self._life: Life | None = None
        self._has_heard = False
        """Whether the last pulse is a living process's, as far as this desk can know."""
        self._quiet_seconds = 0.0
        """For how long this desk, awake, has looked in vain for a newer one."""
        self._looked_at: float | None = None
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
        state = self._judge(now)
        self._tell(replace(state, is_refilling=aside.damaged(self._places.cache).exists()))
        return self.state

    def _watch(self) -> None:
        while not self._ending.is_set():
            self.look()
            self._ending.wait(LOOK_SECONDS)

    def _judge(self, now: float) -> SyncState:
        self._listen(now)
        child = self._child if self._child_lives() else None
        if child is None and not is_locked(self._places):
            return self._start_again(now)
        pid = self._life.pid if self._life else None
        if self._has_heard and self._quiet_seconds < LIVELY_SECONDS:
            self._reason = ""
            if self._deaths and now - self._started_at > MOST_PAUSE:
                self._deaths = 0
            return SyncState(SyncPhase.RUNNING, pid, self._restarts)
        if self._quiet_seconds < HUNG_SECONDS:
            # One that has failed is tried anew: until it lives, the reason of the last one stands.
            waiting = SyncPhase.SILENT if self._has_heard else SyncPhase.STARTING
            phase = SyncPhase.FAILING if self._reason else waiting
            return SyncState(phase, child.pid if child else pid, self._restarts, reason=self._reason)
        if child is None:
            return SyncState(SyncPhase.HUNG, pid)
        self._end_child()
        return self._start_again(now)

    def _listen(self, now: float) -> None:
        """Takes note of a new pulse, or of how long there has been none.

        Neither clock is asked: the wall clock may be set, and the monotonic one leaps over a sleep on Windows.
        """
        life, is_first = load_life(self._places.pulse), self._looked_at is None
        awake = 0.0 if self._looked_at is None else min(now - self._looked_at, 2 * LOOK_SECONDS)
        self._looked_at = now
        if life is None or (self._life is not None and life.stamp == self._life.stamp):
            self._quiet_seconds += awake
            return
        # What stood there before the first look may have been left by a process that was killed.
        self._has_heard = not is_first or life.seconds_ago < LIVELY_SECONDS
        self._life, self._quiet_seconds = life, 0.0

    def _start_again(self, now: float) -> SyncState:
        if self._child is not None:
            self._bury(now, reason_of(self._child.poll()))
        is_hopeless = self._deaths >= _GIVEN_UP_AFTER or bool(self._reason)
        if now >= self._next_start:
            try:
                self._child = spawn(self._places)
            except OSError as error:
                self._bury(now, "full" if error.errno == errno.ENOSPC else "io")
            else:
                self._restarts += self._deaths > 0
                self._started_at = now
                self._has_heard, self._quiet_seconds = False, 0.0
                if not is_hopeless:
                    return SyncState(SyncPhase.STARTING, self._child.pid, self._restarts)
        phase = SyncPhase.FAILING if is_hopeless else SyncPhase.DIED
        return SyncState(phase, None, self._restarts, max(self._next_start - now, 0.0), self._reason)

    def _bury(self, now: float, reason: str) -> None:
        """Plans the next start after one that failed; one that found another at work did not."""
        self._child = None
        if reason == "busy":
            self._next_start = now + FIRST_PAUSE
            return
        self._reason = reason
        self._deaths += 1
        self._next_start = now + min(FIRST_PAUSE * 2.0 ** min(self._deaths - 1, 30), MOST_PAUSE)

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
        is_news = replace(state, retry_seconds=0.0) != replace(self.state, retry_seconds=0.0)
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
    except Timeout:
        return True
    except OSError:
        # On a disk that takes nothing nobody works, and the next process says why.
        return False
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

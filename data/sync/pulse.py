"""What the sync process is doing now, for the screens: a small JSON file, replaced whole, without personal data."""

from __future__ import annotations

import errno
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data.paths import write_private

LEAST_SECONDS = 0.5
MOST_SECONDS = 5.0


@dataclass(slots=True)
class Beat:
    """One source's line; moments are UTC epoch milliseconds of the domain's clock."""

    kind: str
    phase: str = "idle"
    """`idle` or `fetching`."""
    known_ms: int | None = None
    tried_ms: int | None = None
    next_ms: int | None = None
    done: int = 0
    total: int | None = None
    error_code: str = ""
    error_detail: str = ""


class Pulse:
    """Writes the file at most twice a second, and at least every five seconds while somebody calls `beat`."""

    def __init__(self, file: Path) -> None:
        self.sources: dict[str, Beat] = {}
        self._file = file
        self.fault = ""
        """Why it could not be written the last time, by the codes of `StoreError`; empty when it could."""
        self._failing_since: float | None = None
        self._written = float("-inf")
        self._last: dict[str, Any] = {}

    def beat(self, *, now: bool = False) -> None:
        """Writes if there is news and half a second has passed, or five seconds have, or `now`.

        A file that cannot be written just now (a reader on Windows holds it open) is written the next time.
        """
        waited = time.monotonic() - self._written
        if not now and waited < LEAST_SECONDS:
            return
        sources = {name: asdict(each) for name, each in self.sources.items()}
        if not now and waited < MOST_SECONDS and sources == self._last:
            return
        content = {"pid": os.getpid(), "at_ms": time.time_ns() // 1_000_000, "sources": sources}
        try:
            write_private(self._file, json.dumps(content, ensure_ascii=False).encode())
        except OSError as error:
            self.fault = "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "io"
            self._failing_since = self._failing_since or time.monotonic()
            return
        self.fault, self._failing_since = "", None
        self._written, self._last = time.monotonic(), sources

    def mute_seconds(self) -> float:
        """For how long the file could not be written."""
        return 0.0 if self._failing_since is None else time.monotonic() - self._failing_since

    def end(self) -> None:
        """Takes the file away, which tells the screens that nobody syncs."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError:
            # Its age will tell the same in a moment.
            return


@dataclass(frozen=True, slots=True)
class Life:
    """What a pulse file says of the process that wrote it."""

    pid: int
    seconds_ago: float
    """By the wall clock, which may have been set meanwhile; never less than 0."""
    stamp: tuple[int, int]
    """Differs from that of every other pulse."""


def load_life(file: Path) -> Life | None:
    """Who wrote the pulse last, and how many real seconds ago; None where there is no readable pulse."""
    try:
        content = json.loads(file.read_bytes())
        pid, at_ms = int(content["pid"]), int(content["at_ms"])
        return Life(pid, max(time.time() - at_ms / 1000, 0.0), (pid, at_ms))
    except (OSError, ValueError, KeyError, TypeError):
        return None

"""What the sync process is doing now, for the screens: a small JSON file, replaced whole, without personal data."""

from __future__ import annotations

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
        except OSError:
            return
        self._written, self._last = time.monotonic(), sources

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


def load_life(file: Path) -> Life | None:
    """Who wrote the pulse last, and how many real seconds ago; None where there is no readable pulse."""
    try:
        content = json.loads(file.read_bytes())
        return Life(int(content["pid"]), max(time.time() - content["at_ms"] / 1000, 0.0))
    except (OSError, ValueError, KeyError, TypeError):
        return None

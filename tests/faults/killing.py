"""A sync process that ends itself by the hardest means at a named point of a write.

The points are seen in the statements that the store sends to the library, by a connection of our own that only these
processes use: the program itself knows nothing of them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from enum import Enum, StrEnum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlcipher3 import dbapi2

from data.sync.ends import DONE, FAILED

if TYPE_CHECKING:
    from sqlite3 import Connection as Base
else:
    Base = dbapi2.Connection

KILLED = -signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM
"""Exit code of a process that was ended so: POSIX tells the signal, on Windows `os.kill` sets it as the code."""

_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT: Any = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
if _FORKS:
    # One interpreter imports everything, also what a sync loads late; each process is then a copy of it, ready after
    # milliseconds. httpx and anyio load the parts that answer a request only with the first one.
    _OURS = ["tests.faults.killing", "data.config", "data.sync.process", "data.sources.jira", "data.sources.calendar"]
    _CONTEXT.set_forkserver_preload([*_OURS, "httpcore", "anyio._backends._asyncio"])


class Point(StrEnum):
    """Where a process may end."""

    MIGRATION = "between two statements of a migration"
    BEGIN = "before BEGIN"
    ROWS = "in the middle of a batch's rows"
    SEARCH = "in the middle of the search index"
    COMMIT = "before COMMIT"
    COMMITTED = "after COMMIT"


class Doom:
    """Ends this process when `point` is reached for the `nth` time; `told` then holds the point's name."""

    def __init__(self, point: Point, nth: int, told: Path) -> None:
        self.point = point
        self._left = nth
        self._told = told

    def reach(self, point: Point) -> None:
        """Called wherever a point is passed."""
        if point is not self.point:
            return
        self._left -= 1
        if self._left <= 0:
            self._told.write_text(point.value)
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def within(self, point: Point, rows: Any) -> Iterator[Any]:
        """The rows, with the point in their middle."""
        held = list(rows)
        for place, row in enumerate(held):
            if place == len(held) // 2:
                self.reach(point)
            yield row


class DoomedConnection(Base):
    """A connection on whose statements a process ends."""

    doom: Doom
    _is_migrating = False

    def execute(self, sql: str, *parameters: Any) -> Any:
        verb = sql.split(maxsplit=1)[0].upper()
        if verb == "BEGIN":
            self._is_migrating = False
            self.doom.reach(Point.BEGIN)
        elif verb == "COMMIT":
            self.doom.reach(Point.COMMIT)
        elif self._is_migrating:
            self.doom.reach(Point.MIGRATION)
        result = super().execute(sql, *parameters)
        if verb == "COMMIT":
            self.doom.reach(Point.COMMITTED)
        elif verb in ("CREATE", "ALTER"):
            self._is_migrating = True
        return result

    def executemany(self, sql: str, rows: Any) -> Any:
        words = sql.split(maxsplit=3)
        if words[:2] == ["INSERT", "INTO"] and words[2] in ("ticket", "ticket_fts"):
            rows = self.doom.within(Point.SEARCH if words[2] == "ticket_fts" else Point.ROWS, rows)
        return super().executemany(sql, rows)


def sync_to_the_end(config_file: Path, data_dir: Path, key: str, doom: tuple[Point, int, Path] | None) -> None:
    """One poll of every source in this process, which ends at `doom`, or with the exit code of the poll."""
    from data.config import load
    from data.paths import Places
    from data.sync.process import run

    if doom is not None:
        DoomedConnection.doom = Doom(*doom)
        dbapi2.connect = partial(dbapi2.connect, factory=DoomedConnection)
    code = run(load(config_file), Places(config_file, data_dir), key, once=True, owned=False)
    os._exit(code)


class End(Enum):
    """How a sync that polls once came to its end."""

    KILLED = auto()
    DONE = auto()
    FAILED = auto()
    """It told a source's fault."""


def end_of(config_file: Path, data_dir: Path, key: str, point: Point, nth: int = 1) -> End:
    """The end of a sync that polls once and is killed at `point` if it reaches that for the `nth` time.

    Raises AssertionError for any other end.
    """
    told = data_dir / "killed"
    told.unlink(missing_ok=True)
    process = _CONTEXT.Process(target=sync_to_the_end, args=(config_file, data_dir, key, (point, nth, told)))
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the sync hangs"
    if not told.exists():
        assert process.exitcode in (DONE, FAILED), f"the sync ended with {process.exitcode} before {point}"
        return End.DONE if process.exitcode == DONE else End.FAILED
    assert told.read_text() == point.value
    assert process.exitcode == KILLED
    return End.KILLED

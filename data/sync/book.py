"""One file with its writer, opened when it is needed and again after it failed; used in the writers' thread alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from data.language import _
from data.rules.sla import ClockRules
from data.store import aside
from data.store.driver import Connection, StoreError, interrupt, open_reader, require_sound, translated
from data.store.migrations import Migration
from data.store.tables import Table
from data.store.write import Writer

_T = TypeVar("_T")
LEAST_SECONDS_BETWEEN_REBUILDS = 60.0
"""A file that is damaged again so soon lies on a disk that damages it."""
PATIENCE = 0.3
"""Seconds for which one attempt waits for another process's write; who stops waits no longer than that."""

_Identity = tuple[int, int] | None
_Stamp = tuple[int, ...] | None
"""What differs when a file was replaced or written; None where there is none."""


class Book:
    """The cache (`is_copy`), which is rebuilt when it is damaged, or the history, which is never touched then."""

    def __init__(
        self,
        file: Path,
        key: str,
        tables: Sequence[Table],
        migrations: Sequence[Migration],
        *,
        is_copy: bool,
        rules: ClockRules | None = None,
    ) -> None:
        self.file = file
        self.is_copy = is_copy
        self.edition = 0
        """Rises with every new file under this name: what was read from an older one holds no more."""
        self._key = key
        self._tables = tables
        self._migrations = migrations
        self._rules = rules
        self._writer: Writer | None = None
        self._checking: Connection | None = None
        self._identity: _Identity = None
        self._rebuilt_at = float("-inf")
        self._damage: tuple[StoreError, _Stamp] | None = None
        """What was wrong with a history, as it stood then."""

    def use(self, work: Callable[[Writer], _T]) -> _T:
        """What `work` makes of the open writer. Raises StoreError; the next use opens a faulty file anew.

        A history in which anybody has met damage is not written any more until it is another, sound one.
        """
        try:
            if not self.is_copy:
                self._settle_doubt()
            return work(self._opened())
        except StoreError as error:
            if error.code in ("damaged", "io", "missing"):
                self.close()
            if error.code == "damaged" and not self.is_copy:
                aside.doubt(self.file)  # for the process that follows
                self._damage = error, self._stamp()
            raise

    def verify(self) -> None:
        """Reads the whole file; raises StoreError `damaged` where it is."""
        with closing(open_reader(self.file, self._key)) as connection:
            self._checking = connection
            try:
                require_sound(connection, self.file)
            finally:
                self._checking = None

    def rebuild(self, edition: int) -> bool:
        """Sets a damaged copy aside and begins a new one; False if that was done since `edition`. Raises StoreError."""
        if edition != self.edition:
            return False
        if time.monotonic() - self._rebuilt_at < LEAST_SECONDS_BETWEEN_REBUILDS:
            raise StoreError(
                "damaged",
                _("{file} was damaged again right after it was made anew: look at the disk.").format(file=self.file),
            )
        self.close()
        with translated(self.file):
            aside.set_aside(self.file)
        self.edition += 1
        self._opened()
        self._rebuilt_at = time.monotonic()
        return True

    def interrupt(self) -> None:
        """Breaks off what is under way, from another thread; its transaction is rolled back."""
        writer, checking = self._writer, self._checking
        if writer is not None:
            writer.interrupt()
        if checking is not None:
            interrupt(checking)

    def close(self) -> None:
        """Lets go of the file."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _settle_doubt(self) -> None:
        """Looks into a doubt, once for each state of the file. Raises StoreError `damaged` where it was right."""
        if self._damage is not None and self._damage[1] == self._stamp():
            raise StoreError("damaged", str(self._damage[0]))
        self._damage = None
        if aside.is_doubted(self.file):
            if self.file.exists():
                self.verify()
            aside.take_doubt(self.file)

    def _opened(self) -> Writer:
        if self._writer is not None and self._identity != self._found():
            # The cache may be deleted at any moment, also by hand and under our feet.
            self.close()
            self.edition += 1
        if self._writer is None:
            try:
                self._writer = Writer(self.file, self._key, self._tables, self._migrations, PATIENCE, self._rules)
            except StoreError as error:
                if error.code == "newer" and self.is_copy:
                    way = _("To stay with this version, remove {file}: it is a copy and fills itself.")
                    raise StoreError("newer", f"{error} {way.format(file=self.file)}") from error
                raise
            self._identity = self._found()
            if self.is_copy:
                with translated(self.file):
                    aside.take_back(self.file)  # a process that was killed in between has left it
        return self._writer

    def _found(self) -> _Identity:
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _stamp(self) -> _Stamp:
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

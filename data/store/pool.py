"""Reading connections to one file, lent to one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from data.language import _
from data.store import aside
from data.store.driver import Connection, RestingConnection, StoreError, open_reader, transaction, translated
from data.store.migrations import Migration, refuse_newer, version

_Identity = tuple[int, int] | None
"""Device and inode of a file; None where there is none."""
_T = TypeVar("_T")
_E = TypeVar("_E")
_KEPT = 2
"""Idle connections kept: each holds a cache of some megabytes, and more than two readers at once are rare."""


class ReadingPool:
    """Lends connections with one consistent state each; the one given back last is lent first, for its warm cache.

    A file that is not there yet, or that the writer has not brought up to date, reads as nothing: None is lent.
    """

    def __init__(self, file: Path, key: str, migrations: Sequence[Migration], *, is_copy: bool = False) -> None:
        """`is_copy` is said of the cache, which the sync begins anew where it is damaged."""
        self._file = file
        self._is_copy = is_copy
        self._key = key
        self._migrations = migrations
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._watching: Connection | None = None
        self._identity: _Identity = None
        self.openings = 0
        """How many files have been followed under this name: a cache may go and come back."""
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[Connection | None]:
        """A connection inside a read transaction, or None where there is nothing to read. Raises `StoreError`."""
        with self._doubting(), translated(self._file):
            connection, identity = self._take()
            if connection is None:
                yield None
                return
            try:
                with transaction(connection, "DEFERRED"):
                    yield connection
            except BaseException:
                connection.close()
                raise
            self._give_back(connection, identity)

    def ask(self, question: Callable[[Connection], _T], empty: _E) -> _T | _E:
        """The answer from one consistent state; `empty` where there is nothing to read. Raises `StoreError`."""
        with self.lend() as connection:
            return empty if connection is None else question(connection)

    def data_version(self) -> tuple[int, int]:
        """A pair that differs from the one before if another connection has written since; costs some microseconds."""
        with self._lock, self._doubting(), translated(self._file):
            self._follow()
            if self._watching is None and self._identity is not None and not self._closed:
                self._watching = self._open()
            if self._watching is None:
                return self.openings, 0
            if isinstance(self._watching, RestingConnection):
                self._watching.close()
                self._watching = None
                return self.openings, self._file.stat().st_mtime_ns
            return self.openings, self._watching.execute("PRAGMA data_version").fetchone()[0]

    def close(self) -> None:
        """Closes what is idle; what is lent is closed when it comes back."""
        with self._lock, translated(self._file):
            self._closed = True
            self._drop()

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        """Asks those who write to look at a file in which damage was met; that of a copy is worded for the person."""
        try:
            yield
        except StoreError as error:
            if error.code != "damaged":
                raise
            aside.doubt(self._file)
            if not self._is_copy:
                raise
            raise StoreError("damaged", _("The cache is damaged. The sync fills a new one by itself.")) from error

    def _take(self) -> tuple[Connection | None, _Identity]:
        with self._lock:
            self._follow()
            identity = self._identity
            if self._idle:
                return self._idle.pop(), identity
        return (self._open() if identity is not None else None), identity

    def _give_back(self, connection: Connection, identity: _Identity) -> None:
        with self._lock:
            is_current = identity == self._identity and not isinstance(connection, RestingConnection)
            if is_current and not self._closed and len(self._idle) < _KEPT:
                self._idle.append(connection)
                return
        connection.close()

    def _open(self) -> Connection | None:
        try:
            connection = open_reader(self._file, self._key)
        except StoreError as error:
            if error.code == "missing":
                return None
            raise
        try:
            number = version(connection)
            refuse_newer(number, self._migrations, self._file)
        except BaseException:
            connection.close()
            raise
        if number < self._migrations[-1].number:
            connection.close()
            return None
        return connection

    def _follow(self) -> None:
        """Lets go of a file that was replaced: the cache may be deleted at any moment and comes back."""
        try:
            if self._is_copy and aside.is_released(self._file):
                raise FileNotFoundError
            found = self._file.stat()
            identity: _Identity = (found.st_dev, found.st_ino)
        except FileNotFoundError:
            identity = None
        if identity != self._identity:
            self._drop()
            self._identity = identity
            self.openings += 1

    def _drop(self) -> None:
        for connection in (*self._idle, *([self._watching] if self._watching else [])):
            connection.close()
        self._idle.clear()
        self._watching = None

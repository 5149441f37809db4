"""The person's own records: operations that are only ever added, each with its id, actor and time."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, TypeVar
from uuid import UUID

from data.clock import Clock
from data.model import Acknowledgement
from data.paths import Places, make_private_dir
from data.store import aside
from data.store.driver import Connection, open_reader, open_writer, require_sound, transaction, translated
from data.store.migrations import DESK, migrate
from data.store.operations import ACKNOWLEDGE, OPERATIONS, WITHDRAW, Operation, folded_acknowledgements
from data.store.outgoing import OutgoingFiles

_T = TypeVar("_T")
_TAKEN_BACK = """
SELECT 1 FROM operation WHERE kind = ? AND rowid > (SELECT rowid FROM operation WHERE id = ?)
AND body ->> 'operation' = ? LIMIT 1
"""


class DeskFile:
    """The desk's own file, opened at the first use; every operation is on the disk before its method returns.

    Methods may be called from any thread, one at a time. All raise `StoreError`: once damage was met in the file,
    nothing is added to it until it is a sound one.
    """

    def __init__(self, places: Places, key: str, clock: Clock, actor: str) -> None:
        self._file = places.desk
        self._outgoing = OutgoingFiles(places, key)
        self._key = key
        self._clock = clock
        self.actor = actor
        """Who acts here, written beside every operation."""
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def acknowledge(self, attention_id: str, subject: str) -> str:
        """Takes note of one line of what needs attention; returns the operation's id, by which it is withdrawn."""
        return self._append(ACKNOWLEDGE, subject, {"attention": attention_id})

    def withdraw(self, operation_id: str) -> str:
        """Takes an operation back; what it did no longer holds. Raises KeyError for an operation that is not there."""
        with self._lock, translated(self._file):
            found = self._open().execute("SELECT subject FROM operation WHERE id = ?", (operation_id,)).fetchone()
        if found is None:
            raise KeyError(operation_id)
        return self._append(WITHDRAW, found[0], {"operation": operation_id})

    def record(self, kind: str, subject: str, body: Mapping[str, Any]) -> str:
        """Writes an operation of any other kind (`data.store.operations`); returns its id."""
        return self._append(kind, subject, body)

    def keep_file(self, content: bytes) -> str:
        """Keeps an encrypted copy of a file that is to be attached to a ticket; its digest."""
        return self._outgoing.keep(content)

    def begin(self, kind: str, subject: str, operation_id: str) -> bool:
        """Writes that an operation is being carried out as `kind`, unless it was taken back: then False."""
        with self._lock, translated(self._file):
            connection = self._open()
            with transaction(connection, "IMMEDIATE"):
                taken_back = connection.execute(_TAKEN_BACK, (WITHDRAW, operation_id, operation_id)).fetchone()
                if taken_back is None:
                    self._insert(connection, kind, subject, {"operation": operation_id})
        return taken_back is None

    def newest(self) -> int:
        """A number that grows with every operation."""
        with self._lock, translated(self._file):
            found: int = self._open().execute("SELECT ifnull(max(rowid), 0) FROM operation").fetchone()[0]
            return found

    def ask(self, question: Callable[[Connection], _T]) -> _T:
        """What `question` finds out about the file as it stands."""
        with self._lock, translated(self._file):
            return question(self._open())

    def operations(self) -> list[Operation]:
        """Everything that was written, in that order."""
        with self._lock, translated(self._file):
            found: list[Operation] = self._open().execute(OPERATIONS).fetchall()
            return found

    def acknowledgements(self) -> dict[str, Acknowledgement]:
        """What the person has taken note of and not taken back, by attention id."""
        with self._lock, translated(self._file):
            return folded_acknowledgements(self._open().execute(OPERATIONS).fetchall())

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock, translated(self._file):
            self._let_go()

    def _append(self, kind: str, subject: str, body: Mapping[str, Any]) -> str:
        with self._lock, translated(self._file):
            connection = self._open()
            with transaction(connection, "IMMEDIATE"):
                return self._insert(connection, kind, subject, body)

    def _insert(self, connection: Connection, kind: str, subject: str, body: Mapping[str, Any]) -> str:
        operation_id = str(uuid7())
        connection.execute(
            "INSERT INTO operation (id, at_ms, actor, kind, subject, body) VALUES (?, ?, ?, ?, ?, ?)",
            (operation_id, self._clock.now_ms(), self.actor, kind, subject, json.dumps(body)),
        )
        return operation_id

    def _open(self) -> Connection:
        if aside.is_doubted(self._file):
            self._let_go()
            self._settle_doubt()
        if self._connection is None:
            make_private_dir(self._file.parent)
            connection = open_writer(self._file, self._key, durable=True)
            try:
                migrate(connection, DESK)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _settle_doubt(self) -> None:
        if self._file.exists():
            with closing(open_reader(self._file, self._key)) as connection:
                require_sound(connection, self._file)
        aside.take_doubt(self._file)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def uuid7() -> UUID:
    """A time-ordered unique id (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then randomness.

    It takes real time, not the domain's, so that ids differ and keep their order also while that clock stands still.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return UUID(int=value)

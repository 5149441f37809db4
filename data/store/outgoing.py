"""Files that wait to be attached to a ticket: an encrypted copy of each, by its digest, gone once it was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from data.paths import Places, make_private_dir
from data.store import keycheck
from data.store.driver import open_reader, open_writer, transaction, translated

_PART = 1024 * 1024
"""Bytes of a row."""


class OutgoingFiles:
    """The copies. Methods may be called from any thread."""

    def __init__(self, places: Places, key: str) -> None:
        self._folder = places.outgoing
        self._key = key

    def keep(self, content: bytes) -> str:
        """Stores a copy on the disk; its digest (SHA-256, hexadecimal). Raises `StoreError`."""
        digest = hashlib.sha256(content).hexdigest()
        file = self._file(digest)
        with translated(file):
            make_private_dir(self._folder)
            _remove(file)  # what a process that was killed has left of it
            with closing(open_writer(file, self._key, durable=True)) as connection:
                with transaction(connection, "IMMEDIATE"):
                    connection.execute("CREATE TABLE part (place INTEGER PRIMARY KEY, content BLOB NOT NULL)")
                    parts = [(start, content[start : start + _PART]) for start in range(0, len(content), _PART)]
                    connection.executemany("INSERT INTO part (place, content) VALUES (?, ?)", parts)
                connection.execute("PRAGMA journal_mode = DELETE")  # one file, which is whole
        return digest

    def open(self, digest: str) -> BinaryIO:
        """The content. Raises `StoreError`, with the code `missing` where there is none."""
        file = self._file(digest)
        with closing(open_reader(file, self._key)) as connection, translated(file):
            parts = connection.execute("SELECT content FROM part ORDER BY place").fetchall()
        return BytesIO(b"".join(part for (part,) in parts))

    def wipe_all_but(self, needed: Collection[str]) -> None:
        """Removes the copies that no action needs any more; what is in them stays unreadable without the key."""
        for file in self._folder.glob("*.db"):
            if file.stem not in needed:
                with suppress(OSError):
                    _remove(file)

    def _file(self, digest: str) -> Path:
        return self._folder / f"{digest}.db"


def _remove(file: Path) -> None:
    keycheck.forget(file)
    for each in (file, *file.parent.glob(f"{file.name}-*")):
        each.unlink(missing_ok=True)

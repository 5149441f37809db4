"""The SQLite library in use (SQLCipher), its pragmas, and its errors in our own words.

Every file is encrypted with a raw 256-bit key: a passphrase would cost 143 ms of key derivation at each open.
Temporary tables stay in memory (the library is built with TEMP_STORE=2), so nothing plain reaches the disk.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2

from data.language import _
from data.os_words import os_reason
from data.store import keycheck
from data.volumes import network_kind, network_words

if TYPE_CHECKING:
    # sqlcipher3 carries no types; its connections have the methods of the standard library's.
    from sqlite3 import Connection as Connection
else:
    Connection = dbapi2.Connection

BUSY_SECONDS = 5.0
"""How long a connection waits for another process's write before it says "locked"."""

WRITER_CACHE_KIB = 48_000
READER_CACHE_KIB = 16_000
"""A page read anew must be decrypted and authenticated (about 10 µs), so a reader keeps what an ordered index needs."""

_CHECKPOINT_PAGES = 8_000
"""How far the log grows before it is moved into the file: a fill writes the pages of its indexes again and again."""

_RAW_KEY = re.compile(r"[0-9a-fA-F]{64}")
_BUSY, _LOCKED, _READONLY, _INTERRUPT, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 9, 10, 11, 13, 14, 26


class StoreError(Exception):
    """The store cannot be used now.

    `code` is one of `key` (the wrong one, or nothing tells it from a damaged file), `damaged`, `missing`, `newer`,
    `locked`, `full`, `io`, `network` (a drive that SQLite must not be used on) and `stopped` (broken off at the end).
    The message says what happened and what to do; it never holds the key or stored text.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def open_writer(file: Path, key: str, *, durable: bool = False, patience: float = BUSY_SECONDS) -> Connection:
    """A connection that may write `file`, which is created for this user alone if it is not there.

    `key` is 64 hexadecimal digits. `durable` makes every commit reach the disk before it returns; without it the last
    commits before a power cut may be lost, never the file. `patience` is how many seconds a statement waits for
    another process's write. Raises `StoreError`; nothing is created with a key that other files here do not take.
    """
    with translated(file):
        _require_usable(file, key)
        if not (file.exists() and file.stat().st_size) and _is_right(file, key) is False:
            raise _wrong_key(file)
        _require_filled(file)
        if not file.exists():
            # Before it is made: a process killed in between leaves an empty file that nothing was lost from.
            keycheck.forget(file)
        with suppress(FileExistsError):
            # Created here for its mode: SQLite gives -wal and -shm the mode of the file itself.
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if file.with_name(f"{file.name}-wal").exists():
            # Only a reader leaves a file and its log alone that it cannot read: a writer merges them when it closes.
            _connect(file, key, "mode=ro", patience).close()
        connection = _connect(file, key, "mode=rw", patience)
        with _closed_on_failure(connection):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
            connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
            keycheck.remember(file, key)
    return connection


class RestingConnection(Connection):
    """Reads a file as if it could never change; who holds it longer than for one question misses what is written."""


def open_reader(file: Path, key: str) -> Connection:
    """A connection that can only read `file`. Raises `StoreError`, with the code `missing` where there is no file.

    On a disk that takes no writes it is a `RestingConnection`.
    """
    with translated(file):
        _require_usable(file, key)
        _require_filled(file)
        try:
            connection = _connect(file, key, "mode=ro", BUSY_SECONDS)
        except dbapi2.OperationalError as error:
            if _code_of(error) != _CANTOPEN or not _is_at_rest(file):
                raise
            # Readers, too, make the index of the log. Without a log the file says everything:
            # https://www.sqlite.org/wal.html#readonly
            connection = _connect(file, key, "mode=ro&immutable=1", BUSY_SECONDS, factory=RestingConnection)
        with _closed_on_failure(connection):
            connection.execute("PRAGMA query_only = ON")
            connection.execute(f"PRAGMA cache_size = -{READER_CACHE_KIB}")
    return connection


def _is_at_rest(file: Path) -> bool:
    """Whether nobody has `file` open and everything is in it: who has it open keeps the index of the log."""
    log, index = (file.with_name(f"{file.name}{part}") for part in ("-wal", "-shm"))
    return not index.exists() and not (log.exists() and log.stat().st_size)


def _connect(file: Path, key: str, options: str, patience: float, **more: type[Connection]) -> Connection:
    connection: Connection = dbapi2.connect(
        f"{file.absolute().as_uri()}?{options}",
        uri=True,
        timeout=patience,
        isolation_level=None,  # transactions are begun and ended by name
        check_same_thread=False,
        cached_statements=256,
        **more,
    )
    with _closed_on_failure(connection):
        # Otherwise the library writes its complaints over the screen, through standard error.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except dbapi2.DatabaseError as error:
            if _code_of(error) == _NOTADB:  # the first page is none: not with this key, or not any more
                raise _unreadable(file, _is_right(file, key)) from error
            raise
    return connection


def require_sound(connection: Connection, file: Path) -> None:
    """Reads the whole of `file`, on which `connection` is open; raises `StoreError` `damaged` where it is that."""
    with translated(file):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        raise _damaged(file)


def interrupt(connection: Connection) -> None:
    """Breaks off, from another thread, the statement under way; nothing happens where there is none."""
    with suppress(dbapi2.ProgrammingError):  # closed meanwhile
        connection.interrupt()


def broken_off() -> StoreError:
    """What is raised of writing that was broken off."""
    return StoreError("stopped", _("The writing was broken off because the program ends."))


def _require_usable(file: Path, key: str) -> None:
    if not _RAW_KEY.fullmatch(key):
        raise StoreError("key", _("The key of {file} is not 64 hexadecimal digits.").format(file=file.name))
    if kind := network_kind(file.parent):
        raise StoreError("network", network_words(file.parent, kind))


def _require_filled(file: Path) -> None:
    if keycheck.is_emptied(file):
        # SQLite would take it for a new one, and remove the log beside it, which may still hold something.
        told = _("{file} is empty: what it held is lost.").format(file=file)
        raise StoreError("damaged", f"{told} {_way_out(file)}")


def _is_right(file: Path, key: str) -> bool | None:
    """Whether the key is right, by other means than `file` itself."""

    def opens(other: Path) -> bool | None:
        try:
            with closing(dbapi2.connect(f"{other.absolute().as_uri()}?mode=ro", uri=True)) as found:
                found.execute("PRAGMA cipher_log_level = NONE")
                found.execute(f"PRAGMA key = \"x'{key}'\"")
                found.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except dbapi2.Error as error:
            return False if _code_of(error) == _NOTADB else None
        return True

    return keycheck.is_right(file, key, opens)


@contextmanager
def _closed_on_failure(connection: Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """Turns the library's and the system's errors about `file` into `StoreError`, with the original as its cause.

    Mistakes of our own SQL (`SQLITE_ERROR`, broken constraints) pass through: they are faults of the program.
    """
    try:
        yield
    except dbapi2.Error as error:
        translation = _explained(_code_of(error), file)
        if translation is None:
            raise
        raise translation from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(file) from error
        raise StoreError(
            "io", _("{file} cannot be opened: {reason}.").format(file=file, reason=os_reason(error))
        ) from error


def _code_of(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _wrong_key(file: Path) -> StoreError:
    return StoreError(
        "key",
        _(
            "{file} cannot be opened: the key of the store is not the one that closed it. Nothing was changed. "
            "Give the right key, or move all the files in the folder aside and start again."
        ).format(file=file),
    )


def _unreadable(file: Path, is_right: bool | None) -> StoreError:
    if is_right is None:
        return StoreError(
            "key",
            _(
                "{name} cannot be read: its key is not the right one, or the file is damaged. "
                "If the key is right, move {file} aside and start again."
            ).format(name=file.name, file=file),
        )
    return _damaged(file) if is_right else _wrong_key(file)


def _damaged(file: Path) -> StoreError:
    told = _("{file} is damaged and was left as it is.").format(file=file)
    return StoreError("damaged", f"{told} {_way_out(file)}")


def _way_out(file: Path) -> str:
    # A log that stays beside a restored file is written into it: https://www.sqlite.org/howtocorrupt.html, 1.4
    return _(
        "Close the desk and move aside every file whose name begins with {name}. "
        "Then restore {name} from a backup, or begin with an empty one."
    ).format(name=file.name)


def _full(file: Path) -> StoreError:
    return StoreError("full", _("The disk that holds {file} is full: make room and try again.").format(file=file))


def _explained(code: int, file: Path) -> StoreError | None:
    if code in (_NOTADB, _CORRUPT):
        # The key has opened the first page, so it is the right one.
        return _damaged(file)
    if code == _INTERRUPT:
        return broken_off()
    if code == _CANTOPEN:
        if not file.exists():
            return StoreError("missing", _("{file} does not exist yet.").format(file=file))
        return StoreError(
            "io", _("{file} cannot be opened: look at its permissions and those of its folder.").format(file=file)
        )
    if code in (_BUSY, _LOCKED):
        return StoreError(
            "locked",
            _("{file} has been locked by another program for {n} s. Close that program.").format(
                file=file.name, n=round(BUSY_SECONDS)
            ),
        )
    if code == _FULL:
        return _full(file)
    if code in (_IOERR, _READONLY):
        return StoreError(
            "io", _("{file} cannot be read or written: look at the disk and at its permissions.").format(file=file)
        )
    return None


@contextmanager
def transaction(connection: Connection, mode: str) -> Iterator[None]:
    """A transaction begun as `mode` (`DEFERRED` to read one state, `IMMEDIATE` to write); rolled back on a failure."""
    connection.execute(f"BEGIN {mode}")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    if connection.in_transaction:
        connection.execute("COMMIT")

"""The folder of the data and its files, each opened as those who write it do. Nothing is changed."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from data.diagnosis import Finding, bad
from data.language import _
from data.os_words import os_reason
from data.paths import Places


def look_at_folder(where: Places) -> Finding | None:
    """Why nothing in the folder can be looked at; None where it can, or where there is no folder yet."""
    folder = where.data_dir
    try:
        # Without the right to enter, a folder may be listed, but says nothing of its files.
        if not folder.is_dir() or os.access(folder, os.R_OK | os.X_OK):
            return None
    except OSError:
        folder = folder.parent
    return bad(_("folder of the data"), _("cannot be entered ({folder}).").format(folder=folder), _way_out(folder, 700))


def look_at_files(where: Places) -> Iterator[Finding]:
    """What stands in the way of the files beside the databases and the log."""
    yield from faults_of(where.lock.name, where.lock)
    for file in (where.pulse, where.preferences):
        # Each is replaced by a new one; only Windows asks then what may be done with the old one.
        if file.is_dir() or (sys.platform == "win32" and file.exists() and not os.access(file, os.W_OK)):
            yield from faults_of(file.name, file)
    if where.desks.exists() and not (where.desks.is_dir() and os.access(where.desks, os.W_OK | os.X_OK)):
        told = _("no file can be put into it ({folder}).").format(folder=where.desks)
        yield bad(where.desks.name, told, _way_out(where.desks, 700))


def parts_of(database: Path) -> tuple[Path, ...]:
    """A database and what SQLite keeps beside it while it is in use: https://www.sqlite.org/tempfiles.html"""
    return database, *(database.with_name(f"{database.name}{part}") for part in ("-wal", "-shm"))


def faults_of(subject: str, *files: Path) -> Iterator[Finding]:
    """Why these cannot be read and written where they are; nothing of those that can, or are not there."""
    for file in files:
        if file.is_dir():
            told = _("is a folder where a file belongs ({file}).").format(file=file)
            yield bad(subject, told, _("Rename or remove the folder."))
        elif reason := _refusal(file):
            told = _("cannot be read and written: {reason} ({file}).").format(reason=reason, file=file)
            yield bad(subject, told, _way_out(file, 600))


def _refusal(file: Path) -> str:
    """Why the system does not open `file` for reading and writing; empty where it does."""
    try:
        os.close(os.open(file, os.O_RDWR))
    except FileNotFoundError:
        return ""
    except OSError as error:
        # A disk that takes nothing is told once, of the disk.
        return "" if error.errno == errno.EROFS else os_reason(error)
    return ""


def _way_out(path: Path, mode: int) -> str:
    if _is_own(path):
        return f"chmod {mode} {path}"
    return _("Give yourself the right to read and write there, or choose another folder with --data-dir.")


def _is_own(path: Path) -> bool:
    try:
        return sys.platform != "win32" and path.stat().st_uid == os.geteuid()
    except OSError:
        return False

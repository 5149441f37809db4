"""A damaged cache is moved out of the way, and a new one takes its place. Three files beside it speak for that.

`.damaged` is the old file, kept until the new one is full. `.doubt` is left by whoever met damage, for those who write
to look; beside history and desk, which nobody makes anew, it stays until the file is sound. `.release` asks readers to
let go: Windows moves no file that somebody has open.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from data.language import _
from data.store.driver import StoreError


def damaged(file: Path) -> Path:
    """Where `file` is kept while a new one is filled; there only so long."""
    return file.with_name(f"{file.name}.damaged")


def is_released(file: Path) -> bool:
    """Whether readers shall let go of `file`."""
    return _release(file).exists()


def doubt(file: Path) -> None:
    """Asks those who write `file` to look whether it is sound."""
    with suppress(OSError):  # on a disk that takes nothing more, nobody writes
        _doubt(file).touch(mode=0o600)


def is_doubted(file: Path) -> bool:
    """Whether somebody has met damage in `file` that was not looked into yet."""
    with suppress(OSError):
        return _doubt(file).exists()
    return False


def take_doubt(file: Path) -> bool:
    """Whether somebody has doubted `file` since this was asked last."""
    try:
        _doubt(file).unlink()
    except OSError:
        return False
    return True


def take_back(file: Path) -> None:
    """Lets readers open `file` again. Raises OSError."""
    _release(file).unlink(missing_ok=True)


def set_aside(file: Path) -> None:
    """Moves `file` to where damaged ones are kept, in place of an older one there.

    Raises `StoreError` with the code `locked` while somebody has it open on Windows: who reads has been asked to let
    go, so a second try a moment later succeeds. Raises OSError.
    """
    _release(file).touch(mode=0o600)
    try:
        # The file itself first: its log means nothing to a file that is not there, and SQLite drops it.
        file.replace(damaged(file))
    except FileNotFoundError:
        pass
    except PermissionError as error:
        raise StoreError(
            "locked", _("{file} is damaged, but open in another program. Close that program.").format(file=file)
        ) from error
    for part in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            file.with_name(file.name + part).replace(damaged(file).with_name(damaged(file).name + part))
    take_back(file)


def forget(file: Path) -> bool:
    """Removes the damaged file for good; whether there was one. Raises OSError."""
    there = damaged(file).exists()
    for part in ("", "-wal", "-shm"):
        damaged(file).with_name(damaged(file).name + part).unlink(missing_ok=True)
    return there


def _doubt(file: Path) -> Path:
    return file.with_name(f"{file.name}.doubt")


def _release(file: Path) -> Path:
    return file.with_name(f"{file.name}.release")

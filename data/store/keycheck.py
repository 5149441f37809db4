"""What is kept beside the files of a folder to tell what a file that does not open, or holds nothing, cannot tell.

The library gives the same error for a wrong key and for a damaged file. So a value that only the right key gives is
kept: the HMAC-SHA256 of a fixed text, which tells nothing of a key of 256 random bits. Where it is missing, the other
files are asked. And an emptied file looks like one that is being made. So under the value stand the names of the files
that were filled, a line each.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from data.paths import write_private

NAME = "store.check"
_TEXT = b"peakasutaja store"


def is_right(file: Path, key: str, opens: Callable[[Path], bool | None]) -> bool | None:
    """Whether `key` belongs to the folder of `file`, which need not be there; None where nothing can tell.

    `opens` says whether a file can be opened with the key, None if it cannot be opened at all. Raises OSError.
    """
    others = _filled(file.parent) - {file}
    kept = _kept(file.parent)
    if kept is None:
        answers = [answer for answer in map(opens, others) if answer is not None]
        return any(answers) if answers else None
    if kept == _value(key):
        return True
    # With no file left, what is kept belongs to those that were there before.
    return False if _filled(file.parent) else None


def remember(file: Path, key: str) -> None:
    """Keeps the name of `file`, which is filled, and the value of the key that opened it. Raises OSError.

    Another value stays where other files may need it.
    """
    kept, value = _kept(file.parent), _value(key)
    names = _names(file.parent)
    if kept is None or (kept != value and not _filled(file.parent) - {file}):
        _write(file.parent, value, names | {file.name})
    elif file.name not in names:
        _write(file.parent, kept, names | {file.name})


def forget(file: Path) -> None:
    """Forgets that `file` was ever filled: it is made anew. Raises OSError."""
    kept, names = _kept(file.parent), _names(file.parent)
    if kept is not None and file.name in names:
        _write(file.parent, kept, names - {file.name})


def is_emptied(file: Path) -> bool:
    """Whether `file` is there without a byte in it, and was filled before. Raises OSError."""
    try:
        return not file.stat().st_size and file.name in _names(file.parent)
    except FileNotFoundError:
        return False


def _filled(folder: Path) -> set[Path]:
    return {each for each in folder.glob("*.db") if each.is_file() and each.stat().st_size}


def _kept(folder: Path) -> str | None:
    return next(iter(_lines(folder)), None)


def _names(folder: Path) -> set[str]:
    return set(_lines(folder)[1:])


def _lines(folder: Path) -> list[str]:
    try:
        return (folder / NAME).read_text(encoding="ascii").split()
    except (FileNotFoundError, UnicodeDecodeError):
        return []


def _write(folder: Path, value: str, names: set[str]) -> None:
    write_private(folder / NAME, "\n".join([value, *sorted(names)]).encode())


def _value(key: str) -> str:
    # Imported here: a desk that only reads does not need it.
    import hmac

    return hmac.digest(bytes.fromhex(key), _TEXT, "sha256").hex()

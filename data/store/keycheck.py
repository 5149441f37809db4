"""Whether a key is the right one for the files of a folder, told without the file that does not open.

The library gives the same error for a wrong key and for a damaged file. So a value that only the right key gives is
kept beside the files: the HMAC-SHA256 of a fixed text, which tells nothing of a key of 256 random bits. Where it is
missing, the other files are asked.
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
    """Keeps the value of a key that has opened `file`, unless one is kept that other files may need. Raises OSError."""
    kept, value = _kept(file.parent), _value(key)
    if kept is None or (kept != value and not _filled(file.parent) - {file}):
        write_private(file.with_name(NAME), value.encode())


def _filled(folder: Path) -> set[Path]:
    return {each for each in folder.glob("*.db") if each.is_file() and each.stat().st_size}


def _kept(folder: Path) -> str | None:
    try:
        return (folder / NAME).read_text(encoding="ascii").strip() or None
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _value(key: str) -> str:
    # Imported here: a desk that only reads does not need it.
    import hmac

    return hmac.digest(bytes.fromhex(key), _TEXT, "sha256").hex()

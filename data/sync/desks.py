"""Which desks are open: one file a desk, touched while it lives. A sync that a desk started ends after the last."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from data.paths import Places, make_private_dir

TOUCH_SECONDS = 10.0
"""How often a desk touches its file."""
STALE_SECONDS = 30.0
"""A file older than this belongs to a desk that is gone."""
GRACE_SECONDS = 60.0
"""How long a sync goes on after the last desk was seen."""


def touch(places: Places) -> None:
    """Says that the desk in this process lives."""
    make_private_dir(places.data_dir)
    make_private_dir(places.desks)
    _own_file(places).touch(mode=0o600)


def ask_for_poll(places: Places) -> None:
    """Asks the sync to poll every source now instead of at its next turn. Raises OSError."""
    places.wish.touch(mode=0o600)


def leave(places: Places) -> None:
    """Says that the desk in this process has closed."""
    with suppress(OSError):
        _own_file(places).unlink(missing_ok=True)


def is_any_open(places: Places, now: float | None = None) -> bool:
    """Whether a desk was alive at `now` (real epoch seconds); files of desks long gone are removed."""
    now = time.time() if now is None else now
    is_open = False
    with suppress(OSError):
        for file in places.desks.iterdir():
            age = now - file.stat().st_mtime
            # A file from a time to come was touched before the clock was set back: a desk that lives touches it again.
            is_open = is_open or abs(age) < STALE_SECONDS
            if age > 100 * STALE_SECONDS:
                file.unlink(missing_ok=True)
    return is_open


def _own_file(places: Places) -> Path:
    return places.desks / str(os.getpid())

"""A fault of the program itself, told without the values that it met: they may be personal data."""

from __future__ import annotations

import os
import traceback

from data.language import _
from data.rules.mask import mask_text
from data.text import clean_line

WANTED = "PEAKASUTAJA_DEBUG"
"""The environment variable that asks for whole tracebacks."""


def is_debugging() -> bool:
    """Whether the person asked for whole tracebacks."""
    return bool(os.environ.get(WANTED))


def fault_text(error: BaseException) -> str:
    """What happened and where, for a report to whoever keeps the program."""
    frames = traceback.extract_tb(error.__traceback__)
    place = " ← ".join(
        f"{frame.filename.replace(os.sep, '/').rpartition('/')[2]}:{frame.lineno}" for frame in frames[-4:][::-1]
    )
    return _(
        "The program met a fault of its own: {kind} ({place}). {text}\n"
        "Please report it. PEAKASUTAJA_DEBUG=1 shows everything; do not send that on without looking through it."
    ).format(kind=type(error).__name__, place=place, text=mask_text(clean_line(str(error), 200)))

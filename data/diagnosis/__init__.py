"""What works and what does not, one finding a line, with what to do about it. Holds no secrets and no personal data."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from data.language import _


class Level(StrEnum):
    """How a finding is meant."""

    GOOD = "good"
    WARNING = "warning"
    """Works, but had better be changed."""
    BAD = "bad"
    SKIPPED = "skipped"
    """Not configured, or cannot be looked at before something else is put right."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis."""

    level: Level
    subject: str
    text: str
    advice: str = ""
    """What to do; empty where nothing is to be done."""


def is_bad(findings: Iterable[Finding]) -> bool:
    """Whether any finding stands in the way."""
    return any(finding.level is Level.BAD for finding in findings)


def good(subject: str, text: str) -> Finding:
    """Something that works."""
    return Finding(Level.GOOD, subject, text)


def warning(subject: str, text: str, advice: str = "") -> Finding:
    """Something that works, but had better be changed."""
    return Finding(Level.WARNING, subject, text, advice)


def bad(subject: str, text: str, advice: str = "") -> Finding:
    """Something that does not work."""
    return Finding(Level.BAD, subject, text, advice)


def skipped(subject: str, text: str) -> Finding:
    """Something that was not looked at."""
    return Finding(Level.SKIPPED, subject, text)


def broken(subject: str, error: Exception) -> Finding:
    """A look that met a fault of the program itself, by its kind and place: its own words may quote what it read."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    told = _("could not be looked at: the program met a fault of its own ({kind}, {place}).").format(
        kind=type(error).__name__, place=f"{PurePath(last.filename).name}:{last.lineno}"
    )
    return bad(subject, told, _("Please report it to whoever keeps the program."))

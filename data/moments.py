"""Moments and spans as they stand in sentences that leave the desk, in Estonian time."""

from __future__ import annotations

from data.clock import tallinn
from data.language import _


def moment_words(at_ms: int) -> str:
    """A moment (UTC epoch milliseconds): 4.12.2026 at 09:14."""
    at = tallinn(at_ms)
    return _("{day} at {time}").format(day=f"{at.day}.{at:%m.%Y}", time=f"{at:%H:%M}")


def day_time_words(at_ms: int) -> str:
    """The same without the year: 4.12 at 09:14."""
    at = tallinn(at_ms)
    return _("{day} at {time}").format(day=f"{at.day}.{at:%m}", time=f"{at:%H:%M}")


def time_words(at_ms: int) -> str:
    """The time of day alone: 09:14."""
    return f"{tallinn(at_ms):%H:%M}"


def stamp_words(at_ms: int) -> str:
    """Day and time to the second, as short as a line of a log wants it: 4.12 09:14:21."""
    at = tallinn(at_ms)
    return f"{at.day}.{at.month} {at:%H:%M:%S}"


def span_words(span_ms: int) -> str:
    """A span as it is said: 3 h 5 min."""
    minutes = round(span_ms / 60_000)
    if minutes < 1:
        return _("less than a minute")
    hours, rest = divmod(minutes, 60)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=rest) if hours else _("{n} min").format(n=rest)

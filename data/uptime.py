"""How much of a time a service worked, as it is kept and shown. Times are UTC epoch milliseconds, ends left out."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

LEAST_COVERAGE = 0.9
"""Share of the time that must have been measured before an uptime is told (facts on service status)."""


class Sums(NamedTuple):
    """How long what was so, in milliseconds."""

    scheduled_ms: int = 0
    """How long there was something to be measured."""
    up_ms: int = 0
    """Slow answers among it."""
    down_ms: int = 0
    maintenance_ms: int = 0

    @property
    def coverage(self) -> float:
        """Share of the scheduled time that is known, 0 to 1."""
        known = self.up_ms + self.down_ms + self.maintenance_ms
        return known / self.scheduled_ms if self.scheduled_ms else 0.0

    @property
    def measured_uptime(self) -> float | None:
        """Share of the measured time in which it worked, 0 to 1, however little that was; None for none."""
        measured = self.up_ms + self.down_ms
        return self.up_ms / measured if measured else None

    @property
    def uptime(self) -> float | None:
        """The share to be told; None where too little was measured, or nothing outside maintenance."""
        return self.measured_uptime if self.coverage >= LEAST_COVERAGE else None


def added(*several: Sums) -> Sums:
    """All of them together."""
    return Sums(*map(sum, zip(*several, strict=True))) if several else Sums()


def less(whole: Sums, part: Sums) -> Sums:
    """What is left of `whole` without `part`."""
    return Sums(*(mine - taken for mine, taken in zip(whole, part, strict=True)))


class Period(StrEnum):
    """Spans for which uptime is told: the last 24 hours by the hour, the last days with today by the day."""

    DAY = "24 h"
    WEEK = "7 d"
    MONTH = "30 d"
    QUARTER = "90 d"


class Bar(NamedTuple):
    """One hour or one day of a period."""

    start_ms: int
    sums: Sums


class Uptime(NamedTuple):
    """A service through one period."""

    period: Period
    sums: Sums
    """Round the clock."""
    working: Sums
    """In working hours, as they were when it was measured."""
    bars: tuple[Bar, ...]
    """Each hour or day of the period, also those in which there was nothing to be measured; oldest first."""


class Latency(NamedTuple):
    """How long good answers took within some minutes."""

    start_ms: int
    mean_ms: float | None
    """None where there was none."""


class Measured(NamedTuple):
    """What was measured of one service."""

    since_ms: int | None = None
    """The first look; None if there was none yet."""
    uptimes: tuple[Uptime, ...] = ()
    latencies: tuple[Latency, ...] = ()
    """The last 24 hours, oldest first."""

"""Planned maintenance, and results that are too old: what lies over a measured state, and ends by the clock.

Rules (facts on service status, "The engine"): maintenance overlays the state and ends by the clock; a service that was
not looked at for three of its intervals is unknown. *Unknown* never resolves an outage.
"""

from __future__ import annotations

from collections.abc import Iterable

from data.model import Maintenance, ServiceState

INTERVALS_TO_UNKNOWN = 3
LEAST_AGE_MS = 60_000
"""A computer that was busy for a while has not lost sight of what it looks at every second."""


def in_force(windows: Iterable[Maintenance], now_ms: int) -> Maintenance | None:
    """The maintenance that is on; of several the one that ends last."""
    return max((each for each in windows if each.start_ms <= now_ms < each.end_ms), key=_end, default=None)


def is_outdated(state: ServiceState, checked_ms: int, interval_ms: int, now_ms: int) -> bool:
    """Whether `state` was measured too long ago to be told."""
    age_ms = now_ms - checked_ms
    is_told = state not in (ServiceState.DOWN, ServiceState.FLAPPING, ServiceState.UNKNOWN)
    return is_told and age_ms > max(LEAST_AGE_MS, INTERVALS_TO_UNKNOWN * interval_ms)


def _end(window: Maintenance) -> int:
    return window.end_ms

"""Whether it is our own network that is gone, and not everybody else at once.

Rule (facts on service status, "The engine"): where most of what has nothing to do with each other cannot be reached
within half a minute, that is one incident of ours, and of the rest nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

SHARE = 0.6
WINDOW_MS = 30_000
LEAST_HOSTS = 3
"""Fewer say nothing: two services may well be down at once."""
NOT_REACHED = ("timeout", "unreachable", "dns")
"""Causes of a failure for which no computer has answered; a refusal is an answer."""


class Reach(NamedTuple):
    """The last try to reach a host. `at_ms` is in UTC epoch milliseconds."""

    at_ms: int
    is_reached: bool


def is_cut_off(reaches: Mapping[str, Reach], now_ms: int) -> bool:
    """Whether so many of the hosts tried lately could not be reached that it must be our own network."""
    fresh = [each for each in reaches.values() if abs(now_ms - each.at_ms) <= WINDOW_MS]
    lost = sum(not each.is_reached for each in fresh)
    return len(fresh) >= LEAST_HOSTS and lost >= SHARE * len(fresh)

"""When a source is polled next: pure arithmetic in real seconds."""

from __future__ import annotations

from dataclasses import dataclass

from data.clock import Clock

LEAST_SECONDS = 0.5
"""However fast the domain's clock runs, no source is asked more often."""
MOST_BACK_OFF = 900.0
"""Seconds after which a source that keeps failing is tried again at the latest (or its interval, if longer)."""
REFUSED_SECONDS = 30.0
"""The least pause after a refusal of the person: some servers lock an account after a few of them."""
_REFUSALS = ("auth", "captcha")
NETWORK_SECONDS = 10.0
"""While our own network is gone: nobody is troubled by our trying, and it may be back at any moment."""
JITTER = 0.05
BACK_OFF_JITTER = 0.25
"""A server that was down for everybody is not asked by everybody in the same moment."""


@dataclass(slots=True)
class Schedule:
    """One source's rhythm: its interval after a good poll, doubling pauses while it fails.

    `interval` is in seconds of `clock`, which in a demo may run fast, or stand still: then real seconds count.
    """

    interval: float
    clock: Clock
    failures: int = 0

    def after_success(self, chance: float, wait: float | None = None) -> float:
        """Real seconds to the next poll; `chance` in [0, 1) spreads them by ±5 %, so that sources do not march.

        `wait` is how many seconds of `clock` the source itself wishes to wait, where it has a rhythm of its own.
        """
        self.failures = 0
        if wait is not None:
            return max(0.0, self.clock.real_seconds(wait * 1000) if self.clock.speed else wait)
        return max(self._real(self.interval) * (1 + JITTER * (2 * chance - 1)), LEAST_SECONDS)

    def after_failure(self, code: str, retry_after: float | None, chance: float) -> float:
        """Real seconds to the next try after `code` (of `SourceError`); never sooner than the server asked for."""
        if code == "network":
            return self._real(NETWORK_SECONDS)
        self.failures += 1
        interval = self._real(self.interval)
        pause = min(interval * 2.0 ** min(self.failures - 1, 30), max(MOST_BACK_OFF, interval))
        if code in _REFUSALS:
            pause = max(pause, min(REFUSED_SECONDS, 10 * interval))
        return max(max(pause, retry_after or 0.0) * (1 + BACK_OFF_JITTER * chance), LEAST_SECONDS)

    def _real(self, seconds: float) -> float:
        return max(self.clock.real_seconds(seconds * 1000) if self.clock.speed else seconds, LEAST_SECONDS)

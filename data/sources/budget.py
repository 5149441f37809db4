"""What one host may be asked, and how soon: shared by everything that speaks to it.

A pause that a server asked one source for is kept by all of them, and a bucket of tokens that runs dry is not drawn
from until the server fills it again. Jira Data Center tells the bucket with every answer (`X-RateLimit-Remaining`,
`-FillRate` tokens every `-Interval-Seconds`, https://confluence.atlassian.com/doc/992678779.html).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

from data.language import _
from data.sources.batch import SourceError

AT_ONCE = 4
"""Requests of one kind under way to a host at the same moment."""
LONGEST_WAIT = 5.0
"""Seconds that a request waits for its turn; a longer pause is told, and the source comes back after it."""
LONGEST_PAUSE = 86_400.0
"""Seconds of pause that a server is granted at most."""
LONGEST_OUTAGE = 3_600.0
"""The same for the others on a host that one of them found out of order: a check is to see that it is back."""
_MOST_DIGITS = 9
"""A number of seconds with more of them, some thirty years, is no pause but a mistake."""
UNTOLD_PAUSE = 30.0
"""Seconds of pause after a 429 that names none."""


class PausedError(SourceError):
    """The host wants a pause of so many seconds."""

    def __init__(self, host: str, seconds: float) -> None:
        words = _("{host} asks for a pause, because too much was asked of it. The desk tries again by itself.")
        super().__init__("paused", words.format(host=host), seconds)


class HostBudget:
    """One host. Times are seconds of `now`, a clock that only runs forward."""

    def __init__(self, host: str, now: Callable[[], float] = time.monotonic) -> None:
        self._host = host
        self._now = now
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._under_way = 0
        self._paused_until = float("-inf")
        self._tokens: float | None = None
        """What is left in the server's bucket; None where it has told of none."""
        self._refill, self._refilled_at = 1.0, 0.0

    @asynccontextmanager
    async def turn(self, lane: str = "") -> AsyncGenerator[None, None]:
        """Holds one of the places of `lane`: a check waits for no page. Raises PausedError for a long pause."""
        async with self._lanes.setdefault(lane, asyncio.Semaphore(AT_ONCE)):
            while (wait := self.wait_seconds()) > 0:
                if wait > LONGEST_WAIT:
                    raise PausedError(self._host, wait)
                await asyncio.sleep(wait)
            if self._tokens is not None:
                self._tokens -= 1
            self._under_way += 1
            try:
                yield
            finally:
                self._under_way -= 1

    def wait_seconds(self) -> float:
        """For how long nothing more may be asked."""
        now = self._now()
        if self._tokens is not None and self._tokens < 1 and now >= self._refilled_at:
            self._tokens = self._refill
        is_dry = self._tokens is not None and self._tokens < 1
        return max(self._paused_until - now, self._refilled_at - now if is_dry else 0.0, 0.0)

    def learn(self, status: int, headers: Mapping[str, str]) -> None:
        """Takes in what the answer to a request that still holds its turn says of pauses and tokens."""
        pause = pause_seconds(headers)
        if status == 429:
            self._pause(pause or UNTOLD_PAUSE)
        elif status == 503 and pause:
            self._pause(min(pause, LONGEST_OUTAGE))
        left = _number(headers, "x-ratelimit-remaining")
        if left is None:
            return
        self._refill = max(_number(headers, "x-ratelimit-fillrate") or 1.0, 1.0)
        # The others under way may not have been counted yet.
        self._tokens = left - max(self._under_way - 1, 0)
        if self._tokens < 1:
            interval = min(_number(headers, "x-ratelimit-interval-seconds") or 1.0, LONGEST_PAUSE)
            self._refilled_at = self._now() + (pause or interval)

    def _pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, self._now() + seconds)


class Budgets:
    """The budgets of all hosts, for the sources of one process."""

    def __init__(self) -> None:
        self._hosts: dict[str, HostBudget] = {}

    def of(self, host: str) -> HostBudget:
        """The one budget of `host`."""
        return self._hosts.setdefault(host.casefold(), HostBudget(host))


def pause_seconds(headers: Mapping[str, str]) -> float | None:
    """The pause that `Retry-After` asks for (RFC 9110, 10.2.3), at most a day; None without one that makes sense.

    A moment is measured against the server's own `Date`, because our clock, or its, may be wrong.
    """
    value = headers.get("retry-after", "").strip()
    try:
        if value.isdecimal() and len(value) <= _MOST_DIGITS:
            seconds = float(value)
        else:
            told = headers.get("date", "")
            now = parsedate_to_datetime(told).timestamp() if told else time.time()
            seconds = parsedate_to_datetime(value).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    value = headers.get(name, "").strip()
    return float(value) if value.isdecimal() and len(value) <= _MOST_DIGITS else None

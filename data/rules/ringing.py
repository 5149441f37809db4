"""When the desk calls the person: once for each new critical fault, not at night, and not without end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import time
from typing import NamedTuple

from data.clock import tallinn
from data.model import Service, ServiceState

LIMIT = 3
"""Calls within an hour; who has not heard three will not hear more."""
_HOUR_MS = 3_600_000
_OVER = (ServiceState.UP, ServiceState.DEGRADED, ServiceState.MAINTENANCE)


class Quiet(NamedTuple):
    """Hours in which nobody is called, in Estonian time; they may go past midnight."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        """Whether `at` lies within."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def quiet_hours(text: str) -> Quiet:
    """`22:00-07:00` as hours; raises ValueError."""
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError(text)
    return Quiet(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))


class Ringer:
    """Remembers for which faults it has called."""

    def __init__(self, quiet: Sequence[Quiet] = ()) -> None:
        self._quiet = quiet
        self._known: set[str] | None = None
        self._rung: deque[int] = deque(maxlen=LIMIT)

    def called_for(self, services: Iterable[Service], now_ms: int) -> tuple[str, ...]:
        """Names of the services for which to call now, at `now_ms` (UTC epoch milliseconds); empty for none.

        What is down when it is first asked is no news: the person has just opened the desk. A fault is over when its
        service is known to work: neither the unknown nor flapping makes the same fault a new one.
        """
        watched = [each for each in services if each.is_critical]
        down = {each.name for each in watched if each.state is ServiceState.DOWN and not each.roots}
        over = {each.name for each in watched if each.state in _OVER}
        known = self._known
        self._known = down if known is None else (known - over) | down
        new = () if known is None else tuple(each.name for each in watched if each.name in down - known)
        if not new or self._is_silent(now_ms):
            return ()
        self._rung.append(now_ms)
        return new

    def _is_silent(self, now_ms: int) -> bool:
        at = tallinn(now_ms).time()
        is_worn_out = len(self._rung) == LIMIT and 0 <= now_ms - self._rung[0] < _HOUR_MS
        return is_worn_out or any(each.holds(at) for each in self._quiet)

"""When each check is looked at: in a slot of its own within its interval, so that checks do not march together.

Rules (facts on service status, "The engine"): the slot is chosen by the check's name and moved a little each time; one
that is missed is skipped; a look in doubt is repeated soon. All times are UTC epoch milliseconds of the domain's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from zlib import crc32

from data.checks.base import Check

JITTER = 0.05
"""By how much of the interval a slot is moved, either way."""
_LEAST_PAUSE = 0.25
"""Of the interval: a slot that comes sooner after a look out of turn is skipped."""


class Turns:
    """The turns of all checks; the first of each has come at once."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self._checks = {check.name: check for check in checks}
        self._place = {check.name: place for place, check in enumerate(checks)}
        self._due: dict[str, int] = {}
        """When each has its turn; the heap may hold others, which are forgotten."""
        self._heap: list[tuple[int, str]] = []
        self._seen_ms = 0
        self.have_come()

    def have_come(self, names: Iterable[str] | None = None) -> None:
        """Gives the checks of these names, or all, their turn now."""
        for name in self._checks if names is None else names:
            self._due[name] = 0
        self._heap = [(due_ms, name) for name, due_ms in self._due.items()]
        heapify(self._heap)

    def take(self, now_ms: int) -> list[Check]:
        """The checks whose turn has come by `now_ms`, each with its next turn set."""
        if now_ms < self._seen_ms:
            self.have_come()  # the clock was set back: what is planned may be far off
        self._seen_ms = now_ms
        taken = []
        while self._heap and self._heap[0][0] <= now_ms:
            due_ms, name = heappop(self._heap)
            if self._due[name] == due_ms:
                check = self._checks[name]
                taken.append(check)
                self._set(name, slot_after(check, now_ms + round(check.interval * 1000 * _LEAST_PAUSE)))
        return sorted(taken, key=lambda check: self._place[check.name])

    def hurry(self, name: str, at_ms: int) -> None:
        """Sees to it that a check has its turn at `at_ms` or before."""
        if at_ms < self._due[name]:
            self._set(name, at_ms)

    def next_ms(self) -> int | None:
        """When the next turn comes; None where there are no checks."""
        while self._heap and self._due[self._heap[0][1]] != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _set(self, name: str, due_ms: int) -> None:
        self._due[name] = due_ms
        heappush(self._heap, (due_ms, name))


def slot_after(check: Check, after_ms: int) -> int:
    """The first slot of `check` that is later than `after_ms`."""
    interval = max(1, round(check.interval * 1000))
    phase = _number(check.rhythm) % interval
    number = (after_ms - phase) // interval
    slots = (phase + each * interval + _moved(check, each, interval) for each in range(number, number + 3))
    return next(slot for slot in slots if slot > after_ms)


def _moved(check: Check, number: int, interval: int) -> int:
    reach = int(interval * JITTER)
    return _number(f"{check.rhythm} {number}") % (2 * reach + 1) - reach


def _number(text: str) -> int:
    return crc32(text.encode())

"""SLA clocks of the maintenance project, computed from the change log as the service desk does.

Critical and high tickets run round the clock, the others in working time. The response clock stops when a ticket
leaves *Uus*; the resolution clock stands while it waits and stops when it is resolved.
"""

from __future__ import annotations

from dataclasses import dataclass

from data.simulator import catalog
from data.simulator.issue import Issue
from data.simulator.worktime import HOUR, is_working, moment, worked

RESPONSE_GOALS = {"1": 1 * HOUR, "2": 4 * HOUR, "3": 18 * HOUR, "4": 36 * HOUR}
RESOLUTION_GOALS = {"1": 8 * HOUR, "2": 72 * HOUR, "3": 162 * HOUR}
"""Milliseconds by priority; the lowest has no resolution clock."""
_ROUND_THE_CLOCK = frozenset("12")


@dataclass(frozen=True, slots=True)
class Cycle:
    """One run of one clock; `stop_ms` is None while it runs, `breach_ms` while it is paused or already stopped."""

    start_ms: int
    stop_ms: int | None
    breach_ms: int | None
    goal: int
    elapsed: int
    paused: bool
    within_hours: bool

    @property
    def breached(self) -> bool:
        """Whether more was used than the goal allows."""
        return self.elapsed > self.goal


def response_cycle(issue: Issue, now_ms: int) -> Cycle:
    """The clock until somebody takes the ticket."""
    stop = next((at for at, status in _statuses(issue) if status != catalog.NEW.id), None)
    return _cycle(issue, RESPONSE_GOALS[issue.priority], [(issue.created_ms, stop)], stop, now_ms)


def resolution_cycle(issue: Issue, now_ms: int) -> Cycle | None:
    """The clock until the ticket is resolved; None when its priority has none."""
    goal = RESOLUTION_GOALS.get(issue.priority)
    if goal is None:
        return None
    runs: list[tuple[int, int | None]] = []
    began: int | None = issue.created_ms
    for at, status in _statuses(issue):
        stands = status in (catalog.WAITING.id, catalog.RESOLVED.id, catalog.CLOSED.id)
        if stands and began is not None:
            runs.append((began, at))
            began = None
        elif not stands and began is None:
            began = at
    if began is not None:
        runs.append((began, None))
    return _cycle(issue, goal, runs, issue.resolved_ms, now_ms)


def _statuses(issue: Issue) -> list[tuple[int, str]]:
    return [
        (change.at_ms, item.after or "") for change in issue.changes for item in change.items if item.field == "status"
    ]


def _cycle(issue: Issue, goal: int, runs: list[tuple[int, int | None]], stop: int | None, now_ms: int) -> Cycle:
    always = issue.priority in _ROUND_THE_CLOCK
    used = sum(_used(begin, now_ms if end is None else end, always) for begin, end in runs)
    running = stop is None and bool(runs) and runs[-1][1] is None
    breach = None
    if running:
        begin = runs[-1][0]
        before = used - _used(begin, now_ms, always)
        breach = begin + goal - before if always else moment(worked(begin) + goal - before)
    paused = stop is None and not running
    return Cycle(issue.created_ms, stop, breach, goal, used, paused, always or is_working(now_ms))


def _used(begin_ms: int, end_ms: int, always: bool) -> int:
    return max(0, end_ms - begin_ms if always else worked(end_ms) - worked(begin_ms))

"""How much of a time a service worked, from looks at it: weighted by time, and never of what was not measured.

Rules (facts on service status, "The engine"): uptime = up ÷ (scheduled − maintenance − unknown), told with its
coverage, and not told below 90 % of it. What a look found holds until the next look, at most for three intervals of the
check; what comes after that was not measured. Slow is up. Planned maintenance lies over whatever was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from data.model import Maintenance, Outcome
from data.rules.maintenance import INTERVALS_TO_UNKNOWN, LEAST_AGE_MS
from data.uptime import Sums

Look = tuple[int, Outcome]
"""When it was looked (UTC epoch milliseconds), and what was found."""


class Span(NamedTuple):
    """A time through which one thing was so; the end is no part of it. UTC epoch milliseconds."""

    start_ms: int
    end_ms: int
    outcome: Outcome


def hold_ms(interval_ms: int) -> int:
    """For how long a look of a check made every `interval_ms` tells how its service is, at most."""
    return max(LEAST_AGE_MS, INTERVALS_TO_UNKNOWN * interval_ms)


def spans(
    looks: Iterable[Look], windows: Sequence[Maintenance], start_ms: int, end_ms: int, hold_ms: int
) -> list[Span]:
    """What was so from `start_ms` to `end_ms` (the end left out), without holes; neighbours differ.

    `looks` are in the order of time and may begin before `start_ms`: the last of those tells how it began. What was
    not measured is unknown.
    """
    found = _joined(_cut(_held(looks, end_ms, hold_ms), start_ms, end_ms))
    return _joined(_overlaid(found, windows)) if windows else found


def summed(found: Iterable[Span], scheduled_ms: int) -> Sums:
    """How long what was so in `found`, of `scheduled_ms` milliseconds."""
    totals = dict.fromkeys(Outcome, 0)
    for start_ms, end_ms, outcome in found:
        totals[outcome] += end_ms - start_ms
    up_ms = totals[Outcome.OK] + totals[Outcome.DEGRADED]
    return Sums(scheduled_ms, up_ms, totals[Outcome.FAIL], totals[Outcome.MAINTENANCE])


def within(found: Iterable[Span], start_ms: int, end_ms: int) -> Iterator[Span]:
    """The parts of `found` that lie between two moments (UTC epoch milliseconds)."""
    for span in found:
        start, end = max(span.start_ms, start_ms), min(span.end_ms, end_ms)
        if start < end:
            yield Span(start, end, span.outcome)


def _held(looks: Iterable[Look], end_ms: int, hold_ms: int) -> Iterator[Span]:
    for (at_ms, outcome), (next_ms, _next) in pairwise((*looks, (end_ms, Outcome.UNKNOWN))):
        yield Span(at_ms, min(next_ms, at_ms + hold_ms, end_ms), outcome)


def _cut(found: Iterable[Span], start_ms: int, end_ms: int) -> Iterator[Span]:
    """`found` between the two moments, with the holes as spans of the unknown."""
    reached = start_ms
    for span in within(found, start_ms, end_ms):
        if span.start_ms > reached:
            yield Span(reached, span.start_ms, Outcome.UNKNOWN)
        yield span
        reached = span.end_ms
    if reached < end_ms:
        yield Span(reached, end_ms, Outcome.UNKNOWN)


def _joined(found: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in found:
        if joined and joined[-1].outcome is span.outcome:
            joined[-1] = joined[-1]._replace(end_ms=span.end_ms)
        else:
            joined.append(span)
    return joined


def _overlaid(found: Iterable[Span], windows: Sequence[Maintenance]) -> Iterator[Span]:
    """`found`, with maintenance wherever a window is open."""
    for span in found:
        reached = span.start_ms
        for window in sorted(windows):
            start, end = max(window.start_ms, reached), min(window.end_ms, span.end_ms)
            if start < end:
                if reached < start:
                    yield Span(reached, start, span.outcome)
                yield Span(start, end, Outcome.MAINTENANCE)
                reached = end
        if reached < span.end_ms:
            yield Span(reached, span.end_ms, span.outcome)

"""The state of a service from its results, one result at a time.

Rules (facts on service status, "The engine"): three failures in a row make it down, two good answers in a row end an
outage or slowness, three slow ones of the last five answers make it degraded, three unmeasured in a row make it
unknown. *Unknown* means that we could not measure: it never resolves an outage and never resets a count. Out of the
unknown one good answer is enough, since there is no other state for it to disprove; slowness and outages need as
many looks there as anywhere. What a look says and does not prove yet is a *doubt*: it is told, and settled quickly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from data.model import CheckResult, Doubt, Outcome, ServiceState, Transition

FAILS_TO_DOWN = 3
OKS_TO_UP = 2
SLOW_TO_DEGRADED = 3
SLOW_WINDOW = 5
UNKNOWNS_TO_UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Watch:
    """What the rules remember of a service between two results. Times are UTC epoch milliseconds.

    Counts stop at the figure that decides, so that a service in a steady state has a steady memory.
    """

    state: ServiceState = ServiceState.UNKNOWN
    since_ms: int | None = None
    fails: int = 0
    first_fail_ms: int = 0
    oks: int = 0
    first_ok_ms: int = 0
    unknowns: int = 0
    first_unknown_ms: int = 0
    slow: tuple[int, ...] = ()
    """For each of the last five answers or failures, when it was slow; 0 when it was not."""

    def doubt(self, reason: str = "") -> Doubt | None:
        """What the last look, whose cause is `reason`, says against the state; None where it agrees."""
        state, slow = self.state, self.slow
        if self.unknowns:
            is_moved = state in (ServiceState.UP, ServiceState.DEGRADED)
            return Doubt(ServiceState.UNKNOWN, self.unknowns, UNKNOWNS_TO_UNKNOWN, reason) if is_moved else None
        if self.fails and state is not ServiceState.DOWN:
            return Doubt(ServiceState.DOWN, self.fails, FAILS_TO_DOWN, reason)
        if any(slow[-1:]) and state is not ServiceState.DEGRADED:
            return Doubt(ServiceState.DEGRADED, sum(map(bool, slow)), SLOW_TO_DEGRADED, reason)
        if self.oks and state in (ServiceState.DOWN, ServiceState.DEGRADED):
            return Doubt(ServiceState.UP, self.oks, OKS_TO_UP, reason)
        return None

    @property
    def is_urgent(self) -> bool:
        """Whether the next look should come soon: an outage may have begun or ended, or nothing is known yet.

        One slow answer of a service that is up is no reason to hurry: slowness is a matter of five looks.
        """
        doubt = self.doubt()
        if doubt is None or doubt.state is ServiceState.UNKNOWN:
            return False
        return doubt.state is ServiceState.DOWN or self.state in (ServiceState.DOWN, ServiceState.UNKNOWN)


def advance(watch: Watch, result: CheckResult) -> tuple[Watch, Transition | None]:
    """What is remembered after `result`, and the change of state if it brought one.

    A transition's time is when the state *started*: the first result of the run that proved it. It is never earlier
    than the transition before, because the history is read in the order of time.
    """
    counted = _count(watch, result)
    state, started_ms = _judge(counted)
    if state is watch.state and watch.since_ms is not None:
        return counted, None
    if state is ServiceState.UNKNOWN and watch.since_ms is None and counted.unknowns < UNKNOWNS_TO_UNKNOWN:
        return counted, None
    at_ms = started_ms if watch.since_ms is None else max(started_ms, watch.since_ms + 1)
    reason = "" if state is ServiceState.UP else result.reason
    after = replace(counted, state=state, since_ms=at_ms, slow=())
    if state is ServiceState.UNKNOWN:
        # The good answers of before must not date the recovery that comes after the gap.
        after = replace(after, oks=0, first_ok_ms=0)
    return after, Transition(at_ms, state, reason)


def recalled(state: ServiceState, since_ms: int | None, looks: Iterable[tuple[int, Outcome]]) -> Watch:
    """The memory of a service in `state` since `since_ms`, from its looks (times in milliseconds), oldest first.

    As good as the one that was kept while they were made, in all that a doubt is told from.
    """
    watch = Watch(state, since_ms)
    for at_ms, outcome in looks:
        watch = _count(watch, CheckResult("", at_ms, outcome, "", None))
    return replace(watch, slow=tuple(at_ms if at_ms >= (since_ms or 0) else 0 for at_ms in watch.slow))


def _count(watch: Watch, result: CheckResult) -> Watch:
    at_ms = result.at_ms
    if result.outcome is Outcome.UNKNOWN:
        first = watch.first_unknown_ms if watch.unknowns else at_ms
        return replace(watch, unknowns=min(watch.unknowns + 1, UNKNOWNS_TO_UNKNOWN), first_unknown_ms=first)
    is_fail, is_ok = result.outcome is Outcome.FAIL, result.outcome is Outcome.OK
    slow = (*watch.slow, at_ms if result.outcome is Outcome.DEGRADED else 0)[-SLOW_WINDOW:]
    return replace(
        watch,
        fails=min(watch.fails + 1, FAILS_TO_DOWN) if is_fail else 0,
        first_fail_ms=(watch.first_fail_ms if watch.fails else at_ms) if is_fail else 0,
        oks=min(watch.oks + 1, OKS_TO_UP) if is_ok else 0,
        first_ok_ms=(watch.first_ok_ms if watch.oks else at_ms) if is_ok else 0,
        unknowns=0,
        first_unknown_ms=0,
        slow=slow if any(slow) else (),
    )


def _judge(watch: Watch) -> tuple[ServiceState, int]:
    """The state that the counts prove, and when it started; the present state when they prove nothing."""
    slow = [at_ms for at_ms in watch.slow if at_ms]
    unmeasured = watch.unknowns >= UNKNOWNS_TO_UNKNOWN
    if watch.fails >= FAILS_TO_DOWN:
        return ServiceState.DOWN, watch.first_fail_ms
    if watch.state is ServiceState.DOWN and unmeasured:
        return ServiceState.DOWN, watch.since_ms or 0
    if unmeasured:
        return ServiceState.UNKNOWN, watch.first_unknown_ms
    if len(slow) >= SLOW_TO_DEGRADED:
        return ServiceState.DEGRADED, slow[0]
    enough = 1 if watch.state is ServiceState.UNKNOWN else OKS_TO_UP
    if watch.oks >= enough and not watch.unknowns:
        return ServiceState.UP, watch.first_ok_ms
    return watch.state, watch.since_ms or 0

"""The state of a service from its results, one result at a time.

Rules (facts on service status, "The engine"): three failures in a row make it down, two good answers in a row end an
outage or slowness, three slow ones of the last five answers make it degraded, three unmeasured in a row make it
unknown. *Unknown* means that we could not measure: it never resolves an outage and never resets a count. Out of the
unknown the first answer decides, good or slow: the service answers, and there is no other state for it to disprove.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.model import CheckResult, Outcome, ServiceState, Transition

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
    is_unknown = watch.state is ServiceState.UNKNOWN
    if is_unknown and any(watch.slow[-1:]) and not watch.unknowns:
        return ServiceState.DEGRADED, watch.slow[-1]
    if watch.oks >= (1 if is_unknown else OKS_TO_UP) and not watch.unknowns:
        return ServiceState.UP, watch.first_ok_ms
    return watch.state, watch.since_ms or 0

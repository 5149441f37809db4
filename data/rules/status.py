"""The state of a service from its results, one result at a time.

Rules (facts on service status, "The engine"): three failures in a row make it down (two make a critical one down), two
good answers in a row end an outage, slowness or maintenance, three slow ones of the last five answers make it degraded,
three unmeasured in a row make it unknown. *Unknown* means that we could not measure: it never resolves an outage and
never resets a count. Out of the unknown one good answer is enough, since there is no other state for it to disprove;
slowness and outages need as many looks there as anywhere. That it is under maintenance is somebody's word, and one is
enough. One that fails and answers by turns is *flapping*: that is one change of state until it is steady again
(`data.rules.flapping`). Where a look is a record or somebody's word, one is enough for all but the unknown. What a look
says and does not prove yet is a *doubt*: it is told, and settled quickly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from data.model import CheckResult, Doubt, Outcome, ServiceState, Transition
from data.rules.flapping import has_settled, is_flapping, remembered

FAILS_TO_DOWN = 3
FAILS_TO_DOWN_CRITICAL = 2
OKS_TO_UP = 2
SLOW_TO_DEGRADED = 3
SLOW_WINDOW = 5
UNKNOWNS_TO_UNKNOWN = 3
_ENDED_BY_ANSWERS = (ServiceState.DOWN, ServiceState.DEGRADED, ServiceState.MAINTENANCE)
_PROVED = {
    Outcome.OK: ServiceState.UP,
    Outcome.DEGRADED: ServiceState.DEGRADED,
    Outcome.FAIL: ServiceState.DOWN,
}
_OUTLASTS_UNKNOWN = (ServiceState.DOWN, ServiceState.FLAPPING)


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
    turns: str = ""
    """The latest answers and failures, as `data.rules.flapping` remembers them."""
    is_critical: bool = False
    """As it is configured."""
    is_certain: bool = False
    """Whether one look proves a state."""

    @property
    def fails_needed(self) -> int:
        """How many failures in a row prove an outage."""
        if self.is_certain:
            return 1
        return FAILS_TO_DOWN_CRITICAL if self.is_critical else FAILS_TO_DOWN

    def doubt(self, reason: str = "") -> Doubt | None:
        """What the last look, whose cause is `reason`, says against the state; None where it agrees."""
        state, slow = self.state, self.slow
        if self.unknowns:
            is_moved = state not in (*_OUTLASTS_UNKNOWN, ServiceState.UNKNOWN)
            return Doubt(ServiceState.UNKNOWN, self.unknowns, UNKNOWNS_TO_UNKNOWN, reason) if is_moved else None
        if state is ServiceState.FLAPPING:
            return None  # no single look says anything against that
        if self.fails and state is not ServiceState.DOWN:
            return Doubt(ServiceState.DOWN, self.fails, self.fails_needed, reason)
        if any(slow[-1:]) and state is not ServiceState.DEGRADED:
            return Doubt(ServiceState.DEGRADED, sum(map(bool, slow)), SLOW_TO_DEGRADED, reason)
        if self.oks and state in _ENDED_BY_ANSWERS:
            return Doubt(ServiceState.UP, self.oks, OKS_TO_UP, reason)
        return None

    @property
    def is_urgent(self) -> bool:
        """Whether the next look should come soon: an outage may have begun or ended, or nothing is known yet.

        One slow answer of a service that is up is no reason to hurry: slowness is a matter of five looks. Whether what
        flaps has settled takes many looks, and so does not wait for its interval either.
        """
        if self.state is ServiceState.FLAPPING:
            return not self.unknowns
        doubt = self.doubt()
        if doubt is None or doubt.state is ServiceState.UNKNOWN:
            return False
        return doubt.state is ServiceState.DOWN or self.state in (ServiceState.DOWN, ServiceState.UNKNOWN)


def advance(watch: Watch, result: CheckResult) -> tuple[Watch, Transition | None]:
    """What is remembered after `result`, and the change of state if it brought one.

    A transition's time is when the state *started*: the first result of the run that proved it; flapping starts when it
    is seen. It is never earlier than the transition before, because the history is read in the order of time.
    """
    counted = _count(watch, result)
    state, started_ms = _judge(counted, result)
    if state is watch.state and watch.since_ms is not None:
        return counted, None
    if state is ServiceState.UNKNOWN and watch.since_ms is None and counted.unknowns < UNKNOWNS_TO_UNKNOWN:
        return counted, None
    at_ms = started_ms if watch.since_ms is None else max(started_ms, watch.since_ms + 1)
    reason = "" if state is ServiceState.UP else result.reason
    after = replace(counted, state=state, since_ms=at_ms, slow=())
    if state in (ServiceState.UNKNOWN, ServiceState.MAINTENANCE):
        # The good answers of before must not date the recovery that comes after it.
        after = replace(after, oks=0, first_ok_ms=0)
    return after, Transition(at_ms, state, reason, result.at_ms)


def recalled(
    state: ServiceState, since_ms: int | None, looks: Iterable[tuple[int, Outcome]], *, is_critical: bool = False
) -> Watch:
    """The memory of a service in `state` since `since_ms`, from its looks (times in milliseconds), oldest first.

    As good as the one that was kept while they were made, in all that a doubt is told from.
    """
    watch = Watch(state, since_ms, is_critical=is_critical)
    for at_ms, outcome in looks:
        watch = _count(watch, CheckResult("", at_ms, outcome, "", None))
    return replace(watch, slow=tuple(at_ms if at_ms >= (since_ms or 0) else 0 for at_ms in watch.slow))


def _count(watch: Watch, result: CheckResult) -> Watch:
    at_ms = result.at_ms
    if result.outcome is Outcome.UNKNOWN:
        first = watch.first_unknown_ms if watch.unknowns else at_ms
        return replace(watch, unknowns=min(watch.unknowns + 1, UNKNOWNS_TO_UNKNOWN), first_unknown_ms=first)
    is_word = result.outcome is Outcome.MAINTENANCE
    is_fail, is_ok = result.outcome is Outcome.FAIL, result.outcome is Outcome.OK
    slow = (*watch.slow, at_ms if result.outcome is Outcome.DEGRADED else 0)[-SLOW_WINDOW:]
    return replace(
        watch,
        fails=min(watch.fails + 1, watch.fails_needed) if is_fail else 0,
        first_fail_ms=(watch.first_fail_ms if watch.fails else at_ms) if is_fail else 0,
        oks=min(watch.oks + 1, OKS_TO_UP) if is_ok else 0,
        first_ok_ms=(watch.first_ok_ms if watch.oks else at_ms) if is_ok else 0,
        unknowns=0,
        first_unknown_ms=0,
        slow=slow if any(slow) else (),
        turns=watch.turns if is_word else remembered(watch.turns, is_fail=is_fail),
    )


def _judge(watch: Watch, last: CheckResult) -> tuple[ServiceState, int]:
    """The state that the counts prove, and when it started; the present state when they prove nothing."""
    present = watch.state, watch.since_ms or 0
    slow = [at_ms for at_ms in watch.slow if at_ms]
    if last.outcome is Outcome.UNKNOWN:
        is_proved = watch.unknowns >= UNKNOWNS_TO_UNKNOWN and watch.state not in _OUTLASTS_UNKNOWN
        return (ServiceState.UNKNOWN, watch.first_unknown_ms) if is_proved else present
    if last.outcome is Outcome.MAINTENANCE:
        return ServiceState.MAINTENANCE, last.at_ms
    if watch.is_certain:
        return _PROVED[last.outcome], min(last.at_ms, last.since_ms or last.at_ms)
    if watch.state is ServiceState.FLAPPING and not has_settled(watch.turns):
        return present
    if watch.state is not ServiceState.FLAPPING and is_flapping(watch.turns):
        return ServiceState.FLAPPING, last.at_ms
    if watch.fails >= watch.fails_needed:
        return ServiceState.DOWN, watch.first_fail_ms
    if len(slow) >= SLOW_TO_DEGRADED:
        return ServiceState.DEGRADED, slow[0]
    enough = 1 if watch.state is ServiceState.UNKNOWN else OKS_TO_UP
    return (ServiceState.UP, watch.first_ok_ms) if watch.oks >= enough else present

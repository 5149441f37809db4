"""SLA clocks from the change log: how long a ticket took to be answered and resolved, and when that is too long.

A clock runs from the creation of the ticket on, in the time that its calendar counts. It waits in the statuses that the
configuration names, and stands from the answer or the resolution on; a ticket that is opened again goes on with its
resolution clock. A status that nobody knows stops nothing: better a clock that calls too early than none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from data.model import ClockKind, ClockRun, SlaClock, StatusCategory, TicketClocks, WorkTime

if TYPE_CHECKING:
    from data.rules.working_calendar import WorkingHours
    from data.sla import Sla, SlaTarget

HOUR_MS = 3_600_000
SAME_MS = 60_000
"""Jira's clock and ours that differ by no more than this tell the same."""
_WORDS = {ClockKind.RESPONSE: ("response", "reageeri", "vasta"), ClockKind.RESOLUTION: ("resol", "lahend")}
_AFTERWARDS = ("after", "pärast")
"""What is measured after an answer or a resolution is another clock."""


class RoundTheClock:
    """The calendar in which every hour counts, also the one that a change of the clocks repeats."""

    def overlap_ms(self, start_ms: int, end_ms: int) -> int:
        """The whole time between."""
        return max(0, end_ms - start_ms)

    def after_ms(self, start_ms: int, work_ms: int) -> int | None:
        """So much later."""
        return start_ms + max(0, work_ms)


class ClockRules(NamedTuple):
    """By what the desk keeps clocks of its own: the configuration, and its working hours."""

    sla: Sla
    hours: WorkingHours

    @property
    def waiting(self) -> frozenset[str]:
        """The casefolded names of the statuses in which clocks wait."""
        return frozenset(name.casefold() for name in self.sla.waiting)


class Standing(Enum):
    """What a status means for the clocks."""

    NEW = "new"
    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"
    UNKNOWN = "unknown"


class Stage(NamedTuple):
    """From when on a ticket stood in a status."""

    at_ms: int
    standing: Standing


class History(NamedTuple):
    """What happened to a ticket, as far as clocks depend on it."""

    created_ms: int
    stages: tuple[Stage, ...]
    """In their order; the first is that of its creation."""
    comment_ms: int | None = None
    """When somebody else than the reporter first commented."""


class Target(NamedTuple):
    """How long a ticket may take, in milliseconds of its calendar; None keeps no clock."""

    response_ms: int | None
    resolution_ms: int | None
    calendar: WorkTime


def standing(name: str, category: StatusCategory | None, waiting: Collection[str]) -> Standing:
    """What a status means; `category` is None for one that Jira has on no list, `waiting` holds casefolded names."""
    if category is StatusCategory.DONE:
        return Standing.DONE
    if name.casefold() in waiting:
        return Standing.WAITING
    if category is None:
        return Standing.UNKNOWN
    return Standing.NEW if category is StatusCategory.NEW else Standing.ACTIVE


def history(
    created_ms: int, first: Standing, moves: Iterable[tuple[int, Standing]], comment_ms: int | None = None
) -> History:
    """The history of a ticket that began as `first`; what seems to have been before its creation was at once."""
    stages = sorted(((max(created_ms, at_ms), after) for at_ms, after in moves), key=lambda stage: stage[0])
    return History(created_ms, (Stage(created_ms, first), *(Stage(*each) for each in stages)), comment_ms)


def target_of(rules: ClockRules, project: str, priority: str, rank: int) -> Target | None:
    """The target of a ticket by its present project and priority; None where the configuration has none."""
    found = _named(rules.sla.target, project, priority, rank)
    if found is None:
        return None
    return Target(
        round(found.response * HOUR_MS) or None,
        round(found.resolution * HOUR_MS) or None,
        RoundTheClock() if found.round_the_clock else rules.hours,
    )


def _named(targets: Sequence[SlaTarget], project: str, priority: str, rank: int) -> SlaTarget | None:
    names = (rank, priority.casefold())
    fitting = [each for each in targets if _folded(each.priority) in names]
    own = [each for each in fitting if project in each.projects]
    return next(iter([*own, *(each for each in fitting if not each.projects)]), None)


def _folded(priority: str | int) -> str | int:
    return priority.casefold() if isinstance(priority, str) else priority


def own_clocks(told: History, target: Target | None, answer: str) -> tuple[SlaClock, ...]:
    """The clocks that the desk keeps for a ticket; `answer` is a `data.sla.Answer`."""
    if target is None:
        return ()
    kept = (
        (ClockKind.RESPONSE, target.response_ms, _answered_ms(told, answer)),
        (ClockKind.RESOLUTION, target.resolution_ms, _resolved_ms(told)),
    )
    return tuple(
        _clock(kind, target_ms, target.calendar, told, stop_ms) for kind, target_ms, stop_ms in kept if target_ms
    )


def _answered_ms(told: History, answer: str) -> int | None:
    """When the ticket was answered; one that is done needs no answer any more."""
    moved = (each.at_ms for each in told.stages[1:] if each.standing not in (Standing.NEW, Standing.UNKNOWN))
    done = (each.at_ms for each in told.stages if each.standing is Standing.DONE)
    moments = [next(done, None)]
    if answer != "comment":
        moments.append(next(moved, None))
    if answer != "status":
        moments.append(told.comment_ms)
    return min((each for each in moments if each is not None), default=None)


def _resolved_ms(told: History) -> int | None:
    """Since when the ticket is done; None for one that is not, or not any more."""
    since = None
    for at_ms, each in told.stages:
        if each is not Standing.DONE:
            since = None
        elif since is None:
            since = at_ms
    return since


def _clock(kind: ClockKind, target_ms: int, calendar: WorkTime, told: History, stop_ms: int | None) -> SlaClock:
    runs = _runs(told.stages, stop_ms)
    used, due_ms = 0, None
    for begin_ms, end_ms in runs:
        if due_ms is None and used < target_ms:
            reached_ms = calendar.after_ms(begin_ms, target_ms - used)
            if reached_ms is not None and (end_ms is None or reached_ms <= end_ms):
                due_ms = reached_ms
        if end_ms is None:
            return SlaClock(kind, ClockRun.RUNNING, target_ms, due_ms, used, begin_ms, calendar=calendar)
        used += calendar.overlap_ms(begin_ms, end_ms)
    is_late = used > target_ms
    if stop_ms is not None:
        return SlaClock(kind, ClockRun.STOPPED, target_ms, due_ms, used, stop_ms, is_late, calendar=calendar)
    since_ms = runs[-1][1] if runs else told.created_ms
    return SlaClock(kind, ClockRun.PAUSED, target_ms, due_ms, used, since_ms, is_late, calendar=calendar)


def _runs(stages: Sequence[Stage], stop_ms: int | None) -> list[tuple[int, int | None]]:
    """From when to when the clock ran; the end of a run that goes on is None."""
    runs: list[tuple[int, int | None]] = []
    began_ms: int | None = None
    for at_ms, each in stages:
        stands = each in (Standing.WAITING, Standing.DONE)
        if stands and began_ms is not None:
            runs.append((began_ms, at_ms))
            began_ms = None
        elif not stands and began_ms is None:
            began_ms = at_ms
    if began_ms is not None:
        runs.append((began_ms, None))
    if stop_ms is None:
        return runs
    return [(begin, stop_ms if end is None else min(end, stop_ms)) for begin, end in runs if begin < stop_ms]


def elapsed_ms(clock: SlaClock, now_ms: int) -> int | None:
    """How much of its time `clock` has used at `now_ms`; None where Jira does not tell."""
    if clock.used_ms is None or clock.run is not ClockRun.RUNNING or clock.calendar is None or clock.since_ms is None:
        return clock.used_ms
    return clock.used_ms + clock.calendar.overlap_ms(clock.since_ms, max(clock.since_ms, now_ms))


def remaining_ms(clock: SlaClock, now_ms: int) -> int | None:
    """How much of its time is left, below 0 once it is over; None where Jira does not tell."""
    used = elapsed_ms(clock, now_ms)
    return None if used is None or clock.target_ms is None else clock.target_ms - used


def is_over(clock: SlaClock, now_ms: int) -> bool:
    """Whether the target is missed at `now_ms`."""
    if clock.run is ClockRun.RUNNING:
        return clock.due_ms is not None and clock.due_ms < now_ms
    return clock.is_late


def forecast_ms(clock: SlaClock, now_ms: int) -> int | None:
    """When the target will be missed if nothing happens to the ticket; None for a clock that stands, or is over."""
    return clock.due_ms if clock.run is ClockRun.RUNNING and not is_over(clock, now_ms) else None


def kind_of(name: str, sla: Sla | None) -> ClockKind:
    """What Jira's clock called `name` measures."""
    folded = name.casefold()
    named = {ClockKind.RESPONSE: sla.response_clock, ClockKind.RESOLUTION: sla.resolution_clock} if sla else {}
    for kind, words in _WORDS.items():
        if called := named.get(kind, "").casefold():
            if folded == called:
                return kind
        elif any(word in folded for word in words) and not any(word in folded for word in _AFTERWARDS):
            return kind
    return ClockKind.OTHER


def nearest(clocks: TicketClocks) -> tuple[int | None, str]:
    """When the first clock that runs is due, and which that is: by Jira's name, or the kind of one of the desk's own.

    Where Jira tells its own clock of a kind, the desk's does not count.
    """
    told = {each.kind for each in clocks.jira} - {ClockKind.OTHER}
    counting = [*clocks.jira, *(each for each in clocks.own if each.kind not in told)]
    running = [
        (each.due_ms, each.name or each.kind.value)
        for each in counting
        if each.run is ClockRun.RUNNING and each.due_ms is not None
    ]
    return min(running, default=(None, ""))


def worth_telling(clocks: TicketClocks) -> tuple[SlaClock, ...]:
    """The clocks of a ticket by kind, Jira's first.

    The desk's own that tells the same as Jira's is left out; what Jira leaves open is then told by the desk's.
    """
    return tuple(
        each
        for kind in ClockKind
        for each in (
            *(_completed(told, clocks.own) for told in clocks.jira if told.kind is kind),
            *(own for own in clocks.own if own.kind is kind and not any(agree(told, own) for told in clocks.jira)),
        )
    )


def _completed(jira: SlaClock, own: Iterable[SlaClock]) -> SlaClock:
    """Jira's clock with the figures of the desk's that tells the same."""
    same = next((each for each in own if agree(jira, each) and _near(jira.target_ms, each.target_ms)), None)
    if same is None:
        return jira
    return jira._replace(used_ms=same.used_ms, since_ms=same.since_ms, calendar=same.calendar)


def agree(jira: SlaClock, own: SlaClock) -> bool:
    """Whether both tell the same of the same: Jira rounds, and the two are read at different moments."""
    if (jira.kind, jira.run) != (own.kind, own.run):
        return False
    if jira.run is ClockRun.RUNNING:
        return _near(jira.due_ms, own.due_ms)
    return _near(jira.used_ms, own.used_ms) and _near(jira.target_ms, own.target_ms)


def _near(one: int | None, other: int | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) <= SAME_MS)

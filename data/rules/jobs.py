"""How a batch job stands by its schedule and by what was seen of its runs: pure functions.

Rules (facts on service status, "The engine"): a run belongs to the planned time before it, and to the next one where
it began a little before that. One that has not begun when its grace is over is *late*, at its cut-off *missed*; one
that goes on at its cut-off is *unfinished*. Of runs that ended, the last one counts; more than one that went well is
*twice*. Until the grace of a planned run is over, the one before it tells how the job stands. Summer time is kept as
cron keeps it: an hour that is left out runs its jobs right after it, an hour that comes twice runs them once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from data.job import JobPlan, JobRun, JobStanding, JobState, JobWatch
from data.rules.working_calendar import clock_time

EARLY_MS = 3_600_000
"""How much before its planned time a run may begin and still be that one, where the plan is not denser."""
KEPT_RUNS = 60
"""Runs that are remembered of a job."""
_EARLY_PART = 4
_STEP_BACK_MS = 3 * 3_600_000
_DAY = timedelta(days=1)
WELL = (JobState.WAITING, JobState.RUNNING)
"""States in which nothing is wrong."""


def schedule_problem(schedule: str, zone: str) -> bool:
    """Whether `schedule` is no schedule of cron, or one that never comes."""
    from cronsim import CronSimError

    try:
        return planned_after(schedule, zone, 0) is None
    except CronSimError:
        return True


def planned_after(schedule: str, zone: str, at_ms: int) -> int | None:
    """The first planned time later than `at_ms`; None where there is none in the next fifty years.

    Raises cronsim.CronSimError for what is no schedule.
    """
    return _planned_after(schedule, zone, at_ms // 60_000)


def planned_by(schedule: str, zone: str, at_ms: int) -> int | None:
    """The last planned time that is not later than `at_ms`; None where there is none in the fifty years before."""
    return _planned_by(schedule, zone, at_ms // 60_000)


# Imported there: reading the configuration asks for none of it.
@lru_cache(maxsize=4096)
def _planned_after(schedule: str, zone: str, minute: int) -> int | None:
    from cronsim import CronSim

    at_ms = minute * 60_000
    start, before = (datetime.fromtimestamp(each / 1000, ZoneInfo(zone)) for each in (at_ms, at_ms - _STEP_BACK_MS))
    # Begun within an hour that comes twice it errs; from before that it does not.
    for found in CronSim(schedule, start if start.utcoffset() == before.utcoffset() else before):
        found_ms = round(found.timestamp() * 1000)
        if found_ms > at_ms:
            return found_ms
    return None


@lru_cache(maxsize=4096)
def _planned_by(schedule: str, zone: str, minute: int) -> int | None:
    from cronsim import CronSim

    at_ms = minute * 60_000
    # Backwards it errs where an hour comes twice; forwards from before that it does not.
    before = datetime.fromtimestamp((at_ms - _STEP_BACK_MS) / 1000, ZoneInfo(zone))
    start = next(CronSim(schedule, before, reverse=True), before)
    last = round(start.timestamp() * 1000) if start is not before else None
    for each in CronSim(schedule, start):
        each_ms = round(each.timestamp() * 1000)
        if each_ms > at_ms:
            break
        last = each_ms
    return last


def cutoff_of(plan: JobPlan, planned_ms: int) -> int | None:
    """When the run planned for `planned_ms` must have ended; None where nothing says so."""
    if not plan.cutoff:
        return planned_after(plan.schedule, plan.zone, planned_ms)
    zone, wanted = ZoneInfo(plan.zone), clock_time(plan.cutoff)
    planned = datetime.fromtimestamp(planned_ms / 1000, zone)
    day = planned.date() if wanted > planned.time() else planned.date() + _DAY
    return round(datetime.combine(day, wanted, zone).timestamp() * 1000)


def merged(known: JobWatch, found: Iterable[JobRun]) -> JobWatch:
    """`known` with what is newly found; of a run that both tell of, the newer word holds."""
    runs = {each.began_ms: each for each in (*known.runs, *found)}
    return known._replace(runs=tuple(runs[began_ms] for began_ms in sorted(runs))[-KEPT_RUNS:])


def standing(plan: JobPlan, watch: JobWatch, now_ms: int) -> JobStanding:
    """How the job stands at `now_ms`."""
    runs = [each for each in watch.runs if each.began_ms <= now_ms]
    told = _standing(plan, watch, runs, now_ms)
    next_ms = planned_after(plan.schedule, plan.zone, now_ms)
    moments = [told.turn_ms, next_ms, next_ms + plan.grace_ms if next_ms is not None else None]
    turn_ms = min((each + 1 for each in moments if each is not None and each >= now_ms), default=None)
    return told._replace(next_ms=next_ms, run=runs[-1] if runs else None, turn_ms=turn_ms)


def _standing(plan: JobPlan, watch: JobWatch, runs: Sequence[JobRun], now_ms: int) -> JobStanding:
    planned_ms, next_ms = planned_by(plan.schedule, plan.zone, now_ms), planned_after(plan.schedule, plan.zone, now_ms)
    early_ms = _early_ms(plan, next_ms)
    if runs and next_ms is not None and runs[-1].began_ms >= next_ms - early_ms:
        planned_ms = next_ms  # it began a little before its time
    if planned_ms is None:
        return JobStanding(JobState.UNSEEN, "job unseen")
    slot = [each for each in runs if each.began_ms >= planned_ms - early_ms]
    is_due = now_ms > planned_ms + plan.grace_ms
    if slot or is_due:
        return _of_slot(plan, watch, slot, planned_ms, now_ms)
    before_ms = planned_by(plan.schedule, plan.zone, planned_ms - 1)
    turn_ms = planned_ms + plan.grace_ms
    if before_ms is None:
        return JobStanding(JobState.UNSEEN, "job unseen", planned_ms, turn_ms=turn_ms)
    slot = [each for each in runs if each.began_ms >= before_ms - early_ms]
    told = _of_slot(plan, watch, slot, before_ms, now_ms)
    return told._replace(turn_ms=min(turn_ms, told.turn_ms or turn_ms))


def _early_ms(plan: JobPlan, next_ms: int | None) -> int:
    """How much before its planned time a run is still that one: not where it may as well be the one before."""
    after_ms = planned_after(plan.schedule, plan.zone, next_ms) if next_ms is not None else None
    if next_ms is None or after_ms is None:
        return EARLY_MS
    return min(EARLY_MS, (after_ms - next_ms) // _EARLY_PART)


def _of_slot(plan: JobPlan, watch: JobWatch, slot: Sequence[JobRun], planned_ms: int, now_ms: int) -> JobStanding:
    """How the run planned for `planned_ms` stands; `slot` are those that belong to it, oldest first."""
    cutoff_ms = cutoff_of(plan, planned_ms)
    is_over = cutoff_ms is not None and now_ms > cutoff_ms
    blank = JobStanding(JobState.WAITING, "", planned_ms, cutoff_ms, turn_ms=None if is_over else cutoff_ms)
    if not slot:
        if watch.known_ms > planned_ms:
            return blank._replace(state=JobState.UNSEEN, reason="job unseen")
        if is_over:
            return blank._replace(state=JobState.MISSED, reason=f"job missed {planned_ms}", since_ms=cutoff_ms)
        since_ms = planned_ms + plan.grace_ms
        return blank._replace(state=JobState.LATE, reason=f"job late {planned_ms}", since_ms=since_ms)
    last = slot[-1]
    if last.ended_ms is None:
        if is_over:
            return blank._replace(state=JobState.UNFINISHED, reason=f"job unfinished {cutoff_ms}", since_ms=cutoff_ms)
        return blank._replace(state=JobState.RUNNING)
    ended = blank._replace(since_ms=last.ended_ms)
    if not last.is_well:
        return ended._replace(state=JobState.FAILED, reason="job failed")
    if odd := _odd(plan, last):
        return ended._replace(state=JobState.ODD, reason=odd)
    if sum(each.is_well and each.ended_ms is not None for each in slot) > 1:
        return ended._replace(state=JobState.TWICE, reason="job twice")
    return blank


def _odd(plan: JobPlan, run: JobRun) -> str:
    figures = (("rows", plan.rows, run.rows), ("total", plan.total, run.total), ("rejects", plan.rejects, run.rejects))
    return next((f"job {name} {told}" for name, bounds, value in figures if (told := bounds.broken_by(value))), "")

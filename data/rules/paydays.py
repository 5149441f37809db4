"""When payments are made, how far each one has come, and whether it may be late: pure functions of what is known.

Rules (facts on service status, "Working calendar"): a pay-day on which banks do not work is rolled to the previous or
to the next banking day, or to the next one "within 2 working days". The last is read so: the days of the week from
Monday to Friday are counted from the planned day, left out, to the banking day, counted in, public holidays too, since
people wait over them as long. Taken without holidays the limit could never be reached.

    planned               next banking day      counted   paid
    Sat  8 Aug 2026       Mon 10 Aug 2026       1         the next
    Thu 24 Dec 2026       Mon 28 Dec 2026       2         the next
    Tue 24 Dec 2024       Fri 27 Dec 2024       3         Mon 23 Dec 2024, the previous

Days before and after a pay-day are counted in banking days.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta

from data.clock import TALLINN, epoch_ms, tallinn
from data.job import JobRun, JobWatch
from data.payday import LAST, Payday, Payment, PaymentStage, RollRule, StageStanding, StageState, step_of
from data.rules.working_calendar import is_banking_day, next_banking_day, previous_banking_day

DAYS_AHEAD = 60
"""How far ahead pay-days are told."""
PREPARED_DAYS = 2
"""Banking days before the first stage, or before a pay-day without stages, at which its making begins."""
EARLY_MS = 12 * 3_600_000
"""How much sooner than it should a run may begin and still be that of the stage."""
KEPT_DAYS = 7
"""For how long a pay-day is told after it is over, where something of it went wrong."""
_DAY = timedelta(days=1)
_LIMIT = 2
_FRIDAY = 5


def rolled(day: date, rule: RollRule) -> date:
    """The banking day on which that is paid which is planned for `day`."""
    after = next_banking_day(day)
    if rule is RollRule.NEXT or (rule is RollRule.NEXT_WITHIN_2 and _weekdays(day, after) <= _LIMIT):
        return after
    return previous_banking_day(day)


def _weekdays(day: date, until: date) -> int:
    """Days from Monday to Friday after `day`, up to and with `until`."""
    return sum((day + n * _DAY).isoweekday() <= _FRIDAY for n in range(1, (until - day).days + 1))


def planned_days(payment: Payment, first: date, last: date) -> Iterator[date]:
    """The days from the month of `first` to that of `last` for which `payment` is planned, before they are rolled."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        length = calendar.monthrange(year, month)[1]
        if month in payment.months:
            yield date(year, month, length if payment.day == LAST else min(int(payment.day), length))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def step_moment(text: str, pay_day: date) -> int:
    """`-2 16:00` as a moment around `pay_day` (UTC epoch milliseconds); raises ValueError for what is no such text."""
    step = step_of(text)
    if step is None:
        raise ValueError(text)
    days, at = step
    return epoch_ms(datetime.combine(_banking_days_from(pay_day, days), at, TALLINN))


def _banking_days_from(day: date, count: int) -> date:
    """The banking day that is `count` of them after `day`, or before it where `count` is negative."""
    step = _DAY if count > 0 else -_DAY
    for _each in range(abs(count)):
        day += step
        while not is_banking_day(day):
            day += step
    return day


def paydays(
    payments: Mapping[str, Payment], jobs: Mapping[str, JobWatch], down: Collection[str], now_ms: int
) -> tuple[Payday, ...]:
    """The pay-days of `DAYS_AHEAD` days from `now_ms` (UTC epoch milliseconds), and those that are not over, by day.

    `jobs` are the runs that are known, by the name of the check that watches the job; `down` names what is down now.
    """
    today = tallinn(now_ms).date()
    found = []
    for name, payment in payments.items():
        # A stage may be weeks away from its pay-day, and a roll leads into another month.
        for planned in planned_days(payment, today - timedelta(days=75), today + timedelta(days=DAYS_AHEAD + 15)):
            made = _payday(name, payment, planned, jobs, down, now_ms)
            kept_ms = epoch_ms(tallinn(made.over_ms) + KEPT_DAYS * _DAY) if made.troubled else made.over_ms
            if kept_ms > now_ms and date.fromisoformat(made.day) <= today + timedelta(days=DAYS_AHEAD):
                found.append(made)
    return tuple(sorted(found, key=lambda each: (each.day, each.title, each.payment)))


def _payday(
    name: str,
    payment: Payment,
    planned: date,
    jobs: Mapping[str, JobWatch],
    down: Collection[str],
    now_ms: int,
) -> Payday:
    day = rolled(planned, RollRule(payment.rule))
    stages = tuple(_standing(each, day, jobs.get(each.check), now_ms) for each in payment.stages)
    steps = [tallinn(at_ms).date() for each in stages for at_ms in (each.starts_ms, each.due_ms) if at_ms is not None]
    made = Payday(
        payment=name,
        title=payment.title or name,
        day=day.isoformat(),
        planned_day=planned.isoformat(),
        prepared_ms=_midnight(_banking_days_from(min([day, *steps]), -PREPARED_DAYS)),
        over_ms=_midnight(max([day, *steps]) + _DAY),
        stages=stages,
    )
    if made.is_done or not made.prepared_ms <= now_ms < made.over_ms:
        return made
    return made._replace(threats=tuple(each for each in payment.needed if each in down))


def _standing(stage: PaymentStage, pay_day: date, watch: JobWatch | None, now_ms: int) -> StageStanding:
    """How `stage` stands: by the first run that went well since it was its turn, else by the last one."""
    starts_ms = step_moment(stage.starts, pay_day) if stage.starts else None
    due_ms = step_moment(stage.due, pay_day) if stage.due else None
    blank = StageStanding(stage.name, StageState.AHEAD, starts_ms, due_ms, None, None, stage.check, watch is not None)
    turn_ms = _midnight(tallinn(blank.step_ms).date()) if starts_ms is None else starts_ms - EARLY_MS
    run = _run_of(watch.runs if watch else (), turn_ms, _midnight(pay_day + KEPT_DAYS * _DAY), now_ms)
    if run is not None:
        ran = blank._replace(began_ms=run.began_ms, ended_ms=run.ended_ms)
        if run.ended_ms is not None:
            return ran._replace(state=StageState.DONE if run.is_well else StageState.FAILED)
        is_late = due_ms is not None and now_ms > due_ms
        return ran._replace(state=StageState.LATE if is_late else StageState.RUNNING)
    if now_ms <= blank.step_ms:
        return blank
    # A job whose watching began after its turn may have run unseen.
    is_seen = watch is not None and watch.known_ms <= turn_ms
    return blank._replace(state=StageState.LATE if is_seen else StageState.UNKNOWN)


def _run_of(runs: Collection[JobRun], from_ms: int, until_ms: int, now_ms: int) -> JobRun | None:
    ours = [each for each in runs if from_ms <= each.began_ms < until_ms and each.began_ms <= now_ms]
    well = (each for each in ours if each.ended_ms is not None and each.is_well)
    return next(well, ours[-1] if ours else None)


def _midnight(day: date) -> int:
    return epoch_ms(datetime(day.year, day.month, day.day, tzinfo=TALLINN))

"""Pay-days: their days by hand-computed tables, their stages by what ran, and what must hold for any day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import TALLINN, epoch_ms, tallinn
from data.job import JobRun, JobWatch
from data.payday import Payday, Payment, PaymentStage, RollRule, StageStanding, StageState
from data.rules.paydays import DAYS_AHEAD, paydays, planned_days, rolled, step_moment
from data.rules.working_calendar import is_banking_day

MINUTE = 60_000
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CALCULATION = PaymentStage("arvutus", "-3 01:00", "-3 06:00", "Öine arvutus")
FILE = PaymentStage("fail", "-2 12:00", "-2 16:00", "Maksefail")
BANK = PaymentStage("pank", due="0 10:00")
BENEFITS = Payment(8, "Peretoetused", services=("SKAIS1",), stages=(CALCULATION, FILE, BANK))
WATCHED = JobWatch(0)


def moment(text: str) -> int:
    return epoch_ms(datetime.fromisoformat(text).replace(tzinfo=TALLINN))


def next_one(now: str, payment: Payment = BENEFITS, down: tuple[str, ...] = (), **jobs: JobWatch) -> Payday:
    """The first pay-day that is told at `now`; `jobs` are `arvutus` and `fail`."""
    names = {"arvutus": "Öine arvutus", "fail": "Maksefail"}
    return paydays({"pere": payment}, {names[key]: each for key, each in jobs.items()}, down, moment(now))[0]


def calculation(now: str, *runs: JobRun, since: str = "2026-01-01") -> StageStanding:
    return next_one(now, arvutus=JobWatch(moment(since), runs)).stages[0]


def run(began: str, ended: str = "", *, is_well: bool = True) -> JobRun:
    return JobRun(moment(began), moment(ended) if ended else None, is_well)


@pytest.mark.parametrize(
    ("planned", "previous", "following", "within_2"),
    [
        pytest.param("2026-12-08", "2026-12-08", "2026-12-08", "2026-12-08", id="an ordinary Tuesday"),
        pytest.param("2026-08-08", "2026-08-07", "2026-08-10", "2026-08-10", id="Saturday"),
        pytest.param("2026-11-08", "2026-11-06", "2026-11-09", "2026-11-09", id="Sunday"),
        pytest.param("2027-05-08", "2027-05-07", "2027-05-10", "2027-05-10", id="Saturday of 2027"),
        pytest.param("2026-02-24", "2026-02-23", "2026-02-25", "2026-02-25", id="Independence Day"),
        pytest.param("2026-04-03", "2026-04-02", "2026-04-06", "2026-04-06", id="Good Friday"),
        pytest.param("2027-03-26", "2027-03-25", "2027-03-29", "2027-03-29", id="Good Friday of 2027"),
        pytest.param("2026-06-23", "2026-06-22", "2026-06-25", "2026-06-25", id="Victory Day: two days on"),
        pytest.param("2026-06-24", "2026-06-22", "2026-06-25", "2026-06-25", id="Midsummer Day"),
        pytest.param("2026-12-24", "2026-12-23", "2026-12-28", "2026-12-28", id="Christmas over a weekend: two days"),
        pytest.param("2026-12-26", "2026-12-23", "2026-12-28", "2026-12-28", id="second day of Christmas"),
        pytest.param("2027-12-24", "2027-12-23", "2027-12-27", "2027-12-27", id="Christmas Eve on a Friday"),
        pytest.param("2024-12-24", "2024-12-23", "2024-12-27", "2024-12-23", id="Christmas in the week: three days"),
        pytest.param("2028-12-24", "2028-12-22", "2028-12-27", "2028-12-22", id="Christmas after a Sunday: three"),
        pytest.param("2027-01-01", "2026-12-31", "2027-01-04", "2027-01-04", id="New Year, rolled into the old one"),
        pytest.param("2026-03-29", "2026-03-27", "2026-03-30", "2026-03-30", id="clocks go forward"),
        pytest.param("2026-10-25", "2026-10-23", "2026-10-26", "2026-10-26", id="clocks go back"),
        pytest.param("2028-02-29", "2028-02-29", "2028-02-29", "2028-02-29", id="29 February"),
    ],
)
def test_a_pay_day_is_rolled_by_its_rule(planned: str, previous: str, following: str, within_2: str) -> None:
    day = date.fromisoformat(planned)
    made = [rolled(day, rule).isoformat() for rule in (RollRule.PREVIOUS, RollRule.NEXT, RollRule.NEXT_WITHIN_2)]
    assert made == [previous, following, within_2]


@given(DAYS)
def test_a_payment_is_made_on_a_banking_day_and_skips_none(day: date) -> None:
    before, after = rolled(day, RollRule.PREVIOUS), rolled(day, RollRule.NEXT)
    assert is_banking_day(before)
    assert is_banking_day(after)
    assert before <= day <= after
    between = [day + timedelta(days=n) for n in range((before - day).days + 1, (after - day).days)]
    assert not any(map(is_banking_day, between)) or before == after
    assert rolled(day, RollRule.NEXT_WITHIN_2) in (before, after)


@pytest.mark.parametrize(
    ("day", "months", "days"),
    [
        pytest.param(8, (2, 3), ["2027-02-08", "2027-03-08"], id="some months"),
        pytest.param(31, (1, 2, 4), ["2027-01-31", "2027-02-28", "2027-04-30"], id="a day that months lack"),
        pytest.param("last", (2,), ["2027-02-28"], id="the last day"),
    ],
)
def test_a_payment_is_planned_for_its_day_of_its_months(
    day: int | str, months: tuple[int, ...], days: list[str]
) -> None:
    payment = Payment(day, months=months)
    found = planned_days(payment, date(2027, 1, 20), date(2027, 4, 1))
    assert [each.isoformat() for each in found] == days


def test_the_last_day_of_february_is_the_29th_in_a_leap_year() -> None:
    assert list(planned_days(Payment("last", months=(2,)), date(2028, 1, 1), date(2028, 3, 1))) == [date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("text", "pay_day", "at"),
    [
        pytest.param("0 10:00", "2026-12-08", "2026-12-08 10:00", id="on the day"),
        pytest.param("-2 16:00", "2026-12-08", "2026-12-04 16:00", id="over a weekend"),
        pytest.param("+3 09:30", "2026-12-23", "2026-12-30 09:30", id="over Christmas"),
        pytest.param("-3 01:00", "2026-03-30", "2026-03-25 01:00", id="over the change to summer time"),
        pytest.param("-3 01:00", "2026-10-26", "2026-10-21 01:00", id="over the change from summer time"),
        pytest.param("1 23:59", "2028-02-29", "2028-03-01 23:59", id="after 29 February"),
    ],
)
def test_a_step_is_some_banking_days_from_the_pay_day(text: str, pay_day: str, at: str) -> None:
    assert step_moment(text, date.fromisoformat(pay_day)) == moment(at)


@pytest.mark.parametrize("text", ["", "16:00", "-2", "-2 25:00", "-99 10:00", "two 10:00", "-2 10:00 or so"])
def test_a_step_that_is_not_written_so_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        step_moment(text, date(2026, 12, 8))


@given(DAYS, st.integers(-30, 30), st.times())
def test_a_step_keeps_its_time_of_day_and_is_on_a_banking_day(day: date, count: int, at: datetime) -> None:
    pay_day = rolled(day, RollRule.PREVIOUS)
    made = tallinn(step_moment(f"{count} {at:%H:%M}", pay_day))
    assert f"{made:%H:%M}" == f"{at:%H:%M}"
    assert is_banking_day(made.date())


def test_the_pay_days_of_sixty_days_are_told_by_their_day() -> None:
    payments = {"kuu": Payment("last", "Elatisabi"), "pere": Payment(8, "Peretoetused")}
    found = paydays(payments, {}, (), moment("2026-11-23 12:00"))
    assert [(each.title, each.day) for each in found] == [
        ("Elatisabi", "2026-11-30"),
        ("Peretoetused", "2026-12-08"),
        ("Elatisabi", "2026-12-31"),
        ("Peretoetused", "2027-01-08"),
    ]


def test_a_pay_day_rolled_out_of_its_month_is_told() -> None:
    found = paydays({"uusaasta": Payment(1, months=(1,))}, {}, (), moment("2026-12-31 09:00"))
    assert [(each.day, each.planned_day) for each in found] == [("2026-12-31", "2027-01-01")]
    assert found[0].title == "uusaasta", "without a title it is called by its name"


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)), st.integers(1, 31), st.sampled_from(RollRule))
def test_every_month_has_its_pay_day_once(now: datetime, day: int, rule: RollRule) -> None:
    now_ms = epoch_ms(now.replace(tzinfo=TALLINN))
    found = paydays({"a": Payment(day, rule=rule.value)}, {}, (), now_ms)
    planned = [date.fromisoformat(each.planned_day) for each in found]
    assert len({(each.year, each.month) for each in planned}) == len(planned) >= 1
    last = (now + timedelta(days=DAYS_AHEAD)).date().isoformat()
    assert all(now.date().isoformat() <= each.day <= last for each in found)


@pytest.mark.parametrize(
    ("now", "runs", "state"),
    [
        pytest.param("2026-12-02 12:00", (), StageState.AHEAD, id="its turn has not come"),
        pytest.param("2026-12-03 01:00", (), StageState.AHEAD, id="the very minute"),
        pytest.param("2026-12-03 01:01", (), StageState.LATE, id="not begun"),
        pytest.param("2026-12-03 02:00", (run("2026-12-03 01:00"),), StageState.RUNNING, id="it runs"),
        pytest.param("2026-12-03 06:01", (run("2026-12-03 01:00"),), StageState.LATE, id="not done in time"),
        pytest.param("2026-12-03 03:00", (run("2026-12-02 23:50", "2026-12-03 02:30"),), StageState.DONE, id="done"),
        pytest.param("2026-12-03 03:00", (run("2026-12-02 01:00", "2026-12-02 02:30"),), StageState.LATE,
                     id="the run of the night before is another's"),
        pytest.param("2026-12-03 03:00", (run("2026-12-03 01:00", "2026-12-03 02:00", is_well=False),),
                     StageState.FAILED, id="failed"),
        pytest.param("2026-12-03 03:00", (run("2026-12-03 01:00", "2026-12-03 02:00", is_well=False),
                                          run("2026-12-03 02:30")), StageState.RUNNING, id="run again"),
        pytest.param("2026-12-03 05:00", (run("2026-12-03 01:00", "2026-12-03 02:00", is_well=False),
                                          run("2026-12-03 02:30", "2026-12-03 04:00")), StageState.DONE,
                     id="done the second time"),
        pytest.param("2026-12-04 05:00", (run("2026-12-03 01:00", "2026-12-03 04:00"),
                                          run("2026-12-04 01:00", "2026-12-04 02:00", is_well=False)),
                     StageState.DONE, id="the night after takes nothing back"),
    ],
)  # fmt: skip
def test_a_stage_stands_as_its_job_has_run(now: str, runs: tuple[JobRun, ...], state: StageState) -> None:
    assert calculation(now, *runs).state is state


def test_what_nobody_watches_is_unknown_when_its_time_has_come() -> None:
    before, after = next_one("2026-12-03 00:30").stages, next_one("2026-12-08 10:01").stages
    assert [each.state for each in before] == [StageState.AHEAD] * 3
    assert [each.state for each in after] == [StageState.UNKNOWN] * 3
    assert not any(each.is_watched for each in after)


def test_a_job_that_is_watched_since_its_turn_was_over_is_unknown_not_late() -> None:
    assert calculation("2026-12-04 12:00", since="2026-12-04 08:00").state is StageState.UNKNOWN


def test_a_stage_that_is_late_threatens_the_pay_day() -> None:
    late = next_one("2026-12-03 02:00", arvutus=WATCHED)
    assert late.is_threatened
    assert [each.name for each in late.troubled] == ["arvutus"]
    assert not next_one("2026-12-03 00:30", arvutus=WATCHED).is_threatened


@pytest.mark.parametrize(
    ("now", "down", "threats"),
    [
        pytest.param("2026-11-30 23:59", ("SKAIS1",), (), id="before it is made"),
        pytest.param("2026-12-01 00:00", ("SKAIS1",), ("SKAIS1",), id="two working days before its first stage"),
        pytest.param("2026-12-04 12:00", ("Maksefail", "Muu"), ("Maksefail",), id="the job of a stage"),
        pytest.param("2026-12-04 12:00", ("Muu",), (), id="what it does not need"),
    ],
)
def test_an_outage_of_what_it_needs_threatens_it_while_it_is_made(
    now: str, down: tuple[str, ...], threats: tuple[str, ...]
) -> None:
    found = next_one(now, down=down)
    assert found.day == "2026-12-08"
    assert found.threats == threats
    assert found.is_threatened is bool(threats)


def test_what_is_paid_already_is_threatened_by_nothing() -> None:
    done = run("2026-12-03 01:00", "2026-12-03 02:00")
    payment = Payment(8, services=("SKAIS1",), stages=(CALCULATION,))
    found = next_one("2026-12-08 12:00", payment, ("SKAIS1",), arvutus=JobWatch(0, (done,)))
    assert found.is_done
    assert not found.is_threatened


def test_a_pay_day_goes_with_its_day_and_stays_for_a_week_where_something_went_wrong() -> None:
    assert next_one("2026-12-08 23:59").day == "2026-12-08"
    assert next_one("2026-12-09 00:00").day == "2027-01-08"
    assert next_one("2026-12-15 23:59", arvutus=WATCHED).day == "2026-12-08"
    assert next_one("2026-12-16 00:00", arvutus=WATCHED).day == "2027-01-08"


def test_a_stage_after_the_pay_day_keeps_it_until_then() -> None:
    returned = PaymentStage("tagasi laekunud", due="+2 15:00")
    found = next_one("2026-12-10 14:00", Payment(8, stages=(returned,)))
    assert found.day == "2026-12-08"
    assert found.stages[0].due_ms == moment("2026-12-10 15:00")


@pytest.mark.parametrize("day", ["2026-03-30", "2026-10-26"])
def test_the_time_left_is_right_over_both_clock_changes(day: str) -> None:
    """From Friday noon to Monday noon the clocks are changed, so 71 or 73 hours are left."""
    pay_day = date.fromisoformat(day)
    friday = datetime.combine(pay_day - timedelta(days=3), datetime.min.time(), TALLINN) + timedelta(hours=12)
    left = step_moment("0 12:00", pay_day) - epoch_ms(friday)
    assert left == (71 if pay_day.month == 3 else 73) * 60 * MINUTE

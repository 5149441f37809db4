"""Working time and banking days: by hand-computed tables and by what must hold for any day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import TALLINN, epoch_ms, tallinn
from data.rules.working_calendar import (
    WorkingHours,
    is_banking_day,
    is_holiday,
    next_banking_day,
    previous_banking_day,
)

HOURS = WorkingHours()
HOUR = 3_600_000
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def moment(text: str) -> int:
    return epoch_ms(datetime.fromisoformat(text).replace(tzinfo=TALLINN))


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        pytest.param("2026-11-23", "17:00", id="an ordinary Monday"),
        pytest.param("2026-11-28", None, id="Saturday"),
        pytest.param("2026-11-29", None, id="Sunday"),
        pytest.param("2026-02-23", "14:00", id="eve of Independence Day"),
        pytest.param("2026-02-24", None, id="Independence Day"),
        pytest.param("2026-04-03", None, id="Good Friday"),
        pytest.param("2026-04-06", "17:00", id="the Monday after Easter is worked"),
        pytest.param("2026-06-22", "14:00", id="eve of Victory Day"),
        pytest.param("2026-06-23", None, id="Victory Day is no eve of Midsummer Day's"),
        pytest.param("2026-06-24", None, id="Midsummer Day"),
        pytest.param("2026-08-19", "17:00", id="no eve of the Restoration of Independence"),
        pytest.param("2026-08-20", None, id="Restoration of Independence"),
        pytest.param("2026-12-23", "14:00", id="eve of Christmas Eve"),
        pytest.param("2026-12-24", None, id="Christmas Eve"),
        pytest.param("2026-12-31", "14:00", id="eve of New Year"),
        pytest.param("2027-01-01", None, id="New Year"),
        pytest.param("2025-06-20", "17:00", id="a Friday before an eve on Sunday is not shorter"),
        pytest.param("2025-06-22", None, id="nor is the Sunday worked"),
        pytest.param("2026-03-30", "17:00", id="the Monday after the clocks went on"),
        pytest.param("2026-10-26", "17:00", id="the Monday after the clocks went back"),
    ],
)
def test_a_working_day_ends(day: str, ends: str | None) -> None:
    span = HOURS.span(date.fromisoformat(day))
    assert span == (None if ends is None else (moment(f"{day} 09:00"), moment(f"{day} {ends}")))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 00:00", "2026-11-24 00:00", 8),
        ("2026-11-23 16:00", "2026-11-24 10:00", 2),
        ("2026-11-20 16:00", "2026-11-23 10:00", 2),
        ("2026-12-22 09:00", "2026-12-28 09:00", 13),
        ("2026-03-27 12:00", "2026-03-30 12:00", 8),
        ("2026-10-23 12:00", "2026-10-26 12:00", 8),
        ("2026-11-23 18:00", "2026-11-24 08:00", 0),
    ],
)
def test_working_time_between_two_moments(start: str, end: str, hours: int) -> None:
    assert HOURS.overlap_ms(moment(start), moment(end)) == hours * HOUR


def test_hours_and_days_of_ones_own() -> None:
    hours = WorkingHours(start="22:00", end="23:30", days=(6,))
    assert hours.span(date(2026, 11, 28)) == (moment("2026-11-28 22:00"), moment("2026-11-28 23:30"))
    assert hours.span(date(2026, 11, 27)) is None


def test_an_eve_that_is_shorter_than_three_hours_is_not_worked() -> None:
    assert WorkingHours(start="09:00", end="11:30").span(date(2026, 12, 23)) is None


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("2026-11-28", "2026-11-27", "2026-11-30"),
        ("2026-04-03", "2026-04-02", "2026-04-06"),
        ("2026-06-23", "2026-06-22", "2026-06-25"),
        ("2026-12-24", "2026-12-23", "2026-12-28"),
        ("2027-01-01", "2026-12-31", "2027-01-04"),
        ("2028-02-29", "2028-02-29", "2028-02-29"),
    ],
)
def test_the_banking_days_around(day: str, before: str, after: str) -> None:
    asked = date.fromisoformat(day)
    assert previous_banking_day(asked) == date.fromisoformat(before)
    assert next_banking_day(asked) == date.fromisoformat(after)


@given(DAYS)
def test_what_holds_of_every_day(day: date) -> None:
    before, after = previous_banking_day(day), next_banking_day(day)
    assert before <= day <= after
    assert is_banking_day(before)
    assert is_banking_day(after)
    assert (before == day) == (after == day) == is_banking_day(day)
    assert after - before <= timedelta(days=7)
    span = HOURS.span(day)
    assert (span is None) == (day.isoweekday() > 5 or is_holiday(day))
    if span:
        assert tallinn(span[0]).date() == day == tallinn(span[1]).date()
        assert HOURS.holds(span[0])
        assert not HOURS.holds(span[1])


@given(DAYS, st.integers(0, 40 * 24 * 60), st.integers(0, 40 * 24 * 60))
def test_working_time_adds_up(day: date, first: int, second: int) -> None:
    start = epoch_ms(datetime(day.year, day.month, day.day))
    middle, end = start + first * 60_000, start + (first + second) * 60_000
    assert HOURS.overlap_ms(start, middle) + HOURS.overlap_ms(middle, end) == HOURS.overlap_ms(start, end)


@given(DAYS, st.integers(0, 500 * 24 * 60), st.sampled_from([HOURS, WorkingHours("22:00", "23:30", (5, 6))]))
def test_working_time_is_the_sum_of_that_of_each_day(day: date, minutes: int, hours: WorkingHours) -> None:
    start = epoch_ms(datetime(day.year, day.month, day.day)) + minutes * 20_000
    end = start + minutes * 60_000
    days = (hours.span(day + timedelta(days=number)) for number in range(700))
    worked = sum(max(0, min(end, span[1]) - max(start, span[0])) for span in days if span)
    assert hours.overlap_ms(start, end) == worked


def test_moments_that_no_working_year_holds_are_counted_up_to_its_edge() -> None:
    far = epoch_ms(datetime(9000, 1, 1))
    assert HOURS.overlap_ms(far, far + 1000 * HOUR) == 0
    assert HOURS.overlap_ms(-far, moment("2000-01-03 11:00")) == 2 * HOUR
    assert HOURS.after_ms(far, 1) is None
    assert WorkingHours(days=()).after_ms(moment("2026-11-23 09:00"), 1) is None
    assert HOURS.after_ms(moment("2026-11-23 08:00"), 0) == moment("2026-11-23 08:00")

"""Working time, public holidays and banking days in Estonia, as pure functions of the day.

Rules: holidays are those of `pühade ja tähtpäevade seadus`. The working day right before New Year, Independence Day,
Victory Day and Christmas Eve is three hours shorter (`töölepingu seadus` § 53); an eve that is not worked shortens no
other. A banking day is neither Saturday, Sunday nor public holiday (facts on service status, "Working calendar").
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from data.clock import TALLINN, epoch_ms, tallinn

SHORTER_BY = timedelta(hours=3)
"""How much sooner an eve ends."""
_DAY = timedelta(days=1)
_SUNDAY = 7
_LAST_YEAR = 2099
_FIRST_MS = epoch_ms(datetime(2000, 1, 1, tzinfo=TALLINN))
_LAST_MS = epoch_ms(datetime(_LAST_YEAR + 1, 1, 1, tzinfo=TALLINN)) - 1


class WorkingHours(Struct, frozen=True, forbid_unknown_fields=True):
    """`[working_hours]`: when people work, in Estonian time; holidays and eves are known without being named."""

    start: str = "09:00"
    end: str = "17:00"
    days: tuple[Annotated[int, Meta(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    """Days of the week, Monday is 1."""

    def span(self, day: date) -> tuple[int, int] | None:
        """When `day` begins and ends for those who work (UTC epoch milliseconds); None if it is no working day."""
        return _span(self, day)

    def holds(self, at_ms: int) -> bool:
        """Whether `at_ms` (UTC epoch milliseconds) is working time."""
        span = self.span(tallinn(at_ms).date())
        return span is not None and span[0] <= at_ms < span[1]

    def overlap_ms(self, start_ms: int, end_ms: int) -> int:
        """Milliseconds of working time from `start_ms` to `end_ms`, the end left out; 2000 to 2099 alone."""
        start, end = _within(start_ms), _within(end_ms)
        if end <= start:
            return 0
        first, last = tallinn(start).year, tallinn(end).year
        whole = sum(_year(self, year).total for year in range(first, last))
        return whole + _year(self, last).until(end) - _year(self, first).until(start)

    def after_ms(self, start_ms: int, work_ms: int) -> int | None:
        """The first moment at which `work_ms` of working time have passed since `start_ms`; None if not by 2099."""
        if work_ms <= 0:
            return start_ms
        start = _within(start_ms)
        first = tallinn(start).year
        rest = work_ms + _year(self, first).until(start)
        for year in range(first, _LAST_YEAR + 1):
            worked = _year(self, year)
            if rest <= worked.total:
                return worked.moment(rest)
            rest -= worked.total
        return None


class _Year(NamedTuple):
    """The working days of a year, so that time is counted over years without a look at each day."""

    starts: Sequence[int]
    ends: Sequence[int]
    before: Sequence[int]
    """Milliseconds worked in the year before each day begins."""
    total: int

    def until(self, at_ms: int) -> int:
        """Milliseconds worked in the year until `at_ms`."""
        place = bisect_right(self.starts, at_ms) - 1
        return self.before[place] + min(at_ms, self.ends[place]) - self.starts[place] if place >= 0 else 0

    def moment(self, worked_ms: int) -> int:
        """The first moment until which `worked_ms`, at least 1 and at most the total, were worked."""
        place = bisect_left(self.before, worked_ms) - 1
        return self.starts[place] + worked_ms - self.before[place]


@cache
def _year(hours: WorkingHours, year: int) -> _Year:
    first = date(year, 1, 1)
    found = (_span(hours, first + number * _DAY) for number in range((date(year + 1, 1, 1) - first).days))
    spans = [span for span in found if span]
    *before, total = accumulate((end - start for start, end in spans), initial=0)
    return _Year([start for start, _end in spans], [end for _start, end in spans], before, total)


def _within(at_ms: int) -> int:
    """`at_ms`, or the nearest moment of the years that are counted: a date from outside may be any."""
    return min(max(at_ms, _FIRST_MS), _LAST_MS)


@cache
def _span(hours: WorkingHours, day: date) -> tuple[int, int] | None:
    if day.isoweekday() not in hours.days or is_holiday(day):
        return None
    start = datetime.combine(day, clock_time(hours.start), TALLINN)
    end = datetime.combine(day, clock_time(hours.end), TALLINN)
    if is_shortened(day):
        end -= SHORTER_BY
    return (epoch_ms(start), epoch_ms(end)) if end > start else None


def clock_time(text: str) -> time:
    """`09:00` as a time of day; raises ValueError."""
    return datetime.strptime(text, "%H:%M").time()


def is_holiday(day: date) -> bool:
    """Whether `day` is a national or public holiday."""
    return day in _days_of("public", day.year)


def is_shortened(day: date) -> bool:
    """Whether `day` is an eve on which work ends three hours sooner, where it is a working day at all."""
    return day in _days_of("half_day", day.year)


def is_banking_day(day: date) -> bool:
    """Whether banks settle payments on `day`."""
    return day.isoweekday() < _SUNDAY - 1 and not is_holiday(day)


def next_banking_day(day: date) -> date:
    """`day` if it is a banking day, else the first one after it."""
    return _first(day, _DAY, is_banking_day)


def previous_banking_day(day: date) -> date:
    """`day` if it is a banking day, else the last one before it."""
    return _first(day, -_DAY, is_banking_day)


def _first(day: date, step: timedelta, is_wanted: Callable[[date], bool]) -> date:
    while not is_wanted(day):
        day += step
    return day


@cache
def _days_of(category: str, year: int) -> frozenset[date]:
    # Imported here: it takes a tenth of a second, and the desk paints its first screen without.
    from holidays import country_holidays

    return frozenset(country_holidays("EE", years=year, categories=category))

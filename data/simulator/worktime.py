"""Working time of the invented service desk: Monday to Friday 08:00–17:00 in Europe/Tallinn, in milliseconds."""

from __future__ import annotations

from functools import lru_cache

from data.clock import tallinn

HOUR = 3_600_000
DAY = 24 * HOUR
WORKDAY = 9 * HOUR
_OPENS = 8 * HOUR
_MONDAY = 4 * DAY
"""1970-01-05, the first Monday of the epoch."""


def worked(at_ms: int) -> int:
    """Working milliseconds from the first Monday of the epoch to `at_ms`."""
    week, into_week = divmod(at_ms + _offset(at_ms) - _MONDAY, 7 * DAY)
    weekday, into_day = divmod(into_week, DAY)
    if weekday >= 5:
        return (week + 1) * 5 * WORKDAY
    return (week * 5 + weekday) * WORKDAY + min(max(into_day - _OPENS, 0), WORKDAY)


def moment(worked_ms: int) -> int:
    """The first moment (UTC epoch milliseconds) at which `worked` gives `worked_ms`."""
    days, into_day = divmod(worked_ms, WORKDAY)
    if into_day == 0:
        days, into_day = days - 1, WORKDAY
    week, weekday = divmod(days, 5)
    local = _MONDAY + week * 7 * DAY + weekday * DAY + _OPENS + into_day
    return local - _offset(local - 2 * HOUR)


def is_working(at_ms: int) -> bool:
    """Whether the service desk is open."""
    local = at_ms + _offset(at_ms) - _MONDAY
    return local % (7 * DAY) < 5 * DAY and 0 <= local % DAY - _OPENS < WORKDAY


def _offset(at_ms: int) -> int:
    return _offset_in(at_ms // HOUR)


@lru_cache(100_000)
def _offset_in(hour: int) -> int:
    offset = tallinn(hour * HOUR).utcoffset()
    return int(offset.total_seconds()) * 1000 if offset else 0

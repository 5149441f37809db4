"""What was measured of an invented service that is watched since eleven days: some outages, a night of maintenance."""

from __future__ import annotations

from data.uptime import Bar, Latency, Measured, Period, Sums, Uptime, added
from tests.tui.world import MINUTE, NOW_MS

HOUR = 60 * MINUTE
DAY = 24 * HOUR
_WATCHED_DAYS = 11


def _hour(back: int) -> Sums:
    if back in (0, 9):
        return Sums(HOUR, 48 * MINUTE, 12 * MINUTE)
    if back in (15, 16):
        return Sums(HOUR, 0, 0, HOUR)
    return Sums(HOUR) if back == 20 else Sums(HOUR, HOUR)


def _day(back: int) -> Sums:
    if back >= _WATCHED_DAYS:
        return Sums()
    return Sums(DAY, 20 * HOUR, 4 * HOUR) if back == 6 else Sums(DAY, DAY - 2 * MINUTE, 2 * MINUTE)


def _uptime(period: Period, bars: tuple[Bar, ...]) -> Uptime:
    whole = added(*(each.sums for each in bars))
    return Uptime(period, whole, Sums(100, 97, 3), bars)


def _days(count: int) -> tuple[Bar, ...]:
    return tuple(Bar(NOW_MS - back * DAY, _day(back)) for back in reversed(range(count)))


MEASURED = Measured(
    NOW_MS - _WATCHED_DAYS * DAY,
    (
        _uptime(Period.DAY, tuple(Bar(NOW_MS - back * HOUR, _hour(back)) for back in reversed(range(24)))),
        _uptime(Period.WEEK, _days(7)),
        _uptime(Period.MONTH, _days(30)),
        _uptime(Period.QUARTER, _days(90)),
    ),
    tuple(
        Latency(
            NOW_MS - back * 15 * MINUTE, None if 80 <= back < 84 else 180.0 + 40 * (back * 7 % 12) + 900 * (back == 3)
        )
        for back in reversed(range(96))
    ),
)

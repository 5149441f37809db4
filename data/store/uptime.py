"""What the history tells of how much services worked: hours and days rolled up, and the looks since then."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from data.clock import tallinn
from data.model import Outcome
from data.rules.uptime import hold_ms
from data.rules.working_calendar import WorkingHours
from data.store.driver import Connection
from data.store.rollup import (
    HOUR_MS,
    MINUTE_MS,
    Hour,
    Look,
    bounds,
    days,
    hours_from,
    looks_of,
    stored_hours,
    stored_minutes,
    two_sums,
    windows_of,
)
from data.uptime import Bar, Latency, Measured, Period, Sums, Uptime, added, less

DAYS = {Period.WEEK: 7, Period.MONTH: 30, Period.QUARTER: 90}
HOURS = 24
LATENCY_MS = 15 * MINUTE_MS
"""The minutes of good looks that one point of the latency line is the mean of."""


class _Kept(NamedTuple):
    """What is kept of one service."""

    hours: Mapping[int, Hour]
    """Of the last 24 hours and those since the roll-up, by their beginning."""
    days: Mapping[int, tuple[Sums, Sums]]
    """Round the clock and in working hours, by the day's ordinal."""


def load_measured(connection: Connection, name: str, now_ms: int, hours: WorkingHours | None = None) -> Measured:
    """What was measured of one service up to `now_ms` (UTC epoch milliseconds); nothing if it is not watched."""
    hours = hours or WorkingHours()
    watched = connection.execute(
        "SELECT interval_ms, until_ms, (SELECT min(at_ms) FROM result WHERE name = watched.name)"
        " FROM watched LEFT JOIN rolled_up USING (name) WHERE name = ?",
        (name,),
    ).fetchone()
    if watched is None:
        return Measured()
    interval_ms, until_ms, first_ms = watched
    start_ms = first_ms if until_ms is None else until_ms
    if start_ms is None:
        return Measured()
    looks = looks_of(connection, name, start_ms - hold_ms(interval_ms), now_ms + 1)
    windows = windows_of(connection, name)
    running = [
        hour
        for first, last in (bounds(day) for day in days(start_ms, now_ms))
        for hour in hours_from(looks, interval_ms, windows, max(first, start_ms), min(last, now_ms), hours)
    ]
    kept = _kept(connection, name, now_ms, running)
    since_ms = _since(connection, name, first_ms if until_ms is None else None, running)
    return Measured(since_ms, tuple(_uptimes(kept, now_ms)), _latencies(connection, name, looks, start_ms, now_ms))


def load_uptimes(connection: Connection, day_count: int, now_ms: int) -> dict[str, Sums]:
    """All watched services round the clock, through the last days with today, as far as hours are rolled up."""
    before = tallinn(now_ms).date().toordinal() - day_count
    reached = {
        name: tallinn(until_ms - 1).date().toordinal()
        for name, until_ms in connection.execute("SELECT name, until_ms FROM rolled_up JOIN watched USING (name)")
    }
    # Days are sums of all days before them, and stand together: two of them tell of all services.
    days = {day: _day(connection, day) for day in {before, *reached.values()} if day >= before}
    return {
        name: less(days[day][name], days[before].get(name, Sums())) for name, day in reached.items() if day > before
    }


def _day(connection: Connection, day: int) -> dict[str, Sums]:
    rows = connection.execute(
        "SELECT name, scheduled_ms, up_ms, down_ms, maintenance_ms FROM uptime_day WHERE day = ?", (day,)
    )
    return {name: Sums(*sums) for name, *sums in rows}


def _kept(connection: Connection, name: str, now_ms: int, running: Sequence[Hour]) -> _Kept:
    today = tallinn(now_ms).date().toordinal()
    rows = connection.execute("SELECT hours FROM uptime_hours WHERE name = ? AND day >= ?", (name, today - 1))
    hours = {hour.start_ms: hour for (packed,) in rows for hour in stored_hours(packed)}
    hours |= {hour.start_ms: hour for hour in running}
    # The sums of a day lie between its row and the one before, which may be that before the whole period.
    stored = connection.execute(
        "SELECT uptime_day.* FROM json_each(?1) AS wanted CROSS JOIN uptime_day ON day = wanted.value AND name = ?2",
        (json.dumps([*range(today - DAYS[Period.QUARTER], today + 1)]), name),
    ).fetchall()
    by_day: dict[int, tuple[Sums, Sums]] = {}
    reached = Sums(), Sums()
    for day, _name, *columns in stored:
        whole, working = two_sums(columns)
        by_day[day] = less(whole, reached[0]), less(working, reached[1])
        reached = whole, working
    for hour in running:
        day = tallinn(hour.start_ms).date().toordinal()
        whole, working = by_day.get(day, (Sums(), Sums()))
        by_day[day] = added(whole, hour.whole), added(working, hour.working)
    return _Kept(hours, by_day)


def _uptimes(kept: _Kept, now_ms: int) -> Iterator[Uptime]:
    nothing = Sums(), Sums()
    last_hour = now_ms // HOUR_MS * HOUR_MS
    starts = range(last_hour - (HOURS - 1) * HOUR_MS, last_hour + 1, HOUR_MS)
    yield _uptime(Period.DAY, starts, [kept.hours[start][1:] if start in kept.hours else nothing for start in starts])
    today = tallinn(now_ms).date()
    for period, count in DAYS.items():
        ordinals = range(today.toordinal() - count + 1, today.toordinal() + 1)
        starts_of = [bounds(today.fromordinal(each))[0] for each in ordinals]
        yield _uptime(period, starts_of, [kept.days.get(each, nothing) for each in ordinals])


def _uptime(period: Period, starts: Iterable[int], sums: Sequence[tuple[Sums, ...]]) -> Uptime:
    bars = tuple(Bar(start, whole) for start, (whole, _working) in zip(starts, sums, strict=True))
    return Uptime(period, added(*(each[0] for each in sums)), added(*(each[1] for each in sums)), bars)


def _since(connection: Connection, name: str, first_ms: int | None, running: Sequence[Hour]) -> int | None:
    """When it was first looked at, as far back as hours are kept."""
    if first_ms is not None:
        return first_ms
    row = connection.execute("SELECT hours FROM uptime_hours WHERE name = ? ORDER BY day LIMIT 1", (name,)).fetchone()
    first = stored_hours(row[0])[0] if row else running[0]
    return first.start_ms + HOUR_MS - first.whole.scheduled_ms


def _latencies(
    connection: Connection, name: str, looks: Sequence[Look], start_ms: int, now_ms: int
) -> tuple[Latency, ...]:
    last = now_ms // LATENCY_MS
    bins = range(last - HOURS * HOUR_MS // LATENCY_MS + 1, last + 1)
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = connection.execute(
        "SELECT hour, minutes FROM good_minutes WHERE name = ? AND hour >= ?", (name, bins[0] * LATENCY_MS // HOUR_MS)
    )
    for hour, packed in rows:
        for minute, count, total_ms in stored_minutes(packed):
            _add(totals[(hour * HOUR_MS + minute * MINUTE_MS) // LATENCY_MS], count, total_ms)
    for look in looks:
        if look.at_ms >= start_ms and look.outcome is Outcome.OK and look.latency_ms is not None:
            _add(totals[look.at_ms // LATENCY_MS], 1, look.latency_ms)
    return tuple(
        Latency(each * LATENCY_MS, totals[each][1] / totals[each][0] if each in totals else None) for each in bins
    )


def load_each(
    connection: Connection, names: Iterable[str], now_ms: int, hours: WorkingHours | None = None
) -> dict[str, Measured]:
    """`load_measured` of each of these services."""
    return {name: load_measured(connection, name, now_ms, hours) for name in names}


def _add(total: list[int], count: int, total_ms: int) -> None:
    total[0] += count
    total[1] += total_ms

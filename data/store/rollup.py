"""What is kept of looks when their hour is over: how long the service worked, and good looks as sums by the minute.

A service is rolled up from where it was left to the end of the last hour that is over, in one transaction with the mark
up to where: killed at any point, the hours are rolled up again, and hours that were rolled up already give the same.
Good looks are dropped one by one afterwards but for the newest of each service; everything else stays for its days.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from data.clock import TALLINN, epoch_ms, tallinn
from data.model import Maintenance, Outcome
from data.rules.uptime import Span, hold_ms, spans, summed, within
from data.rules.working_calendar import WorkingHours
from data.store.driver import Connection
from data.uptime import Sums, added

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
SETTLED_MS = 10 * MINUTE_MS
"""How long after its end an hour is rolled up: looks that took long have come in by then."""
KEPT_LOOKS = 100
"""Good looks of a service that stay one by one, whatever their age: its usual speed is taken from them."""
AT_ONCE = 20
"""Services rolled up in one transaction, so that no other write waits long."""
RESULTS_DAYS = 7
"""Days for which single looks and sums by the minute are kept."""
UPTIME_DAYS = 396
"""Thirteen months of uptime by the hour and by the day."""
_NAMES = (
    "WITH RECURSIVE names (name) AS (SELECT min(name) FROM result"
    " UNION ALL SELECT (SELECT min(name) FROM result WHERE name > names.name) FROM names WHERE name IS NOT NULL)"
    " SELECT name FROM names"
)
"""Whatever was looked at: from each name to the next, past all looks between them."""


class Hour(NamedTuple):
    """One hour of a service, from `start_ms` (UTC epoch milliseconds)."""

    start_ms: int
    whole: Sums
    working: Sums


class Look(NamedTuple):
    """One look, as far as it counts here."""

    at_ms: int
    outcome: Outcome
    latency_ms: int | None


class _Due(NamedTuple):
    name: str
    interval_ms: int
    since_ms: int
    """Where the last roll-up ended, or the first look."""


def roll_up(connection: Connection, now_ms: int, hours: WorkingHours) -> bool:
    """Rolls up some services as far as is due at `now_ms` (UTC epoch milliseconds); whether there may be more.

    It is a part of the caller's transaction.
    """
    until_ms = (now_ms - SETTLED_MS) // HOUR_MS * HOUR_MS
    _leave_the_future(connection, until_ms)
    rows = connection.execute(
        "SELECT watched.name, interval_ms, ifnull(until_ms, (SELECT min(at_ms) FROM result WHERE name = watched.name))"
        " AS since_ms FROM watched LEFT JOIN rolled_up ON rolled_up.name = watched.name WHERE since_ms < ? LIMIT ?",
        (until_ms, AT_ONCE),
    ).fetchall()
    for due in (_Due(*row) for row in rows):
        windows = windows_of(connection, due.name)
        for day in days(due.since_ms, until_ms):
            _roll_up_day(connection, due, day, until_ms, windows, hours)
        connection.execute("INSERT OR REPLACE INTO rolled_up (name, until_ms) VALUES (?, ?)", (due.name, until_ms))
        _drop_good_looks(connection, due.name, until_ms)
    return len(rows) == AT_ONCE


def prune(connection: Connection, now_ms: int) -> None:
    """Deletes what is too old at `now_ms` (UTC epoch milliseconds), but no look that was not rolled up yet.

    It is a part of the caller's transaction.
    """
    before_ms = now_ms - RESULTS_DAYS * 24 * HOUR_MS
    last_day = tallinn(now_ms).date().toordinal() - UPTIME_DAYS
    until = dict(connection.execute("SELECT name, until_ms FROM rolled_up").fetchall())
    watched = {row[0] for row in connection.execute("SELECT name FROM watched")}
    connection.execute("DELETE FROM uptime_day WHERE day < ?", (last_day,))
    # By the names, since the other tables begin with them: an index by age would be as large as the looks themselves.
    for name in {*until, *(row[0] for row in connection.execute(_NAMES) if row[0] is not None)}:
        # What is no longer watched is rolled up no more.
        looked_ms = min(before_ms, until.get(name, 0)) if name in watched else before_ms
        connection.execute("DELETE FROM result WHERE name = ? AND at_ms < ?", (name, looked_ms))
        if name in until:
            connection.execute("DELETE FROM good_minutes WHERE name = ? AND hour < ?", (name, before_ms // HOUR_MS))
            connection.execute("DELETE FROM uptime_hours WHERE name = ? AND day < ?", (name, last_day))


def windows_of(connection: Connection, name: str) -> list[Maintenance]:
    """Planned maintenance of a service, past and ahead."""
    rows = connection.execute("SELECT start_ms, end_ms, notice FROM maintenance WHERE name = ?", (name,))
    return [Maintenance(*row) for row in rows]


def looks_of(connection: Connection, name: str, start_ms: int, end_ms: int) -> list[Look]:
    """Looks at a service that are kept one by one, from `start_ms` to `end_ms`, in the order of time."""
    rows = connection.execute(
        "SELECT at_ms, outcome, latency_ms FROM result INDEXED BY result_recent"
        " WHERE name = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms",
        (name, start_ms, end_ms),
    )
    return [Look(at_ms, Outcome(outcome), latency_ms) for at_ms, outcome, latency_ms in rows]


def hours_from(
    looks: Sequence[Look],
    interval_ms: int,
    windows: Sequence[Maintenance],
    start_ms: int,
    end_ms: int,
    hours: WorkingHours,
) -> Iterator[Hour]:
    """The hours from `start_ms` to `end_ms`, which may lie within an hour, but on one day in Estonia.

    `looks` begin as early as one of them may tell of `start_ms`.
    """
    found = spans(((each.at_ms, each.outcome) for each in looks), windows, start_ms, end_ms, hold_ms(interval_ms))
    worked = hours.span(tallinn(start_ms).date()) or (0, 0)
    for hour_ms in range(start_ms // HOUR_MS * HOUR_MS, end_ms, HOUR_MS):
        start, end = max(hour_ms, start_ms), min(hour_ms + HOUR_MS, end_ms)
        yield Hour(hour_ms, _between(found, start, end), _between(found, max(start, worked[0]), min(end, worked[1])))


def days(start_ms: int, end_ms: int) -> Iterator[date]:
    """The days in Estonia that lie, wholly or in part, between two moments."""
    day, last = tallinn(start_ms).date(), tallinn(end_ms - 1).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def bounds(day: date) -> tuple[int, int]:
    """When a day in Estonia begins and ends (UTC epoch milliseconds): 23, 24 or 25 hours."""
    next_day = day + timedelta(days=1)
    start, end = (datetime(each.year, each.month, each.day, tzinfo=TALLINN) for each in (day, next_day))
    return epoch_ms(start), epoch_ms(end)


def packed(numbers: Sequence[Sequence[int]] | Sequence[int]) -> bytes:
    """Numbers as they are kept: MessagePack, deflated, a third of what it would take else."""
    return zlib.compress(msgspec.msgpack.encode(numbers))


def packed_hours(hours: Iterable[Hour]) -> bytes:
    """The hours of one day as they are kept."""
    return packed([(each.start_ms // HOUR_MS, *each.whole, *each.working) for each in hours])


def stored_hours(blob: bytes) -> list[Hour]:
    """The hours of one day, as they were packed."""
    rows = msgspec.msgpack.decode(zlib.decompress(blob), type=list[list[int]])
    return [Hour(hour * HOUR_MS, Sums(*rest[:4]), Sums(*rest[4:])) for hour, *rest in rows]


def stored_minutes(blob: bytes) -> Iterator[tuple[int, int, int]]:
    """The minutes of an hour in which looks were good: minute, how many, milliseconds that they took together."""
    numbers = iter(msgspec.msgpack.decode(zlib.decompress(blob), type=list[int]))
    return zip(numbers, numbers, numbers, strict=True)


def _roll_up_day(
    connection: Connection,
    due: _Due,
    day: date,
    until_ms: int,
    windows: Sequence[Maintenance],
    hours: WorkingHours,
) -> None:
    day_start, day_end = bounds(day)
    start_ms, end_ms = max(day_start, due.since_ms), min(day_end, until_ms)
    looks = looks_of(connection, due.name, start_ms - hold_ms(due.interval_ms), end_ms)
    new = {each.start_ms: each for each in hours_from(looks, due.interval_ms, windows, start_ms, end_ms, hours)}
    stored = connection.execute(
        "SELECT hours FROM uptime_hours WHERE name = ? AND day = ?", (due.name, day.toordinal())
    ).fetchone()
    # A clock that was ahead may have left hours that have not been yet.
    kept = {each.start_ms: each for each in stored_hours(stored[0]) if each.start_ms < end_ms} if stored else {}
    whole = sorted((kept | new).values())
    connection.execute(
        "INSERT OR REPLACE INTO uptime_hours (name, day, hours) VALUES (?, ?, ?)",
        (due.name, day.toordinal(), packed_hours(whole)),
    )
    _sum_up_day(connection, due.name, day, whole)
    connection.executemany(
        "INSERT OR REPLACE INTO good_minutes (name, hour, minutes) VALUES (?, ?, ?)",
        [
            (due.name, hour, packed(minutes))
            for hour, minutes in _good_minutes(each for each in looks if each.at_ms >= start_ms)
        ],
    )


def _sum_up_day(connection: Connection, name: str, day: date, hours: Sequence[Hour]) -> None:
    """Adds a day to the sums of all days before it, so that any period is the difference of two rows."""
    # Since the first look there is a row for each day, be it one of which nothing is known.
    before = connection.execute(
        "SELECT * FROM uptime_day WHERE day = ? AND name = ?", (day.toordinal() - 1, name)
    ).fetchone()
    whole, working = two_sums(before[2:]) if before else (Sums(), Sums())
    sums = (*added(whole, *(each.whole for each in hours)), *added(working, *(each.working for each in hours)))
    connection.execute(
        "INSERT OR REPLACE INTO uptime_day VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (day.toordinal(), name, *sums)
    )


def two_sums(columns: Sequence[int]) -> tuple[Sums, Sums]:
    """Round the clock and in working hours, from the columns of a day."""
    return Sums(*columns[:4]), Sums(*columns[4:])


def _good_minutes(looks: Iterable[Look]) -> Iterator[tuple[int, list[int]]]:
    """The hours (since the epoch) in which looks were good, with their sums by the minute."""
    found: dict[int, dict[int, list[int]]] = {}
    for at_ms, outcome, latency_ms in looks:
        if outcome is Outcome.OK and latency_ms is not None:
            hour, within_ms = divmod(at_ms, HOUR_MS)
            sums = found.setdefault(hour, {}).setdefault(within_ms // MINUTE_MS, [0, 0])
            sums[0] += 1
            sums[1] += latency_ms
    for hour, minutes in found.items():
        yield hour, [number for minute, sums in minutes.items() for number in (minute, *sums)]


def _between(found: Iterable[Span], start_ms: int, end_ms: int) -> Sums:
    return summed(within(found, start_ms, end_ms), max(0, end_ms - start_ms))


def _drop_good_looks(connection: Connection, name: str, until_ms: int) -> None:
    """Good looks before `until_ms` that are not among the newest looks of all kinds."""
    connection.execute(
        "DELETE FROM result WHERE name = ?1 AND outcome = 'ok' AND at_ms < min(?2, ifnull("
        "(SELECT at_ms FROM result WHERE name = ?1 ORDER BY at_ms DESC LIMIT 1 OFFSET ?3), 0))",
        (name, until_ms, KEPT_LOOKS - 1),
    )


def _leave_the_future(connection: Connection, until_ms: int) -> None:
    """Takes back what was rolled up while the computer's clock was ahead."""
    ahead = [
        row[0] for row in connection.execute("SELECT name FROM rolled_up WHERE until_ms > ?", (until_ms + HOUR_MS,))
    ]
    today = tallinn(until_ms).date().toordinal()
    for name in ahead:
        connection.execute("DELETE FROM uptime_hours WHERE name = ? AND day > ?", (name, today))
        connection.execute("DELETE FROM uptime_day WHERE day > ? AND name = ?", (today, name))
        connection.execute("UPDATE rolled_up SET until_ms = ? WHERE name = ?", (until_ms, name))

"""What the looks of 1,200 checks take on the disk, and how soon their uptime of 90 days is told.

Seven days of looks, three a minute, are written and rolled up hour by hour for a tenth of the checks; files grow with
the checks, so ten times that is told. The year of roll-ups is written for all of them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from data.clock import TALLINN, epoch_ms, tallinn
from data.model import Kind, Outcome
from data.rules.working_calendar import WorkingHours
from data.sources.batch import Batch, Row
from data.store.driver import Connection, open_reader, open_writer, transaction
from data.store.migrations import HISTORY, migrate
from data.store.rollup import HOUR_MS, Look, bounds, hours_from, packed_hours
from data.store.uptime import load_uptimes
from data.store.write import Writer
from data.uptime import added
from tests.bench.figures import Report, Sample, Verdict, percentile
from tests.store.world import KEY, FakeSource, history_writer, places_in, result, watched

CHECKS, SHARE = 1_200, 10
STEP_MS = 20_000
DAYS, YEAR = 7, 365
WEEK_MB, YEAR_MB, UPTIME_MS = 200.0, 300.0, 50.0
_HOURS = WorkingHours()
_START = epoch_ms(datetime(2026, 11, 16, tzinfo=TALLINN))
_SOURCE = FakeSource("checks", "checks", Kind.SERVICES)
_PATTERNS = 40


def measure(report: Report, folder: Path, factor: float, tries: int) -> None:
    """Adds what a week of looks and a year of roll-ups take, and how long the uptime of all checks is read."""
    for name in ("week", "year"):
        (folder / name).mkdir()
    rolled, week = _week(folder / "week")
    report.add(Sample("an hour of 120 checks rolled up", tuple(rolled)))
    year, reads = _year(folder / "year", tries)
    report.add(Sample("uptime of 90 days of 1,200 checks, files just opened", tuple(reads)))
    report.notes.append(f"a week of 3 looks a minute of {CHECKS // SHARE} checks took {week:.1f} MB")
    report.verdicts += [
        Verdict("1,200 checks: seven days of looks", week * SHARE, WEEK_MB, "MB"),
        Verdict("1,200 checks: a year of roll-ups", year, YEAR_MB, "MB"),
        Verdict("1,200 checks: uptime of 90 days, p95", percentile(reads, 0.95), UPTIME_MS * factor, "ms"),
    ]


def _week(folder: Path) -> tuple[list[float], float]:
    """Milliseconds of each hour's roll-up, and the megabytes of the file after a week and an hour."""
    dice = random.Random(7)
    names = [f"Teenus number {number}" for number in range(CHECKS // SHARE)]
    rolled = []
    with closing(history_writer(places_in(folder))) as writer:
        writer.apply(_SOURCE, Batch({"watched": [watched(name, at) for at, name in enumerate(names)]}), _START)
        for hour in range(DAYS * 24 + 1):
            start = _START + hour * HOUR_MS
            writer.apply(_SOURCE, Batch({"result": list(_looks(dice, names, start))}), start)
            began = time.perf_counter()
            _tidy(writer, start + HOUR_MS + HOUR_MS // 6)
            rolled.append((time.perf_counter() - began) * 1000)
    return rolled, _megabytes(folder)


def _looks(dice: random.Random, names: list[str], start_ms: int) -> Iterator[Row]:
    """An hour of looks, one in a hundred of them failed."""
    for name in names:
        for at_ms in range(start_ms, start_ms + HOUR_MS, STEP_MS):
            if dice.random() < 0.01:
                evidence = "HTTP 502 Bad Gateway " * 5
                yield result(name, at_ms, Outcome.FAIL, reason="server", evidence=evidence)
            else:
                yield result(name, at_ms, latency_ms=dice.randrange(80, 900))


def _tidy(writer: Writer, now_ms: int) -> None:
    while writer.roll_up(now_ms, _HOURS):
        pass
    writer.prune(now_ms)


def _year(folder: Path, tries: int) -> tuple[float, list[float]]:
    """The megabytes of a year of roll-ups, and how long all of them are asked for 90 days (milliseconds)."""
    places = places_in(folder)
    with closing(open_writer(places.history, KEY)) as connection:
        migrate(connection, HISTORY)
        _write_year(connection)
    now_ms = _START + YEAR * 24 * HOUR_MS - 1
    reads = []
    for _try in range(tries):
        with closing(open_reader(places.history, KEY)) as connection:
            began = time.perf_counter()
            found = load_uptimes(connection, 90, now_ms)
            reads.append((time.perf_counter() - began) * 1000)
            if len(found) != CHECKS or any(sums.uptime is None for sums in found.values()):
                raise AssertionError("the year is not as it was written")
    return _megabytes(folder), reads


def _write_year(connection: Connection) -> None:
    """A year of days of every check, each one of some that were rolled up from looks."""
    dice = random.Random(11)
    days = [tallinn(_START).date().toordinal() + day for day in range(YEAR)]
    patterns = [_day(dice) for _pattern in range(_PATTERNS)]
    names = [f"Teenus number {number}" for number in range(CHECKS)]
    with transaction(connection, "IMMEDIATE"):
        connection.executemany(
            "INSERT INTO watched (name, kind, url, position, interval_ms) VALUES (?, 'service', '', 0, 20000)",
            [(name,) for name in names],
        )
        until_ms = _START + YEAR * 24 * HOUR_MS
        connection.executemany("INSERT INTO rolled_up VALUES (?, ?)", [(name, until_ms) for name in names])
        for name in names:
            chosen = dice.choices(patterns, k=YEAR)
            totals = accumulate((sums for _packed, sums in chosen), _sum)
            connection.executemany(
                "INSERT INTO uptime_hours VALUES (?, ?, ?)",
                [(name, day, packed) for day, (packed, _sums) in zip(days, chosen, strict=True)],
            )
            connection.executemany(
                f"INSERT INTO uptime_day VALUES (?, ?{', ?' * 8})",
                [(day, name, *sums) for day, sums in zip(days, totals, strict=True)],
            )


def _sum(before: tuple[int, ...], day: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(sum, zip(before, day, strict=True)))


def _day(dice: random.Random) -> tuple[bytes, tuple[int, ...]]:
    start_ms, end_ms = bounds(tallinn(_START).date())
    looks = [
        Look(at_ms, Outcome.FAIL if dice.random() < 0.01 else Outcome.OK, 200)
        for at_ms in range(start_ms, end_ms, STEP_MS)
    ]
    hours = list(hours_from(looks, STEP_MS, (), start_ms, end_ms, _HOURS))
    return packed_hours(hours), (*added(*(each.whole for each in hours)), *added(*(each.working for each in hours)))


def _megabytes(folder: Path) -> float:
    return sum(each.stat().st_size for each in folder.glob("history.db*")) / 1e6

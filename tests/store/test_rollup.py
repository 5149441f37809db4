"""Hours rolled up from looks tell the same as the looks, whenever it is done and however often it is broken off."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from data.clock import TALLINN, epoch_ms
from data.model import Kind, Outcome
from data.rules.working_calendar import WorkingHours
from data.sources.batch import Batch, Row
from data.store import rollup
from data.store.driver import Connection, open_reader
from data.store.rollup import HOUR_MS, KEPT_LOOKS, MINUTE_MS, SETTLED_MS, UPTIME_DAYS
from data.store.uptime import load_measured, load_uptimes
from data.store.write import Writer
from data.uptime import Measured, Period, Sums
from tests.store.world import KEY, FakeSource, history_writer, places_in, result, watched

SOURCE = FakeSource("checks", "checks", Kind.SERVICES)
HOURS = WorkingHours()
DAY_MS = 24 * HOUR_MS
MONDAY = epoch_ms(datetime(2026, 11, 23, tzinfo=TALLINN))
OUTCOMES = dict(zip("UDXM?", Outcome, strict=True))


def looks(start: int, letters: str, step: int = MINUTE_MS) -> list[Row]:
    """A look each `step`; a blank for none."""
    return [result("RR", start + at * step, OUTCOMES[each]) for at, each in enumerate(letters) if each != " "]


def filled(folder: Path, rows: Sequence[Row], windows: Sequence[tuple[int, int]] = ()) -> Writer:
    """A history with one service that is looked at every minute."""
    writer = history_writer(places_in(folder))
    maintenance = [("RR", start, end, "", "configuration") for start, end in windows]
    writer.apply(SOURCE, Batch({"watched": [watched("RR", 0)], "result": rows, "maintenance": maintenance}), MONDAY)
    return writer


def roll_up(writer: Writer, now_ms: int) -> None:
    while writer.roll_up(now_ms, HOURS):
        pass


@contextmanager
def reading(folder: Path) -> Iterator[Connection]:
    with closing(open_reader(places_in(folder).history, KEY)) as connection:
        yield connection


def measured(folder: Path, now_ms: int) -> Measured:
    with reading(folder) as connection:
        return load_measured(connection, "RR", now_ms, HOURS)


def count(folder: Path, table: str) -> int:
    with reading(folder) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


def test_an_hour_is_told_by_its_looks(tmp_path: Path) -> None:
    nine = MONDAY + 9 * HOUR_MS
    writer = filled(tmp_path, looks(nine, "U" * 30 + "X" * 6 + "D" * 24))
    roll_up(writer, nine + HOUR_MS + SETTLED_MS)
    writer.close()
    found = measured(tmp_path, nine + HOUR_MS + SETTLED_MS)
    assert found.since_ms == nine
    # The last look tells of two more minutes of the next hour, then nothing was measured.
    sums = Sums(70 * MINUTE_MS, 56 * MINUTE_MS, 6 * MINUTE_MS)
    assert {(each.sums, each.working) for each in found.uptimes} == {(sums, sums)}
    day = found.uptimes[0]
    assert [(bar.start_ms, bar.sums.down_ms) for bar in day.bars[-2:]] == [
        (nine, 6 * MINUTE_MS),
        (nine + HOUR_MS, 0),
    ]
    assert [len(each.bars) for each in found.uptimes] == [24, 7, 30, 90]
    assert sums.uptime is None
    assert sums.measured_uptime == pytest.approx(56 / 62)


def test_working_hours_are_told_apart(tmp_path: Path) -> None:
    writer = filled(tmp_path, looks(MONDAY + 16 * HOUR_MS, "U" * 60 + "X" * 60))
    roll_up(writer, MONDAY + 18 * HOUR_MS)
    writer.close()
    week = measured(tmp_path, MONDAY + 18 * HOUR_MS).uptimes[1]
    assert week.period is Period.WEEK
    assert week.sums == Sums(2 * HOUR_MS, HOUR_MS, HOUR_MS)
    assert week.working == Sums(HOUR_MS, HOUR_MS)


@pytest.mark.parametrize("seed", range(12))
def test_rolled_up_at_any_time_it_tells_what_the_looks_tell(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    first = MONDAY - dice.randrange(5) * DAY_MS + dice.randrange(24 * 60) * MINUTE_MS + dice.randrange(MINUTE_MS)
    now = first + dice.randrange(1, 6 * 24) * HOUR_MS + dice.randrange(HOUR_MS)
    rows, at = [], first
    while at < now:
        outcome = dice.choices(list(Outcome), (90, 3, 5, 1, 1))[0]
        rows.append(result("RR", at, outcome, latency_ms=dice.choice((None, 90, 120))))
        at += dice.choice((MINUTE_MS, MINUTE_MS, MINUTE_MS + dice.randrange(9_000), dice.randrange(1, 9 * HOUR_MS)))
    window = first + dice.randrange(3 * DAY_MS)
    writer = filled(tmp_path, rows, [(window, window + dice.randrange(1, 5 * HOUR_MS))])
    straight = measured(tmp_path, now)
    for moment in sorted(dice.randrange(first, now + 1) for _each in range(4)):
        roll_up(writer, moment)
        again = measured(tmp_path, now)
        assert again.since_ms == straight.since_ms
        assert again.uptimes == straight.uptimes
        assert again.latencies == straight.latencies
    writer.close()
    for each in straight.uptimes:
        for sums in (each.sums, each.working, *(bar.sums for bar in each.bars)):
            assert 0 <= sums.coverage <= 1
            assert 0 <= (sums.measured_uptime or 0) <= 1
    quarter = next(each for each in straight.uptimes if each.period is Period.QUARTER)
    assert quarter.sums.scheduled_ms == now - first


def test_rolled_up_again_nothing_changes(tmp_path: Path) -> None:
    writer = filled(tmp_path, looks(MONDAY, "UUXU" * 20))
    roll_up(writer, MONDAY + DAY_MS)
    before = writer.ask(lambda each: each.execute("SELECT * FROM uptime_hours, uptime_day").fetchall())
    with closing(writer):
        roll_up(writer, MONDAY + DAY_MS)
        writer.ask(lambda each: each.execute("UPDATE rolled_up SET until_ms = ?", (MONDAY,)))
        roll_up(writer, MONDAY + DAY_MS)
        after = writer.ask(lambda each: each.execute("SELECT * FROM uptime_hours, uptime_day").fetchall())
    assert before == after


def test_only_the_newest_good_looks_stay_one_by_one(tmp_path: Path) -> None:
    writer = filled(tmp_path, looks(MONDAY, ("U" * 99 + "X") * 6))
    roll_up(writer, MONDAY + DAY_MS)
    writer.close()
    with reading(tmp_path) as connection:
        kept = dict(connection.execute("SELECT outcome, count(*) FROM result GROUP BY outcome").fetchall())
    assert kept == {"ok": KEPT_LOOKS - 1, "fail": 6}


def test_looks_are_not_dropped_before_their_hour_is_rolled_up(tmp_path: Path) -> None:
    writer = filled(tmp_path, looks(MONDAY, "U" * 600))
    later = MONDAY + 30 * DAY_MS
    writer.prune(later)
    assert count(tmp_path, "result") == 600
    roll_up(writer, later)
    writer.prune(later)
    writer.close()
    assert count(tmp_path, "result") == 0
    assert count(tmp_path, "good_minutes") == 0
    # Thirty days without a look are days of which nothing is known.
    quarter = measured(tmp_path, later).uptimes[-1]
    assert quarter.sums == Sums(30 * DAY_MS, 10 * HOUR_MS + 2 * MINUTE_MS)


def test_uptime_is_kept_for_thirteen_months(tmp_path: Path) -> None:
    writer = filled(tmp_path, looks(MONDAY, "U" * 60))
    later = MONDAY + (UPTIME_DAYS + 10) * DAY_MS
    roll_up(writer, later)
    writer.prune(later)
    writer.close()
    assert count(tmp_path, "uptime_day") == UPTIME_DAYS
    assert count(tmp_path, "uptime_hours") == UPTIME_DAYS


def test_a_clock_that_was_ahead_leaves_no_trace(tmp_path: Path) -> None:
    writer = filled(tmp_path, looks(MONDAY, "U" * 120))
    roll_up(writer, MONDAY + 40 * DAY_MS)
    roll_up(writer, MONDAY + 3 * HOUR_MS)
    writer.apply(SOURCE, Batch({"result": looks(MONDAY + 3 * HOUR_MS, "X" * 60)}), MONDAY)
    roll_up(writer, MONDAY + 5 * HOUR_MS)
    writer.close()
    day = measured(tmp_path, MONDAY + 5 * HOUR_MS).uptimes[1]
    assert day.sums.down_ms == 62 * MINUTE_MS
    assert measured(tmp_path, MONDAY + 5 * HOUR_MS).uptimes[-1].sums.scheduled_ms >= 5 * HOUR_MS
    assert count(tmp_path, "uptime_day") == 1


def test_many_services_are_rolled_up_some_at_a_time(tmp_path: Path) -> None:
    names = [f"check {number}" for number in range(2 * rollup.AT_ONCE + 7)]
    writer = history_writer(places_in(tmp_path))
    rows = [result(name, MONDAY + at * MINUTE_MS) for name in names for at in range(60)]
    writer.apply(SOURCE, Batch({"watched": [watched(name, 0) for name in names], "result": rows}), MONDAY)
    turns = 1
    while writer.roll_up(MONDAY + 2 * HOUR_MS, HOURS):
        turns += 1
    writer.close()
    assert turns == 3
    with reading(tmp_path) as connection:
        found = load_uptimes(connection, 90, MONDAY + 2 * HOUR_MS)
    assert found == dict.fromkeys(names, Sums(HOUR_MS, HOUR_MS))


def test_what_was_never_looked_at_has_nothing_to_tell(tmp_path: Path) -> None:
    writer = filled(tmp_path, [])
    assert not writer.roll_up(MONDAY, HOURS)
    writer.close()
    assert measured(tmp_path, MONDAY) == Measured()


def test_days_of_a_changed_clock_have_their_hours(tmp_path: Path) -> None:
    october = epoch_ms(datetime(2026, 10, 25, tzinfo=TALLINN))
    writer = filled(tmp_path, looks(october, "U" * 25 * 60))
    roll_up(writer, october + 2 * DAY_MS)
    writer.close()
    with reading(tmp_path) as connection:
        days = connection.execute("SELECT scheduled_ms, up_ms FROM uptime_day ORDER BY day LIMIT 1").fetchone()
    assert days == (25 * HOUR_MS, 25 * HOUR_MS)

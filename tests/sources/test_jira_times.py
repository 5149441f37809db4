"""Clocks, zones and nights: what is read again, and that no hour falls out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from data.sources.jira import OVERLAP, WIDE_OVERLAP
from data.sources.jira_mark import mark_of
from data.sources.jira_walk import MINUTE, SECOND, Dates
from tests.sources.cached import TurnedClock
from tests.sources.fake_jira import T0, FakeJira, drain, issue, rows

HOUR = 60 * MINUTE
TALLINN = ZoneInfo("Europe/Tallinn")
AUTUMN, SPRING = datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)
"""When the clocks are turned back and forward."""


def understood(clause: str) -> tuple[float, float]:
    """The earliest and the latest moment that a server in Tallinn may take a clause's digits for."""
    digits = datetime.strptime(clause.split('"')[1], "%Y/%m/%d %H:%M").replace(tzinfo=TALLINN)
    moments = [digits.replace(fold=fold).timestamp() * 1000 for fold in (0, 1)]
    return min(moments), max(moments)


@pytest.mark.parametrize("change", [AUTUMN, SPRING], ids=["turned back", "turned forward"])
def test_no_minute_around_a_change_of_the_clocks_falls_out_however_the_server_reads_it(change: datetime) -> None:
    dates = Dates("Europe/Tallinn")
    dates.is_numeric = False
    for minutes in range(-180, 181):
        at_ms = round((change + timedelta(minutes=minutes)).timestamp() * 1000) + 30 * SECOND

        assert understood(dates.since(at_ms))[1] <= at_ms, minutes
        assert understood(dates.since(at_ms))[0] >= at_ms - 3 * HOUR, minutes
        assert understood(dates.before(at_ms))[0] > at_ms, minutes
        assert understood(dates.before(at_ms))[1] <= at_ms + 3 * HOUR, minutes


def test_an_unknown_zone_is_wide_enough_on_both_sides() -> None:
    dates = Dates("Nowhere/Else")
    dates.is_numeric = False

    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        for clause, is_bound in ((dates.since(T0), int.__le__), (dates.before(T0), int.__ge__)):
            digits = datetime.strptime(clause.split('"')[1], "%Y/%m/%d %H:%M").replace(tzinfo=ZoneInfo(zone))
            assert is_bound(round(digits.timestamp() * 1000), T0)


async def test_a_user_who_moves_to_another_zone_is_followed() -> None:
    fake = FakeJira([issue(1, T0)], takes_numbers=False)
    source = fake.source()
    _, cursor = await drain(source)
    moved = {"name": "mmaasikas", "key": "mmaasikas", "timeZone": "America/New_York"}
    fake.answers = {"/rest/api/2/myself": httpx.Response(200, json=moved)}
    fake.asked.clear()

    await drain(source, cursor)
    since = datetime.fromtimestamp((T0 - OVERLAP - MINUTE) / 1000, ZoneInfo("America/New_York"))
    assert f'updated >= "{since:%Y/%m/%d %H:%M}"' in fake.searches()[0]["jql"]


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_server_whose_clock_is_an_hour_off_loses_nothing(hours: int) -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FakeJira([issue(number, T0 + hours * HOUR + number * SECOND) for number in range(1, 20)])
    source = fake.source(clock)
    _, cursor = await drain(source)
    assert mark_of(cursor).reached_ms == T0 + hours * HOUR + 19 * SECOND

    clock.turn(MINUTE)
    fake.issues.append(issue(50, T0 + hours * HOUR + MINUTE))
    batches, _ = await drain(source, cursor)
    assert "SKAH-50" in {row[1] for row in rows(batches, "ticket")}


async def nights(source: Any, clock: TurnedClock, fake: FakeJira, cursor: str, polls: int, step: int) -> list[int]:
    """How far back each of some polls looked, in milliseconds."""
    found = []
    for _poll in range(polls):
        clock.turn(step)
        fake.asked.clear()
        _, cursor = await drain(source, cursor)
        looks = [each["jql"] for each in fake.searches() if "updated >= " in each["jql"]]
        since = min(int(each.split("updated >= ")[1].split()[0]) for each in looks)
        found.append(mark_of(cursor).reached_ms - since)
    return found


async def test_once_a_night_a_whole_day_is_read_again_and_a_restart_does_not_repeat_it() -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FakeJira([issue(1, T0)])
    _, cursor = await drain(fake.source(clock))
    source = fake.source(clock)
    looked = await nights(source, clock, fake, cursor, 48, HOUR)

    assert looked.count(WIDE_OVERLAP) == 2
    assert set(looked) == {OVERLAP, WIDE_OVERLAP}
    wide = [place for place, each in enumerate(looked) if each == WIDE_OVERLAP]
    assert [later - earlier for earlier, later in pairwise(wide)] == [24]


async def test_an_issue_that_an_index_hid_for_hours_is_found_the_next_night() -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FakeJira([issue(1, T0)])
    source = fake.source(clock)
    _, cursor = await drain(source)
    fake.issues.append(issue(50, T0 - 5 * HOUR))
    clock.turn(24 * HOUR)

    batches, _ = await drain(source, cursor)
    assert "SKAH-50" in {row[1] for row in rows(batches, "ticket")}

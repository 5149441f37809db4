"""When checks are looked at: slots, what is skipped and what is hurried, and that a slow look holds up no other."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.checks.http import HttpCheck
from data.clock import Clock
from data.sources.checks import CheckSource
from data.sources.checks_turns import JITTER, Turns, slot_after

START = 1_796_368_440_000
HOUR = 3_600_000
NAMES = st.text(min_size=1, max_size=20)
INTERVALS = st.floats(0.1, 86_400)


def check(name: str, interval: float = 60) -> HttpCheck:
    return HttpCheck(name=name, url="http://a.example", interval=interval)


def looked(turns: Turns, until_ms: int, step_ms: int = 100) -> list[tuple[str, int]]:
    """Who had a turn when, on a clock that moves on by `step_ms`."""
    moments = range(START, until_ms, step_ms)
    return [(each.name, now_ms) for now_ms in moments for each in turns.take(now_ms)]


@given(NAMES, INTERVALS, st.integers(START, START + HOUR))
def test_a_slot_comes_within_its_interval(name: str, interval: float, after_ms: int) -> None:
    slot = slot_after(check(name, interval), after_ms)
    assert 0 < slot - after_ms <= interval * 1000 * (1 + 2 * JITTER) + 2


@given(NAMES, st.floats(1, 3600))
def test_slots_follow_each_other_by_the_interval_and_are_those_of_any_start(name: str, interval: float) -> None:
    one, slots = check(name, interval), [START]
    for _each in range(5):
        slots.append(slot_after(one, slots[-1]))
    pauses = [later - earlier for earlier, later in pairwise(slots[1:])]
    assert all(abs(pause - interval * 1000) <= interval * 1000 * 2 * JITTER + 2 for pause in pauses)
    assert slot_after(one, slots[3] - 1) == slots[3]


def test_twelve_hundred_checks_are_spread_over_their_interval() -> None:
    turns = Turns([check(f"teenus {number}", 20) for number in range(1200)])
    assert len(turns.take(START)) == 1200, "at first all of them: who opens the desk waits for none"
    turns_of = Counter(at // 1000 for _name, at in looked(turns, START + 120_000) if at >= START + 30_000)
    assert max(turns_of.values()) <= 2 * 60
    assert sum(turns_of.values()) == pytest.approx(1200 * 90 / 20, rel=0.02)


def test_what_was_missed_is_skipped() -> None:
    turns = Turns([check("a"), check("b", 5)])
    turns.take(START)
    assert [each.name for each in turns.take(START + 8 * HOUR)] == ["a", "b"], "once each, however long it was"
    assert turns.take(START + 8 * HOUR + 1) == []


def test_a_clock_that_is_set_back_puts_nothing_off() -> None:
    turns = Turns([check("a")])
    turns.take(START)
    assert [each.name for each in turns.take(START - HOUR)] == ["a"]
    assert turns.take(START - HOUR + 1_000) == []


def test_a_hurry_brings_a_turn_forward_and_never_puts_it_off() -> None:
    turns = Turns([check("a", 3600), check("b", 1)])
    turns.take(START)
    planned_ms = turns.next_ms()
    turns.hurry("a", START + 10_000)
    turns.hurry("b", START + 10_000)
    assert turns.next_ms() == planned_ms
    assert [name for name, at in looked(turns, START + 20_000) if name == "a"] == ["a"]


def test_nothing_to_watch_has_no_turns() -> None:
    assert Turns([]).next_ms() is None


async def test_a_look_that_takes_long_holds_up_no_other_and_is_never_made_twice_at_once() -> None:
    asked: Counter[str] = Counter()
    release, now = asyncio.Event(), [START]

    async def answer(request: httpx.Request) -> httpx.Response:
        asked[request.url.host] += 1
        if request.url.host == "aeglane.example":
            await release.wait()
        return httpx.Response(200)

    class Hand(Clock):
        def now_ms(self) -> int:
            return now[0]

    checks = [HttpCheck(name=name, url=f"http://{name}.example", interval=10) for name in ("aeglane", "kiire")]
    source = CheckSource(checks, Hand(START, 0, 0.0), httpx.MockTransport(answer))
    first = asyncio.create_task(_all_results(source))
    while not asked["aeglane.example"] or asked["kiire.example"] < 3:
        now[0] += 5_000
        await asyncio.sleep(0)
    assert asked["aeglane.example"] == 1
    release.set()
    found = await first
    assert {"aeglane", "kiire"} == {name for name, _at in found}
    await source.close()


async def test_after_the_first_time_a_poll_ends_though_a_look_goes_on_and_the_next_one_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("data.sources.checks.ROUND_SECONDS", 0.05)
    release, now = asyncio.Event(), [START]
    release.set()

    async def answer(_request: httpx.Request) -> httpx.Response:
        await release.wait()
        return httpx.Response(200)

    class Hand(Clock):
        def now_ms(self) -> int:
            return now[0]

    source = CheckSource([check("a", 10)], Hand(START, 0, 0.0), httpx.MockTransport(answer))
    assert len(await _all_results(source)) == 1
    release.clear()
    now[0] += 20_000
    assert await _all_results(source) == []
    assert source.wait_seconds() == 0
    release.set()
    assert len(await _all_results(source)) == 1
    await source.close()


async def test_what_is_under_way_ends_with_the_source() -> None:
    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    source = CheckSource([check("a")], Clock(START, 0, 0.0), httpx.MockTransport(never))
    batches = source.fetch("", {})
    await anext(batches)
    waiting = asyncio.ensure_future(anext(batches))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await source.close()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def _all_results(source: CheckSource) -> list[tuple[str, int]]:
    found = [row for batch in [each async for each in source.fetch("", {})] for row in batch.rows.get("result", ())]
    return [(str(row[0]), int(str(row[1]))) for row in found]

"""What one host may be asked: pauses and tokens are kept by everything that speaks to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx
import pytest

from data.checks.http import HttpCheck
from data.clock import Clock
from data.sources.batch import SourceError
from data.sources.budget import AT_ONCE, LONGEST_PAUSE, Budgets, HostBudget, PausedError, pause_seconds
from data.sources.checks import CheckSource
from data.sources.client import Client
from tests.sources.fake_jira import FakeJira, drain, issue

SERVER_TIME = "Fri, 04 Dec 2026 07:14:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="not asked for"),
        pytest.param({"retry-after": "7"}, 7, id="seconds"),
        pytest.param({"retry-after": "0"}, 0, id="none while tokens remain"),
        pytest.param({"retry-after": "Fri, 04 Dec 2026 07:14:25 GMT", "date": SERVER_TIME}, 25, id="a moment"),
        pytest.param({"retry-after": "Fri, 04 Dec 2026 07:13:00 GMT", "date": SERVER_TIME}, 0, id="a moment gone by"),
        pytest.param({"retry-after": "7200"}, 7_200, id="two hours"),
        pytest.param({"retry-after": "999999"}, LONGEST_PAUSE, id="a week"),
        pytest.param({"retry-after": "1" + 12 * "0"}, None, id="thousands of years"),
        pytest.param({"retry-after": "-5"}, None, id="a pause before now"),
        pytest.param({"retry-after": "soon"}, None, id="no moment at all"),
        pytest.param({"retry-after": "Fri, 04 Dec 2026 07:14:25 GMT", "date": "today"}, None, id="an odd date"),
    ],
)
def test_a_pause_is_told_in_seconds_or_as_a_moment_of_the_servers_clock(
    headers: Mapping[str, str], seconds: float | None
) -> None:
    assert pause_seconds(headers) == seconds


class Moving:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_pause_without_a_length_is_still_a_pause() -> None:
    now = Moving()
    budget = HostBudget("jira.example", now)
    budget.learn(429, {})

    assert budget.wait_seconds() == 30
    now.at += 30
    assert budget.wait_seconds() == 0


async def test_the_last_token_is_drawn_and_the_next_waits_for_the_bucket_to_be_filled() -> None:
    now = Moving()
    budget = HostBudget("jira.example", now)
    told = {"x-ratelimit-fillrate": "2", "x-ratelimit-interval-seconds": "60"}
    async with budget.turn():
        budget.learn(200, {**told, "x-ratelimit-remaining": "1", "retry-after": "0"})
    async with budget.turn():
        budget.learn(200, {**told, "x-ratelimit-remaining": "0", "retry-after": "42"})

    with pytest.raises(PausedError) as caught:
        async with budget.turn():
            pytest.fail("there was no token left")
    assert caught.value.retry_after == 42
    now.at += 42
    for _token in range(2):
        async with budget.turn():
            pass
    assert budget.wait_seconds() == 0


def test_an_outage_is_looked_at_again_within_the_hour_and_a_pause_asked_for_is_granted_whole() -> None:
    now = Moving()
    down, busy = HostBudget("pank.example", now), HostBudget("jira.example", now)
    down.learn(503, {"retry-after": "7200"})
    busy.learn(429, {"retry-after": "7200"})

    assert (down.wait_seconds(), busy.wait_seconds()) == (3_600, 7_200)


async def test_an_answer_does_not_count_those_that_are_still_under_way() -> None:
    budget = HostBudget("jira.example", Moving())
    async with budget.turn(), budget.turn():
        budget.learn(200, {"x-ratelimit-remaining": "1", "x-ratelimit-interval-seconds": "60"})

    assert budget.wait_seconds() == 60


async def test_pages_take_turns_and_a_check_waits_for_none_of_them() -> None:
    budget = HostBudget("jira.example")
    inside, most, full, release = 0, 0, asyncio.Event(), asyncio.Event()

    async def ask() -> None:
        nonlocal inside, most
        async with budget.turn():
            inside, most = inside + 1, max(most, inside + 1)
            if inside == AT_ONCE:
                full.set()
            await release.wait()
            inside -= 1

    pages = [asyncio.create_task(ask()) for _ in range(3 * AT_ONCE)]
    await full.wait()
    async with budget.turn("http"):
        release.set()
    await asyncio.gather(*pages)

    assert most == AT_ONCE


async def test_a_host_that_asked_jira_for_a_pause_is_asked_by_no_check_and_is_not_called_down() -> None:
    budgets = Budgets()
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(429, headers={"retry-after": "60"})

    client = Client(timeout=5, transport=httpx.MockTransport(answer), budgets=budgets)
    await client.get("https://jira.example/rest/api/2/myself")
    checks = CheckSource(
        [HttpCheck(name="Jira", url="https://jira.example/status")], Clock(), httpx.MockTransport(answer), budgets
    )
    batches = [batch async for batch in checks.fetch("", {})]

    assert asked == ["/rest/api/2/myself"]
    assert [row[2:4] for batch in batches for row in batch.rows.get("result", ())] == [("unknown", "paused")]


async def test_a_poll_that_comes_too_soon_asks_nothing_and_says_when_it_may() -> None:
    fake = FakeJira([issue(1, 1_796_368_440_000)])
    source = fake.source()
    _, cursor = await drain(source)
    fake.answers = {"/rest/api/2/myself": httpx.Response(429, headers={"retry-after": "600"})}
    with pytest.raises(SourceError):
        await drain(source, cursor)
    fake.asked.clear()

    with pytest.raises(PausedError) as caught:
        await drain(source, cursor)
    assert fake.asked == []
    assert caught.value.retry_after == pytest.approx(600, abs=5)

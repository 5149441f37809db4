"""Health checks: what an answer says, what is kept of it, and what a restart remembers."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import httpx
import pytest

from data.checks.http import HttpCheck
from data.checks.prometheus import PrometheusCheck
from data.clock import Clock
from data.model import Outcome
from data.sources.batch import Batch, SourceError
from data.sources.checks import EVIDENCE, CheckSource, kept_evidence
from data.sources.client import Reply
from data.store.tables import RESULT, TRANSITION, WATCHED

CHECK = HttpCheck(name="RR", url="https://rr.example/health?key=s3cret", contains="UP", slow=1.0)


def reply(status: int = 200, body: bytes = b"UP", seconds: float = 0.2) -> Reply:
    return Reply(status, {}, body, False, seconds)


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        pytest.param(reply(), Outcome.OK, "", id="well"),
        pytest.param(reply(seconds=1.01), Outcome.DEGRADED, "slow", id="slow"),
        pytest.param(reply(503, b"UP"), Outcome.FAIL, "http 503", id="an error"),
        pytest.param(reply(302, b""), Outcome.FAIL, "http 302", id="sent on"),
        pytest.param(reply(body=b"DOWN"), Outcome.FAIL, "body mismatch", id="other words"),
        pytest.param(reply(503, seconds=9), Outcome.FAIL, "http 503", id="an error is worse than slow"),
    ],
)
def test_what_an_answer_says(answer: Reply, outcome: Outcome, reason: str) -> None:
    look = CHECK.judge(answer)

    assert (look.outcome, look.reason) == (outcome, reason)
    assert look.latency_ms == round(answer.seconds * 1000)


def test_evidence_is_cleaned_masked_and_cut() -> None:
    body = b"39912310174 \x1b]52;c;aGk=\x07 mari@example.ee \xff" + b"x" * 100_000
    evidence = kept_evidence(CHECK.judge(reply(500, body)).evidence)

    assert evidence.startswith("▒▒▒ ▒▒▒ ")
    assert len(evidence) == EVIDENCE
    assert CHECK.judge(reply(200, b"UP 39912310174")).evidence == ""


def test_a_code_on_the_cut_is_masked_too() -> None:
    body = b" " * 10 + b"x " * 248 + b"39912310174"

    assert "399" not in kept_evidence(CHECK.judge(reply(500, body)).evidence)


def test_a_shown_address_holds_no_secret() -> None:
    check = HttpCheck(name="RR", url="https://me:pw@rr.example:8443/health?key=s3cret#x")
    assert check.target == "https://rr.example:8443/health"


def source(answer: Callable[[httpx.Request], httpx.Response], checks: Iterable[HttpCheck] = (CHECK,)) -> CheckSource:
    return CheckSource(list(checks), Clock(1_000_000, 0, 0.0), httpx.MockTransport(answer))


async def batches(fetcher: CheckSource, facts: dict[str, str] | None = None) -> list[Batch]:
    return [batch async for batch in fetcher.fetch("", facts or {})]


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    return answer


def _untrusted() -> Exception:
    error = httpx.ConnectError("certificate verify failed")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    return error


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        pytest.param(httpx.ReadTimeout("late"), Outcome.FAIL, "timeout", id="late"),
        pytest.param(httpx.ConnectError("refused"), Outcome.FAIL, "unreachable", id="refused"),
        pytest.param(_untrusted(), Outcome.FAIL, "tls", id="not trusted"),
        pytest.param(httpx.UnsupportedProtocol("gopher"), Outcome.UNKNOWN, "config", id="our own mistake"),
    ],
)
async def test_what_no_answer_says(error: Exception, outcome: Outcome, reason: str) -> None:
    found = await batches(source(raising(error)))

    (row,) = [row for batch in found for row in batch.rows.get("result", ())]
    assert dict(zip(RESULT.names, row, strict=True))["outcome"] == outcome.value
    assert row[RESULT.names.index("reason")] == reason


async def test_a_dead_witness_is_no_outage_of_what_it_watches() -> None:
    check = PrometheusCheck(name="RR", url="https://p.example", query="up", at_least=1)
    fetcher = CheckSource([check], Clock(1_000_000, 0, 0.0), httpx.MockTransport(raising(httpx.ReadTimeout("late"))))

    (row,) = [row for batch in await batches(fetcher) for row in batch.rows.get("result", ())]
    found = dict(zip(RESULT.names, row, strict=True))
    assert (found["outcome"], found["reason"]) == ("unknown", "timeout")


async def test_the_roster_comes_first_and_every_row_fits_its_table() -> None:
    found = await batches(source(lambda _request: httpx.Response(200, text="UP")))

    assert {name: len(rows) for name, rows in found[0].rows.items()} == {"watched": 1, "maintenance": 0}
    assert found[0].rows["watched"] == [("RR", "service", "https://rr.example/health", 0, 60_000, "{}", False)]
    for table in (WATCHED, RESULT, TRANSITION):
        rows = [row for batch in found for row in batch.rows.get(table.name, ())]
        assert {len(row) for row in rows} == {len(table.columns)}


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"location": "https://elsewhere.example/"})

    await batches(source(answer))
    assert asked == [CHECK.url]


async def test_an_endless_body_is_read_no_further_than_the_cap() -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 65_536
            yield b"x" * 65_536

    found = await batches(source(lambda _request: httpx.Response(200, content=endless())))
    (row,) = [row for batch in found for row in batch.rows.get("result", ())]
    assert row[RESULT.names.index("reason")] == "body mismatch"
    assert sent < 2_000_000


async def test_a_restart_remembers_the_failures_before_it() -> None:
    facts: dict[str, str] = {}
    transitions = []
    for _restart in range(3):
        for batch in await batches(source(lambda _request: httpx.Response(503)), facts):
            facts.update(batch.facts)
            transitions += list(batch.rows.get("transition", ()))

    assert [row[TRANSITION.names.index("state")] for row in transitions] == ["down"]


async def test_a_memory_that_cannot_be_read_begins_anew() -> None:
    found = await batches(source(lambda _request: httpx.Response(200, text="UP")), {"watch.RR": "{odd"})

    assert [row for batch in found for row in batch.rows.get("transition", ())]


async def test_each_check_keeps_its_own_pace() -> None:
    moment_ms = 1_000_000

    class Moving(Clock):
        def now_ms(self) -> int:
            return moment_ms

    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200)

    checks = [
        HttpCheck(name="a", url="http://a.example", interval=10),
        HttpCheck(name="b", url="http://b.example", interval=30),
    ]
    fetcher = CheckSource(checks, Moving(), httpx.MockTransport(answer))
    for _round in range(7):
        await batches(fetcher)
        moment_ms += 10_000

    assert (asked.count("a.example"), asked.count("b.example")) == (7, 3)


def hand() -> tuple[Clock, list[int]]:
    """A clock that stands at the first of the numbers, in milliseconds, which the test moves."""
    moment = [1_000_000]

    class Hand(Clock):
        def now_ms(self) -> int:
            return moment[0]

    return Hand(), moment


def following(
    statuses: Iterable[int], checks: Iterable[HttpCheck], clock: Clock
) -> tuple[CheckSource, list[tuple[str, int]]]:
    """A source whose first check gets `statuses` in turn, the others 200; and who was asked at which second."""
    asked: list[tuple[str, int]] = []
    told, first, start_ms = iter(statuses), next(iter(checks)).name, clock.now_ms()

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.host.partition(".")[0]
        asked.append((name, (clock.now_ms() - start_ms) // 1000))
        return httpx.Response(next(told) if name == first else 200)

    return CheckSource(list(checks), clock, httpx.MockTransport(answer)), asked


async def test_a_failed_look_is_repeated_soon_until_it_is_settled() -> None:
    clock, moment = hand()
    checks = [
        HttpCheck(name="a", url="http://a.example", interval=60),
        HttpCheck(name="b", url="http://b.example", interval=60),
    ]
    fetcher, asked = following([200, 502, 502, 502, 502, 200, 200, 200], checks, clock)
    while sum(name == "a" for name, _at in asked) < 8:
        await batches(fetcher)
        moment[0] += round(fetcher.wait_seconds() * 1000)

    # Down from the third failure on: only the first answer after it is worth a hurry again.
    times = [at for name, at in asked if name == "a"]
    pauses = [after - before for before, after in pairwise(times)]
    assert [pause == 10 for pause in pauses] == [False, True, True, False, False, True, False]
    assert all(pause == 10 or 15 <= pause <= 81 for pause in pauses)
    calm = [after - before for before, after in pairwise(at for name, at in asked if name == "b")][1:]
    assert calm and all(54 <= pause <= 66 for pause in calm)


async def test_a_check_that_is_made_more_often_than_that_is_not_put_off() -> None:
    clock, _moment = hand()
    fetcher, _asked = following([502], [HttpCheck(name="a", url="http://a.example", interval=5)], clock)

    await batches(fetcher)
    assert 1.25 <= fetcher.wait_seconds() <= 6.75


async def test_who_wishes_to_know_now_gets_every_check_made_and_counted() -> None:
    clock, moment = hand()
    checks = [
        HttpCheck(name="a", url="http://a.example", interval=60),
        HttpCheck(name="b", url="http://b.example", interval=300),
    ]
    fetcher, asked = following([502] * 3, checks, clock)
    states = []
    for _press in range(3):
        fetcher.hasten()
        found = [row for batch in await batches(fetcher) for row in batch.rows.get("transition", ())]
        states.append([row[TRANSITION.names.index("state")] for row in found if row[0] == "a"])
        moment[0] += 1_000

    assert [name for name, _at in asked] == ["a", "b"] * 3
    assert states == [[], [], ["down"]]


async def test_nothing_is_due_before_its_time_unless_wished() -> None:
    clock, moment = hand()
    fetcher, asked = following([200] * 2, [HttpCheck(name="a", url="http://a.example", interval=60)], clock)
    await batches(fetcher)
    moment[0] += 30_000
    await batches(fetcher)

    assert asked == [("a", 0)]


async def test_our_own_network_gone_is_one_fault_and_no_outage_of_theirs() -> None:
    clock, moment = hand()
    checks = [HttpCheck(name=name, url=f"http://{name}.example", interval=60) for name in "abcdef"]
    asked: list[str] = []
    is_gone = True

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host[0])
        if is_gone:
            raise httpx.ConnectError("no route")
        return httpx.Response(200)

    fetcher = CheckSource(checks, clock, httpx.MockTransport(answer))
    for _poll in range(4):
        asked.clear()
        found: list[Batch] = []
        with pytest.raises(SourceError, match="your own network") as caught:
            found += [batch async for batch in fetcher.fetch("", {})]
        assert caught.value.code == "network"
        moment[0] += 10_000
    # Between the turns a few are tried, in turn.
    assert len(asked) == 3

    # The first few that answer show that we are back: then it is everybody's turn.
    is_gone = False
    asked.clear()
    rows = [row for batch in await batches(fetcher) for row in batch.rows.get("result", ())][3:]
    assert sorted(asked[3:]) == list("abcdef")
    assert {row[RESULT.names.index("outcome")] for row in rows} == {"ok"}


async def test_one_host_that_is_gone_is_down_though_we_have_few_others() -> None:
    clock, moment = hand()
    checks = [HttpCheck(name=name, url=f"http://{name}.example", interval=60) for name in "abc"]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "a.example":
            raise httpx.ConnectTimeout("late")
        return httpx.Response(200)

    fetcher = CheckSource(checks, clock, httpx.MockTransport(answer))
    changes: list[Any] = []
    for _poll in range(3):
        changes += [row for batch in await batches(fetcher) for row in batch.rows.get("transition", ())]
        moment[0] += 10_000
    assert [row[TRANSITION.names.index("state")] for row in changes if row[0] == "a"] == ["down"]

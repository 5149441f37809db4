"""The port on which jobs ping, asked over real HTTP: what it takes, what it turns away, and when it says OK."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from data.checks.heartbeat import HeartbeatCheck
from data.clock import Clock
from data.job import JobRun, JobWatch
from data.model import Outcome
from data.sources import pings
from data.sources.batch import Batch
from data.sources.checks import CheckSource
from data.sources.checks_jobs import Jobs
from data.sources.pings import BODY_BYTES, Ping, PingPort
from data.store.jobs import FACT, load_jobs
from tests.rules.test_jobs import at

TOKEN = "arvutus-7f3k2mzq"
NOW = at("2026-12-04 01:00:10")
CHECK = HeartbeatCheck(name="Arvutus", schedule="0 1 * * *", ping=TOKEN)
PATIENCE = 60.0


class Hand(Clock):
    """A clock that a test turns."""

    moved_ms = 0

    def now_ms(self) -> int:
        return NOW + Hand.moved_ms


def hand() -> Hand:
    """One that stands at ten seconds past one in the morning."""
    Hand.moved_ms = 0
    return Hand(NOW, 0, 0.0)


class Desk:
    """A port whose pings are stored as soon as they come."""

    def __init__(self) -> None:
        self.heard: list[Ping] = []
        self.port = PingPort(0, {TOKEN: "Arvutus"}, hand(), self._take)
        self.is_storing = True

    def _take(self) -> None:
        if self.is_storing:
            for ping in self.port.take():
                self.heard.append(ping)
                ping.stored.set()

    async def ask(self, path: str, method: str = "GET", **more: object) -> httpx.Response:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            return await client.request(method, f"http://127.0.0.1:{self.port.port}{path}", **more)  # type: ignore[arg-type]


@asynccontextmanager
async def opened() -> AsyncIterator[Desk]:
    desk = Desk()
    await desk.port.open()
    try:
        yield desk
    finally:
        await desk.port.close()


@pytest.mark.parametrize(
    ("path", "is_start", "is_well"),
    [
        (f"/ping/{TOKEN}", False, True),
        (f"/ping/{TOKEN}/0", False, True),
        (f"/ping/{TOKEN}/start", True, False),
        (f"/ping/{TOKEN}/fail", False, False),
        (f"/ping/{TOKEN}/3", False, False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_a_ping_is_heard(path: str, is_start: bool, is_well: bool, method: str) -> None:
    async with opened() as desk:
        answer = await desk.ask(path, method)
    assert (answer.status_code, answer.text) == (200, "" if method == "HEAD" else "OK\n")
    (ping,) = desk.heard
    assert (ping.check, ping.at_ms, ping.is_start, ping.is_well) == ("Arvutus", NOW, is_start, is_well)


async def test_a_ping_tells_figures_and_the_name_of_its_run() -> None:
    async with opened() as desk:
        await desk.ask(f"/ping/{TOKEN}?rid=7&rows=182734&sum=18234567.89&rejects=12", "POST", content=b"x" * 1000)
    (ping,) = desk.heard
    assert (ping.run, ping.rows, ping.total, ping.rejects) == ("7", 182_734, 18_234_567.89, 12)


@pytest.mark.parametrize(
    ("path", "method", "headers", "content", "status"),
    [
        ("/ping/somebody-elses-1", "GET", {}, None, 404),
        ("/", "GET", {}, None, 404),
        (f"/ping/{TOKEN}/tere", "GET", {}, None, 404),
        (f"/ping/{TOKEN}/../x", "GET", {}, None, 404),
        (f"/ping/{TOKEN}", "DELETE", {}, None, 405),
        (f"/ping/{TOKEN}?rows=palju", "GET", {}, None, 400),
        (f"/ping/{TOKEN}?rows=-1", "GET", {}, None, 400),
        (f"/ping/{TOKEN}?sum=1e999", "GET", {}, None, 400),
        (f"/ping/{TOKEN}", "GET", {"Host": "mujal.example"}, None, 403),
        (f"/ping/{TOKEN}", "GET", {"Host": "mujal.example:8474"}, None, 403),
        (f"/ping/{TOKEN}", "POST", {}, b"x" * (BODY_BYTES + 1), 413),
    ],
)
async def test_what_is_turned_away(
    path: str, method: str, headers: dict[str, str], content: bytes | None, status: int
) -> None:
    async with opened() as desk:
        answer = await desk.ask(path, method, headers=headers, content=content)
        assert answer.status_code == status
        # And the next one is heard.
        assert (await desk.ask(f"/ping/{TOKEN}")).status_code == 200
    assert len(desk.heard) == 1


@pytest.mark.parametrize("said", [b"tere\r\n\r\n", b"\x16\x03\x01" * 100, b"GET / HTTP/1.1\r\n" + b"x" * 100_000, b""])
async def test_what_is_no_http_is_turned_away(said: bytes) -> None:
    async with opened() as desk:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port.port)
        writer.write(said)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            answer = await reader.read()
        writer.close()
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
        assert (await desk.ask(f"/ping/{TOKEN}")).status_code == 200


async def test_it_listens_on_loopback_alone() -> None:
    async with opened() as desk:
        assert desk.port._server is not None
        assert {each.getsockname()[0] for each in desk.port._server.sockets} == {"127.0.0.1"}


async def test_what_is_not_stored_is_not_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pings, "STORED_SECONDS", 0.1)
    async with opened() as desk:
        desk.is_storing = False
        assert (await desk.ask(f"/ping/{TOKEN}")).status_code == 503
        assert desk.port.take() == []


async def test_a_port_that_is_taken_is_tried_again() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = PingPort(other.getsockname()[1], {TOKEN: "Arvutus"}, hand(), lambda: None)
        await port.open()
        assert not port.is_open
    await port.open()
    assert port.is_open
    await port.close()
    assert not port.is_open


# what pings make of a job's runs


def said(at_ms: int, verb: str = "", run: str = "", rows: int | None = None) -> Ping:
    return Ping("Arvutus", at_ms, verb == "start", verb != "fail", run, rows)


@pytest.mark.parametrize(
    ("told", "runs"),
    [
        pytest.param([said(5, "start"), said(9, rows=3)], [JobRun(5, 9, True, 3)], id="its beginning and its end"),
        pytest.param([said(9)], [JobRun(9, 9)], id="its end alone"),
        pytest.param([said(5, "start"), said(9, "fail")], [JobRun(5, 9, False)], id="a failure"),
        pytest.param([said(5, "start"), said(9), said(9)], [JobRun(5, 9), JobRun(9, 9)], id="twice"),
        pytest.param([said(5, "start"), said(5, "start")], [JobRun(5), JobRun(6)], id="two in one moment"),
        pytest.param(
            [said(5, "start", "a"), said(6, "start", "b"), said(7, run="a"), said(8, run="b")],
            [JobRun(5, 7), JobRun(6, 8)],
            id="two that overlap",
        ),
        pytest.param([said(5, "start", "a"), said(7, run="a"), said(8, run="a")], [JobRun(5, 8)], id="said again"),
        pytest.param([said(9, "start"), said(5)], [JobRun(9, 9)], id="a clock that was set back"),
    ],
)
def test_pings_make_runs(told: list[Ping], runs: list[JobRun]) -> None:
    jobs = Jobs([CHECK], hand(), None)
    for ping in told:
        jobs.keep(jobs.told_by([ping]))
    assert list(jobs.watch("Arvutus").runs) == runs


# through the source


class Polled:
    """A source that is polled as the sync polls it, over its own port."""

    def __init__(self, clock: Hand) -> None:
        self.clock = clock
        self.source = CheckSource([CHECK], clock, ping_port=0)
        self.batches: list[Batch] = []
        self.is_broken = False
        self.polled = asyncio.Condition()

    async def poll(self) -> None:
        async for batch in self.source.fetch("", {}):
            if self.is_broken:
                return
            self.batches.append(batch)
            async with self.polled:
                self.polled.notify_all()

    async def follow(self) -> None:
        while True:
            await self.poll()
            await self.source.news.wait()

    def last_looks(self) -> list[tuple[object, ...]]:
        return [row for batch in self.batches for row in batch.rows.get("result", ())]

    async def until_looked(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self.polled:
            await self.polled.wait_for(lambda: len(self.last_looks()) >= count)

    async def ping(self, path: str) -> int:
        assert self.source._jobs._pings is not None
        address = f"http://127.0.0.1:{self.source._jobs._pings.port}/ping/{TOKEN}{path}"
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            return (await client.get(address)).status_code


async def test_a_ping_is_stored_before_it_is_answered_and_looked_at_at_once() -> None:
    polled = Polled(hand())
    following = asyncio.create_task(polled.follow())
    try:
        await polled.until_looked(1)
        assert polled.last_looks()[0][2:4] == (Outcome.UNKNOWN.value, "job unseen")

        Hand.moved_ms = 5_000
        assert await polled.ping("?rows=0") == 200
        assert FACT + "Arvutus" in polled.batches[-1].facts or len(polled.last_looks()) > 1
        await polled.until_looked(2)
        assert polled.last_looks()[1][2:4] == (Outcome.FAIL.value, "job rows 0 < 1")
    finally:
        following.cancel()
        await polled.source.close()


async def test_a_ping_that_the_store_does_not_take_is_refused_and_leaves_no_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pings, "STORED_SECONDS", 0.3)
    polled = Polled(hand())
    await polled.poll()
    polled.is_broken = True
    following = asyncio.create_task(polled.follow())
    try:
        assert await polled.ping("") == 503
        assert polled.source._jobs.watch("Arvutus").runs == ()
    finally:
        following.cancel()
        await polled.source.close()


async def test_a_restart_forgets_no_run() -> None:
    before = Jobs([CHECK], hand(), None)
    before.keep(before.told_by([said(5, "start")]))
    after = Jobs([CHECK], hand(), None)
    await after.open(before.all_facts(), lambda: None)
    assert after.watch("Arvutus").runs == (JobRun(5),)
    after.keep(after.told_by([said(9)]))
    assert after.watch("Arvutus").runs == (JobRun(5, 9),)


async def test_what_makes_no_sense_any_more_is_begun_anew() -> None:
    jobs = Jobs([CHECK], hand(), None)
    await jobs.open({FACT + "Arvutus": "tere"}, lambda: None)
    assert jobs.watch("Arvutus") == JobWatch(NOW)


def test_the_reader_and_the_source_agree_on_the_facts() -> None:
    class Rows:
        def execute(self, _question: str, _values: object) -> list[tuple[str, str]]:
            return list(Jobs([CHECK], hand(), None).facts({"Arvutus": WATCH}).items())

    assert load_jobs(Rows()) == {"Arvutus": WATCH}  # type: ignore[arg-type]


WATCH = JobWatch(3, (JobRun(5, 9, False, 3, 2.5, 1), JobRun(10)))

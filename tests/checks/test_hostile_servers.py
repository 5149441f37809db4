"""Servers that lie, drip, pour and break off, over real connections: no answer of theirs is taken for health."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from data.checks.base import Check
from data.checks.http import HttpCheck
from data.checks.prometheus import PrometheusCheck
from data.clock import Clock
from data.model import CheckResult, Outcome
from data.sources.checks import EVIDENCE, CheckSource

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
SECONDS = 2.0
HEAD = b"HTTP/1.1 200 OK\r\n"


class Server:
    """What it sends to whoever asks, and how much of it was taken."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.url = ""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            await self._answer(writer)
        writer.close()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    served = Server(answer)
    server = await asyncio.start_server(served.handle, "127.0.0.1", 0)
    served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/health"
    try:
        yield served
    finally:
        server.close()


async def look(check: Check) -> CheckResult:
    source = CheckSource([check], Clock())
    try:
        return await source.look(check)
    finally:
        await source.close()


def sends(*parts: bytes) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return answer


async def drips(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drips_its_head(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    while not writer.is_closing():
        writer.write(b"X-Drop: x\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def says_nothing(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def pours(writer: asyncio.StreamWriter) -> None:
    """A body of a gigabyte."""
    writer.write(HEAD + b"Content-Length: 1073741824\r\n\r\n")
    part = b"x" * 65_536
    for _each in range(16_384):
        writer.write(part)
        await writer.drain()


BOMB = gzip.compress(bytes(20 << 20))
PACKED = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(drips, id="drips its body"),
        pytest.param(drips_its_head, id="drips its head"),
        pytest.param(says_nothing, id="says nothing"),
        pytest.param(pours, id="pours a gigabyte"),
        pytest.param(sends(PACKED % len(BOMB), BOMB), id="a bomb of gzip"),
        pytest.param(sends(PACKED % 100, gzip.compress(b"UP")[:12]), id="gzip that breaks off"),
        pytest.param(sends(HEAD + b"Content-Length: 100\r\n\r\nU"), id="a body that breaks off"),
        pytest.param(sends(b""), id="closes at once"),
        pytest.param(sends(b"\x00\x01\x02\xff" * 100), id="no HTTP"),
        pytest.param(sends(b"HTTP/1.1 999 ?\r\n\r\n"), id="a status that is none"),
        pytest.param(sends(HEAD + b"X: " + b"x" * 200_000 + b"\r\n\r\nUP"), id="a head without measure"),
        pytest.param(
            sends(b"HTTP/1.1 302 Found\r\nLocation: /health\r\nContent-Length: 0\r\n\r\n"), id="a redirect to itself"
        ),
        pytest.param(sends(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\nUP"), id="another protocol"),
        pytest.param(sends(HEAD + b"Content-Length: 2\r\nContent-Length: 4\r\n\r\nUPUP"), id="two lengths"),
        pytest.param(sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nUP\r\n"), id="chunks that are none"),
    ],
)
async def test_it_is_down_in_time_and_never_well(answer: Answer) -> None:
    async with serving(answer) as server:
        check = HttpCheck(name="a", url=server.url, timeout=SECONDS, contains="UP")
        async with asyncio.timeout(20):
            found = await look(check)
        assert (found.outcome, bool(found.reason)) == (Outcome.FAIL, True)
        assert len(found.evidence) <= EVIDENCE

        witness = PrometheusCheck(
            name="b", url=server.url.removesuffix("/health"), query="up", at_least=1, timeout=SECONDS
        )
        async with asyncio.timeout(20):
            seen = await look(witness)
        assert seen.outcome is Outcome.UNKNOWN, "that a witness is dead says nothing of the service"


async def test_what_is_kept_of_an_answer_holds_nothing_personal_and_commands_no_terminal() -> None:
    said = "Isik 39001010000, EE382200221020145685, mari.mets@asutus.example \x1b]0;x\x07\x1b[2J[bold]\u202e".encode()
    head = b"HTTP/1.1 500 Oops\r\nContent-Length: %d\r\n\r\n" % len(said)
    async with serving(sends(head, said)) as server:
        found = await look(HttpCheck(name="a", url=f"{server.url}?key=salajane", timeout=SECONDS))
    assert found.reason == "http 500"
    for secret in ("39001010000", "382200221020145685", "mari.mets", "salajane", "\x1b", "\x07", "\u202e"):
        assert secret not in found.evidence
    assert "Isik" in found.evidence

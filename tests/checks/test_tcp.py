"""A check of a port: real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket

import pytest

from data.checks.tcp import TcpCheck
from data.model import Outcome
from tests.checks.web import NoWeb


async def test_a_port_that_takes_connections_is_well() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        look = await TcpCheck(name="x", host="127.0.0.1", port=port).look(NoWeb())

    assert (look.outcome, look.reason) == (Outcome.OK, "")
    assert look.latency_ms is not None


async def test_a_slow_port_is_degraded() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    check = TcpCheck(name="x", host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    check.slow = 0.0
    async with server:
        look = await check.look(NoWeb())

    assert (look.outcome, look.reason) == (Outcome.DEGRADED, "slow")


async def test_a_closed_port_is_refused() -> None:
    with socket.socket() as bound:
        # Bound and not listening: nobody else gets the port meanwhile.
        bound.bind(("127.0.0.1", 0))
        look = await TcpCheck(name="x", host="127.0.0.1", port=bound.getsockname()[1]).look(NoWeb())

    assert (look.outcome, look.reason, look.latency_ms) == (Outcome.FAIL, "refused", None)


async def test_a_port_whose_queue_is_full_answers_not_in_time() -> None:
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        look = await TcpCheck(name="x", host="127.0.0.1", port=deaf.getsockname()[1], timeout=0.3).look(NoWeb())

    assert (look.outcome, look.reason) == (Outcome.FAIL, "timeout")


@pytest.mark.parametrize("host", ["x.invalid", "x" * 64 + ".example", "x..example"])
async def test_a_host_that_nobody_knows_is_told(host: str) -> None:
    look = await TcpCheck(name="x", host=host, port=80).look(NoWeb())

    assert (look.outcome, look.reason) == (Outcome.FAIL, "dns")


@pytest.mark.parametrize("host", ["https://x.example", "x.example/health", "me@x.example", "x example", "x\x1b[2J"])
def test_what_is_no_host_is_told(host: str) -> None:
    assert [key for key, _problem in TcpCheck(name="x", host=host, port=80).problems()] == ["host"]

"""A check of a certificate: real handshakes with certificates that are good and bad in each way."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from data.checks import tls
from data.checks.tls import TlsCheck, valid_until
from data.model import Outcome
from tests.checks.web import NoWeb

CERTIFICATES = Path(__file__).parents[1] / "fixtures" / "tls"


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system trusts our own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))


@asynccontextmanager
async def serving(certificate: str) -> AsyncIterator[TlsCheck]:
    """A server that shows `certificate`, and the check of it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield TlsCheck(name="x", host="127.0.0.1", port=server.sockets[0].getsockname()[1])


@pytest.mark.parametrize(
    ("certificate", "outcome", "reason"),
    [
        ("good", Outcome.OK, ""),
        ("expired", Outcome.FAIL, "tls expired"),
        ("wrong_host", Outcome.FAIL, "tls wrong host"),
        ("self_signed", Outcome.FAIL, "tls self-signed"),
        ("unknown_ca", Outcome.FAIL, "tls untrusted"),
    ],
)
async def test_a_certificate_is_judged(certificate: str, outcome: Outcome, reason: str) -> None:
    async with serving(certificate) as check:
        look = await check.look(NoWeb())

    assert (look.outcome, look.reason) == (outcome, reason)


async def test_a_certificate_that_ends_soon_is_told_with_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2049, 12, 20, 12, tzinfo=UTC).timestamp()
    monkeypatch.setattr(tls, "time", SimpleNamespace(time=lambda: now, perf_counter=lambda: 0.0))
    async with serving("ending") as check:
        look = await check.look(NoWeb())

    assert (look.outcome, look.reason) == (Outcome.DEGRADED, "expires 10")


async def test_a_port_that_speaks_no_tls_is_told() -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        look = await TlsCheck(name="x", host="127.0.0.1", port=port).look(NoWeb())

    assert (look.outcome, look.reason) == (Outcome.FAIL, "tls handshake")


async def test_a_port_that_says_nothing_is_not_waited_for() -> None:
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        look = await TlsCheck(name="x", host="127.0.0.1", port=port, timeout=0.3).look(NoWeb())

    assert (look.outcome, look.reason) == (Outcome.FAIL, "timeout")


@pytest.mark.parametrize(
    ("certificate", "year"), [("good", 2119), ("ending", 2049), ("expired", 2021)], ids=["late", "early", "past"]
)
def test_the_end_is_read_in_both_notations(certificate: str, year: int) -> None:
    # UTCTime up to 2049, GeneralizedTime from 2050 on.
    text = (CERTIFICATES / f"{certificate}.pem").read_text()
    shown = ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :])
    assert valid_until(shown).year == year


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x82\xff", b"\x30\x03\x02\x01", b"\x30\x02\x30\x00", bytes(400)])
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        valid_until(data)

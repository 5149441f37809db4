"""Connections made as somebody: real handshakes with a server that asks for a certificate."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from data.checks.base import NOBODY, Identity
from data.checks.xroad import XRoadCheck
from data.clock import Clock
from data.model import Outcome
from data.sources.batch import SourceError
from data.sources.checks import CheckSource
from data.sources.client import Client, Reply

CERTIFICATES = Path(__file__).parents[1] / "fixtures" / "tls"
AUTHORITY = str(CERTIFICATES / "ca.pem")
LOCKED_KEY = """\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjlcL1ds3yEuQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBU/vbySdzCbmd/YY2frxe4EgZC1
NUqMwpzcw30SyUGNZNwyjOlm8SzWneay+dlGf1EhkF4keytaaZRxPe9h8PYyYkIe
PqjApPg2r5s0JX1PRDvsg7QByG/dqAPCyltKysN4CtkdRTmhnqfGZ8B0PW7+2Gmz
4SyzG/ytp3dMdd2mhtGBmuLbruHHqYNjzmJ97fiL7B8U9KTbq2KHYEhuoBKFB34=
-----END ENCRYPTED PRIVATE KEY-----
"""
"""A key that belongs to nothing, made for this file."""
OURS = Identity(str(CERTIFICATES / "good.pem"), "", AUTHORITY)


@contextmanager
def serving(*, wants_certificate: bool = True) -> Iterator[str]:
    """The address of a server that answers 200 to everybody whose certificate it accepts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "good.pem")
    context.load_verify_locations(AUTHORITY)
    context.verify_mode = ssl.CERT_REQUIRED if wants_certificate else ssl.CERT_NONE
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, context), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError):
        while True:
            raw, _address = listener.accept()
            with raw, suppress(OSError):
                _answer(raw, context)


def _answer(raw: socket.socket, context: ssl.SSLContext) -> None:
    raw.settimeout(60)
    with socket.fromfd(raw.fileno(), raw.family, raw.type) as beneath:
        try:
            with context.wrap_socket(raw, server_side=True) as opened:
                opened.recv(10_000)
                opened.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK")
        except ssl.SSLError:
            # Closed over unread bytes, the connection would be reset before the alert is read.
            beneath.shutdown(socket.SHUT_WR)
            while beneath.recv(10_000):
                pass


async def call(url: str, identity: Identity) -> Reply:
    client = Client(timeout=30)
    try:
        return await client.call(url, cap=100, seconds=60, headers={}, identity=identity)
    finally:
        await client.close()


async def test_a_server_that_asks_for_our_certificate_gets_it() -> None:
    with serving() as url:
        assert (await call(url, OURS)).body == b"OK"


@pytest.mark.parametrize("certificate", ["", "unknown_ca.pem"])
async def test_a_server_that_does_not_accept_us_is_told_as_that(certificate: str) -> None:
    shown = str(CERTIFICATES / certificate) if certificate else ""
    with serving() as url, pytest.raises(SourceError) as caught:
        await call(url, Identity(shown, "", AUTHORITY))
    assert caught.value.code == "certificate"


async def test_without_its_authority_a_server_is_not_trusted() -> None:
    with serving(wants_certificate=False) as url, pytest.raises(SourceError) as caught:
        await call(url, NOBODY)
    assert caught.value.code == "tls"


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nei\n-----END CERTIFICATE-----\n"])
@pytest.mark.parametrize("is_authority", [False, True])
async def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, is_authority: bool) -> None:
    file = tmp_path / "meie.pem"
    if content is not None:
        file.write_bytes(content)
    identity = Identity(authority=str(file)) if is_authority else Identity(str(file), "", AUTHORITY)
    with serving() as url, pytest.raises(SourceError, match=r"meie\.pem") as caught:
        await call(url, identity)
    assert caught.value.code == "config"


async def test_a_key_with_a_password_asks_nobody_for_it(tmp_path: Path) -> None:
    locked = tmp_path / "lukus.pem"
    locked.write_text(LOCKED_KEY + (CERTIFICATES / "good.pem").read_text().partition("-----END PRIVATE KEY-----\n")[2])
    with serving() as url, pytest.raises(SourceError, match=r"lukus\.pem") as caught:
        await call(url, Identity(str(locked), "", AUTHORITY))
    assert caught.value.code == "config"


async def test_a_security_server_that_wants_our_certificate_is_not_measured() -> None:
    with serving() as url:
        check = XRoadCheck(
            name="RR", url=url, client="EE/GOV/1/a", service="EE/GOV/2/b", authority=AUTHORITY, timeout=60
        )
        source = CheckSource([check], Clock())
        found = await source.look(check)
        await source.close()
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, "certificate")

"""Every refusal of an upstream system, end to end: what was known stays, the state is told, and it heals."""

from __future__ import annotations

import io
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tests.faults.outcomes import CHANGES, REFUSALS, Change, Refusal
from tests.faults.rows import holds
from tests.faults.table import table
from tests.faults.truth import assert_true, held
from tests.upstream import SyncedDesk, upstream
from tui.cli.show import show

ROOT = Path(__file__).parents[2]
CERTIFICATE = ROOT / "tests" / "faults" / "selfsigned.pem"
SETTINGS = {"page_cap": 1000, "short_by": 0, "numbers": True, "zone": "Europe/Tallinn", "off_ms": 0, "anonymous": False}


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncedDesk]:
    """A filled desk that every test leaves well."""
    with upstream(certificate=CERTIFICATE) as server:
        desk = SyncedDesk(server, tmp_path_factory.mktemp("faults"), calendar="")
        assert desk.once() == 0
        yield desk
        desk.close()


@pytest.fixture
def desk(lasting: SyncedDesk) -> Iterator[SyncedDesk]:
    yield lasting
    lasting.server.heal()
    lasting.server.admin("settings", SETTINGS)
    lasting.server.admin("project/PERE/right")
    lasting.timeout, lasting.url = 20, ""
    lasting.write()


def shown(desk: SyncedDesk) -> dict[str, Any]:
    """What `show tickets --json` prints."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        assert show(desk.places, "tickets", True, 1) == 0
    document: dict[str, Any] = json.loads(printed.getvalue())
    return document


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_a_refusal_is_told_changes_nothing_and_heals(desk: SyncedDesk, refusal: Refusal) -> None:
    assert desk.once() == 0
    known, before = held(desk), shown(desk)
    desk.later(0.1)
    desk.server.admin("issue/SKAH-4101", {"summary": f"Muudatus: {refusal.name}"})
    desk.timeout = refusal.timeout
    desk.write()
    refusal.begin(desk.server)

    if refusal.code:
        assert_told(desk, refusal, before)
        assert held(desk) == known
    else:
        assert desk.once() == 0
        assert held(desk) != known
    desk.server.heal()
    desk.timeout = 20
    desk.write()
    assert desk.once() == 0
    (source,) = shown(desk)["sources"]
    assert (source["error_code"], source["phase"]) == ("", "fresh")
    assert_true(desk)


def assert_told(desk: SyncedDesk, refusal: Refusal, before: dict[str, Any]) -> None:
    assert desk.once() == 1
    told = shown(desk)
    (source,) = told["sources"]
    assert (source["phase"], source["error_code"]) == ("failed", refusal.code)
    assert refusal.words in source["error_detail"]
    assert (told["known_until"], told["total"]) == (before["known_until"], before["total"])


@holds("a session lost in the middle of reading (200, anonymous)", "told (`auth`), nothing deleted, heals by itself")
def test_a_session_lost_in_the_middle_deletes_nothing(desk: SyncedDesk) -> None:
    desk.server.admin("settings", {"page_cap": 20})
    desk.server.admin("touch", {"count": 80})
    known = held(desk)["ticket"].keys()
    desk.server.admin("after-page", {"anonymous": True})

    assert desk.once() == 1
    assert shown(desk)["sources"][0]["error_code"] == "auth"
    assert held(desk)["ticket"].keys() == known
    desk.server.admin("settings", SETTINGS)
    assert desk.once() == 0
    assert_true(desk)


@holds("a self-signed certificate", "told (`tls`), nothing is sent")
def test_a_self_signed_certificate_is_refused_in_words_that_help_and_no_token_leaves(desk: SyncedDesk) -> None:
    with eavesdropper() as (address, heard):
        for url in (desk.server.secure_base, address):
            desk.url = url
            desk.write()

            assert desk.once() == 1
            (source,) = shown(desk)["sources"]
            assert source["error_code"] == "tls"
            assert "certificate authority" in source["error_detail"]
    assert heard
    assert b"".join(heard) == b""


@contextmanager
def eavesdropper() -> Iterator[tuple[str, list[bytes]]]:
    """A server with a certificate that nobody vouches for, and what its callers said once the line was secret."""
    heard: list[bytes] = []

    class Ear(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                with context.wrap_socket(self.request, server_side=True) as line:
                    heard.append(line.recv(65_536))
            except OSError:
                heard.append(b"")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Ear) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}", heard
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_whatever_happens_in_jira_the_cache_becomes_the_truth(desk: SyncedDesk, change: Change) -> None:
    change.act(desk)
    desk.once()
    if change.hours:
        desk.server.admin("settings", SETTINGS)
        desk.later(change.hours)
        assert desk.once() == 0
    assert_true(desk)
    change.check(desk)


def test_the_table_in_the_readme_is_the_one_of_the_tests() -> None:
    assert table() in (ROOT / "README.md").read_text("utf-8"), "run: python -m tests.faults.table"

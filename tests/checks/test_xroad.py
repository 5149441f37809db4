"""A check of X-Road against the invented security server: each way of asking, and every fault that must be told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.checks.xroad import XRoadCheck
from data.clock import Clock
from data.model import CheckResult, Outcome
from data.simulator.serve import build_app
from data.simulator.xroad_world import OUR_SERVER, OUR_SUBSYSTEM
from data.sources.checks import CheckSource
from tests.simulator.factory import MINUTE, START_MS, world

RR, EMTA, OURS = "DEMO/GOV/D0000010/rr", "DEMO/GOV/D0000011/emta", "/".join(OUR_SUBSYSTEM)
LATER_MS = 20 * MINUTE
"""After the beginning, when the world's script has come to rest."""


@dataclass
class Server:
    """The invented security server, and looks at it."""

    transport: httpx.ASGITransport
    admin: httpx.AsyncClient
    now_ms: int

    async def hold(self, what: str, **held: Any) -> None:
        """Holds something wrong: a subsystem, a service of one, or the server itself for an empty name."""
        (await self.admin.post(f"/_admin/xroad/{what}", json=held)).raise_for_status()

    def source(self, *checks: XRoadCheck) -> CheckSource:
        return CheckSource(checks, Clock(self.now_ms, 0, 0.0), self.transport)

    async def look(self, ask: str = "methods", service: str = f"{RR}/isikuandmed", **more: Any) -> CheckResult:
        """One look; over SOAP where nothing else is said."""
        checked = check(ask, service, **more)
        source = self.source(checked)
        try:
            return await source.look(checked)
        finally:
            await source.close()


def check(ask: str = "methods", service: str = f"{RR}/isikuandmed", **more: Any) -> XRoadCheck:
    url = "http://server.demo/xroad-port" if ask == "port" else "http://server.demo/xroad"
    more = {"url": url, "protocol": "soap", "client": OURS, "server": "/".join(OUR_SERVER), "slow": 30, **more}
    return XRoadCheck(name=service, ask=ask, service=service, **more)


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    transport = httpx.ASGITransport(app=build_app(world(after_ms=LATER_MS), admin=True))
    async with httpx.AsyncClient(transport=transport, base_url="http://server.demo") as admin:
        yield Server(transport, admin, START_MS + LATER_MS)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as opened:
        yield opened


@pytest.mark.parametrize(
    ("ask", "service", "more"),
    [
        ("methods", f"{RR}/isikuandmed", {}),
        ("methods", f"{RR}/isikuandmed/v1", {}),
        ("methods", RR, {}),
        ("methods", f"{EMTA}/tootamine", {"protocol": "rest"}),
        ("health", f"{OURS}/hyvitised", {}),
        ("health", OURS, {}),
        ("operational", f"{RR}/elukoht", {}),
        ("operational", f"{EMTA}/tulud/v1", {}),
        ("port", "", {}),
    ],
)
async def test_what_is_well_is_found_well_and_timed(
    server: Server, ask: str, service: str, more: dict[str, Any]
) -> None:
    found = await server.look(ask, service, **more)
    assert (found.outcome, found.reason) == (Outcome.OK, "")
    assert found.latency_ms is not None


@pytest.mark.parametrize("is_newer", [False, True], ids=["before 7.8", "from 7.8"])
@pytest.mark.parametrize("protocol", ["soap", "rest"])
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("Server.ServerProxy.ServiceDisabled", Outcome.MAINTENANCE),
        ("Server.ServerProxy.ServiceFailed.HttpError", Outcome.FAIL),
        ("Server.ServerProxy.AccessDenied", Outcome.UNKNOWN),
        ("Server.ClientProxy.OutdatedGlobalConf", Outcome.FAIL),
        ("andmebaas_katki", Outcome.DEGRADED),
    ],
)
async def test_a_fault_is_told_alike_in_both_styles_and_protocols(
    server: Server, fault: str, outcome: Outcome, protocol: str, is_newer: bool
) -> None:
    await server.hold("rr", fault=fault, text="Põhjus", is_newer=is_newer)
    found = await server.look(service=RR, protocol=protocol)
    plain = fault.lower().replace("_", "")
    assert (found.outcome, found.reason) == (outcome, f"xroad {plain}")
    assert "Põhjus" in found.evidence
    assert "; detail " in found.evidence
    assert f"; http {200 if protocol == 'soap' else 500}; " in found.evidence


async def test_a_notice_with_escape_codes_and_markup_is_inert(server: Server) -> None:
    notice = "Hooldus 5.12 [bold red]18–22[/] \x1b]52;c;aGk=\x07\x9b31m\u202e[@click=app.bell]vajuta[/]"
    await server.hold("rr", fault="Server.ServerProxy.ServiceDisabled", text=notice)
    for protocol in ("soap", "rest"):
        found = await server.look(service=RR, protocol=protocol)
        assert found.outcome is Outcome.MAINTENANCE
        assert "Hooldus 5.12 [bold red]18–22[/] " in found.evidence
        assert found.evidence.endswith("[@click=app.bell]vajuta[/]")
        assert found.evidence.isprintable()


@pytest.mark.parametrize(
    ("ask", "protocol", "outcome"),
    [
        ("methods", "rest", Outcome.FAIL),
        ("methods", "soap", Outcome.FAIL),
        ("health", "soap", Outcome.UNKNOWN),
        ("operational", "soap", Outcome.UNKNOWN),
    ],
)
async def test_an_error_that_is_not_of_xroad_says_nothing_of_what_a_witness_is_asked_about(
    server: Server, ask: str, protocol: str, outcome: Outcome
) -> None:
    await server.hold("", mode="plain")
    found = await server.look(ask, RR, protocol=protocol)
    assert (found.outcome, found.reason) == (outcome, "http 500")


@pytest.mark.parametrize(
    ("mode", "outcome", "reason"),
    [
        ("maintenance", Outcome.MAINTENANCE, "maintenance mode"),
        ("error", Outcome.FAIL, "http 500"),
    ],
)
async def test_a_health_port_tells_why_it_is_not_well(server: Server, mode: str, outcome: Outcome, reason: str) -> None:
    await server.hold("", mode=mode)
    found = await server.look("port", "")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert found.evidence


@pytest.mark.parametrize(
    ("ask", "mode", "reason"),
    [
        ("operational", "cut", "other answer"),
        ("operational", "bomb", "other answer"),
        ("operational", "endless", "too much"),
        ("operational", "doctype", "other answer"),
        ("health", "doctype", "other answer"),
        ("methods", "doctype", "other answer"),
        ("health", "restarted", "monitor restarted"),
    ],
)
async def test_a_hostile_or_empty_answer_is_not_measured(server: Server, ask: str, mode: str, reason: str) -> None:
    await server.hold("", mode=mode)
    found = await server.look(ask, f"{OURS}/hyvitised")
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, reason)


@pytest.mark.parametrize("ask", ["health", "operational"])
async def test_a_service_that_nobody_used_is_not_measured(server: Server, ask: str) -> None:
    found = await server.look(ask, f"{OURS}/olematu")
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, "no requests")


async def test_a_service_that_is_not_listed_is_told_with_those_that_are(server: Server) -> None:
    found = await server.look(service=f"{RR}/olematu")
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, "not listed")
    assert "elukoht/v1" in found.evidence
    assert (await server.look(service=f"{RR}/isikuandmed/v2")).reason == "not listed"
    assert (await server.look(service=f"{RR}/isikuandmed", protocol="rest")).reason == "not listed"


@pytest.mark.parametrize("ask", ["health", "operational"])
async def test_a_service_whose_requests_fail_is_down_and_others_are_not(server: Server, ask: str) -> None:
    failing, well = ("hyvitised", "lapsed") if ask == "health" else ("isikuandmed", "elukoht")
    subsystem = OURS if ask == "health" else RR
    await server.hold(f"{subsystem.rpartition('/')[2]}/{failing}")
    found = await server.look(ask, f"{subsystem}/{failing}")
    assert found.outcome is Outcome.FAIL
    expected = "failing " if ask == "health" else "xroad server.serverproxy.servicefailed.httperror"
    assert found.reason.startswith(expected)
    assert (await server.look(ask, f"{subsystem}/{well}")).outcome is Outcome.OK


@pytest.mark.parametrize("service", [f"{RR}/isikuandmed", f"{OURS}/hyvitised"])
async def test_a_stranger_is_told_that_it_is_our_own_matter(server: Server, service: str) -> None:
    ask = "methods" if service.startswith(RR) else "health"
    found = await server.look(ask, service, client="DEMO/GOV/D9999999/olematu")
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, "xroad server.clientproxy.unknownmember")


async def test_checks_of_one_server_are_asked_in_one_question(server: Server) -> None:
    asked: list[bytes] = []

    class Counting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(await request.aread())
            return await server.transport.handle_async_request(request)

    services = [f"{RR}/isikuandmed", f"{RR}/elukoht", f"{EMTA}/tulud"]
    checks = [check("operational", each) for each in services] + [check("operational", f"{RR}/synnid", window=660)]
    source = CheckSource(checks, Clock(server.now_ms, 0, 0.0), Counting())
    batches = [batch async for batch in source.fetch("", {})]
    first = len(asked)
    source.hasten()
    batches += [batch async for batch in source.fetch("", {})]
    await source.close()

    assert first == 2, "one for the three, one for the longer window"
    assert len(asked) == 4, "and each anew in the next round"
    outcomes = [row[2] for batch in batches for row in batch.rows.get("result", ())]
    assert outcomes == ["ok"] * 8


async def test_many_records_are_read_page_by_page(server: Server) -> None:
    found = await server.look("operational", f"{RR}/elukoht", window=3600)
    assert (found.outcome, found.reason) == (Outcome.OK, "")


async def test_a_server_that_is_gone_is_no_outage_of_what_it_is_asked_about() -> None:
    def gone(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    for ask, outcome in (("operational", Outcome.UNKNOWN), ("methods", Outcome.FAIL), ("port", Outcome.FAIL)):
        checked = check(ask)
        source = CheckSource([checked], Clock(START_MS, 0, 0.0), httpx.MockTransport(gone))
        found = await source.look(checked)
        await source.close()
        assert (found.outcome, found.reason) == (outcome, "unreachable")


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("url", {"url": "turvaserver"}),
        ("url", {"url": "https://turvaserver.example.ee/r1/EE"}),
        ("ask", {"ask": "kuula"}),
        ("protocol", {"protocol": "grpc"}),
        ("key", {"key": "desk.key"}),
        ("client", {"client": "EE/GOV"}),
        ("service", {"service": "EE/GOV/70008440"}),
        ("server", {"ask": "health", "server": ""}),
    ],
)
def test_what_is_wrong_in_the_configuration_is_told_by_its_key(key: str, given: dict[str, str]) -> None:
    well = {"name": "RR", "url": "https://turvaserver.example.ee", "client": OURS, "service": RR}
    assert list(XRoadCheck(**well).problems()) == []  # type: ignore[arg-type]
    assert [found for found, _told in XRoadCheck(**{**well, **given}).problems()] == [key]  # type: ignore[arg-type]


def test_a_health_port_needs_an_address_alone() -> None:
    assert list(XRoadCheck(name="Meie", url="http://turvaserver.example.ee:5588/", ask="port").problems()) == []


def test_files_stand_beside_the_configuration(tmp_path: Path) -> None:
    checked = check(certificate="desk.pem", authority=str(tmp_path / "muu" / "ca.pem"))
    checked.place(tmp_path)
    assert checked.identity == (str(tmp_path / "desk.pem"), "", str(tmp_path / "muu" / "ca.pem"))


def test_what_is_looked_at_is_shown_without_a_secret() -> None:
    checked = check(url="https://mari:salajane@turvaserver.example.ee:8443/?voti=salajane")
    assert checked.target == f"https://turvaserver.example.ee:8443/ {RR}/isikuandmed"

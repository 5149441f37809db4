"""A check of X-Road against the invented security server: each way of asking, and every fault that must be told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
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
    more = {"protocol": "soap", "client": OURS, "server": "/".join(OUR_SERVER), "slow": 30, **more}
    return XRoadCheck(name=service, url=url, ask=ask, service=service, **more)


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

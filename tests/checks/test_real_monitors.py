"""Checks that ask a real Prometheus and a real Alertmanager, while what these watch breaks and recovers."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.checks.alertmanager import AlertmanagerCheck
from data.checks.base import Check
from data.checks.prometheus import PrometheusCheck
from data.clock import Clock
from data.model import CheckResult, Outcome
from data.sources.checks import CheckSource
from tests.checks.monitors import PROGRAMS, Monitors
from tests.upstream import wait_for


@pytest.fixture
def monitors(tmp_path: Path) -> Iterator[Monitors]:
    """On a person's machine without them these tests are left out; where the gates run, that is a fault."""
    if missing := [each for each in PROGRAMS if shutil.which(each) is None]:
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"not installed: {', '.join(missing)}")
    running = Monitors(tmp_path)
    yield running
    running.close()


def looked(check: Check) -> CheckResult:
    async def look() -> CheckResult:
        source = CheckSource([check], Clock())
        try:
            return await source.look(check)
        finally:
            await source.close()

    return asyncio.run(look())


def becomes(check: Check, outcome: Outcome, reason: str = "") -> CheckResult:
    """The first look that finds so; the monitors need a few seconds to see what happened."""

    def found() -> CheckResult | None:
        seen = looked(check)
        return seen if (seen.outcome, seen.reason) == (outcome, reason) else None

    seen = wait_for(found, f"{check.name}: {outcome} {reason}", 60)
    assert seen is not None
    return seen


def test_a_page_breaks_is_silenced_recovers_and_its_monitors_die(monitors: Monitors) -> None:
    query = PrometheusCheck(name="probe", url=monitors.prometheus.url, query='probe_success{job="page"}', at_least=1)
    scraped = PrometheusCheck(name="up", url=monitors.prometheus.url, query='up{job="page"}', at_least=1)
    alerts = AlertmanagerCheck(
        name="alerts", url=monitors.alertmanager.url, match=['part="page"'], watchdog="Watchdog", timeout=5
    )
    becomes(query, Outcome.OK)
    becomes(alerts, Outcome.OK)

    monitors.page.status = 503
    assert "job=page" in becomes(query, Outcome.FAIL, "value 0 < 1").evidence
    assert "the page does not answer" in becomes(alerts, Outcome.FAIL, "alert").evidence
    assert looked(scraped).outcome is Outcome.OK, "the exporter answers, whatever it found"

    monitors.silence()
    becomes(alerts, Outcome.UNKNOWN, "alert suppressed")
    assert looked(query).outcome is Outcome.FAIL, "who silences an alert mends nothing"

    monitors.page.status = 200
    becomes(query, Outcome.OK)
    becomes(alerts, Outcome.OK)

    monitors.prometheus.kill()
    assert (looked(query).outcome, looked(query).reason) == (Outcome.UNKNOWN, "unreachable")
    monitors.alertmanager.kill()
    assert (looked(alerts).outcome, looked(alerts).reason) == (Outcome.UNKNOWN, "unreachable")


def test_what_is_asked_wrongly_is_unknown_and_told(monitors: Monitors) -> None:
    query = PrometheusCheck(name="probe", url=monitors.prometheus.url, query="probe_success{", at_least=1)
    found = looked(query)
    assert (found.outcome, found.reason, "parse error" in found.evidence) == (Outcome.UNKNOWN, "query refused", True)
    empty = PrometheusCheck(name="probe", url=monitors.prometheus.url, query="probe_suces", at_least=1)
    assert (looked(empty).outcome, looked(empty).reason) == (Outcome.UNKNOWN, "no data")
    alerts = AlertmanagerCheck(name="alerts", url=monitors.alertmanager.url, match=["sev erity"])
    assert (looked(alerts).outcome, looked(alerts).reason) == (Outcome.UNKNOWN, "filter refused")

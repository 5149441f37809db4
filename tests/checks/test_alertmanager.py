"""A check of alerts: answers of an Alertmanager 0.25, and what is none."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from data.checks.alertmanager import AlertmanagerCheck
from data.checks.base import Look, Reply
from data.model import Outcome
from tests.checks.web import Answer, NoWeb
from tests.gates.catalogue import ROOT

FIXTURES = ROOT.parent / "shared" / "fixtures" / "monitoring"


def check(**given: Any) -> AlertmanagerCheck:
    return AlertmanagerCheck(
        **{"name": "RR", "url": "https://a.example/am/", "match": ['komponent="RR"', "env=demo"], **given}
    )


def alert(severity: str = "critical", state: str = "active", **more: Any) -> dict[str, Any]:
    status: dict[str, Any] = {"state": state, "silencedBy": None, "inhibitedBy": []}
    return {"labels": {"alertname": "Maas", "severity": severity}, "annotations": None, "status": status, **more}


def alerts(*given: dict[str, Any]) -> Answer:
    return Answer(json.dumps(given).encode())


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        pytest.param(alerts(), Outcome.OK, "", id="none"),
        pytest.param(Answer(b"null"), Outcome.OK, "", id="none, as null"),
        pytest.param(alerts(alert()), Outcome.FAIL, "alert", id="active"),
        pytest.param(alerts(alert(state="unprocessed")), Outcome.FAIL, "alert", id="so new that nobody was told"),
        pytest.param(alerts(alert("warning")), Outcome.DEGRADED, "alert", id="a warning"),
        pytest.param(alerts(alert("warning"), alert(), alert("info")), Outcome.FAIL, "alert", id="the worst counts"),
        pytest.param(alerts(alert(state="suppressed")), Outcome.UNKNOWN, "alert suppressed", id="silenced"),
        pytest.param(alerts(alert(state="suppressed"), alert("info")), Outcome.DEGRADED, "alert", id="one is silenced"),
        pytest.param(alerts(alert(labels=None)), Outcome.FAIL, "alert", id="without labels"),
        pytest.param(Answer(b'"bad matcher format: sev erity"', 400), Outcome.UNKNOWN, "filter refused", id="refused"),
        pytest.param(Answer(b"<html>"), Outcome.UNKNOWN, "other answer", id="a page"),
        pytest.param(Answer(b"[{}]"), Outcome.UNKNOWN, "other answer", id="alerts without a state"),
        pytest.param(Answer(b"[" * 100_000), Outcome.UNKNOWN, "other answer", id="an abyss"),
        pytest.param(Answer(b"[]", 503), Outcome.UNKNOWN, "http 503", id="down itself"),
    ],
)
def test_an_answer_is_judged(given: Answer, outcome: Outcome, reason: str) -> None:
    found = check().judge(given)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_the_alert_is_evidence() -> None:
    told = alert(annotations={"summary": "RR ei vasta"}, startsAt="2026-11-22T16:08:30.649Z")
    assert check().judge(alerts(told)).evidence == "Maas · RR ei vasta · 2026-11-22T16:08:30.649Z"


class Monitor(NoWeb):
    """An Alertmanager with `fired` alerts of the service; the watchdog answers as it is told."""

    def __init__(self, *fired: dict[str, Any], watchdog: Answer) -> None:
        self.fired = alerts(*fired)
        self.watchdog = watchdog
        self.asked: list[list[str]] = []

    async def get(self, url: str, *, cap: int, seconds: float) -> Reply:
        assert urlsplit(url).path == "/am/api/v2/alerts"
        self.asked.append([value for name, value in parse_qsl(urlsplit(url).query) if name == "filter"])
        return self.watchdog if "alertname" in self.asked[-1][0] else self.fired


async def looked(monitor: Monitor, **given: Any) -> Look:
    return await check(**given).look(monitor)


@pytest.mark.parametrize(
    ("watchdog", "outcome", "reason"),
    [
        (alerts(alert("none")), Outcome.OK, ""),
        (alerts(), Outcome.UNKNOWN, "watchdog silent"),
        (Answer(b"", 502), Outcome.UNKNOWN, "http 502"),
    ],
)
async def test_silence_is_health_only_while_the_watchdog_is_heard(
    watchdog: Answer, outcome: Outcome, reason: str
) -> None:
    monitor = Monitor(watchdog=watchdog)
    found = await looked(monitor, watchdog="Watchdog")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert monitor.asked == [['komponent="RR"', "env=demo"], ['alertname="Watchdog"']]


async def test_without_a_watchdog_silence_is_not_known_to_be_health() -> None:
    found = await looked(Monitor(watchdog=alerts()))
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, "no watchdog")


async def test_an_alert_needs_no_watchdog() -> None:
    monitor = Monitor(alert(), watchdog=alerts())
    assert (await looked(monitor, watchdog="Watchdog")).outcome is Outcome.FAIL
    assert len(monitor.asked) == 1


@pytest.mark.parametrize(
    ("url", "keys"), [("https://a.example/am", []), ("https://a.example/api/v2/alerts", ["url"]), ("a", ["url"])]
)
def test_the_address_is_that_of_the_server(url: str, keys: list[str]) -> None:
    assert [key for key, _told in check(url=url).problems()] == keys


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures/monitoring is not here")
@pytest.mark.parametrize(
    ("recorded", "outcome"),
    [
        ("03_firing/am_alerts", Outcome.FAIL),
        ("03_firing/am_alerts_filter", Outcome.FAIL),
        ("01_up/am_alerts_badfilter", Outcome.UNKNOWN),
        ("01_up/am_v1_gone", Outcome.UNKNOWN),
    ],
)
def test_a_recorded_answer_is_judged(recorded: str, outcome: Outcome) -> None:
    (file,) = (FIXTURES / recorded).parent.glob(f"{(FIXTURES / recorded).name}.*")
    assert check().judge(Answer(file.read_bytes())).outcome is outcome

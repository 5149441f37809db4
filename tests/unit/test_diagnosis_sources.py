"""What the diagnosis makes of each source: the ones that cannot be asked, and each kind of answer."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from data.config import Calendar, Config, Jira
from data.diagnosis import Finding, Level, sources
from data.diagnosis.sources import jira_findings, look_at_all, result_finding
from data.model import CheckResult, Outcome

JIRA = Jira(url="https://jira.invalid", projects=["SKAH", "PERE"])
ME = {"name": "kadri.katse", "key": "JIRAUSER1", "displayName": "Kadri Katse", "active": True}


async def all_of(config: Config, token: str | None = None) -> list[Finding]:
    return [finding async for finding in look_at_all(config, token)]


async def test_what_is_not_configured_is_no_fault_and_what_has_no_token_is() -> None:
    [without] = await all_of(Config())
    assert (without.level, without.subject) == (Level.SKIPPED, "Jira")
    [closed] = await all_of(Config(jira=JIRA))
    assert (closed.level, "config init" in closed.advice) == (Level.BAD, True)


async def test_every_source_is_told_though_the_first_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    async def in_time(question: Coroutine[Any, Any, Any]) -> Any:
        question.close()
        raise TimeoutError

    monkeypatch.setattr(sources, "_in_time", in_time)
    calendar = Calendar(name="Koolitused", url="https://kalender.invalid/k.ics")
    told = await all_of(Config(jira=JIRA, calendar=[calendar]), "token")
    assert [(each.level, each.subject) for each in told] == [
        (Level.BAD, "Jira jira.invalid"),
        (Level.BAD, "calendar Koolitused"),
    ]
    assert all("no answer in 60 seconds" in each.text for each in told)


async def test_projects_that_the_token_does_not_see_are_named() -> None:
    answers: dict[str, Any] = {
        "/rest/api/2/myself": ME,
        "/rest/api/2/project": [{"id": "1", "key": "SKAH"}],
        "/rest/agile/1.0/board": {"isLast": True, "values": []},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answers[request.url.path])

    accepted, hidden, _sprints = await jira_findings(JIRA, "token", httpx.MockTransport(answer))
    assert (accepted.level, "kadri.katse" in accepted.text) == (Level.GOOD, True)
    assert (hidden.level, hidden.text) == (Level.BAD, "these projects are not visible: PERE.")


@pytest.mark.parametrize(
    ("outcome", "reason", "latency_ms", "level", "text"),
    [
        (Outcome.OK, "", 250, Level.GOOD, "answers as expected (0.25 s)."),
        (Outcome.OK, "", None, Level.GOOD, "answers as expected."),
        (Outcome.DEGRADED, "slow", 4_000, Level.WARNING, "answers, but slowly (4.00 s)."),
        (Outcome.DEGRADED, "expires 3", 40, Level.WARNING, "works, but the certificate expires in 3 days (0.04 s)."),
        (Outcome.MAINTENANCE, "uuendus", 40, Level.WARNING, "is under maintenance: uuendus."),
        (Outcome.UNKNOWN, "http 502", None, Level.WARNING, "could not be measured: answers with error 502."),
        (Outcome.FAIL, "http 503", 40, Level.BAD, "does not answer as expected: answers with error 503 (0.04 s)."),
    ],
)
def test_a_look_is_told_by_its_outcome(
    outcome: Outcome, reason: str, latency_ms: int | None, level: Level, text: str
) -> None:
    finding = result_finding(CheckResult("rr", 0, outcome, reason, latency_ms))
    assert (finding.subject, finding.level, finding.text) == ("rr", level, text)

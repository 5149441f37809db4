"""What the diagnosis says of Jira's boards and sprints, and of calendars, is what they answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from data.checks.http import HttpCheck
from data.clock import Clock
from data.config import Calendar, Config, Jira
from data.diagnosis import Finding, Level
from data.diagnosis.sources import calendar_finding, jira_findings, look_at_all
from data.language import use_language

ME = {"name": "kadri.katse", "key": "JIRAUSER1", "displayName": "Kadri Katse", "active": True}
SCRUM = {"id": 7, "name": "Menetlus", "type": "scrum"}


async def found(answers: Mapping[str, tuple[int, Any]], boards: list[int] | None = None) -> Finding:
    """The last finding about a Jira with one project; `answers` are status and body by the path under Agile."""
    use_language("en")

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.startswith("/rest/agile/1.0/"):
            status, body = answers[path.removeprefix("/rest/agile/1.0/")]
            return httpx.Response(status, json=body)
        known: dict[str, Any] = {"/rest/api/2/myself": ME, "/rest/api/2/project": [{"id": "1", "key": "SKAH"}]}
        return httpx.Response(200, json=known[path]) if path in known else httpx.Response(404, json={})

    jira = Jira(url="https://jira.invalid", projects=["SKAH"], boards=boards or [])
    return (await jira_findings(jira, "token", httpx.MockTransport(answer)))[-1]


def page(*boards: Any) -> tuple[int, Any]:
    return 200, {"isLast": True, "values": list(boards)}


async def test_projects_without_boards_are_not_said_to_have_readable_sprints() -> None:
    finding = await found({"board": page()})
    assert finding.level is Level.SKIPPED
    assert "no boards with sprints" in finding.text


async def test_boards_of_the_projects_are_counted() -> None:
    finding = await found({"board": page(SCRUM, {**SCRUM, "id": 8})})
    assert (finding.level, finding.text) == (Level.GOOD, "the sprints of 2 boards can be read.")


@pytest.mark.parametrize("status", [403, 404])
async def test_a_jira_without_boards_to_see_is_a_warning(status: int) -> None:
    finding = await found({"board": (status, {})})
    assert finding.level is Level.WARNING
    assert f"HTTP {status}" in finding.text


async def test_a_configured_board_that_is_not_there_is_named() -> None:
    finding = await found({"board/7/sprint": page(), "board/9/sprint": (404, {})}, boards=[7, 9])
    assert finding.level is Level.WARNING
    assert "board 9" in finding.text
    finding = await found({"board/7/sprint": page()}, boards=[7])
    assert finding.text == "the sprints of 1 board can be read."


ODD_EVENTS = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:hea
DTSTART:20261210T100000Z
SUMMARY:Koolitus
END:VEVENT
BEGIN:VEVENT
UID:alguseta
SUMMARY:Ilma alguseta
END:VEVENT
BEGIN:VEVENT
UID:tihe
DTSTART:20261210T100000Z
RRULE:FREQ=MINUTELY
SUMMARY:Tihe
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(("copies", "told"), [(1, 2), (3, 3)])
async def test_odd_events_of_a_calendar_are_told_with_their_reasons(tmp_path: Path, copies: int, told: int) -> None:
    use_language("en")
    head, *events, tail = re.split(r"(?=BEGIN:VEVENT|END:VCALENDAR)", ODD_EVENTS)
    every = [events[0], *(each.replace("UID:", f"UID:{place}") for place in range(copies) for each in events[1:])]
    (tmp_path / "k.ics").write_text("".join([head, *every, tail]))
    calendar = Calendar(name="Koolitused", file=str(tmp_path / "k.ics"))
    finding = await calendar_finding(calendar, Clock(1_796_368_440_000, 0, 0.0))
    assert (finding.level, finding.subject) == (Level.WARNING, "calendar Koolitused")
    assert finding.text.startswith(f"1 event found. {2 * copies} odd events: ")
    assert "0alguseta: an event without a usable start is left out" in finding.text
    assert "0tihe: repeats many times a day, which no training does" in finding.text
    assert (finding.text.count(": ") - 1, finding.text.endswith("….")) == (told, copies > 1)
    assert "calendar’s keeper" in finding.advice


def everything(calendar: Calendar) -> Config:
    return Config(
        jira=Jira(url="https://jira.invalid", projects=["SKAH"]),
        check=[HttpCheck(name="Portaal", url="https://portaal.invalid/")],
        calendar=[calendar],
    )


async def test_proxy_settings_that_cannot_be_used_are_told_of_every_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_language("en")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    calendar = Calendar(name="Koolitused", url="https://kalender.invalid/k.ics")
    findings = [each async for each in look_at_all(everything(calendar), "token")]
    assert [(each.level, each.subject) for each in findings] == [
        (Level.BAD, "Jira"), (Level.WARNING, "Portaal"), (Level.BAD, "calendar Koolitused"),
    ]  # fmt: skip
    assert all("HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY" in each.advice for each in findings)


async def test_a_look_that_meets_a_fault_of_our_own_keeps_nobody_from_looking_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_language("en")
    calendar = tmp_path / "k.ics"
    calendar.write_text("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n")

    def stumble(*_arguments: object) -> None:
        raise ZeroDivisionError("39912310174")

    monkeypatch.setattr("data.diagnosis.sources.JiraLink.guard", stumble)
    monkeypatch.setattr("data.diagnosis.sources.CheckSource.look", stumble)
    jira, check, last = [
        each async for each in look_at_all(everything(Calendar(name="K", file=str(calendar))), "token")
    ]
    assert [(each.level, each.subject) for each in (jira, check)] == [(Level.BAD, "Jira"), (Level.BAD, "Portaal")]
    assert "ZeroDivisionError, test_diagnosis.py:" in jira.text
    assert "39912310174" not in jira.text + check.text
    assert (last.level, last.text) == (Level.GOOD, "0 events found.")

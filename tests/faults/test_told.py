"""What is missing and why, odd records and the next try: told while the process that fetches lives."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import datetime
from typing import Any

import pytest

from data.diagnosis import Finding, Level
from data.diagnosis.standing import look_at_sources
from tests.upstream import SyncedDesk, Upstream, upstream, wait_for
from tui.cli.show import show


def source(desk: SyncedDesk, kind: str = "tickets") -> dict[str, Any]:
    """How the only source of `kind` stands; empty while there is none."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        show(desk.places, kind, True, 1)
    sources: list[dict[str, Any]] = json.loads(printed.getvalue())["sources"]
    return sources[0] if sources else {}


def pause(desk: SyncedDesk) -> float:
    """Seconds from the last try to the next one, as they are told; 0 while the next one is not."""
    told = source(desk)
    if not told["next"]:
        return 0
    return (datetime.fromisoformat(told["next"]) - datetime.fromisoformat(told["tried"])).total_seconds()


def doubts(desk: SyncedDesk) -> list[Finding]:
    """What the diagnosis warns of in Jira, without asking it."""
    found = look_at_sources(desk.places, desk.config)
    return [each for each in found if each.subject == "Jira" and each.level is Level.WARNING]


@pytest.fixture
def server() -> Iterator[Upstream]:
    """A world whose clock goes: while it stands, the next try is always now."""
    with upstream(speed=1.0) as running:
        yield running


def test_gaps_odd_records_and_the_next_try_are_told(desk: SyncedDesk) -> None:
    desk.server.admin("project/PERE/right", method="DELETE")
    odd = desk.server.admin("issue", {"raw": {"updated": "eile"}})
    desk.process()
    wait_for(lambda: source(desk).get("known"), "the fill", 60)

    told = source(desk)
    assert [(gap["reference"], gap["reason"]) for gap in told["gaps"]] == [("PERE", "unreadable")]
    assert [each["reference"] for each in told["odd"]] == [odd["key"]]
    assert "updated" in told["odd"][0]["reason"]
    assert (told["followed"], told["quarantined"], told["error_code"]) == (2, 1, "")

    lines = [each.text for each in doubts(desk)]
    assert lines[:2] == [
        "1 of 2 projects can be read.",
        "Project PERE cannot be read: check its key and your rights in Jira.",
    ]
    assert lines[2].startswith(f"1 record is odd. The newest: {odd['key']}: “updated”")

    desk.server.fault("limited", seconds=7_200)
    wait_for(lambda: pause(desk) >= 7_190, "a next try no sooner than the server allows", 60)
    failed = source(desk)
    assert (failed["phase"], failed["error_code"], failed["gaps"]) == ("failed", "paused", told["gaps"])
    paused = doubts(desk)[0]
    assert "the last try failed: 127.0.0.1" in paused.text
    assert paused.advice.startswith("It is tried again at ")

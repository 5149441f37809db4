"""A service whose state a person writes down."""

from __future__ import annotations

import pytest

from data.checks.manual import ManualCheck
from data.clock import Clock
from data.model import Outcome
from data.sources.checks import CheckSource
from tests.checks.web import NoWeb


@pytest.mark.parametrize(
    ("state", "outcome", "reason"),
    [
        ("up", Outcome.OK, ""),
        ("degraded", Outcome.DEGRADED, "manual"),
        ("down", Outcome.FAIL, "manual"),
        ("maintenance", Outcome.MAINTENANCE, "manual"),
        ("unknown", Outcome.UNKNOWN, "manual"),
    ],
)
async def test_the_state_is_what_was_written_down_and_nobody_is_asked(
    state: str, outcome: Outcome, reason: str
) -> None:
    check = ManualCheck(name="Pank", state=state, note="Mari ütles")
    assert list(check.problems()) == []
    look = await check.look(NoWeb())
    assert (look.outcome, look.reason, look.latency_ms, look.evidence) == (outcome, reason, None, "Mari ütles")


async def test_what_nobody_has_written_down_is_unknown() -> None:
    assert (await ManualCheck(name="Pank").look(NoWeb())).outcome is Outcome.UNKNOWN


def test_another_state_is_refused() -> None:
    ((key, problem),) = ManualCheck(name="Pank", state="katki").problems()
    assert key == "state"
    assert "maintenance" in problem


async def test_it_says_nothing_of_our_network() -> None:
    source = CheckSource([ManualCheck(name="Pank", state="down"), ManualCheck(name="DHX")], Clock(1, 0, 0.0))
    (batch,) = [each async for each in source.fetch("", {}) if "result" in each.rows]
    await source.close()
    assert {row[3] for row in batch.rows["result"]} == {"manual"}

"""What the diagnosis says of each source offline: up to when it is known, what is missing, what failed last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.checks.http import HttpCheck
from data.config import Calendar, Config, Jira
from data.diagnosis import Finding, Level
from data.diagnosis.standing import GAPS_TOLD, look_at_sources, source_findings
from data.language import use_language
from data.model import Gap, Quarantined, SourcePhase, SourceState
from data.paths import Places

NOW_MS = 1_796_368_440_000


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def found(*, is_running: bool = True, **changes: Any) -> list[Finding]:
    known = SourceState("jira", "jira", SourcePhase.FRESH, NOW_MS, NOW_MS, None, 0, None, 10, 0)
    return list(source_findings(known._replace(**changes), NOW_MS, is_running=is_running))


def told(findings: list[Finding]) -> list[tuple[Level, str]]:
    return [(each.level, each.text) for each in findings]


def test_a_source_that_is_well_is_told_with_up_to_when_it_is_known() -> None:
    assert told(found()) == [(Level.GOOD, "known until 2026-12-04 09:14.")]


def test_a_source_that_fails_is_a_warning_with_its_reason_and_the_next_try() -> None:
    failing: dict[str, Any] = {
        "phase": SourcePhase.FAILED,
        "error_code": "paused",
        "error_detail": "Jira asks for a pause.",
    }
    [finding] = found(**failing, next_ms=NOW_MS + 600_000)
    assert finding.level is Level.WARNING
    assert finding.text == "known until 2026-12-04 09:14; the last try failed: Jira asks for a pause."
    assert finding.advice == "It is tried again at 2026-12-04 09:24."
    [soon] = found(**failing, next_ms=NOW_MS + 30_000, known_ms=None)
    assert (soon.text.startswith("never read to the end; "), soon.advice) == (True, "")


def test_tickets_that_are_missing_are_never_passed_over() -> None:
    unobserved = Gap("SKAH", "unobserved", NOW_MS, "60/100")
    [_state, missing] = found(gaps=(unobserved,), followed=2)
    assert (missing.level, missing.text.startswith("60 of the 100 tickets of SKAH are missing")) == (
        Level.WARNING, True
    )  # fmt: skip
    closed = [Gap(f"P{place}", "unreadable", NOW_MS, "") for place in range(GAPS_TOLD + 2)]
    [_state, coverage, *gaps, rest] = found(gaps=tuple(closed), followed=20)
    assert coverage.text == "13 of 20 projects can be read."
    assert (len(gaps), rest.text) == (GAPS_TOLD, "2 more are missing.")


def test_odd_records_are_counted_and_the_newest_is_explained() -> None:
    odd = (Quarantined("SKAH-7", "updated is no moment", NOW_MS), Quarantined("SKAH-8", "x", NOW_MS - 1))
    [_state, finding] = found(quarantined=2, odd=odd)
    assert finding.level is Level.WARNING
    assert finding.text == "2 records are odd. The newest: SKAH-7: “updated” is not a moment in time."


@pytest.mark.parametrize(("is_running", "level"), [(True, Level.WARNING), (False, Level.GOOD)])
def test_old_data_is_a_warning_where_a_sync_should_renew_it(is_running: bool, level: Level) -> None:
    [finding] = found(phase=SourcePhase.STALE, is_running=is_running)
    assert finding.level is level


def test_a_first_fill_is_told_with_how_far_it_has_come() -> None:
    assert told(found(phase=SourcePhase.LOADING, known_ms=None, done=20, total=90)) == [
        (Level.SKIPPED, "the first fill is not over yet, 20 of 90 so far.")
    ]


def test_what_is_configured_and_was_never_fetched_is_told_source_by_source(tmp_path: Path) -> None:
    config = Config(
        demo=True,
        jira=Jira(url="https://jira.invalid", projects=["SKAH"]),
        check=[HttpCheck(name="Portaal", url="https://portaal.invalid/")],
        calendar=[Calendar(name="Koolitused", file="k.ics")],
    )
    findings = list(look_at_sources(Places(tmp_path / "config.toml", tmp_path / "data"), config))
    assert [(each.level, each.subject) for each in findings] == [
        (Level.SKIPPED, "checks"), (Level.SKIPPED, "Jira"), (Level.SKIPPED, "calendar Koolitused"),
    ]  # fmt: skip

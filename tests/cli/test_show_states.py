"""What stands under a table of `show`: how far a first fill has come, what failed, and when it is tried again."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from data.clock import Clock
from data.model import SourcePhase, SourceState
from data.paths import Places, make_private_dir
from data.store.driver import open_writer
from tui.cli.options import Fault
from tui.cli.show import Shown, show, states
from tui.format import Format

NOW_MS = 1_796_368_440_000
FORM = Format(Clock(NOW_MS, 0, 0.0))


def source(**changes: Any) -> SourceState:
    known = SourceState("jira", "jira", SourcePhase.FRESH, NOW_MS - 60_000, NOW_MS, None, 0, None, 0, 0)
    return known._replace(**changes)


def told(*sources: SourceState) -> str:
    return "\n".join(states(Shown("tickets", (), 0, sources), FORM))


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [
        (20_071, 100_000, "Jira: the first fill is not over yet, 20,071 of 100,000 so far."),
        (20_071, None, "Jira: the first fill is not over yet, 20,071 so far."),
    ],
)
def test_a_first_fill_is_told_with_how_far_it_has_come(done: int, total: int | None, words: str) -> None:
    filling = told(source(phase=SourcePhase.LOADING, known_ms=None, done=done, total=total))
    assert words in filling
    assert "Nothing was fetched" not in filling


def test_before_anything_came_it_is_told_how_to_fetch() -> None:
    assert "peakasutaja sync --once" in told()
    assert "peakasutaja sync --once" in told(source(phase=SourcePhase.LOADING, known_ms=None, tried_ms=None))


@pytest.mark.parametrize(
    ("wait_ms", "again"), [(600_000, " It is tried again at Fri 4 Dec 09:24."), (60_000, ""), (-1, ""), (None, "")]
)
def test_a_failure_is_told_with_the_next_try_where_that_takes_a_while(wait_ms: int | None, again: str) -> None:
    failed = source(
        phase=SourcePhase.FAILED,
        error_code="paused",
        error_detail="Oota.",
        next_ms=None if wait_ms is None else NOW_MS + wait_ms,
    )
    assert f"  The last try failed: Oota.{again}\n" in told(failed)


def test_a_lost_key_is_told_with_the_way_out(places: Places) -> None:
    places.config_file.write_text('demo = true\n[jira]\nurl = "http://127.0.0.1:9"\nprojects = ["SKAH"]\n')
    with closing(open_writer(make_private_dir(places.data_dir) / places.cache.name, "5c" * 32)):
        pass
    with pytest.raises(Fault, match=r"is lost.* Set PEAKASUTAJA_STORE_KEY if you have the key"):
        show(places, "tickets", False, 1)

"""What the screen says of a source that fails is true, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.language import use_language
from data.model import SourcePhase
from tests.tui.fakes import FakeReader, make_desk, settled, until
from tests.tui.world import MINUTE, NOW_MS, SOURCES, source
from tui.panes.fault_words import fault_text, store_fault_text
from tui.panes.tickets import TicketsPane
from tui.panes.title import Notice


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


@pytest.mark.parametrize("code", ["store.full", "store.locked", "store.io", "fault", "proxy"])
def test_a_sync_that_runs_is_not_said_to_stand_still(code: str) -> None:
    assert "does not run" not in fault_text(code, "jira")
    assert fault_text(code, "jira") != fault_text("", "jira")


def test_a_puzzle_is_not_told_as_a_token_that_must_be_made_anew() -> None:
    told = fault_text("captcha", "jira")
    assert "Sign in to it in a browser" in told
    assert "token" not in told


def test_an_address_that_the_server_does_not_know_is_not_blamed_on_the_configuration_at_once() -> None:
    told = fault_text("absent", "jira")
    assert "under maintenance" in told
    assert "config check" not in told


def test_the_cause_of_what_cannot_be_kept_is_told_where_it_is_known() -> None:
    assert "disk is full" in fault_text("store.full", "checks")
    assert "Another program" in fault_text("store.locked", "jira")
    assert fault_text("store.newer", "jira") == fault_text("store", "jira")


@pytest.mark.parametrize(
    ("code", "wait_ms", "told"),
    [
        ("paused", 10 * MINUTE, "The server asks for a pause. It is tried again at 09:24. Shown as of 09:02."),
        ("auth", 10 * MINUTE, "peakasutaja config init It is tried again at 09:24. Shown as of 09:02."),
        ("paused", MINUTE, "The server asks for a pause. It is tried again by itself. Shown as of 09:02."),
        ("auth", None, "peakasutaja config init Shown as of 09:02."),
    ],
)
async def test_a_pane_tells_when_a_source_that_fails_is_tried_again(
    tmp_path: Path, code: str, wait_ms: int | None, told: str
) -> None:
    next_ms = None if wait_ms is None else NOW_MS + wait_ms
    failed = source("jira", "jira", 12 * MINUTE, SourcePhase.FAILED, error_code=code, next_ms=next_ms)
    app = make_desk(tmp_path, FakeReader(source_rows=(failed, *SOURCES[1:])), language="en")
    async with app.run_test(size=(150, 40)) as pilot:
        await settled(pilot)
        pane = app.screen.query_one(TicketsPane)
        await until(pilot, lambda: told in str(pane.query_one(Notice).render()).replace("\n", " "))


def test_files_of_the_desk_that_cannot_be_read_are_told_in_words_and_not_by_a_code() -> None:
    assert "is damaged" in store_fault_text("damaged")
    assert "Another program" in store_fault_text("locked")
    assert "doctor" in store_fault_text("io")


def test_nobody_is_sent_for_the_token_of_a_calendar_which_has_none() -> None:
    assert "token" in fault_text("html", "jira")
    assert "token" not in fault_text("html", "calendar")

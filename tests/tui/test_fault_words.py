"""What the screen says of a source that fails is true, and says what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.language import use_language
from tui.panes.fault_words import fault_text


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

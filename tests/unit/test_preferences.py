"""Remembered choices and the first configuration: what is spoilt costs itself alone, what stood there is kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from data.config import Config, Jira, load
from data.paths import Places
from data.preferences import Preferences, load_preferences, save_preferences
from data.secrets import read_token
from data.setup import named_calendar, named_check, save

CHOSEN = Preferences(theme="light", language="et", standup_ms=1_796_368_440_000)


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return Places(tmp_path / "config" / "config.toml", tmp_path / "data")


def test_choices_are_remembered(where: Places) -> None:
    assert load_preferences(where) == Preferences()
    save_preferences(where, CHOSEN)
    assert load_preferences(where) == CHOSEN


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"light"', b"null", b"\xff\xfe"])
def test_choices_that_cannot_be_read_can_be_made_again(where: Places, content: bytes) -> None:
    save_preferences(where, CHOSEN)
    where.preferences.write_bytes(content)
    assert load_preferences(where) == Preferences()
    save_preferences(where, CHOSEN)
    assert load_preferences(where) == CHOSEN


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ({"theme": 7, "language": "et"}, Preferences(language="et")),
        ({"theme": None, "standup_ms": True}, Preferences()),
        ({"standup_ms": 1.5, "theme": "dark", "columns": ["key"]}, Preferences(theme="dark")),
    ],
)
def test_one_odd_choice_costs_itself_alone(where: Places, content: dict[str, object], kept: Preferences) -> None:
    save_preferences(where, CHOSEN)
    where.preferences.write_text(json.dumps(content))
    assert load_preferences(where) == kept


def test_a_configuration_is_written_for_this_person_alone_and_keeps_the_one_before(where: Places) -> None:
    first, second = (Config(jira=Jira(url=f"https://{name}.invalid", projects=["SKAH"])) for name in ("uks", "kaks"))
    assert save(where, first, "salajane") is None
    assert (load(where.config_file), read_token(where, "jira")) == (first, "salajane")
    before = where.config_file.read_bytes()
    kept = save(where, second, "")
    assert kept is not None
    assert (kept.read_bytes(), load(where.config_file)) == (before, second)
    # An empty answer keeps the token there is.
    assert read_token(where, "jira") == "salajane"
    again = save(where, first, "")
    assert again is not None
    assert (again == kept, kept.read_bytes()) == (False, before)
    if sys.platform != "win32":
        assert {each.stat().st_mode & 0o077 for each in (where.config_file, kept, again, where.config_file.parent)} == {
            0
        }


@pytest.mark.parametrize("text", ["", "rr", "rr=", "=https://rr.invalid", " = "])
def test_a_name_without_a_place_is_asked_for_again(text: str) -> None:
    with pytest.raises(ValueError):
        named_check(text)
    with pytest.raises(ValueError):
        named_calendar(text)


def test_a_calendar_is_named_by_its_address_or_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert named_calendar("K = webcal://kalender.invalid/k.ics").url == "https://kalender.invalid/k.ics"
    assert named_calendar("K=HTTPS://kalender.invalid/k.ics").url == "HTTPS://kalender.invalid/k.ics"
    assert named_calendar("K=k.ics").file == str(tmp_path / "k.ics")

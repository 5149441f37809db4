"""`config init` by questions: what a person types at a terminal, against a real simulated Jira."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from data.checks.http import HttpCheck
from data.config import load
from tui.cli import config as config_command
from tui.cli.program import program

Init = Callable[..., Result]


@pytest.fixture
def init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Init:
    """Runs `config init` with a person at the terminal, whose answers are `typed` line by line."""
    monkeypatch.setattr(config_command, "on_terminal", lambda: True)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    def init_(config: Path, *typed: str) -> Result:
        where = ["--config", str(config), "--data-dir", str(tmp_path / "data")]
        answers = "".join(f"{line}\n" for line in typed)
        return CliRunner().invoke(program(), ["config", "init", *where], input=answers, standalone_mode=False)

    return init_


def url_of(config: Path) -> str:
    return config.read_text("utf-8").partition('url = "')[2].partition('"')[0]


def tokens(tmp_path: Path) -> object:
    file = tmp_path / "data" / "tokens.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def test_answers_become_a_configuration_once_the_connection_works(init: Init, served: Path, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    watched = load(served).check[0]
    assert isinstance(watched, HttpCheck)
    done = init(config, "Perehüvitised", url_of(served), "skah", "demo-token", watched.url, "A", "", "")
    assert done.return_value == 0, done.output
    made = load(config)
    assert made.desk.service == "Perehüvitised"
    assert made.jira is not None and made.jira.projects == ["SKAH"]
    assert [check.name for check in made.check] == ["A"]
    assert tokens(tmp_path) == {"jira": "demo-token"}
    assert "demo-token" not in done.output


def test_a_connection_that_fails_and_no_second_try_writes_nothing(init: Init, served: Path, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    done = init(config, "Perehüvitised", url_of(served), "SKAH", "nonsense", "n", "https://a.ee", "A", "", "")
    assert done.return_value == 1
    assert "nothing was written" in done.output
    assert not config.exists()
    assert tokens(tmp_path) is None


def test_a_second_try_with_the_right_token_is_written(init: Init, served: Path, tmp_path: Path) -> None:
    config, url = tmp_path / "own.toml", url_of(served)
    done = init(config, "", url, "SKAH", "nonsense", "y", url, "SKAH", "demo-token", "", "")
    assert done.return_value == 0, done.output
    assert tokens(tmp_path) == {"jira": "demo-token"}


def test_what_does_not_answer_is_told_and_kept_or_answered_again(init: Init, served: Path, tmp_path: Path) -> None:
    config, calendar = tmp_path / "own.toml", load(served).calendar[0]
    gone, word = f"{url_of(served)}/missing", str(tmp_path / "koolitused.ics")
    done = init(config, "", "", gone, "A", "y", gone, "B", "n", "", word, "C", "n", calendar.url, "D", "")
    assert done.return_value == 0, done.output
    assert done.output.count("404") == 2
    assert "koolitused.ics" in done.output.partition("Its name on the screen: C")[2]
    made = load(config)
    assert [check.name for check in made.check] == ["A"]
    assert [each.name for each in made.calendar] == ["D"]


def test_the_address_of_a_calendar_is_no_address_of_jira(init: Init, tmp_path: Path) -> None:
    for address in ("https://kalender.example.ee/a/calendar.ics?key=1", "webcal://kalender.example.ee/a"):
        done = init(tmp_path / "own.toml", "", address, "", "", "")
        assert "this is the address of a calendar, not of Jira." in done.output


@pytest.fixture
def configured(served: Path, tmp_path: Path) -> Path:
    """A configuration whose token is about to be replaced."""
    config = tmp_path / "own.toml"
    config.write_text(f'# mine\n[jira]\nurl = "{url_of(served)}"\nprojects = ["SKAH"]\n', "utf-8")
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "tokens.json").touch(mode=0o600)
    (tmp_path / "data" / "tokens.json").write_text('{"jira": "old"}', "utf-8")
    return config


def test_a_token_is_replaced_by_questions_and_the_file_stays(init: Init, configured: Path, tmp_path: Path) -> None:
    before = configured.read_text("utf-8")
    done = init(configured, "y", "nonsense", "y", "demo-token")
    assert done.return_value == 0, done.output
    assert "401" in done.output
    assert tokens(tmp_path) == {"jira": "demo-token"}
    assert configured.read_text("utf-8") == before


@pytest.mark.parametrize("typed", [("y", "nonsense", "n"), ("y", "")], ids=["refused", "empty"])
def test_a_token_that_is_not_accepted_leaves_the_old_one(
    init: Init, configured: Path, tmp_path: Path, typed: tuple[str, ...]
) -> None:
    done = init(configured, *typed)
    assert done.return_value == 1 or done.exception is not None
    assert tokens(tmp_path) == {"jira": "old"}

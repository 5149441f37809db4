"""Each command as a process of its own, against real simulated systems where it speaks to any."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import click
import pytest
from filelock import FileLock

from data import __version__
from data.paths import Places, make_private_dir
from data.processes import ROOT
from tests.cli.conftest import Run
from tui.cli import COMMANDS, words


def at(config: Path, tmp_path: Path) -> tuple[str, ...]:
    return ("--config", str(config), "--data-dir", str(tmp_path / "data"))


def test_the_version_is_told_without_importing_what_it_does_not_need() -> None:
    script = (
        "import sys; sys.argv = ['peakasutaja', '--version']\n"
        "from tui.__main__ import main\n"
        "assert main() == 0\n"
        "print(sorted({'textual', 'jira', 'httpx', 'sqlite_utils', 'click', 'msgspec'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"peakasutaja {__version__}", "[]"]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_in_both_languages(run: Run, name: str) -> None:
    arguments = [name, "--help"] if name else ["--help"]
    english, estonian = run(*arguments), run(*arguments, language="et")
    assert english.returncode == estonian.returncode == 0
    assert "Usage:" in english.stdout
    assert "Kasutus:" in estonian.stdout
    assert "Show this message" not in estonian.stdout


@pytest.mark.parametrize(
    "arguments", [["demo"], ["simulate"], ["show"], ["sync"], ["doctor"], ["config"], ["config", "init"]]
)
def test_what_an_option_takes_is_named_in_estonian(run: Run, arguments: list[str]) -> None:
    told = run(*arguments, "--help", language="et").stdout
    assert "--config FAIL" in told
    assert "--data-dir KAUST" in told
    taken = re.findall(r"^  --[a-z-]+ ([A-Z=|-]+)", told, re.MULTILINE)
    assert not {"FILE", "DIR", "ISO-TIME", "NAME", "URL", "KEY", "INTEGER", "FLOAT", "TEXT"} & {
        word for each in taken for word in re.split(r"[=|]", each)
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["demo", "--seed", "x"], "siin peab olema täisarv"),
        (["simulate", "--seed", "x"], "siin peab olema täisarv"),
        (["simulate", "--tickets", "x"], "siin peab olema täisarv"),
        (["show", "tickets", "--limit", "1.5"], "siin peab olema täisarv"),
        (["demo", "--speed", "fast"], "siin peab olema arv"),
        (["demo", "--speed", "nan"], "siin peab olema arv"),
        (["simulate", "--speed", "NaN"], "siin peab olema arv"),
        (["demo", "--speed", "inf"], "--speed"),
        (["demo", "--at", "soon"], "ei ole aeg"),
    ],
)
def test_a_wrong_value_is_told_in_estonian(run: Run, arguments: list[str], told: str) -> None:
    done = run(*arguments, language="et")
    assert done.returncode == 2
    assert told in done.stderr
    assert not re.search("integer|float|range|invalid", done.stderr, re.IGNORECASE)


def test_the_words_of_click_are_those_of_the_installed_click() -> None:
    source = "".join(file.read_text("utf-8") for file in Path(click.__file__).parent.glob("*.py"))
    for word in words.CLICK_WORDS:
        assert word.replace("\n", "\\n").replace("\t", "\\t") in source, word


@pytest.mark.parametrize(
    "arguments", [["shwo"], ["show"], ["show", "cars"], ["demo", "--at", "soon"], ["simulate", "--port", "99999"]]
)
def test_wrong_usage_ends_with_two(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["sync", "--once"], ["show", "tickets"], ["config", "check"]])
def test_without_configuration_a_sentence_says_what_to_do(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert "config init" in done.stderr
    assert "Traceback" not in done.stderr


def test_places_may_stand_before_or_after_the_command(run: Run, tmp_path: Path) -> None:
    before = run("--config", str(tmp_path / "a.toml"), "config", "path")
    after = run("config", "path", "--config", str(tmp_path / "a.toml"))
    assert before.stdout == after.stdout == f"{tmp_path / 'a.toml'}\n"


def test_sync_fills_the_cache_that_show_prints(run: Run, served: Path, tmp_path: Path) -> None:
    empty = run("show", "tickets", *at(served, tmp_path))
    assert empty.returncode == 1
    assert "Nothing was fetched yet" in empty.stdout

    synced = run("sync", "--once", *at(served, tmp_path))
    assert synced.returncode == 0, synced.stderr
    assert {line.split(":")[0] for line in synced.stdout.splitlines()} == {"Jira", "Checks", "Calendar Koolitused"}

    source_of = {"services": "Checks", "tickets": "Jira", "developments": "Jira", "trainings": "Calendar Koolitused"}
    for kind, source in source_of.items():
        table = run("show", kind, "--limit", "3", *at(served, tmp_path))
        assert table.returncode == 0, table.stderr
        assert f"\n{source}: known until " in table.stdout
        assert "Personal data is masked." in table.stdout
        assert not re.search("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]", table.stdout)

        shown = json.loads(run("show", kind, "--json", "--limit", "3", *at(served, tmp_path)).stdout)
        assert list(shown) == ["kind", "known_until", "sources", "masked", "total", "rows"]
        if kind == "services":
            uptime = shown["rows"][0]["uptime"]
            assert uptime["measured_since"] <= shown["known_until"]
            assert [each["period"] for each in uptime["periods"]] == ["24 h", "7 d", "30 d", "90 d"]
            assert all(0 <= each["coverage"] <= 1 for each in uptime["periods"])
        assert shown["masked"] is True
        assert len(shown["rows"]) == 3 <= shown["total"]
        assert datetime.fromisoformat(shown["known_until"]).tzinfo is not None


def test_a_reader_that_goes_away_is_no_fault(run: Run, served: Path, tmp_path: Path) -> None:
    assert run("sync", "--once", *at(served, tmp_path)).returncode == 0
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "tui", "show", "tickets", "--json", *at(served, tmp_path)],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_source_that_fails_is_told_and_ends_with_one(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('demo = true\n[jira]\nurl = "http://127.0.0.1:9"\nprojects = ["SKAH"]\n')
    synced = run("sync", "--once", *at(config, tmp_path))
    assert synced.returncode == 1
    assert synced.stderr.startswith("Jira: failed")
    shown = run("show", "tickets", *at(config, tmp_path))
    assert shown.returncode == 1
    assert "never read" in shown.stdout
    assert "The last try failed" in shown.stdout


def test_a_second_sync_says_who_is_at_work_and_ends_with_one(run: Run, served: Path, tmp_path: Path) -> None:
    where = Places(served, tmp_path / "data")
    make_private_dir(where.data_dir)
    with FileLock(where.lock):
        second = run("sync", "--once", *at(served, tmp_path))
    assert second.returncode == 1
    assert second.stderr.startswith("Another sync is at work on these files.")


def test_what_is_not_configured_is_told_and_ends_with_one(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('demo = true\n[jira]\nurl = "http://127.0.0.1:9"\nprojects = ["SKAH"]\n')
    shown = run("show", "trainings", *at(config, tmp_path))
    assert shown.returncode == 1
    assert "Calendar: not in the configuration" in shown.stderr


def test_a_token_over_plain_http_is_warned_of_before_it_is_sent(run: Run, tmp_path: Path) -> None:
    options = ["--jira-url", "http://jira.example.invalid", "--project", "SKAH", "--token-stdin", "--skip-test"]
    made = run("config", "init", *options, *at(tmp_path / "c.toml", tmp_path), given="secret\n")
    assert made.returncode == 0
    assert "sends the access token unencrypted" in made.stderr


def test_doctor_asks_every_system_and_tells_no_secret(run: Run, served: Path, tmp_path: Path) -> None:
    done = run("doctor", *at(served, tmp_path))
    assert "the token is accepted" in done.stdout
    assert "events found" in done.stdout
    assert "demo-token" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == int("wrong  " in done.stdout)


def test_doctor_says_what_to_do_without_configuration(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 1
    assert "config init" in done.stdout


def url_of(config: Path) -> str:
    return config.read_text("utf-8").partition('url = "')[2].partition('"')[0]


def test_init_writes_a_private_file_and_keeps_the_token_elsewhere(run: Run, served: Path, tmp_path: Path) -> None:
    config = tmp_path / "own" / "config.toml"
    options = ["--jira-url", url_of(served), "--project", "SKAH", "--token-stdin"]
    made = run("config", "init", *options, *at(config, tmp_path), given="demo-token\n")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "the token is accepted" in made.stdout
    assert "demo-token" not in config.read_text("utf-8")
    assert "demo-token" in (tmp_path / "data" / "tokens.json").read_text("utf-8")
    if sys.platform != "win32":
        assert config.stat().st_mode & 0o777 == 0o600
    assert run("config", "check", *at(config, tmp_path)).returncode == 0

    again = run("config", "init", *options, *at(config, tmp_path), given="other\n")
    assert again.returncode == 1
    assert "--force" in again.stderr
    assert "demo-token" in (tmp_path / "data" / "tokens.json").read_text("utf-8")


def test_init_with_a_wrong_token_says_so(run: Run, served: Path, tmp_path: Path) -> None:
    options = ["--jira-url", url_of(served), "--project", "SKAH", "--token-stdin"]
    made = run("config", "init", *options, *at(tmp_path / "c.toml", tmp_path), given="nonsense\n")
    assert made.returncode == 1
    assert "401" in made.stdout
    assert "nonsense" not in made.stdout + made.stderr
    assert "--skip-test" in made.stderr
    assert not (tmp_path / "c.toml").exists()
    assert not (tmp_path / "data" / "tokens.json").exists()

    untested = run("config", "init", *options, "--skip-test", *at(tmp_path / "c.toml", tmp_path), given="nonsense\n")
    assert untested.returncode == 0, untested.stderr
    assert (tmp_path / "c.toml").exists()


def test_a_token_alone_replaces_only_the_token(run: Run, served: Path, tmp_path: Path) -> None:
    config, tokens = tmp_path / "c.toml", tmp_path / "data" / "tokens.json"
    written = (
        f'# mine\n[jira]\nurl = "{url_of(served)}"\nprojects = ["SKAH"]\n[[check]]\nname = "A"\nurl = "https://a.ee"\n'
    )
    config.write_text(written, "utf-8")

    wrong = run("config", "init", "--token-stdin", *at(config, tmp_path), given="nonsense\n")
    assert wrong.returncode == 1
    assert "--skip-test" in wrong.stderr
    assert not tokens.exists()

    right = run("config", "init", "--token-stdin", *at(config, tmp_path), given="demo-token\n")
    assert right.returncode == 0, right.stdout + right.stderr
    assert json.loads(tokens.read_text("utf-8")) == {"jira": "demo-token"}

    untested = run("config", "init", "--token-stdin", "--skip-test", *at(config, tmp_path), given="later\n")
    assert untested.returncode == 0, untested.stdout + untested.stderr
    assert json.loads(tokens.read_text("utf-8")) == {"jira": "later"}
    assert config.read_text("utf-8") == written
    assert not list(tmp_path.glob("c.toml.old*"))


def test_every_replaced_configuration_is_kept(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    for name in ("A", "B", "C"):
        made = run("config", "init", "--check", f"{name}=https://a.ee", "--force", *at(config, tmp_path))
        assert made.returncode == 0, made.stderr
    assert 'name = "A"' in (tmp_path / "c.toml.old").read_text("utf-8")
    assert 'name = "B"' in (tmp_path / "c.toml.old.2").read_text("utf-8")
    assert 'name = "C"' in config.read_text("utf-8")


@pytest.mark.parametrize(
    "options",
    [["--jira-url", "jira.ee", "--project", "A1"], ["--check", "x"], ["--project", "SKAH"], ["--token-stdin"]],
)
def test_init_refuses_what_it_could_not_use(run: Run, tmp_path: Path, options: list[str]) -> None:
    done = run("config", "init", *options, *at(tmp_path / "c.toml", tmp_path))
    assert done.returncode == 2
    assert not (tmp_path / "c.toml").exists()


def test_the_demo_needs_a_terminal(run: Run) -> None:
    done = run("demo")
    assert done.returncode == 1
    assert "terminal" in done.stderr


def test_a_folder_that_cannot_be_made_is_told_without_a_word_of_blame(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    config = tmp_path / "config.toml"
    config.write_text('demo = true\n[[check]]\nname = "A"\nurl = "http://127.0.0.1:9/"\n')
    done = subprocess.run(
        [sys.executable, "-m", "tui", "sync", "--once", "--config", str(config), "--data-dir", str(blocked / "data")],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PEAKASUTAJA_LANGUAGE": "et"},
    )
    assert done.returncode == 1
    assert "--data-dir" in done.stderr
    assert "Programmis tekkis viga" not in done.stderr

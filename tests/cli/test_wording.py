"""A broken configuration, a diagnosis, a fetch and wrong usage are told as a person would say it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from data.config import Jira
from data.diagnosis import Finding, Level
from data.diagnosis.computer import look_at_environment
from data.language import _, use_language
from data.os_words import os_reason
from data.paths import places
from data.sync.report import SourceReport
from tests.cli.conftest import Run
from tui.cli import COMMANDS, doctor
from tui.cli.questions import Source, ask_configuration
from tui.cli.report import print_findings
from tui.cli.sync import line


def test_a_configuration_without_a_source_is_not_in_order(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.touch()
    checked = run("--config", str(file), "config", "check")
    assert checked.returncode == 1
    assert "config init" in checked.stderr
    assert "in order" not in checked.stdout


def test_wrong_values_and_missing_files_are_told_in_one_run(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[desk]\ntheme = "pink"\n'
        '[jira]\nurl = "jira.example.ee"\nprojects = ["skah"]\n'
        '[[calendar]]\nname = "a"\nfile = "missing.ics"\n'
    )
    checked = run("--config", str(file), "config", "check")
    assert checked.returncode == 1
    told = checked.stderr.splitlines()
    assert [sum(place in each for each in told) for place in ("[desk] theme", "[jira] url", "[jira] projects")] == [
        1
    ] * 3
    assert sum(str(tmp_path / "missing.ics") in each for each in told) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[jira]\nurl = "https://a.ee\n', "rida 2: siin on TOML-i viga. Teksti lõpust puudub jutumärk."),
        ("[jira\n", "rida 1: siin on TOML-i viga. Jaotise nime lõpust puudub ]."),
        ("a = 1\na = 2\n", "rida 2: siin on TOML-i viga. Sama võti on kirjas kaks korda."),
        ("url https://a.ee\n", "rida 1: siin on TOML-i viga. Võtme järel peab olema = ja väärtus."),
    ],
)
def test_a_mistake_in_the_writing_is_told_in_estonian(run: Run, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    checked = run("--config", str(file), "config", "check", language="et")
    assert (checked.returncode, checked.stderr) == (1, f"{file}, {told}\n")


def test_a_diagnosis_with_warnings_does_not_end_as_if_all_were_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = [Finding(Level.WARNING, "disk", "scarce.", ""), Finding(Level.WARNING, "log", "large.", "")]
    monkeypatch.setattr(doctor, "_findings", lambda where, offline: iter(found))
    assert doctor.doctor(places(None, str(tmp_path)), offline=True) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 warnings."


@pytest.mark.parametrize("language", ["et", "en"])
def test_what_is_found_stands_in_one_column(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    use_language(language)
    print_findings([Finding(level, "subject", "text", "advice") for level in Level])
    lines = capsys.readouterr().out.splitlines()
    starts = {cell_len(each[: each.index("subject" if "subject" in each else "→")]) for each in lines}
    assert len(starts) == 1


@pytest.mark.parametrize(
    ("kind", "records", "told"),
    [
        ("jira", 1, "1 ticket new or changed"),
        ("jira", 142, "142 tickets new or changed"),
        ("calendar", 2, "2 events new or changed"),
        ("checks", 13, "13 checks made"),
        ("jira", 0, "details changed"),
    ],
)
def test_a_fetch_is_counted_in_what_a_person_counts(kind: str, records: int, told: str) -> None:
    assert told in line(SourceReport("x", kind, changed=3_000, records=records))


def test_bounds_are_words_and_quotes_estonian(run: Run) -> None:
    wrong = run("show", "tickets", "--limit", "0", language="et")
    assert wrong.returncode == 2
    assert "0 ei sobi: lubatud on 1 või rohkem." in wrong.stderr
    assert "Valikut „--foo“ ei ole." in run("sync", "--foo", language="et").stderr


def test_why_the_system_refused_is_told_in_the_language_of_the_person() -> None:
    use_language("et")
    assert os_reason(FileNotFoundError(errno.ENOENT, "No such file or directory")) == "sellist faili ega kausta ei ole"
    assert os_reason(OSError(errno.ELOOP, "Too many levels")) == "Too many levels"
    assert os_reason(OSError("odd")) == "odd"


def test_a_variable_that_nothing_reads_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKASUTAJA_LANGUAGE", "en")
    monkeypatch.setenv("PEAKASUTAJA_DATADIR", "/x")
    told = [finding.text for finding in look_at_environment()]
    assert told == ["PEAKASUTAJA_DATADIR is set, but there is no such variable."]


def test_answering_again_keeps_what_was_answered_and_understands_yes_in_estonian() -> None:
    use_language("et")
    tried: list[tuple[str, str]] = []

    def test(jira: Source, token: str) -> list[Finding]:
        assert isinstance(jira, Jira)
        tried.append((jira.url, token))
        return [] if token == "good" else [Finding(Level.BAD, "Jira", "no.", "")]

    answers = ["Pere", "https://jira.example.ee", "SKAH", "bad", "mis", "jah", "", "", "good", "", ""]
    with CliRunner().isolation(input="\n".join([*answers, ""])) as (shown, *_rest):
        config, token = ask_configuration(test)
        words = shown.getvalue().decode()
    assert config.jira is not None
    assert (config.jira.projects, token) == (["SKAH"], "good")
    assert tried == [("https://jira.example.ee", "bad"), ("https://jira.example.ee", "good")]
    assert "[J/e]" in words
    assert "Vastake „jah“ või „ei“." in words


def test_every_command_is_summed_up_by_telling_the_program_what_to_do() -> None:
    use_language("et")
    first = {name: _(summary).split()[0] for name, summary in COMMANDS.items()}
    assert [name for name, word in first.items() if word.endswith("b")] == []  # "teeb", "näitab": it does, it shows
    assert _(COMMANDS["check"]) == "Tee üks kontroll kohe ja selgita tulemust."


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "cars"], "„cars“ ei ole ükski neist: „services“, „paydays“, „tickets“, „developments“, „trainings“."),
        (["demo", "--see"], "(Kas mõtlesite mõnda neist: „--seed“, „--speed“?)"),
        (["config", "chek"], "Kas mõtlesite „check“?"),
        (["demo", "--speed", "it's"], "(„--speed“): „it's“ ei sobi"),
    ],
)
def test_what_click_quotes_stands_in_estonian_quotes(run: Run, arguments: list[str], told: str) -> None:
    done = run(*arguments, language="et")
    assert done.returncode == 2
    assert told in done.stderr


def test_in_english_click_quotes_as_it_does(run: Run) -> None:
    assert "'cars' is not one of 'services'" in run("show", "cars").stderr

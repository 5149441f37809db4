"""The plain command line that opens the desk without click means the same as click would make of it."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from data.paths import places
from tui.cli import desk_alone
from tui.cli.options import chosen_places, place_options

PLAIN = [
    [],
    ["--config", "a.toml"],
    ["--config=a.toml", "--data-dir=b"],
    ["--data-dir", "b", "--config", "a=b.toml"],
    ["--data-dir", "with space"],
]


@pytest.mark.parametrize("arguments", PLAIN)
@pytest.mark.parametrize("environment", [{}, {"PEAKASUTAJA_CONFIG": "c.toml", "PEAKASUTAJA_DATA_DIR": "d"}])
def test_the_places_are_those_that_click_would_find(
    arguments: list[str], environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PEAKASUTAJA_CONFIG", "PEAKASUTAJA_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    context = click.Command("peakasutaja", params=place_options()).make_context("peakasutaja", list(arguments))
    assert desk_alone(arguments) == chosen_places(context)
    assert arguments or desk_alone(arguments) == places()


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo"],
        ["--help"],
        ["--version", "--config", "a"],
        ["--config"],
        ["--config="],
        ["--config", "--data-dir"],
        ["--config", "a", "--config", "b"],
        ["--conf", "a"],
        ["--", "--config"],
        ["--config", "a", "show", "tickets"],
    ],
)
def test_everything_else_is_left_to_click(arguments: list[str]) -> None:
    assert desk_alone(arguments) is None


def test_completion_is_left_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_PEAKASUTAJA_COMPLETE", "bash_complete")
    assert desk_alone([]) is None

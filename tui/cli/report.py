"""Findings of the diagnosis on the console: sign, subject, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

import click
from rich.cells import cell_len

from data.diagnosis import Finding, Level
from data.language import pgettext
from data.text import clean_line

_COLOURS = {Level.GOOD: "green", Level.WARNING: "yellow", Level.BAD: "red", Level.SKIPPED: None}


def print_findings(findings: Iterable[Finding]) -> None:
    """One finding a line as it comes, its advice under it. The state is a word, with colour only on a terminal."""
    width = max(cell_len(_word(level)) for level in Level)
    for finding in findings:
        word = _word(finding.level)
        pad = " " * (width - cell_len(word))
        subject, text = clean_line(finding.subject, 200), clean_line(finding.text)
        click.echo(f"{click.style(word, fg=_COLOURS[finding.level])}{pad}  {subject}: {text}")
        if finding.advice:
            click.echo(f"{'':{width + 2}}→ {clean_line(finding.advice)}")


def _word(level: Level) -> str:
    return {
        Level.GOOD: pgettext("finding", "ok"),
        Level.WARNING: pgettext("finding", "warning"),
        Level.BAD: pgettext("finding", "wrong"),
        Level.SKIPPED: pgettext("finding", "skipped"),
    }[level]

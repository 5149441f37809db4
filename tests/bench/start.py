"""From the start of the process to the first full paint, and to the version on a pipe."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from data.model import TicketQuery
from tests.bench import programs
from tests.bench.figures import Report, Sample, Verdict
from tests.bench.terminal import Terminal
from tests.bench.world import RELEASE, SERVICE, TRAINING, first_key

REFERENCE_MS = 217.0
"""First paint of the smallest Textual program on the machine that the absolute targets were set on."""


def measure(report: Report, folder: Path, tickets: int, tries: int) -> None:
    """First full paint of the desk against the smallest program's, in turns, so that both see the same machine.

    The desk is fully painted when a record of every pane stands on screen. Its sync process is started by the desk
    after that, as always; the store has no source to fetch from.
    """
    small: list[float] = []
    full: list[float] = []
    # None of these stands in the strip above the panes, which is painted from a reading of its own.
    words = (first_key(folder, TicketQuery()), f"{SERVICE} 3", f"{RELEASE} 5", f"{TRAINING} 3")
    _first_paint(programs.desk(folder), *words)
    for _ in range(tries):
        small.append(_first_paint(programs.smallest(), "tere"))
        full.append(_first_paint(programs.desk(folder), *words))
        programs.stop_sync(folder)
    smallest = report.add(Sample("smallest Textual program: first paint", tuple(small)))
    desk = report.add(Sample(f"desk, {tickets:,} tickets: first full paint", tuple(full)))
    report.verdicts.append(
        Verdict("first full paint ÷ smallest Textual program", desk.median / smallest.median, 1.5, "×")
    )


def measure_factor(report: Report, tries: int) -> float:
    """The machine's own factor: first paint of the smallest Textual program ÷ 217 ms."""
    _first_paint(programs.smallest(), "tere")
    paints = tuple(_first_paint(programs.smallest(), "tere") for _ in range(tries))
    return report.add(Sample("machine: smallest Textual program, first paint", paints)).median / REFERENCE_MS


def measure_version(report: Report, tries: int) -> None:
    """`peakasutaja --version` against `python -c pass` of the same environment, in turns."""
    _run([programs.entry_script(), "--version"])
    empty: list[float] = []
    version: list[float] = []
    for _ in range(tries):
        empty.append(_run([sys.executable, "-c", "pass"]))
        version.append(_run([programs.entry_script(), "--version"]))
    nothing = report.add(Sample("python -c pass", tuple(empty)))
    told = report.add(Sample("peakasutaja --version", tuple(version)))
    report.verdicts.append(Verdict("--version ÷ python -c pass", told.median / nothing.median, 4.0, "×"))


def _first_paint(argv: list[str], *words: str) -> float:
    with Terminal(argv, env=programs.ENVIRONMENT, size=(150, 40)) as terminal:
        return (terminal.wait_for(*words) - terminal.started) * 1000


def _run(argv: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(argv, check=True, capture_output=True)
    return (time.perf_counter() - begin) * 1000

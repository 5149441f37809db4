"""Memory of the desk with many tickets cached against few, after the same use of the ticket list."""

from __future__ import annotations

from pathlib import Path

from tests.bench import programs
from tests.bench.figures import Report, Sample, Verdict
from tests.bench.keys import tickets_screen

PAGE_DOWN = b"\x1b[6~"
END, HOME = b"\x1b[F", b"\x1b[H"
USE = (*[PAGE_DOWN] * 30, END, *[b"\x1b[5~"] * 10, HOME, *[programs.DOWN] * 60)
"""Pages through the list, to its end and back: what is kept of it is kept by then."""


def measure(report: Report, folders: dict[int, Path], tries: int) -> None:
    """Proportional set size (shared libraries counted by share) of the desk's process; the resident size beside it."""
    pss: dict[int, list[float]] = {count: [] for count in folders}
    rss: dict[int, list[float]] = {count: [] for count in folders}
    for _ in range(tries):
        for count, folder in folders.items():
            with tickets_screen(folder) as terminal:
                for key in USE:
                    terminal.send(key)
                    terminal.settle()
                terminal.settle(1.0)
                found = terminal.memory_kib()
            programs.stop_sync(folder)
            pss[count].append(found["Pss"] / 1024)
            rss[count].append(found["Rss"] / 1024)
    few, most = min(folders), max(folders)
    for count in (few, most):
        report.add(Sample(f"desk, {count:,} tickets: resident size", tuple(rss[count]), "MiB"))
    small = report.add(Sample(f"desk, {few:,} tickets: proportional size", tuple(pss[few]), "MiB"))
    large = report.add(Sample(f"desk, {most:,} tickets: proportional size", tuple(pss[most]), "MiB"))
    report.verdicts.append(Verdict(f"memory at {most:,} ÷ at {few:,} tickets", large.median / small.median, 1.3, "×"))

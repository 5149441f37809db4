"""`python -m tests.bench`: how fast the desk is on this machine, held against the targets of the project.

What a person sees is measured in a real pseudo-terminal on the real program (`tests.bench.terminal` says how), the sync
on a simulated server over real HTTP. All in one run, programs that are compared in turns. Absolute targets scale by the
machine's own factor. A figure that misses its target is printed all the same and marked; the exit code says whether one
did.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import census, filling, find, history, keys, large, memory, start, watching
from tests.bench.figures import Report
from tests.bench.terminal import available
from tests.bench.world import fill

PARTS = ("start", "keys", "find", "memory", "fill", "poll", "census", "checks", "history")
FEW = 1_000


def main() -> int:
    """Runs the chosen parts; 0 when every target was met, 1 when one was missed, 2 where nothing can be measured."""
    options = _options()
    if not available():
        print("The bench measures in a pseudo-terminal through /proc: it runs on Linux only.", file=sys.stderr)
        return 2
    report = Report()
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        keep = Path(options.keep or temporary)
        folders = {count: keep / str(count) for count in (FEW, options.tickets)}
        _keep_bytecode(keep / "bytecode")
        for count, folder in folders.items():
            began = time.perf_counter()
            fill(folder, count)
            print(f"  {count:,} tickets in {folder} ({time.perf_counter() - began:.0f} s)", file=sys.stderr)
        factor = start.measure_factor(report, 7)
        load = Path("/proc/loadavg").read_text().split()[0]
        report.notes.append(f"machine factor {factor:.2f}; load {load} on {os.cpu_count()} processors at the start")
        if "start" in options.parts:
            start.measure(report, folders[options.tickets], options.tickets, 9)
            start.measure_version(report, 15)
        if "keys" in options.parts:
            keys.measure(report, folders, options.keys, factor)
        if "find" in options.parts:
            find.measure(report, folders[options.tickets], options.tries, factor)
        if "memory" in options.parts:
            memory.measure(report, folders, 3)
        if "fill" in options.parts:
            filling.measure(report, _new(keep / "filled"), 3)
        if "poll" in options.parts:
            large.measure(report, _new(keep / "large"), factor, options.tickets, options.comments)
        if "census" in options.parts:
            census.measure(report, folders[options.tickets], 7)
        if "checks" in options.parts:
            watching.measure(report, _new(keep / "checks"), factor)
        if "history" in options.parts:
            history.measure(report, _new(keep / "history"), factor, options.tries)
    print(report.text())
    return 0 if all(verdict.met for verdict in report.verdicts) else 1


def _new(folder: Path) -> Path:
    """An empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _keep_bytecode(folder: Path) -> None:
    """Lets the measured programs keep their bytecode, as an installed one does, even where the environment forbids it.

    Without it a start is up to four times slower. The first start of each program, which writes it, is not counted.
    """
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=PARTS, help="what to measure; all if none")
    parser.add_argument("--tickets", type=int, default=100_000, help="size of the large store (default 100000)")
    parser.add_argument("--comments", type=int, default=0, help="comments of the large Jira, at least (default 0)")
    parser.add_argument("--keys", type=int, default=300, help="key presses a list (default 300)")
    parser.add_argument("--tries", type=int, default=20, help="tries a question (default 20)")
    parser.add_argument("--keep", metavar="DIR", help="keep the filled stores here for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""Sort, filter and word search in the ticket list of the desk: from the key or click to the painted answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.language import _, use_language
from data.model import TicketQuery, TicketSort, TicketView
from tests.bench import programs
from tests.bench.figures import Report, Sample, Verdict, percentile
from tests.bench.keys import tickets_screen
from tests.bench.terminal import Terminal
from tests.bench.world import RARE, first_key

TARGET_MS = 50.0
RIGHT, LEFT = b"\x1b[C", b"\x1b[D"


@dataclass(frozen=True, slots=True)
class Step:
    """What the person does, and the ticket that must then stand first in the list."""

    name: str
    keys: bytes
    expected: str


def measure(report: Report, folder: Path, tries: int, factor: float) -> None:
    """Each kind in turn, `tries` times; the answer is painted when the frame with its first ticket is complete."""
    use_language("et")
    took: dict[str, list[float]] = {}
    with tickets_screen(folder) as terminal:
        title = _click(*terminal.place_of(_("Summary")))
        steps = _steps(folder, title)
        for _try in range(tries):
            for step in steps:
                took.setdefault(step.name, []).append(_take(terminal, step))
    programs.stop_sync(folder)
    for name, values in took.items():
        if name:
            sample = report.add(Sample(name, tuple(values)))
            worst = percentile(sample.values, 0.95)
            report.verdicts.append(Verdict(f"{name}, p95", worst, TARGET_MS * factor, "ms"))


def _take(terminal: Terminal, step: Step) -> float:
    terminal.settle(0.3)
    terminal.forget()
    pressed = terminal.send(step.keys)
    return (terminal.wait_for(step.expected) - pressed) * 1000


def _steps(folder: Path, title: bytes) -> list[Step]:
    plain = TicketQuery()
    rising = TicketQuery(sort=TicketSort.SUMMARY, descending=False)
    falling = TicketQuery(sort=TicketSort.SUMMARY)
    everything = TicketQuery(view=TicketView.ALL, sort=TicketSort.SUMMARY)
    found = TicketQuery(view=TicketView.ALL, text=RARE, sort=TicketSort.SUMMARY)
    first = {query: first_key(folder, query) for query in (plain, rising, falling, everything, found)}
    return [
        Step("sort: click on a title", title, first[rising]),
        Step("sort: the other way round", title, first[falling]),
        Step("filter: from open to all", LEFT, first[everything]),
        Step("filter: from all to open", RIGHT, first[falling]),
        # All but the last letter beforehand: the desk looks for a word when the typing rests or at Enter.
        Step("", b"/", ""),
        Step("", RARE[:-1].encode(), ""),
        Step("word search: from the last letter and Enter", RARE[-1].encode() + b"\r", first[found]),
        Step("word search taken back", b"x", first[falling]),
    ]


def _click(column: int, row: int) -> bytes:
    """Press and release of the left button at a cell, as a terminal reports them (SGR, counted from 1)."""
    return b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (column, row, column, row)

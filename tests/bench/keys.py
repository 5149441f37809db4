"""Key-down in the ticket table: processor time of the event loop, and the time to the full frame beside visidata's."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from data.model import TicketQuery, TicketView
from tests.bench import programs
from tests.bench.figures import Report, Sample, Verdict, percentile
from tests.bench.terminal import Terminal
from tests.bench.world import reader

SIZE = (120, 35)
BURST = 50
CPU_TARGET_MS = 16.0


def measure(report: Report, folders: dict[int, Path], tries: int, factor: float) -> None:
    """Desk at each size of `folders` and visidata on the rows of the largest, in turns of `BURST` keys."""
    most = max(folders)
    terminals: dict[str, Terminal] = {}
    try:
        for count, folder in folders.items():
            terminals[f"{count:,}"] = tickets_screen(folder)
        command = programs.visidata()
        if command is None:
            report.notes.append("visidata is not there (neither vd nor uv on the path): no comparison with it")
        else:
            terminals["visidata"] = _visidata(command, folders[most])
        latency, cpu = _press(terminals, tries)
    finally:
        for terminal in terminals.values():
            terminal.close()
        for folder in folders.values():
            programs.stop_sync(folder)
    _report(report, latency, cpu, folders, factor)


def tickets_screen(folder: Path) -> Terminal:
    """A desk with the cursor in its ticket list."""
    terminal = Terminal(programs.desk(folder), env=programs.ENVIRONMENT, size=SIZE)
    terminal.wait_for("MT-")
    terminal.settle(1.0)
    terminal.forget()
    terminal.send(b"3")
    terminal.wait_for("MT-")
    terminal.settle(1.0)
    return terminal


def _visidata(command: list[str], folder: Path) -> Terminal:
    home = Path(tempfile.mkdtemp(prefix="bench-visidata-"))
    table = home / "tickets.tsv"
    _write_rows(folder, table)
    terminal = Terminal([*command, "--motd-url=", str(table)], env={"HOME": str(home)}, size=SIZE)
    terminal.wait_for("MT-", marked=False)
    terminal.settle(2.0)
    return terminal


def _write_rows(folder: Path, table: Path) -> None:
    window = reader(folder).tickets(TicketQuery(view=TicketView.ALL))
    with table.open("w", encoding="utf-8") as lines:
        lines.write("key\tpriority\tsummary\tstatus\tassignee\n")
        for row in window.rows(0, window.count()):
            lines.write(f"{row.key}\t{row.priority_rank}\t{row.summary}\t{row.status_name}\t{row.assignee}\n")


def _press(terminals: dict[str, Terminal], tries: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    latency: dict[str, list[float]] = {name: [] for name in terminals}
    cpu: dict[str, list[float]] = {name: [] for name in terminals}
    for _ in range(max(1, tries // BURST)):
        for name, terminal in terminals.items():
            key = b"j" if name == "visidata" else programs.DOWN
            for _ in range(BURST):
                terminal.forget()
                before = terminal.loop_ns()
                pressed = terminal.send(key)
                while not terminal.seen:
                    terminal.read(1.0)
                latency[name].append((terminal.settle() - pressed) * 1000)
                cpu[name].append((terminal.loop_ns() - before) / 1e6)
    return latency, cpu


def _report(
    report: Report,
    latency: dict[str, list[float]],
    cpu: dict[str, list[float]],
    folders: dict[int, Path],
    factor: float,
) -> None:
    few, most = (f"{count:,}" for count in (min(folders), max(folders)))
    for name in (few, most):
        report.add(Sample(f"key-down, {name} tickets: processor time of the loop", tuple(cpu[name])))
        report.add(Sample(f"key-down, {name} tickets: key to full frame", tuple(latency[name])))
    report.verdicts += [
        Verdict(f"key-down at {most}: loop, p99", percentile(cpu[most], 0.99), CPU_TARGET_MS * factor, "ms"),
        Verdict(f"key-down at {most} ÷ at {few}: loop, median", _median(cpu[most]) / _median(cpu[few]), 1.2, "×"),
        Verdict(f"key-down at {most} ÷ at {few}: frame", _median(latency[most]) / _median(latency[few]), 1.2, "×"),
    ]
    if "visidata" in latency:
        beside = report.add(Sample(f"visidata, {most} rows: key to full frame", tuple(latency["visidata"])))
        ratio = _median(latency[most]) / beside.median
        report.verdicts.append(Verdict("key to full frame ÷ visidata's", ratio, 1.5, "×"))


def _median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)

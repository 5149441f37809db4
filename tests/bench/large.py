"""A large Jira filled by the sync, killed in the middle and gone on with, while a desk reads; then quiet polls."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from data.clock import Clock
from data.config import Jira
from data.model import TicketQuery, TicketView
from data.sources.jira import JiraSource
from data.sources.jira_mark import mark_of, progress
from data.store.migrations import CACHE
from data.store.tables import CACHE_TABLES
from data.store.write import Writer
from tests.bench.figures import Report, Sample, Verdict, percentile
from tests.sources.cached import Held
from tests.upstream import KEY, SyncedDesk, Upstream

PROJECTS = ["SKAH", "PERE"]
LAG_MS, READ_MS = 10.0, 10.0
MOST_REQUESTS, POLL_MS = 3.0, 20.0
_TICK = 0.005
_READ_EVERY = 0.05
_POLLS = 20


@dataclass
class Onlooker:
    """An event loop and a reader beside the sync, as a desk has them; times in milliseconds."""

    desk: SyncedDesk
    lags: list[float] = field(default_factory=list)
    reads: list[float] = field(default_factory=list)
    largest_kib: int = 0

    async def watch(self, process: subprocess.Popen[bytes], until: float) -> None:
        """Until the process has ended or has read the share `until` of all issues."""
        stopping = threading.Event()
        reading = asyncio.create_task(asyncio.to_thread(self._read, stopping))
        try:
            look = 0.0
            while process.poll() is None:
                due = time.perf_counter() + _TICK
                await asyncio.sleep(_TICK)
                self.lags.append((time.perf_counter() - due) * 1000)
                if time.perf_counter() > look:
                    look = time.perf_counter() + 0.5
                    pulse = self.desk.pulse()
                    self._weigh(process.pid)
                    if pulse.get("total") and pulse["done"] >= until * pulse["total"]:
                        return
        finally:
            stopping.set()
            await reading

    def _read(self, stopping: threading.Event) -> None:
        while not self.desk.places.cache.exists() and not stopping.wait(0.05):
            pass
        with closing(self.desk.reader()) as reader:
            while not stopping.wait(_READ_EVERY):
                began = time.perf_counter()
                reader.tickets(TicketQuery(view=TicketView.OPEN)).rows(0, 50)
                self.reads.append((time.perf_counter() - began) * 1000)

    def _weigh(self, pid: int) -> None:
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            return
        self.largest_kib = max(
            [self.largest_kib, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))]
        )


def measure(report: Report, folder: Path, factor: float, issues: int, comments: int = 0) -> None:
    """A fill of `issues` issues (with at least so many comments) with one kill, and quiet polls after it."""
    server = Upstream(issues, comments=comments)
    try:
        desk = SyncedDesk(server, folder, calendar="")
        _measure_fill(report, desk, factor)
        asyncio.run(_measure_polls(report, desk, factor, issues))
    finally:
        server.close()


async def _lags(seconds: float) -> list[float]:
    """How late an event loop is that nothing of ours disturbs: what the machine itself costs."""
    found = []
    end = time.perf_counter() + seconds
    while (due := time.perf_counter() + _TICK) < end:
        await asyncio.sleep(_TICK)
        found.append((time.perf_counter() - due) * 1000)
    return found


def _measure_fill(report: Report, desk: SyncedDesk, factor: float) -> None:
    report.add(Sample("event-loop lag with nothing beside", tuple(asyncio.run(_lags(5.0)))))
    onlooker = Onlooker(desk)
    began = time.perf_counter()
    first = desk.process("--once")
    asyncio.run(onlooker.watch(first, 0.4))
    first.kill()
    first.wait()
    killed, total = _done(desk)
    half = time.perf_counter() - began
    began = time.perf_counter()
    second = desk.process("--once")
    asyncio.run(onlooker.watch(second, 2.0))
    code = second.wait()
    rest = time.perf_counter() - began
    done, _total = _done(desk)
    report.notes.append(
        f"killed after {half:.0f} s at {killed:,} of {total:,}, went on to {done:,} in {rest:.0f} s (exit code {code});"
        f" the sync took {onlooker.largest_kib / 1024:.0f} MiB at most"
    )
    lags = report.add(Sample("event-loop lag beside the fill", tuple(onlooker.lags)))
    reads = report.add(Sample("first page of open tickets beside the fill", tuple(onlooker.reads)))
    report.verdicts.append(Verdict("event-loop lag, p99", percentile(lags.values, 0.99), LAG_MS * factor, "ms"))
    report.verdicts.append(Verdict("a pane's query, p99", percentile(reads.values, 0.99), READ_MS * factor, "ms"))


def _done(desk: SyncedDesk) -> tuple[int, int]:
    with closing(Writer(desk.places.cache, KEY, CACHE_TABLES, CACHE)) as writer:
        mark = mark_of(writer.position("jira")[0])
    return progress(mark), mark.total or 0


async def _measure_polls(report: Report, desk: SyncedDesk, factor: float, issues: int) -> None:
    source = JiraSource(Jira(url=desk.server.base, projects=PROJECTS), lambda: "demo-token", Clock(0, 0, 0.0))
    asked: list[str] = []
    get = source._link.get

    async def counted(path: str, *args: object, **kwargs: object) -> object:
        asked.append(path)
        return await get(path, *args, **kwargs)  # type: ignore[arg-type]

    source._link.get = counted  # type: ignore[assignment,method-assign]
    with closing(Writer(desk.places.cache, KEY, CACHE_TABLES, CACHE)) as writer:
        source.held = Held(writer)
        requests, cpu = [], []
        for _poll in range(_POLLS + 1):
            asked.clear()
            began = time.process_time()
            cursor, facts = writer.position("jira")
            async for batch in source.fetch(cursor, facts):
                writer.apply(source, batch, 0)
            writer.record_success(source, 0)
            cpu.append((time.process_time() - began) * 1000)
            requests.append(float(len(asked)))
    await source.close()
    # The first poll of a process reads the lists and the overlap.
    sample = report.add(Sample(f"an unchanged poll of {issues:,}: processor time", tuple(cpu[1:])))
    report.verdicts.append(Verdict("requests of an unchanged poll", max(requests[1:]), MOST_REQUESTS))
    report.verdicts.append(Verdict("processor time of an unchanged poll", sample.median, POLL_MS * factor, "ms"))

"""Twelve hundred checks at sixty a second: how late looks begin, and what they cost beside bare httpx.

The sync process looks at a server of this process over real HTTP, on sixty addresses of loopback, each of which answers
after 50 ms. Lateness is from the slot that the check's name gives until the request is there, connection included.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from data.checks.http import HttpCheck
from data.paths import Places, make_private_dir, write_private
from data.processes import ROOT
from data.sources.budget import AT_ONCE
from data.sources.checks_turns import slot_after
from tests.bench.figures import Report, Sample, Verdict, percentile
from tests.upstream import KEY, wait_for

CHECKS, HOSTS, INTERVAL = 1_200, 60, 20.0
SECONDS = 60.0
"""How long it is watched, after every check was made once."""
LATE_MS = 200.0
LAG_MS, REPAINTS = 10.0, 2.0
DESK_SECONDS = 30.0
COST = 0.25
"""Of one core, more than bare httpx takes."""
_ANSWER_SECONDS = 0.05
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Watched:
    """A server that notes who came when, and how many at once."""

    arrivals: list[tuple[str, int]] = field(default_factory=list)
    """Names of checks and UTC epoch milliseconds."""
    under_way: Counter[str] = field(default_factory=Counter)
    """Requests for a check, or to a host, that are being answered."""
    most: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _ready: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Serves in a thread that ends with the process."""
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        first = await asyncio.start_server(self._answer, _host(0))
        self.port = first.sockets[0].getsockname()[1]
        others = await asyncio.start_server(self._answer, [_host(each) for each in range(1, HOSTS)], self.port)
        self._ready.set()
        async with first, others:
            await others.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                name = head.split(b" ", 2)[1].decode().strip("/")
                self.arrivals.append((name, time.time_ns() // 1_000_000))
                for each in (name, host):
                    self.under_way[each] += 1
                    self.most[each] = max(self.most[each], self.under_way[each])
                await asyncio.sleep(_ANSWER_SECONDS)
                writer.write(_ANSWER)
                await writer.drain()
                self.under_way.subtract((name, host))
        except (OSError, asyncio.IncompleteReadError):
            writer.close()


def measure(report: Report, folder: Path, factor: float) -> None:
    """The sync process in `folder` over all checks, a desk beside it, then bare httpx with as many requests."""
    server = Watched()
    server.start()
    checks = [
        HttpCheck(name=f"teenus-{number}", url=url_of(server.port, number), interval=INTERVAL)
        for number in range(CHECKS)
    ]
    process = _sync(folder, checks)
    try:
        wait_for(lambda: len({name for name, _at in list(server.arrivals)}) == CHECKS, "the first looks", 120)
        threading.Event().wait(INTERVAL)  # what was looked at out of turn comes into its slot
        server.arrivals.clear()
        server.most.clear()
        before = _cpu_seconds(process.pid)
        threading.Event().wait(SECONDS)
        cost = _cpu_seconds(process.pid) - before
        seen = list(server.arrivals)
        most = Counter(server.most)
        lags, frames = _desk(folder)
    finally:
        process.kill()
        process.wait()
    by_name = {check.name: check for check in checks}
    late = report.add(
        Sample("a look begins after its slot", tuple(_lateness(by_name[name], at_ms) for name, at_ms in seen))
    )
    shaken = report.add(Sample("event-loop lag of a desk over them", tuple(lags)))
    bare = _bare(server.port, len(seen))
    hosts = [most[_host(each)] for each in range(HOSTS)]
    report.notes.append(
        f"{len(seen) / SECONDS:.1f} looks a second for {SECONDS:.0f} s; the sync took {cost / SECONDS:.1%} of a core,"
        f" bare httpx {bare / SECONDS:.1%}; at most {max(hosts)} at once to a host"
    )
    report.verdicts += [
        Verdict("1,200 checks: a look begins late, p99", percentile(late.values, 0.99), LATE_MS, "ms"),
        Verdict("1,200 checks: of one core, more than bare httpx", (cost - bare) / SECONDS, COST),
        Verdict(
            "1,200 checks: event-loop lag of the desk, p99", percentile(shaken.values, 0.99), LAG_MS * factor, "ms"
        ),
        Verdict("1,200 checks: repaints of the desk a second", frames / DESK_SECONDS, REPAINTS),
        Verdict("1,200 checks: looks at one at once", max(most[check.name] for check in checks), 1),
        Verdict("1,200 checks: looks at a host at once", max(hosts), AT_ONCE),
    ]


def _host(number: int) -> str:
    return f"127.0.1.{number % HOSTS + 1}"


def url_of(port: int, number: int) -> str:
    """Where the check with this number looks."""
    return f"http://{_host(number)}:{port}/teenus-{number}"


def _sync(folder: Path, checks: list[HttpCheck]) -> subprocess.Popen[bytes]:
    places = Places(folder / "config.toml", folder / "data")
    make_private_dir(places.data_dir)
    write_private(places.key_file, KEY.encode())
    sections = [f'[[check]]\nname = "{each.name}"\nurl = "{each.url}"\ninterval = {each.interval}\n' for each in checks]
    places.config_file.write_text("\n".join(["demo = true", *sections]), "utf-8")
    where = ["--config", str(places.config_file), "--data-dir", str(places.data_dir)]
    return subprocess.Popen([sys.executable, "-m", "data.sync", *where], cwd=ROOT, stdin=subprocess.DEVNULL)


def _desk(folder: Path) -> tuple[list[float], int]:
    """How late the loop of a desk is that shows the services (milliseconds), and how often it paints.

    In a process of its own: what answers the checks is in this one.
    """
    command = [sys.executable, "-m", "tests.bench.desk_beside", str(folder), str(DESK_SECONDS)]
    told = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout)
    return told["lags_ms"], told["frames"]


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process so far (proc(5): utime and stime stand behind the name in parentheses)."""
    if sys.platform == "win32":
        raise OSError("there is no /proc to measure in")
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _lateness(check: HttpCheck, at_ms: int) -> float:
    """Milliseconds from the latest slot of `check` to `at_ms`."""
    slot = slot_after(check, at_ms - round(check.interval * 1500))
    while (later := slot_after(check, slot)) <= at_ms:
        slot = later
    return float(at_ms - slot)


def _bare(port: int, requests: int) -> float:
    """Processor seconds that bare httpx takes for as many requests at the same pace."""
    command = [sys.executable, "-m", "tests.bench.bare_httpx", str(port), str(requests), str(SECONDS)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout)

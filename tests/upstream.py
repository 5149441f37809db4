"""The simulated upstream systems and a desk that syncs from them, for tests that go over real HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from data.config import Config, load
from data.paths import Places, make_private_dir, write_private
from data.processes import ROOT, module_command
from data.store.read import Reader
from data.sync.process import run
from data.sync.report import SourceReport

KEY = "5c" * 32
_T = TypeVar("_T")


def wait_for(condition: Callable[[], _T], what: str, seconds: float = 30.0) -> _T:
    """The first true value of `condition`, asked again until then; fails, naming `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        threading.Event().wait(0.02)


class Upstream:
    """`python -m data.simulator --admin` as a process."""

    def __init__(
        self,
        tickets: int = 300,
        speed: float = 0.0,
        port: int = 0,
        *,
        at: str = "2026-12-04T09:14:00",
        certificate: Path | None = None,
        comments: int = 0,
    ) -> None:
        self.tickets = tickets
        self._comments = comments
        self._speed = speed
        self._at = at
        self._certificate = certificate
        self.process = self._start(port)
        lines = self._read_configuration()
        values = dict(line.split(" = ", 1) for line in lines if " = " in line and not line.startswith("interval"))
        self.base = next(json.loads(line.split(" = ")[1]) for line in lines if line.startswith("url"))
        self.secure_base = next((line.split()[-1] for line in lines if line.startswith("# secure")), "")
        self.clock = "\n".join(f"{name} = {values[name]}" for name in ("anchor_ms", "real_anchor_ms", "speed"))

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        sizes = ["--tickets", str(self.tickets), "--comments", str(self._comments)]
        options = ["--admin", "--until-stdin-ends", *sizes, "--speed", str(self._speed)]
        if self._certificate is not None:
            options += ["--certificate", str(self._certificate)]
        command = module_command("data.simulator", *options, "--at", self._at, "--port", str(port))
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _read_configuration(self) -> list[str]:
        assert self.process.stdout is not None
        lines: list[str] = []
        while not (lines and lines[-1] == "" and any(line.startswith("[[check]]") for line in lines)):
            line = self.process.stdout.readline()
            assert line, "the simulator ended before it was ready"
            lines.append(line.decode().rstrip("\n"))
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return lines

    def admin(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """What the simulator's route for tests answers."""
        # Nobody reads the body of a GET, and a server that closes over unread bytes resets the connection.
        content = None if method == "GET" else body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        request = urllib.request.Request(f"{self.base}/_admin/{path}", content, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def fault(self, mode: str, prefix: str = "/rest", **more: Any) -> None:
        """Spoils every answer under `prefix` until `heal`."""
        self.admin("fault", {"prefix": prefix, "mode": mode, **more})

    def heal(self) -> None:
        """Takes all faults away."""
        self.admin("fault", method="DELETE")

    def kill(self) -> None:
        """The whole server is gone at once."""
        self.process.kill()
        self.process.wait()

    def come_back(self) -> None:
        """Starts again on the same port, with the same world."""
        self.process = self._start(int(self.base.rpartition(":")[2]))
        self._read_configuration()

    def close(self) -> None:
        """Ends the process, in good order where it still can: only then is it measured."""
        if self.process.poll() is None and self.process.stdin is not None:
            self.process.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.process.kill()
        self.process.wait()


@contextmanager
def upstream(
    tickets: int = 300, speed: float = 0.0, at: str = "2026-12-04T09:14:00", certificate: Path | None = None
) -> Iterator[Upstream]:
    """A running simulator; with a `certificate` it serves a second port over TLS too."""
    server = Upstream(tickets, speed, at=at, certificate=certificate)
    try:
        yield server
    finally:
        server.close()


@dataclass
class SyncedDesk:
    """A configuration, its files, and the sync over them."""

    server: Upstream
    folder: Path
    interval: float = 0.5
    calendar: str = "/calendar/koolitused.ics"
    checks: str = ""
    boards: str = ""
    timeout: float = 20
    url: str = ""
    """Of Jira, where it is not the server's own."""
    passed_ms: int = 0
    """By how much the desk's clock was put forward."""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    reports: list[SourceReport] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = Places(self.folder / "config.toml", self.folder / "data")
        make_private_dir(self.places.data_dir)
        write_private(self.places.key_file, KEY.encode())
        self.write()

    def write(self) -> None:
        """Writes the configuration."""
        passed = re.compile(r"^anchor_ms = (\d+)", re.MULTILINE)
        clock = passed.sub(lambda found: f"anchor_ms = {int(found[1]) + self.passed_ms}", self.server.clock)
        text = (
            f'demo = true\n[desk]\nlanguage = "en"\n[clock]\n{clock}\n'
            f'[jira]\nurl = "{self.url or self.server.base}"\nprojects = ["SKAH", "PERE"]\ninterval = {self.interval}\n'
            f"delay = 0\ntimeout = {self.timeout}\n{self.boards}\n{self.checks}"
        )
        if self.calendar:
            url = self.calendar if "://" in self.calendar else self.server.base + self.calendar
            text += f'\n[[calendar]]\nname = "Koolitused"\nurl = "{url}"\ninterval = {self.interval}\n'
        self.places.config_file.write_text(text)

    def later(self, hours: float) -> None:
        """Puts the clocks of world and desk forward."""
        self.server.admin("skip", {"ms": round(hours * 3_600_000)})
        self.passed_ms += round(hours * 3_600_000)
        self.write()

    @property
    def config(self) -> Config:
        return load(self.places.config_file)

    def reader(self) -> Reader:
        return Reader(self.places, KEY, self.config.domain_clock())

    def once(self) -> int:
        """One poll of each source, in this process; its reports are in `reports`."""
        self.reports.clear()
        return run(self.config, self.places, KEY, once=True, owned=False, report=self.reports.append)

    def report(self, name: str) -> SourceReport:
        """The last word on a source."""
        return [each for each in self.reports if each.name == name and each.is_finished][-1]

    @contextmanager
    def following(self, *, owned: bool = False) -> Iterator[threading.Thread]:
        """The sync in a thread of this process, until the end of the block."""
        self.reports.clear()
        thread = threading.Thread(
            target=run,
            args=(self.config, self.places, KEY),
            kwargs={"once": False, "owned": owned, "report": self.reports.append},
        )
        thread.start()
        try:
            yield thread
        finally:
            self.places.stop.touch()
            thread.join(20)
            assert not thread.is_alive()
            self.places.stop.unlink(missing_ok=True)

    def polls(self, name: str = "jira") -> int:
        """How often a source was polled to the end."""
        return sum(each.name == name and each.is_finished for each in list(self.reports))

    def process(self, *options: str) -> subprocess.Popen[bytes]:
        """The sync as a process of its own."""
        arguments = ["--config", str(self.places.config_file), "--data-dir", str(self.places.data_dir), *options]
        started = subprocess.Popen(
            [sys.executable, "-m", "data.sync", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.processes.append(started)
        return started

    def pulse(self, name: str = "jira") -> dict[str, Any]:
        """What the pulse says of a source; empty while there is none."""
        try:
            found: dict[str, Any] = json.loads(self.places.pulse.read_bytes())["sources"][name]
        except (OSError, ValueError, KeyError):
            return {}
        return found

    def close(self) -> None:
        """Ends every process that is left."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.processes import ROOT
from tests.journeys.terminal import PROGRAM, Terminal

Open = Callable[..., Terminal]


@pytest.fixture(scope="session", autouse=True)
def needs_tmux() -> None:
    """On a person's machine without tmux the journeys are left out; where the gates run, that is a fault."""
    if shutil.which("tmux") is None:
        (pytest.fail if "CI" in os.environ else pytest.skip)("the journeys need tmux")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures are kept: with the test's other files, or where PICTURES says."""
    return Path(os.environ.get("PICTURES") or tmp_path / "pictures")


@pytest.fixture
def open_terminal(tmp_path: Path, pictures: Path) -> Iterator[Open]:
    """Opens the program with the given arguments in a home of its own."""
    opened: list[Terminal] = []

    def open_(*arguments: str, size: tuple[int, int] = (120, 35), **environment: str) -> Terminal:
        home = {
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path / "tmp"),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "LC_ALL": "C.UTF-8",
        }
        (tmp_path / "tmp").mkdir(exist_ok=True)
        terminal = Terminal(
            (*PROGRAM, *arguments),
            size=size,
            environment={**home, **environment},
            pictures=pictures,
            notes=tmp_path,
        )
        opened.append(terminal)
        return terminal

    yield open_
    for terminal in opened:
        terminal.close()


class Upstream:
    """The simulated systems as a process of their own, which a test may take away."""

    def __init__(self, folder: Path) -> None:
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.config_file = folder / "simulated.toml"
        self.start()

    def start(self) -> None:
        """Serves, on the same port as before."""
        command = [sys.executable, "-m", "data.simulator", "--until-stdin-ends", "--admin", "--port", str(self._port)]
        command += ["--at", "2026-12-04T09:14"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        lines = []
        for line in self._process.stdout:
            lines.append(line)
            if line == b"# ready\n":
                break
        if not self._port:
            self.config_file.write_bytes(b"".join(lines))
            self._port = int(self.url.rpartition(":")[2])

    @property
    def url(self) -> str:
        """The address of the simulated Jira."""
        text = self.config_file.read_text("utf-8")
        return text.partition('url = "')[2].partition('"')[0]

    def admin(self, path: str, body: object = None, method: str = "POST") -> Any:
        """What the simulator's route for tests answers."""
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_admin/{path}", content, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def later(self, minutes: int) -> None:
        """Puts the clock of the simulated world forward, and that of desks which are opened from here on."""
        by_ms = minutes * 60_000
        self.admin("skip", {"ms": by_ms})
        text = self.config_file.read_text("utf-8")
        passed = re.sub(r"(?m)^anchor_ms = (\d+)", lambda found: f"anchor_ms = {int(found[1]) + by_ms}", text)
        self.config_file.write_text(passed, "utf-8")

    def stop(self) -> None:
        """Takes the server away: its port refuses."""
        if self._process is not None and self._process.stdin is not None and self._process.stdout is not None:
            self._process.kill()
            self._process.wait()
            self._process.stdin.close()
            self._process.stdout.close()


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    running = Upstream(tmp_path)
    yield running
    running.stop()

"""A real terminal around the real program: keys go in, the screen is read, pictures are kept."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.journeys.picture import svg_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "tui")
PATIENCE = 40.0
"""Seconds until a screen that does not come counts as missing; a busy machine needs more than a person would wait."""

# tmux may miss the end of its child on a busy machine, so the program's parent writes down when and how it ended.
_KEEPER = """
import os, subprocess, sys
def note(file, number):
    with open(file + ".new", "w") as stream:
        stream.write(str(number))
    os.replace(file + ".new", file)
program = subprocess.Popen(sys.argv[3:])
note(sys.argv[1], program.pid)
note(sys.argv[2], program.wait())
"""


class Terminal:
    """One tmux server with one pane, which runs `command` and stays readable after its end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int],
        environment: Mapping[str, str],
        pictures: Path,
        notes: Path,
    ) -> None:
        self._name = f"journey-{uuid.uuid4().hex[:12]}"
        self._pictures = pictures
        self._pid, self._code = notes / f"{self._name}.pid", notes / f"{self._name}.code"
        variables = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none", **environment}
        columns, lines = size
        self._tmux(
            *("new-session", "-d", "-x", str(columns), "-y", str(lines)),
            *(part for name, value in variables.items() for part in ("-e", f"{name}={value}")),
            *("--", "sh"),
        )
        self._tmux("set-option", "-g", "remain-on-exit", "on")
        self._tmux("set-option", "-g", "status", "off")
        # Without a client tmux would fall back to its own size.
        self.resize(columns, lines)
        # Only now: the program may end before the pane was told to stay.
        keeper = (sys.executable, "-c", _KEEPER, str(self._pid), str(self._code))
        self._tmux("respawn-pane", "-k", "-c", str(ROOT), "--", *keeper, *command)

    def press(self, *keys: str) -> None:
        """Presses keys by tmux's names: `Enter`, `Escape`, `F9`, `3`."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Types `text` letter by letter."""
        self._tmux("send-keys", "-l", text)

    def click(self, pattern: str) -> None:
        """Clicks with the left button where `pattern` begins on the screen, once it is there."""
        screen = self.wait_for(pattern)
        found = re.search(pattern, screen)
        assert found is not None
        before = screen[: found.start()]
        column, line = found.start() - before.rfind("\n"), before.count("\n") + 1
        # As a terminal tells it (XTerm, SGR mouse mode): the button goes down, and up again.
        self.type(f"\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m")

    def resize(self, columns: int, lines: int) -> None:
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def screen(self) -> str:
        """What a person sees, without colours."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, pattern: str, seconds: float = PATIENCE) -> str:
        """The screen as soon as `pattern` matches in it; fails with the last screen."""
        until = time.monotonic() + seconds
        while not re.search(pattern, seen := self.screen()):
            if time.monotonic() > until:
                raise AssertionError(f"{pattern!r} did not come in {seconds:.0f} s:\n{seen}")
            threading.Event().wait(0.05)
        return seen

    def wait_for_absence(self, pattern: str, seconds: float = PATIENCE) -> str:
        """The screen as soon as `pattern` no longer matches in it."""
        until = time.monotonic() + seconds
        while re.search(pattern, seen := self.screen()):
            if time.monotonic() > until:
                raise AssertionError(f"{pattern!r} did not go in {seconds:.0f} s:\n{seen}")
            threading.Event().wait(0.05)
        return seen

    def wait_for_end(self, seconds: float = PATIENCE) -> int:
        """The exit code of the program; a signal's number with a minus sign when that ended it."""
        until = time.monotonic() + seconds
        while not (code := self._noted(self._code)):
            if time.monotonic() > until:
                raise AssertionError(f"the program has not ended:\n{self.screen()}")
            threading.Event().wait(0.05)
        return int(code)

    @property
    def pid(self) -> int:
        """The process of the program."""
        return int(self._noted(self._pid))

    @staticmethod
    def _noted(file: Path) -> str:
        return file.read_text("utf-8") if file.exists() else ""

    def picture(self, name: str) -> None:
        """Keeps the screen as it looks now, as SVG."""
        screen = self._tmux("capture-pane", "-p", "-e", "-N").rstrip("\n")
        width = int(self._tmux("display-message", "-p", "#{pane_width}"))
        self._pictures.mkdir(parents=True, exist_ok=True)
        (self._pictures / f"{name}.svg").write_text(svg_of(screen, width), "utf-8")

    def close(self) -> None:
        """Ends whatever still runs."""
        subprocess.run(["tmux", "-L", self._name, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._name, "-f", os.devnull, "-u", *arguments],
            # What a shell tells of its own window would overrule the size of ours.
            env={name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return done.stdout

"""A program in a real pseudo-terminal: what it writes, when, and what its processor time was. Linux only.

The terminal answers the questions that a modern one answers; above all it says that it knows synchronised updates
(mode 2026), so Textual closes each frame by `ESC [ ? 2026 l`. A frame is complete when that mark has been read; the
time is taken when the bytes come out of the pty, so what the program itself adds (its writer thread) is inside, and
what the terminal would need to draw is not. A program that marks no frames (visidata, on curses) has completed one
when nothing more has come for `QUIET` seconds; the time is that of its last byte. To compare two programs, both are
timed by the quiet rule.

Processor time of the event loop is the time the kernel gave to the program's main thread
(`/proc/PID/task/PID/schedstat`, nanoseconds); no code is put into the program that is measured.
"""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

FRAME_END = b"\x1b[?2026l"
QUIET = 0.04
"""Seconds of silence after which what a program had to say is complete: more than two of its frames."""
PATIENCE = 30.0
"""Seconds after which a program that does not do what is waited for is given up."""

_QUESTIONS: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
)


class Terminal:
    """A pty of `size` columns and rows in which `argv` runs, from construction until `close`."""

    def __init__(
        self, argv: Sequence[str], *, size: tuple[int, int] = (120, 35), env: Mapping[str, str] | None = None
    ) -> None:
        self._near, far = _open_pty(size)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            list(argv),
            stdin=far,
            stdout=far,
            stderr=far,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
        )
        os.close(far)
        self.seen = bytearray()
        """Everything that was written since `forget`."""
        self.last_byte = self.started
        self.last_frame = self.started
        """When the last frame mark was read."""

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    def send(self, keys: bytes) -> float:
        """Presses keys; returns the moment."""
        moment = time.perf_counter()
        os.write(self._near, keys)
        return moment

    def forget(self) -> None:
        """Begins `seen` anew."""
        self.seen.clear()

    def read(self, seconds: float) -> bool:
        """Waits up to `seconds` for output and takes it in; whether any came."""
        if not select.select([self._near], [], [], max(0.0, seconds))[0]:
            return False
        try:
            chunk = os.read(self._near, 1 << 16)
        except OSError:  # the program has ended
            chunk = b""
        if not chunk:
            raise EOFError(f"the program ended; its last words:\n{self.words()}")
        self.last_byte = time.perf_counter()
        begin = max(0, len(self.seen) - len(FRAME_END))
        self.seen += chunk
        if self.seen.find(FRAME_END, begin) >= 0:
            self.last_frame = self.last_byte
        for question, answer in _QUESTIONS:
            if question.search(chunk):
                os.write(self._near, answer)
        return True

    def wait_for(self, *words: str, marked: bool = True) -> float:
        """Waits until all `words` have been written and the frame that holds the last of them is complete.

        Returns the moment. Without `marked` the quiet rule tells completeness. Raises `TimeoutError`.
        """
        wanted = [word.encode() for word in words]
        end = time.perf_counter() + PATIENCE
        while not all(word in self.seen for word in wanted) or (marked and not self._frame_closed(wanted)):
            if not self.read(end - time.perf_counter()):
                missing = [word.decode() for word in wanted if word not in self.seen]
                raise TimeoutError(f"not on screen after {PATIENCE:.0f} s: {missing}\n{self.words()}")
        return self.last_frame if marked else self.settle()

    def settle(self, quiet: float = QUIET) -> float:
        """Waits until nothing has come for `quiet` seconds; returns the moment of the last byte."""
        while self.read(quiet):
            pass
        return self.last_byte

    def _frame_closed(self, wanted: Sequence[bytes]) -> bool:
        last = max((self.seen.find(word) for word in wanted), default=0)
        return self.seen.find(FRAME_END, last) >= 0

    def place_of(self, word: str) -> tuple[int, int]:
        """Column and row, counted from 1, where `word` was last written. Raises `ValueError` where it was not."""
        at = self.seen.rindex(word.encode())
        moves = list(re.finditer(rb"\x1b\[(\d+);(\d+)H", bytes(self.seen[:at])))
        if not moves:
            raise ValueError(word)
        before = re.sub(rb"\x1b\[[0-9;]*m", b"", bytes(self.seen[moves[-1].end() : at])).decode()
        return int(moves[-1][2]) + len(before), int(moves[-1][1])

    def words(self) -> str:
        """What was written, without escape codes."""
        plain = re.sub(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|.)", b" ", bytes(self.seen))
        return re.sub(r"\s+", " ", plain.decode(errors="replace"))[-2000:]

    def loop_ns(self) -> int:
        """Nanoseconds of processor time that the main thread has had."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/schedstat").read_text().split()[0])

    def memory_kib(self) -> dict[str, int]:
        """`Rss` and `Pss` of the process in KiB."""
        found: dict[str, int] = {}
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                found[name] = int(rest.split()[0])
        return found

    def close(self) -> None:
        """Ends the program and lets go of the pty."""
        self._process.terminate()
        end = time.perf_counter() + 5
        while self._process.poll() is None and time.perf_counter() < end:
            try:
                self.read(0.05)
            except EOFError:
                break
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._near)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _open_pty(size: tuple[int, int]) -> tuple[int, int]:
    """Our end and the program's end of a new pseudo-terminal of `size` columns and rows."""
    if sys.platform == "win32":
        raise OSError("there is no pseudo-terminal to measure in")
    import fcntl
    import pty
    import termios

    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    return near, far


def available() -> bool:
    """Whether this system has what the bench measures with."""
    return sys.platform == "linux" and Path("/proc/self/schedstat").exists()

"""A desk whose window was closed ends by itself, whether or not the system says so by a signal."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a console that is closed ends its programs itself", allow_module_level=True)

import pty

PATIENCE = 60.0


def read_until(terminal: int, wanted: bytes, found: threading.Event) -> None:
    """Reads what the desk draws, as a window would, and tells when `wanted` stood in it; stops when told to close."""
    drawn = b""
    while not found.is_set():
        drawn += os.read(terminal, 65536)
        if wanted in drawn:
            found.set()


@pytest.mark.parametrize("controlling", [True, False], ids=["with a signal", "without one"])
def test_a_desk_ends_when_its_terminal_is_gone(tmp_path: Path, controlling: bool) -> None:
    configuration = tmp_path / "config.toml"
    configuration.write_text('demo = true\n[[check]]\nname = "A"\nurl = "http://127.0.0.1:9/"\n', "utf-8")
    window, screen = pty.openpty()
    command = [sys.executable, "-m", "tui", "--config", str(configuration), "--data-dir", str(tmp_path / "data")]
    leader = "import os, sys, fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    desk = subprocess.Popen(
        [sys.executable, "-c", leader, *command] if controlling else command,
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "PEAKASUTAJA_LANGUAGE": "et"},
    )
    os.close(screen)
    try:
        shown = threading.Event()
        reader = threading.Thread(target=read_until, args=(window, b"TEENUSED", shown), daemon=True)
        reader.start()
        assert shown.wait(PATIENCE)
        reader.join()
        os.close(window)

        desk.wait(PATIENCE)
    finally:
        desk.kill()
        (tmp_path / "data" / "sync.stop").touch()

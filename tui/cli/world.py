"""The demo's surroundings: a folder of its own and the simulated systems, gone again whatever happens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from data.language import _
from data.paths import Places, write_private
from data.processes import detached, module_command
from tui.cli.options import Fault

PREFIX = "peakasutaja-demo-"
_LOCK = "demo.lock"
_READY = b"# ready"
_STOP_SECONDS = 3.0


@contextmanager
def demo_places() -> Iterator[Places]:
    """A new private folder for the length of the demo; leftovers of demos that were killed are removed first."""
    remove_leftovers(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = FileLock(folder / _LOCK)
    lock.acquire()
    try:
        yield Places(folder / "config.toml", folder / "data")
    finally:
        lock.release()
        _remove(folder)


def remove_leftovers(parent: Path) -> None:
    """Removes the folders of demos whose process is no more: nobody holds their lock."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):
            if not (folder / _LOCK).exists() or not _is_ours(folder):
                continue
            with FileLock(folder / _LOCK, timeout=0):
                pass
            _remove(folder)


@contextmanager
def simulated_systems(where: Places, seed: int, at: datetime, speed: float, *, faults: bool) -> Iterator[None]:
    """Runs the simulator as a process of its own; its configuration is in `where.config_file` when this begins.

    The simulator ends when its standard input does, so it cannot outlive this process, however that ends. Raises
    `Fault` when it does not start.
    """
    log = where.config_file.with_name("simulator.log")
    options = ("--seed", str(seed), "--at", at.isoformat(), "--speed", repr(speed), *(["--faults"] if faults else []))
    with log.open("wb") as errors:
        simulator = subprocess.Popen(
            module_command("data.simulator", "--until-stdin-ends", *options),
            **{**detached(), "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": errors},
        )
    try:
        configuration = _configuration(simulator)
        if configuration is None:
            raise Fault(_("The simulated systems did not start: {reason}").format(reason=_last_line(log)))
        write_private(where.config_file, configuration)
        yield
    finally:
        end(simulator)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a child: the end of its input asks, `terminate` tells, `kill` makes."""
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    for last in (process.terminate, process.kill, None):
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            if last is not None:
                last()
        else:
            break
    if process.stdout is not None:
        process.stdout.close()


def _configuration(simulator: subprocess.Popen[bytes]) -> bytes | None:
    """What the simulator printed, up to the line that says it is ready; None when it ended before."""
    lines = []
    for line in simulator.stdout or ():
        lines.append(line)
        if line.strip() == _READY:
            return b"".join(lines)
    return None


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "?"


def _is_ours(folder: Path) -> bool:
    if sys.platform == "win32":
        return True
    return folder.stat().st_uid == os.getuid() and not folder.is_symlink()


def _remove(folder: Path) -> None:
    # Windows refuses to remove a file for the moment that its last user takes to end.
    until = time.monotonic() + _STOP_SECONDS
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists() or time.monotonic() > until:
            return
        time.sleep(0.05)

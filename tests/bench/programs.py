"""The programs that are measured, as command lines."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from data.paths import Places

ENVIRONMENT = {
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "TEXTUAL_ANIMATIONS": "none",
}
DOWN = b"\x1b[B"
UP = b"\x1b[A"
ESCAPE = b"\x1b"
ENTER = b"\r"


def entry_script() -> str:
    """`peakasutaja` of the environment that runs the bench. Raises `FileNotFoundError`."""
    found = shutil.which("peakasutaja", path=str(Path(sys.executable).parent))
    if found is None:
        raise FileNotFoundError("peakasutaja is not installed beside this Python; run the bench through uv run")
    return found


def desk(folder: Path) -> list[str]:
    """The desk over the store in `folder`."""
    return [entry_script(), "--config", str(folder / "config.toml"), "--data-dir", str(folder)]


def smallest() -> list[str]:
    """The smallest Textual program."""
    return [sys.executable, "-m", "tests.bench.smallest"]


def bare(folder: Path) -> list[str]:
    """The ticket table alone."""
    return [sys.executable, "-m", "tests.bench.bare", str(folder)]


def visidata() -> list[str] | None:
    """visidata if it is on the path, else through uv (which fetches it); None where there is neither."""
    if found := shutil.which("vd"):
        return [found]
    if uv := shutil.which("uv"):
        return [uv, "run", "--no-project", "--with", "visidata", "vd"]
    return None


def stop_sync(folder: Path) -> None:
    """Ends the sync that a measured desk started, so that it is not in the way of the next measurement."""
    places = Places(folder / "config.toml", folder)
    lock = FileLock(places.lock)
    for _ in range(20):
        # Asked anew each time: a sync that is just starting takes away the wish that was there before it.
        places.stop.touch()
        try:
            with lock.acquire(timeout=1.0):
                places.stop.unlink(missing_ok=True)
                return
        except Timeout:
            continue
    raise TimeoutError("the sync of the measured desk does not end")

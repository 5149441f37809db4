"""A desk that shows the services while others write: how late its event loop is, and how often it paints."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from rich.console import RenderableType
from textual.screen import Screen

from data.clock import Clock
from data.config import load
from data.paths import Places
from data.preferences import Preferences
from data.store.read import Reader
from tests.upstream import KEY
from tui.app import DeskApp

_TICK = 0.005
_SETTLE_SECONDS = 5.0


async def beside(folder: Path, seconds: float) -> tuple[list[float], int]:
    """Milliseconds by which the loop was late, and how often it painted in `seconds`."""
    places, clock = Places(folder / "config.toml", folder / "data"), Clock()
    reader = Reader(places, KEY, clock)
    desk = DeskApp(reader, load(places.config_file), places, clock, Preferences())
    lags: list[float] = []
    frames, show = 0, desk._display

    def count(screen: Screen[object], renderable: RenderableType | None) -> None:
        nonlocal frames
        frames += renderable is not None
        show(screen, renderable)

    desk._display = count  # type: ignore[method-assign]
    async with desk.run_test(size=(150, 40)) as pilot:
        await pilot.press("2")
        await asyncio.sleep(_SETTLE_SECONDS)
        before, end = frames, time.perf_counter() + seconds
        while (due := time.perf_counter() + _TICK) < end:
            await asyncio.sleep(_TICK)
            lags.append((time.perf_counter() - due) * 1000)
        painted = frames - before
    reader.close()
    return lags, painted


if __name__ == "__main__":
    late, painted_frames = asyncio.run(beside(Path(sys.argv[1]), float(sys.argv[2])))
    print(json.dumps({"lags_ms": late, "frames": painted_frames}))

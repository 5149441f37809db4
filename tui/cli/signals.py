"""Being told to end from outside: a closed terminal, a shutdown, `kill`. The screen is put back before the end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# Windows knows no SIGHUP; a closed console is told as SIGBREAK.
_ENDING = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)  # fmt: skip


@contextmanager
def ending_by_signal(leave: Callable[[], object]) -> Iterator[None]:
    """While inside, a signal to end calls `leave` in the running event loop, or raises SystemExit where none runs."""

    def end(number: int, _frame: FrameType | None) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise SystemExit(1) from None
        loop.call_soon_threadsafe(leave)

    before = {number: signal.signal(number, end) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

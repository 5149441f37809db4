"""A terminal that may go away: a closed window, a dropped connection."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def lasting_terminal(lost: Callable[[], object]) -> Iterator[None]:
    """While inside, `lost` is called once when the screen can no longer be written; what is written then is dropped.

    Without it the thread in which Textual writes dies of the first error, and the event loop waits for it for ever:
    the desk would outlive its window and keep a processor busy. `lost` must be safe to call from a thread.
    """
    before = sys.__stdout__, sys.__stderr__
    # The driver takes the original streams: standard error on Linux and macOS, standard output on Windows.
    sys.__stdout__, sys.__stderr__ = (_Lasting(stream, lost) for stream in before)  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        sys.__stdout__, sys.__stderr__ = before  # type: ignore[misc]


class _Lasting:
    """A text stream that survives the loss of what it writes to."""

    def __init__(self, stream: Any, lost: Callable[[], object]) -> None:
        self._stream = stream
        self._lost = lost
        self._is_lost = False

    def write(self, text: str) -> int:
        self._guard(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._guard(self._stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _guard(self, write: Callable[[], object]) -> None:
        if self._is_lost:
            return
        try:
            write()
        except (OSError, ValueError):  # ValueError: the stream was closed
            self._is_lost = True
            self._lost()

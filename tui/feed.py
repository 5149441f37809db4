"""Watches the store from a thread of its own and posts one message when something changed.

`PRAGMA data_version` costs about 2 µs, so four looks a second cost nothing; only after one differs are the
generations read, which tell what kinds of records changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from textual.message import Message

from data.model import Kind
from tui.desk import DeskReader

LOOKS_A_SECOND = 4


class StoreChanged(Message):
    """Records of `kinds` changed since the last message."""

    def __init__(self, kinds: frozenset[Kind]) -> None:
        super().__init__()
        self.kinds = kinds


class FeedFailed(Message):
    """The store cannot be read; `reason` tells why. Sent once until it can be read again."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Feed:
    """One watcher; `post` must be safe to call from a thread, as `App.post_message` is."""

    def __init__(self, reader: DeskReader, pulse: Path, post: Callable[[Message], object]) -> None:
        self._reader = reader
        self._pulse = pulse
        self._post = post
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="feed", daemon=True)
        self._versions: tuple[int, ...] | None = None
        self._generations: dict[Kind, int] = {}
        self._pulse_ns = 0
        self._failed = False

    def start(self) -> None:
        """Begins to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the watch; returns at once."""
        self._stop.set()

    def _watch(self) -> None:
        # The first look comes at once, before any pane has read: what changes after it is told.
        while not self._stop.is_set():
            try:
                kinds = self.look()
            except Exception as fault:  # the store may be replaced or locked: say so, and look again
                kinds = frozenset()
                if not self._failed:
                    self._failed = True
                    self._post(FeedFailed(type(fault).__name__))
            else:
                if self._failed:
                    self._failed = False
                    kinds = frozenset(Kind)
            if kinds:
                self._post(StoreChanged(kinds))
            self._stop.wait(1 / LOOKS_A_SECOND)

    def look(self) -> frozenset[Kind]:
        """What changed since the last look; the first look only remembers how things stand."""
        changed: set[Kind] = set()
        pulse_ns = self._pulse_time()
        if pulse_ns != self._pulse_ns:
            self._pulse_ns = pulse_ns
            changed.add(Kind.SOURCES)
        versions = self._reader.data_versions()
        if versions != self._versions:
            first = self._versions is None
            self._versions = versions
            generations = self._reader.generations()
            if not first:
                changed.update(kind for kind, number in generations.items() if number != self._generations.get(kind))
                changed.add(Kind.SOURCES)
            self._generations = generations
        return frozenset(changed)

    def _pulse_time(self) -> int:
        try:
            return self._pulse.stat().st_mtime_ns
        except OSError:
            return 0

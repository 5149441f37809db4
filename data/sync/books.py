"""The writers of cache and history in one thread of their own, so that a large batch keeps nobody from stopping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from data.model import Kind
from data.paths import Places
from data.sources.batch import Batch, Source
from data.store.migrations import CACHE, HISTORY
from data.store.tables import CACHE_TABLES, HISTORY_TABLES
from data.store.write import Applied, Writer

_T = TypeVar("_T")
RESULTS_DAYS = 7
"""Days for which single results of checks are kept."""


class Books:
    """Both files; what a source measures goes into the history, what it copies into the cache."""

    def __init__(self, places: Places, key: str) -> None:
        """Opens the files, and makes them if need be. Raises StoreError."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        try:
            self._cache = self._thread.submit(Writer, places.cache, key, CACHE_TABLES, CACHE).result()
            self._history = self._thread.submit(Writer, places.history, key, HISTORY_TABLES, HISTORY).result()
        except BaseException:
            self._thread.shutdown()
            raise

    async def position(self, source: Source) -> tuple[str, dict[str, str]]:
        """Where `source` goes on, and what it remembers."""
        return await self._run(lambda: self._of(source).position(source.name))

    async def apply(self, source: Source, batch: Batch, now_ms: int) -> Applied:
        """Commits one batch."""
        return await self._run(lambda: self._of(source).apply(source, batch, now_ms))

    async def succeed(self, source: Source, now_ms: int) -> None:
        """Remembers a poll that went through."""
        await self._run(lambda: self._of(source).record_success(source, now_ms))

    async def fail(self, source: Source, code: str, detail: str, now_ms: int) -> None:
        """Remembers a poll that failed."""
        await self._run(lambda: self._of(source).record_failure(source, code, detail, now_ms))

    async def prune(self, now_ms: int) -> int:
        """Drops results that are too old; how many."""
        return await self._run(lambda: self._history.prune(now_ms - RESULTS_DAYS * 86_400_000))

    def close(self) -> None:
        """Lets go of the files, after what is under way."""
        for writer in (self._cache, self._history):
            self._thread.submit(writer.close).result()
        self._thread.shutdown()

    def _of(self, source: Source) -> Writer:
        return self._history if Kind.SERVICES in source.kinds else self._cache

    async def _run(self, work: Callable[[], _T]) -> _T:
        # Shielded: a batch that was begun is finished, and nobody waits for it in the event loop.
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, work))

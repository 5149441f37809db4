"""The writers of cache and history in one thread of their own, so that a large batch keeps nobody from stopping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from data.language import _
from data.model import Kind
from data.paths import Places
from data.rules.sla import ClockRules
from data.rules.working_calendar import WorkingHours
from data.sources.batch import Batch, Source
from data.store import aside
from data.store.driver import BUSY_SECONDS, Connection, StoreError
from data.store.migrations import CACHE, HISTORY
from data.store.tables import CACHE_TABLES, HISTORY_TABLES
from data.store.write import Applied, Writer
from data.sync.book import Book

_T = TypeVar("_T")
FINISH_SECONDS = 0.3
"""How long the end waits for what is being written before it breaks it off."""
_HOPELESS = ("key", "network")
"""Faults that no waiting mends."""


class Books:
    """Both files; what a source measures goes into the history, what it copies into the cache.

    A file that cannot be used is tried again at every use, and the methods raise StoreError meanwhile. A damaged cache
    is set aside and a new one begun: then they raise StoreError with the code `rebuilt` to every source that read
    from the old one, and the source begins anew.
    """

    def __init__(
        self, places: Places, key: str, hours: WorkingHours | None = None, rules: ClockRules | None = None
    ) -> None:
        """Opens the files, and makes them if need be. Raises StoreError for a wrong key and a network drive.

        `hours` are those by which uptime in working hours is kept; `rules` those of the desk's own SLA clocks.
        """
        self._hours = hours or WorkingHours()
        self._cache = Book(places.cache, key, CACHE_TABLES, CACHE, is_copy=True, rules=rules)
        self._history = Book(places.history, key, HISTORY_TABLES, HISTORY, is_copy=False)
        self._on_rebuilt: Callable[[], object] = lambda: None
        self._editions: dict[str, int] = {}
        self._copied: frozenset[str] = frozenset()
        self._unfilled: set[str] = set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._working: set[Future[Any]] = set()
        self._is_closed = False
        try:
            # Those that are there come first: no file is made before the key has proved itself.
            for book in sorted((self._cache, self._history), key=lambda book: not book.file.exists()):
                self._thread.submit(self._try_open, book).result()
        except BaseException:
            self.close()
            raise

    @property
    def rebuilds(self) -> int:
        """How often the cache was begun anew."""
        return self._cache.edition

    def expect(self, sources: Collection[Source], on_rebuilt: Callable[[], object]) -> None:
        """Names the sources; when those of the cache have all been read, a damaged one is kept no longer.

        `on_rebuilt` is called in the event loop whenever a damaged cache was set aside.
        """
        self._on_rebuilt = on_rebuilt
        self._copied = frozenset(source.name for source in sources if self._of(source) is self._cache)
        self._unfilled = set(self._copied)

    async def position(self, source: Source) -> tuple[str, dict[str, str]]:
        """Where `source` goes on, and what it remembers."""

        def begin(writer: Writer) -> tuple[str, dict[str, str]]:
            self._editions[source.name] = self._of(source).edition
            return writer.position(source.name)

        return await self._use(self._of(source), begin)

    async def ask(self, source: Source, question: Callable[[Connection], _T]) -> _T:
        """What `question` finds out about the file that `source` writes."""
        return await self._go_on(source, lambda writer: writer.ask(question))

    async def apply(self, source: Source, batch: Batch, now_ms: int) -> Applied:
        """Commits one batch."""
        return await self._go_on(source, lambda writer: writer.apply(source, batch, now_ms))

    async def succeed(self, source: Source, now_ms: int) -> bool:
        """Remembers a poll that went through; whether a damaged cache is thereby replaced in full."""
        await self._go_on(source, lambda writer: writer.record_success(source, now_ms))
        if source.name not in self._unfilled:
            return False
        self._unfilled.discard(source.name)
        return not self._unfilled and await self._run(lambda: aside.forget(self._cache.file))

    async def fail(self, source: Source, code: str, detail: str, now_ms: int) -> None:
        """Remembers a poll that failed."""
        await self._use(self._of(source), lambda writer: writer.record_failure(source, code, detail, now_ms))

    async def end(self, source: Source, known_ms: int) -> None:
        """Remembers up to when a source is known: nobody tells it once the process has ended."""
        await self._use(self._of(source), lambda writer: writer.record_end(source, known_ms))

    async def begin_anew(self) -> None:
        """Begins a new cache in place of one that is sound, but was read from another server. Raises StoreError."""

        def work() -> None:
            self._cache.rebuild(self._cache.edition)
            aside.forget(self._cache.file)

        await self._patiently(work)

    async def tidy(self, now_ms: int) -> None:
        """Rolls up the hours of results that are over, and drops what is too old, in turns that hold up nobody long.

        Raises StoreError; what is left is done the next time.
        """
        while await self._use(self._history, lambda writer: writer.roll_up(now_ms, self._hours)):
            pass
        await self._use(self._history, lambda writer: writer.prune(now_ms))

    async def settle_clocks(self) -> None:
        """Brings the SLA clocks of open tickets to what they depend on now, in turns that hold up nobody long.

        Raises StoreError; what is left is done the next time.
        """
        while await self._use(self._cache, Writer.settle_clocks):
            pass

    async def look_into_doubt(self) -> None:
        """Reads the whole cache if a reader has met damage in it, and begins it anew if that is so."""
        if aside.take_doubt(self._cache.file):
            await self._mend(self._cache, self._cache.verify)

    def close(self) -> None:
        """Lets go of the files; what is being written and does not end at once is broken off and rolled back."""
        if self._is_closed:
            return
        self._is_closed = True
        working = [future for future in tuple(self._working) if not future.cancel()]
        wait(working, FINISH_SECONDS)
        for future in working:
            while not future.done():
                # An interrupt that falls between two statements is lost.
                self._cache.interrupt()
                self._history.interrupt()
                wait((future,), 0.01)
        for book in (self._cache, self._history):
            self._thread.submit(book.close).result()
        self._thread.shutdown()

    def _try_open(self, book: Book) -> None:
        try:
            book.use(lambda _writer: None)
        except StoreError as error:
            if error.code in _HOPELESS:
                raise

    def _of(self, source: Source) -> Book:
        return self._history if Kind.SERVICES in source.kinds else self._cache

    async def _go_on(self, source: Source, work: Callable[[Writer], _T]) -> _T:
        """`work` on the same edition of the file that the source began to read from."""
        book = self._of(source)

        def checked(writer: Writer) -> _T:
            if self._editions.get(source.name) != book.edition:
                raise _rebuilt()
            return work(writer)

        return await self._use(book, checked)

    async def _use(self, book: Book, work: Callable[[Writer], _T]) -> _T:
        """`work` on the open file, tried for some seconds while another process writes. Raises StoreError."""
        return await self._mend(book, lambda: book.use(work))

    async def _mend(self, book: Book, work: Callable[[], _T]) -> _T:
        edition = book.edition
        try:
            return await self._patiently(work)
        except StoreError as error:
            if error.code != "damaged" or not book.is_copy:
                raise
        if await self._patiently(lambda: book.rebuild(edition)):
            self._unfilled = set(self._copied)
            self._on_rebuilt()
        raise _rebuilt()

    async def _patiently(self, work: Callable[[], _T]) -> _T:
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return await self._run(work)
            except StoreError as error:
                if error.code != "locked" or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.05)

    async def _run(self, work: Callable[[], _T]) -> _T:
        future = self._thread.submit(work)
        self._working.add(future)
        future.add_done_callback(self._working.discard)
        # Shielded: a batch that was begun is finished, and nobody waits for it in the event loop.
        ending = asyncio.wrap_future(future)
        ending.add_done_callback(_take_note)
        return await asyncio.shield(ending)


def _rebuilt() -> StoreError:
    return StoreError("rebuilt", _("The cache was damaged. A new one is being filled."))


def _take_note(ending: asyncio.Future[Any]) -> None:
    """Asks how work ended that nobody waits for any more; asyncio complains of a fault that nobody has looked at."""
    if not ending.cancelled():
        ending.exception()

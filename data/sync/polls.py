"""All sources of one desk in one event loop: each polled at its own pace, its batches written, its failures told."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import Any, cast

from data.clock import Clock
from data.language import _
from data.paths import Places
from data.sources.batch import Source, SourceError
from data.store.driver import StoreError
from data.sync import desks
from data.sync.books import Books
from data.sync.log import LOG
from data.sync.pulse import Beat, Pulse
from data.sync.report import Report, Tally, told
from data.sync.schedule import LEAST_SECONDS, Schedule

LOOK_SECONDS = 0.2
"""How often the process looks whether it shall stop."""
PRUNE_SECONDS = 3600.0


class Polls:
    """Every source in a task of its own, and a watch that notices when it is time to end."""

    def __init__(
        self,
        sources: Sequence[Source],
        clock: Clock,
        places: Places,
        books: Books,
        report: Report,
        *,
        once: bool,
        owned: bool,
    ) -> None:
        self._sources = sources
        self._clock = clock
        self._places = places
        self._books = books
        self._report = report
        self._once = once
        self._owned = owned
        self._pulse = Pulse(places.pulse)
        self._stopping = asyncio.Event()
        self._wished = {source.name: asyncio.Event() for source in self._sources}
        self._failed = False

    def stop(self) -> None:
        """Asks the process to end; call it from the event loop."""
        self._stopping.set()

    async def main(self) -> int:
        """Polls until stopped; the exit code."""
        LOG.info("started with %d sources", len(self._sources))
        for source in self._sources:
            self._pulse.sources[source.name] = Beat(source.kind)
        polls = [asyncio.create_task(self._follow(source)) for source in self._sources]
        watch = asyncio.create_task(self._watch())
        try:
            if self._once:
                await asyncio.wait({watch, asyncio.ensure_future(_all(polls))}, return_when=asyncio.FIRST_COMPLETED)
            else:
                await watch
        finally:
            for task in (*polls, watch):
                task.cancel()
            await asyncio.gather(*polls, watch, return_exceptions=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    await asyncio.gather(*(source.close() for source in self._sources), return_exceptions=True)
            self._pulse.end()
            with suppress(OSError):
                self._places.stop.unlink(missing_ok=True)
            LOG.info("stopped")
        return 1 if self._once and (self._failed or self._stopping.is_set()) else 0

    async def _watch(self) -> None:
        """Beats the pulse, and returns when it is time to end."""
        last_desk = time.monotonic()
        next_prune = time.monotonic() + 5.0
        while not self._stopping.is_set():
            self._pulse.beat()
            now = time.monotonic()
            if self._places.stop.exists():
                LOG.info("asked to stop")
                return
            self._look_for_wish()
            if self._owned:
                last_desk = now if desks.is_any_open(self._places) else last_desk
                if now - last_desk > desks.GRACE_SECONDS:
                    LOG.info("the last desk has closed")
                    return
            if now >= next_prune:
                next_prune = now + PRUNE_SECONDS
                await self._prune()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._stopping.wait()

    def _look_for_wish(self) -> None:
        """Wakes every source whose turn has not come, where a desk has asked for that."""
        with suppress(OSError):
            if self._places.wish.exists():
                self._places.wish.unlink()
                for wished in self._wished.values():
                    wished.set()

    async def _prune(self) -> None:
        try:
            await self._books.prune(self._clock.now_ms())
        except StoreError as error:
            LOG.warning("old results were not dropped: %s", error.code)

    async def _follow(self, source: Source) -> None:
        """Polls one source for ever, or once."""
        schedule = Schedule(source.interval, self._clock)
        wished = self._wished[source.name]
        while True:
            wished.clear()
            failure = await self._poll(source)
            if self._once:
                return
            # Spreading polls is no secret.
            chance = random.random()  # noqa: S311
            if failure is None:
                pause = schedule.after_success(chance)
            else:
                pause = schedule.after_failure(failure.code, failure.retry_after, chance)
            self._pulse.sources[source.name].next_ms = self._clock.now_ms() + round(pause * 1000 * self._clock.speed)
            # A server that asked for a pause gets it, whatever the person wishes.
            asked = failure.retry_after or 0.0 if failure else 0.0
            await asyncio.sleep(min(pause, max(asked, LEAST_SECONDS)))
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, pause - max(asked, LEAST_SECONDS))):
                    await wished.wait()

    async def _poll(self, source: Source) -> SourceError | None:
        """One poll to its end; the failure if it failed, told in pulse, store, log and report."""
        beat = self._pulse.sources[source.name]
        beat.phase, beat.tried_ms, beat.next_ms = "fetching", self._clock.now_ms(), None
        tally = Tally(source, time.perf_counter())
        failure: SourceError | None = None
        try:
            await self._fetch(source, beat, tally)
            await self._books.succeed(source, self._clock.now_ms())
        except SourceError as error:
            failure = error
        except StoreError as error:
            failure = SourceError("sync", str(error))
        except Exception:
            LOG.exception("%s: a fault of our own", source.name)
            failure = SourceError("sync", _("The program met a fault of its own; its log has the place."))
        if failure is None:
            beat.known_ms = self._clock.now_ms()
            if tally.changed and source.kind != "http":
                LOG.info("%s: %d changed in %.1f s", source.name, tally.changed, tally.seconds())
        else:
            await self._record(source, failure, beat)
        beat.phase, beat.error_code, beat.error_detail = "idle", *(told(failure))
        self._report(tally.report(*told(failure), is_finished=True))
        return failure

    async def _fetch(self, source: Source, beat: Beat, tally: Tally) -> None:
        cursor, facts = await self._books.position(source)
        # The protocol promises an iterator; the sources are generators, which must be closed to let go of requests.
        async with aclosing(cast(Any, source.fetch(cursor, facts))) as batches:
            async for batch in batches:
                applied = await self._books.apply(source, batch, self._clock.now_ms())
                tally.changed += applied.changed
                tally.unchanged += applied.unchanged
                tally.done, tally.total = batch.done, batch.total
                beat.done, beat.total = batch.done, batch.total
                self._report(tally.report("", "", is_finished=False))

    async def _record(self, source: Source, failure: SourceError, beat: Beat) -> None:
        self._failed = True
        if beat.error_code != failure.code:
            LOG.warning("%s: %s: %s", source.name, failure.code, failure)
        with suppress(StoreError):
            # What cannot be stored is told by the pulse.
            await self._books.fail(source, failure.code, str(failure), self._clock.now_ms())


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks)

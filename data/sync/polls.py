"""All sources of one desk in one event loop: each polled at its own pace, its batches written, its failures told."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any, cast

from data.clock import Clock
from data.language import _
from data.model import Kind
from data.paths import Places
from data.sources.batch import AnotherServerError, Paced, Source, SourceError
from data.store.driver import StoreError
from data.sync import desks
from data.sync.books import Books
from data.sync.ends import DONE, FAILED, code_of
from data.sync.log import LOG
from data.sync.plans import desk_state
from data.sync.pulse import Beat, Pulse
from data.sync.report import Report, SourceReport, Tally, told
from data.sync.schedule import LEAST_SECONDS, Schedule
from data.sync.sleep import Vigil

if TYPE_CHECKING:
    from data.sync.deliveries import Deliveries

LOOK_SECONDS = 0.2
"""How often the process looks whether it shall stop."""
TIDY_SECONDS = 600.0
"""How often, of the domain's time, hours that are over are rolled up and what is too old is dropped."""
FIRST_TIDY_SECONDS = 5.0
LEAP_TIDY_SECONDS = 3600.0
"""How long a clock that has leapt must have stood by it before what it calls old is dropped."""
MUTE_SECONDS = 5.0
"""How long the pulse may fail to be written; a reader on Windows holds it for a moment."""
_MOST_ROUNDS = 3


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
        deliveries: Deliveries | None = None,
    ) -> None:
        """`deliveries` go out beside the polls; each makes the tickets be read at once."""
        self._sources = sources
        self._deliveries = deliveries
        self._clock = clock
        self._places = places
        self._books = books
        self._report = report
        self._once = once
        self._owned = owned
        self._pulse = Pulse(places.pulse)
        self._stopping = asyncio.Event()
        self._wished = {source.name: asyncio.Event() for source in self._sources}
        self._schedules = {source.name: Schedule(source.interval, clock) for source in self._sources}
        self._next_tidy = time.monotonic() + FIRST_TIDY_SECONDS
        self._failed = False
        self._desk_state = desk_state(places)
        books.expect(sources, self.begin_anew)
        if deliveries is not None:
            deliveries.on_done = self._read_tickets

    def stop(self) -> None:
        """Asks the process to end; call it from the event loop."""
        self._stopping.set()

    async def main(self) -> int:
        """Polls until stopped; the exit code."""
        LOG.info("started with %d sources", len(self._sources))
        for source in self._sources:
            self._pulse.sources[source.name] = Beat(source.kind)
        if self._once:
            polls = [asyncio.create_task(self._poll_each_once())]
        else:
            polls = [asyncio.create_task(self._follow(source)) for source in self._sources]
            if self._deliveries is not None:
                polls.append(asyncio.create_task(self._deliveries.run()))
        polls.append(asyncio.create_task(self._tend()))
        watch = asyncio.create_task(self._watch())
        end = DONE
        try:
            await asyncio.wait({watch, *(polls[:1] if self._once else ())}, return_when=asyncio.FIRST_COMPLETED)
            end = watch.result() if watch.done() else end
        finally:
            for task in (*polls, watch):
                task.cancel()
            await asyncio.gather(*polls, watch, return_exceptions=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    await asyncio.gather(*(source.close() for source in self._sources), return_exceptions=True)
            await self._remember()
            self._pulse.end()
            with suppress(OSError):
                self._places.stop.unlink(missing_ok=True)
            LOG.info("stopped")
        return end or (FAILED if self._once and (self._failed or self._stopping.is_set()) else DONE)

    async def _remember(self) -> None:
        """Leaves in the store what the pulse has told, which ends with us; whoever must stop does not wait for it."""
        with suppress(TimeoutError, StoreError):
            async with asyncio.timeout(0.3):
                for source in self._sources:
                    known_ms = self._pulse.sources[source.name].known_ms
                    if known_ms is not None:
                        await self._books.end(source, known_ms)

    def _read_tickets(self) -> None:
        for source in self._sources:
            if Kind.TICKETS in source.kinds:
                self._wished[source.name].set()

    def begin_anew(self) -> None:
        """Tells that the cache was damaged, and polls every source at once; call it from the event loop."""
        LOG.warning("the cache was damaged: it is set aside, and a new one is filled")
        told = _("The cache was damaged. A new one is being filled.")
        self._report(SourceReport("sync", "sync", error_code="rebuilt", error_detail=told))
        self._forget_what_is_known()

    def _forget_what_is_known(self) -> None:
        """Makes every source begin anew at once."""
        for name, wished in self._wished.items():
            beat = self._pulse.sources[name]
            beat.known_ms, beat.done, beat.total = None, 0, None
            wished.set()

    async def _watch(self) -> int:
        """Beats the pulse, and returns how to end when it is time to."""
        vigil = Vigil()
        last_desk = time.monotonic()
        while not self._stopping.is_set():
            self._pulse.beat()
            if self._owned and self._pulse.mute_seconds() > MUTE_SECONDS:
                # The desk that started us learns the reason from the way we end, and tries again.
                LOG.error("the pulse cannot be written: %s", self._pulse.fault)
                return code_of(self._pulse.fault)
            now = time.monotonic()
            if self._places.stop.exists():
                LOG.info("asked to stop")
                return DONE
            self._look_for_wish()
            self._look_for_plans()
            if leap := vigil.look():
                LOG.info("time leapt by %d s: the computer slept, or its clock was set", round(leap))
                self._wake()
                # What a wrong clock calls old is not dropped, and desks that slept too get time to say that they live.
                self._next_tidy, last_desk = now + LEAP_TIDY_SECONDS, now
            if self._owned:
                last_desk = now if desks.is_any_open(self._places) else last_desk
                if now - last_desk > desks.GRACE_SECONDS:
                    LOG.info("the last desk has closed")
                    return DONE
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._stopping.wait()
        return DONE

    def _wake(self) -> None:
        """Polls every source once at once; what failed before the sleep says nothing of now."""
        for name, wished in self._wished.items():
            self._schedules[name].failures = 0
            wished.set()

    async def _tend(self) -> None:
        """Rolls up results and drops old ones, and looks at a cache in which a reader has met damage."""
        while True:
            try:
                await self._books.look_into_doubt()
            except StoreError as error:
                if error.code != "rebuilt":
                    LOG.warning("the cache was doubted and cannot be looked at: %s", error.code)
            if time.monotonic() >= self._next_tidy:
                await self._tidy()
                rest = self._clock.real_seconds(TIDY_SECONDS * 1000)
                self._next_tidy = time.monotonic() + max(FIRST_TIDY_SECONDS, min(TIDY_SECONDS, rest))
            await asyncio.sleep(LOOK_SECONDS)

    def _look_for_wish(self) -> None:
        """Wakes every source whose turn has not come, where a desk has asked for that."""
        with suppress(OSError):
            if self._places.wish.exists():
                self._places.wish.unlink()
                for wished in self._wished.values():
                    wished.set()

    def _look_for_plans(self) -> None:
        """Wakes the sources that have parts where a desk has written: it may have planned maintenance."""
        state = desk_state(self._places)
        if state != self._desk_state:
            self._desk_state = state
            for source in self._sources:
                if isinstance(source, Paced):
                    source.news.set()

    async def _tidy(self) -> None:
        try:
            await self._books.tidy(self._clock.now_ms())
        except StoreError as error:
            LOG.warning("results were not rolled up: %s", error.code)
        try:
            # Also while Jira cannot be reached: the configuration may have changed.
            await self._books.settle_clocks()
        except StoreError as error:
            if error.code != "rebuilt":
                LOG.warning("SLA clocks were not settled: %s", error.code)

    async def _poll_each_once(self) -> None:
        """Polls every source; all of them again where the cache was begun anew meanwhile."""
        if self._deliveries is not None:
            await self._deliveries.flush()
        for _round in range(_MOST_ROUNDS):
            self._failed, rebuilds = False, self._books.rebuilds
            await asyncio.gather(*map(self._poll, self._sources))
            if self._books.rebuilds == rebuilds:
                return

    async def _follow(self, source: Source) -> None:
        """Polls one source for ever."""
        schedule, wished = self._schedules[source.name], self._wished[source.name]
        while True:
            if wished.is_set() and isinstance(source, Paced):
                source.hasten()
            wished.clear()
            failure = await self._poll(source)
            # Spreading polls is no secret.
            chance = random.random()  # noqa: S311
            if failure is None:
                pause = schedule.after_success(chance, source.wait_seconds() if isinstance(source, Paced) else None)
            else:
                pause = schedule.after_failure(failure.code, failure.retry_after, chance)
            self._pulse.sources[source.name].next_ms = self._clock.now_ms() + round(pause * 1000 * self._clock.speed)
            # A server that asked for a pause gets it, whatever the person wishes.
            asked = failure.retry_after or 0.0 if failure else 0.0
            await asyncio.sleep(min(pause, max(asked, LEAST_SECONDS)))
            await _rest(max(0.0, pause - max(asked, LEAST_SECONDS)), wished, source)

    async def _poll(self, source: Source) -> SourceError | None:
        """One poll to its end; the failure if it failed, told in pulse, store, log and report."""
        beat = self._pulse.sources[source.name]
        beat.phase, beat.tried_ms, beat.next_ms = "fetching", self._clock.now_ms(), None
        tally = Tally(source, time.perf_counter())
        failure: SourceError | None = None
        try:
            await self._fetch(source, beat, tally)
            if await self._books.succeed(source, self._clock.now_ms()):
                LOG.info("the new cache holds everything; the damaged one is removed")
        except AnotherServerError as error:
            failure = await self._leave_server(error)
            if failure is None:
                beat.phase = "idle"
                return None
        except SourceError as error:
            failure = error
        except StoreError as error:
            if error.code == "rebuilt":
                self._wished[source.name].set()
                beat.phase = "idle"
                return None
            failure = _unkept(error)
        except Exception:
            LOG.exception("%s: a fault of our own", source.name)
            failure = SourceError("fault", _("The program met a fault of its own; its log has the place."))
        if failure is None:
            beat.known_ms = self._clock.now_ms()
            if tally.records and source.kind != "checks":
                LOG.info("%s: %d records new or changed in %.1f s", source.name, tally.records, tally.seconds())
        elif beat.error_code != failure.code:
            LOG.warning("%s: %s: %s", source.name, failure.code, failure)
        beat.phase, beat.error_code, beat.error_detail = "idle", *(told(failure))
        if failure is not None:
            await self._record(source, failure)
        self._report(tally.report(*told(failure), is_finished=True))
        return failure

    async def _leave_server(self, error: AnotherServerError) -> SourceError | None:
        """Begins a new cache, and polls all that it holds; what stands in the way of that."""
        try:
            await self._books.begin_anew()
        except StoreError as fault:
            return _unkept(fault)
        LOG.warning("the configuration names another server: a new cache is filled")
        self._report(SourceReport("sync", "sync", error_code="rebuilt", error_detail=str(error)))
        self._forget_what_is_known()
        return None

    async def _fetch(self, source: Source, beat: Beat, tally: Tally) -> None:
        cursor, facts = await self._books.position(source)
        # The protocol promises an iterator; the sources are generators, which must be closed to let go of requests.
        async with aclosing(cast(Any, source.fetch(cursor, facts))) as batches:
            async for batch in batches:
                applied = await self._books.apply(source, batch, self._clock.now_ms())
                tally.changed += applied.changed
                tally.unchanged += applied.unchanged
                tally.records += applied.records
                tally.done, tally.total = batch.done, batch.total
                beat.done, beat.total = batch.done, batch.total
                self._report(tally.report("", "", is_finished=False))
        if Kind.TICKETS in source.kinds:
            await self._books.settle_clocks()

    async def _record(self, source: Source, failure: SourceError) -> None:
        self._failed = True
        with suppress(StoreError):
            # What cannot be stored is told by the pulse.
            await self._books.fail(source, failure.code, str(failure), self._clock.now_ms())


async def _rest(seconds: float, wished: asyncio.Event, source: Source) -> None:
    """Waits so long, or until a poll is wished for, or something has come to the source by itself."""
    events = [wished, source.news] if isinstance(source, Paced) else [wished]
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _unkept(error: StoreError) -> SourceError:
    """What to say of a poll whose findings the store did not take."""
    return SourceError(f"store.{error.code}", str(error))

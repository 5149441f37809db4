"""The sync process: polls every source at its own pace and writes what changed, until it is told to stop."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, cast

from filelock import FileLock, Timeout

from data.clock import Clock
from data.config import Config
from data.language import _, use_language
from data.paths import Places, make_private_dir
from data.secrets import SecretError, read_token
from data.sources.batch import Source, SourceError
from data.store.driver import StoreError
from data.sync import desks
from data.sync.books import Books
from data.sync.log import LOG, close_log, open_log
from data.sync.pulse import Beat, Pulse
from data.sync.schedule import LEAST_SECONDS, Schedule

LOOK_SECONDS = 0.2
"""How often the process looks whether it shall stop."""
LOCK_SECONDS = 1.0
"""How long a starting process waits for the lock: a desk that looks at it holds it for a moment."""
PRUNE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class SourceReport:
    """How a poll of one source goes, or went (`is_finished`). `seconds` are real ones."""

    name: str
    kind: str
    changed: int = 0
    unchanged: int = 0
    done: int = 0
    total: int | None = None
    seconds: float = 0.0
    error_code: str = ""
    error_detail: str = ""
    is_finished: bool = True


Report = Callable[[SourceReport], None]


def run(config: Config, places: Places, key: str, *, once: bool, owned: bool, report: Report | None = None) -> int:
    """Runs the sync until it is told to stop, or for one poll of each source if `once`; returns the exit code.

    1 means that another sync is at work, the store cannot be opened, or (with `once`) a source failed; `report` is
    told which, and how far the others got. An `owned` sync ends a minute after the last desk has closed. SIGINT,
    SIGTERM and the appearance of `places.stop` end it within a second.
    """
    use_language(config.desk.language)
    make_private_dir(places.data_dir)
    tell = report or (lambda _report: None)
    lock = FileLock(places.lock)
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        tell(_own_report(_("Another sync process is already at work on these files.")))
        return 1
    handler = open_log(places.log, _secrets(config, places))
    try:
        with suppress(OSError):
            places.stop.unlink(missing_ok=True)
        try:
            books = Books(places, key)
        except StoreError as error:
            LOG.error("the store cannot be opened: %s", error.code)
            tell(_own_report(str(error)))
            return 1
        try:
            return _run_loop(Sync(config, places, books, tell, once=once, owned=owned))
        finally:
            books.close()
    finally:
        close_log(handler)
        lock.release()


def _own_report(words: str) -> SourceReport:
    return SourceReport("sync", "sync", error_code="sync", error_detail=words)


def _run_loop(sync: Sync) -> int:
    """Runs `sync` in a loop that does not wait for look-ups of names that nobody needs any more."""
    loop = asyncio.new_event_loop()
    restore = _on_signals(lambda: loop.call_soon_threadsafe(sync.stop))
    try:
        return loop.run_until_complete(sync.main())
    finally:
        restore()
        loop.run_until_complete(_leave_nothing(loop))
        loop.close()


async def _leave_nothing(loop: asyncio.AbstractEventLoop) -> None:
    """Ends what was begun beside our own tasks, such as the pipes of a worker process that is no longer wanted."""
    rest = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await loop.shutdown_asyncgens()


def _on_signals(stop: Callable[[], object]) -> Callable[[], None]:
    """Lets SIGINT, SIGTERM and, on Windows, Ctrl+Break call `stop`; returns what puts the former handlers back."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop()

    numbers = [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGBREAK", None)]
    former = {number: signal.signal(number, handle) for number in numbers if number is not None}

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    return restore


def _secrets(config: Config, places: Places) -> list[str]:
    """Texts that must never stand in the log."""
    secrets = [address for each in config.calendar for address in (each.url, each.url.partition("://")[2]) if address]
    with suppress(SecretError):
        secrets.append(read_token(places, "jira", demo=config.demo) or "")
    return secrets


def sources(config: Config, places: Places, clock: Clock) -> list[Source]:
    """Everything that `config` names as a source."""
    # Imported here, so that asking for a process's state does not load every client.
    from data.sources.calendar import CalendarSource
    from data.sources.http import HttpSource
    from data.sources.jira import JiraSource

    def token() -> str | None:
        try:
            return read_token(places, "jira", demo=config.demo)
        except SecretError as error:
            raise SourceError("auth", str(error)) from error

    found: list[Source] = []
    if config.check:
        found.append(HttpSource(config.check, clock))
    if config.jira is not None:
        found.append(JiraSource(config.jira, token, clock))
    for each in config.calendar:
        if each.file:
            each.file = str(places.config_file.parent / Path(each.file).expanduser())
        found.append(CalendarSource(each, clock))
    return found


class Sync:
    """All sources of one desk in one event loop."""

    def __init__(
        self, config: Config, places: Places, books: Books, report: Report, *, once: bool, owned: bool
    ) -> None:
        self._clock = config.domain_clock()
        self._places = places
        self._books = books
        self._report = report
        self._once = once
        self._owned = owned
        self._sources: Sequence[Source] = sources(config, places, self._clock)
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
        tally = _Tally(source, time.perf_counter())
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
        beat.phase, beat.error_code, beat.error_detail = "idle", *(_told(failure))
        self._report(tally.report(*_told(failure), is_finished=True))
        return failure

    async def _fetch(self, source: Source, beat: Beat, tally: _Tally) -> None:
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


@dataclass(slots=True)
class _Tally:
    """What a poll has done so far."""

    source: Source
    started: float
    changed: int = 0
    unchanged: int = 0
    done: int = 0
    total: int | None = None

    def seconds(self) -> float:
        return time.perf_counter() - self.started

    def report(self, code: str, detail: str, *, is_finished: bool) -> SourceReport:
        return SourceReport(
            self.source.name,
            self.source.kind,
            self.changed,
            self.unchanged,
            self.done,
            self.total,
            self.seconds(),
            code,
            detail,
            is_finished,
        )


def _told(failure: SourceError | None) -> tuple[str, str]:
    return (failure.code, str(failure)) if failure else ("", "")

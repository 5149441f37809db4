"""The sync process: polls every source at its own pace and writes what changed, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from data.clock import Clock
from data.config import Config
from data.language import _, use_language
from data.paths import Places, make_private_dir
from data.secrets import SecretError, read_check_secret, read_token
from data.sources.batch import Source, SourceError
from data.store.driver import StoreError, translated
from data.sync.books import Books
from data.sync.ends import code_of_store
from data.sync.holdings import CacheHoldings
from data.sync.log import LOG, close_log, open_log
from data.sync.plans import DeskPlans
from data.sync.polls import Polls
from data.sync.report import Report, SourceReport
from data.volumes import network_kind, network_words

if TYPE_CHECKING:
    from data.sources.budget import Budgets
    from data.sync.deliveries import Deliveries

STARTING_SECONDS = 30.0
"""A stop that was asked for so lately is meant for us: it came while we started, which may be slow."""
LOCK_SECONDS = 1.0
"""How long a starting process waits for the lock: a desk that looks at it holds it for a moment."""


def run(config: Config, places: Places, key: str, *, once: bool, owned: bool, report: Report | None = None) -> int:
    """Runs the sync until it is told to stop, or for one poll of each source if `once`; returns the exit code.

    1 means that (with `once`) a source failed; `data.sync.ends` knows the others: another sync is at work, the store
    cannot be opened, the folder cannot be written to. `report` is told why, and how far the sources got. An `owned`
    sync ends a minute after the last desk has closed. SIGINT, SIGTERM and the appearance of `places.stop` end it
    within a second.
    """
    use_language(config.desk.language)
    tell = report or (lambda _report: None)
    if kind := network_kind(places.data_dir):
        return _refused(StoreError("network", network_words(places.data_dir, kind)), tell)
    lock = FileLock(places.lock)
    try:
        with translated(places.data_dir):
            make_private_dir(places.data_dir)
        with translated(places.lock):
            _take(lock)
        with translated(places.log):
            handler = open_log(places.log, _secrets(config, places))
        try:
            return _work(config, places, key, tell, once=once, owned=owned)
        except StoreError as error:
            LOG.error("the store cannot be opened: %s", error.code)
            return _refused(error, tell)
        finally:
            close_log(handler)
    except StoreError as error:
        return _refused(error, tell)
    finally:
        lock.release()


def _take(lock: FileLock) -> None:
    """Takes the lock that one sync holds at a time. Raises StoreError and OSError."""
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise StoreError(
            "busy",
            _("Another sync is at work on these files. Close the desks that use them, or leave the fetching to it."),
        ) from None


def _work(config: Config, places: Places, key: str, tell: Report, *, once: bool, owned: bool) -> int:
    _clear_up(places)
    with closing(Books(places, key, config.working_hours, config.clock_rules)) as books:
        clock = config.domain_clock()
        from data.sources.budget import Budgets

        # One for all that speak: what a host asks of one holds for the others.
        budgets = Budgets()
        found = sources(config, places, key, clock, books, budgets)
        carried = deliveries(config, places, key, clock, budgets)
        polls = Polls(found, clock, places, books, tell, once=once, owned=owned, deliveries=carried)
        with _posting(config, places, key, clock):
            return _run_loop(polls, books)


@contextmanager
def _posting(config: Config, places: Places, key: str, clock: Clock) -> Iterator[None]:
    """Sends what waits in the outbox meanwhile, where a mail server is named."""
    if config.mail is None:
        yield
        return
    # Imported here: most desks start without something to send.
    from data.sync.outbox import Outbox

    outbox = Outbox(config.mail, places, key, clock, partial(read_token, places, "mail", demo=config.demo))
    outbox.start()
    try:
        yield
    finally:
        outbox.stop()


def _clear_up(places: Places) -> None:
    """Removes what a process that was killed has left: a stop that it was asked for, half-written pulses."""
    with suppress(OSError):
        if places.stop.exists() and abs(time.time() - places.stop.stat().st_mtime) > STARTING_SECONDS:
            places.stop.unlink(missing_ok=True)
        for draft in places.data_dir.glob(f"{places.pulse.name}.*.new"):
            draft.unlink(missing_ok=True)


def _refused(error: StoreError, tell: Report) -> int:
    tell(_own_report(str(error)))
    return code_of_store(error)


def _own_report(words: str) -> SourceReport:
    return SourceReport("sync", "sync", error_code="sync", error_detail=words)


def _run_loop(polls: Polls, books: Books) -> int:
    """Runs `polls` in a loop that does not wait for look-ups of names that nobody needs any more."""
    loop = asyncio.new_event_loop()
    restore = _on_signals(lambda: loop.call_soon_threadsafe(polls.stop))
    try:
        return loop.run_until_complete(polls.main())
    finally:
        restore()
        books.close()  # before the loop that waits for its answers
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


def deliveries(config: Config, places: Places, key: str, clock: Clock, budgets: Budgets) -> Deliveries | None:
    """What carries out what is done to tickets; None where no Jira is named."""
    if config.jira is None:
        return None
    from data.sync.deliveries import Deliveries

    def token() -> str | None:
        with suppress(SecretError):
            return read_token(places, "jira", demo=config.demo)
        return None

    return Deliveries(config.jira, places, key, clock, token, budgets)


def sources(
    config: Config, places: Places, key: str, clock: Clock, books: Books, budgets: Budgets | None = None
) -> list[Source]:
    """Everything that `config` names as a source; those that compare ask `books` what is held.

    `key` is that of the desk's file, in which maintenance is planned.
    """
    # Imported here, so that asking for a process's state does not load every client.
    from data.sources.calendar import CalendarSource
    from data.sources.checks import CheckSource
    from data.sources.jira import JiraSource

    def token() -> str | None:
        try:
            return read_token(places, "jira", demo=config.demo)
        except SecretError as error:
            raise SourceError("auth", str(error)) from error

    found: list[Source] = []
    if config.check:
        checks = CheckSource(
            config.check,
            clock,
            budgets=budgets,
            maintenance=config.maintenance,
            ping_port=config.pings.port,
            secret=partial(read_check_secret, places, demo=config.demo),
            plans=DeskPlans(places, key, clock).read,
        )
        found.append(checks)
    if config.jira is not None:
        jira = JiraSource(config.jira, token, clock, budgets=budgets)
        jira.held = CacheHoldings(books, jira)
        found.append(jira)
    for each in config.calendar:
        if each.file:
            each.file = str(places.config_file.parent / Path(each.file).expanduser())
        found.append(CalendarSource(each, clock, budgets=budgets))
    return found

"""A stop is never kept waiting: not by a batch, however large, and not by a worker that is just being started."""

from __future__ import annotations

import asyncio
import gc
import itertools
import random
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from data.model import Kind
from data.sources.batch import Batch, Row
from data.store.driver import open_reader
from data.store.tables import EVENT
from data.sync.books import Books
from tests.upstream import KEY, SyncedDesk, Upstream, upstream, wait_for

LONGEST = 30.0
"""Seconds, on a machine that has much else to do; it is 0.3 where it has not."""
DAY = 86_400_000


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=500) as running:
        yield running


class Endless(list[Row]):
    """Rows of which there is always one more, so that no machine is fast enough to have written them all."""

    def __iter__(self) -> Iterator[Row]:
        for place in itertools.count():
            yield (f"{place}", *self[0][1:])


class Calendar:
    """A source whose one batch is larger than any that comes."""

    name, kind, interval = "calendar:suur", "calendar", 60.0
    kinds: tuple[Kind, ...] = (Kind.TRAININGS,)

    async def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        yield Batch({"event": Endless(self.rows(1))})

    def rows(self, count: int) -> list[tuple[object, ...]]:
        texts = {"calendar": "suur", "title": "Koolitus", "description": "x" * 200}
        blank = [texts.get(column.name, "" if column.type == "TEXT" else 0) for column in EVENT.columns]
        return [(f"{place}", *blank[1:]) for place in range(count)]

    async def close(self) -> None:
        pass


def events(cache: Path) -> int:
    with closing(open_reader(cache, KEY)) as connection:
        count: int = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    return count


async def test_a_batch_that_takes_long_is_broken_off_and_rolled_back_in_silence(desk: SyncedDesk) -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, complaint: complaints.append(complaint))
    source = Calendar()
    books = Books(desk.places, KEY)
    await books.position(source)
    await books.apply(source, Batch({"event": source.rows(10)}, cursor="ten"), 1)
    batch = await anext(aiter(source.fetch("", {})))
    begun = asyncio.create_task(books.apply(source, batch, 1))
    log = desk.places.cache.with_name("cache.db-wal")
    held = log.stat().st_size
    while log.stat().st_size < held + 4_000_000:  # so much has reached the disk, and much more is to come
        assert not begun.done()
        await asyncio.sleep(0.01)

    asked = time.monotonic()
    begun.cancel()
    await asyncio.to_thread(books.close)
    assert time.monotonic() - asked < LONGEST
    assert events(desk.places.cache) == 10
    with pytest.raises(asyncio.CancelledError):
        await begun
    del begun
    gc.collect()
    assert complaints == []
    again = Books(desk.places, KEY)
    assert (await again.position(source))[0] == "ten"
    again.close()


async def test_a_batch_that_takes_a_moment_is_finished(desk: SyncedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.sync.books.FINISH_SECONDS", 20.0)  # a moment, on however slow a machine
    source = Calendar()
    books = Books(desk.places, KEY)
    await books.position(source)
    begun = asyncio.create_task(books.apply(source, Batch({"event": source.rows(250)}, cursor="all"), 1))

    def is_writing() -> bool:
        return begun.done() or any(each.running() for each in set(books._working))

    await asyncio.to_thread(wait_for, is_writing, "its turn")
    await asyncio.to_thread(books.close)
    await begun

    assert events(desk.places.cache) == 250


def test_stops_at_any_moment_are_quick_and_silent(desk: SyncedDesk) -> None:
    desk.once()
    longest, seed = 0.0, random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _each in range(8):
        # A new day, on which the calendar is expanded again, and three batches of tickets.
        desk.server.admin("skip", {"ms": DAY})
        desk.server.admin("touch", {"project": "SKAH", "count": 700})
        process = desk.process()
        wait_for(lambda: desk.pulse("calendar:Koolitused"), "its pulse")
        threading.Event().wait(chance.uniform(0, 0.4))
        asked = time.monotonic()
        desk.places.stop.touch()
        assert process.wait(60) == 0
        longest = max(longest, time.monotonic() - asked)
        assert process.communicate()[1] == b""
    print(f"longest {longest:.2f} s")
    assert longest < LONGEST
    assert [line for line in desk.places.log.read_text().splitlines() if " INFO " not in line] == []

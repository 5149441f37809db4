"""A Jira source and the cache that it fills, polled by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

from data.clock import Clock
from data.model import AbsenceKind, SourceState, TicketQuery, TicketView
from data.paths import Places
from data.sources.batch import HeldTickets
from data.store import holdings
from data.store.driver import Connection, open_reader
from data.store.migrations import CACHE
from data.store.read import Reader
from data.store.tables import CACHE_TABLES
from data.store.write import Writer
from tests.sources.fake_jira import T0, FakeJira

KEY = "5f" * 32
DAY = 86_400_000


class TurnedClock(Clock):
    """A clock that stands still until it is turned."""

    turned_ms = 0

    def turn(self, milliseconds: int) -> None:
        # A clock is frozen, this one is not.
        object.__setattr__(self, "turned_ms", self.turned_ms + milliseconds)

    def now_ms(self) -> int:
        return self.anchor_ms + self.turned_ms


class Held:
    """What a writer's file holds, as a source may ask it."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def tickets_created(self, from_ms: int, to_ms: int, projects: Collection[str]) -> HeldTickets:
        return self._writer.ask(lambda file: holdings.tickets_created(file, from_ms, to_ms, projects))

    async def tickets_of(self, project: str, *, hidden: bool = False) -> Sequence[int]:
        return self._writer.ask(lambda file: holdings.tickets_of(file, project, hidden=hidden))

    async def ticket_totals(self) -> Mapping[str, tuple[int, int]]:
        return self._writer.ask(holdings.ticket_totals)

    async def odd_records(self) -> Collection[str]:
        return self._writer.ask(lambda file: holdings.odd_records(file, "jira"))

    async def tickets_by_assignee(self) -> Mapping[str, int]:
        return self._writer.ask(holdings.tickets_by_assignee)

    async def unknown_ways(self, before_ms: int, limit: int) -> Sequence[tuple[str, int]]:
        return self._writer.ask(lambda file: holdings.unknown_ways(file, before_ms, limit))


class Cached:
    """A cache in `folder` that follows `jira`; `days` and `hours` move the domain's clock."""

    def __init__(self, folder: Path, jira: FakeJira, **config: Any) -> None:
        self.jira = jira
        self._config = config
        self._places = Places(folder / "config.toml", folder)
        self.writer = Writer(self._places.cache, KEY, CACHE_TABLES, CACHE)
        self._clock = TurnedClock(T0, 0, 0.0)
        self._reader = Reader(self._places, KEY, self._clock)
        self.begin_process()

    def begin_process(self) -> None:
        """What a process has in its head is gone."""
        self._source = self.jira.source(self._clock, **self._config)
        self._source.held = Held(self.writer)

    def turn_to(self, other: Cached) -> None:
        """Puts the clock where that of `other` stands."""
        self._clock.turn(other._clock.now_ms() - self._clock.now_ms())

    async def poll(self, *, days: float = 0, hours: float = 0, batches: int | None = None) -> int:
        """One poll to its end, or of so many `batches`, after so much time; how many requests it took."""
        self._clock.turn(round((days + hours / 24) * DAY))
        asked = len(self.jira.asked)
        cursor, facts = self.writer.position("jira")
        # The protocol promises an iterator; the source is a generator.
        async with aclosing(cast(Any, self._source.fetch(cursor, facts))) as found:
            async for batch in found:
                if batches == 0:
                    return len(self.jira.asked) - asked
                batches = None if batches is None else batches - 1
                self.writer.apply(self._source, batch, self._clock.now_ms())
        self.writer.record_success(self._source, self._clock.now_ms())
        return len(self.jira.asked) - asked

    def configure(self, **config: Any) -> None:
        """Another configuration, taken up by a new process."""
        self._config = config
        self.begin_process()

    async def gaps_told(self) -> list[list[tuple[Any, ...]]]:
        """One poll to its end; the gaps that stood in the file whenever they had changed."""
        told: list[list[tuple[Any, ...]]] = []
        cursor, facts = self.writer.position("jira")
        async for batch in self._source.fetch(cursor, facts):
            before = self.ask("SELECT * FROM gap")
            self.writer.apply(self._source, batch, self._clock.now_ms())
            after = self.ask("SELECT * FROM gap")
            told += [after] if after != before else []
        return told

    def summary(self, ticket_id: int) -> str:
        """The summary of a ticket."""
        ((found,),) = self.ask(f"SELECT summary FROM ticket WHERE id = {ticket_id}")
        return str(found)

    def shown(self) -> dict[int, str]:
        """The keys of the tickets that can be seen, by id."""
        window = self._reader.tickets(TicketQuery(view=TicketView.ALL))
        return {row.id: row.key for row in window.rows(0, window.count())}

    def absent(self) -> dict[int, AbsenceKind]:
        """Why the others cannot be seen."""
        found = self.ask("SELECT ticket_id, kind FROM absence")
        return {ticket_id: AbsenceKind(kind) for ticket_id, kind in found}

    def state(self) -> SourceState:
        """How the source stands."""
        return self._reader.sources()[0]

    @property
    def reader(self) -> Reader:
        """What a desk sees."""
        return self._reader

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the file itself."""
        connection: Connection = open_reader(self._places.cache, KEY)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._reader.close()
        self.writer.close()

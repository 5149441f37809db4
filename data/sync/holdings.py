"""What the cache answers to the source that fills it: the questions of a census, asked in the writer's thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from data.sources.batch import HeldTickets, Source
from data.store import holdings
from data.sync.books import Books


class CacheHoldings:
    """The cache as `source` may ask it; `data.sources.batch.Holdings` says what the answers mean."""

    def __init__(self, books: Books, source: Source) -> None:
        self._books = books
        self._source = source

    async def tickets_created(self, from_ms: int, to_ms: int, projects: Collection[str]) -> HeldTickets:
        """The tickets of `projects` that were created in [from_ms, to_ms)."""
        return await self._books.ask(
            self._source, lambda file: holdings.tickets_created(file, from_ms, to_ms, projects)
        )

    async def tickets_of(self, project: str, *, hidden: bool = False) -> Sequence[int]:
        """The ids of a project's tickets: those that are shown, or those that are `hidden`."""
        return await self._books.ask(self._source, lambda file: holdings.tickets_of(file, project, hidden=hidden))

    async def ticket_totals(self) -> Mapping[str, tuple[int, int]]:
        """How many tickets are shown and how many are hidden, by project."""
        return await self._books.ask(self._source, holdings.ticket_totals)

    async def odd_records(self) -> Collection[str]:
        """The references of the records that were left out."""
        return await self._books.ask(self._source, lambda file: holdings.odd_records(file, self._source.name))

    async def tickets_by_assignee(self) -> Mapping[str, int]:
        """An open ticket of each assignee, by the assignee's id."""
        return await self._books.ask(self._source, holdings.tickets_by_assignee)

    async def unknown_ways(self, before_ms: int, limit: int) -> Sequence[tuple[str, int]]:
        """Statuses whose transitions were read before `before_ms` or never, with a ticket each."""
        return await self._books.ask(self._source, lambda file: holdings.unknown_ways(file, before_ms, limit))

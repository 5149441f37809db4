"""When to compare a Jira with the store, and what follows: a census every day, and of projects whose totals differ."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import aclosing

from data.sources.batch import Batch, Holdings, Row
from data.sources.jira_census import ASKED_IN_ALL, CENSUS_EVERY, Census, Reader
from data.sources.jira_mark import Mark, batch_at
from data.sources.jira_roster import Roster
from data.sources.jira_search import in_projects
from data.sources.jira_walk import Dates
from data.sources.jira_wire import Total

MANY = 100
"""So many tickets of a project that are not here yet are told while they are read."""


class Audit:
    """The comparing of one Jira with what is `held` of it; `read` gives the batches of issues by their ids."""

    def __init__(
        self,
        jira: Reader,
        held: Holdings,
        roster: Roster,
        read: Callable[[Sequence[int]], AsyncGenerator[Batch, None]],
    ) -> None:
        self._jira = jira
        self._held = held
        self._roster = roster
        self._read = read

    async def batches(
        self, mark: Mark, dates: Dates, page_size: int, now_ms: int, *, is_by_project: bool = True
    ) -> AsyncGenerator[Batch, None]:
        """Everything that a census finds, if one is due; moves `mark` when it is through. Raises SourceError.

        `is_by_project` counts each project by itself; else one question counts them all together.
        """
        is_due = abs(now_ms - mark.census_ms) >= CENSUS_EVERY
        projects = self._roster.readable if is_due else await self._differing(mark, is_by_project=is_by_project)
        if not projects:
            return
        census = Census(self._jira, self._held, dates, page_size, projects, self._roster.former(projects))
        await census.compare()
        gaps = census.gaps(now_ms)
        unread = _unread(self._jira.name, census, {row[1] for row in gaps}, now_ms)
        yield batch_at(mark, {"gap": [*gaps, *unread]}, replace={"gap": ("reference", projects)})
        is_whole = len(census.missing) <= ASKED_IN_ALL
        to_read = census.differing
        async with aclosing(census.judge(self._roster.followed)) as verdicts:
            async for verdict in verdicts:
                to_read += verdict.elsewhere
                yield batch_at(mark, absent=verdict.absent)
        async with aclosing(self._read(to_read)) as batches:
            async for batch in batches:
                yield batch
        yield batch_at(mark, {"gap": gaps}, replace={"gap": ("reference", projects)})
        if is_due and census.odd_gone:
            yield batch_at(mark, replace={"quarantine": ("reference", sorted(census.odd_gone))})
        if is_whole:
            await self._settle(mark, census, projects)
            mark.census_ms = now_ms if is_due else mark.census_ms
            yield batch_at(mark)

    async def _differing(self, mark: Mark, *, is_by_project: bool) -> Sequence[str]:
        """The projects of which the server counts another number of issues than the store and the last census do.

        A count does not see one issue gone and another one come without an `updated` of late: in two projects that
        hides from the sum of both, in one project from its own number too. The first is seen project by project, the
        second by the daily census.
        """
        totals = await self._held.ticket_totals()
        expected = {key: totals.get(key, (0, 0))[0] + mark.drift.get(key, 0) for key in self._roster.readable}
        if not is_by_project and await self._count(expected) == sum(expected.values()):
            return ()
        return [key for key, count in expected.items() if await self._count([key]) != count]

    async def _count(self, projects: Collection[str]) -> int:
        params = {"jql": in_projects(projects), "maxResults": "0", "fields": "id"}
        return self._jira.decode(await self._jira.get("/rest/api/2/search", params), Total).total

    async def _settle(self, mark: Mark, census: Census, projects: Sequence[str]) -> None:
        """Remembers the differences that stay: odd issues that were set aside, tickets of a doubtful project."""
        totals = await self._held.ticket_totals()
        for key in projects:
            difference = census.listed_in[key] - totals.get(key, (0, 0))[0]
            mark.drift.pop(key, None)
            if difference:
                mark.drift[key] = difference


def _unread(source: str, census: Census, doubtful: Collection[str], now_ms: int) -> list[Row]:
    """Rows of `gap` for projects of which many tickets are on their way: one that was added, or given back to us."""
    return [
        (source, project, "unread", now_ms, f"{count}/{census.listed_in[project]}")
        for project, count in sorted(census.unknown_in.items())
        if count >= MANY and project not in doubtful
    ]

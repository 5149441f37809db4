"""The census: what the server has against what the store holds, so that nothing lives on that is no longer there.

It walks by the moment of creation, which never moves, and compares page by page with the store, without a text. What
the store lacks, has under another key or in another state is read; what the server lacks is judged (facts on Jira,
"Reading everything that changed", 6): half of a project and more means that we do not see rightly, anything less is
asked for one by one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from data.language import _
from data.model import AbsenceKind
from data.sources.batch import Absence, HeldTicket, Holdings, Row, SourceError
from data.sources.client import Reply
from data.sources.jira_rows import instant
from data.sources.jira_search import in_projects
from data.sources.jira_walk import Dates, Walk
from data.sources.jira_wire import Keyed, ListedPage, Myself
from data.text import clean_line

CENSUS_EVERY = 24 * 60 * 60_000
"""Milliseconds of the domain's clock."""
FEW = 10
"""So many missing tickets are asked for even where they are half of their project."""
ASKED_IN_ALL = 1_000
"""Issues that one poll asks for; the next one goes on."""
_ASKED_TOGETHER = 100
"""Issues judged in one transaction."""
_SIDE_BY_SIDE = 8
_ALWAYS = (-(2**63), 2**63 - 1)

_T = TypeVar("_T")


class Reader(Protocol):
    """The part of a Jira source that asks questions."""

    name: str

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """The answer, whatever its status."""
        ...

    def decode(self, reply: Reply, shape: type[_T]) -> _T:
        """The body of a good answer; raises SourceError."""
        ...

    async def guard(self) -> Myself:
        """Makes sure that we are who we think; raises SourceError."""
        ...


class _Listed(NamedTuple):
    """An issue as the server lists it."""

    created_ms: int
    project: str
    number: int
    updated_ms: int


class Verdicts(NamedTuple):
    """What the server said of some missing tickets."""

    absent: Sequence[Absence]
    elsewhere: Sequence[int]
    """Those that are there after all, to be read."""


class Census:
    """One comparison of some projects. `compare`, then `gaps`, `judge`, and read what is `differing`."""

    def __init__(
        self,
        jira: Reader,
        held: Holdings,
        dates: Dates,
        page_size: int,
        projects: Sequence[str],
        former: Collection[str] = (),
    ) -> None:
        """`projects` are searched; tickets held under those keys, or under `former` ones of theirs, are compared."""
        self._jira = jira
        self._page_size = page_size
        self._held = held
        self._dates = dates
        self._projects = projects
        self._scope = frozenset((*projects, *former))
        self._pending: dict[int, _Listed] = {}
        self._unplaced: set[int] = set()
        self._compared_ms = _ALWAYS[0]
        self._held_in: Counter[str] = Counter()
        self.listed_in: Counter[str] = Counter()
        """How many issues the server listed, by project."""
        self._missing: dict[int, str] = {}
        self.differing: list[int] = []
        """Issues to be read: unknown here, or under another key or in another state."""

    async def compare(self) -> None:
        """Lists every issue of the projects; raises SourceError."""
        walk = Walk(0, self._dates, "created")
        while not walk.is_done:
            page = await self._page(walk)
            rows = [(each.id, _moment(each.fields.created)) for each in page.issues]
            for place in walk.take(rows, page.total):
                self._list(page.issues[place], rows[place][1])
            await self._compare_until(walk.reached_ms)
        await self._compare_until(_ALWAYS[1])
        for ticket_id in self._unplaced:
            self._missing.pop(ticket_id, None)

    async def _page(self, walk: Walk) -> ListedPage:
        jql = f"{in_projects(self._projects)} AND {walk.clause} ORDER BY created ASC, key ASC"
        params = {"jql": jql, "startAt": str(walk.start_at), "maxResults": str(self._page_size)}
        reply = await self._jira.get("/rest/api/2/search", {**params, "fields": "created,updated"})
        if reply.status == 400:
            raise SourceError("config", _("Jira refused to list the tickets of the projects in the configuration."))
        return self._jira.decode(reply, ListedPage)

    def _list(self, issue: Any, created_ms: int | None) -> None:
        project, _dash, number = clean_line(issue.key, 100).rpartition("-")
        self.listed_in[project] += 1
        if not issue.id.isdecimal():
            return
        try:
            if created_ms is None:
                raise ValueError("created is no moment")
            updated_ms = instant(issue.fields.updated, "updated")
            self._pending[int(issue.id)] = _Listed(created_ms, project, int(number), updated_ms)
        except ValueError:
            # It is there, though nothing can be compared: the reading of it tells what is odd.
            self._unplaced.add(int(issue.id))
            self.differing.append(int(issue.id))

    async def _compare_until(self, to_ms: int) -> None:
        """Compares everything created before `to_ms` that was not compared yet: all of it has been listed."""
        if to_ms <= self._compared_ms:
            return
        for ticket in await self._held.tickets_created(self._compared_ms, to_ms):
            if ticket.project in self._scope:
                self._compare(ticket)
        self._compared_ms = to_ms
        unknown = [each for each, listed in self._pending.items() if listed.created_ms < to_ms]
        for each in unknown:
            del self._pending[each]
        self.differing += unknown

    def _compare(self, ticket: HeldTicket) -> None:
        self._held_in[ticket.project] += 1
        listed = self._pending.pop(ticket.id, None)
        if listed is None:
            self._missing[ticket.id] = ticket.project
        elif listed[1:] != ticket[1:] and listed.updated_ms >= ticket.updated_ms:
            self.differing.append(ticket.id)

    def gaps(self, now_ms: int) -> list[Row]:
        """Rows of `gap` for projects of which too much is missing to be true; their tickets are left as they are."""
        gone = Counter(self._missing.values())
        doubtful = {project for project, count in gone.items() if count > FEW and 2 * count >= self._held_in[project]}
        self._missing = {each: project for each, project in self._missing.items() if project not in doubtful}
        return [
            (self._jira.name, project, "unobserved", now_ms, f"{gone[project]}/{self._held_in[project]}")
            for project in sorted(doubtful)
        ]

    @property
    def missing(self) -> Collection[int]:
        """The tickets that the server did not list, and nobody has judged yet."""
        return self._missing.keys()

    async def judge(self, followed: frozenset[str]) -> AsyncGenerator[Verdicts, None]:
        """What became of the missing tickets, some at a time and `ASKED_IN_ALL` at most. Raises SourceError.

        A ticket in a project of `followed` is to be read; in any other one it has left.
        """
        asked = list(self._missing)[:ASKED_IN_ALL]
        for start in range(0, len(asked), _ASKED_TOGETHER):
            some = asked[start : start + _ASKED_TOGETHER]
            limit = asyncio.Semaphore(_SIDE_BY_SIDE)
            keys = await asyncio.gather(*(self._key_of(each, limit) for each in some))
            # To an anonymous reader everything looks deleted: the answers count only if we are still ourselves.
            await self._jira.guard()
            absent, elsewhere = [], []
            for ticket_id, key in zip(some, keys, strict=True):
                del self._missing[ticket_id]
                if key is None:
                    absent.append(Absence(ticket_id, AbsenceKind.DELETED))
                elif key.rpartition("-")[0] in followed:
                    elsewhere.append(ticket_id)
                else:
                    absent.append(Absence(ticket_id, AbsenceKind.LEFT, key))
            yield Verdicts(absent, elsewhere)

    async def _key_of(self, ticket_id: int, limit: asyncio.Semaphore) -> str | None:
        """The key that an issue has now; None when the server does not know it."""
        async with limit:
            reply = await self._jira.get(f"/rest/api/2/issue/{ticket_id}", {"fields": "project"})
        if reply.status != 404:
            return clean_line(self._jira.decode(reply, Keyed).key, 100)
        try:
            # Some other page that is not found, such as a gateway's, says nothing about the issue.
            msgspec.json.decode(reply.body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeError):
            self._jira.decode(reply, Keyed)
        return None


def _moment(text: str) -> int | None:
    try:
        return instant(text, "created")
    except ValueError:
        return None

"""The census: what the server has against what the store holds, so that nothing lives on that is no longer there.

It walks by the moment of creation, which never moves, and compares page by page with the store, without a text. What
the store lacks, has under another key or in another state is read; what the server lacks is judged (facts on Jira,
"Reading everything that changed", 6): half of a project and more means that we do not see rightly, anything less is
asked for one by one.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar, cast

import msgspec

from data.language import _
from data.model import AbsenceKind
from data.sources.batch import Absence, HeldTicket, HeldTickets, Holdings, Row, SourceError
from data.sources.client import Reply
from data.sources.jira_search import in_projects
from data.sources.jira_walk import SECOND, Dates, Walk
from data.sources.jira_wire import Keyed, ListedIssue, ListedPage, LooseIssue, LoosePage, Myself
from data.text import clean_line

CENSUS_EVERY = 24 * 60 * 60_000
"""Milliseconds of the domain's clock."""
FEW = 10
"""So many missing tickets in all are asked for in one census even where they are half of their project."""
ASKED_IN_ALL = 1_000
"""Issues that one poll asks for; the next one goes on."""
_ASKED_TOGETHER = 100
"""Issues judged in one transaction."""
_SIDE_BY_SIDE = 8
_ISSUE = re.compile(r"([A-Z][A-Z0-9_]*-)?\d+")
"""How an issue is named where it was left out: by its key, or by its id."""
_ALWAYS = (-(2**63), 2**63 - 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

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


class _Page(NamedTuple):
    """A page of the listing: ids and keys, and the issues themselves, None for an odd one."""

    total: int
    ids: Sequence[str]
    issues: Sequence[ListedIssue | None]
    keys: Sequence[str]
    has_odd: bool = False


class _Listing(Walk):
    """A walk by creation, of which nothing moves: a page has come as far as its last issue."""

    def __init__(self, dates: Dates) -> None:
        super().__init__(0, dates, "created")
        self._ids: set[str] = set()

    def take_page(self, page: _Page) -> list[ListedIssue]:
        """The issues of `page` that were not listed yet, without the odd ones. Raises SourceError."""
        if not self.is_still(page.ids):
            return []
        new = self._unlisted(page)
        is_news = not self._ids.issuperset(page.ids)
        self._ids.update(page.ids)
        last = next((each for each in reversed(page.issues) if each), None)
        reached_ms = _epoch_ms(last.fields.created) // SECOND * SECOND if last else 0
        self.step(page.ids, page.total, reached_ms, is_news=is_news)
        return new

    def _unlisted(self, page: _Page) -> list[ListedIssue]:
        # As a rule only the beginning of a page was listed before: the second in which the last one ended.
        known = next((place for place, own_id in enumerate(page.ids) if own_id not in self._ids), len(page.ids))
        if not page.has_odd and self._ids.isdisjoint(page.ids[known:]):
            return list(cast("Sequence[ListedIssue]", page.issues[known:]))
        return [issue for own_id, issue in zip(page.ids, page.issues, strict=True) if issue and own_id not in self._ids]


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
        self._scope = (*projects, *former)
        self._waiting: list[ListedIssue] = []
        self._listed: set[HeldTicket] = set()
        self._kept: set[HeldTicket] = set()
        self._unplaced: set[int] = set()
        self._compared_ms = _ALWAYS[0]
        self._held_in: dict[str, int] = {}
        self._missing: dict[int, str] = {}
        self.odd_gone: set[str] = set()
        """Issues left out once that the server does not list any more; those of other projects too."""
        self.listed_in: Counter[str] = Counter()
        """How many issues the server listed, by project."""
        self.unknown_in: Counter[str] = Counter()
        """How many of them the store does not hold, by project."""
        self.differing: list[int] = []
        """Issues to be read: unknown here, or under another key or in another state."""

    async def compare(self) -> None:
        """Lists every issue of the projects; raises SourceError."""
        self._held_in = {key: shown for key, (shown, _hidden) in (await self._held.ticket_totals()).items()}
        self.odd_gone = {each for each in await self._held.odd_records() if _ISSUE.fullmatch(each)}
        walk = _Listing(self._dates)
        question = asyncio.create_task(self._page(walk))
        try:
            while not walk.is_done:
                page = await question
                if self.odd_gone:
                    self.odd_gone.difference_update(page.ids, page.keys)
                self._waiting += walk.take_page(page)
                if not walk.is_done:
                    # The next page is on its way while this one is compared.
                    question = asyncio.create_task(self._page(walk))
                await self._compare_until(walk.reached_ms)
        finally:
            question.cancel()
            await asyncio.gather(question, return_exceptions=True)
        await self._compare_until(_ALWAYS[1])
        self._judge_rest()

    async def _page(self, walk: Walk) -> _Page:
        """The next page of `walk`; the odd issues of it are in it too, so that the walk counts them."""
        jql = f"{in_projects(self._projects)} AND {walk.clause} ORDER BY created ASC, key ASC"
        params = {"jql": jql, "startAt": str(walk.start_at), "maxResults": str(self._page_size)}
        reply = await self._jira.get("/rest/api/2/search", {**params, "fields": "created,updated"})
        if reply.status == 400:
            raise SourceError("config", _("Jira refused to list the tickets of the projects in the configuration."))
        try:
            page = self._jira.decode(reply, ListedPage)
            keys = [each.key for each in page.issues] if self.odd_gone else ()
            return _Page(page.total, [each.id for each in page.issues], page.issues, keys)
        except SourceError:
            # Raises the same again where it is not for one odd issue.
            loose = self._jira.decode(reply, LoosePage)
        placed = [self._placed(raw) for raw in loose.issues]
        return _Page(loose.total, [raw.id for raw in loose.issues], placed, [raw.key for raw in loose.issues], True)

    def _placed(self, raw: LooseIssue) -> ListedIssue | None:
        """An issue of a page in which one is odd; an odd one is there, though nothing can be compared."""
        try:
            return msgspec.convert(raw, ListedIssue, from_attributes=True)
        except msgspec.ValidationError:
            if raw.id.isdecimal():
                self._unplaced.add(int(raw.id))
            return None

    async def _compare_until(self, to_ms: int) -> None:
        """Puts aside what is the same here and there, of everything created before `to_ms`: all of that is listed."""
        if to_ms <= self._compared_ms:
            return
        held = await self._held.tickets_created(self._compared_ms, to_ms, self._scope)
        self._compared_ms = to_ms
        listed = self._take_created_before(to_ms)
        keys = ",".join([each.key for each in listed])
        self.listed_in.update({project: f",{keys}".count(f",{project}-") for project in self._projects})
        if keys != held.keys or not _is_same(listed, held):
            self._match(listed, held)

    def _take_created_before(self, to_ms: int) -> Sequence[ListedIssue]:
        """What waits to be compared, without the end of it that was created later."""
        count = len(self._waiting)
        while count and _epoch_ms(self._waiting[count - 1].fields.created) >= to_ms:
            count -= 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    def _match(self, listed: Sequence[ListedIssue], held: HeldTickets) -> None:
        """Keeps what has no counterpart, in whatever order it came."""
        self._kept.update(held.records())
        self._listed.update(
            (int(each.id), each.key, _epoch_ms(each.fields.updated)) for each in listed if each.id.isdecimal()
        )
        same = self._kept & self._listed
        self._kept -= same
        self._listed -= same

    def _judge_rest(self) -> None:
        """Sorts what differs into what is to be read and what is missing."""
        kept = {ticket_id: key for ticket_id, key, _updated_ms in self._kept}
        for ticket_id, key, _updated_ms in self._listed:
            if kept.pop(ticket_id, None) is None:
                self.unknown_in[key.rpartition("-")[0]] += 1
            self.differing.append(ticket_id)
        self.differing += self._unplaced
        self._missing = {
            ticket_id: key.rpartition("-")[0] for ticket_id, key in kept.items() if ticket_id not in self._unplaced
        }

    def gaps(self, now_ms: int) -> list[Row]:
        """Rows of `gap` for projects of which too much is missing to be true; their tickets are left as they are."""
        gone = Counter(self._missing.values())
        doubtful = doubtful_projects(gone, self._held_in)
        self._missing = {each: project for each, project in self._missing.items() if project not in doubtful}
        return [
            (self._jira.name, project, "unobserved", now_ms, f"{gone[project]}/{self._held_in.get(project, 0)}")
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


def doubtful_projects(gone: Mapping[str, int], held: Mapping[str, int]) -> frozenset[str]:
    """The projects of which too many tickets are `gone`, of so many `held`, for what is missing to be asked for.

    Half of a project and more is not believed (facts on Jira, as above): Jira answers for a ticket that it hides as for
    a deleted one, so a right lost overnight would read as a mass deletion. Yet in a project of two each deletion is
    half of it, and never to believe it would leave it in doubt for ever. So the smallest losses are asked for, `FEW`
    tickets in all in one census. The rest of many small ones come to their turn in the next, a day later, with their
    doubt told until then; a hidden ticket taken for a deleted one is back as soon as it may be seen.
    """
    doubtful, asked = set(), 0
    for count, project in sorted((count, project) for project, count in gone.items()):
        if 2 * count < held.get(project, 0):
            continue
        if asked + count > FEW:
            doubtful.add(project)
        else:
            asked += count
    return frozenset(doubtful)


def _is_same(listed: Sequence[ListedIssue], held: HeldTickets) -> bool:
    """Whether ids and moments are the same, in the same order."""
    if ",".join([each.id for each in listed]) != held.ids:
        return False
    moments = map(datetime.timestamp, [each.fields.updated for each in listed])
    return list(moments) == [updated_ms / 1000 for updated_ms in held.updated_ms]


def _epoch_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND

"""Reading Jira Data Center: everything that changed since the last look, and only that.

The algorithm (facts on Jira, "Reading everything that changed"): first make sure who we are, because to an anonymous
reader everything looks deleted; then walk through `updated` by keyset, ten minutes before the watermark at each poll
because other nodes' indexes lag, and a day before it once a night; rows and watermark are committed together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import httpx

from data.clock import TALLINN, Clock
from data.config import Jira
from data.language import _
from data.model import Kind
from data.sources import jira_fill, jira_owed, jira_plans, jira_rows
from data.sources.batch import AnotherServerError, Batch, Holdings, SourceError
from data.sources.budget import Budgets
from data.sources.jira_audit import Audit
from data.sources.jira_fill import Piece
from data.sources.jira_link import JiraLink
from data.sources.jira_mark import Mark, batch_at, mark_of
from data.sources.jira_meta import MetaReading
from data.sources.jira_page import Page, page_rows
from data.sources.jira_roster import Roster, read_roster, roster_batches
from data.sources.jira_search import RefusedError, Search
from data.sources.jira_walk import MINUTE, SECOND, Dates, Walk
from data.sources.jira_wire import Myself

OVERLAP = 10 * MINUTE
WIDE_OVERLAP = 24 * 60 * MINUTE
NIGHT_HOURS = 2
"""After midnight, when the wide overlap is due."""
PLANS_EVERY = 5 * MINUTE
WORKLOGS_EVERY = 5 * MINUTE
COUNTED_EVERY = 5 * MINUTE
"""Project by project; at the other polls one question counts them all."""
PART = 500
"""Issues written in one transaction: many more would keep the process from stopping within a second."""


class JiraSource:
    """One Jira Data Center as a source. `token` is asked for again after a refusal, so that a new one is taken up."""

    name = "jira"
    kind = "jira"
    kinds: tuple[Kind, ...] = (Kind.TICKETS, Kind.DEVELOPMENTS)

    def __init__(
        self,
        config: Jira,
        token: Callable[[], str | None],
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        self.interval = config.interval
        self._config = config
        self._clock = clock
        self._link = JiraLink(config, token, transport, budgets)
        self.held: Holdings | None = None
        """What the store answers; without it nothing is compared, so that what is gone stays."""
        self._search: Search | None = None
        """What was found out about the server when this process first spoke to it."""
        self._roster: Roster | None = None
        self._roster_ms = 0
        self._known: dict[str, int | None] | None = None
        """What the last finished walk saw; None makes the next poll walk."""
        self._plans_ms: int | None = None
        self._meta: MetaReading | None = None
        self._counted_ms = clock.now_ms()
        self._worklogs_ms = clock.now_ms()

    async def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """Batches of issues by `updated`, then versions and sprints. Raises SourceError."""
        try:
            mark = mark_of(cursor)
            me = await self._link.guard()
            if facts.get("jira.url", self.url) != self.url:
                raise AnotherServerError
            known = {"jira.me": jira_rows.user_id(me), "jira.url": self.url}
            if not known.items() <= facts.items():
                yield batch_at(mark, facts=known)
            async with aclosing(self._learn(me, mark, facts)) as batches:
                async for batch in batches:
                    yield batch
            async with aclosing(self._poll(me, mark, facts)) as batches:
                async for batch in batches:
                    yield batch
        except SourceError as error:
            if error.code in ("auth", "captcha", "html"):
                await self.close()
            raise

    @property
    def url(self) -> str:
        """The server's address."""
        return self._link.base

    async def close(self) -> None:
        """Lets go of connections, and of what was found out with them."""
        self._search = self._roster = None
        await self._link.close()

    async def _learn(self, me: Myself, mark: Mark, facts: Mapping[str, str]) -> AsyncGenerator[Batch, None]:
        """The server's lists, when they are no longer believed, and what follows from them."""
        now_ms = self._clock.now_ms()
        if self._search is not None:
            self._search.dates.follow(me.time_zone)
        if (
            self._roster is not None
            and self._search is not None
            and abs(now_ms - self._roster_ms) < self._roster.lasts_ms
        ):
            return
        roster = await read_roster(self._link, self._config.projects, facts)
        if self._search is None or self._search.layout != roster.layout:
            self._search = Search(self._link, self._link.host, roster.layout, Dates(me.time_zone))
            self._known = None
        self._search.projects = roster.readable
        self._roster, self._roster_ms = roster, now_ms
        async with aclosing(roster_batches(self._link, roster, self.held, mark, now_ms)) as batches:
            async for batch in batches:
                yield batch
        if not roster.readable:
            raise SourceError(
                "config",
                _("None of the projects in the configuration can be read. Check their keys and your rights in Jira."),
            )

    async def _poll(self, me: Myself, mark: Mark, facts: Mapping[str, str]) -> AsyncGenerator[Batch, None]:
        """Everything that changed; once more when it was refused because other projects can be read than before."""
        for is_last in (False, True):
            search, roster = self._learned
            try:
                async with aclosing(self._changes(search, roster, mark, facts)) as batches:
                    async for batch in batches:
                        yield batch
                return
            except RefusedError:
                if is_last:
                    raise
                self._roster = None
                async with aclosing(self._learn(me, mark, facts)) as batches:
                    async for batch in batches:
                        yield batch
                if self._learned[1].readable == roster.readable:
                    raise

    @property
    def _learned(self) -> tuple[Search, Roster]:
        if self._search is None or self._roster is None:
            raise RuntimeError("the server was not asked yet")
        return self._search, self._roster

    async def _changes(
        self, search: Search, roster: Roster, mark: Mark, facts: Mapping[str, str]
    ) -> AsyncGenerator[Batch, None]:
        """What changed since `mark`, then versions and sprints, then what a census finds."""
        was_filled = mark.filled
        if not mark.filled:
            async with aclosing(self._fill(search, mark)) as batches:
                async for batch in batches:
                    yield batch
        night = (self._clock.now().astimezone(TALLINN) - timedelta(hours=NIGHT_HOURS)).date().isoformat()
        overlap = OVERLAP if mark.wide_day == night or not was_filled else WIDE_OVERLAP
        is_known = was_filled and self._known is not None and overlap == OVERLAP
        changed = not is_known or not await search.is_unchanged(self._known or {}, mark.reached_ms - OVERLAP)
        if changed:
            async with aclosing(self._walk(search, mark, overlap, night)) as batches:
                async for batch in batches:
                    yield batch
        async with aclosing(self._beside(search, mark)) as batches:
            async for batch in batches:
                yield batch
        now_ms = self._clock.now_ms()
        if changed or self._plans_ms is None or abs(now_ms - self._plans_ms) >= PLANS_EVERY:
            yield await jira_plans.plans(self._link, roster, self._config.boards, mark, facts)
            self._plans_ms = now_ms
        if self.held is not None:
            audit = Audit(self._link, self.held, roster, lambda ids: self._read_issues(search, mark, ids))
            each = abs(now_ms - self._counted_ms) >= COUNTED_EVERY
            found = audit.batches(mark, search.dates, search.page_size, now_ms, is_by_project=each)
            async with aclosing(found) as batches:
                async for batch in batches:
                    yield batch
            self._counted_ms = now_ms if each else self._counted_ms
            self._meta = self._meta or MetaReading(self._link, self.held)
            async with aclosing(self._meta.batches(search.projects, mark, facts, now_ms)) as batches:
                async for batch in batches:
                    yield batch

    # filling

    async def _fill(self, search: Search, mark: Mark) -> AsyncGenerator[Batch, None]:
        """The first fill, begun or gone on with; moves `mark` with each batch."""
        # Today's tickets come first.
        page = await search.newest()
        if mark.total is None:
            mark.begun_ms = max((each.updated_ms or 0 for each in page.issues), default=0)
            mark.slices = await jira_fill.plan(search, mark.begun_ms)
            mark.total = sum(each.total for each in mark.slices)
            mark.worklogs_ms = [mark.begun_ms, mark.begun_ms]
        mark.slices = [each for each in mark.slices if each.project in search.projects]
        yield page_rows(page, range(len(page.issues)), search.layout, self.name, mark)
        async with aclosing(jira_fill.pieces(search, mark)) as pieces:
            async for piece in pieces:
                for batch in self._piece_batches(piece, search, mark):
                    yield batch
                async with aclosing(self._settle(mark)) as rest:
                    async for batch in rest:
                        yield batch
        mark.reached_ms, mark.filled = mark.begun_ms // SECOND * SECOND, True
        yield batch_at(mark)

    def _piece_batches(self, piece: Piece, search: Search, mark: Mark) -> Iterator[Batch]:
        """The new issues of a page of a part in batches that are written quickly; each moves the part's watermark."""
        part = piece.part
        for start in range(0, len(piece.new), PART):
            places = piece.new[start : start + PART]
            part.from_ms = max(part.from_ms, piece.walk.reached_by(_moments(piece.page, places)))
            part.done += len(places)
            yield page_rows(piece.page, places, search.layout, self.name, mark)
        if piece.is_last:
            mark.done += part.total
            mark.slices = [each for each in mark.slices if each is not part]

    # walking

    async def _walk(self, search: Search, mark: Mark, overlap: int, night: str) -> AsyncGenerator[Batch, None]:
        """Everything from `overlap` before the watermark on; moves `mark` with each batch."""
        newest_ms, _total = await search.end_ms()
        walk = Walk(max(mark.reached_ms - overlap, 0), search.dates, newest_ms=newest_ms)
        question = asyncio.create_task(search.page(walk))
        try:
            while not walk.is_done:
                page = await question
                new = walk.take(_moments(page, range(len(page.issues))), page.total)
                if not walk.is_done:
                    # The next page is on its way while this one is written.
                    question = asyncio.create_task(search.page(walk))
                for start in range(0, len(new), PART):
                    places = new[start : start + PART]
                    mark.reached_ms = max(mark.reached_ms, walk.reached_by(_moments(page, places)))
                    yield page_rows(page, places, search.layout, self.name, mark)
        finally:
            question.cancel()
            await asyncio.gather(question, return_exceptions=True)
        self._known = walk.seen
        mark.wide_day = night
        if search.is_incomplete:
            mark.census_ms, search.is_incomplete = 0, False
        yield batch_at(mark)

    async def _read_issues(self, search: Search, mark: Mark, ids: Sequence[int]) -> AsyncGenerator[Batch, None]:
        """The batches of issues asked for by id."""
        async with aclosing(search.by_id(ids)) as pages:
            async for page in pages:
                batch = page_rows(page, range(len(page.issues)), search.layout, self.name, mark)
                yield replace(batch, is_present=True)

    # what does not come with the issues

    async def _beside(self, search: Search, mark: Mark) -> AsyncGenerator[Batch, None]:
        """The rest of what came in part only, and work logs that changed without their issue."""
        async with aclosing(self._settle(mark)) as rest:
            async for batch in rest:
                yield batch
        now_ms = self._clock.now_ms()
        if abs(now_ms - self._worklogs_ms) < WORKLOGS_EVERY:
            return
        changed_since, deleted_since = (*mark.worklogs_ms, mark.reached_ms, mark.reached_ms)[:2]
        changed, changed_until = await jira_owed.changed_worklogs(self._link, changed_since)
        deleted, deleted_until = await jira_owed.deleted_worklogs(self._link, deleted_since)
        issues = await jira_owed.issues_of(self._link, [each for each, _at in changed])
        # As a rule a work log changes its issue's `updated` too, and the walk has read it.
        unread = [each for each, at_ms in issues.items() if ((self._known or {}).get(str(each)) or 0) < at_ms]
        async with aclosing(self._read_issues(search, mark, unread)) as batches:
            async for batch in batches:
                yield batch
        mark.worklogs_ms = [changed_until, deleted_until]
        yield batch_at(mark, replace={"worklog": ("id", deleted)} if deleted else {})
        self._worklogs_ms = now_ms

    def _settle(self, mark: Mark) -> AsyncGenerator[Batch, None]:
        return jira_owed.settle(self._link, mark, self._clock.now_ms(), self._config.timeout)


def _moments(page: Page, places: Sequence[int]) -> list[tuple[str, int | None]]:
    return [(page.issues[place].id, page.issues[place].updated_ms) for place in places]

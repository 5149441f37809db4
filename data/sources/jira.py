"""Reading Jira Data Center: everything that changed since the last look, and only that.

The algorithm (facts on Jira, "Reading everything that changed"): first make sure who we are, because to an anonymous
reader everything looks deleted; then walk through `updated` by keyset, ten minutes before the watermark at each poll
because other nodes' indexes lag; rows and watermark are committed together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import TypeVar

import httpx
import msgspec

from data.clock import Clock
from data.config import Jira
from data.language import _
from data.model import Kind
from data.sources import jira_plans, jira_rows, jira_wire
from data.sources.batch import Batch, Holdings, SourceError
from data.sources.client import Client, Reply, host_of, require_data, unreadable
from data.sources.jira_audit import Audit
from data.sources.jira_mark import Mark, cursor_of, mark_of
from data.sources.jira_page import Page, page_rows
from data.sources.jira_roster import ROSTER_EVERY, Roster, read_roster, roster_batches
from data.sources.jira_search import RefusedError, Search
from data.sources.jira_walk import MINUTE, Dates, Walk
from data.sources.jira_wire import Layout

OVERLAP = 10 * MINUTE
PLANS_EVERY = 5 * MINUTE
PART = 250
"""Issues written in one transaction: more would keep the process from stopping within a second."""
_T = TypeVar("_T")


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
    ) -> None:
        self.interval = config.interval
        self._config = config
        self._base = config.url.rstrip("/")
        self._host = host_of(config.url)
        self._token = token
        self._clock = clock
        self._transport = transport
        self._client: Client | None = None
        self.held: Holdings | None = None
        """What the store answers; without it nothing is compared, so that what is gone stays."""
        self._search: Search | None = None
        """What was found out about the server when this process first spoke to it."""
        self._roster: Roster | None = None
        self._roster_ms = 0
        self._known: dict[str, int | None] | None = None
        """What the last finished walk saw; None makes the next poll walk."""
        self._plans_ms: int | None = None

    async def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """Batches of issues by `updated`, then versions and sprints. Raises SourceError."""
        try:
            mark = mark_of(cursor)
            me = await self.guard()
            known = {"jira.me": jira_rows.user_id(me), "jira.url": self._base}
            if not known.items() <= facts.items():
                yield Batch({}, cursor, facts=known)
            async with aclosing(self._learn(me, mark, facts)) as batches:
                async for batch in batches:
                    yield batch
            async with aclosing(self._poll(me, mark, facts)) as batches:
                async for batch in batches:
                    yield batch
        except SourceError as error:
            if error.code in ("auth", "html"):
                await self.close()
            raise

    async def close(self) -> None:
        """Lets go of connections, and of what was found out with them."""
        self._search = self._roster = None
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def read(self, path: str, shape: type[_T], params: Mapping[str, str] | None = None) -> _T:
        """The answer to a GET of `path` under the server's address, decoded; raises SourceError."""
        return self.decode(await self.get(path, params), shape)

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """The answer to a GET of `path`, whatever its status; raises SourceError only for faults of transport."""
        if self._client is None:
            token = self._token()
            if not token:
                raise SourceError(
                    "auth",
                    _("No token is stored for Jira. Make one in Jira and store it with “peakasutaja config init”."),
                )
            headers = {"Authorization": f"Bearer {''.join(token.split())}", "Accept": "application/json"}
            self._client = Client(timeout=self._config.timeout, headers=headers, transport=self._transport)
        return await self._client.get(self._base + path, params)

    def decode(self, reply: Reply, shape: type[_T]) -> _T:
        """The body of a good answer as `shape`; raises SourceError for any other answer."""
        body = require_data(reply, self._host)
        try:
            return msgspec.json.decode(body, type=shape)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise unreadable(self._host) from error

    async def guard(self) -> jira_wire.Myself:
        """Who the token belongs to; raises SourceError `auth` when that is nobody or somebody else."""
        reply = await self.get("/rest/api/2/myself")
        if "AUTHENTICATION_DENIED" in reply.headers.get("x-seraph-loginreason", ""):
            raise SourceError(
                "auth",
                _("Jira wants to see a person: sign in to {host} in a browser, solve its puzzle, then wait.").format(
                    host=self._host
                ),
            )
        me = self.decode(reply, jira_wire.Myself)
        expected = self._config.user.casefold()
        if not me.name and not me.key:
            raise SourceError(
                "auth", _("{host} does not recognise the token. Make a new one and store it.").format(host=self._host)
            )
        if expected and expected not in (me.name.casefold(), me.key.casefold()):
            raise SourceError(
                "auth",
                _("The token belongs to somebody else than the configuration expects. Store your own token."),
            )
        return me

    async def _learn(self, me: jira_wire.Myself, mark: Mark, facts: Mapping[str, str]) -> AsyncGenerator[Batch, None]:
        """The server's lists, when they were not read for an hour, and what follows from them."""
        now_ms = self._clock.now_ms()
        if self._roster is not None and self._search is not None and abs(now_ms - self._roster_ms) < ROSTER_EVERY:
            return
        roster = await read_roster(self, self._config.projects, facts)
        if self._search is None or self._search.layout != roster.layout:
            self._search = Search(self, self._host, roster.layout, Dates(me.time_zone))
            self._known = None
        self._search.projects = roster.readable
        self._roster, self._roster_ms = roster, now_ms
        async with aclosing(roster_batches(self, roster, self.held, mark, now_ms)) as batches:
            async for batch in batches:
                yield batch
        if not roster.readable:
            raise SourceError(
                "config",
                _("None of the projects in the configuration can be read. Check their keys and your rights in Jira."),
            )

    async def _poll(self, me: jira_wire.Myself, mark: Mark, facts: Mapping[str, str]) -> AsyncGenerator[Batch, None]:
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
        is_known = was_filled and self._known is not None
        changed = not is_known or not await search.is_unchanged(self._known or {}, mark.reached_ms - OVERLAP)
        if changed:
            async with aclosing(self._walk(search, mark)) as batches:
                async for batch in batches:
                    yield batch
        now_ms = self._clock.now_ms()
        if not was_filled:
            mark.census_ms = now_ms
        if changed or self._plans_ms is None or now_ms - self._plans_ms >= PLANS_EVERY:
            yield await jira_plans.plans(self, roster, self._config.boards, mark, facts)
            self._plans_ms = now_ms
        if self.held is not None:
            audit = Audit(self, self.held, roster, lambda ids: self._read_issues(search, mark, ids))
            async with aclosing(audit.batches(mark, search.dates, search.page_size, now_ms)) as batches:
                async for batch in batches:
                    yield batch

    # walking

    async def _walk(self, search: Search, mark: Mark) -> AsyncGenerator[Batch, None]:
        """Everything from the overlap before the watermark on; moves `mark` with each batch."""
        total = 0
        if not mark.filled:
            # Today's tickets come first; the watermark stays.
            page = await search.newest()
            total = page.total
            every = range(len(page.issues))
            yield page_rows(page, every, search.layout, self.name, cursor_of(mark), mark.done, total)
        walk = Walk(max(mark.reached_ms - OVERLAP, 0), search.dates)
        question = asyncio.create_task(search.page(walk))
        try:
            while not walk.is_done:
                page = await question
                new = walk.take([(each.id, each.updated_ms) for each in page.issues], page.total)
                if not walk.is_done:
                    # The next page is on its way while this one is written.
                    question = asyncio.create_task(search.page(walk))
                for batch in self._parts(page, new, search.layout, mark, walk, total):
                    yield batch
        finally:
            question.cancel()
            await asyncio.gather(question, return_exceptions=True)
        self._known = walk.seen

    def _parts(self, page: Page, new: list[int], layout: Layout, mark: Mark, walk: Walk, total: int) -> Iterator[Batch]:
        """The new issues of `page` in batches that are written quickly; the last one moves `mark`."""
        before, done = cursor_of(mark), mark.done
        mark.reached_ms = max(mark.reached_ms, walk.reached_ms)
        is_filling = not mark.filled
        if is_filling:
            mark.done = min(mark.done + len(new), total)
            mark.filled = walk.is_done
        if not new and is_filling and not mark.filled:
            return
        for start in range(0, max(len(new), 1), PART):
            stop = start + PART
            is_last = stop >= len(new)
            so_far = mark.done if is_last or not is_filling else min(done + stop, total)
            cursor = cursor_of(mark) if is_last else before
            yield page_rows(page, new[start:stop], layout, self.name, cursor, so_far, total or None)

    async def _read_issues(self, search: Search, mark: Mark, ids: Sequence[int]) -> AsyncGenerator[Batch, None]:
        """The batches of issues asked for by id."""
        async with aclosing(search.by_id(ids)) as pages:
            async for page in pages:
                every = range(len(page.issues))
                yield page_rows(page, every, search.layout, self.name, cursor_of(mark), mark.done, None)

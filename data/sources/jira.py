"""Reading Jira Data Center: everything that changed since the last look, and only that.

The algorithm (facts on Jira, "Reading everything that changed"): first make sure who we are, because to an anonymous
reader everything looks deleted; then walk through `updated` by keyset, ten minutes before the watermark at each poll
because other nodes' indexes lag; rows and watermark are committed together.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import msgspec

from data.clock import Clock
from data.config import Jira
from data.language import _
from data.model import Kind
from data.rules.mask import mask_text
from data.sources import jira_plans, jira_rows, jira_wire
from data.sources.batch import Batch, SourceError
from data.sources.client import Client, Reply, host_of, require_data, unreadable
from data.sources.jira_page import Page, page_rows
from data.sources.jira_walk import MINUTE, Dates, Walk
from data.sources.jira_wire import IssueBase, Layout
from data.text import clean_line

OVERLAP = 10 * MINUTE
PLANS_EVERY = 5 * MINUTE
PAGE = 1_000
"""Issues asked for at once; the server may lower it and says so."""
PART = 250
"""Issues written in one transaction: more would keep the process from stopping within a second."""
PROBE_PAGES = 5
"""Pages of the overlap that are looked through before it is simply read again."""
FIRST_PAGE = 100
"""The newest issues, read before everything else, so that a person sees today's tickets at once."""
_FIELDS = (
    "summary,description,project,issuetype,status,priority,assignee,reporter,resolution,resolutiondate,created,"
    "updated,duedate,labels,components,fixVersions,parent,comment"
)
_T = TypeVar("_T")


class Mark(msgspec.Struct, omit_defaults=True):
    """The cursor: the watermark, and how many issues an unfinished first fill has read."""

    reached_ms: int = 0
    filled: bool = False
    done: int = 0


@dataclass(frozen=True, slots=True)
class _Server:
    """What was found out about the server when this process first spoke to it."""

    layout: Layout
    issue: type[IssueBase]
    dates: Dates


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
        self._server: _Server | None = None
        self._page_size = PAGE
        self._known: dict[str, int | None] | None = None
        """What the last finished walk saw; None makes the next poll walk."""
        self._plans_ms: int | None = None

    async def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """Batches of issues by `updated`, then versions and sprints. Raises SourceError."""
        try:
            mark = _mark(cursor)
            me = await self.guard()
            server = await self._discover(me)
            known = {"jira.me": jira_rows.user_id(me), "jira.url": self._base}
            if not known.items() <= facts.items():
                yield Batch({}, cursor, facts=known)
            changed = not mark.filled or await self._has_changed(server, mark)
            if changed:
                async with aclosing(self._walk(server, mark)) as batches:
                    async for batch in batches:
                        yield batch
            now_ms = self._clock.now_ms()
            if changed or self._plans_ms is None or now_ms - self._plans_ms >= PLANS_EVERY:
                yield await jira_plans.plans(self, self._config, _cursor(mark), facts)
                self._plans_ms = now_ms
        except SourceError as error:
            if error.code in ("auth", "html"):
                await self.close()
            raise

    async def close(self) -> None:
        """Lets go of connections, and of what was found out with them."""
        self._server = None
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

    async def _discover(self, me: jira_wire.Myself) -> _Server:
        if self._server is None:
            fields = await self.read("/rest/api/2/field", list[jira_wire.FieldInfo])
            priorities = await self.read("/rest/api/2/priority", list[jira_wire.Named])
            layout = jira_wire.layout(fields, priorities)
            self._server = _Server(layout, jira_wire.issue_type(layout.custom), Dates(me.time_zone))
            self._known = None
        return self._server

    # searching

    async def _search(self, clause: str, order: str, **params: str) -> bytes:
        """The raw answer to a search in the configured projects. Numeric dates that are refused are not tried again."""
        projects = ", ".join('"' + each.replace("\\", "").replace('"', "") + '"' for each in self._config.projects)
        jql = f"project in ({projects}) {'AND ' + clause if clause else ''} ORDER BY {order}"
        reply = await self.get("/rest/api/2/search", {"jql": jql, **params})
        if reply.status == 400:
            raise _RefusedError(_reason(reply.body))
        return require_data(reply, self._host)

    async def _search_page(self, server: _Server, walk: Walk) -> bytes:
        params = {
            "startAt": str(walk.start_at),
            "maxResults": str(self._page_size),
            "fields": ",".join((_FIELDS, *server.layout.custom)),
            "expand": "changelog",
        }
        try:
            return await self._search(walk.clause, "updated ASC, key ASC", **params)
        except _RefusedError as refusal:
            if not server.dates.is_numeric:
                raise self._misconfigured(refusal) from refusal
            server.dates.is_numeric = False
        try:
            return await self._search(walk.clause, "updated ASC, key ASC", **params)
        except _RefusedError as refusal:
            server.dates.is_numeric = True
            raise self._misconfigured(refusal) from refusal

    def _misconfigured(self, refusal: _RefusedError) -> SourceError:
        return SourceError(
            "config",
            _("Jira refused the search: {reason} Check the projects in the configuration.").format(reason=refusal),
        )

    async def _has_changed(self, server: _Server, mark: Mark) -> bool:
        """Whether anything from the overlap on differs from what the last walk saw: one small question."""
        if self._known is None:
            return True
        known, got = self._known, 0
        try:
            for _page in range(PROBE_PAGES):
                body = await self._search(
                    server.dates.since(mark.reached_ms - OVERLAP),
                    "updated ASC, key ASC",
                    startAt=str(got),
                    maxResults=str(self._page_size),
                    fields="updated",
                )
                page = msgspec.json.decode(body, type=jira_wire.ProbePage)
                got += len(page.issues)
                if any(known.get(each.id) != jira_rows.instant(each.fields.updated, "updated") for each in page.issues):
                    return True
                if got >= page.total:
                    return False
                if not page.issues:
                    break
        except (ValueError, _RefusedError):
            # The walk meets whatever is odd here again, and knows what to do with it.
            return True
        return True

    # walking

    async def _walk(self, server: _Server, mark: Mark) -> AsyncGenerator[Batch, None]:
        """Everything from the overlap before the watermark on; moves `mark` with each batch."""
        total = 0
        if not mark.filled:
            preview = await self._preview(server, mark)
            total = preview.total or 0
            yield preview
        walk = Walk(max(mark.reached_ms - OVERLAP, 0), server.dates)
        question = asyncio.create_task(self._search_page(server, walk))
        try:
            while not walk.is_done:
                page = self._read_page(await question, server, self._page_size)
                new = walk.take([(each.id, each.updated_ms) for each in page.issues], page.total)
                if not walk.is_done:
                    # The next page is on its way while this one is written.
                    question = asyncio.create_task(self._search_page(server, walk))
                for batch in self._parts(page, new, server, mark, walk, total):
                    yield batch
        finally:
            question.cancel()
            await asyncio.gather(question, return_exceptions=True)
        self._known = walk.seen

    def _parts(
        self, page: Page, new: list[int], server: _Server, mark: Mark, walk: Walk, total: int
    ) -> Iterator[Batch]:
        """The new issues of `page` in batches that are written quickly; the last one moves `mark`."""
        before, done = _cursor(mark), mark.done
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
            cursor = _cursor(mark) if is_last else before
            yield page_rows(page, new[start:stop], server.layout, self.name, cursor, so_far, total or None)

    async def _preview(self, server: _Server, mark: Mark) -> Batch:
        """The newest issues, and how many there are in all; the watermark stays."""
        try:
            body = await self._search(
                "",
                "updated DESC",
                maxResults=str(FIRST_PAGE),
                fields=",".join((_FIELDS, *server.layout.custom)),
                expand="changelog",
            )
        except _RefusedError as refusal:
            raise self._misconfigured(refusal) from refusal
        page = self._read_page(body, server, FIRST_PAGE)
        every = list(range(len(page.issues)))
        return page_rows(page, every, server.layout, self.name, _cursor(mark), mark.done, page.total)

    def _read_page(self, body: bytes, server: _Server, asked: int) -> Page:
        try:
            page = Page.decode(body, server.issue)
        except (ValueError, RecursionError) as error:
            raise unreadable(self._host) from error
        if 0 < page.max_results < asked:
            self._page_size = page.max_results
        return page


class _RefusedError(Exception):
    """Jira answered 400; the text is its reason, cleaned."""


def _reason(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
        texts = [*answer.get("errorMessages", []), *answer.get("errors", {}).values()]
    except (ValueError, AttributeError, TypeError):
        return "HTTP 400."
    return mask_text(clean_line(" ".join(map(str, texts)), 300)) or "HTTP 400."


def _mark(cursor: str) -> Mark:
    try:
        return msgspec.json.decode(cursor, type=Mark) if cursor else Mark()
    except msgspec.MsgspecError:
        # A cursor that cannot be read costs a new fill, which changes nothing that is right already.
        return Mark()


def _cursor(mark: Mark) -> str:
    if not mark.filled and not mark.reached_ms:
        return ""
    return msgspec.json.encode(mark).decode()

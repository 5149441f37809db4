"""Asking a Jira for issues: in the projects that can be read, with the fields that it has, page by page."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from data.language import _
from data.rules.mask import mask_text
from data.sources import jira_rows, jira_wire
from data.sources.answers import TooMuchError, require_data, unreadable
from data.sources.batch import SourceError
from data.sources.client import Reply
from data.sources.jira_layout import Layout, issue_type
from data.sources.jira_page import Page
from data.sources.jira_walk import Dates, Walk
from data.text import clean_line

PAGE = 1_000
"""Issues asked for at once; the server may lower it and says so."""
LEAST_PAGE = 50
"""Issues asked for at least, however slow the server is."""
WINDOW = 10_000
"""Places of a result that a server counts to (facts on Jira); beyond it answers with an error."""
PROBE_PAGES = 5
"""Pages of the overlap that are looked through before it is simply read again."""
FIRST_PAGE = 100
"""The newest issues, read before everything else, so that a person sees today's tickets at once."""
BY_ID = 100
"""Issues named in one question: an address has its limits."""
_FIELDS = (
    "summary,description,project,issuetype,status,priority,assignee,reporter,resolution,resolutiondate,created,"
    "updated,duedate,labels,components,fixVersions,parent,comment,worklog,attachment"
)


class Reader(Protocol):
    """The part of a Jira source that asks questions."""

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """The answer, whatever its status."""
        ...


class RefusedError(SourceError):
    """Jira answered 400 to a search."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "config",
            _("Jira refused the search: {reason} Check the projects in the configuration.").format(reason=reason),
        )


class Search:
    """The searches of one server, whose custom fields are `layout`; `projects` are those that can be read now."""

    def __init__(self, jira: Reader, host: str, layout: Layout, dates: Dates) -> None:
        self.layout = layout
        self.dates = dates
        self.page_size = self._most = PAGE
        self.projects: Collection[str] = ()
        self.is_incomplete = False
        """Whether a walk had to leave something out, which a census is to find."""
        self._jira = jira
        self._host = host
        self._issue = issue_type(layout.custom)
        self._whole = {"fields": ",".join((_FIELDS, *layout.custom)), "expand": "changelog"}

    async def page(self, walk: Walk, projects: Collection[str] | None = None) -> Page:
        """The next page of `walk`, in `projects` alone if given; a server that cannot manage it is asked for less."""
        while True:
            if walk.start_at >= WINDOW - 1:
                # More tickets of one moment than Jira counts through: the last one it gives is the one we stand on.
                walk.pass_over()
                self.is_incomplete = True
            asked = min(self.page_size, WINDOW - walk.start_at)
            params = {"startAt": str(walk.start_at), "maxResults": str(asked), **self._whole}
            try:
                page = self._page(
                    await self._dated(lambda: walk.clause, "updated ASC, key ASC", params, projects), asked
                )
            except TooMuchError:
                self.page_size = max(asked // 4, 1) if asked > 1 else self._most
                if asked == 1:
                    raise
                continue
            except SourceError as error:
                if error.code == "timeout":
                    # This poll is lost; the next ones ask for what can be had in time.
                    self.page_size = self._most = max(asked // 2, LEAST_PAGE)
                raise
            self.page_size = min(self._most, self.page_size + max(self.page_size // 4, 1))
            return page

    async def newest(self) -> Page:
        """The issues updated last."""
        body = await self._ask("", "updated DESC", {"maxResults": str(FIRST_PAGE), **self._whole})
        return self._page(body, FIRST_PAGE)

    async def end_ms(self, project: str | None = None, *, is_oldest: bool = False) -> tuple[int | None, int]:
        """When the issue updated last (or first) was updated, and how many there are; None where none can be read."""
        order = "updated ASC" if is_oldest else "updated DESC"
        scope = None if project is None else (project,)
        page = self._decoded(await self._ask("", order, {"maxResults": "1", "fields": "updated"}, scope))
        return (page.issues[0].updated_ms if page.issues else None), page.total

    async def count_since(self, at_ms: int, project: str) -> int:
        """How many issues of a project were updated at `at_ms` or later."""
        params = {"maxResults": "0", "fields": "updated"}
        body = await self._dated(lambda: self.dates.since(at_ms), "updated ASC", params, (project,))
        return self._decoded(body).total

    async def by_id(self, ids: Sequence[int]) -> AsyncGenerator[Page, None]:
        """Issues by their ids; those that have gone meanwhile are passed over."""
        questions = [ids[start : start + BY_ID] for start in range(0, len(ids), BY_ID)]
        while questions:
            some = questions.pop()
            named = f"id in ({', '.join(map(str, some))})"
            try:
                body = await self._ask(named, "key ASC", {"maxResults": str(len(some)), **self._whole})
            except RefusedError:
                # Jira refuses the whole question for one id that it does not know.
                half = len(some) // 2
                questions += [some[:half], some[half:]] if half else []
                continue
            page = self._page(body, len(some))
            got = {each.id for each in page.issues}
            rest = [each for each in some if str(each) not in got]
            questions += [rest] if got and rest else []
            yield page

    async def is_unchanged(self, known: Mapping[str, int | None], from_ms: int) -> bool:
        """Whether everything updated since `from_ms` is as it is `known`: one small question, as a rule."""
        got = 0
        try:
            for _page in range(PROBE_PAGES):
                params = {"startAt": str(got), "maxResults": str(self.page_size), "fields": "updated"}
                body = await self._ask(self.dates.since(from_ms), "updated ASC, key ASC", params)
                page = msgspec.json.decode(body, type=jira_wire.ProbePage)
                got += len(page.issues)
                if any(known.get(each.id) != jira_rows.instant(each.fields.updated, "updated") for each in page.issues):
                    return False
                if got >= page.total:
                    return True
                if not page.issues:
                    break
        except (ValueError, RefusedError):
            # The walk meets whatever is odd here again, and knows what to do with it.
            return False
        return False

    async def _dated(
        self, clause: Callable[[], str], order: str, params: Mapping[str, str], projects: Collection[str] | None
    ) -> bytes:
        """As `_ask`; numeric dates that are refused are written as text from then on."""
        was_numeric = self.dates.is_numeric
        try:
            return await self._ask(clause(), order, params, projects)
        except RefusedError:
            if not was_numeric:
                raise
            self.dates.is_numeric = False
        try:
            return await self._ask(clause(), order, params, projects)
        except RefusedError:
            self.dates.is_numeric = True
            raise

    async def _ask(
        self, clause: str, order: str, params: Mapping[str, str], projects: Collection[str] | None = None
    ) -> bytes:
        scope = in_projects(self.projects if projects is None else projects)
        jql = f"{scope} {'AND ' + clause if clause else ''} ORDER BY {order}"
        reply = await self._jira.get("/rest/api/2/search", {"jql": jql, **params})
        if reply.status == 400:
            raise RefusedError(_reason(reply.body))
        return require_data(reply, self._host)

    def _page(self, body: bytes, asked: int) -> Page:
        page = self._decoded(body)
        if 0 < page.max_results < asked:
            self.page_size = self._most = page.max_results
        return page

    def _decoded(self, body: bytes) -> Page:
        try:
            return Page.decode(body, self._issue)
        except (ValueError, RecursionError) as error:
            raise unreadable(self._host, body) from error


def in_projects(keys: Iterable[str]) -> str:
    """The condition that keeps a search in these projects."""
    quoted = ", ".join('"' + each.replace("\\", "").replace('"', "") + '"' for each in keys)
    return f"project in ({quoted})"


def _reason(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
        texts = [*answer.get("errorMessages", []), *answer.get("errors", {}).values()]
    except (ValueError, AttributeError, TypeError):
        return "HTTP 400."
    return mask_text(clean_line(" ".join(map(str, texts)), 300)) or "HTTP 400."

"""What an answer held only in part: comments and work logs beyond those that come with an issue, and work logs that
changed without their issue.

What is owed stands in the cursor, so that no kill forgets it. One issue whose rest cannot be read is set aside with its
reason and tried again, rarer and rarer; it holds up nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from data.sources.batch import Batch, Row, SourceError
from data.sources.budget import PausedError
from data.sources.jira_link import JiraLink
from data.sources.jira_mark import Mark, Owed, batch_at
from data.sources.jira_rows import comment_row, user_rows, worklog_row
from data.sources.jira_wire import Comments, DeltaPage, WorklogBody, Worklogs

AT_A_TIME = 20
"""Issues whose rest is read between two pages."""
PAGE = 1_000
MOST_PAGES = 100
"""Pages of one issue's comments, or of changed work logs: an answer that never ends must not keep us."""
FIRST_PAUSE = 10 * 60_000
MOST_PAUSE = 24 * 60 * 60_000
"""Milliseconds of the domain's clock until one issue's rest is tried again, doubling."""
GONE_AFTER = 8
"""Tries, over some 40 hours, after which an issue that is not found is owed nothing: a census has judged it by then."""
_HOST_FAULTS = ("auth", "certificate", "html", "proxy", "tls", "unreachable")
_ROWS: dict[str, tuple[type[Any], Any]] = {"comment": (Comments, comment_row), "worklog": (Worklogs, worklog_row)}


class _LaterError(Exception):
    """The host is too slow now: what is owed stays owed."""


async def settle(link: JiraLink, mark: Mark, now_ms: int, seconds: float) -> AsyncGenerator[Batch, None]:
    """Reads what is owed and due, one batch an issue; each request may take `seconds`.

    Raises SourceError only for what is the whole host's fault.
    """
    with suppress(_LaterError):
        while due := [each for each in mark.owed if each.next_ms <= now_ms][:AT_A_TIME]:
            answers = [asyncio.create_task(_rest(link, each, seconds)) for each in due]
            try:
                for owed, answer in zip(due, answers, strict=True):
                    yield await _settled(link, mark, owed, answer, now_ms)
            finally:
                for each in answers:
                    each.cancel()
                await asyncio.gather(*answers, return_exceptions=True)


async def _settled(
    link: JiraLink, mark: Mark, owed: Owed, answer: asyncio.Task[tuple[list[Row], list[Row]] | None], now_ms: int
) -> Batch:
    """The batch of one issue's rest, or of the reason why there is none."""
    reference = f"{owed.key} {owed.part}"
    replace: dict[str, tuple[str, Sequence[Any]]] = {"quarantine": ("reference", [reference])}
    rows: dict[str, Sequence[Row]] = {"quarantine": []}
    try:
        found = await answer
    except SourceError as error:
        if error.code in _HOST_FAULTS or isinstance(error, PausedError):
            raise
        if error.code == "timeout":
            raise _LaterError from error
        _put_off(owed, now_ms)
        rows["quarantine"] = [(link.name, reference, f"{owed.part}: {error.code}", owed.at_ms)]
    except ValueError as error:
        _put_off(owed, now_ms)
        rows["quarantine"] = [(link.name, reference, str(error)[:300], owed.at_ms)]
    else:
        if found is None and owed.tries < GONE_AFTER:
            # Hidden, perhaps, and back before a census misses it: then nothing else would read the rest.
            _put_off(owed, now_ms)
            return batch_at(mark, rows, replace=replace)
        mark.owed.remove(owed)
        if found is not None:
            rows[owed.part], rows["name"] = found
            replace[owed.part] = ("ticket_id", [owed.id])
    return batch_at(mark, rows, replace=replace)


def _put_off(owed: Owed, now_ms: int) -> None:
    owed.next_ms = now_ms + min(FIRST_PAUSE * 2 ** min(owed.tries, 10), MOST_PAUSE)
    owed.tries += 1


async def _rest(link: JiraLink, owed: Owed, seconds: float) -> tuple[list[Row], list[Row]] | None:
    """All comments or work logs of one issue, and the names in them; None for an issue that is gone.

    Raises SourceError, and ValueError where one of them makes no sense.
    """
    shape, row = _ROWS[owed.part]
    path = f"/rest/api/2/issue/{owed.id}/{owed.part}"
    rows: dict[int, Row] = {}
    people: list[Row] = []
    got = 0
    for _page in range(MOST_PAGES):
        reply = await link.get(path, {"startAt": str(got), "maxResults": str(PAGE)}, seconds=seconds)
        if reply.status == 404:
            # The census tells what became of it.
            return None
        if reply.status == 403:
            # The right to see this much may lack for one project; who we are is asked for at each poll.
            raise ValueError(f"{owed.part}: HTTP 403")
        page = link.decode(reply, shape)
        for each in page.entries:
            rows[int(each.id)] = row(each, owed.id)
        people += user_rows(each.author for each in page.entries)
        got += len(page.entries)
        if not page.entries or got >= (page.total or 0):
            break
    return list(rows.values()), list(dict.fromkeys(people))


async def changed_worklogs(link: JiraLink, since_ms: int) -> tuple[list[tuple[int, int]], int]:
    """Ids and moments of the work logs changed since, and until when that is known. Raises SourceError."""
    return await _delta(link, "updated", since_ms)


async def deleted_worklogs(link: JiraLink, since_ms: int) -> tuple[list[int], int]:
    """Ids of the work logs deleted since, and until when that is known. Raises SourceError."""
    found, until_ms = await _delta(link, "deleted", since_ms)
    return [each for each, _at in found], until_ms


async def _delta(link: JiraLink, kind: str, since_ms: int) -> tuple[list[tuple[int, int]], int]:
    found: list[tuple[int, int]] = []
    for _page in range(MOST_PAGES):
        reply = await link.get(f"/rest/api/2/worklog/{kind}", {"since": str(since_ms)})
        if reply.status in (403, 404):
            # Time tracking is switched off, or the server is too old to tell.
            break
        page = link.decode(reply, DeltaPage)
        found += [(each.worklog_id, each.updated_time) for each in page.values]
        is_stuck, since_ms = page.until <= since_ms, max(page.until, since_ms)
        if page.last_page or is_stuck:
            break
    return found, since_ms


async def issues_of(link: JiraLink, worklogs: Sequence[int]) -> dict[int, int]:
    """When the latest of these work logs changed, by the id of its issue. Raises SourceError."""
    latest: dict[int, int] = {}
    for start in range(0, len(worklogs), PAGE):
        question = msgspec.json.encode({"ids": worklogs[start : start + PAGE]})
        for each in link.decode(await link.ask("/rest/api/2/worklog/list", question), list[WorklogBody]):
            if each.issue_id is not None and each.issue_id.isdecimal():
                row = worklog_row(each, int(each.issue_id))
                latest[int(each.issue_id)] = max(latest.get(int(each.issue_id), 0), row[6])
    return latest

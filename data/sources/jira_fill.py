"""The first fill of a Jira: projects, and slices of time inside large ones, read side by side.

Each part is a walk with a watermark of its own, which is written with its rows: who is killed goes on where each part
stood. The newest part has no end. An issue that changes while the fill goes on leaves its part, and is found by the
poll that begins where the fill began.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from itertools import pairwise
from typing import NamedTuple

from data.sources.budget import AT_ONCE
from data.sources.jira_mark import Mark, Slice
from data.sources.jira_page import Page
from data.sources.jira_search import Search
from data.sources.jira_walk import MINUTE, Walk

SIDE_BY_SIDE = AT_ONCE
"""Parts under way at the same moment: more would only wait for their turn at the host."""
LARGEST = 5_000
"""Issues in one part: few enough for a server that counts to 10,000 places."""
_SHORTEST = 2 * MINUTE
"""A slice of time that is cut no further: dates as text tell no more than minutes."""


class Piece(NamedTuple):
    """A page of one part: which of its issues are new."""

    part: Slice
    walk: Walk
    page: Page
    new: list[int]
    is_last: bool


async def plan(search: Search, newest_ms: int) -> list[Slice]:
    """The parts of a fill that begins now, newest first; raises SourceError. `newest_ms` is the latest update."""
    found = await asyncio.gather(*(_parts_of(search, project, newest_ms) for project in search.projects))
    return sorted((part for parts in found for part in parts), key=lambda part: -part.from_ms)


async def _parts_of(search: Search, project: str, newest_ms: int) -> list[Slice]:
    oldest_ms, total = await search.end_ms(project, is_oldest=True)
    if not total:
        return []
    if total <= LARGEST or oldest_ms is None:
        return [Slice(project, total=total)]
    oldest_ms -= oldest_ms % MINUTE
    parts = await _halves(search, Slice(project, oldest_ms, newest_ms + MINUTE, total), 0)
    # Nothing falls between two parts, before the first or after the last.
    for former, part in pairwise(parts):
        part.from_ms = former.to_ms or part.from_ms
    parts[0].from_ms, parts[-1].to_ms = 0, None
    return parts


async def _halves(search: Search, part: Slice, after: int) -> list[Slice]:
    """`part` cut into slices that are small enough; `after` issues of its project are later than it."""
    if part.to_ms is None or part.total <= LARGEST or part.to_ms - part.from_ms < _SHORTEST:
        return [part] if part.total else []
    middle = (part.from_ms + part.to_ms) // 2
    middle -= middle % MINUTE
    later = max(0, min(await search.count_since(middle, part.project) - after, part.total))
    halves = await asyncio.gather(
        _halves(search, Slice(part.project, part.from_ms, middle, part.total - later), after + later),
        _halves(search, Slice(part.project, middle, part.to_ms, later), after),
    )
    return [*halves[0], *halves[1]]


async def pieces(search: Search, mark: Mark) -> AsyncGenerator[Piece, None]:
    """The pages of all unfinished parts as they come. Raises SourceError.

    A part asks for its next page when the former one is taken: no more pages than parts are ever held.
    """
    ready: asyncio.Queue[Piece | None] = asyncio.Queue(maxsize=1)
    waiting = list(mark.slices)

    async def work() -> None:
        while waiting:
            await _read(search, waiting.pop(0), mark.begun_ms, ready)

    async def work_all() -> None:
        await asyncio.gather(*workers)
        await ready.put(None)

    workers = [asyncio.create_task(work()) for _part in waiting[:SIDE_BY_SIDE]]
    reading = asyncio.create_task(work_all())
    try:
        while True:
            coming = asyncio.create_task(ready.get())
            await asyncio.wait((coming, reading), return_when=asyncio.FIRST_COMPLETED)
            if reading.done() and (error := reading.exception()):
                coming.cancel()
                raise error
            if (piece := await coming) is None:
                return
            yield piece
    finally:
        for task in (*workers, reading):
            task.cancel()
        await asyncio.gather(*workers, reading, return_exceptions=True)


async def _read(search: Search, part: Slice, newest_ms: int, ready: asyncio.Queue[Piece | None]) -> None:
    walk = Walk(part.from_ms, search.dates, to_ms=part.to_ms, newest_ms=newest_ms)
    while not walk.is_done:
        page = await search.page(walk, (part.project,))
        new = walk.take([(each.id, each.updated_ms) for each in page.issues], page.total)
        await ready.put(Piece(part, walk, page, new, walk.is_done))

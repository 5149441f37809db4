"""Work logs that changed or were deleted since a moment, as Jira tells them apart from their tickets."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from data.simulator.gate import Handler, answer, number_of
from data.simulator.people import Person
from data.simulator.shapes import Shapes
from data.simulator.world import World

PAGE = 1_000
SETTLED_MS = 60_000
"""What is younger is not told yet: other nodes may still be writing it."""


class WorklogDelta:
    """The routes."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> tuple[tuple[str, Handler], ...]:
        """Paths below the interface's root, and what answers them."""
        return ("/worklog/updated", self._updated), ("/worklog/deleted", self._deleted)

    def _updated(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        since, until = number_of(request.query_params, "since", 0), self._world.now_ms() - SETTLED_MS
        found: set[tuple[int, int]] = set()
        for book in self._world.readable.values() if person else ():
            # Every work log moves its ticket's `updated`, so no older ticket can hold one.
            start, stop = book.updated_range(since, None)
            for _, number in book.lines[start:stop]:
                issue = book.get(number)
                logs = issue.worklogs if issue else ()
                found |= {(log.updated_ms, log.id) for log in logs if since <= log.updated_ms <= until}
        return self._page(request, shapes, sorted(found), since, "updated", person)

    def _deleted(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        since, until = number_of(request.query_params, "since", 0), self._world.now_ms() - SETTLED_MS
        gone = [each for each in self._world.gone_worklogs if since <= each[0] <= until] if person else []
        return self._page(request, shapes, gone, since, "deleted", person)

    def _page(
        self, request: Request, shapes: Shapes, found: list[tuple[int, int]], since: int, kind: str,
        person: Person | None,
    ) -> Response:  # fmt: skip
        values, rest = found[:PAGE], found[PAGE:]
        until = values[-1][0] if values else since
        address = f"{shapes.api}/worklog/{kind}?since="
        page = {
            "values": [{"worklogId": id_, "updatedTime": at} for at, id_ in values], "since": since, "until": until,
            "self": f"{address}{since}", "lastPage": not rest,
        }  # fmt: skip
        return answer(page | ({"nextPage": f"{address}{until}"} if rest else {}), person=person)

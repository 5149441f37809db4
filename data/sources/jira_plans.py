"""Versions of the projects and sprints of the boards: what the timelines are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from data.clock import TALLINN, tallinn
from data.sources.batch import Batch, Row
from data.sources.client import Reply
from data.sources.jira_mark import Mark, batch_at
from data.sources.jira_roster import Roster
from data.sources.jira_rows import day, instant, whole
from data.sources.jira_wire import BoardPage, SprintBody, SprintPage, VersionBody
from data.store.tables import SPRINT, VERSION
from data.text import clean, clean_line

_T = TypeVar("_T")
_AGILE = "/rest/agile/1.0"
_PAGES = 100
"""Pages of boards or sprints that are read at most: an answer that never ends must not keep us."""


class Reader(Protocol):
    """The part of a Jira source that asks questions."""

    name: str

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """The answer, whatever its status."""
        ...

    def decode(self, reply: Reply, shape: type[_T]) -> _T:
        """The body of a good answer; raises SourceError."""
        ...


async def plans(
    jira: Reader, roster: Roster, wanted_boards: Sequence[int], mark: Mark, facts: Mapping[str, str]
) -> Batch:
    """All versions and sprints as one batch that replaces the former ones. Raises SourceError.

    The end that a version or sprint had when it was first seen becomes the fact `release.first_end.ID` or
    `sprint.first_end.ID`, because Jira keeps no history of it. A server without the Agile interface has no sprints.
    """
    news: dict[str, str] = {}
    odd: list[Row] = []
    versions: list[Row] = []
    for project in roster.readable:
        answer = await jira.get(f"/rest/api/2/project/{quote(project, safe='')}/versions")
        for version in jira.decode(answer, list[VersionBody]):
            _add(
                versions, odd, jira.name, f"version {version.id}", lambda one=version, of=project: version_row(one, of)
            )
    boards = wanted_boards or await _boards(jira, roster.readable)
    sprints: dict[int, Row] = {}
    for board in boards:
        found: list[Row] = []
        for sprint in await _sprints(jira, board):
            _add(found, odd, jira.name, f"sprint {sprint.id}", lambda one=sprint, of=board: sprint_row(one, of))
        for row in found:
            sprints.setdefault(row[0], row)
    for kind, table, rows in (("release", VERSION, versions), ("sprint", SPRINT, list(sprints.values()))):
        end = table.names.index("end_day")
        for row in rows:
            name = f"{kind}.first_end.{row[0]}"
            if row[end] and name not in facts:
                news[name] = row[end]
    owners = sorted({*boards, *(row[6] for row in sprints.values())})
    return batch_at(
        mark,
        {"version": versions, "sprint": list(sprints.values()), "quarantine": odd},
        replace={"version": ("project", sorted(roster.followed)), "sprint": ("board_id", owners)},
        facts=news,
    )


def _add(rows: list[Row], odd: list[Row], source: str, reference: str, make: Any) -> None:
    try:
        rows.append(make())
    except (ValueError, OverflowError) as error:
        odd.append((source, clean_line(reference, 100), clean_line(str(error), 300), 0))


async def _boards(jira: Reader, projects: Sequence[str]) -> list[int]:
    found: dict[int, None] = {}
    for project in projects:
        for page in await _pages(jira, f"{_AGILE}/board", BoardPage, {"projectKeyOrId": project}):
            found.update({board.id: None for board in page.values if board.type == "scrum"})
    return list(found)


async def _sprints(jira: Reader, board: int) -> list[Any]:
    pages = await _pages(jira, f"{_AGILE}/board/{board}/sprint", SprintPage, {})
    return [sprint for page in pages for sprint in page.values]


async def _pages(jira: Reader, path: str, shape: type[Any], params: Mapping[str, str]) -> list[Any]:
    """All pages in the Agile envelope; none where the server has no such thing.

    404 is a server without Agile or a board that we may not see, 400 a board without sprints, 403 one we may not read.
    """
    pages: list[Any] = []
    start_at = 0
    while len(pages) < _PAGES:
        reply = await jira.get(path, {**params, "startAt": str(start_at), "maxResults": "50"})
        if reply.status in (400, 403, 404):
            break
        page = jira.decode(reply, shape)
        pages.append(page)
        start_at += len(page.values)
        if page.is_last or not page.values:
            break
    return pages


def version_row(version: VersionBody, project: str) -> Row:
    """A version as a row; raises ValueError when it makes no sense."""
    return (
        whole(version.id, "version.id"),
        project,
        clean_line(version.name),
        clean(version.description or "", 20_000),
        day(version.start_date, "startDate"),
        day(version.release_date, "releaseDate"),
        int(version.released),
        int(version.archived),
    )


def sprint_row(sprint: SprintBody, board_id: int) -> Row:
    """A sprint as a row; raises ValueError when it makes no sense."""
    return (
        sprint.id,
        clean_line(sprint.name),
        clean_line(sprint.state, 20).lower(),
        clean(sprint.goal or "", 20_000),
        _moment_day(sprint.start_date),
        _moment_day(sprint.end_date),
        sprint.origin_board_id or board_id,
    )


def _moment_day(text: str | None) -> str:
    """The day in Tallinn of a moment."""
    return tallinn(instant(text, "sprint date")).astimezone(TALLINN).date().isoformat() if text else ""

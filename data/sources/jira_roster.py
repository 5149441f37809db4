"""What a Jira server has on its lists: the projects that can be read, and the names of everything that has an id.

None of it moves an issue's `updated`: a project that is closed to us would look emptied, a renamed status would keep
its old name. So the lists are read at the start of a process, every hour, and when a search is refused.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import msgspec

from data.model import AbsenceKind, StatusCategory
from data.sources.batch import Absence, Batch, Holdings, Row
from data.sources.client import Reply
from data.sources.jira_layout import Layout, layout
from data.sources.jira_mark import Mark, batch_at
from data.sources.jira_rows import name_rows, user_rows
from data.sources.jira_wire import AssigneePage, FieldInfo, Keyed, Named, Status, User
from data.text import clean_line

ROSTER_EVERY = 60 * 60_000
"""Milliseconds of the domain's clock."""
CLOSED_EVERY = 5 * 60_000
"""The same while a project cannot be read: what is told as closed had better be, also when it is open again."""
_TAKEN_AT_ONCE = 1_000
"""Tickets hidden or shown in one transaction."""
_ASKED_AT_ONCE = 100
"""Issues named in one question: an address has its limits."""
_API = "/rest/api/2"

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


@dataclass(frozen=True, slots=True)
class Roster:
    """What the lists said."""

    projects: Mapping[str, str]
    """The key that each configured project has now; a project that cannot be read has the last one known."""
    unreadable: frozenset[str]
    """Those of the configured projects that cannot be read."""
    layout: Layout
    names: Sequence[Row]
    """Rows of `name`."""

    @property
    def lasts_ms(self) -> int:
        """For how long it is believed, on the domain's clock."""
        return CLOSED_EVERY if self.unreadable else ROSTER_EVERY

    @property
    def readable(self) -> tuple[str, ...]:
        """The present keys of the projects that can be read, in the order of the configuration."""
        return tuple(dict.fromkeys(now for given, now in self.projects.items() if given not in self.unreadable))

    @property
    def followed(self) -> frozenset[str]:
        """Every key under which tickets of the configured projects may be held."""
        return frozenset((*self.projects, *self.projects.values()))

    def former(self, keys: Collection[str]) -> tuple[str, ...]:
        """The keys under which the projects that now have `keys` stand in the configuration."""
        return tuple(given for given, now in self.projects.items() if now in keys and now != given)


async def read_roster(jira: Reader, configured: Sequence[str], facts: Mapping[str, str]) -> Roster:
    """Asks the server for its lists; raises SourceError. `facts` remember the keys that projects had."""
    fields = jira.decode(await jira.get(f"{_API}/field"), list[FieldInfo])
    priorities = jira.decode(await jira.get(f"{_API}/priority"), list[Named])
    statuses = await _list(jira, "status", Status)
    types = await _list(jira, "issuetype", Named)
    listed = {project.key for project in jira.decode(await jira.get(f"{_API}/project"), list[Keyed])}
    known = _known_keys(facts)
    projects, unreadable = {}, set()
    for key in dict.fromkeys(configured):
        now = key if key in listed else await _present_key(jira, key)
        if now is None:
            unreadable.add(key)
        projects[key] = now or known.get(key, key)
    found = layout(fields, priorities, facts.get("jira.flag", ""))
    names = [*_names(found, priorities, statuses, types)]
    for key in dict.fromkeys(now for given, now in projects.items() if given not in unreadable):
        for component in await _list(jira, f"project/{quote(key, safe='')}/components", Named):
            names += name_rows("component", component.id, component.name)
    return Roster(projects, frozenset(unreadable), found, names)


async def _list(jira: Reader, path: str, shape: type[_T]) -> list[_T]:
    """A list of names; empty where the server does not give it to us."""
    reply = await jira.get(f"{_API}/{path}")
    listed: type[Any] = list[shape]  # type: ignore[valid-type]
    return [] if reply.status in (403, 404) else jira.decode(reply, listed)


async def _present_key(jira: Reader, key: str) -> str | None:
    """The key of a project that is not on the list under `key`: Jira finds a renamed one by its former key too."""
    reply = await jira.get(f"{_API}/project/{quote(key, safe='')}")
    if reply.status in (403, 404):
        return None
    return clean_line(jira.decode(reply, Keyed).key, 100) or None


def _known_keys(facts: Mapping[str, str]) -> dict[str, str]:
    try:
        return msgspec.json.decode(facts.get("jira.projects", "{}"), type=dict[str, str])
    except msgspec.MsgspecError:
        return {}


def _names(
    found: Layout, priorities: Sequence[Named], statuses: Sequence[Status], types: Sequence[Named]
) -> Iterator[Row]:
    for rank, priority in enumerate(priorities, 1):
        yield from name_rows("priority", priority.id, priority.name)
        yield from name_rows("rank", priority.id, str(rank))
    for status in statuses:
        yield from name_rows("status", status.id, status.name)
        yield from name_rows("category", status.id, StatusCategory.of(status.status_category.key).value)
    for type_ in types:
        yield from name_rows("type", type_.id, type_.name)
    for field_id, name in found.sla_names.items():
        yield from name_rows("clock", field_id, name)


async def roster_batches(
    jira: Reader, roster: Roster, held: Holdings | None, mark: Mark, now_ms: int
) -> AsyncGenerator[Batch, None]:
    """What the roster changes in the store: names, projects told as unreadable, tickets hidden or shown again."""
    gaps = [(jira.name, key, "unreadable", now_ms, "") for key in sorted(roster.unreadable)]
    yield batch_at(
        mark,
        {"name": roster.names, "gap": gaps},
        replace={"gap": ("reason", ["unreadable"])},
        facts={"jira.projects": json.dumps(roster.projects), "jira.flag": roster.layout.flagged},
    )
    if held is None:
        return
    closed = {roster.projects[key] for key in roster.unreadable}
    for project, (shown, hidden) in (await held.ticket_totals()).items():
        is_followed = project in roster.followed
        if not is_followed:
            yield batch_at(mark, replace={"gap": ("reference", [project])})
        kind = AbsenceKind.LOST if is_followed else AbsenceKind.LEFT
        if shown and (project in closed or not is_followed):
            for ids in _parts(await held.tickets_of(project)):
                yield batch_at(mark, absent=[Absence(each, kind) for each in ids])
        if hidden and project not in closed:
            # What changed behind the closed door lies before the watermark: only a census, at once, finds it.
            mark.census_ms = 0
            for ids in _parts(await held.tickets_of(project, hidden=True)):
                if is_followed:
                    yield batch_at(mark, returned=ids)
                else:
                    yield batch_at(mark, absent=[Absence(each, kind) for each in ids])
    someone = (await held.tickets_by_assignee()).values()
    yield batch_at(mark, {"name": await _assignees(jira, list(someone))})


async def _assignees(jira: Reader, ticket_ids: Sequence[int]) -> list[Row]:
    """The names that assignees have now, from one issue of each: no server lists its people to everybody."""
    people: list[User | None] = []
    for ids in _parts(ticket_ids, _ASKED_AT_ONCE):
        params = {"jql": f"id in ({', '.join(map(str, ids))})", "fields": "assignee", "maxResults": str(len(ids))}
        reply = await jira.get(f"{_API}/search", params)
        if reply.status == 400:
            # One of them is gone: the census will tell which, and the names can wait.
            continue
        for issue in jira.decode(reply, AssigneePage).issues:
            people.append(issue.fields.assignee)
    return user_rows(people)


def _parts(ids: Sequence[int], size: int = _TAKEN_AT_ONCE) -> Iterator[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))

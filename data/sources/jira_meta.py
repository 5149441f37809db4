"""What may be done to the tickets of a Jira, read ahead, so that acting works without a network too.

Fields of the screens on which tickets are made, transitions, link types, rights, and the people to whom tickets may be
assigned. None of it is told by an issue's `updated`, so it is read once a day, some of it at each poll.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from msgspec import field

from data.action import Value
from data.model import StatusCategory
from data.sources.batch import Batch, Holdings, Row, SourceError
from data.sources.client import Reply
from data.sources.jira_mark import Mark, batch_at
from data.sources.jira_values import shape_of
from data.sources.jira_wire import Category, Named, Wire
from data.store.tables import META, PERSON
from data.text import ALPHABET, clean_line, sort_key
from data.ticket_meta import FieldMeta

META_EVERY = 24 * 60 * 60_000
"""Milliseconds of the domain's clock."""
LOOK_EVERY = 5 * 60_000
"""How often it is looked whether tickets have come into a status of which no transitions are known."""
WAYS_AT_ONCE = 20
"""Statuses whose transitions are written together."""
_ROUNDS = 10
"""So often in one poll."""
_PAGE = 200
_PAGES = 50
"""Pages of a list that are read at most: an answer that never ends must not keep us."""
_CHOICES = 2_000
"""Choices of a field that are kept."""
PEOPLE_CAP = 100
"""So many users Jira 10 tells at most (facts on Jira, "Shapes"): as many of them mean that there are more."""
_PEOPLE_QUESTIONS = 400
"""Questions for people in one reading."""
_LETTERS = ALPHABET + "0123456789"
_RIGHTS = ("CREATE_ISSUES", "EDIT_ISSUES", "ASSIGN_ISSUES", "TRANSITION_ISSUES", "ADD_COMMENTS", "LINK_ISSUES",
           "WORK_ON_ISSUES", "CREATE_ATTACHMENTS")  # fmt: skip
_API = "/rest/api/2"
_READ_FACT = "jira.meta"
"""When it was last read, and for which projects."""

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


class _Schema(Wire):
    type: str = ""
    items: str | None = None


class _Field(Wire):
    field_id: str = ""
    name: str = ""
    required: bool = False
    has_default_value: bool = False
    schema: _Schema = field(default_factory=_Schema)
    allowed_values: list[Any] | None = None


class _FieldPage(Wire):
    values: list[_Field] = field(default_factory=list)
    total: int = 0
    is_last: bool = True


class _TypePage(Wire):
    values: list[Named] = field(default_factory=list)
    total: int = 0


class _Status(Wire):
    id: str = ""
    name: str = ""
    status_category: Category = field(default_factory=Category)


class _Transition(Wire):
    id: str
    name: str = ""
    to: _Status = field(default_factory=_Status)
    fields: dict[str, _Field] = field(default_factory=dict)


class _Transitions(Wire):
    transitions: list[_Transition] = field(default_factory=list)


class _Project(Wire):
    project_type_key: str = ""


class _Right(Wire):
    have_permission: bool = False


class _Rights(Wire):
    permissions: dict[str, _Right] = field(default_factory=dict)


class _LinkType(Wire):
    name: str = ""
    outward: str = ""
    inward: str = ""


class _LinkTypes(Wire):
    issue_link_types: list[_LinkType] = field(default_factory=list)


class _User(Wire):
    name: str = ""
    display_name: str = ""
    active: bool = True


class MetaReading:
    """Reads it, some at each poll."""

    def __init__(self, jira: Reader, held: Holdings) -> None:
        self._jira = jira
        self._held = held
        self._looked_ms: int | None = None

    async def batches(
        self, projects: Collection[str], mark: Mark, facts: Mapping[str, str], now_ms: int
    ) -> AsyncGenerator[Batch, None]:
        """What is missing, or was read more than a day ago by `facts`. Raises SourceError."""
        known = facts.get(_READ_FACT, "").partition(" ")
        is_known = known[2] == ",".join(projects) and known[0].isdecimal()
        if not is_known or abs(now_ms - int(known[0])) >= META_EVERY:
            for project in projects:
                yield batch_at(mark, {META.name: [row async for row in self._project(project, now_ms)]})
            yield batch_at(mark, {META.name: [await self._links(now_ms)]})
            people = await self._people(projects)
            told = {_READ_FACT: f"{now_ms} {','.join(projects)}"}
            yield batch_at(mark, {PERSON.name: people}, replace={PERSON.name: ("is_active", [0, 1])}, facts=told)
        if self._looked_ms is not None and abs(now_ms - self._looked_ms) < LOOK_EVERY:
            return
        for _round in range(_ROUNDS):
            wanted = await self._held.unknown_ways(now_ms - META_EVERY, WAYS_AT_ONCE)
            if wanted:
                rows = [await self._ways(scope, ticket_id, now_ms) for scope, ticket_id in wanted]
                yield batch_at(mark, {META.name: rows})
            if len(wanted) < WAYS_AT_ONCE:
                break
        self._looked_ms = now_ms

    async def _project(self, project: str, now_ms: int) -> AsyncGenerator[Row, None]:
        key = quote(project, safe="")
        told = await self._read(f"{_API}/project/{key}", _Project)
        rights = await self._read(f"{_API}/mypermissions", _Rights, {"projectKey": project})
        given = [name for name in _RIGHTS if rights and rights.permissions.get(name, _Right()).have_permission]
        is_desk = told is not None and told.project_type_key == "service_desk"
        yield _row("project", project, {"is_desk": is_desk, "rights": given}, now_ms)
        types = await self._types(key)
        yield _row("types", project, [[each.id, clean_line(each.name, 255)] for each in types], now_ms)
        for each in types:
            fields = await self._fields(f"{_API}/issue/createmeta/{key}/issuetypes/{quote(each.id or '', safe='')}")
            yield _row("create", f"{project}/{each.id}", [_told(name, one) for name, one in fields], now_ms)

    async def _types(self, key: str) -> list[Named]:
        path = f"{_API}/issue/createmeta/{key}/issuetypes"
        page = await self._read(path, _TypePage, {"maxResults": str(_PAGE)})
        return [each for each in page.values if each.id] if page else []

    async def _fields(self, path: str) -> list[tuple[str, _Field]]:
        found: list[tuple[str, _Field]] = []
        for _page in range(_PAGES):
            page = await self._read(path, _FieldPage, {"startAt": str(len(found)), "maxResults": str(_PAGE)})
            if page is None or not page.values:
                break
            found += [(each.field_id, each) for each in page.values]
            if len(found) >= page.total:
                break
        return found

    async def _links(self, now_ms: int) -> Row:
        told = await self._read(f"{_API}/issueLinkType", _LinkTypes)
        listed = told.issue_link_types if told else []
        return _row("links", "", [[clean_line(word, 255) for word in (one.name, one.outward, one.inward)]
                                  for one in listed], now_ms)  # fmt: skip

    async def _ways(self, scope: str, ticket_id: int, now_ms: int) -> Row:
        """The transitions of one ticket, which stand for all of its project, type and status."""
        told = await self._read(f"{_API}/issue/{ticket_id}/transitions", _Transitions, {"expand": "transitions.fields"})
        ways = []
        for each in told.transitions if told else ():
            status, category = each.to, StatusCategory.of(each.to.status_category.key)
            fields = [_told(name, one) for name, one in each.fields.items()]
            ways.append([[each.id, clean_line(each.name, 255)], [status.id, clean_line(status.name, 255)],
                         category, fields])  # fmt: skip
        return _row("ways", scope, ways, now_ms)

    async def _people(self, projects: Collection[str]) -> list[Row]:
        """Everybody to whom a ticket may be assigned: where there are more than are told at once, by more letters."""
        found: dict[str, _User] = {}
        waiting, asked = ["", *_LETTERS], 0
        while waiting and asked < _PEOPLE_QUESTIONS:
            begins = waiting.pop(0)
            asked += 1
            params = {"projectKeys": ",".join(projects), "username": begins, "maxResults": str(PEOPLE_CAP)}
            listed = await self._read(f"{_API}/user/assignable/multiProjectSearch", list[_User], params)
            if listed is None:
                break
            found.update({each.name: each for each in listed if each.name})
            if not begins and len(listed) < PEOPLE_CAP:
                break  # all there are
            if begins and len(listed) >= PEOPLE_CAP:
                waiting += [begins + letter for letter in _LETTERS]
        return [
            (each.name, word, sort_key(word), int(each.active))
            for each in found.values()
            if (word := clean_line(each.display_name or each.name, 255))
        ]

    async def _read(self, path: str, shape: type[_T], params: Mapping[str, str] | None = None) -> _T | None:
        """An answer; None where the server does not give it to us, or makes no sense of it."""
        reply = await self._jira.get(path, params)
        if reply.status in (400, 403, 404, 405):
            return None
        try:
            return self._jira.decode(reply, shape)
        except SourceError as error:
            if error.code != "format":
                raise
            return None


def _told(name: str, one: _Field) -> list[Any]:
    shape = shape_of({"type": one.schema.type, "items": one.schema.items})
    required = one.required and not one.has_default_value
    return FieldMeta(name, clean_line(one.name, 255), shape, required, tuple(_choices(one.allowed_values))).encoded()


def _choices(allowed: Iterable[Any] | None) -> Iterator[Value]:
    for each in list(allowed or ())[:_CHOICES]:
        if isinstance(each, dict) and each.get("id") is not None:
            yield Value(str(each["id"]), clean_line(str(each.get("value") or each.get("name") or ""), 255))


def _row(kind: str, scope: str, body: Any, now_ms: int) -> Row:
    return (kind, scope, json.dumps(body, ensure_ascii=False), now_ms)

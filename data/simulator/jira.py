"""Jira Data Center as far as reading needs it: REST v2 over the demo world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.simulator import catalog
from data.simulator.gate import Gate, RefusedError, answer, number_of
from data.simulator.issue import PARTS, Issue
from data.simulator.jql import Dates, JqlError, parse
from data.simulator.people import EVERYONE, ME, Person
from data.simulator.search import select
from data.simulator.shapes import Json, Shapes
from data.simulator.stamps import stamp
from data.simulator.worklogs import WorklogDelta
from data.simulator.world import World
from data.simulator.writing import Writing

ROOT = "/rest/api/2"
PAGE_CAP = 1000
WINDOW = 10_000
MOST_WORKLOGS = 1_000


class Jira:
    """The routes. `numbers` False makes it a server that refuses bare epoch milliseconds in JQL."""

    def __init__(self, world: World, gate: Gate) -> None:
        self.world = world
        self.gate = gate
        self.writing = Writing(world, gate)
        self.numbers = True
        self.page_cap = PAGE_CAP
        self.short_by = 0
        """So many issues are missing from every full page, as where a right is checked after the search."""
        self.is_turned = False
        """Whether each page has its last issue first, as where a gateway puts answers together anew."""
        self.after_page: list[Callable[[], object]] = []
        """What happens after the next page of issues was served."""

    def routes(self) -> list[Route]:
        """Everything that is served."""
        table = (
            ("/serverInfo", self._server_info),
            ("/myself", self._myself),
            ("/field", self._fields),
            ("/status", self._statuses),
            ("/priority", self._priorities),
            ("/issuetype", self._issue_types),
            ("/project", self._projects),
            ("/project/{key}", self._project),
            ("/project/{key}/components", self._components),
            ("/project/{key}/versions", self._versions),
            ("/issue/{key}", self._issue),
            ("/issue/{key}/comment", self._comments),
            ("/issue/{key}/worklog", self._worklogs),
            ("/user", self._user),
            *WorklogDelta(self.world).routes(),
        )
        routes = [Route(ROOT + path, self.gate.guarded(handler), methods=["GET"]) for path, handler in table]
        listed = Route(f"{ROOT}/worklog/list", self._worklog_list, methods=["POST"])
        return [
            *self.writing.routes(ROOT),
            *routes,
            listed,
            Route(f"{ROOT}/search", self._search, methods=["GET", "POST"]),
        ]

    def _server_info(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        info = {
            "baseUrl": shapes.base, "version": "10.3.5", "versionNumbers": [10, 3, 5], "deploymentType": "Server",
            "buildNumber": 10030005, "buildDate": "2025-03-11T00:00:00.000+0200", "databaseBuildNumber": 10030005,
            "scmInfo": "demo", "serverTitle": "Jira (demo)",
        }  # fmt: skip
        return answer(info | ({"serverTime": stamp(self.world.now_ms())} if person else {}), person=person)

    def _myself(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        if person is None:
            raise RefusedError(401, "You are not authenticated. Authentication required to perform this operation.")
        more = {"deleted": False, "locale": "et_EE", "groups": {"size": 2, "items": []},
                "applicationRoles": {"size": 2, "items": []}, "expand": "groups,applicationRoles"}  # fmt: skip
        return answer(shapes.user_json(person) | more, person=person)

    def _fields(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        fields: list[Json] = [
            {"id": "issuekey", "name": "Võti", "custom": False, "orderable": False, "navigable": True,
             "searchable": False,
             "clauseNames": ["id", "issue", "issuekey", "key"]}
        ]  # fmt: skip
        for id_, name, type_, items in catalog.SYSTEM_FIELDS:
            schema: Json = {"type": type_, **({"items": items} if items else {}), "system": id_}
            fields.append({"id": id_, "name": name, "custom": False, "orderable": True, "navigable": id_ != "comment",
                           "searchable": True, "clauseNames": [id_.lower()], "schema": schema})  # fmt: skip
        for id_, first_name, custom, type_, items in catalog.CUSTOM_FIELDS:
            number = int(id_.rpartition("_")[2])
            schema = {"type": type_, **({"items": items} if items else {}), "custom": custom, "customId": number}
            name = shapes.word("field", id_, first_name)
            fields.append({"id": id_, "name": name, "custom": True, "orderable": True, "navigable": True,
                           "searchable": True, "clauseNames": [f"cf[{number}]", name], "schema": schema})  # fmt: skip
        return answer(fields, person=person)

    def _statuses(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        return answer([shapes.status(each) for each in catalog.STATUSES], person=person)

    def _priorities(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        return answer([shapes.priority(each[0], whole=True) for each in catalog.PRIORITIES], person=person)

    def _issue_types(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        return answer([shapes.issue_type(each) for each in catalog.ISSUE_TYPES], person=person)

    def _projects(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        seen = [shapes.project(book.project) for book in self.world.readable.values()] if person else []
        return answer(seen, person=person)

    def _project_of(self, request: Request, person: Person | None) -> catalog.Project:
        wanted = request.path_params["key"]
        seen = [book.project for book in self.world.readable.values()]
        project = next((each for each in seen if self.world.meant(wanted) in (each.key, str(each.id))), None)
        if project is None or person is None:
            raise RefusedError(404, f"No project could be found with key '{wanted}'.")
        return project

    def _project(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        project = self._project_of(request, person)
        more: Json = {
            "expand": "description,lead,url,projectKeys", "description": project.description, "lead": shapes.user(ME),
            "components": self._component_list(project, shapes),
            "issueTypes": [shapes.issue_type(each) for each in catalog.ISSUE_TYPES], "assigneeType": "UNASSIGNED",
            "versions": self._version_list(project, shapes), "archived": False, "roles": {},
        }  # fmt: skip
        return answer(shapes.project_json(project) | more, person=person)

    def _components(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        return answer(self._component_list(self._project_of(request, person), shapes), person=person)

    def _component_list(self, project: catalog.Project, shapes: Shapes) -> list[Json]:
        return [shapes.component(name) for name in catalog.COMPONENTS] if project.key == catalog.SKAH else []

    def _versions(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        project = self._project_of(request, person)
        return answer(self._version_list(project, shapes), person=person)

    def _version_list(self, project: catalog.Project, shapes: Shapes) -> list[Json]:
        now = self.world.now_ms()
        versions = self.world.developments.versions if project.key == catalog.PERE else []
        return [shapes.version(each, now) for each in versions]

    def _find(self, request: Request, person: Person | None) -> tuple[Issue, int]:
        now = self.world.now_ms()
        if person is None:
            raise RefusedError(401, "You do not have the permission to see the specified issue.", "Login Required")
        issue = self.world.find(request.path_params["key"])
        if issue is None:
            # One that may not be seen gets the same answer as one that is not there.
            raise RefusedError(404, "Issue Does Not Exist")
        return issue, now

    def _issue(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        issue, now = self._find(request, person)
        names = shapes.field_names(request.query_params.getlist("fields"), "*all")
        expand = ",".join(request.query_params.getlist("expand"))
        return answer(shapes.issue(issue, names, now, changelog="changelog" in expand), person=person)

    def _comments(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        issue, _ = self._find(request, person)
        start, count = _page_of(request)
        is_whole = "properties" in ",".join(request.query_params.getlist("expand"))
        listed = issue.notes[::-1] if request.query_params.get("orderBy") == "-created" else issue.notes
        notes = [shapes.comment(issue, note, is_whole=is_whole) for note in listed[start : start + count]]
        page = {"startAt": start, "maxResults": count, "total": len(issue.notes), "comments": notes}
        return answer(page, person=person)

    def _worklogs(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        issue, _ = self._find(request, person)
        return answer(shapes.worklogs(issue, *_page_of(request)), person=person)

    async def _worklog_list(self, request: Request) -> Response:
        try:
            ids = msgspec.json.decode(await request.body(), type=_Ids).ids
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return answer({"errorMessages": ["Unexpected end-of-input or invalid JSON"]}, 400)

        def listed(person: Person | None) -> Response:
            if len(ids) > MOST_WORKLOGS:
                raise RefusedError(400, f"The number of worklog ids must not exceed {MOST_WORKLOGS}.")
            self.world.now_ms()
            shapes = self.gate.shapes(request)
            issues = ((each, self.world.find(str(each // PARTS))) for each in ids) if person else ()
            found = [
                shapes.worklog(issue, log) for id_, issue in issues if issue for log in issue.worklogs if log.id == id_
            ]
            return answer(found, person=person)

        return self.gate.run(request, listed)

    def _user(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        wanted = request.query_params.get("username") or request.query_params.get("key") or ""
        found = next((each for each in EVERYONE if wanted in (each.name, each.key)), None)
        if person is None:
            raise RefusedError(401, "You are not authenticated. Authentication required to perform this operation.")
        if found is None:
            raise RefusedError(404, f"The user named '{wanted}' does not exist")
        return answer(shapes.user_json(found), person=person)

    async def _search(self, request: Request) -> Response:
        asked: dict[str, Any] = dict(request.query_params)
        asked["fields"], asked["expand"] = (
            request.query_params.getlist("fields"),
            request.query_params.getlist("expand"),
        )
        if request.method == "POST":
            try:
                asked = msgspec.json.decode(await request.body(), type=dict[str, Any])
            except (msgspec.DecodeError, UnicodeDecodeError):
                return answer({"errorMessages": ["Unexpected end-of-input or invalid JSON"]}, 400)
        return self.gate.run(request, lambda person: self._found(asked, self.gate.shapes(request), person))

    def _found(self, asked: dict[str, Any], shapes: Shapes, person: Person | None) -> Response:
        """A page of search results, with the page size that was really used."""
        now = self.world.now_ms()
        start, count = max(0, number_of(asked, "startAt", 0)), number_of(asked, "maxResults", 50)
        count = self.page_cap if count < 0 else min(count, self.page_cap)
        strict = str(asked.get("validateQuery", True)).lower() not in ("false", "none", "warn")
        try:
            query = parse(str(asked.get("jql") or ""))
            world = self.world if person else _Nothing(self.world)
            dates = Dates(now, ZoneInfo(self.world.zone), self.numbers)
            total, places, warnings = select(world, query, start, count, dates, strict=strict)
        except JqlError as error:
            raise RefusedError(400, str(error)) from error
        if count and start + count > WINDOW:
            raise RefusedError(500, "Result window is too large, from + size must be less than or equal to: [10000]")
        if self.short_by and len(places) > self.short_by:
            places = places[: -self.short_by]
        if self.is_turned:
            places = places[::-1]
        names = shapes.field_names(_texts(asked.get("fields")), "*navigable")
        changelog = "changelog" in ",".join(_texts(asked.get("expand")))
        issues: list[Json] = []
        for book, number in places:
            if not names and not changelog:
                issues.append(shapes.stub(book.id_of(number), f"{book.project.key}-{number}"))
            elif (issue := book.get(number)) is not None:
                issues.append(shapes.issue(issue, names, now, changelog=changelog))
        result: Json = {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": count,
            "total": total,
            "issues": issues,
        }
        told = answer(result | ({"warningMessages": warnings} if warnings else {}), person=person)
        if names and places and self.after_page:
            self.after_page.pop(0)()
        return told


class _Nothing(World):
    """The world as nobody sees it: no project, no ticket. Data Center answers an anonymous search so."""

    def __init__(self, world: World) -> None:
        self.books, self.closed, self.words = {}, set(), {}
        self.developments = world.developments


def _page_of(request: Request) -> tuple[int, int]:
    """Where a page of comments or work logs begins, and its size."""
    asked = request.query_params
    return max(0, number_of(asked, "startAt", 0)), max(0, number_of(asked, "maxResults", 1_048_576))


class _Ids(msgspec.Struct):
    ids: list[int] = []


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []

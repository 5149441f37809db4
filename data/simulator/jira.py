"""Jira Data Center as far as reading needs it: REST v2 and Agile 1.0 over the demo world."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.simulator import catalog
from data.simulator.issue import Issue
from data.simulator.jql import JqlError, parse
from data.simulator.people import ME, Person
from data.simulator.plan import BOARD_ID, BOARD_NAME, Sprint
from data.simulator.search import select
from data.simulator.shapes import Json, Shapes, iso, stamp
from data.simulator.world import World

TOKEN = "demo-token"  # noqa: S105 - the demo's own, good for nothing else
PAGE_CAP = 1000
WINDOW = 10_000
Handler = Callable[[Request, Shapes, Person | None], Response]

_LOGIN_PAGE = (
    "<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1>"
    "<p>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</p></body></html>"
)


class RefusedError(Exception):
    """An answer in the form of Jira's errors."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(messages)
        self.status = status
        self.messages = messages


def answer(value: object, status: int = 200, person: Person | None = None) -> Response:
    """A JSON answer with the headers that tell who asked."""
    headers = {
        "X-AUSERNAME": person.name if person else "anonymous",
        "Cache-Control": "no-cache, no-store, no-transform",
    }
    if person:
        headers["X-Seraph-LoginReason"] = "OK"
    return Response(msgspec.json.encode(value), status, headers, "application/json;charset=UTF-8")


class Jira:
    """The routes. `numbers` False makes it a server that refuses bare epoch milliseconds in JQL."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.numbers = True
        self.page_cap = PAGE_CAP
        self.token = TOKEN
        self._shapes: dict[str, Shapes] = {}

    def routes(self) -> list[Route]:
        """Everything that is served."""
        api, agile = "/rest/api/2", "/rest/agile/1.0"
        table: list[tuple[str, Handler, tuple[str, ...]]] = [
            (f"{api}/serverInfo", self._server_info, ("GET",)),
            (f"{api}/myself", self._myself, ("GET",)),
            (f"{api}/field", self._fields, ("GET",)),
            (f"{api}/status", self._statuses, ("GET",)),
            (f"{api}/priority", self._priorities, ("GET",)),
            (f"{api}/issuetype", self._issue_types, ("GET",)),
            (f"{api}/project", self._projects, ("GET",)),
            (f"{api}/project/{{key}}", self._project, ("GET",)),
            (f"{api}/project/{{key}}/versions", self._versions, ("GET",)),
            (f"{api}/issue/{{key}}", self._issue, ("GET",)),
            (f"{api}/issue/{{key}}/comment", self._comments, ("GET",)),
            (f"{agile}/board", self._boards, ("GET",)),
            (f"{agile}/board/{{id:int}}", self._board, ("GET",)),
            (f"{agile}/board/{{id:int}}/sprint", self._sprints, ("GET",)),
            (f"{agile}/board/{{id:int}}/epic", self._epics, ("GET",)),
            (f"{agile}/sprint/{{id:int}}", self._sprint, ("GET",)),
        ]
        routes = [Route(path, self._guarded(handler), methods=list(methods)) for path, handler, methods in table]
        return [*routes, Route(f"{api}/search", self._search, methods=["GET", "POST"])]

    def _shapes_for(self, request: Request) -> Shapes:
        base = str(request.base_url).rstrip("/")
        if base not in self._shapes:
            self._shapes[base] = Shapes(self.world, base)
        return self._shapes[base]

    def _person(self, request: Request) -> Person | None:
        """Who asks; None for nobody. Raises PermissionError for credentials that are no good."""
        credentials = request.headers.get("authorization", "")
        if not credentials:
            return None
        if credentials != f"Bearer {self.token}":
            raise PermissionError
        return ME

    def _guarded(self, handler: Handler) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def endpoint(request: Request) -> Response:
            return self._run(request, lambda person: handler(request, self._shapes_for(request), person))

        return endpoint

    def _run(self, request: Request, act: Callable[[Person | None], Response]) -> Response:
        try:
            return act(self._person(request))
        except PermissionError:
            headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED", "X-AUSERNAME": "anonymous",
                       "WWW-Authenticate": 'OAuth realm="https%3A%2F%2Fjira.demo.example"'}  # fmt: skip
            return Response(_LOGIN_PAGE, 401, headers, "text/html;charset=UTF-8")
        except RefusedError as refusal:
            return answer({"errorMessages": list(refusal.messages), "errors": {}}, refusal.status)

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
        for id_, name, custom, type_, items in catalog.CUSTOM_FIELDS:
            number = int(id_.rpartition("_")[2])
            schema = {"type": type_, **({"items": items} if items else {}), "custom": custom, "customId": number}
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
        seen = [shapes.project(project) for project in catalog.PROJECTS.values()] if person else []
        return answer(seen, person=person)

    def _project_of(self, request: Request, person: Person | None) -> catalog.Project:
        wanted = request.path_params["key"]
        project = catalog.PROJECTS.get(wanted.upper()) or next(
            (each for each in catalog.PROJECTS.values() if str(each.id) == wanted), None
        )
        if project is None or person is None:
            raise RefusedError(404, f"No project could be found with key '{wanted}'.")
        return project

    def _project(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        project = self._project_of(request, person)
        versions = (
            [shapes.version(each) for each in self.world.developments.versions] if project.key == catalog.PERE else []
        )
        more: Json = {
            "expand": "description,lead,url,projectKeys", "description": project.description, "lead": shapes.user(ME),
            "components": [shapes.component(name) for name in catalog.COMPONENTS] if project.key == catalog.SKAH else [],
            "issueTypes": [shapes.issue_type(each) for each in catalog.ISSUE_TYPES], "assigneeType": "UNASSIGNED",
            "versions": versions, "archived": False, "roles": {},
        }  # fmt: skip
        return answer(shapes.project_json(project) | more, person=person)

    def _versions(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        project = self._project_of(request, person)
        self.world.now_ms()
        versions = self.world.developments.versions if project.key == catalog.PERE else []
        return answer([shapes.version(each) for each in versions], person=person)

    def _find(self, request: Request, person: Person | None) -> tuple[Issue, int]:
        now = self.world.now_ms()
        if person is None:
            raise RefusedError(401, "You do not have the permission to see the specified issue.", "Login Required")
        issue = self.world.find(request.path_params["key"])
        if issue is None:
            raise RefusedError(404, "Issue Does Not Exist")
        return issue, now

    def _issue(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        issue, now = self._find(request, person)
        names = shapes.field_names(request.query_params.getlist("fields"), "*all")
        expand = ",".join(request.query_params.getlist("expand"))
        return answer(shapes.issue(issue, names, now, changelog="changelog" in expand), person=person)

    def _comments(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        issue, _ = self._find(request, person)
        whole = shapes.comments(issue)
        start, count = (
            _number(request.query_params, "startAt", 0),
            _number(request.query_params, "maxResults", 1_048_576),
        )
        return answer({"startAt": start, "maxResults": count, "total": whole["total"],
                       "comments": whole["comments"][start : start + count]}, person=person)  # fmt: skip

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
        return self._run(request, lambda person: self._found(asked, self._shapes_for(request), person))

    def _found(self, asked: dict[str, Any], shapes: Shapes, person: Person | None) -> Response:
        """A page of search results, with the page size that was really used."""
        now = self.world.now_ms()
        start, count = _number(asked, "startAt", 0), min(_number(asked, "maxResults", 50), self.page_cap)
        strict = str(asked.get("validateQuery", True)).lower() not in ("false", "none", "warn")
        try:
            query = parse(str(asked.get("jql") or ""))
            world = self.world if person else _Nothing(self.world)
            total, places, warnings = select(world, query, start, count, now, strict=strict, numbers=self.numbers)
        except JqlError as error:
            raise RefusedError(400, str(error)) from error
        if count and start + count > WINDOW:
            raise RefusedError(500, "Result window is too large, from + size must be less than or equal to: [10000]")
        names = shapes.field_names(_texts(asked.get("fields")), "*navigable")
        changelog = "changelog" in ",".join(_texts(asked.get("expand")))
        issues: list[Json] = []
        for book, number in places:
            if not names and not changelog:
                issues.append(shapes.stub(book.id_base + number, f"{book.project.key}-{number}"))
            elif (issue := book.get(number)) is not None:
                issues.append(shapes.issue(issue, names, now, changelog=changelog))
        result: Json = {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": count,
            "total": total,
            "issues": issues,
        }
        return answer(result | ({"warningMessages": warnings} if warnings else {}), person=person)

    def _boards(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        return answer(_envelope(request, [self._board_json(shapes)] if person else [], total=True), person=person)

    def _board_json(self, shapes: Shapes) -> Json:
        return {
            "id": BOARD_ID,
            "self": f"{shapes.base}/rest/agile/1.0/board/{BOARD_ID}",
            "name": BOARD_NAME,
            "type": "scrum",
        }

    def _check_board(self, request: Request, person: Person | None) -> None:
        if person is None or request.path_params["id"] != BOARD_ID:
            raise RefusedError(
                404,
                "Requested board cannot be viewed because it either does not exist or you do not have "
                "permission to view it.",
            )

    def _board(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        self._check_board(request, person)
        return answer(self._board_json(shapes), person=person)

    def _sprint_json(self, shapes: Shapes, sprint: Sprint) -> Json:
        shape: Json = {
            "id": sprint.id, "self": f"{shapes.base}/rest/agile/1.0/sprint/{sprint.id}", "state": sprint.state,
            "name": sprint.name, "startDate": iso(sprint.start_ms), "endDate": iso(sprint.end_ms),
            "originBoardId": BOARD_ID, "goal": sprint.goal, "synced": False, "autoStartStop": False,
        }  # fmt: skip
        if sprint.state != "future":
            shape["activatedDate"] = iso(sprint.start_ms)
        if sprint.state == "closed":
            shape["completeDate"] = iso(sprint.end_ms)
        return shape

    def _sprints(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        self._check_board(request, person)
        states = [state for state in request.query_params.get("state", "").lower().split(",") if state]
        sprints = self.world.developments.sprints(self.world.now_ms())
        chosen = [self._sprint_json(shapes, each) for each in sprints if not states or each.state in states]
        return answer(_envelope(request, chosen), person=person)

    def _sprint(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        sprints = self.world.developments.sprints(self.world.now_ms())
        found = next((each for each in sprints if each.id == request.path_params["id"]), None)
        if found is None or person is None:
            raise RefusedError(404, "Sprint does not exist or you do not have permission to view it.")
        return answer(self._sprint_json(shapes, found), person=person)

    def _epics(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        self._check_board(request, person)
        self.world.now_ms()
        book = self.world.books[catalog.PERE]
        issues = (book.get(number) for number in book.numbers)
        epics = [
            {"id": epic.id, "key": epic.key, "self": f"{shapes.base}/rest/agile/1.0/epic/{epic.id}",
             "name": epic.epic_name,
             "summary": epic.summary, "color": {"key": f"color_{epic.number % 9 + 1}"},
             "done": epic.resolved_ms is not None}
            for epic in issues if epic and epic.type is catalog.EPIC
        ]  # fmt: skip
        wanted = request.query_params.get("done")
        chosen = [epic for epic in epics if wanted is None or epic["done"] == (wanted == "true")]
        return answer(_envelope(request, chosen), person=person)


class _Nothing(World):
    """The world as nobody sees it: no project, no ticket. Data Center answers an anonymous search so."""

    def __init__(self, world: World) -> None:
        self.books = {}
        self.developments = world.developments


def _envelope(request: Request, values: list[Json], *, total: bool = False) -> Json:
    """The Agile API's page."""
    start, count = _number(request.query_params, "startAt", 0), _number(request.query_params, "maxResults", 50)
    count = min(count, 50)
    page = {"maxResults": count, "startAt": start}
    return page | ({"total": len(values)} if total else {}) | {
        "isLast": start + count >= len(values), "values": values[start : start + count]
    }  # fmt: skip


def _number(asked: Any, name: str, otherwise: int) -> int:
    value = asked.get(name)
    try:
        return max(0, int(value)) if value not in (None, "") else otherwise
    except (TypeError, ValueError):
        raise RefusedError(404, f'For input string: "{value}"') from None


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []

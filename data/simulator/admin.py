"""Routes by which tests disturb the demo world and learn its truth; they exist only where they are asked for.

Times are the world's own: an act here happens at its present.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from data.simulator import catalog
from data.simulator.faults import PREFIX, Fault, Faults
from data.simulator.health import Health
from data.simulator.issue import Issue
from data.simulator.jira import Jira
from data.simulator.people import BY_NAME, CASE_HANDLERS, MAINTENANCE
from data.simulator.trainings import Trainings
from data.simulator.truth import truth
from data.simulator.world import World


class Admin:
    """The routes."""

    def __init__(self, world: World, jira: Jira, health: Health, trainings: Trainings, faults: Faults) -> None:
        self._world = world
        self._jira = jira
        self._health = health
        self._trainings = trainings
        self._faults = faults

    def routes(self) -> list[Route]:
        """Everything that is served."""
        return [
            Route(f"{PREFIX}/issue", self._add, methods=["POST"]),
            Route(f"{PREFIX}/issue/{{key}}", self._edit, methods=["POST", "DELETE"]),
            Route(f"{PREFIX}/issue/{{key}}/move", self._move, methods=["POST"]),
            Route(f"{PREFIX}/issue/{{key}}/right", self._set_right, methods=["POST", "DELETE"]),
            Route(f"{PREFIX}/project/{{key}}", self._open_project, methods=["POST"]),
            Route(f"{PREFIX}/project/{{key}}/right", self._set_project_right, methods=["POST", "DELETE"]),
            Route(f"{PREFIX}/after-page", self._after_page, methods=["POST", "DELETE"]),
            Route(f"{PREFIX}/truth", self._truth, methods=["GET"]),
            Route(f"{PREFIX}/touch", self._touch, methods=["POST"]),
            Route(f"{PREFIX}/fault", self._fault, methods=["POST", "DELETE"]),
            Route(f"{PREFIX}/skip", self._skip, methods=["POST"]),
            Route(f"{PREFIX}/settings", self._settings, methods=["POST"]),
            Route(f"{PREFIX}/health/{{service}}", self._set_health, methods=["POST", "DELETE"]),
            Route(f"{PREFIX}/calendar", self._set_calendar, methods=["POST", "DELETE"]),
        ]

    async def _add(self, request: Request) -> JSONResponse:
        """A new ticket from `project`, `summary`, `description`, `priority`, `comments` and `raw` fields."""
        asked, now = await _body(request), self._world.now_ms()
        book = self._world.books[asked.get("project", catalog.SKAH)]
        number = book.last + 1
        is_service = book.project.key == catalog.SKAH
        issue = Issue(
            id=book.id_base + number, project=book.project.key, number=number,
            type=catalog.FAULT if is_service else catalog.TASK, summary=asked.get("summary", "Proovipilet"),
            description=asked.get("description"), status=catalog.NEW if is_service else catalog.TO_DO,
            priority=str(asked.get("priority", "3")), reporter=CASE_HANDLERS[0], created_ms=now, updated_ms=now,
            raw=_raw(asked.get("raw", {})),
        )  # fmt: skip
        for text in asked.get("comments", []):
            issue.say(now, MAINTENANCE[0], text)
        book.add(issue)
        return _told(issue)

    def _find(self, request: Request) -> Issue | None:
        """The ticket that is named by its key; others than the desk's person see it in a closed project too."""
        key = request.path_params["key"]
        return self._world.find(key) or self._world.find_any(key)

    async def _edit(self, request: Request) -> JSONResponse:
        """Sets `summary`, `description`, `status` (name or id), `assignee`, `priority`, `duedate`; adds `comment`,

        `worklog` (seconds) and `attachment` (a name); takes `gone_worklog` (an id) away.
        """
        issue = self._find(request)
        if issue is None:
            return JSONResponse({"error": "no such ticket"}, 404)
        if request.method == "DELETE":
            self._world.books[issue.project].remove(issue.number)
            return _told(issue)
        asked, now = await _body(request), self._world.now_ms()
        if gone := asked.get("gone_worklog"):
            self._world.gone_worklogs.append((now, gone))
        return _told(self._world.change(issue, lambda issue: _edited(issue, asked, now)))

    async def _move(self, request: Request) -> JSONResponse:
        """Moves a ticket to `project`, where it gets a new key."""
        issue = self._find(request)
        if issue is None:
            return JSONResponse({"error": "no such ticket"}, 404)
        return _told(self._world.move(issue, (await _body(request))["project"]))

    async def _set_right(self, request: Request) -> JSONResponse:
        """Takes the right to see a ticket away (DELETE), or gives it back."""
        issue = self._world.find_any(request.path_params["key"])
        if issue is None:
            return JSONResponse({"error": "no such ticket"}, 404)
        book = self._world.books[issue.project]
        (book.hide if request.method == "DELETE" else book.show)(issue.number)
        return _told(issue)

    async def _open_project(self, request: Request) -> JSONResponse:
        """Makes a project that has no tickets yet."""
        self._world.open_project(request.path_params["key"], (await _body(request)).get("name", "Uus projekt"))
        return JSONResponse({"projects": list(self._world.readable)})

    async def _set_project_right(self, request: Request) -> JSONResponse:
        """Takes the right to see a project away (DELETE), or gives it back."""
        closed = self._world.closed
        (closed.add if request.method == "DELETE" else closed.discard)(request.path_params["key"])
        return JSONResponse({"projects": list(self._world.readable)})

    async def _after_page(self, request: Request) -> JSONResponse:
        """Edits the ticket `key` once the next page of tickets was served, or makes everybody `anonymous`.

        DELETE takes back what has not happened yet.
        """
        if request.method == "DELETE":
            self._jira.after_page.clear()
            return JSONResponse({"waiting": 0})
        asked = await _body(request)

        def act() -> None:
            self._jira.gate.anonymous = asked.get("anonymous", False)
            issue = self._world.find(asked.get("key", ""))
            if issue is not None:
                now = self._world.now_ms()
                self._world.change(issue, lambda issue: _edited(issue, asked, now))

        self._jira.after_page.append(act)
        return JSONResponse({"waiting": len(self._jira.after_page)})

    async def _truth(self, request: Request) -> JSONResponse:
        return JSONResponse(truth(self._world))

    async def _touch(self, request: Request) -> JSONResponse:
        """Changes the last `count` tickets of `project` in one and the same millisecond, as a bulk edit does."""
        asked, now = await _body(request), self._world.now_ms()
        book = self._world.books[asked.get("project", catalog.SKAH)]
        numbers = book.numbers[-int(asked.get("count", 10)) :]
        for number in list(numbers):
            book.change(number, lambda issue: _edited(issue, {"labels": ["hulgimuudatus"]}, now))
        return JSONResponse({"touched": len(numbers), "updated": now})

    async def _fault(self, request: Request) -> JSONResponse:
        if request.method == "DELETE":
            self._faults.faults.clear()
        else:
            self._faults.faults.append(msgspec.convert(await _body(request), Fault))
        return JSONResponse({"faults": len(self._faults.faults)})

    async def _skip(self, request: Request) -> JSONResponse:
        self._world.skip(int((await _body(request))["ms"]))
        return JSONResponse({"now_ms": self._world.now_ms()})

    async def _settings(self, request: Request) -> JSONResponse:
        """`numbers` (dates), `page_cap`, `short_by`, `is_turned`, `token`, `anonymous`, `zone`, `off_ms` and `words`.

        `words` is a list of `[kind, id, name]` that gives new names to users, statuses, fields, versions and
        components, and new keys to projects. `demanded` are fields that must be filled in, by project or by project
        and status (`SKAH:5`); `barred` are transitions that are gone, `departed` people who are, `withheld` pairs of a
        project and a right that the person has not.
        """
        asked, jira, gate, world = await _body(request), self._jira, self._jira.gate, self._world
        for owner, names in (
            (jira, ("numbers", "page_cap", "short_by", "is_turned")),
            (gate, ("token", "anonymous")),
            (world, ("zone", "off_ms")),
        ):
            for name in names:
                if name in asked:
                    setattr(owner, name, asked[name])
        writing = jira.writing
        writing.screens.demanded |= {scope: set(names) for scope, names in asked.get("demanded", {}).items()}
        writing.screens.barred = set(asked.get("barred", writing.screens.barred))
        writing.departed = set(asked.get("departed", writing.departed))
        if "withheld" in asked:
            writing.withheld = {(project, right) for project, right in asked["withheld"]}
        world.words |= {(kind, id_): name for kind, id_, name in asked.get("words", ())}
        return JSONResponse({"numbers": jira.numbers, "page_cap": jira.page_cap, "now_ms": world.now_ms()})

    async def _set_health(self, request: Request) -> JSONResponse:
        """Holds a service `up`, `slow` or `down` until it is released."""
        service = request.path_params["service"]
        if request.method == "DELETE":
            self._health.held.pop(service, None)
        else:
            self._health.held[service] = (await _body(request))["state"]
        return JSONResponse(self._health.held)

    async def _set_calendar(self, request: Request) -> JSONResponse:
        """Serves the body of the request instead of the calendar, byte for byte."""
        self._trainings.instead = None if request.method == "DELETE" else await request.body()
        return JSONResponse({"replaced": self._trainings.instead is not None})


def _edited(issue: Issue, asked: dict[str, Any], now: int) -> None:
    author = MAINTENANCE[0]
    for name in ("summary", "description"):
        if name in asked:
            issue.rewrite(now, author, name, asked[name])
    if "status" in asked:
        issue.move(now, author, next(s for s in catalog.STATUSES if asked["status"] in (s.id, s.name)))
    if "assignee" in asked:
        issue.assign(now, author, BY_NAME[asked["assignee"]] if asked["assignee"] else None)
    if "priority" in asked:
        issue.prioritise(now, author, str(asked["priority"]))
    if "duedate" in asked:
        issue.postpone(now, author, asked["duedate"])
    if "comment" in asked:
        issue.say(now, author, asked["comment"])
    if "worklog" in asked:
        issue.spend(now, author, asked["worklog"], "Lisatud töö")
    if "gone_worklog" in asked:
        issue.worklogs = [each for each in issue.worklogs if each.id != asked["gone_worklog"]]
    if "attachment" in asked:
        issue.attach(now, author, asked["attachment"], 4_096, "text/plain")
    issue.labels = tuple(asked.get("labels", issue.labels))
    issue.raw |= _raw(asked.get("raw", {}))
    issue.updated_ms = now


def _raw(fields: dict[str, Any]) -> dict[str, Any]:
    """Values kept as their own JSON, which may hold what no encoder would write (lone surrogates)."""
    return {name: msgspec.Raw(json.dumps(value).encode()) for name, value in fields.items()}


def _told(issue: Issue) -> JSONResponse:
    return JSONResponse({"id": str(issue.id), "key": issue.key, "updated": issue.updated_ms})


async def _body(request: Request) -> dict[str, Any]:
    """The request's JSON; the standard decoder lets lone surrogates through."""
    decoded = json.loads(await request.body() or b"{}")
    return decoded if isinstance(decoded, dict) else {}


def add_admin(app: Starlette, faults: Faults, world: World, jira: Jira, health: Health, trainings: Trainings) -> None:
    """Adds the routes to `app`, before which `faults` stands."""
    app.router.routes.extend(Admin(world, jira, health, trainings, faults).routes())

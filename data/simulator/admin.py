"""Routes and faults by which tests disturb the demo world; they exist only where they are asked for.

Times are the world's own: an act here happens at its present.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.simulator import catalog
from data.simulator.health import Health
from data.simulator.issue import Issue
from data.simulator.jira import Jira
from data.simulator.people import BY_NAME, CASE_HANDLERS, MAINTENANCE
from data.simulator.trainings import Trainings
from data.simulator.world import World

PREFIX = "/_admin"
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Logi sisse</title></head><body>Sisselogimine</body></html>"


@dataclass(slots=True)
class Fault:
    """What happens to requests whose path begins with `prefix`.

    `html200`, `unauthorized` (401), `unavailable` (503), `drop` (the connection ends in the middle of the body),
    `refuse` (it ends without an answer), `slow` (the answer comes `seconds` later), `limited` (429, try again in
    `seconds`). With `times` it heals after so many requests.
    """

    prefix: str
    mode: str
    seconds: float = 1.0
    times: int | None = None


class Faults:
    """Stands before the application and spoils what it answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.faults: list[Fault] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        fault = self._fault_for(scope)
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.mode == "drop":
            await self._break_off(scope, receive, send)
        elif fault.mode == "refuse":
            # ASGI has no word for hanging up: uvicorn would answer 500. Its `send` knows who holds the connection.
            send.__self__.transport.abort()  # type: ignore[attr-defined]
        else:
            await self._answer(fault, send)

    def _fault_for(self, scope: Scope) -> Fault | None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(PREFIX):
            return None
        for fault in self.faults:
            if path.startswith(fault.prefix):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                return fault
        return None

    async def _answer(self, fault: Fault, send: Send) -> None:
        status = {"html200": 200, "unauthorized": 401, "limited": 429}.get(fault.mode, 503)
        headers = [(b"content-type", b"text/html;charset=UTF-8"), (b"content-length", str(len(LOGIN_PAGE)).encode())]
        if fault.mode == "unauthorized":
            headers.append((b"x-seraph-loginreason", b"AUTHENTICATED_FAILED"))
        if fault.mode == "limited":
            headers.append((b"retry-after", f"{fault.seconds:.0f}".encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": LOGIN_PAGE})

    async def _break_off(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the true headers and half of the body."""

        async def half(message: Message) -> None:
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                message = {**message, "body": body[: len(body) // 2], "more_body": True}
            await send(message)

        await self._app(scope, receive, half)


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

    async def _edit(self, request: Request) -> JSONResponse:
        """Sets `summary`, `description`, `status` (name or id), `assignee`, `priority`, `duedate`; adds `comment`."""
        issue = self._world.find(request.path_params["key"])
        if issue is None:
            return JSONResponse({"error": "no such ticket"}, 404)
        if request.method == "DELETE":
            self._world.books[issue.project].remove(issue.number)
            return _told(issue)
        asked, now = await _body(request), self._world.now_ms()
        return _told(self._world.change(issue, lambda issue: _edited(issue, asked, now)))

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
        """`numbers` (accept epoch milliseconds in JQL), `page_cap`, `token`."""
        asked = await _body(request)
        self._jira.numbers = asked.get("numbers", self._jira.numbers)
        self._jira.page_cap = asked.get("page_cap", self._jira.page_cap)
        self._jira.gate.token = asked.get("token", self._jira.gate.token)
        return JSONResponse({"numbers": self._jira.numbers, "page_cap": self._jira.page_cap})

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
    issue.labels = tuple(asked.get("labels", issue.labels))
    issue.raw |= _raw(asked.get("raw", {}))
    issue.updated_ms = max(issue.updated_ms, now)


def _raw(fields: dict[str, Any]) -> dict[str, Any]:
    """Values kept as their own JSON, which may hold what no encoder would write (lone surrogates)."""
    return {name: msgspec.Raw(json.dumps(value).encode()) for name, value in fields.items()}


def _told(issue: Issue) -> JSONResponse:
    return JSONResponse({"id": str(issue.id), "key": issue.key, "updated": issue.updated_ms})


async def _body(request: Request) -> dict[str, Any]:
    """The request's JSON; the standard decoder lets lone surrogates through."""
    decoded = json.loads(await request.body() or b"{}")
    return decoded if isinstance(decoded, dict) else {}


def add_admin(app: Starlette, world: World, jira: Jira, health: Health, trainings: Trainings) -> Faults:
    """Adds the routes to `app`; what is returned stands before it and must be served in its place."""
    faults = Faults(app)
    app.router.routes.extend(Admin(world, jira, health, trainings, faults).routes())
    return faults

"""Who asks the invented Jira, and the form of its answers and errors."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from data.simulator.people import ME, Person
from data.simulator.shapes import Shapes
from data.simulator.world import World

TOKEN = "demo-token"  # noqa: S105 - the demo's own, good for nothing else
Handler = Callable[[Request, Shapes, Person | None], Response]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]

_LOGIN_PAGE = (
    "<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1>"
    "<p>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</p></body></html>"
)


class RefusedError(Exception):
    """An answer in the form of Jira's errors."""

    def __init__(self, status: int, *messages: str, errors: dict[str, str] | None = None) -> None:
        """`errors` are messages by the field that each is about."""
        super().__init__(messages)
        self.status = status
        self.messages = messages
        self.errors = errors or {}


def answer(value: object, status: int = 200, person: Person | None = None) -> Response:
    """A JSON answer with the headers that tell who asked."""
    headers = {
        "X-AUSERNAME": person.name if person else "anonymous",
        "Cache-Control": "no-cache, no-store, no-transform",
    }
    if person:
        headers["X-Seraph-LoginReason"] = "OK"
    return Response(msgspec.json.encode(value), status, headers, "application/json;charset=UTF-8")


class Gate:
    """Tells who asks and turns refusals into answers. `token` is the one personal access token that is good."""

    def __init__(self, world: World) -> None:
        self.token = TOKEN
        self.anonymous = False
        """Takes everybody for nobody, and says so with HTTP 200, as a lost session does."""
        self._world = world
        self._shapes: dict[str, Shapes] = {}

    def shapes(self, request: Request) -> Shapes:
        """The writer for the address under which we were asked."""
        base = str(request.base_url).rstrip("/")
        if base not in self._shapes:
            self._shapes[base] = Shapes(self._world, base)
        return self._shapes[base]

    def _person(self, request: Request) -> Person | None:
        """Who asks; None for nobody. Raises PermissionError for credentials that are no good."""
        credentials = request.headers.get("authorization", "")
        if not credentials or self.anonymous:
            return None
        if credentials != f"Bearer {self.token}":
            raise PermissionError
        return ME

    def guarded(self, handler: Handler) -> Endpoint:
        """An endpoint out of what answers a known person or nobody."""

        async def endpoint(request: Request) -> Response:
            return self.run(request, lambda person: handler(request, self.shapes(request), person))

        return endpoint

    def run(self, request: Request, act: Callable[[Person | None], Response]) -> Response:
        """What `act` answers, or how it was refused."""
        person = None
        try:
            person = self._person(request)
            return act(person)
        except PermissionError:
            headers = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED", "X-AUSERNAME": "anonymous",
                       "WWW-Authenticate": 'OAuth realm="https%3A%2F%2Fjira.demo.example"'}  # fmt: skip
            return Response(_LOGIN_PAGE, 401, headers, "text/html;charset=UTF-8")
        except RefusedError as refusal:
            told = {"errorMessages": list(refusal.messages), "errors": refusal.errors}
            return answer(told, refusal.status, person)


def number_of(asked: Any, name: str, otherwise: int) -> int:
    """A whole number among what was asked for; raises `RefusedError` for anything else."""
    value = asked.get(name)
    try:
        return int(value) if value not in (None, "") else otherwise
    except (TypeError, ValueError):
        raise RefusedError(404, f'For input string: "{value}"') from None

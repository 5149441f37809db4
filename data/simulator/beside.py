"""What hangs on a ticket of the invented Jira beside its fields: files, watchers, and properties of other programs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.simulator.gate import RefusedError, answer
from data.simulator.people import BY_NAME, Person

if TYPE_CHECKING:
    from data.simulator.writing import Writing

FILE_CAP = 10 * 1024 * 1024
_FILENAME = re.compile(r'filename="([^"]*)"')
_Act = Callable[[Request, Person, bytes], Response]


class Beside:
    """The routes; `writing` knows tickets and rights."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self.file_cap = FILE_CAP
        """Bytes of a file."""

    def routes(self, root: str) -> list[Route]:
        """Everything that is served."""
        table: tuple[tuple[str, str, _Act], ...] = (
            ("GET", "/issue/{key}/watchers", self._watchers),
            ("POST", "/issue/{key}/watchers", self._watch),
            ("DELETE", "/issue/{key}/watchers", self._unwatch),
            ("POST", "/issue/{key}/attachments", self._attach),
            ("GET", "/issue/{key}/properties/{property}", self._property),
            ("PUT", "/issue/{key}/properties/{property}", self._set_property),
        )
        return [Route(root + path, self._endpoint(act), methods=[method]) for method, path, act in table]

    def _endpoint(self, act: _Act) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            content = await request.body()

            def carry_out(person: Person | None) -> Response:
                if person is None:
                    raise RefusedError(401, "You are not authenticated. Authentication required.")
                return act(request, person, content)

            return self._writing.gate.run(request, carry_out)

        return endpoint

    def _watchers(self, request: Request, person: Person, _content: bytes) -> Response:
        issue, shapes = self._writing.find(request), self._writing.gate.shapes(request)
        told = {
            "self": f"{shapes.api}/issue/{issue.key}/watchers",
            "isWatching": person.name in issue.watchers,
            "watchCount": len(issue.watchers),
            "watchers": [shapes.user_json(BY_NAME[name]) for name in issue.watchers],
        }
        return answer(told, person=person)

    def _watch(self, request: Request, person: Person, content: bytes) -> Response:
        issue = self._writing.find(request)
        try:
            name = msgspec.json.decode(content, type=str) if content else person.name
        except msgspec.MsgspecError:
            raise RefusedError(400, "Unexpected end-of-input or invalid JSON") from None
        if name not in BY_NAME:
            raise RefusedError(404, f"The user named '{name}' does not exist")

        def watch(one: object) -> None:
            issue.watchers = tuple(dict.fromkeys((*issue.watchers, name)))

        self._writing.world.change(issue, watch)
        return Response(status_code=204, headers={"X-AUSERNAME": person.name})

    def _unwatch(self, request: Request, person: Person, _content: bytes) -> Response:
        issue, name = self._writing.find(request), request.query_params.get("username", person.name)

        def unwatch(one: object) -> None:
            issue.watchers = tuple(each for each in issue.watchers if each != name)

        self._writing.world.change(issue, unwatch)
        return Response(status_code=204, headers={"X-AUSERNAME": person.name})

    def _attach(self, request: Request, person: Person, content: bytes) -> Response:
        if request.headers.get("x-atlassian-token", "").casefold() not in ("no-check", "nocheck"):
            return Response("XSRF check failed", 403, media_type="text/plain")
        issue, shapes = self._writing.find(request, "CREATE_ATTACHMENTS"), self._writing.gate.shapes(request)
        files = [part for part in _parts(request, content) if part.get_filename()]
        if any(len(_content(part)) > self.file_cap for part in files):
            raise RefusedError(413, "The attachment is too large.")
        now = self._writing.world.now_ms()

        def attach(one: object) -> None:
            for part in files:
                body = _content(part)
                digest = hashlib.sha256(body).hexdigest()
                issue.attach(now, person, _name(part), len(body), "application/octet-stream", digest)

        self._writing.world.change(issue, attach)
        return answer(shapes.attachments(issue)[-len(files) :] if files else [], person=person)

    def _property(self, request: Request, person: Person, _content: bytes) -> Response:
        issue, key = self._writing.find(request), request.path_params["property"]
        if key not in issue.properties:
            raise RefusedError(404, f"The property with key '{key}' does not exist.")
        return answer({"key": key, "value": issue.properties[key]}, person=person)

    def _set_property(self, request: Request, person: Person, content: bytes) -> Response:
        issue, key = self._writing.find(request, "EDIT_ISSUES"), request.path_params["property"]
        value = msgspec.json.decode(content)
        self._writing.world.change(issue, lambda one: one.properties.update({key: value}))
        return Response(status_code=201, headers={"X-AUSERNAME": person.name})


def _parts(request: Request, content: bytes) -> list[Message]:
    """The parts of a form with files (RFC 7578), which has the shape of a mail."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + content)
    return [part for part in message.walk() if not part.is_multipart()]


def _name(part: Message) -> str:
    """A file's name, which programs write as plain UTF-8 (RFC 7578, 5.1)."""
    raw = next((value for name, value in part.raw_items() if name.casefold() == "content-disposition"), "")
    found = _FILENAME.search(str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return found[1] if found else "fail"


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""

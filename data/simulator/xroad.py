"""An invented security server: its metaservices over REST and SOAP, health and operational data, and its health port.

Protocol (X-Road: Message Protocol 4.0 and for REST 1.0, Service Metadata and Operational Monitoring Protocols). A fault
over SOAP comes with HTTP 200; over REST with the header `X-Road-Error`.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import msgspec
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from data.checks.xroad_messages import OPMON, SOAP, XROAD, UnreadableError, body_of, identifier_in, read_xml, text_of
from data.simulator import xroad_messages as messages
from data.simulator.faults import PREFIX
from data.simulator.health import Health
from data.simulator.world import World
from data.simulator.xroad_world import BROKEN, OUR_MEMBER, OUR_SUBSYSTEM, OURS, PARTNERS, Request, Service, requests

PATH, PORT_PATH = "/xroad", "/xroad-port"
HEALTH, OPERATIONAL = "getSecurityServerHealthData", "getSecurityServerOperationalData"
EVERY = (*PARTNERS, *OURS)
MINUTE = 60_000
PERIOD_SECONDS, PAGE_RECORDS, LAG_MS = 600, 1_000, MINUTE
OWN_SERVICE = 4
"""Codes of a service that is a security server's own and no subsystem's."""
_OWN_MS = 40
_XML, _JSON = "text/xml;charset=UTF-8", "application/json;charset=utf-8"
_RELATED = f'multipart/related; type="text/xml"; charset=UTF-8; boundary={messages.BOUNDARY}'
_DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "vaenlane">]><a>&b;</a>'


@dataclass(frozen=True, slots=True)
class Held:
    """What tests hold wrong; each empty value leaves that well."""

    fault: str = ""
    """Code of the fault that every call ends with."""
    text: str = "Demo"
    mode: str = ""
    """`plain` (an error 500 that is not X-Road's), `doctype` (XML with an entity), `cut` (an attachment that ends too

    early), `bomb` (one that unpacks to 256 MB), `endless` (records without end), `restarted` (a monitor that was just
    started), `maintenance` and `error` (what the health port says).
    """


class XRoad:
    """The endpoints.

    `held` has faults by what they are for: a subsystem's code (`rr`), a service (`rr/isikuandmed`), or all (empty).
    """

    def __init__(self, world: World, health: Health) -> None:
        self._world = world
        self._health = health
        self.held: dict[str, Held] = {}
        self.is_newer = False
        """Whether codes of faults are written as from 7.8.0 on."""

    def routes(self) -> list[Route]:
        """Everything that is served."""
        return [
            Route(f"{PATH}/r1/{{service:path}}", self._rest, methods=["GET"]),
            Route(f"{PATH}/", self._soap, methods=["POST"]),
            Route(PORT_PATH, self._port, methods=["GET"]),
        ]

    def admin_routes(self) -> list[Route]:
        """Routes by which tests hold something wrong, and let it go."""
        return [Route(f"{PREFIX}/xroad/{{what:path}}", self._hold, methods=["POST", "DELETE"])]

    async def _hold(self, request: HttpRequest) -> Response:
        what = request.path_params["what"]
        if request.method == "DELETE":
            self.held.pop(what, None)
            self.is_newer = False
        else:
            asked = msgspec.json.decode(await request.body(), type=dict[str, Any])
            self.is_newer = asked.pop("is_newer", self.is_newer)
            self.held[what] = msgspec.convert(asked, Held)
        return Response(msgspec.json.encode(sorted(self.held)), media_type=_JSON)

    async def _port(self, _request: HttpRequest) -> Response:
        mode = self._held_for("").mode
        if mode == "maintenance":
            return Response("Health check interface is in maintenance mode - no health check commencing", 503)
        if mode == "error":
            return Response("Global configuration is expired", 500)
        return Response("", 200)

    async def _rest(self, request: HttpRequest) -> Response:
        codes = _decoded(request.scope["raw_path"].decode().partition("/r1/")[2])
        headers = {"x-road-id": request.headers.get("x-road-id", ""), "x-road-request-id": str(uuid.uuid4())}
        held = self._held_for(codes[3] if len(codes) > OWN_SERVICE else "")
        await self._take_time(codes[3:4])
        if held.mode == "plain":
            return Response('{"error": "Internal Server Error"}', 500, headers, _JSON)
        client = _decoded(request.headers.get("x-road-client", ""))
        fault = (held.fault, held.text) if held.fault else _refused(client, codes[:-1], codes[-1])
        if fault is None:
            found = [each for each in EVERY if each.codes[:4] == codes[:4] and not each.is_soap]
            return Response(msgspec.json.encode(messages.methods_json(found)), 200, headers, _JSON)
        code = self._written(fault[0])
        body = {"type": code, "message": fault[1], "detail": str(uuid.uuid4())}
        return Response(msgspec.json.encode(body), 500, {**headers, "x-road-error": code}, _JSON)

    async def _soap(self, request: HttpRequest) -> Response:
        content = await request.body()
        try:
            asked = read_xml(content)
            body, codes, client = body_of(asked), _codes(asked, "service"), _codes(asked, "client")
        except UnreadableError as error:
            return self._refusal("Server.ClientProxy.ServiceFailed.MalformedSoap", str(error))
        held, provider = self._held_for(codes[3] if len(codes) > OWN_SERVICE else ""), codes[:-1]
        await self._take_time(provider[3:])
        if held.mode == "plain":
            return Response("Internal Server Error", 500)
        if held.mode == "doctype":
            return Response(_DOCTYPE, 200, media_type=_XML)
        if fault := (held.fault, held.text) if held.fault else _refused(client, provider, codes[-1]):
            return self._refusal(*fault)
        if codes[-1] == OPERATIONAL:
            return self._operational(asked, content, body, held.mode)
        if codes[-1] == HEALTH:
            told = self._health_xml(held.mode)
        else:
            told = messages.methods_xml(each for each in EVERY if each.codes[:4] == provider and each.is_soap)
        return Response(messages.answer_envelope(asked, content, told), 200, media_type=_XML)

    def _operational(self, asked: Element, content: bytes, body: Element, mode: str) -> Response:
        """Records by the second in which they were known; a full page ends with its last whole second."""
        criteria = f"{{{OPMON}}}searchCriteria/{{{OPMON}}}records"
        from_s, to_s = (int(text_of(body, criteria + side)) for side in ("From", "To"))
        known_s = (self._world.now_ms() - LAG_MS) // 1000
        last_s = min(to_s, known_s)
        sent = self._requests(PARTNERS, from_s * 1000 - MINUTE, last_s * 1000 + 1000)
        found = sorted((each for each in sent if from_s <= each.known_s <= last_s), key=lambda each: each.known_s)
        next_s = known_s + 1 if to_s > known_s else None
        if len(found) > PAGE_RECORDS and found[0].known_s < (cut_s := found[PAGE_RECORDS].known_s):
            found, next_s = [each for each in found if each.known_s < cut_s], cut_s
        if mode == "endless":
            next_s = from_s + 1
        attached = messages.records_gzip(found)
        if mode == "cut":
            attached = attached[: len(attached) // 2]
        if mode == "bomb":
            attached = _bomb()
        envelope = messages.answer_envelope(asked, content, messages.operational_xml(len(found), next_s))
        return Response(messages.multipart(envelope, attached), 200, {"content-type": _RELATED})

    def _health_xml(self, mode: str) -> str:
        now_ms = self._world.now_ms()
        started_ms = now_ms - 5 * 1000 if mode == "restarted" else self._world.start_ms - 9 * 24 * 60 * MINUTE
        since_ms = max(started_ms, now_ms - PERIOD_SECONDS * 1000)
        counted = {each: list(self._requests([each], since_ms, now_ms)) for each in OURS}
        if mode == "restarted":
            counted = {}
        return messages.health_xml(started_ms, PERIOD_SECONDS, counted)

    def _requests(self, services: Sequence[Service], from_ms: int, to_ms: int) -> Iterator[Request]:
        for service in services:
            yield from requests(self._world.seed, EVERY.index(service), service, from_ms, to_ms, self._how)

    def _how(self, service: Service, at_ms: int) -> tuple[str, str]:
        """How a service is at a moment; what tests hold, it always is."""
        held = self.held.get(f"{service.subsystem}/{service.code}")
        if held is not None:
            return "down", held.fault or BROKEN
        return (self._health.state_of(service.probe, at_ms) if service.probe else "up"), BROKEN

    def _held_for(self, subsystem: str) -> Held:
        return self.held.get(subsystem) or self.held.get("") or Held()

    async def _take_time(self, subsystem: Sequence[str]) -> None:
        """As long as that subsystem's first service takes."""
        first = next((each for each in EVERY if [each.subsystem] == list(subsystem)), None)
        await asyncio.sleep((first.usual_ms if first else _OWN_MS) / 1000)

    def _refusal(self, code: str, text: str) -> Response:
        told = messages.fault_envelope(self._written(code), text, str(uuid.uuid4()))
        return Response(told, 200, media_type=_XML)

    def _written(self, code: str) -> str:
        """A code of X-Road's own as this version writes it."""
        if not self.is_newer or not code.startswith(("Server.", "Client.")):
            return code
        return re.sub("(?<=[a-z])(?=[A-Z])(?!Proxy)", "_", code).lower()


def _decoded(path: str) -> tuple[str, ...]:
    return tuple(map(unquote, path.split("/")))


def _codes(asked: Element, side: str) -> tuple[str, ...]:
    found = asked.find(f"{{{SOAP}}}Header/{{{XROAD}}}{side}")
    if found is None:
        raise UnreadableError(f"no {side}")
    return tuple(filter(None, identifier_in(found)))


def _refused(client: Sequence[str], provider: Sequence[str], wanted: str) -> tuple[str, str] | None:
    """Why a call is refused: nobody knows who asks, or what is asked; None where it is not."""
    if client != OUR_SUBSYSTEM:
        return "Server.ClientProxy.UnknownMember", f"Client '{'/'.join(client)}' not found"
    known = {each.codes[:4] for each in EVERY} if wanted == "listMethods" else {OUR_MEMBER}
    if provider not in known or wanted not in ("listMethods", HEALTH, OPERATIONAL):
        return "Server.ServerProxy.UnknownService", f"Service not found: {'/'.join([*provider, wanted])}"
    return None


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(256 * 1024 * 1024), 9)

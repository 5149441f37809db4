"""Calls of the services that security servers have themselves, and what there is to show where none is answered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import msgspec

from data.checks.base import Identity, Look, Reply, Web
from data.checks.http import READ_BYTES
from data.checks.xroad_answers import Health, Record, attachment_of, health_in, next_from, records_in
from data.checks.xroad_messages import (
    XML_TYPE,
    Fault,
    Question,
    UnreadableError,
    body_of,
    envelope,
    fault_of,
    parts_of,
    read_xml,
    unpacked,
)
from data.model import Outcome
from data.rules.xroad import PREFIX, normalised, verdict

ATTACHED_BYTES = 16 * 1024 * 1024
"""Of an answer with an attachment; a longer one is not looked at."""
PAGES = 20
"""Answers of operational data that are asked for one after another."""


class UnansweredError(Exception):
    """There is no answer, but something that tells why."""

    def __init__(self, look: Look) -> None:
        super().__init__(look.reason)
        self.look = look


class Server(NamedTuple):
    """A security server, and as whom it is asked."""

    web: Web
    url: str
    identity: Identity
    seconds: float
    """Within which an answer must be there."""
    is_witness: bool
    """Whether its own failure says nothing of what it is asked about."""


class Answer(NamedTuple):
    """What a call brought."""

    body: Element
    attachments: dict[str, bytes]
    seconds: float


async def ask_rest(server: Server, client: str, service: str) -> tuple[bytes, float]:
    """The JSON that a service (`…/listMethods`) answers over REST, and its seconds; raises UnansweredError.

    The header `X-Road-Error` says that it was X-Road that failed; an error without it is the provider's system's.
    """
    headers = {"X-Road-Client": client, "X-Road-Id": str(uuid.uuid4()), "Accept": "application/json"}
    reply = await _call(server, f"{server.url}/r1/{service}", headers, None, READ_BYTES)
    if code := header(reply.headers, "x-road-error"):
        told = _json_fault(reply.body)
        raise UnansweredError(refused(told._replace(code=code), reply, header(reply.headers, "x-road-request-id")))
    if reply.status != 200:
        raise UnansweredError(_odd(server, reply))
    return reply.body, reply.seconds


async def ask_soap(server: Server, question: Question, cap: int = READ_BYTES) -> Answer:
    """The answer to a question over SOAP, at most `cap` bytes of it; raises UnansweredError.

    A fault may come with HTTP 200, and an answer is looked through for one whatever its status.
    """
    message_id = str(uuid.uuid4())
    content, headers = envelope(question, message_id), {"Content-Type": XML_TYPE, "SOAPAction": '""'}
    reply = await _call(server, f"{server.url}/", headers, content, cap)
    try:
        text, attachments = parts_of(reply.headers, reply.body)
        body = body_of(read_xml(text))
    except UnreadableError:
        raise UnansweredError(_odd(server, reply)) from None
    if fault := fault_of(body):
        raise UnansweredError(refused(fault, reply, message_id))
    if reply.status != 200:
        raise UnansweredError(_odd(server, reply))
    return Answer(body, attachments, reply.seconds)


async def fetch_health(server: Server, question: Question) -> Health:
    """What a security server counted of its own services; raises UnansweredError and UnreadableError."""
    return health_in((await ask_soap(server, question)).body)


async def fetch_records(server: Server, question: Question, from_s: int, to_s: int) -> list[Record]:
    """The operational data of `from_s` to `to_s` (UTC epoch seconds), asked for until there is no more.

    Raises UnansweredError, also for a server that never comes to the end, and UnreadableError.
    """
    found: list[Record] = []
    for _page in range(PAGES):
        body = (
            "<om:getSecurityServerOperationalData><om:searchCriteria>"
            f"<om:recordsFrom>{from_s}</om:recordsFrom><om:recordsTo>{to_s}</om:recordsTo>"
            "</om:searchCriteria></om:getSecurityServerOperationalData>"
        )
        answer = await ask_soap(server, question._replace(body=body), ATTACHED_BYTES)
        packed = answer.attachments.get(attachment_of(answer.body))
        if packed is None:
            raise UnreadableError("no attachment")
        found += records_in(unpacked(packed))
        later_s = next_from(answer.body)
        if later_s is None or later_s > to_s:
            return found
        if later_s <= from_s:
            break
        from_s = later_s
    raise UnansweredError(Look(Outcome.UNKNOWN, "too much"))


def refused(fault: Fault, reply: Reply, request_id: str = "") -> Look:
    """What a fault tells: the state by its code, and all that a help desk asks for as evidence."""
    shown = {"fault": fault.code, "detail": fault.detail, "request": request_id, "http": str(reply.status)}
    evidence = "; ".join(f"{name} {value}" for name, value in shown.items() if value)
    reason = f"{PREFIX}{normalised(fault.code)}"
    # The words last: they may be long, and must not push the rest out of what is kept.
    return Look(verdict(fault.code).outcome, reason, round(reply.seconds * 1000), f"{evidence}; {fault.text}")


def header(headers: Mapping[str, str], name: str) -> str:
    """The value of the header of that name in small letters; empty where there is none."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


async def _call(server: Server, url: str, headers: Mapping[str, str], content: bytes | None, cap: int) -> Reply:
    reply = await server.web.call(
        url, cap=cap, seconds=server.seconds, headers=headers, content=content, identity=server.identity
    )
    if len(reply.body) >= cap:
        raise UnansweredError(Look(Outcome.UNKNOWN, "too much", round(reply.seconds * 1000)))
    return reply


def _json_fault(content: bytes) -> Fault:
    """The error of REST in a body; whatever it lacks, or is no text, is empty."""
    try:
        decoded: Any = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        decoded = None
    told = decoded if isinstance(decoded, dict) else {}
    texts = [value if isinstance(value := told.get(name), str) else "" for name in ("type", "message", "detail")]
    return Fault(*texts)


def _odd(server: Server, reply: Reply) -> Look:
    """An answer that is neither what was asked for nor a fault of X-Road."""
    is_failure = reply.status >= 500 and not server.is_witness
    reason = "other answer" if reply.status == 200 else f"http {reply.status}"
    latency_ms = round(reply.seconds * 1000)
    evidence = reply.body[:8_000].decode("utf-8", "replace")
    return Look(Outcome.FAIL if is_failure else Outcome.UNKNOWN, reason, latency_ms, evidence)

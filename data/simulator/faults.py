"""Faults on demand: what stands before the simulated systems and spoils what they answer."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import repeat

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/_admin"
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Logi sisse</title></head><body>Sisselogimine</body></html>"
HUGE = 100 * 1024 * 1024
_CHUNK = 1024 * 1024
_DRIP_SECONDS = 0.05
_HTML = "text/html;charset=UTF-8"
Headers = dict[str, str]


@dataclass(slots=True)
class Fault:
    """What happens to requests whose path begins with `prefix`; with `times` it heals after so many of them.

    `mode` is one of
    - `html200` (a sign-in page), `unauthorized` (401), `captcha` (403, AUTHENTICATION_DENIED), `forbidden` (403),
      `missing` (404), `gone` (410), `unavailable` (503, with `Retry-After: seconds` where `told`);
    - `limited` (429) in a `style`: `seconds`, `date` (a moment), `zero` (`Retry-After: 0` and a bucket), `bucket`
      (`X-RateLimit-*` alone) or `none`;
    - `drop` (the connection ends in the middle of the body), `refuse` (without an answer), `gzip` (a compressed body
      that ends too early), `type` (a good body called `style`, such as `text/html`), `huge` (a body of 100 MB), `drip`
      (a byte at a time), `slow` (the answer comes `seconds` later), `elsewhere` (a redirect to another host);
    - `lost`: what was asked for is done, and the connection ends without an answer.

    With a `method` only such requests are meant.
    """

    prefix: str
    mode: str
    seconds: float = 1.0
    times: int | None = None
    style: str = "seconds"
    told: bool = False
    method: str = ""


class Faults:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, of_itself: Callable[[str], Fault | None] = lambda path: None) -> None:
        """`of_itself` tells what is wrong with a path without anybody's asking."""
        self._app = app
        self._of_itself = of_itself
        self.faults: list[Fault] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        fault = self._fault_for(scope)
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.mode in _SPOILT:
            await self._app(scope, receive, _SPOILT[fault.mode](send, fault))
        elif fault.mode == "refuse":
            # ASGI has no word for hanging up: uvicorn would answer 500. Its `send` knows who holds the connection.
            send.__self__.transport.abort()  # type: ignore[attr-defined]
        elif fault.mode == "lost":
            await self._app(scope, receive, _unheard)
            send.__self__.transport.abort()  # type: ignore[attr-defined]
        elif fault.mode in ("huge", "drip"):
            await _stream(fault, send)
        else:
            await _answer(send, *_ANSWERS[fault.mode](fault))

    def _fault_for(self, scope: Scope) -> Fault | None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path.startswith(PREFIX):
            return None
        for fault in self.faults:
            if path.startswith(fault.prefix) and fault.method in ("", scope.get("method")):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                return fault
        return self._of_itself(path)


async def _unheard(_message: Message) -> None:
    """Where an answer goes that nobody gets."""


async def _answer(send: Send, status: int, headers: Headers, body: bytes = LOGIN_PAGE) -> None:
    every = {"content-type": _HTML, "content-length": str(len(body)), **headers}
    await send({"type": "http.response.start", "status": status, "headers": _raw(every)})
    await send({"type": "http.response.body", "body": body})


def _raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _limited(fault: Fault) -> tuple[int, Headers]:
    """The ways of Jira Data Center (`zero`, `bucket`) and of gateways before it to say "not now"."""
    seconds = f"{fault.seconds:.0f}"
    at = datetime.now(UTC) + timedelta(seconds=fault.seconds)
    bucket = {
        "x-ratelimit-limit": "10", "x-ratelimit-remaining": "0", "x-ratelimit-fillrate": "10",
        "x-ratelimit-interval-seconds": seconds,
    }  # fmt: skip
    styles: dict[str, Headers] = {
        "seconds": {"retry-after": seconds},
        "date": {"retry-after": format_datetime(at, usegmt=True)},
        "zero": {"retry-after": "0", **bucket},
        "bucket": bucket,
        "none": {},
    }
    return 429, styles[fault.style]


_JSON = {"content-type": "application/json;charset=UTF-8"}
_FORBIDDEN = b'{"errorMessages":["You are not allowed to do this."],"errors":{}}'
_ANSWERS: dict[str, Callable[[Fault], tuple[int, Headers] | tuple[int, Headers, bytes]]] = {
    "html200": lambda fault: (200, {}),
    "unauthorized": lambda fault: (401, {"x-seraph-loginreason": "AUTHENTICATED_FAILED"}),
    "captcha": lambda fault: (
        403,
        {"x-seraph-loginreason": "AUTHENTICATION_DENIED", "x-authentication-denied-reason": "CAPTCHA_CHALLENGE"},
    ),
    "forbidden": lambda fault: (403, _JSON, _FORBIDDEN),
    "missing": lambda fault: (404, {}),
    "gone": lambda fault: (410, {}),
    "unavailable": lambda fault: (503, {"retry-after": f"{fault.seconds:.0f}"} if fault.told else {}),
    "limited": _limited,
    "elsewhere": lambda fault: (302, {"location": "https://elsewhere.demo.example/login"}),
}


async def _stream(fault: Fault, send: Send) -> None:
    """A body that is too long, or too slow, until it ends or the reader goes."""
    parts, seconds = (repeat(b" " * _CHUNK, HUGE // _CHUNK), 0.0)
    if fault.mode == "drip":
        parts, seconds = repeat(b" ", 100_000), _DRIP_SECONDS
    await send({"type": "http.response.start", "status": 200, "headers": _raw(_JSON)})
    for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
        await asyncio.sleep(seconds)
        if getattr(send, "__self__", None) is not None and send.__self__.disconnected:  # type: ignore[attr-defined]
            return
    await send({"type": "http.response.body", "body": b"[]"})


def _broken_off(send: Send, _fault: Fault) -> Send:
    """The true headers and half of the body."""

    async def half(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2], "more_body": True}
        await send(message)

    return half


def _ends_early(send: Send, _fault: Fault) -> Send:
    """A compressed body without its end, whose length is told as it is."""
    begun: Message = {}

    async def cut(message: Message) -> None:
        nonlocal begun
        if message["type"] == "http.response.start":
            begun = message
            return
        packed = gzip.compress(message.get("body", b""))
        body = packed[: len(packed) // 2]
        headers = [each for each in begun["headers"] if each[0].lower() != b"content-length"]
        more = _raw({"content-encoding": "gzip", "content-length": str(len(body))})
        await send({**begun, "headers": [*headers, *more]})
        await send({"type": "http.response.body", "body": body})

    return cut


def _miscalled(send: Send, fault: Fault) -> Send:
    """A good body of a type that it is not."""

    async def renamed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [each for each in message["headers"] if each[0].lower() != b"content-type"]
            message = {**message, "headers": [*headers, (b"content-type", fault.style.encode())]}
        await send(message)

    return renamed


_SPOILT: dict[str, Callable[[Send, Fault], Send]] = {"drop": _broken_off, "gzip": _ends_early, "type": _miscalled}
MODES = (*_ANSWERS, *_SPOILT, "refuse", "slow", "huge", "drip", "lost")
"""Everything that a fault can be."""

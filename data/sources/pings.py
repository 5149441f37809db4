"""The port of loopback on which batch jobs say that they run: `GET /ping/TOKEN[/start|/fail|/STATUS]`.

Protocol (Healthchecks, "Pinging API"): the bare address tells of success, `/start` of a beginning, `/fail` or an exit
status other than 0 of a failure; `rid` names the run that belongs together. `rows`, `sum` and `rejects` are ours. A
ping is answered with `OK` once it is stored, so that a caller who tries again until then loses nothing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import h11

from data.clock import Clock

HOST = "127.0.0.1"
STORED_SECONDS = 10.0
"""How long a caller waits for what they tell to be stored."""
REQUEST_SECONDS = 10.0
AT_ONCE = 50
"""Callers at the same moment; more are turned away."""
BODY_BYTES = 100_000
_LOCAL = {"127.0.0.1", "localhost"}
_PATH = re.compile(r"/ping/([A-Za-z0-9_-]{8,100})(?:/(start|fail|\d{1,3}))?")
_COUNT, _SUM = re.compile(r"\d{1,15}"), re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")


@dataclass(eq=False)
class Ping:
    """What a job said."""

    check: str
    """Name of the check that watches the job."""
    at_ms: int
    """UTC epoch milliseconds of the domain's clock."""
    is_start: bool
    is_well: bool
    run: str = ""
    """As the job names its run; empty where it does not."""
    rows: int | None = None
    total: float | None = None
    rejects: int | None = None
    stored: asyncio.Event = field(default_factory=asyncio.Event)


class _RefusedError(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class PingPort:
    """Listens while it is open; `on_ping` is called in the event loop for each ping that waits to be taken."""

    def __init__(self, port: int, tokens: Mapping[str, str], clock: Clock, on_ping: Callable[[], object]) -> None:
        """`tokens` are the names of the checks by the last part of their address."""
        self._port = port
        self._tokens = tokens
        self._clock = clock
        self._on_ping = on_ping
        self._waiting: list[Ping] = []
        self._server: asyncio.Server | None = None
        self._callers: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that it listens on; that of the configuration while it does not."""
        return self._server.sockets[0].getsockname()[1] if self._server else self._port

    @property
    def is_open(self) -> bool:
        """Whether pings can arrive."""
        return self._server is not None

    async def open(self) -> None:
        """Begins to listen, where it does not yet; another program may hold the port, then it is tried again."""
        if self._server is None:
            with suppress(OSError):
                self._server = await asyncio.start_server(self._accept, HOST, self._port)

    async def close(self) -> None:
        """Listens no more; who waits for an answer gets none."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for caller in self._callers:
            caller.cancel()
        await asyncio.gather(*self._callers, return_exceptions=True)

    def take(self) -> list[Ping]:
        """The pings that wait, which whoever takes them marks as stored."""
        taken, self._waiting = self._waiting, []
        return taken

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._callers) >= AT_ONCE:
            writer.close()
            return
        self._callers.add(task)
        try:
            with suppress(OSError, TimeoutError, h11.ProtocolError):
                async with asyncio.timeout(REQUEST_SECONDS + STORED_SECONDS):
                    await self._answer(reader, writer)
        finally:
            self._callers.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection, request = h11.Connection(h11.SERVER), None
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                request = await _request(connection, reader)
            status, words = await self._heard(request)
        except h11.RemoteProtocolError as error:
            status, words = error.error_status_hint, "This is not a request of HTTP."
        except _RefusedError as error:
            status, words = error.status, str(error)
        body = f"{words}\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        response = h11.Response(status_code=status, headers=[*headers, ("Connection", "close")])
        is_head = request is not None and request.method == b"HEAD"
        events = [response, *([] if is_head else [h11.Data(data=body)]), h11.EndOfMessage()]
        writer.write(b"".join(connection.send(event) or b"" for event in events))
        await writer.drain()

    async def _heard(self, request: h11.Request) -> tuple[int, str]:
        ping = self._ping(request)
        self._waiting.append(ping)
        self._on_ping()
        try:
            async with asyncio.timeout(STORED_SECONDS):
                await ping.stored.wait()
        except TimeoutError:
            raise _RefusedError(503, "It could not be stored. Try again.") from None
        finally:
            if ping in self._waiting:
                self._waiting.remove(ping)
        return 200, "OK"

    def _ping(self, request: h11.Request) -> Ping:
        """What a request says; raises _RefusedError."""
        if request.method not in (b"GET", b"HEAD", b"POST"):
            raise _RefusedError(405, "Use GET, HEAD or POST.")
        host = next((value for name, value in request.headers if name == b"host"), b"").decode("latin-1")
        if host.rpartition(":")[0] not in _LOCAL and host not in _LOCAL:
            # A page in a browser could otherwise reach the port by a name of its own.
            raise _RefusedError(403, "Ask 127.0.0.1.")
        parts = urlsplit(request.target.decode("latin-1"))
        match = _PATH.fullmatch(parts.path)
        check = self._tokens.get(match[1]) if match else None
        if match is None or check is None:
            raise _RefusedError(404, "No job is watched under this address.")
        asked = {name: values[-1] for name, values in parse_qs(parts.query, max_num_fields=20).items()}
        verb = match[2] or "0"
        total = _figure(asked, "sum", _SUM)
        return Ping(
            check,
            self._clock.now_ms(),
            is_start=verb == "start",
            is_well=verb == "0",
            run=asked.get("rid", "")[:100],
            rows=_whole(asked, "rows"),
            total=float(total) if total else None,
            rejects=_whole(asked, "rejects"),
        )


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Request:
    """A whole request; raises h11.RemoteProtocolError, and _RefusedError for a body that is too long."""
    request, size = None, 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            size += len(event.data)
            if size > BODY_BYTES:
                raise _RefusedError(413, "The body is too long.")
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return request
        else:
            raise h11.RemoteProtocolError("closed")


def _whole(asked: Mapping[str, str], name: str) -> int | None:
    text = _figure(asked, name, _COUNT)
    return int(text) if text else None


def _figure(asked: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    text = asked.get(name, "")
    if text and not form.fullmatch(text):
        raise _RefusedError(400, f"{name} is not a number.")
    return text

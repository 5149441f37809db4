"""A mail server on loopback that takes every message and delivers none (RFC 5321, by aiosmtpd)."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from data.simulator.faults import PREFIX

KEPT = 100
"""Messages that are kept to be looked at."""
_READY_SECONDS = 60.0


class PostOffice(Controller):
    """Serves by what `handler` does, in a thread of its own, on `port` of loopback or one that the system chooses."""

    def __init__(self, handler: object, port: int = 0, **given: Any) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=port, ready_timeout=_READY_SECONDS, **given)

    def _trigger_server(self) -> None:
        # The library would knock at port 0.
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Letters:
    """What was taken, oldest first: `from`, `to`, `id`, `title` and `text` of each message."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self._server = PostOffice(self)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes a message; called so by the server."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        read = message_from_bytes(content, policy=policy.default)
        body = read.get_body()
        self.taken.append(
            {
                "from": envelope.mail_from,
                "to": list(envelope.rcpt_tos),
                "id": str(read["Message-ID"] or ""),
                "title": str(read["Subject"] or ""),
                "text": "" if body is None else str(body.get_content()),
            }
        )
        del self.taken[:-KEPT]
        return "250 OK"

    def start(self) -> int:
        """Begins to serve in a thread that ends with the process; the port."""
        self._server.start()
        return self._server.port

    def stop(self) -> None:
        """Ends."""
        self._server.stop()

    def admin_routes(self) -> list[Route]:
        """A route by which tests read the messages, oldest first."""
        return [Route(f"{PREFIX}/letters", self._letters)]

    async def _letters(self, request: Request) -> JSONResponse:
        return JSONResponse(self.taken)

"""`type = "tcp"`: a port that should take connections, and how fast."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from typing import ClassVar

from data.checks.base import Check, Look, Name, Port, Seconds, Web
from data.language import _
from data.model import Outcome
from data.text import clean_line


class TcpCheck(Check, kw_only=True):
    """One port of one host."""

    type_name: ClassVar[str] = "tcp"
    host: Name
    port: Port
    slow: Seconds = 2
    """Connections that take longer than this many seconds count as degraded."""

    @property
    def target(self) -> str:
        """Host and port."""
        return clean_line(f"{self.host}:{self.port}")

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`."""
        return self.host.casefold()

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := host_problem(self.host):
            yield "host", problem

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self.timeout):
                _reader, writer = await asyncio.open_connection(self.host, self.port)
        except (OSError, UnicodeError) as error:
            return Look(Outcome.FAIL, reason_of(error))
        seconds = time.perf_counter() - began
        writer.close()
        slow = seconds > self.slow
        return Look(Outcome.DEGRADED if slow else Outcome.OK, "slow" if slow else "", round(seconds * 1000))


def host_problem(host: str) -> str:
    """What is wrong with `host` as the name or address of a computer; empty when nothing is."""
    if "/" in host or "@" in host or any(each.isspace() or not each.isprintable() for each in host):
        return _("write the name or the address of a computer alone, such as x.example.ee.")
    return ""


def reason_of(error: BaseException) -> str:
    """Why no connection came about, as a machine-readable cause."""
    known: tuple[tuple[type[BaseException], str], ...] = (
        (TimeoutError, "timeout"),
        (socket.gaierror, "dns"),
        (UnicodeError, "dns"),
        (ConnectionRefusedError, "refused"),
    )
    return next((reason for kind, reason in known if isinstance(error, kind)), "unreachable")

"""`type = "http"`: an address that should answer, with what and how fast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

import msgspec
from msgspec import Meta

from data.checks.base import Check, Look, Reply, Seconds, Web
from data.config_rules import url_problem
from data.language import _
from data.model import Outcome
from data.text import clean_line

READ_BYTES = 1024 * 1024
"""Of an answer; the rest is not looked at."""
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")
_PATH = re.compile(r"(?:[^.\[\]]+|\[\d{1,6}\])(?:\.[^.\[\]]+|\[\d{1,6}\])*")


class HttpCheck(Check, kw_only=True):
    """One address."""

    type_name: ClassVar[str] = "http"
    url: str
    status: Annotated[int, Meta(ge=100, le=599)] = 200
    contains: str = ""
    """Text that the body must hold; empty asks nothing of the body."""
    json: str = ""
    """Where in a JSON body a value stands, `components.db.status` or `checks[0].status`; empty asks nothing."""
    equals: str = "UP"
    """What stands there when all is well, as text; whatever is not text is compared as JSON writes it."""
    slow: Seconds = 2
    """Answers slower than this many seconds count as degraded."""

    @property
    def target(self) -> str:
        """The address, as it may be shown."""
        return shown_address(self.url)

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`."""
        return urlsplit(self.url).hostname or ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := url_problem(self.url):
            yield "url", problem
        if self.json and not _PATH.fullmatch(self.json):
            yield "json", _("write the way to the value as components.db.status or checks[0].status.")

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        return self.judge(await web.get(self.url, cap=READ_BYTES, seconds=self.timeout))

    def judge(self, reply: Reply) -> Look:
        """What an answer says of the service; it is evidence where it is not well."""
        latency_ms = round(reply.seconds * 1000)
        if fault := self._fault(reply):
            return Look(Outcome.FAIL, fault, latency_ms, reply.body[:8_000].decode("utf-8", "replace"))
        if reply.seconds > self.slow:
            return Look(Outcome.DEGRADED, "slow", latency_ms, reply.body[:8_000].decode("utf-8", "replace"))
        return Look(Outcome.OK, "", latency_ms)

    def _fault(self, reply: Reply) -> str:
        if reply.status != self.status:
            return f"http {reply.status}"
        if self.contains and self.contains not in reply.body.decode("utf-8", "replace"):
            return "body mismatch"
        if self.json and not self._is_as_wanted(reply.body):
            return "value mismatch"
        return ""

    def _is_as_wanted(self, body: bytes) -> bool:
        try:
            found: Any = msgspec.json.decode(body)
            for key, place in _STEP.findall(self.json):
                found = found[key] if key else found[int(place)]
        except (msgspec.MsgspecError, UnicodeError, RecursionError, LookupError, TypeError):
            return False
        return (found if isinstance(found, str) else msgspec.json.encode(found).decode()) == self.equals


def shown_address(url: str) -> str:
    """`url` without user, password, query and fragment, which may hold secrets."""
    parts = urlsplit(url)
    return clean_line(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")), 500)

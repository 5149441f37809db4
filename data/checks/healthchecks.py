"""`type = "healthchecks"`: what a Healthchecks server holds of a job, or of all jobs of a tag.

Protocol (Healthchecks, Management API v3, `GET /api/v3/checks/`; facts on service status, "Monitoring servers"): the
key goes into a header; a read-only one shows `unique_key` in place of the ping address. *Paused* means that the server
does not watch, so nothing is known; *grace* that a ping is late and its time is not over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, ClassVar
from urllib.parse import quote_plus, urlsplit

import msgspec
from msgspec import Meta, Struct

from data.checks.base import Check, Look, Reply, Web
from data.checks.http import READ_BYTES, shown_address
from data.clock import epoch_ms
from data.config_rules import url_problem
from data.language import _
from data.model import Outcome
from data.text import clean_line

TOLD = 5
"""Jobs that are named where several are not well."""
_OUTCOMES = {
    "down": Outcome.FAIL,
    "grace": Outcome.DEGRADED,
    "paused": Outcome.UNKNOWN,
    "new": Outcome.UNKNOWN,
    "up": Outcome.OK,
}
"""From the worst to the best."""


class _Job(Struct):
    name: str
    status: str
    slug: str = ""
    unique_key: str = ""
    grace: int = 0
    last_ping: datetime | None = None
    next_ping: datetime | None = None

    @property
    def since_ms(self) -> int | None:
        """Since when it is late or down."""
        if self.next_ping is None or self.status not in ("grace", "down"):
            return None
        return epoch_ms(self.next_ping) + (self.grace * 1000 if self.status == "down" else 0)


class _Answer(Struct):
    checks: list[_Job]


class HealthchecksCheck(Check, kw_only=True):
    """One job, or all of a tag."""

    type_name: ClassVar[str] = "healthchecks"
    group: str = "batch"
    url: str
    """Of Healthchecks itself, without /api/…"""
    slug: str = ""
    tag: str = ""
    unique_key: str = ""
    """One of the three says which jobs are meant."""
    key_name: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")] = "healthchecks"
    """The name under which `config secret` keeps the read-only key of the project."""

    @property
    def is_witness(self) -> bool:
        """As `Check.is_witness`."""
        return True

    @property
    def is_certain(self) -> bool:
        """As `Check.is_certain`."""
        return True

    @property
    def target(self) -> str:
        """The address of Healthchecks and the jobs."""
        return f"{shown_address(self.url)} {self.slug or self.tag or self.unique_key}"

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`."""
        return urlsplit(self.url).hostname or ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := url_problem(self.url):
            yield "url", problem
        elif urlsplit(self.url).query or "/api/" in self.url:
            yield "url", _("write the address of Healthchecks itself, without /api/… and what follows.")
        if sum(map(bool, (self.slug, self.tag, self.unique_key))) != 1:
            yield "slug", _("give one of slug, tag and unique_key: which jobs are meant.")

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        key = await web.secret(self.key_name)
        if not key:
            return Look(Outcome.UNKNOWN, f"secret {self.key_name}")
        if not key.isascii() or " " in key:
            return Look(Outcome.UNKNOWN, f"refused {self.key_name}")  # no header can hold it
        narrowed = f"?slug={quote_plus(self.slug)}" if self.slug else f"?tag={quote_plus(self.tag)}" if self.tag else ""
        address = f"{self.url.rstrip('/')}/api/v3/checks/{narrowed}"
        headers = {"X-Api-Key": key, "Accept": "application/json"}
        return self.judge(await web.call(address, cap=READ_BYTES, seconds=self.timeout, headers=headers))

    def judge(self, reply: Reply) -> Look:
        """What an answer says: the worst of its jobs counts."""
        latency_ms = round(reply.seconds * 1000)
        if reply.status in (401, 403):
            return Look(Outcome.UNKNOWN, f"refused {self.key_name}", latency_ms)
        try:
            found = msgspec.json.decode(reply.body, type=_Answer).checks
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            reason = "other answer" if reply.status == 200 else f"http {reply.status}"
            return Look(Outcome.UNKNOWN, reason, latency_ms, reply.body[:4_000].decode("utf-8", "replace"))
        # A server that does not know how to narrow answers with all of them.
        meant = [each for each in found if not self.slug or each.slug == self.slug]
        meant = [each for each in meant if not self.unique_key or each.unique_key == self.unique_key]
        return _judge(meant, latency_ms)


def _judge(jobs: Sequence[_Job], latency_ms: int) -> Look:
    if not jobs:
        return Look(Outcome.UNKNOWN, "no data", latency_ms)
    worst = next((status for status in _OUTCOMES if any(each.status == status for each in jobs)), "")
    if not worst or (any(each.status not in _OUTCOMES for each in jobs) and worst == "up"):
        return Look(Outcome.UNKNOWN, "other answer", latency_ms, ", ".join(sorted({each.status for each in jobs})))
    if worst == "up":
        return Look(Outcome.OK, "", latency_ms)
    bad = [each for each in jobs if each.status == worst]
    since = [each.since_ms for each in bad if each.since_ms is not None]
    evidence = "; ".join(_told(each) for each in bad[:TOLD])
    return Look(_OUTCOMES[worst], f"healthchecks {worst}", latency_ms, evidence, since_ms=min(since, default=None))


def _told(job: _Job) -> str:
    """Its name and pings; never its address, which lets whoever knows it ping."""
    moments = (("last_ping", job.last_ping), ("next_ping", job.next_ping))
    pings = [f"{name} {moment.isoformat(timespec='seconds')}" for name, moment in moments if moment is not None]
    return " · ".join([clean_line(job.name, 80), *pings])

"""`type = "alertmanager"`: no alert of a service should be active in an Alertmanager.

Protocol (Alertmanager API v2, `/api/v2/alerts`; facts on service status, "Monitoring servers"): an alert that is over
vanishes, so that silence says nothing by itself: only an alert that always fires (`watchdog`) proves that anybody
measures. A suppressed alert is no outage: somebody has silenced it, or another alert explains it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar
from urllib.parse import quote_plus, urlsplit

import msgspec
from msgspec import Meta, Struct

from data.checks.base import Check, Look, Name, Reply, Web
from data.checks.http import READ_BYTES, shown_address
from data.config_rules import url_problem
from data.language import _
from data.model import Outcome

_ORDER = (Outcome.FAIL, Outcome.DEGRADED, Outcome.UNKNOWN)


class _Status(Struct):
    state: str


class _Alert(Struct):
    status: _Status
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    startsAt: str = ""  # noqa: N815 - Alertmanager's name


class AlertmanagerCheck(Check, kw_only=True):
    """The alerts that match some labels."""

    type_name: ClassVar[str] = "alertmanager"
    url: str
    """Of Alertmanager itself, without /api/…"""
    match: Annotated[list[Name], Meta(min_length=1)]
    """Matchers, all of which hold for an alert of this service: `komponent="RR"`."""
    degraded: tuple[str, ...] = ("warning", "info")
    """Values of the label `severity` by which the service is degraded and not down."""
    watchdog: str = ""
    """Name of the alert that always fires."""

    @property
    def is_witness(self) -> bool:
        """As `Check.is_witness`."""
        return True

    @property
    def target(self) -> str:
        """The address of Alertmanager and the matchers."""
        return f"{shown_address(self.url)} {', '.join(self.match)}"

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`."""
        return urlsplit(self.url).hostname or ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := url_problem(self.url):
            yield "url", problem
        elif urlsplit(self.url).query or "/api/" in self.url:
            yield "url", _("write the address of Alertmanager itself, without /api/… and what follows.")

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        found = self.judge(await self._asked(web, self.match))
        if found.outcome is not Outcome.OK:
            return found
        if not self.watchdog:
            return found._replace(outcome=Outcome.UNKNOWN, reason="no watchdog")
        watchdog = [f"alertname={json.dumps(self.watchdog, ensure_ascii=False)}"]
        reply = await web.shared((self.url, self.watchdog), lambda: self._asked(web, watchdog))
        if _read(reply) == []:
            return found._replace(outcome=Outcome.UNKNOWN, reason="watchdog silent")
        return found if _read(reply) else _unmeasured(reply)

    async def _asked(self, web: Web, matchers: Sequence[str]) -> Reply:
        filters = "&".join(f"filter={quote_plus(each)}" for each in matchers)
        return await web.get(f"{self.url.rstrip('/')}/api/v2/alerts?{filters}", cap=READ_BYTES, seconds=self.timeout)

    def judge(self, reply: Reply) -> Look:
        """What an answer says of the service: the worst of its alerts counts; none of them is well so far."""
        alerts = _read(reply)
        if alerts is None:
            return _unmeasured(reply)
        latency_ms = round(reply.seconds * 1000)
        looks = [self._judge_one(each, latency_ms) for each in alerts]
        return min(looks, key=lambda look: _ORDER.index(look.outcome), default=Look(Outcome.OK, "", latency_ms))

    def _judge_one(self, alert: _Alert, latency_ms: int) -> Look:
        labels, words = alert.labels or {}, alert.annotations or {}
        told = (labels.get("alertname", ""), words.get("summary") or words.get("description", ""), alert.startsAt)
        evidence = " · ".join(each for each in told if each)
        if alert.status.state == "suppressed":
            return Look(Outcome.UNKNOWN, "alert suppressed", latency_ms, evidence)
        is_mild = labels.get("severity") in self.degraded
        return Look(Outcome.DEGRADED if is_mild else Outcome.FAIL, "alert", latency_ms, evidence)


def _read(reply: Reply) -> list[_Alert] | None:
    """The alerts of an answer; None where it is none."""
    if reply.status != 200:
        return None
    try:
        return msgspec.json.decode(reply.body, type=list[_Alert] | None) or []
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _unmeasured(reply: Reply) -> Look:
    """Why there are no alerts to judge: the matchers were refused, or something else answers there."""
    reason = {200: "other answer", 400: "filter refused"}.get(reply.status, f"http {reply.status}")
    said = reply.body[:8_000].decode("utf-8", "replace")
    return Look(Outcome.UNKNOWN, reason, round(reply.seconds * 1000), said)

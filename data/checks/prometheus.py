"""`type = "prometheus"`: a query of a Prometheus whose values should stay within bounds.

Protocol (Prometheus HTTP API, `/api/v1/query`; facts on service status, "Monitoring servers"): a value is text and may
be `NaN` or `+Inf`; an empty vector is a success. What cannot be had from Prometheus says nothing of the service.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal
from urllib.parse import quote_plus, urlsplit

import msgspec
from msgspec import Struct

from data.checks.base import Check, Look, Name, Reply, Web
from data.checks.http import READ_BYTES, shown_address
from data.config_rules import url_problem
from data.language import _
from data.model import Outcome


class _Series(Struct):
    metric: dict[str, str]
    value: tuple[float, str]


class _Vector(Struct, tag="vector", tag_field="resultType"):
    result: list[_Series]


class _Scalar(Struct, tag="scalar", tag_field="resultType"):
    result: tuple[float, str]


class _Answer(Struct):
    status: Literal["success"]
    data: _Vector | _Scalar


class _Refusal(Struct):
    status: Literal["error"]
    error: str = ""


class PrometheusCheck(Check, kw_only=True):
    """One query."""

    type_name: ClassVar[str] = "prometheus"
    url: str
    """Of Prometheus itself, without /api/…"""
    query: Name
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_witness(self) -> bool:
        """As `Check.is_witness`."""
        return True

    @property
    def target(self) -> str:
        """The address of Prometheus and the query."""
        return f"{shown_address(self.url)} {self.query}"

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`."""
        return urlsplit(self.url).hostname or ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := url_problem(self.url):
            yield "url", problem
        elif urlsplit(self.url).query or "/api/" in self.url:
            yield "url", _("write the address of Prometheus itself, without /api/… and what follows.")
        if self.at_least is None and self.at_most is None:
            yield "at_least", _("give at_least, at_most or both: what the values must not fall below or exceed.")

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        address = f"{self.url.rstrip('/')}/api/v1/query?query={quote_plus(self.query)}"
        return self.judge(await web.get(address, cap=READ_BYTES, seconds=self.timeout))

    def judge(self, reply: Reply) -> Look:
        """What an answer says of the service: the worst of its series counts."""
        try:
            answer = msgspec.json.decode(reply.body, type=_Answer)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return _unmeasured(reply)
        found = answer.data
        series = found.result if isinstance(found, _Vector) else [_Series({}, found.result)]
        return self._judge(series, round(reply.seconds * 1000))

    def _judge(self, series: Sequence[_Series], latency_ms: int) -> Look:
        if not series:
            return Look(Outcome.UNKNOWN, "no data", latency_ms)
        looks = [self._judge_one(each, latency_ms) for each in series]
        order = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.OK)
        return min(looks, key=lambda look: order.index(look.outcome))

    def _judge_one(self, series: _Series, latency_ms: int) -> Look:
        try:
            value = float(series.value[1])
        except ValueError:
            value = math.nan
        named = ", ".join(f"{name}={text}" for name, text in series.metric.items())
        if math.isnan(value):
            return Look(Outcome.UNKNOWN, "no number", latency_ms, named)
        if self.at_least is not None and value < self.at_least:
            return Look(Outcome.FAIL, f"value {value:g} < {self.at_least:g}", latency_ms, named)
        if self.at_most is not None and value > self.at_most:
            return Look(Outcome.FAIL, f"value {value:g} > {self.at_most:g}", latency_ms, named)
        return Look(Outcome.OK, "", latency_ms)


def _unmeasured(reply: Reply) -> Look:
    """Why there is no value: the query was refused, or something else answers there."""
    latency_ms = round(reply.seconds * 1000)
    try:
        refusal: Any = msgspec.json.decode(reply.body, type=_Refusal)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        reason = "other answer" if reply.status == 200 else f"http {reply.status}"
        return Look(Outcome.UNKNOWN, reason, latency_ms, reply.body[:8_000].decode("utf-8", "replace"))
    return Look(Outcome.UNKNOWN, "query refused", latency_ms, refusal.error)

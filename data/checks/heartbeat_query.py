"""Runs of a job in Prometheus: it pushes the moments of its last run as metrics, its figures too.

Practice (Prometheus, "Instrumenting batch jobs"): a job pushes the time of its last success in seconds since the
epoch. Each key is a query of one value; zero and nothing mean that there was no such moment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from urllib.parse import quote_plus, urlsplit

import msgspec
from msgspec import Struct

from data.checks.base import FeedError, Name, Web
from data.checks.http import READ_BYTES, shown_address
from data.config_rules import url_problem
from data.job import JobRun
from data.language import _

_MOST = 2**53
_EARLIEST = 946_684_800.0
"""Seconds since the epoch of the year 2000: less is no moment of a job."""


class _Series(Struct):
    value: tuple[float, str]


class _Vector(Struct):
    result: list[_Series]


class _Answer(Struct):
    data: _Vector


class QueryFeed(Struct, forbid_unknown_fields=True):
    """`query = { url = …, ended = … }`."""

    url: str
    """Of Prometheus itself, without /api/…"""
    ended: Name
    """When it last ended well."""
    began: str = ""
    """When it last began."""
    failed: str = ""
    """When it last failed."""
    rows: str = ""
    total: str = ""
    rejects: str = ""

    @property
    def target(self) -> str:
        """What is asked, as it may be shown."""
        return f"{shown_address(self.url)} {self.ended}"

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := url_problem(self.url):
            yield "url", problem
        elif urlsplit(self.url).query or "/api/" in self.url:
            yield "url", _("write the address of Prometheus itself, without /api/… and what follows.")

    async def read_runs(self, web: Web, seconds: float) -> Sequence[JobRun]:
        """The last run that went well, the last that failed, and the one that goes on. Raises FeedError."""
        ended_ms = await self._moment(web, self.ended, seconds)
        began_ms = await self._moment(web, self.began, seconds)
        failed_ms = await self._moment(web, self.failed, seconds)
        last_ms = max(ended_ms or 0, failed_ms or 0)
        runs = []
        for end_ms, is_well in sorted((end_ms, end_ms == ended_ms) for end_ms in {ended_ms, failed_ms} if end_ms):
            is_last = end_ms == last_ms and began_ms is not None and began_ms <= end_ms
            run = JobRun(began_ms if is_last and began_ms else end_ms, end_ms, is_well)
            runs.append(await self._with_figures(web, run, seconds) if is_well else run)
        if began_ms is not None and began_ms > last_ms:
            runs.append(JobRun(began_ms))
        return runs

    async def _with_figures(self, web: Web, run: JobRun, seconds: float) -> JobRun:
        rows, total, rejects = [
            await self._value(web, query, seconds) for query in (self.rows, self.total, self.rejects)
        ]
        return run._replace(rows=_count(rows), total=total, rejects=_count(rejects))

    async def _moment(self, web: Web, query: str, seconds: float) -> int | None:
        value = await self._value(web, query, seconds)
        return round(value * 1000) if value is not None and value > _EARLIEST else None

    async def _value(self, web: Web, query: str, seconds: float) -> float | None:
        """The largest value that `query` finds; None where it finds none, or none is asked."""
        if not query:
            return None
        address = f"{self.url.rstrip('/')}/api/v1/query?query={quote_plus(query)}"
        reply = await web.get(address, cap=READ_BYTES, seconds=seconds)
        try:
            found = msgspec.json.decode(reply.body, type=_Answer).data.result
            values = [float(each.value[1]) for each in found]
        except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError):
            reason = "other answer" if reply.status == 200 else f"http {reply.status}"
            raise FeedError(reason, reply.body[:4_000].decode("utf-8", "replace")) from None
        return max((each for each in values if math.isfinite(each) and abs(each) < _MOST), default=None)


def _count(value: float | None) -> int | None:
    return round(value) if value is not None and value >= 0 else None

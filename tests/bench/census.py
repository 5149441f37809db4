"""What a census of a large Jira costs beyond its questions: the same pages read, against the whole of it."""

from __future__ import annotations

import asyncio
import re
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from data.config import Jira
from data.sources.batch import HeldTickets
from data.sources.client import Reply
from data.sources.jira_census import Census
from data.sources.jira_link import JiraLink
from data.sources.jira_walk import Dates
from data.sources.jira_wire import ListedPage
from data.store import holdings
from data.store.migrations import CACHE
from data.store.tables import CACHE_TABLES
from data.store.write import Writer
from tests.bench.figures import Report, Sample, Verdict
from tests.bench.world import KEY

PAGE = 1_000
TARGET = 1.5


class _Held:
    """The store in one file, asked without a thread between: what is measured is the work."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def tickets_created(self, from_ms: int, to_ms: int, projects: Collection[str]) -> HeldTickets:
        """The tickets of `projects` that were created in [from_ms, to_ms)."""
        return self._writer.ask(lambda file: holdings.tickets_created(file, from_ms, to_ms, projects))

    async def tickets_of(self, project: str, *, hidden: bool = False) -> Sequence[int]:
        """Not asked by a census."""
        raise NotImplementedError

    async def ticket_totals(self) -> Mapping[str, tuple[int, int]]:
        """How many tickets are shown and how many are hidden, by project."""
        return self._writer.ask(holdings.ticket_totals)

    async def odd_records(self) -> Collection[str]:
        """None."""
        return ()

    async def unknown_ways(self, before_ms: int, limit: int) -> Sequence[tuple[str, int]]:
        """Not asked by a census."""
        raise NotImplementedError

    async def tickets_by_assignee(self) -> Mapping[str, int]:
        """Not asked by a census."""
        raise NotImplementedError


def _pages(writer: Writer) -> tuple[list[int], bytes]:
    """When each ticket was created, in order, and all issues as Jira tells them, encoded."""
    # As Jira sorts by creation and key: a key by its project, then by its number.
    question = "SELECT created_ms, key, id, updated_ms FROM ticket ORDER BY created_ms, project, number"
    rows = writer.ask(lambda file: file.execute(question).fetchall())
    issues = [
        {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            "id": str(own_id),
            "self": f"https://jira.example/rest/api/2/issue/{own_id}",
            "key": key,
            "fields": {"created": _moment(created_ms), "updated": _moment(updated_ms)},
        }
        for created_ms, key, own_id, updated_ms in rows
    ]
    return [row[0] for row in rows], msgspec.json.encode(issues)


def _serve(created: list[int], encoded: bytes, port: Connection) -> None:
    """Answers the questions of a census in a process of its own, with pages that are made once."""
    issues = msgspec.json.decode(encoded, type=list[msgspec.Raw])
    bodies: dict[tuple[int, int], bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            since = re.search(r"created >= (\d+)", asked["jql"][0])
            begin, start = bisect_left(created, int(since[1]) if since else 0), int(asked["startAt"][0])
            if (begin, start) not in bodies:
                page = issues[begin + start : begin + start + PAGE]
                answer = {"startAt": start, "maxResults": PAGE, "total": len(issues) - begin, "issues": page}
                bodies[begin, start] = msgspec.json.encode(answer)
            body = bodies[begin, start]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.send(server.server_port)
    server.serve_forever()


def _moment(at_ms: int) -> str:
    # Jira writes the zone without a colon.
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def measure(report: Report, folder: Path, tries: int) -> None:
    """The processor time of a census of the store in `folder`, and of its questions alone, over real HTTP."""
    writer = Writer(folder / "cache.db", KEY, CACHE_TABLES, CACHE)
    ours, theirs = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=_serve, args=(*_pages(writer), theirs), daemon=True)
    server.start()
    try:
        asyncio.run(_measure(report, writer, f"http://127.0.0.1:{ours.recv()}", tries))
    finally:
        server.kill()
        server.join()
        writer.close()


async def _measure(report: Report, writer: Writer, address: str, tries: int) -> None:
    link = JiraLink(Jira(url=address, projects=["MT"]), lambda: "token")
    asked: list[dict[str, str]] = []

    async def whole() -> None:
        census = Census(_Listening(link, asked), _Held(writer), Dates("UTC"), PAGE, ["MT"])
        await census.compare()
        if census.differing or census.missing:
            raise RuntimeError("the store and the server of the bench differ")

    await whole()
    questions = list(asked)

    async def bare() -> None:
        for params in questions:
            link.decode(await link.get("/rest/api/2/search", params), ListedPage)

    clocks = {"time": time.perf_counter, "processor time": time.process_time}
    costs: dict[tuple[str, Callable[[], Awaitable[None]]], list[float]] = defaultdict(list)
    for _try in range(tries):
        for work in (bare, whole):
            began = {name: clock() for name, clock in clocks.items()}
            await work()
            for name, clock in clocks.items():
                costs[name, work].append((clock() - began[name]) * 1000)
    await link.close()
    for name in clocks:
        alone = report.add(Sample(f"census: {len(questions)} questions alone, {name}", tuple(costs[name, bare])))
        census = report.add(Sample(f"census: all of it, {name}", tuple(costs[name, whole])))
        report.verdicts.append(
            Verdict(f"census against its questions, {name}", census.median / alone.median, TARGET, "×")
        )


class _Listening:
    """A link that remembers what it was asked."""

    name = "jira"

    def __init__(self, link: JiraLink, asked: list[dict[str, str]]) -> None:
        self._link = link
        self._asked = asked
        self.decode = link.decode
        self.guard = link.guard

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """The answer, whatever its status."""
        self._asked.append(dict(params or {}))
        return await self._link.get(path, params)

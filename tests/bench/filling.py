"""A first fill over real HTTP: its processor time against the floor.

The floor is what cannot be saved: typed decoding of the same answers, one upsert a table of the same rows, and the
cheapest build of the same search index, in one transaction of a file with the same schema.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.clock import Clock
from data.config import Jira
from data.sources.batch import Batch, Row
from data.sources.jira import JiraSource
from data.sources.jira_layout import Layout, issue_type
from data.sources.jira_page import Page
from data.sources.jira_search import WINDOW
from data.store.driver import open_writer, transaction
from data.store.kept import endings
from data.store.migrations import CACHE, migrate
from data.store.tables import CACHE_TABLES, COMMENT, TICKET
from data.store.write import Writer, _upsert_statement
from tests.bench.figures import Report, Sample, Verdict
from tests.bench.world import KEY
from tests.upstream import Upstream

ISSUES = 10_000
TIMES_THE_FLOOR = 2.0
PROJECTS = ["SKAH", "PERE"]


@dataclass
class Filled:
    """A cache and the source that filled it."""

    writer: Writer
    source: JiraSource
    rows: dict[str, dict[Any, Row]] = field(default_factory=dict)
    cursor: str = ""
    cpu: float = 0.0
    seconds: float = 0.0

    async def poll(self, *, keep: bool = False) -> None:
        """One poll to its end; `keep` remembers the rows."""
        cursor, facts = self.writer.position("jira")
        async for batch in self.source.fetch(cursor, facts):
            self.writer.apply(self.source, batch, 0)
            if keep:
                self._keep(batch)
        self.writer.record_success(self.source, 0)

    def _keep(self, batch: Batch) -> None:
        for table in CACHE_TABLES:
            for row in batch.rows.get(table.name, ()):
                self.rows.setdefault(table.name, {})[row[: table.key]] = row


def new_cache(server: Upstream, file: Path) -> Filled:
    """An empty cache in `file`, and a source that has spoken to nobody yet."""
    config = Jira(url=server.base, projects=PROJECTS, timeout=60)
    return Filled(Writer(file, KEY, CACHE_TABLES, CACHE), JiraSource(config, lambda: "demo-token", Clock(0, 0, 0.0)))


async def fill(filled: Filled) -> None:
    """A first fill, measured."""
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    await filled.poll()
    filled.cpu, filled.seconds = time.process_time() - cpu, time.perf_counter() - began


def answers(server: Upstream, layout: Layout) -> list[bytes]:
    """The answers that hold every issue once, as large as the server gives them."""
    fields = "summary,description,project,issuetype,status,priority,assignee,reporter,resolution,resolutiondate"
    fields += ",created,updated,duedate,labels,components,fixVersions,parent,comment,worklog,attachment,"
    bodies: list[bytes] = []
    while True:
        asked = {
            "jql": f"project in ({', '.join(PROJECTS)}) ORDER BY updated ASC, key ASC",
            "startAt": str(1_000 * len(bodies)),
            "maxResults": "1000",
            "fields": fields + ",".join(layout.custom),
            "expand": "changelog",
        }
        request = urllib.request.Request(
            f"{server.base}/rest/api/2/search?{urllib.parse.urlencode(asked)}",
            headers={"Authorization": "Bearer demo-token"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            bodies.append(answer.read())
        if len(json.loads(bodies[-1])["issues"]) < 1_000 or 1_000 * len(bodies) >= WINDOW:
            return bodies


def floor(file: Path, bodies: list[bytes], layout: Layout, rows: dict[str, dict[Any, Row]]) -> float:
    """Processor seconds of what cannot be saved."""
    type_ = issue_type(layout.custom)
    with closing(open_writer(file, KEY)) as connection:
        migrate(connection, CACHE)
        gc.collect()
        began = time.process_time()
        for body in bodies:
            Page.decode(body, type_)
        with transaction(connection, "IMMEDIATE"):
            for table in CACHE_TABLES:
                if found := rows.get(table.name):
                    connection.executemany(_upsert_statement(table, guarded=True), found.values())
            connection.executemany(
                "INSERT INTO ticket_fts (rowid, key, summary, description, comments, parts) VALUES (?, ?, ?, ?, ?, ?)",
                _search_rows(rows),
            )
        return time.process_time() - began


def _search_rows(rows: dict[str, dict[Any, Row]]) -> Iterator[Row]:
    spoken: dict[int, list[str]] = {}
    body = COMMENT.names.index("body")
    for row in sorted(rows.get(COMMENT.name, {}).values()):
        spoken.setdefault(row[1], []).append(row[body])
    summary, description = TICKET.names.index("summary"), TICKET.names.index("description")
    for row in rows[TICKET.name].values():
        yield (row[0], row[1], row[summary], row[description], "\n".join(spoken.get(row[0], ())), endings(row[summary]))


def measure(report: Report, folder: Path, tries: int, issues: int = ISSUES) -> None:
    """Fills and floors in turns."""
    server = Upstream(issues)
    try:
        asyncio.run(_measure(report, server, folder, tries, issues))
    finally:
        server.close()


async def _measure(report: Report, server: Upstream, folder: Path, tries: int, issues: int) -> None:
    first = new_cache(server, folder / "rows.db")
    await first.poll(keep=True)
    layout = first.source._learned[0].layout
    bodies = answers(server, layout)
    await first.source.close()
    first.writer.close()
    fills, floors, seconds = [], [], []
    for turn in range(tries):
        filled = new_cache(server, folder / f"fill{turn}.db")
        await fill(filled)
        fills.append(filled.cpu * 1000)
        seconds.append(filled.seconds * 1000)
        await filled.source.close()
        filled.writer.close()
        floors.append(floor(folder / f"floor{turn}.db", bodies, layout, first.rows) * 1000)
    size = sum(map(len, bodies)) / issues
    report.notes.append(
        f"{issues:,} issues of {size:,.0f} bytes; a fill runs beside the simulator on the same processors"
    )
    report.add(Sample(f"first fill of {issues:,} issues", tuple(seconds)))
    cost = report.add(Sample(f"first fill of {issues:,} issues: processor time", tuple(fills)))
    least = report.add(Sample("the floor: decoding, upsert, search index", tuple(floors)))
    report.verdicts.append(
        Verdict("processor time of a first fill ÷ floor", cost.median / least.median, TIMES_THE_FLOOR, "×")
    )

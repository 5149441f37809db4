"""A Jira of a few lines behind httpx's mock transport, for what the simulator cannot be made to do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from data.clock import Clock
from data.config import Jira
from data.sources.batch import Batch
from data.sources.jira import JiraSource

SECOND = 1_000
T0 = 1_796_368_440_000
SLA = "customfield_10200"
FIELDS = [
    {"id": "summary", "name": "Pealkiri"},
    {"id": "customfield_1", "name": "Eepose link", "schema": {"custom": "com.pyxis.greenhopper.jira:gh-epic-link"}},
    {"id": "customfield_2", "name": "Sprint", "schema": {"custom": "com.pyxis.greenhopper.jira:gh-sprint"}},
    {"id": SLA, "name": "Reageerimisaeg", "schema": {"custom": "com.atlassian.servicedesk:sd-sla-field"}},
]


def moment(at_ms: int) -> str:
    """Jira's way to write a moment."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}+0000"


def issue(number: int, updated_ms: int, **fields: Any) -> dict[str, Any]:
    """A well-formed issue; `fields` replaces single fields."""
    return {
        "id": str(10_000 + number),
        "key": f"SKAH-{number}",
        "fields": {
            "summary": f"Pilet {number}",
            "description": None,
            "project": {"id": "1", "key": "SKAH"},
            "issuetype": {"id": "1", "name": "Viga"},
            "status": {"id": "3", "name": "Töös", "statusCategory": {"id": 4, "key": "indeterminate"}},
            "priority": {"id": "3", "name": "K3"},
            "assignee": {"key": "mmaasikas", "name": "mmaasikas", "displayName": "Mari Maasikas"},
            "reporter": None,
            "resolution": None,
            "created": moment(T0 - 86_400_000),
            "updated": moment(updated_ms),
            "labels": ["demo"],
            "components": [],
            "fixVersions": [],
            "comment": {"comments": [], "total": 0, "maxResults": 0, "startAt": 0},
            **fields,
        },
        "changelog": {"histories": []},
    }


@dataclass
class FakeJira:
    """Answers searches over `issues`; `before_search` may disturb them between two pages."""

    issues: list[dict[str, Any]]
    page_cap: int = 1_000
    takes_numbers: bool = True
    before_search: Callable[[FakeJira], None] = lambda _fake: None
    answers: Mapping[str, httpx.Response] = field(default_factory=dict)
    asked: list[httpx.URL] = field(default_factory=list)

    def source(self, **config: Any) -> JiraSource:
        """A source that reads from here."""
        settings = Jira(url="https://jira.example", projects=["SKAH"], **config)
        return JiraSource(settings, lambda: "token", Clock(T0, 0, 0.0), httpx.MockTransport(self.answer))

    def searches(self) -> list[Mapping[str, str]]:
        """The parameters of every search asked."""
        return [url.params for url in self.asked if url.path.endswith("/search")]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        self.asked.append(request.url)
        path = request.url.path
        if path in self.answers:
            return self.answers[path]
        if path.endswith("/search"):
            self.before_search(self)
            return self._search(request.url.params)
        if path.endswith("/versions"):
            return httpx.Response(200, json=[])
        known: dict[str, Any] = {
            "/rest/api/2/myself": {"name": "mmaasikas", "key": "mmaasikas", "timeZone": "Europe/Tallinn"},
            "/rest/api/2/field": FIELDS,
            "/rest/api/2/priority": [{"id": "9", "name": "K1"}, {"id": "3", "name": "K3"}],
        }
        return httpx.Response(200, json=known[path]) if path in known else httpx.Response(404, json={})

    def _search(self, params: Mapping[str, str]) -> httpx.Response:
        jql = params["jql"]
        found = sorted(self.issues, key=lambda each: (_updated(each), each["key"]))
        if "DESC" in jql:
            found.reverse()
        if number := re.search(r"updated >= (\d+)", jql):
            if not self.takes_numbers:
                return httpx.Response(400, json={"errorMessages": ["Date value is invalid for 'updated'."]})
            found = [each for each in found if _updated(each) >= int(number[1])]
        elif text := re.search(r'updated >= "([^"]+)"', jql):
            # The fake's user lives in UTC+2, as in winter.
            since = datetime.strptime(text[1] + " +0200", "%Y/%m/%d %H:%M %z").timestamp() * 1000
            found = [each for each in found if _updated(each) >= since]
        size = min(int(params.get("maxResults", "50")), self.page_cap)
        start = int(params.get("startAt", "0"))
        page = {"startAt": start, "maxResults": size, "total": len(found), "issues": found[start : start + size]}
        return httpx.Response(200, content=json.dumps(page).encode("utf-8", "surrogatepass"))


def _updated(each: dict[str, Any]) -> int:
    try:
        return int(datetime.fromisoformat(each["fields"]["updated"]).timestamp() * 1000)
    except (TypeError, ValueError, KeyError):
        return T0


async def drain(source: JiraSource, cursor: str = "") -> tuple[list[Batch], str]:
    """All batches of one poll, and the cursor after it."""
    batches = [batch async for batch in source.fetch(cursor, {"jira.me": "mmaasikas", "jira.url": source._base})]
    return batches, batches[-1].cursor if batches else cursor


def rows(batches: list[Batch], table: str) -> list[tuple[Any, ...]]:
    """All rows of a table, in the order in which they came."""
    return [row for batch in batches for row in batch.rows.get(table, ())]

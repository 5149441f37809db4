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


STATUSES = [{"id": "3", "name": "Töös", "statusCategory": {"id": 4, "key": "indeterminate"}}]
TYPES = [{"id": "1", "name": "Viga"}]


@dataclass
class FakeJira:
    """Answers searches over `issues`; `before_search` may disturb them between two pages."""

    issues: list[dict[str, Any]]
    page_cap: int = 1_000
    takes_numbers: bool = True
    short_by: int = 0
    """So many issues are missing from every page of more."""
    is_turned: bool = False
    """Whether each page has its last issue first."""
    before_search: Callable[[FakeJira], httpx.Response | None] = lambda _fake: None
    """What happens before a search is answered; an answer of its own takes the place of the true one."""
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    asked: list[httpx.URL] = field(default_factory=list)
    projects: dict[str, str] = field(default_factory=lambda: {"SKAH": "SKAH"})
    """The key of each project that can be read, by every key that leads to it."""
    hidden: set[str] = field(default_factory=set)
    """Ids of issues that the user may not see."""

    def source(self, clock: Clock | None = None, **config: Any) -> JiraSource:
        """A source that reads from here."""
        settings = Jira(url="https://jira.example", **{"projects": ["SKAH"], **config})
        transport = httpx.MockTransport(self.answer)
        return JiraSource(settings, lambda: "token", clock or Clock(T0, 0, 0.0), transport)

    def heal(self) -> None:
        """From now on everything is answered as it should be."""
        self.before_search = lambda _fake: None
        self.short_by, self.is_turned = 0, False

    def searches(self) -> list[Mapping[str, str]]:
        """The parameters of every search asked."""
        return [url.params for url in self.asked if url.path.endswith("/search")]

    def visible(self) -> list[dict[str, Any]]:
        """The issues that the user may see."""
        readable = set(self.projects.values())
        return [each for each in self.issues if project_of(each) in readable and each["id"] not in self.hidden]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        self.asked.append(request.url)
        path = request.url.path
        if path in self.answers:
            return self.answers[path]
        if path.endswith("/search"):
            return self.before_search(self) or self._search(request.url.params)
        if path.endswith("/versions"):
            return httpx.Response(200, json=[])
        if match := re.fullmatch(r"/rest/api/2/(project|issue)/([^/]+)", path):
            return self._one(*match.groups())
        known: dict[str, Any] = {
            "/rest/api/2/myself": {"name": "mmaasikas", "key": "mmaasikas", "timeZone": "Europe/Tallinn"},
            "/rest/api/2/field": FIELDS,
            "/rest/api/2/priority": [{"id": "9", "name": "K1"}, {"id": "3", "name": "K3"}],
            "/rest/api/2/status": STATUSES,
            "/rest/api/2/issuetype": TYPES,
            "/rest/api/2/project": [{"id": "1", "key": key} for key in sorted(set(self.projects.values()))],
        }
        return httpx.Response(200, json=known[path]) if path in known else _no_such()

    def _one(self, kind: str, name: str) -> httpx.Response:
        if kind == "project":
            return httpx.Response(200, json={"key": self.projects[name]}) if name in self.projects else _no_such()
        found = [each for each in self.visible() if name in (each["id"], each["key"])]
        return httpx.Response(200, json=found[0]) if found else _no_such()

    def _search(self, params: Mapping[str, str]) -> httpx.Response:
        jql = params["jql"]
        by_creation = "ORDER BY created" in jql
        moment_of = _created if by_creation else _updated
        found = sorted(self.visible(), key=lambda each: (moment_of(each), each["key"]))
        if "DESC" in jql:
            found.reverse()
        if wanted := re.search(r"project in \(([^)]*)\)", jql):
            keys = re.findall(r'"([^"]*)"', wanted[1])
            if unknown := [key for key in keys if key not in self.projects]:
                return _refused(f"The value '{unknown[0]}' does not exist for the field 'project'.")
            found = [each for each in found if project_of(each) in {self.projects[key] for key in keys}]
        if wanted := re.search(r"id in \(([^)]*)\)", jql):
            ids = set(wanted[1].split(", "))
            if unknown := sorted(ids - {each["id"] for each in self.visible()}):
                return _refused(f"A value with ID '{unknown[0]}' does not exist for the field 'id'.")
            found = [each for each in found if each["id"] in ids]
        if re.search(r"(?:updated|created) [<>]=? \d", jql) and not self.takes_numbers:
            return _refused("Date value is invalid for 'updated'.")
        if since := _bound(jql, ">="):
            found = [each for each in found if moment_of(each) >= since]
        if before := _bound(jql, "<"):
            found = [each for each in found if moment_of(each) < before]
        size = min(int(params.get("maxResults", "50")), self.page_cap)
        start = int(params.get("startAt", "0"))
        some = found[start : start + size]
        some = some[: -self.short_by] if 0 < self.short_by < len(some) else some
        some = some[::-1] if self.is_turned else some
        page = {"startAt": start, "maxResults": size, "total": len(found), "issues": some}
        return httpx.Response(200, content=json.dumps(page).encode("utf-8", "surrogatepass"))


def _bound(jql: str, operator: str) -> float | None:
    """The moment that a search is bound by; the fake's user lives in UTC+2, as in winter."""
    found = re.search(rf'(?:updated|created) {operator} (?:(\d+)|"([^"]+)")', jql)
    if not found:
        return None
    if found[1]:
        return int(found[1])
    return datetime.strptime(found[2] + " +0200", "%Y/%m/%d %H:%M %z").timestamp() * 1000


def _no_such() -> httpx.Response:
    return httpx.Response(404, json={"errorMessages": ["It is not there."], "errors": {}})


def _refused(reason: str) -> httpx.Response:
    return httpx.Response(400, json={"errorMessages": [reason]})


def project_of(each: dict[str, Any]) -> str:
    """The key of an issue's project."""
    key: str = each["key"]
    return key.rpartition("-")[0]


def _created(each: dict[str, Any]) -> int:
    try:
        return int(datetime.fromisoformat(each["fields"]["created"]).timestamp() * 1000)
    except (TypeError, ValueError, KeyError):
        return T0


def _updated(each: dict[str, Any]) -> int:
    try:
        return int(datetime.fromisoformat(each["fields"]["updated"]).timestamp() * 1000)
    except (TypeError, ValueError, KeyError):
        return T0


async def drain(source: JiraSource, cursor: str = "") -> tuple[list[Batch], str]:
    """All batches of one poll, and the cursor after it."""
    batches = [batch async for batch in source.fetch(cursor, {"jira.me": "mmaasikas", "jira.url": source.url})]
    return batches, batches[-1].cursor if batches else cursor


def rows(batches: list[Batch], table: str) -> list[tuple[Any, ...]]:
    """All rows of a table, in the order in which they came."""
    return [row for batch in batches for row in batch.rows.get(table, ())]

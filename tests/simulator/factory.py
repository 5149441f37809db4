"""A demo world whose clock the test holds, and clients that speak to it without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from data.clock import epoch_ms
from data.simulator.serve import build_app
from data.simulator.world import World

START_MS = epoch_ms(datetime(2026, 12, 4, 9, 14))
MINUTE = 60_000
EVERYTHING = "project in (SKAH, PERE) AND updated >= 0 ORDER BY updated ASC, key ASC"


@dataclass
class HeldClock:
    """A clock that stands until it is put forward."""

    anchor_ms: int = START_MS
    passed_ms: int = 0

    def now_ms(self) -> int:
        return self.anchor_ms + self.passed_ms


def world(seed: int = 7, tickets: int = 500, after_ms: int = 0) -> World:
    """A world that is looked at `after_ms` after its beginning."""
    return World(seed, HeldClock(passed_ms=after_ms), tickets)


@asynccontextmanager
async def client(
    of: World, *, admin: bool = False, token: str | None = "demo-token"
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the world's upstream systems, signed in unless `token` is None."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=build_app(of, admin=admin))
    async with httpx.AsyncClient(transport=transport, base_url="http://jira.demo", headers=headers) as opened:
        yield opened


async def search(jira: httpx.AsyncClient, jql: str, **more: Any) -> Any:
    """A page of search results, which must be well."""
    answered = await jira.get("/rest/api/2/search", params={"jql": jql, **more})
    assert answered.status_code == 200, answered.text
    return answered.json()


async def keys(jira: httpx.AsyncClient, jql: str, **more: Any) -> list[str]:
    """The keys on a page of search results."""
    found = await search(jira, jql, fields="id", **more)
    return [issue["key"] for issue in found["issues"]]

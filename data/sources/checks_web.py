"""How checks ask over HTTP: one client for all, and one request for all that have the same question at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Any, TypeVar

from data.checks.base import NOBODY, Identity
from data.clock import Clock
from data.job import JobWatch
from data.secrets import SecretError
from data.sources.checks_jobs import Jobs
from data.sources.client import Client, Reply

SECRET_SECONDS = 60.0
"""How long a secret is remembered."""
_T = TypeVar("_T")


class ChecksWeb:
    """`data.checks.base.Web` over a client and a clock, for looks that begin in the same moment."""

    def __init__(self, client: Client, clock: Clock, jobs: Jobs, secrets: Secrets) -> None:
        self._client = client
        self._clock = clock
        self._jobs = jobs
        self._secrets = secrets
        self._asked: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, url: str, *, cap: int, seconds: float) -> Reply:
        """As `Web.get`."""
        return await self._client.get(url, cap=cap, seconds=seconds)

    async def call(
        self,
        url: str,
        *,
        cap: int,
        seconds: float,
        headers: Mapping[str, str],
        content: bytes | None = None,
        identity: Identity = NOBODY,
    ) -> Reply:
        """As `Web.call`."""
        return await self._client.call(
            url, cap=cap, seconds=seconds, headers=headers, content=content, identity=identity
        )

    async def shared(self, question: Hashable, ask: Callable[[], Awaitable[_T]]) -> _T:
        """As `Web.shared`."""
        if question not in self._asked:
            self._asked[question] = asyncio.create_task(_awaited(ask))
        # One who gives up waiting must not take the answer from the others.
        found: _T = await asyncio.shield(self._asked[question])
        return found

    def now_ms(self) -> int:
        """As `Web.now_ms`."""
        return self._clock.now_ms()

    async def secret(self, name: str) -> str:
        """As `Web.secret`."""
        return await self._secrets.read(name)

    def job(self, name: str) -> JobWatch:
        """As `Web.job`."""
        return self._jobs.watch(name)

    def pings_problem(self) -> str:
        """As `Web.pings_problem`."""
        return self._jobs.pings_problem()

    def forget(self) -> None:
        """Gives up what was asked. Nobody may be waiting any more."""
        for task in self._asked.values():
            task.cancel()
        self._asked.clear()


class Secrets:
    """What is kept under the names that checks give, asked of the keyring seldom: it may take its time."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        """`read` may raise SecretError."""
        self._read = read
        self._known: dict[str, tuple[float, str]] = {}

    async def read(self, name: str) -> str:
        """The secret; empty where none is kept, or it cannot be read. A new one is taken up within a minute."""
        read_at, secret = self._known.get(name, (float("-inf"), ""))
        if time.monotonic() - read_at > SECRET_SECONDS:
            try:
                kept = await asyncio.to_thread(self._read, name)
                secret = kept or ""
            except SecretError:
                secret = ""
            self._known[name] = time.monotonic(), secret
        return secret


async def _awaited(ask: Callable[[], Awaitable[_T]]) -> _T:
    return await ask()

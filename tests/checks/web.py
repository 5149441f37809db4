"""Answers and a web that tests hold in their hands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from data.checks.base import Reply
from data.job import JobWatch

_T = TypeVar("_T")


@dataclass(frozen=True)
class Answer:
    body: bytes
    status: int = 200
    seconds: float = 0.2
    headers: Mapping[str, str] = field(default_factory=dict)


class NoWeb:
    """For looks that speak no HTTP."""

    async def get(self, url: str, *, cap: int, seconds: float) -> Reply:
        raise AssertionError(url)

    async def call(self, url: str, **_asked: Any) -> Reply:
        raise AssertionError(url)

    async def shared(self, _question: Hashable, ask: Callable[[], Awaitable[_T]]) -> _T:
        return await ask()

    def now_ms(self) -> int:
        raise AssertionError("the clock")

    async def secret(self, name: str) -> str:
        raise AssertionError(name)

    def job(self, name: str) -> JobWatch:
        raise AssertionError(name)

    def pings_problem(self) -> str:
        raise AssertionError("pings")

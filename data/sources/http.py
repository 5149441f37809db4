"""Health checks: does an address answer, as expected, and how fast.

A check is looked at once in its interval, and sooner while its last look is in doubt (`data.rules.status`).
Every look is a row of the history, every change of state that the rules see in the looks is a transition. A check
that fails is a result, not a fault of this source.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx
import msgspec

from data.clock import Clock
from data.config import HttpCheck
from data.model import CheckResult, Kind, Outcome, Transition
from data.rules.mask import mask_text
from data.rules.status import Watch, advance
from data.sources.batch import Batch, Row, SourceError
from data.sources.budget import Budgets, PausedError
from data.sources.client import HEALTH_CAP, Client, Reply
from data.text import clean_line

EVIDENCE = 500
"""Characters kept of what a server said."""
AT_ONCE = 50
"""Checks under way at the same moment."""
RETRY_SECONDS = 10.0
"""Seconds until a look that is in doubt is repeated (facts on service status, "The engine")."""
_GATHER = 0.1
"""Seconds for which answers are gathered into one transaction after the first of them came."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """When a check is to be made again. Times are UTC epoch milliseconds."""

    set_ms: int
    due_ms: int

    def has_come(self, now_ms: int) -> bool:
        """Whether it is due, or was set by a clock that has been set back since.

        A tenth of its pause early is due too: polls are spread, and one is not to be made again a moment later.
        """
        return now_ms < self.set_ms or now_ms >= self.due_ms - (self.due_ms - self.set_ms) // 10


class HttpSource:
    """All configured checks as one source; each is made when its own interval has passed."""

    name = "http"
    kind = "http"
    kinds: tuple[Kind, ...] = (Kind.SERVICES,)

    def __init__(
        self,
        checks: Sequence[HttpCheck],
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        self.interval = min(check.interval for check in checks)
        self._checks = list(checks)
        self._clock = clock
        self._client = Client(
            timeout=max(check.timeout for check in checks),
            connections=AT_ONCE,
            transport=transport,
            budgets=budgets,
            lane=self.kind,
        )
        self._turns: dict[str, _Turn] = {}
        self._watches: dict[str, Watch] | None = None

    async def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """Batches of results as they come in, with the transitions that they prove."""
        if self._watches is None:
            self._watches = {check.name: _watch(facts.get(f"watch.{check.name}", "")) for check in self._checks}
            yield self._roster(cursor)
        now_ms = self._clock.now_ms()
        turns = self._turns
        due = [each for each in self._checks if each.name not in turns or turns[each.name].has_come(now_ms)]
        for check in due:
            turns[check.name] = _Turn(now_ms, now_ms + round(check.interval * 1000))
        slots = asyncio.Semaphore(AT_ONCE)
        waiting = {asyncio.create_task(self._take_look(check, slots)) for check in due}
        try:
            while waiting:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                done, waiting = await asyncio.wait(waiting, timeout=_GATHER)
                yield self._settle([task.result() for task in done], cursor)
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._client.close()

    def wait_seconds(self) -> float:
        """Seconds of the domain's clock until the next check is due."""
        now_ms = self._clock.now_ms()
        return min((max(0, turn.due_ms - now_ms) / 1000 for turn in self._turns.values()), default=self.interval)

    def hasten(self) -> None:
        """Makes every check due."""
        self._turns.clear()

    def _roster(self, cursor: str) -> Batch:
        """What is watched, in the order of the configuration; what is no longer configured is not."""
        rows = [
            (check.name, check.group, shown_url(check.url), place, round(check.interval * 1000))
            for place, check in enumerate(self._checks)
        ]
        groups = sorted(
            {"service", "application", "xroad", "partner", "batch"} | {check.group for check in self._checks}
        )
        return Batch({"watched": rows}, cursor, {"watched": ("kind", groups)})

    async def look(self, check: HttpCheck) -> CheckResult:
        """One look at an address, now."""
        at_ms = self._clock.now_ms()
        try:
            reply = await self._client.get(check.url, cap=HEALTH_CAP, seconds=check.timeout)
        except PausedError:
            return CheckResult(check.name, at_ms, Outcome.UNKNOWN, "paused", None)
        except SourceError as error:
            # Our own configuration is nobody's outage.
            outcome = Outcome.UNKNOWN if error.code == "config" else Outcome.FAIL
            return CheckResult(check.name, at_ms, outcome, error.code, None)
        return judge(check, reply, at_ms)

    async def _take_look(self, check: HttpCheck, slots: asyncio.Semaphore) -> CheckResult:
        async with slots:
            return await self.look(check)

    def _settle(self, results: Sequence[CheckResult], cursor: str) -> Batch:
        """The batch of these results; their service's memory travels as facts, so that a restart forgets nothing."""
        watches = self._watches or {}
        changes: list[tuple[str, Transition]] = []
        facts: dict[str, str] = {}
        for result in results:
            watches[result.check], change = advance(watches[result.check], result)
            if watches[result.check].is_urgent:
                self._retry(result.check)
            facts[f"watch.{result.check}"] = msgspec.json.encode(watches[result.check]).decode()
            if change:
                changes.append((result.check, change))
        rows: dict[str, Sequence[Row]] = {
            "result": [
                (each.check, each.at_ms, each.outcome.value, each.reason, each.latency_ms, each.evidence)
                for each in results
            ],
            "transition": [(name, each.at_ms, each.state.value, each.reason) for name, each in changes],
        }
        return Batch(rows, cursor, facts=facts)

    def _retry(self, name: str) -> None:
        now_ms = self._clock.now_ms()
        retry_ms = now_ms + round(RETRY_SECONDS * 1000)
        self._turns[name] = _Turn(now_ms, min(retry_ms, self._turns[name].due_ms))


def judge(check: HttpCheck, reply: Reply, at_ms: int) -> CheckResult:
    """What an answer says of the service; evidence is kept only of what is not well, cleaned, masked and cut."""
    latency_ms = round(reply.seconds * 1000)

    def result(outcome: Outcome, reason: str) -> CheckResult:
        evidence = "" if outcome is Outcome.OK else _evidence(reply.body)
        return CheckResult(check.name, at_ms, outcome, reason, latency_ms, evidence)

    if reply.status != check.status:
        return result(Outcome.FAIL, f"http {reply.status}")
    if check.contains and check.contains not in reply.body.decode("utf-8", "replace"):
        return result(Outcome.FAIL, "body mismatch")
    if reply.seconds > check.slow:
        return result(Outcome.DEGRADED, "slow")
    return result(Outcome.OK, "")


def _evidence(body: bytes) -> str:
    # Cut before masking would leave the beginning of a code that the mask no longer knows.
    return clean_line(mask_text(clean_line(body[:8_000].decode("utf-8", "replace"), 4_000)), EVIDENCE)


def shown_url(url: str) -> str:
    """An address as it may be shown: without user, password, query and fragment, which may hold secrets."""
    parts = urlsplit(url)
    return clean_line(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")), 500)


def _watch(text: str) -> Watch:
    try:
        return msgspec.json.decode(text, type=Watch) if text else Watch()
    except msgspec.MsgspecError:
        return Watch()

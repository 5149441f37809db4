"""All checks as one source: they are looked at when their turn comes, and what they find becomes records.

A check is looked at once in its interval, and sooner while its last look is in doubt (`data.rules.status`). A look that
takes long holds up no other: it goes on while the source rests, and the next poll brings what it found.
Every look is a row of the history, every change of state that the rules see in the looks is a transition. A check
that fails is a result, not a fault of this source.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakSet

import httpx
import msgspec

from data.checks.base import Check, Look, PlannedWork
from data.clock import Clock, epoch_ms
from data.job import JobRun, JobWatch
from data.language import _
from data.model import CheckResult, Kind, Outcome, Transition
from data.rules.mask import mask_text
from data.rules.own_network import LEAST_HOSTS, NOT_REACHED, Reach, is_cut_off
from data.rules.status import Watch, advance
from data.sources.batch import Batch, Row, SourceError
from data.sources.budget import Budgets, PausedError
from data.sources.checks_jobs import Jobs
from data.sources.checks_turns import Turns
from data.sources.checks_web import ChecksWeb, Secrets
from data.sources.client import Client
from data.sources.pings import Ping
from data.text import clean_line

EVIDENCE = 500
"""Characters kept of what was answered."""
AT_ONCE = 50
"""Checks under way at the same moment."""
RETRY_SECONDS = 10.0
"""Seconds until a look that is in doubt is repeated (facts on service status, "The engine")."""
_ORIGIN, _DESK = "configuration", "desk"
"""Who has planned maintenance: whoever wrote the configuration, or somebody on the desk."""
ROUND_SECONDS = 2.0
"""How long a poll goes on while checks come one after the other: then the source tells how far it is."""
_GATHER = 0.1
"""Seconds for which answers are gathered into one transaction after the first of them came."""


class CheckSource:
    """All configured checks, each made in its own interval."""

    name = "checks"
    kind = "checks"
    kinds: tuple[Kind, ...] = (Kind.SERVICES,)

    def __init__(
        self,
        checks: Sequence[Check],
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        budgets: Budgets | None = None,
        maintenance: Sequence[PlannedWork] = (),
        ping_port: int | None = None,
        secret: Callable[[str], str | None] = lambda _name: None,
        plans: Callable[[], list[Row] | None] = lambda: None,
    ) -> None:
        """Without `ping_port` jobs ping another process; `secret` reads what is kept under a name.

        `plans` gives the rows of the maintenance that a desk has planned, None where they are as they were.
        """
        self.interval = min(check.interval for check in checks)
        self._checks = list(checks)
        self._maintenance = maintenance
        self._clock = clock
        self._client = Client(
            timeout=max(check.timeout for check in checks),
            connections=AT_ONCE,
            transport=transport,
            budgets=budgets,
            lane=self.kind,
        )
        self._turns = Turns(checks)
        self._jobs = Jobs(checks, clock, ping_port)
        self.news = asyncio.Event()
        self._secrets = Secrets(secret)
        self._plans = plans
        self._windows: list[Row] | None = None
        """Planned maintenance that is not stored yet."""
        self._under_way: dict[asyncio.Task[_Found], str] = {}
        """Looks that go on, with the names of their checks: none is looked at twice at once."""
        self._webs: WeakSet[ChecksWeb] = WeakSet()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._hosts = {check.name: check.asked_host for check in checks if check.asked_host}
        self._reaches: dict[str, Reach] = {}
        self._is_cut_off = False
        self._watches: dict[str, Watch] | None = None

    async def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """Batches of results as they come in, with the transitions that they prove; the first time of every check.

        Raises SourceError `network` while it is our own network that does not reach them.
        """
        awaited: set[asyncio.Task[_Found]] = set()
        await self._jobs.open(facts, self.news.set)
        if self._watches is None:
            self._watches = {check.name: _watch(check, facts.get(f"watch.{check.name}", "")) for check in self._checks}
            yield self._roster(cursor)
            awaited = self._begin_due()
        if self._is_cut_off:
            self._try_some()
        until, is_news = time.monotonic() + ROUND_SECONDS, True
        while awaited or time.monotonic() < until:
            if is_news or self.news.is_set():
                # Before it is read: what comes meanwhile is news again.
                self.news.clear()
                is_news = False
                if (planned := await asyncio.to_thread(self._plans)) is not None:
                    self._windows = _longest([*self._configured(), *planned])
                if self._windows is not None:
                    replaced = {"maintenance": ("origin", [_ORIGIN, _DESK])}
                    yield Batch({"maintenance": self._windows}, cursor, replaced)
                    self._windows = None
                if pings := self._jobs.take():
                    told = self._jobs.told_by(pings)
                    yield Batch({}, cursor, facts=self._jobs.facts(told))
                    self._keep(told, pings)
            self._begin_due()
            if not self._under_way:
                break
            done = await self._some_done(None if awaited else until)
            awaited -= done
            if done:
                found = [task.result() for task in done]
                learned = self._jobs.learned({each.result.check: each.runs for each in found})
                yield self._settle(found, self._jobs.facts(learned), cursor)
                self._jobs.keep(learned)
        if self._is_cut_off:
            raise SourceError(
                "network",
                _("Nearly nothing can be reached from here. Check your own network connection or VPN."),
            )

    def _keep(self, told: Mapping[str, JobWatch], pings: Sequence[Ping]) -> None:
        """Knows what pings have told, now that it is stored, and looks at once how their jobs stand."""
        self._jobs.keep(told)
        for ping in pings:
            ping.stored.set()
        self._turns.have_come(told)

    def _begin_due(self) -> set[asyncio.Task[_Found]]:
        """Begins to look at what has its turn and is not being looked at."""
        busy = set(self._under_way.values())
        due = [check for check in self._turns.take(self._clock.now_ms()) if check.name not in busy]
        if not due:
            return set()
        web = self._web()
        self._webs.add(web)
        begun = {asyncio.create_task(self._take_look(check, web)): check.name for check in due}
        self._under_way |= begun
        return set(begun)

    async def _some_done(self, until: float | None) -> set[asyncio.Task[_Found]]:
        """Looks that have ended, once there is one and a little later; none where a turn, a ping, `until` is first."""
        rests = [] if until is None else [until - time.monotonic()]
        next_ms = self._turns.next_ms()
        if next_ms is not None and self._clock.speed:
            rests.append(self._clock.real_seconds(next_ms - self._clock.now_ms()))
        rest = max(0.0, min(rests)) if rests else None
        news = asyncio.create_task(self.news.wait())
        try:
            await asyncio.wait({*self._under_way, news}, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        done = {task for task in self._under_way if task.done()}
        if done and len(done) < len(self._under_way):
            done, _waiting = await asyncio.wait(self._under_way, timeout=_GATHER)
        for task in done:
            del self._under_way[task]
        return done

    async def close(self) -> None:
        """Lets go of connections and of what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._under_way.clear()
        for web in self._webs:
            web.forget()
        await self._jobs.close()
        await self._client.close()

    def wait_seconds(self) -> float:
        """Seconds of the domain's clock until the next poll is due: none while looks are under way."""
        next_ms = self._turns.next_ms()
        return 0.0 if self._under_way or next_ms is None else max(0, next_ms - self._clock.now_ms()) / 1000

    def hasten(self) -> None:
        """Makes every check due."""
        self._turns.have_come()

    def _roster(self, cursor: str) -> Batch:
        """What is watched, in the order of the configuration; what is no longer configured is not."""
        rows = [
            (
                check.name,
                check.group,
                check.target,
                place,
                round(check.interval * 1000),
                check.dependencies.encoded(),
                check.critical,
            )
            for place, check in enumerate(self._checks)
        ]
        groups = sorted(
            {"service", "application", "xroad", "partner", "batch"} | {check.group for check in self._checks}
        )
        replaced = {"watched": ("kind", groups), "maintenance": ("origin", [_ORIGIN])}
        windows = _longest(self._configured())
        return Batch({"watched": rows, "maintenance": windows}, cursor, replaced, self._jobs.all_facts())

    def _configured(self) -> list[Row]:
        """The maintenance that the configuration names."""
        return [
            (name, epoch_ms(work.start), epoch_ms(work.end), clean_line(work.notice), _ORIGIN)
            for work in self._maintenance
            for name in work.checks
        ]

    async def look(self, check: Check, known: JobWatch | None = None) -> CheckResult:
        """One look, now, where so much is `known` of its job; what is kept of the evidence is cleaned, masked, cut."""
        if known is not None:
            self._jobs.keep({check.name: known})
        return (await self._look(check, self._web())).result

    def _web(self) -> ChecksWeb:
        return ChecksWeb(self._client, self._clock, self._jobs, self._secrets)

    async def _look(self, check: Check, web: ChecksWeb) -> _Found:
        at_ms = self._clock.now_ms()
        found = await self._looked(check, web)
        evidence = kept_evidence(found.evidence)
        result = CheckResult(check.name, at_ms, found.outcome, found.reason, found.latency_ms, evidence, found.since_ms)
        return _Found(result, found.runs, found.turn_ms)

    async def _looked(self, check: Check, web: ChecksWeb) -> Look:
        try:
            return await check.look(web)
        except PausedError:
            return Look(Outcome.UNKNOWN, "paused")
        except SourceError as error:
            # Neither our own configuration nor a dead witness is the service's outage.
            is_unmeasured = error.code in ("certificate", "config", "proxy") or check.is_witness
            return Look(Outcome.UNKNOWN if is_unmeasured else Outcome.FAIL, error.code)

    async def _take_look(self, check: Check, web: ChecksWeb) -> _Found:
        async with self._slots:
            return await self._look(check, web)

    def _try_some(self) -> None:
        """Makes one check due of each of a few hosts, those tried longest ago: enough to see whether we are back."""
        names = {host: name for name, host in self._hosts.items()}
        longest_ago = sorted(names, key=lambda host: self._reaches.get(host, Reach(0, False)).at_ms)
        self._turns.have_come(names[host] for host in longest_ago[:LEAST_HOSTS])

    def _doubted(self, results: Sequence[CheckResult]) -> list[CheckResult]:
        """The results, where what our own network keeps from us is not measured."""
        for each in (result for result in results if result.check in self._hosts):
            self._reaches[self._hosts[each.check]] = Reach(each.at_ms, each.reason not in NOT_REACHED)
        was_cut_off, self._is_cut_off = self._is_cut_off, is_cut_off(self._reaches, self._clock.now_ms())
        if was_cut_off and not self._is_cut_off:
            self.hasten()
        if not self._is_cut_off:
            return list(results)
        lost = [each.outcome is Outcome.FAIL and each.reason in NOT_REACHED for each in results]
        return [
            each._replace(outcome=Outcome.UNKNOWN, reason="own network") if is_lost else each
            for each, is_lost in zip(results, lost, strict=True)
        ]

    def _settle(self, found: Sequence[_Found], facts: dict[str, str], cursor: str) -> Batch:
        """The batch of these results; their service's memory travels as facts, so that a restart forgets nothing."""
        results = self._doubted([each.result for each in found])
        watches = self._watches or {}
        changes: list[tuple[str, Transition]] = []
        for each in found:
            if each.turn_ms is not None:
                self._turns.hurry(each.result.check, each.turn_ms)
        for result in results:
            watches[result.check], change = advance(watches[result.check], result)
            if watches[result.check].is_urgent:
                self._turns.hurry(result.check, self._clock.now_ms() + round(RETRY_SECONDS * 1000))
            facts[f"watch.{result.check}"] = msgspec.json.encode(watches[result.check]).decode()
            if change:
                changes.append((result.check, change))
        rows: dict[str, Sequence[Row]] = {
            "result": [
                (each.check, each.at_ms, each.outcome.value, each.reason, each.latency_ms, each.evidence)
                for each in results
            ],
            "transition": [
                (name, each.at_ms, each.state.value, each.reason, each.detected_ms) for name, each in changes
            ],
        }
        return Batch(rows, cursor, facts=facts)


class _Found(NamedTuple):
    """What one look found, beside its result."""

    result: CheckResult
    runs: tuple[JobRun, ...] = ()
    turn_ms: int | None = None


def _longest(windows: Sequence[Row]) -> list[Row]:
    """One window for each service and beginning, which is all that the history tells apart: the longest."""
    kept: dict[tuple[str, int], Row] = {}
    for window in windows:
        key = window[0], window[1]
        if key not in kept or window[2] > kept[key][2]:
            kept[key] = window
    return list(kept.values())


def kept_evidence(text: str) -> str:
    """What may be kept of what was answered."""
    # Cut before masking would leave the beginning of a code that the mask no longer knows.
    return clean_line(mask_text(clean_line(text, 4_000)), EVIDENCE) if text else ""


def _watch(check: Check, text: str) -> Watch:
    try:
        kept = msgspec.json.decode(text, type=Watch) if text else Watch()
    except msgspec.MsgspecError:
        kept = Watch()
    return replace(kept, is_critical=check.critical, is_certain=check.is_certain)

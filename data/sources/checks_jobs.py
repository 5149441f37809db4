"""What is remembered of batch jobs between two looks: their runs, which come with looks and by pings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from data.checks.base import Check
from data.checks.heartbeat import HeartbeatCheck
from data.clock import Clock
from data.job import JobRun, JobWatch
from data.rules.jobs import KEPT_RUNS, merged
from data.sources.pings import Ping, PingPort
from data.store.jobs import FACT


class Jobs:
    """The jobs that some checks watch, and the port that they ping."""

    def __init__(self, checks: Sequence[Check], clock: Clock, ping_port: int | None) -> None:
        """Without `ping_port` nobody can ping: another process listens."""
        self._clock = clock
        self._names = {check.name for check in checks if isinstance(check, HeartbeatCheck)}
        self._tokens = {check.ping: check.name for check in checks if isinstance(check, HeartbeatCheck) and check.ping}
        self._watches: dict[str, JobWatch] = {}
        self._runs: dict[str, dict[str, int]] = {}
        """When the runs began that jobs have named, by job and name."""
        self._ping_port = ping_port
        self._pings: PingPort | None = None

    async def open(self, facts: Mapping[str, str], on_ping: Callable[[], object]) -> None:
        """Recalls what is known, and listens where a job is to ping; does nothing the second time but to try again."""
        for name in self._names - self._watches.keys():
            self._watches[name] = _decoded(facts.get(FACT + name, "")) or JobWatch(self._clock.now_ms())
        if self._tokens and self._ping_port is not None:
            self._pings = self._pings or PingPort(self._ping_port, self._tokens, self._clock, on_ping)
            await self._pings.open()

    async def close(self) -> None:
        """Listens no more."""
        if self._pings is not None:
            await self._pings.close()

    def watch(self, name: str) -> JobWatch:
        """What is known of a job."""
        return self._watches.get(name) or JobWatch(self._clock.now_ms())

    def pings_problem(self) -> str:
        """Why no ping can arrive; empty where they can, and where that is another process's business."""
        return "ping port" if self._pings is not None and not self._pings.is_open else ""

    def take(self) -> list[Ping]:
        """The pings that wait."""
        return self._pings.take() if self._pings else []

    def told_by(self, pings: Iterable[Ping]) -> dict[str, JobWatch]:
        """What is known of the jobs that `pings` are of, once they are stored."""
        told: dict[str, JobWatch] = {}
        for ping in pings:
            watch = told.get(ping.check) or self.watch(ping.check)
            told[ping.check] = merged(watch, [self._run(watch, ping)])
        return told

    def learned(self, runs: Mapping[str, Sequence[JobRun]]) -> dict[str, JobWatch]:
        """What is known of the jobs that `runs` are of."""
        return {name: merged(self.watch(name), found) for name, found in runs.items() if found}

    def keep(self, watches: Mapping[str, JobWatch]) -> None:
        """Knows that from now on."""
        self._watches |= watches

    def facts(self, watches: Mapping[str, JobWatch]) -> dict[str, str]:
        """What must be kept of `watches`, so that a restart forgets nothing."""
        return {FACT + name: msgspec.json.encode(watch).decode() for name, watch in watches.items()}

    def all_facts(self) -> dict[str, str]:
        """`facts` of every job: its watching has begun, though it has not run yet."""
        return self.facts(self._watches)

    def _run(self, watch: JobWatch, ping: Ping) -> JobRun:
        """The run that `ping` tells of: the one that it names, else the last one that goes on, else one of its own."""
        named = self._runs.setdefault(ping.check, {})
        began_ms = named.get(ping.run) if ping.run else None
        if began_ms is None and not ping.is_start:
            began_ms = next((each.began_ms for each in reversed(watch.runs) if each.ended_ms is None), None)
        if began_ms is None:
            began_ms = _free(watch, ping.at_ms)
        if ping.run:
            named[ping.run] = began_ms
            for old in [*named][:-KEPT_RUNS]:
                del named[old]
        if ping.is_start:
            return JobRun(began_ms)
        return JobRun(began_ms, max(began_ms, ping.at_ms), ping.is_well, ping.rows, ping.total, ping.rejects)


def _free(watch: JobWatch, at_ms: int) -> int:
    """The first millisecond from `at_ms` on in which no run began: two that come at once are two."""
    taken = {each.began_ms for each in watch.runs}
    while at_ms in taken:
        at_ms += 1
    return at_ms


def _decoded(text: str) -> JobWatch | None:
    try:
        return msgspec.json.decode(text, type=JobWatch) if text else None
    except msgspec.MsgspecError:
        return None

"""Batch jobs around the family benefits: each serves a line for every run, as `data.checks.heartbeat_file` reads it.

What ran when follows from the seed and the schedule alone. One job is late when the world begins, and catches up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.clock import tallinn
from data.rules.jobs import planned_by
from data.simulator.dice import Dice
from data.simulator.health import SECOND
from data.simulator.world import World

ZONE = "Europe/Tallinn"
RUNS = 20
"""That are told of each job."""
_MINUTE = 60 * SECOND
_LATE_BY, _CAUGHT_UP = 40 * _MINUTE, 215 * SECOND
"""How long before the beginning of the world the late one was planned, and how long after it it begins."""
_FAILS = 0.03
_AGAIN_MS = 20 * _MINUTE


@dataclass(frozen=True, slots=True)
class Job:
    """One job: when it runs, for about how long, and about how much it handles."""

    path: str
    name: str
    schedule: str
    """Of cron; empty for the one that is late."""
    minutes: float
    rows: int
    euros: float = 0
    """For each row; 0 for a job that sums up nothing."""
    rejects: int = 0
    """At most in a good run."""
    cutoff: str = ""
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


JOBS = (
    Job("oiguse-arvutus", "Öine õiguse arvutus", "0 1 * * *", 95, 182_000, rejects=40, cutoff="06:00",
        needs=("X-tee RR.isikuandmed", "SKAIS2 andmebaas")),
    Job("toetuste-arvutus", "Toetuste arvutus", "0 3 * * 1-5", 70, 141_000, 128.4, 25, "06:00",
        needs=("SKAIS2 andmebaas",)),
    Job("maksefail", "Maksefaili koostamine", "30 5 * * 1-5", 12, 141_000, 128.4, 6, "07:00",
        needs=("SKAIS1 maksed",)),
    Job("panka", "Maksefaili saatmine panka", "0 7 * * 1-5", 4, 141_000, 128.4, cutoff="09:00",
        needs=("Panga maksekanal",)),
    Job("pangateated", "Pangateadete laadimine", "30 16 * * 1-5", 5, 140_900, 128.4, 60,
        needs=("Panga maksekanal",)),
    Job("rr-muudatused", "RR muudatuste laadimine", "15 * * * *", 2, 900, rejects=3,
        needs=("X-tee RR.isikuandmed",)),
    Job("emta", "EMTA andmete laadimine", "15 2 * * *", 25, 64_000, rejects=15, cutoff="07:00",
        needs=("X-tee EMTA.tootamine",)),
    Job("ehis", "EHIS õppurite võrdlus", "0 4 * * 1", 30, 98_000, rejects=20, uses=("X-tee EHIS.õppur",)),
    Job("teavitused", "Teavituste saatmine", "", 6, 5_200, rejects=12, uses=("Dokumendihaldus",)),
    Job("andmeladu", "Aruandluse andmelaadimine", "30 3 * * *", 80, 410_000, cutoff="08:00",
        needs=("SKAIS2 andmebaas",)),
)  # fmt: skip


def schedule_of(job: Job, start_ms: int) -> str:
    """The schedule in a world that begins at `start_ms` (UTC epoch milliseconds)."""
    if job.schedule:
        return job.schedule
    planned = tallinn((start_ms - _LATE_BY) // (5 * _MINUTE) * 5 * _MINUTE)
    return f"{planned.minute} {planned.hour} * * *"


def checks(base: str, start_ms: int) -> Iterator[dict[str, Any]]:
    """The jobs as a configuration watches them."""
    for job in JOBS:
        sums = {"total_at_least": round(job.rows * job.euros * 0.8), "total_at_most": round(job.rows * job.euros * 1.2)}
        yield {
            "type": "heartbeat",
            "name": job.name,
            "group": "batch",
            "schedule": schedule_of(job, start_ms),
            "cutoff": job.cutoff,
            "rows_at_least": job.rows // 2,
            "rows_at_most": job.rows * 2,
            **(sums if job.euros else {}),
            **({"rejects_at_most": job.rejects * 4} if job.rejects else {}),
            "file": f"{base}/jobs/{job.path}.jsonl",
            "needs": job.needs,
            "uses": job.uses,
        }


class Jobs:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._places = {job.path: place for place, job in enumerate(JOBS)}

    def routes(self) -> list[Route]:
        """Everything that is served."""
        return [Route("/jobs/{job}.jsonl", self._lines, methods=["GET", "HEAD"])]

    async def _lines(self, request: Request) -> Response:
        place = self._places.get(request.path_params["job"])
        if place is None:
            return Response("unknown job", 404)
        lines = lines_of(self._world.seed, place, self._world.start_ms, self._world.now_ms())
        return Response(b"".join(msgspec.json.encode(line) + b"\n" for line in lines), media_type="application/jsonl")


def lines_of(seed: int, place: int, start_ms: int, now_ms: int) -> list[dict[str, Any]]:
    """The runs of the job at `place` as they are known at `now_ms` (UTC epoch milliseconds), oldest first."""
    schedule = schedule_of(JOBS[place], start_ms)
    moments: list[int] = []
    planned = planned_by(schedule, ZONE, now_ms)
    while planned is not None and len(moments) < RUNS:
        moments.append(planned)
        planned = planned_by(schedule, ZONE, planned - 1)
    return [line for moment in reversed(moments) for line in _runs(seed, place, start_ms, moment, now_ms)]


def _runs(seed: int, place: int, start_ms: int, planned_ms: int, now_ms: int) -> Iterator[dict[str, Any]]:
    """What one planned time comes to: a run, or one that failed and another."""
    job, dice = JOBS[place], Dice(seed, place, planned_ms // _MINUTE, 60)
    is_late = not job.schedule and 0 <= start_ms - planned_ms < 2 * _LATE_BY
    began_ms = start_ms + _CAUGHT_UP if is_late else planned_ms + dice.below(40) * SECOND
    if dice.chance(_FAILS) and planned_ms < start_ms and not is_late:
        if began_ms <= now_ms:
            yield _told(began_ms, began_ms + 90 * SECOND, now_ms, {"ok": False})
        began_ms += _AGAIN_MS
    if began_ms > now_ms:
        return
    ended_ms = began_ms + round(job.minutes * 60 * (0.85 + 0.3 * dice.part())) * SECOND
    rows = round(job.rows * (0.97 + 0.06 * dice.part()))
    figures: dict[str, Any] = {"rows": rows, "rejects": dice.between(0, job.rejects)}
    if job.euros:
        figures["sum"] = round(rows * job.euros * (0.99 + 0.02 * dice.part()), 2)
    yield _told(began_ms, ended_ms, now_ms, figures)


def _told(began_ms: int, ended_ms: int, now_ms: int, figures: dict[str, Any]) -> dict[str, Any]:
    began = {"began": tallinn(began_ms).isoformat(timespec="seconds")}
    if ended_ms > now_ms:
        return began
    return {**began, "ended": tallinn(ended_ms).isoformat(timespec="seconds"), **figures}

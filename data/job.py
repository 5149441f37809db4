"""The words of batch jobs: what is planned, what was seen of their runs, and how one stands."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from data.model import Public


class JobRun(NamedTuple):
    """One run of a batch job. Times are UTC epoch milliseconds."""

    began_ms: int
    """When it began; its end, where nothing told of the beginning."""
    ended_ms: int | None = None
    """None while it goes on."""
    is_well: bool = True
    """Whether the job itself holds that it went well."""
    rows: int | None = None
    """How many records it handled."""
    total: float | None = None
    """The sum over them, in whatever the job counts: euros for payments."""
    rejects: int | None = None
    """How many records it turned away."""

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it goes on, and where nothing told of the beginning."""
        if self.ended_ms is None or self.ended_ms == self.began_ms:
            return None
        return (self.ended_ms - self.began_ms) / 1000


class JobWatch(NamedTuple):
    """What is known of a job's runs."""

    since_ms: int
    """When its watching began: of what was before, nothing is known but `runs`."""
    runs: tuple[JobRun, ...] = ()
    """Oldest first."""

    @property
    def known_ms(self) -> int:
        """From when on a run that is not among `runs` did not take place."""
        return min(self.since_ms, self.runs[0].began_ms) if self.runs else self.since_ms


class Bounds(NamedTuple):
    """Between what a figure makes sense; None where it may be anything."""

    least: float | None = None
    most: float | None = None

    def broken_by(self, value: float | None) -> str:
        """`0 < 1`: which bound `value` breaks; empty where it breaks none, or is not known."""
        if value is None:
            return ""
        if self.least is not None and value < self.least:
            return f"{value:.15g} < {self.least:.15g}"
        return f"{value:.15g} > {self.most:.15g}" if self.most is not None and value > self.most else ""


class JobPlan(NamedTuple):
    """When a job should run, and what is sane of its figures."""

    schedule: str
    """Five fields of cron."""
    zone: str = "Europe/Tallinn"
    grace_ms: int = 0
    """How much later than planned it may begin (or end, where nothing tells of the beginning)."""
    cutoff: str = ""
    """`06:00`: the time of day by which it must have ended; empty is the next planned run."""
    rows: Bounds = Bounds(least=1)
    total: Bounds = Bounds()
    rejects: Bounds = Bounds()


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    """Its last planned run went well, and the next is still to come."""
    RUNNING = "running"
    LATE = "late"
    """It should have begun, and has not."""
    MISSED = "missed"
    """It should have ended, and has not begun."""
    UNFINISHED = "unfinished"
    """It should have ended, and goes on, or died without a word."""
    FAILED = "failed"
    ODD = "odd"
    """It ended well by its own word, with figures that cannot be right."""
    TWICE = "twice"
    """It went well more than once where it was planned once."""
    UNSEEN = "unseen"
    """Nothing is known of it yet."""


class JobStanding(NamedTuple):
    """How a job stands at a moment. Times are UTC epoch milliseconds."""

    state: JobState
    reason: Public = ""
    """Machine-readable cause, as `data.words.reason_words` reads it; empty where all is well."""
    planned_ms: int | None = None
    """When the run was planned that this is about."""
    cutoff_ms: int | None = None
    """When that run must have ended."""
    next_ms: int | None = None
    """When the next one is planned; None where the schedule has no more."""
    run: JobRun | None = None
    """The last one that is known, of whatever plan."""
    turn_ms: int | None = None
    """When time alone makes it stand otherwise."""
    since_ms: int | None = None
    """Since when something is wrong; None where nothing is, and where that is not known."""


class Job(NamedTuple):
    """A batch job as it is shown."""

    plan: JobPlan
    standing: JobStanding
    runs: tuple[JobRun, ...] = ()
    """Those that are known, oldest first."""

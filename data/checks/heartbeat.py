"""`type = "heartbeat"`: a batch job that should run by a schedule, and tells of its runs.

It tells in one of four ways: by a ping of the sync's own port (`data.sources.pings`), in a file, in Prometheus, or by
e-mail. How it stands then follows from its schedule and its runs alone (`data.rules.jobs`); what could not be read
says nothing of the job.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta

from data.checks.base import Check, FeedError, Look, Name, Web
from data.checks.heartbeat_file import is_address, read_runs
from data.checks.heartbeat_mail import MailFeed
from data.checks.heartbeat_query import QueryFeed
from data.checks.http import shown_address
from data.job import Bounds, Job, JobPlan, JobRun, JobState, JobWatch
from data.language import _
from data.model import Outcome
from data.rules.jobs import merged, schedule_problem, standing
from data.rules.working_calendar import clock_time

FEEDS = ("ping", "file", "query", "mail")
"""Keys of what tells of the runs; a job has one of them."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,100}")
_OUTCOMES = {
    JobState.WAITING: Outcome.OK,
    JobState.RUNNING: Outcome.OK,
    JobState.LATE: Outcome.DEGRADED,
    JobState.TWICE: Outcome.DEGRADED,
    JobState.UNSEEN: Outcome.UNKNOWN,
}
"""What is not here is a failure."""


class HeartbeatCheck(Check, kw_only=True):
    """One job."""

    type_name: ClassVar[str] = "heartbeat"
    group: str = "batch"
    schedule: Name
    """Five fields of cron: minute, hour, day of the month, month, day of the week."""
    zone: str = "Europe/Tallinn"
    grace: Annotated[float, Meta(ge=0, le=604_800)] = 900
    """Seconds that it may begin later than planned (or end, where nothing tells of the beginning)."""
    cutoff: str = ""
    """`06:00`: the time of day, of `zone`, by which it must have ended; empty is the next planned run."""
    rows_at_least: float | None = 1
    rows_at_most: float | None = None
    total_at_least: float | None = None
    total_at_most: float | None = None
    rejects_at_most: float | None = None
    ping: str = ""
    """The last part of the address that it pings: whoever knows it can say that the job ran."""
    file: str = ""
    """Where it writes a line of JSON for each run; or the address where that file is served."""
    query: QueryFeed | None = None
    mail: MailFeed | None = None

    @property
    def plan(self) -> JobPlan:
        """When it should run, and what is sane of its figures."""
        return JobPlan(
            self.schedule,
            self.zone,
            round(self.grace * 1000),
            self.cutoff,
            Bounds(self.rows_at_least, self.rows_at_most),
            Bounds(self.total_at_least, self.total_at_most),
            Bounds(None, self.rejects_at_most),
        )

    @property
    def is_witness(self) -> bool:
        """As `Check.is_witness`."""
        return True

    @property
    def is_certain(self) -> bool:
        """As `Check.is_certain`."""
        return True

    @property
    def target(self) -> str:
        """The schedule, and what tells of the runs; no part of a ping's address."""
        told = f"{self.schedule} ({self.zone})"
        if self.file:
            return f"{told} {shown_address(self.file) if is_address(self.file) else Path(self.file).name}"
        if self.query:
            return f"{told} {self.query.target}"
        return f"{told} {self.mail.target}" if self.mail else told

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`; what witnesses tell says nothing of our own network."""
        return ""

    def place(self, folder: Path) -> None:
        """As `Check.place`."""
        if self.file and not is_address(self.file):
            self.file = str(folder / Path(self.file).expanduser())
        if self.mail:
            self.mail.place(folder)

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield "zone", _("there is no such time zone. Write it as {example}.").format(example="Europe/Tallinn")
        else:
            if schedule_problem(self.schedule, self.zone):
                told = _("write a schedule of cron, for example {example} for every day at one in the morning.")
                yield "schedule", told.format(example="0 1 * * *")
        if self.cutoff:
            try:
                clock_time(self.cutoff)
            except ValueError:
                yield "cutoff", _("write a time of day as 09:00.")
        for name, bounds in (("rows", self.plan.rows), ("total", self.plan.total)):
            if bounds.least is not None and bounds.most is not None and bounds.most < bounds.least:
                yield f"{name}_at_most", _("must not be less than {key}.").format(key=f"{name}_at_least")
        yield from self._feed_problems()

    def _feed_problems(self) -> Iterator[tuple[str, str]]:
        given = [name for name in FEEDS if getattr(self, name)]
        if len(given) != 1:
            yield "ping", _("give one of ping, file, query and mail: what tells of the runs.")
        if self.ping and not _TOKEN.fullmatch(self.ping):
            yield "ping", _("write 8 to 100 letters, digits, “-” or “_” that nobody guesses.")
        if self.query:
            yield from ((f"query.{key}", problem) for key, problem in self.query.problems())
        if self.mail:
            yield from ((f"mail.{key}", problem) for key, problem in self.mail.problems())

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        try:
            found = await self._read(web)
        except FeedError as error:
            return Look(Outcome.UNKNOWN, error.reason, evidence=error.evidence)
        known = web.job(self.name)
        watch = merged(known, (each for each in found if each.began_ms <= web.now_ms()))
        told = standing(self.plan, watch, web.now_ms())
        new = tuple(each for each in watch.runs if each not in known.runs)
        outcome = _OUTCOMES.get(told.state, Outcome.FAIL)
        return Look(outcome, told.reason, runs=new, since_ms=told.since_ms, turn_ms=told.turn_ms)

    def job(self, watch: JobWatch, now_ms: int) -> Job:
        """The job as it is shown at `now_ms` (UTC epoch milliseconds), where so much is known of it."""
        return Job(self.plan, standing(self.plan, watch, now_ms), watch.runs)

    async def _read(self, web: Web) -> Sequence[JobRun]:
        """The runs that its feed tells of."""
        if self.file:
            return await read_runs(web, self.file, self.zone, self.timeout)
        if self.query:
            return await self.query.read_runs(web, self.timeout)
        if self.mail:
            return await self.mail.read_runs(web, self.timeout)
        if problem := web.pings_problem():
            raise FeedError(problem)
        return ()


def jobs_of(checks: Iterable[Check], watches: Mapping[str, JobWatch], now_ms: int) -> dict[str, Job]:
    """The jobs that `checks` watch, as they are shown at `now_ms`, by the name of the check."""
    return {
        check.name: check.job(watches.get(check.name) or JobWatch(now_ms), now_ms)
        for check in checks
        if isinstance(check, HeartbeatCheck)
    }

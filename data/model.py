"""The words of the domain as named tuples: no I/O, no SQL, no screen.

Every text field says by its type how sensitive it is (`Public`, `Staff`, `Personal`, `Free`); `data.rules.mask`
reads those types, so that a new record cannot reach a screen, an export or a log unmasked. Times are UTC epoch
milliseconds (`…_ms`); days are ISO dates (`2026-12-08`) because Jira's due dates have no time and no zone.
"""

from __future__ import annotations

import json
from enum import Enum, StrEnum
from typing import Annotated, Any, NamedTuple, Protocol

from data.uptime import Measured


class Privacy(Enum):
    """How sensitive a text is, and so what the mask does with it."""

    PUBLIC = "public"
    """Names of systems, keys, states: shown as it is."""
    STAFF = "staff"
    """Names of colleagues in their official role: shown, patterns inside are masked."""
    PERSONAL = "personal"
    """Names and contacts of clients and reporters: masked as a whole."""
    FREE = "free"
    """Text that people typed: anything may stand in it, so patterns inside are masked."""


Public = Annotated[str, Privacy.PUBLIC]
Staff = Annotated[str, Privacy.STAFF]
Personal = Annotated[str, Privacy.PERSONAL]
Free = Annotated[str, Privacy.FREE]


class Kind(StrEnum):
    """What changed in the store: panes subscribe to kinds."""

    SERVICES = "services"
    TICKETS = "tickets"
    DEVELOPMENTS = "developments"
    TRAININGS = "trainings"
    SOURCES = "sources"
    DESK = "desk"


class Outcome(StrEnum):
    """What one check measured.

    `MAINTENANCE`: the service itself, or who provides it, said so. `UNKNOWN`: we could not measure.
    """

    OK = "ok"
    DEGRADED = "degraded"
    FAIL = "fail"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"


class ServiceState(StrEnum):
    """What the desk says of a service after the rules have looked at its results."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    FLAPPING = "flapping"
    UNKNOWN = "unknown"


class StatusCategory(StrEnum):
    """Jira's `statusCategory.key`; names and ids of statuses differ between servers, this does not."""

    NEW = "new"
    IN_PROGRESS = "indeterminate"
    DONE = "done"
    UNDEFINED = "undefined"

    @classmethod
    def of(cls, key: str) -> StatusCategory:
        """The category with this key; `UNDEFINED` for one that nobody knows."""
        try:
            return cls(key)
        except ValueError:
            return cls.UNDEFINED

    @property
    def rank(self) -> int:
        """Its place in a list by status."""
        return {"new": 1, "indeterminate": 2, "undefined": 3, "done": 4}[self.value]


class DevelopmentKind(StrEnum):
    """Where a bar on the timeline comes from."""

    EPIC = "epic"
    RELEASE = "release"
    SPRINT = "sprint"


class DevelopmentState(StrEnum):
    """How a development stands against its end date."""

    PLANNED = "planned"
    ON_SCHEDULE = "on_schedule"
    LATE = "late"
    DONE = "done"
    UNDATED = "undated"


class SourcePhase(StrEnum):
    """What a pane says about the data that it shows."""

    LOADING = "loading"
    """Never filled, and the first fill is under way."""
    FRESH = "fresh"
    STALE = "stale"
    """The last good poll is older than three intervals."""
    FAILED = "failed"
    """The last try failed; what is shown is as old as `known_ms`."""
    ABSENT = "absent"
    """Not configured."""


class AbsenceKind(StrEnum):
    """Why a ticket that was known cannot be seen."""

    DELETED = "deleted"
    """Jira does not know it any more. It answers the same for a ticket that it hides from the person."""
    LOST = "lost"
    """Its project cannot be read any more."""
    LEFT = "left"
    """It is in a project that the desk does not follow."""


class Doubt(NamedTuple):
    """What the last look at a service says against its state, and has not proved yet."""

    state: ServiceState
    """The state that further looks like it would prove."""
    looks: int
    needed: int
    """How many such looks prove it; `looks` of them are there."""
    reason: Free
    """Machine-readable cause of the last look, as in `CheckResult`; empty when it was good."""


class Needs(NamedTuple):
    """What a service depends on, by the names of others."""

    hard: tuple[Public, ...] = ()
    """It does not work without these."""
    soft: tuple[Public, ...] = ()
    """It works worse without these."""
    some: tuple[Public, ...] = ()
    """It does not work without `least` of these."""
    least: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.hard, *self.soft, *self.some)))

    def encoded(self) -> str:
        """As the history file keeps it."""
        told = {name: value for name, value in self._asdict().items() if value != self._field_defaults[name]}
        return json.dumps(told, ensure_ascii=False)

    @classmethod
    def decoded(cls, text: str) -> Needs:
        """What `encoded` has told."""
        told: dict[str, Any] = json.loads(text)
        told |= {name: tuple(value) for name, value in told.items() if name != "least"}
        return cls(**told)


class Service(NamedTuple):
    """One watched service as the pane shows it."""

    name: Public
    group: Public
    """`service`, `application`, `xroad`, `partner` or `batch`."""
    state: ServiceState
    since_ms: int | None
    """When the present state began; None while nothing was measured."""
    reason: Free
    """Why it is not up, in a few words; empty while it is up."""
    latency_ms: int | None
    usual_latency_ms: int | None
    """Median latency of the good results that are kept."""
    checked_ms: int | None
    recent: tuple[Outcome, ...]
    """Latest outcomes, oldest first, at most 24."""
    url: Public = ""
    doubt: Doubt | None = None
    roots: tuple[Public, ...] = ()
    """Because of which others it fails, where it is not to blame itself."""
    affected: int = 0
    """How many others fail because of it."""
    is_critical: bool = False
    until_ms: int | None = None
    """When the planned maintenance ends that it is under."""
    evidence: Free = ""
    """What was answered to the last look, where that was not as it should be."""
    blame: Public = ""
    """Whose fault that was, where X-Road told it: a `data.rules.xroad.Blame`."""
    needs: Needs = Needs()
    """What it depends on."""
    place: int = 0
    """Its number in the order of the configuration."""

    @property
    def is_shaken(self) -> bool:
        """Whether it may be down: its last look failed, and further ones will tell."""
        return self.doubt is not None and self.doubt.state is ServiceState.DOWN

    @property
    def is_being_checked(self) -> bool:
        """Whether its state is not to be told until further looks have settled it."""
        if self.state is ServiceState.UNKNOWN:
            return self.doubt is not None
        return self.state is ServiceState.UP and self.is_shaken


class CheckResult(NamedTuple):
    """One measurement of one check."""

    check: Public
    at_ms: int
    outcome: Outcome
    reason: Free
    """Machine-readable cause: `http 503`, `timeout`, `body mismatch`; empty when ok."""
    latency_ms: int | None
    evidence: Free = ""
    """What the server said, shortened to 500 characters."""
    since_ms: int | None = None
    """Since when it is so, where that is known better than by the look."""


class Transition(NamedTuple):
    """A change of a service's state."""

    at_ms: int
    """When the state started: the first look that showed it."""
    state: ServiceState
    reason: Free
    detected_ms: int
    """When enough looks had proved it."""


class Maintenance(NamedTuple):
    """Planned work on a service. Times are UTC epoch milliseconds; the end is no part of it."""

    start_ms: int
    end_ms: int
    notice: Free


class ServiceDetail(NamedTuple):
    """A service opened: its results and its changes of state, newest first."""

    service: Service
    results: tuple[CheckResult, ...]
    transitions: tuple[Transition, ...]
    needs: tuple[Service, ...] = ()
    """What it depends on, of what is watched."""
    needed_by: tuple[Service, ...] = ()
    """What depends on it."""
    maintenance: tuple[Maintenance, ...] = ()
    """What is planned and not over, by its start."""
    measured: Measured = Measured()


class Pending(StrEnum):
    """How far what the person did to a ticket has come."""

    NONE = ""
    SAVING = "saving"
    """Not on the disk yet."""
    WAITING = "waiting"
    """On the disk; Jira does not have it yet, or we have not read it back."""
    PROBLEM = "problem"
    """The person has to decide."""


class TicketRow(NamedTuple):
    """A ticket as a line of a list."""

    id: int
    """Jira's issue id: stable, unlike the key."""
    key: Public
    project: Public
    type_name: Public
    summary: Free
    status_name: Public
    category: StatusCategory
    priority_name: Public
    priority_rank: int
    """1 is the most urgent."""
    assignee: Staff
    """Display name; empty when unassigned."""
    mine: bool
    created_ms: int
    updated_ms: int
    due_day: Public
    """ISO date or empty."""
    breach_ms: int | None
    """When the nearest running SLA clock runs out; None when none runs or it is paused."""
    breach_name: Public
    """Which clock that is: in Jira's words, or a `ClockKind` for one that the desk keeps itself."""
    pending: Pending = Pending.NONE


class Comment(NamedTuple):
    """A comment on a ticket."""

    id: int
    author: Staff
    created_ms: int
    updated_ms: int
    body: Free


class Change(NamedTuple):
    """One field of one entry of a ticket's history."""

    at_ms: int
    author: Staff
    field: Public
    before: Free
    after: Free


class Worklog(NamedTuple):
    """Time that somebody spent on a ticket."""

    id: int
    author: Staff
    started_ms: int
    seconds: int
    updated_ms: int
    comment: Free


class Attachment(NamedTuple):
    """A file on a ticket, without its content."""

    id: int
    name: Free
    size: int
    """Bytes."""
    mime: Public
    author: Staff
    created_ms: int


class ClockKind(StrEnum):
    """What an SLA clock measures, from the creation of the ticket on."""

    RESPONSE = "response"
    """Until somebody has answered."""
    RESOLUTION = "resolution"
    """Until it is resolved."""
    OTHER = "other"
    """Something else, which Jira alone keeps."""


class ClockRun(StrEnum):
    """Whether an SLA clock runs."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class WorkTime(Protocol):
    """A calendar by which an SLA clock runs. Moments are UTC epoch milliseconds, lengths milliseconds."""

    def overlap_ms(self, start_ms: int, end_ms: int) -> int:
        """How much of the time from `start_ms` to `end_ms` counts."""

    def after_ms(self, start_ms: int, work_ms: int) -> int | None:
        """The first moment at which so much has counted since `start_ms`; None if there is none."""


class SlaClock(NamedTuple):
    """An SLA clock as it was left at the last thing that happened to its ticket; `data.rules.sla` tells how it stands.

    Jira tells less of its own than the desk knows of those that it keeps: what is not told is None.
    """

    kind: ClockKind
    run: ClockRun
    target_ms: int | None
    due_ms: int | None
    """When the target is reached, or was; None for a clock that stands before that."""
    used_ms: int | None
    """How much was used up to `since_ms`."""
    since_ms: int | None
    """Since when it runs, waits or stands as it does."""
    is_late: bool = False
    """Whether more was used than the target allows, of a clock that stands."""
    name: Public = ""
    """In Jira's words; empty for one that the desk keeps itself."""
    calendar: WorkTime | None = None
    """By which the desk's own runs."""

    @property
    def is_own(self) -> bool:
        """Whether the desk keeps it, and not Jira."""
        return not self.name


class TicketClocks(NamedTuple):
    """The SLA clocks of one ticket."""

    jira: tuple[SlaClock, ...] = ()
    own: tuple[SlaClock, ...] = ()
    unknown: tuple[Public, ...] = ()
    """Statuses that it went through and neither Jira nor the configuration knows: in these the clocks run."""


class Ticket(NamedTuple):
    """A ticket opened."""

    row: TicketRow
    description: Free
    reporter: Personal
    resolution: Public
    resolved_ms: int | None
    labels: tuple[Public, ...]
    components: tuple[Public, ...]
    fix_versions: tuple[Public, ...]
    sprints: tuple[Public, ...]
    epic_key: Public
    parent_key: Public
    url: Public
    comments: tuple[Comment, ...]
    """Oldest first."""
    changes: tuple[Change, ...]
    """Newest first."""
    worklogs: tuple[Worklog, ...] = ()
    """By their start."""
    attachments: tuple[Attachment, ...] = ()
    """Oldest first."""
    clocks: TicketClocks = TicketClocks()


class TicketAbsence(NamedTuple):
    """What is still known of a ticket that cannot be seen."""

    ticket_id: int
    key: Public
    """The last one known."""
    project: Public
    kind: AbsenceKind
    since_ms: int
    """When the desk noticed."""
    new_key: Public
    """Its key in the project that it left for; empty otherwise."""


RISK_MS = 4 * 3_600_000
"""A running clock is at risk when it runs out within half a working day, or has run out."""


class TicketView(StrEnum):
    """The lists of tickets on offer."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    AT_RISK = "at_risk"
    """Open, with a running SLA clock that is at risk."""
    ALL = "all"


class TicketSort(StrEnum):
    """The orders of tickets on offer; each has a covering index in the store."""

    UPDATED = "updated"
    CREATED = "created"
    KEY = "key"
    PRIORITY = "priority"
    STATUS = "status"
    ASSIGNEE = "assignee"
    SUMMARY = "summary"
    BREACH = "breach"


class TicketQuery(NamedTuple):
    """Which tickets, and in which order. Hashable, so that a window can be kept by it."""

    view: TicketView = TicketView.OPEN
    sort: TicketSort = TicketSort.UPDATED
    descending: bool = True
    text: str = ""
    """Words searched for; every word must occur. Search results come newest first."""
    project: str = ""
    status: str = ""
    type_name: str = ""
    priority: str = ""
    assignee: str = ""


class TicketCounts(NamedTuple):
    """The figures of the pane's title."""

    open: int
    mine: int
    at_risk: int
    """Open ones whose SLA clock runs out soon or has run out."""
    total: int
    overdue: int = 0
    """Those of `at_risk` whose clock has run out."""


class Development(NamedTuple):
    """A bar on the timeline."""

    id: str
    """`epic:10023`, `release:1007` or `sprint:33`."""
    kind: DevelopmentKind
    key: Public
    title: Free
    project: Public
    start_day: Public
    end_day: Public
    first_end_day: Public
    """The end that was first set, from the change log; empty when the end never moved."""
    done: int
    total: int
    blockers: int
    """Open tickets inside it that are flagged or of the most urgent priority."""
    state: DevelopmentState
    slip_days: int
    """How far the end has moved from `first_end_day`; for an unfinished one past its end, how late it is today."""


class DevelopmentDetail(NamedTuple):
    """A development opened: the tickets inside, open ones first."""

    development: Development
    description: Free
    tickets: tuple[TicketRow, ...]


class Training(NamedTuple):
    """A training in the calendar."""

    id: str
    """Calendar, UID and recurrence, joined: stable between polls."""
    calendar: Public
    title: Free
    start_ms: int
    end_ms: int
    all_day: bool
    location: Free
    description: Free
    cancelled: bool
    invited: int
    accepted: int
    declined: int
    capacity: int | None
    organizer: Staff


class Gap(NamedTuple):
    """Something that a source could not read, though it answers."""

    reference: Public
    """What is missing: a project's key, a ticket's key."""
    reason: Public
    """`unreadable`, `unobserved` or `unread` for a project; a code of the source's own otherwise."""
    since_ms: int
    detail: Free
    """Figures to the reason, as the source tells them."""


class Quarantined(NamedTuple):
    """A record that made no sense and was left out."""

    reference: Public
    reason: Free
    at_ms: int | None
    """When it was updated in its system; None if that could not be read."""


class SourceState(NamedTuple):
    """How a source stands: what is known up to when, what went wrong, when the next try is."""

    name: Public
    kind: Public
    """`jira`, `http` or `calendar`."""
    phase: SourcePhase
    known_ms: int | None
    """The last good poll, changed or not."""
    tried_ms: int | None
    next_ms: int | None
    done: int
    total: int | None
    """Progress of a fill; total is None while unknown."""
    rows: int
    """Records held of this source."""
    quarantined: int
    error_code: Public = ""
    """What is wrong; empty when well.

    Of the source, as `data.sources` tells it: `absent` (it does not know the address), `auth`, `captcha`, `config`,
    `format`, `html`, `network`, `paused`, `proxy`, `server`, `timeout`, `tls`, `unreachable`. Of our own: `store.` with
    the code of a `StoreError` (`store.full`, `store.locked` …) where nothing could be kept, `fault` for a fault of the
    program, and a `StoreError`'s code alone where the file cannot be read.
    """
    error_detail: Free = ""
    gaps: tuple[Gap, ...] = ()
    """What it could not read, at most 100."""
    odd: tuple[Quarantined, ...] = ()
    """The records that were left out, newest first, at most 100."""
    followed: int = 0
    """How many projects the configuration names; 0 for a source that has none."""


class AttentionKind(StrEnum):
    """Why something needs the person."""

    SERVICE_DOWN = "service_down"
    SERVICE_FLAPPING = "service_flapping"
    SERVICE_DEGRADED = "service_degraded"
    PAYDAY_THREATENED = "payday_threatened"
    PAYDAY_STEP = "payday_step"
    CYBER_CLOCK = "cyber_clock"
    SLA = "sla"
    RELEASE_LATE = "release_late"
    TRAINING_TODAY = "training_today"
    TRAINING_FULL = "training_full"
    SOURCE_FAILED = "source_failed"
    SOURCE_GAP = "source_gap"


class Attention(NamedTuple):
    """One line of the strip *Vajab tähelepanu*."""

    id: str
    """Kind, subject and occurrence, joined: an acknowledgement holds for this occurrence only."""
    kind: AttentionKind
    subject: Public
    """Key or name of the thing, which opens it."""
    title: Free
    at_ms: int | None
    """Since when, or until when for a clock that runs out."""
    detail: Free
    target: str
    """`service:NAME`, `payday:ID`, `ticket:ID`, `development:ID`, `training:ID` or `source:NAME`."""
    affected: tuple[Public, ...] = ()
    """What else fails because of it."""
    is_untold: bool = False
    """Whether it is an outage of which nobody has been told yet."""


class Acknowledgement(NamedTuple):
    """What the person has taken note of."""

    attention_id: str
    at_ms: int
    actor: Staff


class Overview(NamedTuple):
    """Everything that the strip and the stand-up need at once."""

    attention: tuple[Attention, ...]
    acknowledged: tuple[Attention, ...] = ()

"""What every part of the screen shares: the store's reader, formatting, the mask switch, how the sources stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from data.action import Action, Actions, Value
from data.model import (
    Development,
    DevelopmentDetail,
    Kind,
    Overview,
    Service,
    ServiceDetail,
    SourcePhase,
    SourceState,
    Ticket,
    TicketAbsence,
    TicketCounts,
    TicketQuery,
    TicketRow,
    Training,
)
from data.rules.mask import mask
from tui.format import Format

if TYPE_CHECKING:
    from data.config import Config
    from data.incident import Incident, OwnPlan, Stage
    from data.job import JobWatch
    from data.paths import Places
    from data.payday import Payday
    from data.preferences import Preferences
    from data.rules.notice import Draft
    from data.ticket_meta import FieldMeta, LinkType, ProjectMeta, TicketType, Way


class TicketWindow(Protocol):
    """An ordered result of tickets that is read piece by piece."""

    def count(self) -> int:
        """How many rows there are."""

    def rows(self, start: int, stop: int) -> Sequence[TicketRow]:
        """The rows from `start` up to, but without, `stop`."""

    def position(self, row_id: int) -> int | None:
        """Where the row with this id stands; None when it is not in the result."""


class DeskReader(Protocol):
    """What the screen asks of the store; `data.store.read.Reader` answers it, and tests give their own."""

    @property
    def meta(self) -> MetaReader:
        """What may be done to tickets."""

    def services(self) -> tuple[Service, ...]:
        """Every watched service, worst first."""

    def service(self, name: str) -> ServiceDetail | None:
        """One service opened."""

    def paydays(self) -> tuple[Payday, ...]:
        """The pay-days of the next weeks, by day."""

    def jobs(self) -> dict[str, JobWatch]:
        """What is known of the runs of batch jobs, by the name of the check."""

    def incidents(self) -> tuple[Incident, ...]:
        """The outages that go on, then those of the last 90 days, the newest first."""

    def plans(self, service: str) -> tuple[OwnPlan, ...]:
        """The maintenance of a service that was planned on the desk and is not over."""

    def draft(self, incident_id: str, stage: Stage) -> Draft | None:
        """What was written of a notice and not sent; None where nothing was."""

    def actions(self) -> Actions:
        """What the person has done to tickets."""

    def tickets(self, query: TicketQuery) -> TicketWindow:
        """The tickets of a query."""

    def ticket(self, ticket_id: int) -> Ticket | None:
        """One ticket opened."""

    def absence(self, ticket_id: int) -> TicketAbsence | None:
        """Why a ticket that was known cannot be seen."""

    def ticket_counts(self) -> TicketCounts:
        """Figures for the title."""

    def facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """What tickets can be filtered by, each value with its count of open tickets."""

    def developments(self) -> tuple[Development, ...]:
        """Every development."""

    def development(self, id: str) -> DevelopmentDetail | None:
        """One development opened."""

    def trainings(self, from_ms: int, to_ms: int) -> tuple[Training, ...]:
        """The trainings that begin in a span of time."""

    def training(self, id: str) -> Training | None:
        """One training opened."""

    def sources(self) -> tuple[SourceState, ...]:
        """How every source stands."""

    def overview(self, *, is_hurried: bool = False) -> Overview:
        """What needs the person."""

    def generations(self) -> dict[Kind, int]:
        """A number for each kind that grows when records of it change."""

    def data_versions(self) -> tuple[int, ...]:
        """Numbers that differ after any write to the store."""


class MetaReader(Protocol):
    """What may be done to tickets; `data.store.ticket_meta.StoredMeta` answers from the cache."""

    def project(self, key: str) -> ProjectMeta:
        """What is known of a project."""

    def ways(self, ticket_id: int) -> tuple[Way, ...]:
        """The transitions that lead on from where a ticket is."""

    def fields(self, ticket_id: int) -> tuple[FieldMeta, ...]:
        """The fields that tickets of this one's project and type have."""

    def values(self, ticket_id: int) -> Mapping[str, tuple[Value, ...]]:
        """What the fields of a ticket hold, unmasked."""

    def projects(self) -> tuple[str, ...]:
        """The projects in which tickets may be made."""

    def types(self, project: str) -> tuple[TicketType, ...]:
        """The types of ticket that may be made in a project."""

    def links(self) -> tuple[LinkType, ...]:
        """The kinds of link."""

    def people(self, words: str) -> tuple[Value, ...]:
        """People to whom a ticket may be assigned."""


class SyncWatch(Protocol):
    """What keeps the sync process alive; `tui.cli.desk.SyncKeeper` does."""

    def start(self) -> None:
        """Begins to keep it alive; called after the first paint, and returns at once."""

    def fault(self) -> str:
        """What is wrong with the sync process, in the person's words; empty while it runs."""


class OwnRecords(Protocol):
    """Where the person's own records are written; `data.store.desk.DeskFile` does."""

    actor: str
    """Who writes."""

    def record(self, kind: str, subject: str, body: Mapping[str, Any]) -> str:
        """Writes an operation; returns its id."""

    def keep_file(self, content: bytes) -> str:
        """Keeps an encrypted copy of a file that is to be attached; its digest."""

    def acknowledge(self, attention_id: str, subject: str) -> str:
        """Takes note of a line of the strip; returns the id of the operation."""

    def withdraw(self, operation_id: str) -> object:
        """Takes an operation back."""


@dataclass(frozen=True, slots=True)
class SourceNote:
    """How the sources of one kind stand together."""

    phase: SourcePhase
    known_ms: int | None
    done: int = 0
    total: int | None = None
    rows: int = 0
    error_code: str = ""
    name: str = ""
    next_ms: int | None = None


WORST = (SourcePhase.FAILED, SourcePhase.LOADING, SourcePhase.STALE, SourcePhase.FRESH, SourcePhase.ABSENT)


def source_note(sources: Sequence[SourceState], kind: str, *, is_configured: bool = False) -> SourceNote:
    """The sources of `kind` summed up: the worst phase, the oldest age, the progress of all fills.

    One that is in the configuration and of which the store says nothing yet is about to be filled.
    """
    ours = [source for source in sources if source.kind == kind]
    if not ours:
        return SourceNote(SourcePhase.LOADING if is_configured else SourcePhase.ABSENT, None)
    phase = min((source.phase for source in ours), key=WORST.index)
    worst = next(source for source in ours if source.phase == phase)
    known = [source.known_ms for source in ours if source.known_ms is not None]
    totals = [source.total for source in ours if source.phase == SourcePhase.LOADING]
    return SourceNote(
        phase,
        min(known) if known else None,
        sum(source.done for source in ours if source.phase == SourcePhase.LOADING),
        None if not totals or None in totals else sum(total or 0 for total in totals),
        sum(source.rows for source in ours),
        worst.error_code,
        worst.name,
        worst.next_ms,
    )


@dataclass(frozen=True)
class Acts:
    """What the person has done to tickets: what the store tells, and what is not on the disk yet."""

    stored: Actions = field(default_factory=Actions)
    saving: Mapping[str, Action] = field(default_factory=dict)
    is_read: bool = False

    @cached_property
    def by_ticket(self) -> Mapping[int, tuple[Action, ...]]:
        """What a ticket may lack yet, in the order in which it was done."""
        found = self.stored.by_ticket()
        for action in self.saving.values():
            found.setdefault(action.ticket_id, []).append(action)
        return {ticket_id: tuple(each) for ticket_id, each in found.items()}


@dataclass(slots=True)
class Desk:
    """The shared state of one running screen; only the app changes it."""

    reader: DeskReader
    format: Format
    places: Places
    preferences: Preferences
    service: str
    config: Config
    source_kinds: frozenset[str] = frozenset()
    """The kinds of source in the configuration."""
    demo: bool = False
    records: OwnRecords | None = None
    masked: bool = True
    mode: str = "dashboard"
    sources: tuple[SourceState, ...] = field(default=())
    sources_read: bool = False
    sync_fault: str = ""
    """What is wrong with the sync process, in the person's words; empty while it runs."""
    acts: Acts = field(default_factory=Acts)
    """What the person has done to tickets."""

    @property
    def hides(self) -> bool:
        """Whether personal data is masked now; in the stand-up it always is."""
        return self.masked or self.mode == "standup"

    def note(self, kind: str) -> SourceNote:
        """How the sources of `kind` stand."""
        return source_note(self.sources, kind, is_configured=kind in self.source_kinds)

    def acts_on(self, ticket_id: int) -> tuple[Action, ...]:
        """What was done to a ticket and may not be in its record yet, as far as it may be seen."""
        found = self.acts.by_ticket.get(ticket_id, ())
        return mask(found) if found and self.hides else found

    @property
    def is_filling(self) -> bool:
        """Whether something is filled for the first time, so that what needs the person may still be on its way."""
        return any(self.note(kind).phase == SourcePhase.LOADING for kind in self.source_kinds)

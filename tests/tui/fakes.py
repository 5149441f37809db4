"""A desk over a reader that holds plain records, and a clock that stands still."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from data.action import Actions
from data.clock import Clock
from data.config import Config, Desk
from data.incident import Incident, Outage, OwnPlan, Stage
from data.job import JobWatch
from data.model import (
    Attention,
    CheckResult,
    Development,
    DevelopmentDetail,
    Kind,
    Outcome,
    Overview,
    Service,
    ServiceDetail,
    SourceState,
    StatusCategory,
    Ticket,
    TicketAbsence,
    TicketCounts,
    TicketQuery,
    TicketRow,
    TicketSort,
    TicketView,
    Training,
    Transition,
)
from data.paths import Places, places
from data.payday import Payday
from data.preferences import Preferences
from data.rules.incidents import incidents
from data.rules.notice import Draft
from data.store.actions import folded_actions
from data.store.incidents import folded_deeds, folded_drafts
from data.store.operations import ACKNOWLEDGE, WITHDRAW, Operation, folded_acknowledgements
from data.store.plans import folded_plans
from tests.tui.fake_meta import FakeMeta
from tests.tui.measured import MEASURED
from tests.tui.world import (
    ATTENTION,
    DEVELOPMENTS,
    MINUTE,
    NOW_MS,
    SERVICES,
    SOURCES,
    STILL,
    TICKETS,
    TRAININGS,
    ticket,
)
from tui.app import DeskApp


class FakeWindow:
    """An ordered result in memory."""

    def __init__(self, rows: Sequence[TicketRow]) -> None:
        self._rows = tuple(rows)

    def count(self) -> int:
        return len(self._rows)

    def rows(self, start: int, stop: int) -> Sequence[TicketRow]:
        return self._rows[start:stop]

    def position(self, row_id: int) -> int | None:
        return next((index for index, row in enumerate(self._rows) if row.id == row_id), None)


_SORTS: dict[TicketSort, Callable[[TicketRow], Any]] = {
    TicketSort.UPDATED: lambda row: row.updated_ms,
    TicketSort.CREATED: lambda row: row.created_ms,
    TicketSort.KEY: lambda row: (row.project, int(row.key.partition("-")[2])),
    TicketSort.PRIORITY: lambda row: row.priority_rank,
    TicketSort.STATUS: lambda row: row.status_name,
    TicketSort.ASSIGNEE: lambda row: row.assignee,
    TicketSort.SUMMARY: lambda row: row.summary,
    TicketSort.BREACH: lambda row: row.breach_ms or 1 << 60,
}
_VIEWS: dict[TicketView, Callable[[TicketRow], bool]] = {
    TicketView.OPEN: lambda row: row.category != StatusCategory.DONE,
    TicketView.MINE: lambda row: row.mine,
    TicketView.UNASSIGNED: lambda row: not row.assignee,
    TicketView.AT_RISK: lambda row: row.breach_ms is not None,
    TicketView.ALL: lambda row: True,
}


@dataclass
class FakeReader:
    """Answers from plain records; `touch` makes the feed notice a change."""

    service_rows: tuple[Service, ...] = SERVICES
    ticket_rows: tuple[TicketRow, ...] = TICKETS
    development_rows: tuple[Development, ...] = DEVELOPMENTS
    training_rows: tuple[Training, ...] = TRAININGS
    source_rows: tuple[SourceState, ...] = SOURCES
    attention_rows: tuple[Attention, ...] = ATTENTION
    absences: dict[int, TicketAbsence] = field(default_factory=dict)
    noted: set[str] = field(default_factory=set)
    fault: Exception | None = None
    reads: list[str] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    payday_rows: tuple[Payday, ...] = ()
    job_watches: dict[str, JobWatch] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    """As the desk file holds them, in the order in which they were written."""
    meta: FakeMeta = field(default_factory=FakeMeta)
    version: int = 1
    numbers: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 1))

    def touch(self, *kinds: Kind) -> None:
        for kind in kinds:
            self.numbers[kind] += 1
        self.version += 1

    def _read(self, what: str) -> None:
        self.reads.append(what)
        if self.fault is not None:
            raise self.fault

    def services(self) -> tuple[Service, ...]:
        self._read("services")
        return self.service_rows

    def service(self, name: str) -> ServiceDetail | None:
        self._read("service")
        found = next((each for each in self.service_rows if each.name == name), None)
        if found is None:
            return None
        results = tuple(
            CheckResult(
                name,
                NOW_MS - index * MINUTE,
                Outcome.FAIL if found.reason and index < 4 else Outcome.OK,
                found.reason if index < 4 else "",
                310 + index,
            )
            for index in range(30)
        )
        transitions = (Transition(found.since_ms or 0, found.state, found.reason, found.since_ms or 0),)
        needs = tuple(each for each in self.service_rows if each.name in found.roots)
        needed_by = tuple(each for each in self.service_rows if name in each.roots)
        return ServiceDetail(found, results, transitions, needs, needed_by, measured=MEASURED)

    def paydays(self) -> tuple[Payday, ...]:
        return self.payday_rows

    def jobs(self) -> dict[str, JobWatch]:
        return self.job_watches

    def incidents(self) -> tuple[Incident, ...]:
        return incidents(self.outages, {}, {each.service for each in self.outages}, {}, folded_deeds(self.operations))

    def plans(self, service: str) -> tuple[OwnPlan, ...]:
        return tuple(each for each in folded_plans(self.operations) if each.service == service and each.end_ms > NOW_MS)

    def draft(self, incident_id: str, stage: Stage) -> Draft | None:
        return folded_drafts(self.operations).get((incident_id, stage))

    def actions(self) -> Actions:
        book = folded_actions(self.operations)
        return Actions(book.open, book.ended, book.drafts)

    def tickets(self, query: TicketQuery) -> FakeWindow:
        self._read("tickets")
        rows = [row for row in self.ticket_rows if _VIEWS[query.view](row)]
        for name, wanted in (("project", query.project), ("status_name", query.status), ("type_name", query.type_name),
                             ("priority_name", query.priority), ("assignee", query.assignee)):  # fmt: skip
            rows = [row for row in rows if not wanted or getattr(row, name) == wanted]
        for word in query.text.casefold().split():
            rows = [row for row in rows if word in f"{row.key} {row.summary}".casefold()]
        rows.sort(key=_SORTS[query.sort], reverse=query.descending)
        return FakeWindow(rows)

    def ticket(self, ticket_id: int) -> Ticket | None:
        self._read("ticket")
        return next((ticket(row) for row in self.ticket_rows if row.id == ticket_id), None)

    def absence(self, ticket_id: int) -> TicketAbsence | None:
        return self.absences.get(ticket_id)

    def ticket_id(self, key: str) -> int | None:
        return next((row.id for row in self.ticket_rows if row.key == key), None)

    def ticket_counts(self) -> TicketCounts:
        rows = self.ticket_rows
        clocks = [row.breach_ms for row in rows if row.breach_ms is not None]
        overdue = sum(at_ms < NOW_MS for at_ms in clocks)
        return TicketCounts(len(rows), 6 if rows else 0, len(clocks), len(rows), overdue)

    def facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        return {
            "project": (("SKAH", 37), ("PHV", 10)),
            "status": (("Töös", 20), ("Avatud", 17), ("Ootel", 10)),
            "type": (("Hooldus", 31), ("Arendusvajadus", 16)),
            "priority": (("Kriitiline", 6), ("Kõrge", 18), ("Keskmine", 17), ("Madal", 6)),
            "assignee": (("Mari Mets", 12), ("Jaan Tamm", 6)),
        }

    def developments(self) -> tuple[Development, ...]:
        self._read("developments")
        return self.development_rows

    def development(self, id: str) -> DevelopmentDetail | None:
        self._read("development")
        found = next((each for each in self.development_rows if each.id == id), None)
        return None if found is None else DevelopmentDetail(found, "Mida arendus muudab.", self.ticket_rows[:12])

    def trainings(self, from_ms: int, to_ms: int) -> tuple[Training, ...]:
        self._read("trainings")
        return tuple(each for each in self.training_rows if from_ms <= each.start_ms < to_ms)

    def training(self, id: str) -> Training | None:
        return next((each for each in self.training_rows if each.id == id), None)

    def sources(self) -> tuple[SourceState, ...]:
        return self.source_rows

    def overview(self, *, is_hurried: bool = False) -> Overview:
        self._read("overview")
        return Overview(
            tuple(each for each in self.attention_rows if each.id not in self.noted),
            tuple(each for each in self.attention_rows if each.id in self.noted),
        )

    def generations(self) -> dict[Kind, int]:
        return dict(self.numbers)

    def data_versions(self) -> tuple[int, ...]:
        return (self.version,)


class FakeRecords:
    """The person's own records, kept in the reader."""

    actor = "Kati Katse"

    def __init__(self, reader: FakeReader) -> None:
        self.reader = reader

    def acknowledge(self, attention_id: str, subject: str) -> str:
        return self.record(ACKNOWLEDGE, subject, {"attention": attention_id})

    def keep_file(self, content: bytes) -> str:
        return sha256(content).hexdigest()

    def withdraw(self, operation_id: str) -> str:
        return self.record(WITHDRAW, "", {"operation": operation_id})

    def record(self, kind: str, subject: str, body: Mapping[str, Any]) -> str:
        operations = self.reader.operations
        operations.append((f"operation-{len(operations)}", NOW_MS, self.actor, kind, json.dumps(body)))
        self.reader.noted = set(folded_acknowledgements(operations))
        return operations[-1][0]


def make_desk(
    tmp_path: Path,
    reader: FakeReader | None = None,
    *,
    language: str = "et",
    theme: str = "light",
    preferences: Preferences | None = None,
    ascii_only: bool = False,
    clock: Clock = STILL,
    demo: bool = True,
    supervisor: Any = None,
    **sections: Any,
) -> DeskApp:
    """A desk over a fake reader, with a clock that stands still; `sections` are more of its configuration."""
    reader = reader or FakeReader()
    chosen_desk = Desk(service="Perehüvitised", language=language, theme=theme, ascii=ascii_only)
    config = Config(desk=chosen_desk, demo=demo, **sections)
    here: Places = places(tmp_path / "config.toml", tmp_path)
    chosen = preferences or replace(Preferences(), theme=theme, language=language)
    return DeskApp(reader, config, here, clock, chosen, supervisor=supervisor, records=FakeRecords(reader))


async def settled(pilot: Pilot[None]) -> None:
    """Waits until everything that was asked of the store is on screen."""
    for _ in range(3):
        await pilot.pause()
        await workers_done(pilot)
    await pilot.pause()


async def workers_done(pilot: Pilot[None]) -> None:
    """Waits until no worker is at work."""
    for _ in range(100):
        try:
            await pilot.app.workers.wait_for_complete()
        except WorkerCancelled:
            # A reading that a newer one has taken the place of: no fault.
            await pilot.pause()
        else:
            return
    raise AssertionError("workers are cancelled without end")


async def until(pilot: Pilot[None], holds: Callable[[], object]) -> None:
    """Waits until `holds` answers with something true; fails after ten seconds."""
    for _ in range(400):
        if holds():
            return
        await pilot.pause(0.025)
        await workers_done(pilot)
    raise AssertionError("what was waited for did not come")


def words_on_screen(app: DeskApp) -> str:
    """What the person reads now, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

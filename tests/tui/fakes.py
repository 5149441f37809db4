"""A small invented working day, given to the screen by a reader that holds plain records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from data.clock import Clock, epoch_ms
from data.config import Config, Desk
from data.model import (
    Attention,
    AttentionKind,
    Change,
    CheckResult,
    Comment,
    Development,
    DevelopmentDetail,
    DevelopmentKind,
    DevelopmentState,
    Kind,
    Outcome,
    Overview,
    Service,
    ServiceDetail,
    ServiceState,
    SourcePhase,
    SourceState,
    StatusCategory,
    Ticket,
    TicketCounts,
    TicketQuery,
    TicketRow,
    TicketSort,
    TicketView,
    Training,
    Transition,
)
from data.paths import Places, places
from data.preferences import Preferences
from tui.app import DeskApp

NOW_MS = epoch_ms(datetime(2026, 12, 4, 9, 14, 0))
"""Friday, 4 December 2026, 09:14 in Tallinn."""
STILL = Clock(NOW_MS, 0, 0)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def at(day: int, hour: int = 0, minute: int = 0, month: int = 12) -> int:
    """A moment of December 2026."""
    return epoch_ms(datetime(2026, month, day, hour, minute))


def bars(pattern: str) -> tuple[Outcome, ...]:
    """Outcomes from `.` ok, `s` slow, `x` failed, `?` unmeasured."""
    return tuple(
        {".": Outcome.OK, "s": Outcome.DEGRADED, "x": Outcome.FAIL, "?": Outcome.UNKNOWN}[mark] for mark in pattern
    )


def service(name: str, state: ServiceState = ServiceState.UP, **changes: Any) -> Service:
    """A service; up unless told otherwise."""
    given: dict[str, Any] = {
        "name": name,
        "group": "application",
        "state": state,
        "since_ms": NOW_MS - 3 * DAY,
        "reason": "",
        "latency_ms": 210,
        "usual_latency_ms": 200,
        "checked_ms": NOW_MS - 12_000,
        "recent": bars("." * 24),
        "url": "https://demo.invalid/health",
    }
    return Service(**{**given, **changes})


SERVICES = (
    service("X-tee RR.isikuandmed", ServiceState.DOWN, group="xroad", since_ms=NOW_MS - 12 * MINUTE, reason="http 502",
            latency_ms=None, recent=bars("....................xxxx")),
    service("SKAIS2 menetlus", ServiceState.DEGRADED, since_ms=NOW_MS - 4 * MINUTE, reason="slow", latency_ms=1_800,
            usual_latency_ms=400, recent=bars(".....................sss")),
    service("Öine õiguse arvutus", ServiceState.UNKNOWN, group="batch", since_ms=NOW_MS - 8 * HOUR, reason="",
            latency_ms=None, usual_latency_ms=None, recent=bars("......................??")),
    service("eesti.ee iseteenindus", group="service"),
    service("SKAIS1 maksed", latency_ms=330),
    service("X-tee EMTA.tootamine", group="xroad", latency_ms=540),
    service("X-tee EHIS.oppurid", group="xroad", latency_ms=470),
    service("DHX dokumendivahetus", group="partner", latency_ms=120),
    service("Töötukassa andmepäring", group="partner", latency_ms=610),
    service("Tervisekassa kindlustus", group="partner", latency_ms=290),
)  # fmt: skip

SUMMARIES = (
    ("Vanemahüvitise arvutus annab vale summa, kui eelmise lapse hüvitis kattub", "Kriitiline", 1, "Töös", StatusCategory.IN_PROGRESS),
    ("Taotluse esitamine katkeb 2. sammus", "Kõrge", 2, "Töös", StatusCategory.IN_PROGRESS),
    ("Otsuse PDF-is on vale kuupäev", "Keskmine", 3, "Ootel", StatusCategory.NEW),
    ("Makse läks vanale kontole", "Kõrge", 2, "Töös", StatusCategory.IN_PROGRESS),
    ("Aruande filter ei tööta Firefoxis", "Keskmine", 3, "Avatud", StatusCategory.NEW),
    ("Lapsetoetuse määr uue aasta algusest", "Keskmine", 3, "Avatud", StatusCategory.NEW),
    ("[WIP] Elatisabi 2.0: menetleja vaade [PROJ-1]", "Madal", 4, "Töös", StatusCategory.IN_PROGRESS),
    ("Kliendi isikukood 39912310174 kuvatakse vales vormis", "Kõrge", 2, "Avatud", StatusCategory.NEW),
)  # fmt: skip
PEOPLE = ("Mari Mets", "Jaan Tamm", "", "Liis Lepik", "", "Mari Mets", "Karl Kask", "")


def ticket_row(index: int, **changes: Any) -> TicketRow:
    """The ticket of a number; the first eight are told apart by their texts."""
    summary, priority, rank, status, category = SUMMARIES[index % len(SUMMARIES)]
    given: dict[str, Any] = {
        "id": 10_000 + index,
        "key": f"SKAH-{4127 - index}",
        "project": "SKAH" if index % 5 else "PHV",
        "type_name": "Hooldus" if index % 3 else "Arendusvajadus",
        "summary": summary if index < len(SUMMARIES) else f"{summary} ({index})",
        "status_name": status,
        "category": category,
        "priority_name": priority,
        "priority_rank": rank,
        "assignee": PEOPLE[index % len(PEOPLE)],
        "mine": PEOPLE[index % len(PEOPLE)] == "Mari Mets",
        "created_ms": NOW_MS - (index + 2) * DAY,
        "updated_ms": NOW_MS - index * 47 * MINUTE,
        "due_day": "2026-12-08" if index % 4 == 0 else "",
        "breach_ms": {0: NOW_MS + 25 * MINUTE, 1: NOW_MS + 190 * MINUTE, 3: NOW_MS - 70 * MINUTE}.get(index),
        "breach_name": "reageerimine" if index in (0, 1, 3) else "",
    }
    return TicketRow(**{**given, **changes})


TICKETS = tuple(ticket_row(index) for index in range(47))


def ticket(row: TicketRow) -> Ticket:
    """The ticket opened."""
    return Ticket(
        row=row,
        description="Menetleja avas taotluse ja vajutas Edasi.\n\nOodatud: 3. samm. Tegelik: viga „Andmeid ei leitud“.\n"
        "Kliendi telefon on +372 5555 0000.",
        reporter="Peeter Pärn",
        resolution="",
        resolved_ms=None,
        labels=("maksed", "kiire"),
        components=("Menetlus",),
        fix_versions=("2.14",),
        sprints=("Sprint 48",),
        epic_key="PHV-100",
        parent_key="",
        url=f"https://jira.demo.invalid/browse/{row.key}",
        comments=(
            Comment(1, "Jaan Tamm", NOW_MS - 26 * HOUR, NOW_MS - 26 * HOUR, "Kordub testis. Uurin logisid."),
            Comment(2, "Mari Mets", NOW_MS - 2 * HOUR, NOW_MS - 2 * HOUR, "Palun teavitage menetlust, kui on selge."),
        ),
        changes=(
            Change(NOW_MS - 3 * HOUR, "Jaan Tamm", "status", "Avatud", "Töös"),
            Change(NOW_MS - 27 * HOUR, "Mari Mets", "priority", "Keskmine", "Kriitiline"),
        ),
    )


def development(number: int, title: str, start: str, end: str, state: DevelopmentState, **changes: Any) -> Development:
    """A development."""
    given: dict[str, Any] = {
        "id": f"epic:{number}",
        "kind": DevelopmentKind.EPIC,
        "key": f"PHV-{number}",
        "title": title,
        "project": "PHV",
        "start_day": start,
        "end_day": end,
        "first_end_day": "",
        "done": 12,
        "total": 20,
        "blockers": 0,
        "state": state,
        "slip_days": 0,
    }
    return Development(**{**given, **changes})


DEVELOPMENTS = (
    development(100, "Elatisabi 2.0", "2026-10-05", "2026-12-11", DevelopmentState.LATE, first_end_day="2026-12-02", slip_days=9, blockers=1),
    development(101, "Proaktiivne sünnitoetus", "2026-10-20", "2027-01-22", DevelopmentState.ON_SCHEDULE, done=8),
    development(102, "Väljalase 2.14", "2026-11-16", "2026-12-18", DevelopmentState.ON_SCHEDULE, kind=DevelopmentKind.RELEASE, id="release:7", key="2.14", done=15, blockers=2),
    development(103, "Isapuhkus 26", "2027-01-04", "2027-02-26", DevelopmentState.PLANNED, done=0),
    development(104, "Sprint 48", "2026-11-23", "2026-12-06", DevelopmentState.ON_SCHEDULE, kind=DevelopmentKind.SPRINT, id="sprint:48", key=""),
    development(105, "Lapsetoetuse automaat", "2026-09-01", "2026-11-20", DevelopmentState.DONE, done=20),
)  # fmt: skip


def training(number: int, title: str, start_ms: int, accepted: int, capacity: int | None, **changes: Any) -> Training:
    """A training of two hours."""
    given: dict[str, Any] = {
        "id": f"koolitused/{number}",
        "calendar": "koolitused",
        "title": title,
        "start_ms": start_ms,
        "end_ms": start_ms + 2 * HOUR,
        "all_day": False,
        "location": "Tallinn, Paldiski mnt 80",
        "description": "Kava: muudatused, harjutused, küsimused.",
        "cancelled": False,
        "invited": 20,
        "accepted": accepted,
        "declined": 2,
        "capacity": capacity,
        "organizer": "Mari Mets",
    }
    return Training(**{**given, **changes})


TRAININGS = (
    training(1, "Vanemahüvitise muudatused", at(8, 10), 14, 16),
    training(2, "SKAIS2 uued vaated", at(10, 13), 22, 20),
    training(3, "X-tee vead menetlejale", at(14, 9, 30), 6, 12, location="Teams"),
    training(4, "Uue töötaja alused", at(16, 10), 3, 10),
    training(5, "Elatisabi 2.0 tutvustus", at(8, 14), 0, None, cancelled=True),
)


def attention(kind: AttentionKind, subject: str, title: str, at_ms: int | None, detail: str, target: str) -> Attention:
    """A line of the strip."""
    return Attention(f"{kind}:{subject}:{at_ms}", kind, subject, title, at_ms, detail, target)


ATTENTION = (
    attention(AttentionKind.SERVICE_DOWN, "X-tee RR.isikuandmed", "X-tee RR.isikuandmed", NOW_MS - 12 * MINUTE, "http 502", "service:X-tee RR.isikuandmed"),
    attention(AttentionKind.SERVICE_DEGRADED, "SKAIS2 menetlus", "SKAIS2 menetlus", NOW_MS - 4 * MINUTE, "slow", "service:SKAIS2 menetlus"),
    attention(AttentionKind.SLA, "SKAH-4124", "Makse läks vanale kontole", NOW_MS - 70 * MINUTE, "reageerimine", "ticket:10003"),
    attention(AttentionKind.SLA, "SKAH-4127", SUMMARIES[0][0], NOW_MS + 25 * MINUTE, "reageerimine", "ticket:10000"),
    attention(AttentionKind.RELEASE_LATE, "2.13", "Väljalase 2.13", at(3), "+9", "development:release:7"),
    attention(AttentionKind.TRAINING_FULL, "koolitused", "SKAIS2 uued vaated", at(10, 13), "22/20", "training:koolitused/2"),
)  # fmt: skip


def source(
    name: str, kind: str, age_ms: int | None, phase: SourcePhase = SourcePhase.FRESH, **changes: Any
) -> SourceState:
    """How a source stands."""
    given: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "phase": phase,
        "known_ms": None if age_ms is None else NOW_MS - age_ms,
        "tried_ms": NOW_MS,
        "next_ms": NOW_MS + 60_000,
        "done": 0,
        "total": None,
        "rows": 47,
        "quarantined": 0,
    }
    return SourceState(**{**given, **changes})


SOURCES = (
    source("jira", "jira", 12_000),
    source("http", "http", 4_000),
    source("koolitused", "calendar", 6 * MINUTE),
)


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
    noted: set[str] = field(default_factory=set)
    fault: Exception | None = None
    reads: list[str] = field(default_factory=list)
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
            CheckResult(name, NOW_MS - index * MINUTE, Outcome.FAIL if found.reason and index < 4 else Outcome.OK,
                        found.reason if index < 4 else "", 310 + index)
            for index in range(30)
        )  # fmt: skip
        return ServiceDetail(found, results, (Transition(found.since_ms or 0, found.state, found.reason),))

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

    def ticket_id(self, key: str) -> int | None:
        return next((row.id for row in self.ticket_rows if row.key == key), None)

    def ticket_counts(self) -> TicketCounts:
        rows = self.ticket_rows
        return TicketCounts(len(rows), 6 if rows else 0, 3 if rows else 0, len(rows))

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

    def overview(self) -> Overview:
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

    def __init__(self, reader: FakeReader) -> None:
        self.reader = reader
        self.operations: dict[str, str] = {}

    def acknowledge(self, attention_id: str, subject: str) -> str:
        operation = f"operation-{len(self.operations)}"
        self.operations[operation] = attention_id
        self.reader.noted.add(attention_id)
        return operation

    def withdraw(self, operation_id: str) -> None:
        self.reader.noted.discard(self.operations.pop(operation_id))


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
) -> DeskApp:
    """A desk over a fake reader, with a clock that stands still."""
    reader = reader or FakeReader()
    config = Config(desk=Desk(language=language, theme=theme, ascii=ascii_only), demo=demo)
    here: Places = places(tmp_path / "config.toml", tmp_path)
    chosen = preferences or replace(Preferences(), theme=theme, language=language)
    return DeskApp(reader, config, here, clock, chosen, supervisor=supervisor, records=FakeRecords(reader))

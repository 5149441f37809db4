"""A small invented working day: services, tickets, developments, trainings and what needs attention."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from data.clock import Clock, epoch_ms
from data.model import (
    Attention,
    AttentionKind,
    Change,
    Comment,
    Development,
    DevelopmentKind,
    DevelopmentState,
    Outcome,
    Service,
    ServiceState,
    SourcePhase,
    SourceState,
    StatusCategory,
    Ticket,
    TicketRow,
    Training,
)

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
    service(
        "X-tee RR.isikuandmed",
        ServiceState.DOWN,
        group="xroad",
        since_ms=NOW_MS - 12 * MINUTE,
        reason="http 502",
        latency_ms=None,
        recent=bars("....................xxxx"),
    ),
    service(
        "SKAIS2 menetlus",
        ServiceState.DEGRADED,
        since_ms=NOW_MS - 4 * MINUTE,
        reason="slow",
        latency_ms=1_800,
        usual_latency_ms=400,
        recent=bars(".....................sss"),
    ),
    service(
        "Öine õiguse arvutus",
        ServiceState.UNKNOWN,
        group="batch",
        since_ms=NOW_MS - 8 * HOUR,
        reason="",
        latency_ms=None,
        usual_latency_ms=None,
        recent=bars("......................??"),
    ),
    service("eesti.ee iseteenindus", group="service"),
    service("SKAIS1 maksed", latency_ms=330),
    service("X-tee EMTA.tootamine", group="xroad", latency_ms=540),
    service("X-tee EHIS.oppurid", group="xroad", latency_ms=470),
    service("DHX dokumendivahetus", group="partner", latency_ms=120),
    service("Töötukassa andmepäring", group="partner", latency_ms=610),
    service("Tervisekassa kindlustus", group="partner", latency_ms=290),
)

SUMMARIES = (
    (
        "Vanemahüvitise arvutus annab vale summa, kui eelmise lapse hüvitis kattub",
        "Kriitiline",
        1,
        "Töös",
        StatusCategory.IN_PROGRESS,
    ),
    ("Taotluse esitamine katkeb 2. sammus", "Kõrge", 2, "Töös", StatusCategory.IN_PROGRESS),
    ("Otsuse PDF-is on vale kuupäev", "Keskmine", 3, "Ootel", StatusCategory.NEW),
    ("Makse läks vanale kontole", "Kõrge", 2, "Töös", StatusCategory.IN_PROGRESS),
    ("Aruande filter ei tööta Firefoxis", "Keskmine", 3, "Avatud", StatusCategory.NEW),
    ("Lapsetoetuse määr uue aasta algusest", "Keskmine", 3, "Avatud", StatusCategory.NEW),
    ("[WIP] Elatisabi 2.0: menetleja vaade [PROJ-1]", "Madal", 4, "Töös", StatusCategory.IN_PROGRESS),
    ("Kliendi isikukood 39912310174 kuvatakse vales vormis", "Kõrge", 2, "Avatud", StatusCategory.NEW),
)
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
        description="Menetleja avas taotluse ja vajutas Edasi.\n\n"
        "Oodatud: 3. samm. Tegelik: viga „Andmeid ei leitud“.\n"
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
    development(
        100,
        "Elatisabi 2.0",
        "2026-10-05",
        "2026-12-11",
        DevelopmentState.LATE,
        first_end_day="2026-12-02",
        slip_days=9,
        blockers=1,
    ),
    development(101, "Proaktiivne sünnitoetus", "2026-10-20", "2027-01-22", DevelopmentState.ON_SCHEDULE, done=8),
    development(
        102,
        "Väljalase 2.14",
        "2026-11-16",
        "2026-12-18",
        DevelopmentState.ON_SCHEDULE,
        kind=DevelopmentKind.RELEASE,
        id="release:7",
        key="2.14",
        done=15,
        blockers=2,
    ),
    development(103, "Isapuhkus 26", "2027-01-04", "2027-02-26", DevelopmentState.PLANNED, done=0),
    development(
        104,
        "Sprint 48",
        "2026-11-23",
        "2026-12-06",
        DevelopmentState.ON_SCHEDULE,
        kind=DevelopmentKind.SPRINT,
        id="sprint:48",
        key="",
    ),
    development(105, "Lapsetoetuse automaat", "2026-09-01", "2026-11-20", DevelopmentState.DONE, done=20),
)


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
    attention(
        AttentionKind.SERVICE_DOWN,
        "X-tee RR.isikuandmed",
        "X-tee RR.isikuandmed",
        NOW_MS - 12 * MINUTE,
        "http 502",
        "service:X-tee RR.isikuandmed",
    ),
    attention(
        AttentionKind.SERVICE_DEGRADED,
        "SKAIS2 menetlus",
        "SKAIS2 menetlus",
        NOW_MS - 4 * MINUTE,
        "slow",
        "service:SKAIS2 menetlus",
    ),
    attention(
        AttentionKind.SLA,
        "SKAH-4124",
        "Makse läks vanale kontole",
        NOW_MS - 70 * MINUTE,
        "reageerimine",
        "ticket:10003",
    ),
    attention(AttentionKind.SLA, "SKAH-4127", SUMMARIES[0][0], NOW_MS + 25 * MINUTE, "reageerimine", "ticket:10000"),
    attention(AttentionKind.RELEASE_LATE, "2.13", "Väljalase 2.13", at(3), "+9", "development:release:7"),
    attention(
        AttentionKind.TRAINING_FULL, "koolitused", "SKAIS2 uued vaated", at(10, 13), "22/20", "training:koolitused/2"
    ),
)


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
    source("checks", "checks", 4_000),
    source("koolitused", "calendar", 6 * MINUTE),
)

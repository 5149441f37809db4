"""What needs the person now, in which order, and for how long an acknowledgement holds."""

from __future__ import annotations

from datetime import datetime

from data.clock import epoch_ms
from data.model import (
    AttentionKind,
    Development,
    DevelopmentKind,
    DevelopmentState,
    Gap,
    Quarantined,
    Service,
    ServiceState,
    SourcePhase,
    SourceState,
    StatusCategory,
    TicketRow,
    Training,
)
from data.rules.attention import attention

NOW = epoch_ms(datetime(2026, 12, 4, 9, 14))
HOUR = 3_600_000


def a_service(name: str = "RR", state: ServiceState = ServiceState.DOWN, since_ms: int = NOW - HOUR) -> Service:
    return Service(name, "xroad", state, since_ms, "http 502", None, 210, NOW, ())


def a_ticket(number: int = 4127, breach_ms: int | None = NOW + HOUR) -> TicketRow:
    return TicketRow(
        number, f"SKAH-{number}", "SKAH", "Viga", "Summa on vale", "Töös", StatusCategory.IN_PROGRESS, "K1", 1,
        "Mari Maasikas", True, NOW, NOW, "", breach_ms, "Reageerimisaeg",
    )  # fmt: skip


def a_release(number: int = 7, slip_days: int = 9, state: DevelopmentState = DevelopmentState.LATE) -> Development:
    return Development(
        f"release:{number}", DevelopmentKind.RELEASE, "", f"Elatisabi {number}.0", "SKAA", "2026-10-05", "2026-12-29",
        "2026-12-20", 5, 10, 0, state, slip_days,
    )  # fmt: skip


def a_training(start_ms: int = NOW + HOUR, accepted: int = 3, capacity: int | None = 20) -> Training:
    return Training(
        "Koolitused/u1/", "Koolitused", "SKAIS2 uued vaated", start_ms, start_ms + 2 * HOUR, False, "Saal 2", "",
        False, 25, accepted, 0, capacity, "Jaan Tamm",
    )  # fmt: skip


def a_source(phase: SourcePhase = SourcePhase.FAILED, known_ms: int | None = NOW - HOUR) -> SourceState:
    return SourceState("jira", "jira", phase, known_ms, NOW, None, 0, None, 10, 0, "auth", "The token was refused.")


def test_the_eye_goes_from_broken_to_the_rest() -> None:
    overview = attention(
        [a_service("SKAIS2", ServiceState.DEGRADED), a_service("RR"), a_service("EMTA", ServiceState.UP)],
        [a_ticket(2, NOW + 3 * HOUR), a_ticket(1, NOW - HOUR)],
        [a_release(1, slip_days=2), a_release(2, slip_days=9), a_release(3, 0, DevelopmentState.ON_SCHEDULE)],
        [a_training(accepted=22)],
        [a_source(), a_source(SourcePhase.STALE)],
        (),
        NOW,
    )

    assert [(line.kind, line.subject) for line in overview.attention] == [
        (AttentionKind.SERVICE_DOWN, "RR"),
        (AttentionKind.SERVICE_DEGRADED, "SKAIS2"),
        (AttentionKind.SLA, "SKAH-1"),
        (AttentionKind.SLA, "SKAH-2"),
        (AttentionKind.RELEASE_LATE, "Elatisabi 2.0"),
        (AttentionKind.RELEASE_LATE, "Elatisabi 1.0"),
        (AttentionKind.TRAINING_FULL, "Koolitused"),
        (AttentionKind.TRAINING_TODAY, "Koolitused"),
        (AttentionKind.SOURCE_FAILED, "jira"),
    ]
    assert overview.attention[6].detail == "22/20"
    assert overview.attention[4].detail == "+9"


def test_a_project_that_is_not_seen_needs_the_person_once() -> None:
    gaps = (Gap("PERE", "unreadable", NOW - HOUR, ""), Gap("SKAH", "unobserved", NOW, "30/50"))
    answering = a_source(SourcePhase.FRESH)._replace(gaps=gaps, error_code="", error_detail="")
    lines = attention([], [], [], [], [answering], (), NOW).attention

    assert [(line.kind, line.subject, line.title, line.at_ms, line.detail) for line in lines] == [
        (AttentionKind.SOURCE_GAP, "jira", "PERE", NOW - HOUR, ""),
        (AttentionKind.SOURCE_GAP, "jira", "SKAH", NOW, "30/50"),
    ]
    assert attention([], [], [], [], [answering], {line.id for line in lines}, NOW).attention == ()


def test_records_that_were_left_out_are_a_line_beside_the_gaps() -> None:
    odd = tuple(Quarantined(f"SKAH-{number}", "updated is no moment", NOW) for number in range(9, 0, -1))
    gaps = (Gap("PERE", "unreadable", NOW - HOUR, ""),)
    well = a_source(SourcePhase.FRESH)._replace(error_code="", error_detail="")
    some = well._replace(gaps=gaps, quarantined=9, odd=odd)
    lines = attention([], [], [], [], [some], (), NOW).attention

    assert [(line.kind, line.title, line.detail) for line in lines] == [
        (AttentionKind.SOURCE_GAP, "PERE", ""),
        (AttentionKind.SOURCE_GAP, "jira", "SKAH-9, SKAH-8, SKAH-7, …"),
    ]
    one = well._replace(quarantined=1, odd=odd[:1])
    (line,) = attention([], [], [], [], [one], (), NOW).attention
    assert (line.detail, attention([], [], [], [], [one], {line.id}, NOW).attention) == ("SKAH-9", ())


def test_a_source_that_fails_says_that_alone() -> None:
    odd = (Quarantined("SKAH-9", "updated is no moment", NOW),)
    failing = a_source()._replace(gaps=(Gap("PERE", "unreadable", NOW - HOUR, ""),), quarantined=1, odd=odd)
    lines = attention([], [], [], [], [failing], (), NOW).attention
    assert [line.kind for line in lines] == [AttentionKind.SOURCE_FAILED]


def test_a_ticket_without_a_running_clock_needs_nobody() -> None:
    assert attention([], [a_ticket(breach_ms=None)], [], [], [], (), NOW).attention == ()


def test_a_quiet_day_is_empty() -> None:
    assert attention([], [], [], [], [], (), NOW).attention == ()


def test_an_acknowledgement_holds_for_the_occurrence_and_no_longer() -> None:
    first = attention([a_service()], [], [], [], [], (), NOW).attention[0]
    same = attention([a_service()._replace(reason="timeout")], [], [], [], [], {first.id}, NOW)
    again = attention([a_service(since_ms=NOW - 5)], [], [], [], [], {first.id}, NOW)

    assert (same.attention, [line.id for line in same.acknowledged]) == ((), [first.id])
    assert (len(again.attention), again.acknowledged) == (1, ())


def test_a_release_that_moves_again_is_a_new_line() -> None:
    first = attention([], [], [a_release()], [], [], (), NOW).attention[0]
    moved = a_release()._replace(end_day="2027-01-15")

    assert len(attention([], [], [moved], [], [], {first.id}, NOW).attention) == 1


def test_only_what_is_left_of_today_counts_as_a_training_today() -> None:
    over, tomorrow = a_training(NOW - 3 * HOUR), a_training(epoch_ms(datetime(2026, 12, 5, 0, 0)))
    under_way, late_tonight = a_training(NOW - HOUR), a_training(epoch_ms(datetime(2026, 12, 4, 23, 59)))
    cancelled = a_training()._replace(cancelled=True)

    assert attention([], [], [], [over, tomorrow, cancelled], [], (), NOW).attention == ()
    assert len(attention([], [], [], [under_way, late_tonight], [], (), NOW).attention) == 2


def test_a_full_training_is_not_overfull() -> None:
    tomorrow = NOW + 24 * HOUR
    exact, over, boundless = (a_training(tomorrow, 20), a_training(tomorrow, 21), a_training(tomorrow, 99, None))

    assert attention([], [], [], [exact, boundless], [], (), NOW).attention == ()
    assert len(attention([], [], [], [over], [], (), NOW).attention) == 1

"""What needs the person now: the strip *Vajab tähelepanu*.

The order is the order in which the eye should go: what is broken, what is to be paid, clocks that run out, releases
that are late, trainings, and last the sources that the desk itself cannot read, or not all of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from data.clock import TALLINN, epoch_ms, tallinn
from data.model import (
    Attention,
    AttentionKind,
    Development,
    DevelopmentKind,
    DevelopmentState,
    Overview,
    Service,
    ServiceState,
    SourcePhase,
    SourceState,
    TicketRow,
    Training,
)

if TYPE_CHECKING:
    from data.incident import Incident
    from data.payday import Payday

ODD_NAMED = 3
"""Records left out that a line names."""
_TOLD_AFTER_MS = 24 * 3_600_000
"""How long a clock that has run out is still told of."""


def attention(
    services: Sequence[Service],
    risky_tickets: Sequence[TicketRow],
    developments: Sequence[Development],
    trainings: Sequence[Training],
    sources: Sequence[SourceState],
    acknowledged: Collection[str],
    now_ms: int,
    paydays: Sequence[Payday] = (),
) -> Overview:
    """Everything that needs the person at `now_ms` (UTC epoch milliseconds), parted by what they took note of.

    `risky_tickets` are open tickets with a running SLA clock; `acknowledged` holds attention ids. An id names the
    occurrence too (when the outage began, when the clock runs out, which end day): the next outage of the same
    service is a new line. Titles and details are data; the words around them are the screen's.
    """
    lines = [
        *_broken(services),
        *_payments(paydays, now_ms),
        *_running_out(risky_tickets),
        *_late(developments),
        *_trainings(trainings, now_ms),
        *_failed(sources),
        *_incomplete(sources),
    ]
    return Overview(
        attention=tuple(line for line in lines if line.id not in acknowledged),
        acknowledged=tuple(line for line in lines if line.id in acknowledged),
    )


def _broken(services: Sequence[Service]) -> Iterator[Attention]:
    """Services that are down, then flapping, then degraded, each in the given order; the detail is the reason.

    What another service is to blame for is no line of its own.
    """
    kinds = {
        ServiceState.DOWN: AttentionKind.SERVICE_DOWN,
        ServiceState.FLAPPING: AttentionKind.SERVICE_FLAPPING,
        ServiceState.DEGRADED: AttentionKind.SERVICE_DEGRADED,
    }
    for state, kind in kinds.items():
        for service in services:
            if service.state is state and not service.roots:
                yield Attention(
                    id=f"{kind}:{service.name}:{service.since_ms or 0}",
                    kind=kind,
                    subject=service.name,
                    title=service.name,
                    at_ms=service.since_ms,
                    detail=service.reason,
                    target=f"service:{service.name}",
                    affected=tuple(each.name for each in services if service.name in each.roots),
                )


def _payments(paydays: Iterable[Payday], now_ms: int) -> Iterator[Attention]:
    """Pay-days that are threatened, then those of which a step is still to be made today; by the day.

    The detail of the first is what threatens it: `late NAME`, `failed NAME` of a stage, or `down NAME` of a service;
    that of the second is the stage, and the time is when it must begin or be done.
    """
    midnight_ms = _midnight(tallinn(now_ms).date() + timedelta(days=1))
    known = list(paydays)
    for each in known:
        if each.is_threatened:
            troubles = [f"{stage.state.value} {stage.name}" for stage in each.troubled]
            told = [*troubles, *(f"down {name}" for name in each.threats)][0]
            yield _payment_line(AttentionKind.PAYDAY_THREATENED, each, told, _banking_ms(each))
    for each in known:
        step = each.next_step
        if not each.is_threatened and step is not None and step.step_ms < midnight_ms:
            yield _payment_line(AttentionKind.PAYDAY_STEP, each, step.name, step.step_ms)


def _payment_line(kind: AttentionKind, payday: Payday, detail: str, at_ms: int) -> Attention:
    return Attention(
        id=f"{kind}:{payday.id}:{detail}",
        kind=kind,
        subject=payday.payment,
        title=payday.title,
        at_ms=at_ms,
        detail=detail,
        target=f"payday:{payday.id}",
    )


def _banking_ms(payday: Payday) -> int:
    return _midnight(date.fromisoformat(payday.day))


def cyber_lines(found: Iterable[Incident], now_ms: int) -> list[Attention]:
    """Incidents that may be cyber incidents, whose time to report runs or has just run out; the time is its end."""
    running = [each for each in found if each.cyber_ms is not None and now_ms < each.cyber_ms + _TOLD_AFTER_MS]
    return [
        Attention(
            id=f"{AttentionKind.CYBER_CLOCK}:{each.id}",
            kind=AttentionKind.CYBER_CLOCK,
            subject=each.service,
            title=each.service,
            at_ms=each.cyber_ms,
            detail="",
            target=f"service:{each.service}",
        )
        for each in running
    ]


def _running_out(tickets: Iterable[TicketRow]) -> Iterator[Attention]:
    """Tickets by the moment that their clock runs out; the detail is the clock's name."""
    running = [(row.breach_ms, row) for row in tickets if row.breach_ms is not None]
    for breach_ms, row in sorted(running, key=lambda pair: (pair[0], pair[1].id)):
        yield Attention(
            id=f"{AttentionKind.SLA}:{row.id}:{row.breach_name}:{breach_ms}",
            kind=AttentionKind.SLA,
            subject=row.key,
            title=row.summary,
            at_ms=breach_ms,
            detail=row.breach_name,
            target=f"ticket:{row.id}",
        )


def _late(developments: Iterable[Development]) -> Iterator[Attention]:
    """Late releases, the worst slip first; the time is the end of the end day, the detail the slip in days (`+9`)."""
    late = [
        each
        for each in developments
        if each.kind is DevelopmentKind.RELEASE and each.state is DevelopmentState.LATE and each.end_day
    ]
    for each in sorted(late, key=lambda one: (-one.slip_days, one.end_day, one.id)):
        yield Attention(
            id=f"{AttentionKind.RELEASE_LATE}:{each.id}:{each.end_day}",
            kind=AttentionKind.RELEASE_LATE,
            subject=each.key or each.title,
            title=each.title,
            at_ms=_end_of_day(each.end_day),
            detail=f"{each.slip_days:+d}",
            target=f"development:{each.id}",
        )


def _trainings(trainings: Iterable[Training], now_ms: int) -> Iterator[Attention]:
    """Trainings not over yet that are on today or have more acceptances than places, by their start.

    The detail of an overfull one is `accepted/capacity`, of today's its location.
    """
    today = tallinn(now_ms).date()
    tomorrow_ms = _midnight(today + timedelta(days=1))
    for each in sorted(trainings, key=lambda one: (one.start_ms, one.id)):
        if each.cancelled or each.end_ms <= now_ms:
            continue
        if each.capacity is not None and each.accepted > each.capacity:
            yield _training_line(
                AttentionKind.TRAINING_FULL, each, str(each.capacity), f"{each.accepted}/{each.capacity}"
            )
        if each.start_ms < tomorrow_ms:
            yield _training_line(AttentionKind.TRAINING_TODAY, each, today.isoformat(), each.location)


def _training_line(kind: AttentionKind, training: Training, occurrence: str, detail: str) -> Attention:
    return Attention(
        id=f"{kind}:{training.id}:{occurrence}",
        kind=kind,
        subject=training.calendar,
        title=training.title,
        at_ms=training.start_ms,
        detail=detail,
        target=f"training:{training.id}",
    )


def _failed(sources: Iterable[SourceState]) -> Iterator[Attention]:
    """Sources whose last try failed; the time is that of the last good poll, which names the occurrence."""
    for each in sources:
        if each.phase is SourcePhase.FAILED:
            yield Attention(
                id=f"{AttentionKind.SOURCE_FAILED}:{each.name}:{each.error_code}:{each.known_ms or 0}",
                kind=AttentionKind.SOURCE_FAILED,
                subject=each.name,
                title=each.name,
                at_ms=each.known_ms,
                detail=each.error_detail,
                target=f"source:{each.name}",
            )


def _incomplete(sources: Iterable[SourceState]) -> Iterator[Attention]:
    """What a source that answers does not show; the title is a project's key, the detail figures to the reason.

    Records that were left out are one line: the title is the source, the detail names the newest of them, and the id
    ends with their number.
    """
    for each in sources:
        if each.phase is SourcePhase.FAILED:
            continue
        for gap in each.gaps:
            yield Attention(
                id=f"{AttentionKind.SOURCE_GAP}:{each.name}:{gap.reason}:{gap.reference}:{gap.since_ms}",
                kind=AttentionKind.SOURCE_GAP,
                subject=each.name,
                title=gap.reference,
                at_ms=gap.since_ms,
                detail=gap.detail,
                target=f"source:{each.name}",
            )
        if each.quarantined:
            names = [record.reference for record in each.odd[:ODD_NAMED]]
            yield Attention(
                id=f"{AttentionKind.SOURCE_GAP}:{each.name}:odd:{''.join(names[:1])}:{each.quarantined}",
                kind=AttentionKind.SOURCE_GAP,
                subject=each.name,
                title=each.name,
                at_ms=None,
                detail=", ".join([*names, *["…"] * (each.quarantined > len(names))]),
                target=f"source:{each.name}",
            )


def _end_of_day(day: str) -> int:
    return _midnight(date.fromisoformat(day) + timedelta(days=1))


def _midnight(day: date) -> int:
    return epoch_ms(datetime(day.year, day.month, day.day, tzinfo=TALLINN))


def marked(line: Attention, untold: Collection[str]) -> Attention:
    """The line; that of an outage tells whether somebody knows of it."""
    is_untold = line.kind is AttentionKind.SERVICE_DOWN and line.subject in untold
    return line._replace(is_untold=True) if is_untold else line

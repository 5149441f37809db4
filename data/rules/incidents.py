"""Outages out of the changes of state, and incidents out of outages and what the person did about them.

Rules (facts on service status, "Outages"): an outage lasts from its first failed look to the first good one; both the
beginning and the moment at which looks had proved it are kept. What fails because of another is no incident of its
own, nor is what is down during planned maintenance. The first notice is due five minutes after a critical outage was
noticed, the next ones fifteen minutes after each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from data.incident import Incident, Notice, Outage, Remark, Stage
from data.model import Acknowledgement, Maintenance, Needs, ServiceState, Transition
from data.rules.maintenance import in_force

FIRST_NOTICE_MS = 5 * 60_000
"""How soon after its proof a critical outage must have been told."""
NEXT_NOTICE_MS = 15 * 60_000
"""How long after a notice the next one is due."""
CYBER_REPORT_MS = 24 * 3_600_000
"""How soon after it was noticed a significant cyber incident must have been reported first (directive (EU) 2022/2555,
article 23, 4 a). The desk counts; whether it is one, the head of information security decides."""
_ENDS = (ServiceState.UP, ServiceState.DEGRADED, ServiceState.MAINTENANCE)


class Deeds(NamedTuple):
    """What the person did, by the id of the incident."""

    acknowledged: Mapping[str, Acknowledgement]
    notices: Mapping[str, Sequence[Notice]]
    measures: Mapping[str, Sequence[Remark]]
    answers: Mapping[str, Sequence[Remark]]
    declared: Sequence[Outage]
    restored: Mapping[str, int]
    """When the person said that a declared outage was over."""
    cyber: Collection[str] = frozenset()
    """Those that may be cyber incidents."""


NO_DEEDS = Deeds({}, {}, {}, {}, (), {})


def outages(service: str, changes: Iterable[Transition]) -> Iterator[Outage]:
    """The outages of `service`, from its changes of state, oldest first.

    Neither flapping nor the unknown ends one.
    """
    return _spans(service, changes, ServiceState.DOWN, _ENDS)


def slowdowns(service: str, changes: Iterable[Transition]) -> Iterator[Outage]:
    """The spans in which `service` was degraded, as `outages` has those in which it was down."""
    return _spans(
        service, changes, ServiceState.DEGRADED, (ServiceState.UP, ServiceState.DOWN, ServiceState.MAINTENANCE)
    )


def _spans(
    service: str, changes: Iterable[Transition], state: ServiceState, ends: Collection[ServiceState]
) -> Iterator[Outage]:
    begun: Transition | None = None
    for change in changes:
        if change.state is state:
            begun = begun or change
        elif begun is not None and change.state in ends:
            yield Outage(service, begun.at_ms, begun.detected_ms, change.at_ms, begun.reason)
            begun = None
    if begun is not None:
        yield Outage(service, begun.at_ms, begun.detected_ms, None, begun.reason)


def incidents(
    found: Iterable[Outage],
    needs: Mapping[str, Needs],
    critical: Collection[str],
    windows: Mapping[str, Sequence[Maintenance]],
    deeds: Deeds = NO_DEEDS,
    slow: Iterable[Outage] = (),
) -> tuple[Incident, ...]:
    """The incidents that `found` and `deeds` add up to: open ones first, then the newest first.

    `slow` are the spans of degradation: no incidents, but they may be affected by one.
    """
    all_outages = list(found)
    by_service: dict[str, list[Outage]] = defaultdict(list)
    for each in all_outages:
        by_service[each.service].append(each)
    affected: dict[str, list[str]] = defaultdict(list)
    own = []
    for each in all_outages:
        roots = _roots(each, by_service, needs)
        for root in roots:
            affected[root.id].append(each.service)
        if not roots and in_force(windows.get(each.service, ()), each.detected_ms) is None:
            own.append(each)
    for each in slow:
        for root in _roots(each, by_service, needs, with_soft=True):
            affected[root.id].append(each.service)
    made = [_incident(each, each.service in critical, affected[each.id], deeds, is_declared=False) for each in own]
    made += [_incident(each, each.service in critical, (), deeds, is_declared=True) for each in deeds.declared]
    return tuple(sorted(made, key=lambda each: (each.restored_ms is not None, -each.started_ms, each.service)))


def is_owed(incident: Incident, now_ms: int) -> bool:
    """Whether a notice is overdue at `now_ms`."""
    if incident.told_ms is None:
        return incident.restored_ms is None and now_ms - incident.detected_ms > FIRST_NOTICE_MS
    return incident.next_ms is not None and now_ms > incident.next_ms


def median_and_p90(spans_ms: Iterable[int | None]) -> tuple[int, int] | None:
    """Median and ninetieth percentile (the smallest value that nine of ten do not exceed); None without a value."""
    known = sorted(each for each in spans_ms if each is not None)
    if not known:
        return None
    middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
    return round(middle), known[-(-9 * len(known) // 10) - 1]


def _roots(
    outage: Outage, by_service: Mapping[str, Sequence[Outage]], needs: Mapping[str, Needs], *, with_soft: bool = False
) -> list[Outage]:
    """The outages that explain this one: of what it needs (and uses, `with_soft`), and of what that needs in turn."""
    found: dict[str, Outage] = {}
    seen, waiting = {outage.service}, [outage.service]
    while waiting:
        name = waiting.pop()
        own = needs.get(name, Needs())
        explaining = [*own.hard, *_gone(own, outage, by_service)]
        if with_soft and name == outage.service:
            explaining += own.soft
        for name in explaining:
            if name in seen:
                continue
            seen.add(name)
            over = [each for each in by_service.get(name, ()) if _overlap(each, outage)]
            found |= {each.id: each for each in over}
            if over:
                waiting.append(name)
    is_explained = {each.service for each in found.values()}
    return [each for each in found.values() if not is_explained.intersection(needs.get(each.service, Needs()).hard)]


def _gone(needs: Needs, outage: Outage, by_service: Mapping[str, Sequence[Outage]]) -> list[str]:
    """Those of several of which too few were left."""
    gone = [name for name in needs.some if any(_overlap(each, outage) for each in by_service.get(name, ()))]
    return gone if gone and len(needs.some) - len(gone) < needs.least else []


def _overlap(cause: Outage, outage: Outage) -> bool:
    """Whether `cause` was going on when `outage` was proved, or was itself proved by then."""
    return cause.started_ms <= outage.detected_ms and (cause.ended_ms is None or cause.ended_ms >= outage.started_ms)


def _incident(
    outage: Outage, is_critical: bool, affected: Sequence[str], deeds: Deeds, *, is_declared: bool
) -> Incident:
    notices = tuple(deeds.notices.get(outage.id, ()))
    taken = deeds.acknowledged.get(outage.id)
    restored_ms = outage.ended_ms if outage.ended_ms is not None else deeds.restored.get(outage.id)
    told = [each for each in notices if each.told_ms is not None]
    is_over = any(each.stage is Stage.RESTORED for each in told)
    return Incident(
        id=outage.id,
        service=outage.service,
        started_ms=outage.started_ms,
        detected_ms=outage.detected_ms,
        restored_ms=restored_ms,
        reason=outage.reason,
        is_critical=is_critical,
        is_declared=is_declared,
        affected=tuple(dict.fromkeys(affected)),
        acknowledged_ms=taken.at_ms if taken else None,
        acknowledged_by=taken.actor if taken else "",
        notices=notices,
        measures=tuple(deeds.measures.get(outage.id, ())),
        answers=tuple(deeds.answers.get(outage.id, ())),
        cyber_ms=outage.detected_ms + CYBER_REPORT_MS if outage.id in deeds.cyber else None,
        next_ms=None if is_over or not told else max(each.told_ms or 0 for each in told) + NEXT_NOTICE_MS,
    )

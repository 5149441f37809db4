"""The text of a ticket about an outage: what whoever mends it asks first, with the evidence of the looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from data.incident import Incident
from data.language import _
from data.model import CheckResult, Outcome, ServiceDetail
from data.moments import moment_words, span_words, stamp_words
from data.rules.mask import mask_text
from data.rules.notice import Draft, threatened
from data.rules.xroad import blame_of
from data.words import reason_words, sentence
from data.xroad_words import blame_place

if TYPE_CHECKING:
    from data.payday import Payday

EVIDENCE_SHOWN = 5
"""Failed looks that are quoted."""


def ticket_text(
    incident: Incident, detail: ServiceDetail | None, impact: str, now_ms: int, paydays: Sequence[Payday] = ()
) -> Draft:
    """Summary and description with the facts of `now_ms` (UTC epoch milliseconds), personal data taken out.

    `detail` is the service's latest looks, None where it is no longer watched; `impact` is what the configuration says.
    """
    title = _("{service} is down since {time}").format(service=incident.service, time=moment_words(incident.started_ms))
    facts = [*_facts(incident, detail, impact, now_ms), *threatened(incident, paydays)]
    lines = [*facts, *_evidence(incident, detail.results if detail else ())]
    if incident.measures:
        lines += ["", _("What was done:")]
        lines += [f"– {stamp_words(each.at_ms)} {sentence(each.text)}" for each in incident.measures]
    return Draft(mask_text(title), mask_text("\n".join(lines)) + "\n")


def _facts(incident: Incident, detail: ServiceDetail | None, impact: str, now_ms: int) -> Iterator[str]:
    yield _("Service: {name}").format(name=incident.service)
    began = moment_words(incident.started_ms)
    yield _("Began: {moment} (noticed at {noticed})").format(moment=began, noticed=stamp_words(incident.detected_ms))
    if incident.restored_ms is None:
        yield _("Lasts: {span}").format(span=span_words(now_ms - incident.started_ms))
    else:
        span = span_words(incident.restored_ms - incident.started_ms)
        yield _("Ended: {moment}, lasted {span}").format(moment=moment_words(incident.restored_ms), span=span)
    yield _("Impact: {impact}").format(impact=impact or _("being established."))
    if incident.affected:
        yield _("Affected as well: {names}.").format(names=", ".join(incident.affected))
    if incident.reason:
        yield _("What the checks show: {reason}").format(reason=reason_words(incident.reason))
    if (blame := blame_of(incident.reason)) is not None:
        yield _("Where the fault lies: {place}").format(place=blame_place(blame))
    if detail is not None and detail.service.url:
        yield _("Address: {address}").format(address=detail.service.url)


def _evidence(incident: Incident, results: Sequence[CheckResult]) -> list[str]:
    """The failed looks of this outage, newest first, as they were answered."""
    until_ms = incident.restored_ms
    failed = [
        each
        for each in results
        if each.outcome is Outcome.FAIL
        and each.at_ms >= incident.started_ms
        and (until_ms is None or each.at_ms <= until_ms)
    ]
    if not failed:
        return []
    return ["", _("Latest failed looks:"), *(_look(each) for each in failed[:EVIDENCE_SHOWN])]


def _look(result: CheckResult) -> str:
    speed = "" if result.latency_ms is None else f", {result.latency_ms} ms"
    answered = f": {result.evidence}" if result.evidence else ""
    return f"– {stamp_words(result.at_ms)} {reason_words(result.reason)}{speed}{answered}"

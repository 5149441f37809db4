"""The text of a notice: what is known of an outage, in the order in which the service manager asks for it.

Rule (facts on service status, "Outages"): the note says impact, what works, since when, the cause or that it is being
established, what is being done, and when the next one comes. Nothing is guessed: what nobody has measured or written
is said to be unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from data.incident import Incident, Remark, Stage
from data.language import _, ngettext
from data.model import Service, ServiceState
from data.moments import moment_words, span_words, time_words
from data.rules.incidents import NEXT_NOTICE_MS
from data.words import reason_words, sentence

if TYPE_CHECKING:
    from data.payday import Payday


class Draft(NamedTuple):
    """A notice before the person has edited it."""

    title: str
    text: str


def draft(
    incident: Incident,
    stage: Stage,
    services: Sequence[Service],
    impact: str,
    actor: str,
    now_ms: int,
    paydays: Sequence[Payday] = (),
) -> Draft:
    """The notice of `stage` with the facts of `now_ms` (UTC epoch milliseconds).

    `services` is everything that is watched; `impact` is what the configuration says of the service, `actor` who signs.
    Of `paydays` those are named that the outage threatens.
    """
    lines = {Stage.FIRST: _first, Stage.UPDATE: _update, Stage.RESTORED: _restored}[stage](incident, now_ms)
    if stage is not Stage.RESTORED:
        lines += ["", _("Impact: {impact}").format(impact=impact or _("being established."))]
        if incident.affected:
            lines.append(_("Affected as well: {names}.").format(names=", ".join(incident.affected)))
        lines += threatened(incident, paydays)
        lines += _working(incident, services)
        lines.append(_cause(incident, services))
    lines += _measures(incident.measures)
    if stage is not Stage.RESTORED:
        lines += ["", _("Next notice: by {time} at the latest.").format(time=time_words(now_ms + NEXT_NOTICE_MS))]
    lines += ["", _("Kind regards"), actor]
    return Draft(_title(incident, stage), "\n".join([_("Hello"), "", *lines]).rstrip() + "\n")


def _title(incident: Incident, stage: Stage) -> str:
    forms = {
        Stage.FIRST: _("Outage: {service} is down since {time}"),
        Stage.UPDATE: _("Outage goes on: {service} is down since {time}"),
        Stage.RESTORED: _("Outage over: {service} works again"),
    }
    return forms[stage].format(service=incident.service, time=moment_words(incident.started_ms))


def _first(incident: Incident, now_ms: int) -> list[str]:
    began = moment_words(incident.started_ms)
    if incident.is_declared:
        return [_("{service} is down since {moment}.").format(service=incident.service, moment=began)]
    noticed = time_words(incident.detected_ms)
    told = _("{service} is down since {moment} (noticed at {noticed}).")
    return [told.format(service=incident.service, moment=began, noticed=noticed)]


def _update(incident: Incident, now_ms: int) -> list[str]:
    told = _("{service} is still down as of {now}. The outage began {moment} and has lasted {span}.")
    span = span_words(now_ms - incident.started_ms)
    return [
        told.format(
            service=incident.service, now=time_words(now_ms), moment=moment_words(incident.started_ms), span=span
        )
    ]


def _restored(incident: Incident, now_ms: int) -> list[str]:
    end_ms = incident.restored_ms or now_ms
    told = _("{service} works again since {end}. The outage began {moment} and lasted {span}.")
    span = span_words(end_ms - incident.started_ms)
    return [
        told.format(
            service=incident.service, end=moment_words(end_ms), moment=moment_words(incident.started_ms), span=span
        )
    ]


def threatened(incident: Incident, paydays: Sequence[Payday]) -> list[str]:
    """The payments that need what is down while they are being made, each with its day."""
    broken = {incident.service, *incident.affected}
    names = [f"{each.title} {_day(each.day)}" for each in paydays if broken & set(each.threats)]
    return [_("Threatened payments: {names}.").format(names=", ".join(names))] if names else []


def _day(iso: str) -> str:
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{day}.{month:02}.{year}"


def _working(incident: Incident, services: Sequence[Service]) -> list[str]:
    """What works, as far as it is watched."""
    others = [each for each in services if each.name != incident.service]
    well = [each for each in others if each.state is ServiceState.UP]
    if not well:
        return []
    if len(well) == len(others):
        return [_("Everything else that is watched works.")]
    told = ngettext(
        "Works: {n} of the other {all} services that are watched.",
        "Work: {n} of the other {all} services that are watched.",
        len(well),
    )
    return [told.format(n=len(well), all=len(others))]


def _cause(incident: Incident, services: Sequence[Service]) -> str:
    """What the looks say, which is seldom the cause itself."""
    now = next((each for each in services if each.name == incident.service), None)
    reason = (now.reason if now and now.state is ServiceState.DOWN else "") or incident.reason
    if not reason:
        return _("Cause: being established.")
    return _("Cause: being established; so far it is known: {reason}.").format(reason=reason_words(reason))


def _measures(measures: Sequence[Remark]) -> list[str]:
    if not measures:
        return []
    return ["", _("What was done:"), *(f"– {time_words(each.at_ms)} {sentence(each.text)}" for each in measures)]

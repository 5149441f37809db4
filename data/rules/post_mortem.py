"""The skeleton of a post-mortem: what the desk knows of an outage is in, what people must find out is left open.

In Markdown, which Confluence turns into a page when it is pasted.
"""

from __future__ import annotations

from collections.abc import Iterator

from data.incident import Incident
from data.language import _, pgettext
from data.moments import moment_words, span_words, stamp_words
from data.rules.mask import mask_text
from data.rules.notice import Draft
from data.words import reason_words, sentence


def post_mortem(incident: Incident, impact: str) -> Draft:
    """Title and text, with personal data taken out; `impact` is what the configuration says of the service."""
    title = _("Post-mortem: {service}, {moment}").format(
        service=incident.service, moment=moment_words(incident.started_ms)
    )
    lines = [f"# {title}", "", *_summary(incident, impact), *_figures(incident), *_timeline(incident), *_open(incident)]
    return Draft(mask_text(title), mask_text("\n".join(lines)) + "\n")


def _summary(incident: Incident, impact: str) -> Iterator[str]:
    yield "## " + _("In short")
    began = moment_words(incident.started_ms)
    if incident.restored_ms is None:
        yield _("{service} is down since {moment}; the outage goes on.").format(service=incident.service, moment=began)
    else:
        told = _("{service} was down from {start} to {end}, {span} in all.")
        end, span = moment_words(incident.restored_ms), span_words(incident.restored_ms - incident.started_ms)
        yield told.format(service=incident.service, start=began, end=end, span=span)
    if incident.affected:
        yield _("Affected as well: {names}.").format(names=", ".join(incident.affected))
    yield ""
    yield _("Impact: {impact}").format(impact=impact or _("(whom it hurt, how many, what they could not do)"))
    yield ""


def _figures(incident: Incident) -> Iterator[str]:
    yield "## " + _("Figures")
    spans = (
        (_("To detect"), incident.to_detect_ms),
        (_("To take note"), incident.to_acknowledge_ms),
        (_("To tell the service manager"), incident.to_notify_ms),
        (_("To restore"), incident.to_restore_ms),
    )
    for name, span_ms in spans:
        yield f"- {name}: {'–' if span_ms is None else span_words(span_ms)}"
    yield ""


def _timeline(incident: Incident) -> Iterator[str]:
    """What happened, in its order."""
    found = incident.reason and reason_words(incident.reason)
    told = [
        (incident.started_ms, _("first failed look") + (f": {found}" if found else "")),
        (incident.detected_ms, _("the outage is proved")),
    ]
    if incident.acknowledged_ms is not None:
        told.append((incident.acknowledged_ms, _("noted by {name}").format(name=incident.acknowledged_by)))
    for notice in incident.notices:
        if notice.told_ms is not None:
            words = _("told {names}: {title}").format(names=", ".join(notice.to), title=notice.title)
            told.append((notice.told_ms, words))
    told += [(each.at_ms, sentence(each.text)) for each in incident.measures]
    told += [(each.at_ms, _("answer: {text}").format(text=each.text)) for each in incident.answers]
    if incident.restored_ms is not None:
        told.append((incident.restored_ms, _("the service works again")))
    yield "## " + pgettext("outage", "Timeline")
    yield from (f"- {stamp_words(at_ms)} {words}" for at_ms, words in sorted(told))
    yield ""


def _open(incident: Incident) -> Iterator[str]:
    """What only people can say."""
    yield "## " + _("Cause")
    if incident.reason:
        yield _("The checks showed: {reason}.").format(reason=reason_words(incident.reason))
    yield _("(the cause itself)")
    yield ""
    for heading in (_("What went well"), _("What went badly"), _("Where we were lucky")):
        yield from ("## " + heading, "- ", "")
    yield "## " + _("What is done so that it does not happen again")
    yield f"| {_('Measure')} | {_('Who')} | {_('By when')} |"
    yield "| --- | --- | --- |"
    yield "|  |  |  |"

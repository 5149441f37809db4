"""Outages of one service, as its detail tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data.incident import Incident, Notice
from data.language import _, pgettext
from data.rules.incidents import FIRST_NOTICE_MS, is_owed
from tui.format import Format, duration
from tui.incident_words import notice_state, stage_word
from tui.widgets.document import Block, Fact, Row, Section, in_columns
from tui.widgets.line import Run, Runs

EARLIER_SHOWN = 5
_OVER_SHOWN_MS = 24 * 3_600_000
"""How long after its end an outage is still told in full."""


def incident_blocks(form: Format, incidents: Sequence[Incident]) -> list[Block]:
    """The outage that goes on, or has ended lately, in full; earlier ones a line each."""
    told = [each for each in incidents if _is_fresh(form, each)]
    blocks = [block for each in told for block in _whole(form, each)]
    earlier = [each for each in incidents if each not in told][:EARLIER_SHOWN]
    if earlier:
        blocks.append(Section(_("Earlier outages")))
        blocks += in_columns([_line(form, each) for each in earlier])
    return blocks


def _is_fresh(form: Format, incident: Incident) -> bool:
    return incident.restored_ms is None or form.now_ms() - incident.restored_ms < _OVER_SHOWN_MS


def _whole(form: Format, incident: Incident) -> Iterator[Block]:
    yield Section(_("Declared outage") if incident.is_declared else _("Outage"))
    span = duration((incident.restored_ms or form.now_ms()) - incident.started_ms)
    if incident.restored_ms is None:
        since = _("since {time}").format(time=form.full_moment(incident.started_ms))
        yield Fact(_("Lasts"), ((span, "strong"), (f"  {since}", "quiet")))
    else:
        ended = _("{start} – {end}").format(
            start=form.full_moment(incident.started_ms), end=form.moment(incident.restored_ms)
        )
        yield Fact(_("Lasted"), ((span, "strong"), (f"  {ended}", "quiet")))
    if incident.is_declared and incident.reason:
        yield Fact(_("What"), ((incident.reason, ""),))
    if incident.affected:
        yield Fact(_("Affects"), ((", ".join(incident.affected), ""),))
    if incident.acknowledged_ms is not None:
        noted = _("{time}, {name}").format(time=form.moment(incident.acknowledged_ms), name=incident.acknowledged_by)
        yield Fact(_("Noted"), ((noted, ""),))
    yield Fact(_("Told"), _told(form, incident))
    if incident.cyber_ms is not None:
        yield Fact(_("Cyber?"), _cyber(form, incident.cyber_ms))
    if incident.next_ms is not None:
        yield Fact(pgettext("notice", "Next"), _next(form, incident.next_ms))
    yield from _log(form, incident)


def _told(form: Format, incident: Incident) -> Runs:
    """Whether and how soon somebody was told; how long there is still time."""
    if incident.told_ms is not None:
        after = _("{span} after it was noticed").format(span=duration(incident.to_notify_ms or 0))
        return ((form.moment(incident.told_ms), "good"), (f"  {after}", "quiet"))
    if incident.restored_ms is not None:
        return ((_("nobody"), "warn"),)
    due_ms = incident.detected_ms + FIRST_NOTICE_MS
    if is_owed(incident, form.now_ms()):
        return ((_("the service manager has not been told"), "bad strong"), ("  n", "accent"))
    left = _("{left} left").format(left=form.left(due_ms))
    return ((_("the service manager has not been told"), "warn"), (f"  {left}", "quiet"), ("  n", "accent"))


def _cyber(form: Format, cyber_ms: int) -> Runs:
    """How long there is until a significant cyber incident must have been reported, and who decides whether it is."""
    ask = (f"  {_('ask the head of information security')}", "quiet")
    if form.is_past(cyber_ms):
        over = _("the 24 hours are over since {span}").format(span=duration(form.now_ms() - cyber_ms))
        return ((over, "bad strong"), ask)
    left = _("{left} left").format(left=form.left(cyber_ms))
    return ((_("report by {time}").format(time=form.full_moment(cyber_ms)), "strong"), (f"  {left}", "warn"), ask)


def _next(form: Format, next_ms: int) -> Runs:
    if form.is_past(next_ms):
        late = _("{span} late").format(span=duration(form.now_ms() - next_ms))
        return ((late, "bad strong"), ("  u", "accent"))
    left = _("{left} left").format(left=form.left(next_ms))
    return ((form.time(next_ms), ""), (f"  {left}", "quiet"), ("  u", "accent"))


def _log(form: Format, incident: Incident) -> Iterator[Block]:
    """Notices, measures and answers in the order of time."""
    lines = [(each.at_ms, _notice_words(each)) for each in incident.notices]
    lines += [(each.at_ms, [(f"{_('measure')}  ", "quiet"), (each.text, "")]) for each in incident.measures]
    lines += [(each.at_ms, [(f"{_('answer')}  ", "quiet"), (each.text, "")]) for each in incident.answers]
    if lines:
        yield Row(())
    for at_ms, words in sorted(lines, key=lambda line: line[0]):
        yield Fact(form.moment(at_ms), words)


def _notice_words(notice: Notice) -> list[Run]:
    words, role = notice_state(notice)
    names = f"  {', '.join(notice.to)}" if notice.to else ""
    return [(stage_word(notice.stage), ""), (names, ""), (f"  {words}", role)]


def _line(form: Format, incident: Incident) -> list[Run]:
    span = duration((incident.restored_ms or form.now_ms()) - incident.started_ms)
    told_ms = incident.to_notify_ms
    told = _("told after {span}").format(span=duration(told_ms)) if told_ms is not None else _("nobody was told")
    return [(form.full_moment(incident.started_ms), "quiet"), (span, ""), (told, "quiet")]

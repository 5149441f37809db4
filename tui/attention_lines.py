"""Lines of the strip that are told by a clock: pay-days, and incidents that may have to be reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from data.clock import tallinn
from data.language import _
from data.model import Attention, AttentionKind
from tui.format import Format
from tui.widgets.line import Runs

ROLES = {
    AttentionKind.SERVICE_DOWN: "bad",
    AttentionKind.SERVICE_FLAPPING: "warn",
    AttentionKind.SERVICE_DEGRADED: "warn",
    AttentionKind.PAYDAY_THREATENED: "bad",
    AttentionKind.PAYDAY_STEP: "accent",
    AttentionKind.CYBER_CLOCK: "bad",
    AttentionKind.SLA: "warn",
    AttentionKind.RELEASE_LATE: "warn",
    AttentionKind.TRAINING_TODAY: "accent",
    AttentionKind.TRAINING_FULL: "warn",
    AttentionKind.SOURCE_FAILED: "bad",
    AttentionKind.SOURCE_GAP: "warn",
}


def payday_line(form: Format, line: Attention) -> tuple[Runs, Runs]:
    """The two parts of the line."""
    at_ms = line.at_ms or 0
    if line.kind == AttentionKind.PAYDAY_STEP:
        left = _("{left} left") if not form.is_past(at_ms) else _("{left} over")
        what = _("{payment}: {stage} today {time}").format(payment=line.title, stage=line.detail, time=form.time(at_ms))
        return ((what, ""),), ((left.format(left=form.left(at_ms).lstrip("-")), "quiet"),)
    day = tallinn(at_ms).date()
    what = _("{payment} on {day} is threatened").format(payment=line.title, day=form.day(day))
    kind, _space, name = line.detail.partition(" ")
    told = {
        "late": _("{stage} is late"),
        "failed": _("{stage} ended with an error"),
        "down": _("{stage} is down"),
    }.get(kind, "{stage}")
    return ((what, "strong"),), ((told.format(stage=name), "bad"), (f"  {form.in_days(day)}", "quiet"))


def cyber_line(form: Format, line: Attention) -> tuple[Runs, Runs]:
    """How long there is to report it, and who decides whether it must be."""
    at_ms = line.at_ms or 0
    when = _("{left} over") if form.is_past(at_ms) else _("{left} left")
    what = _("{name}: cyber incident?").format(name=line.title)
    told = when.format(left=form.left(at_ms).lstrip("-"))
    return ((what, "strong"),), ((told, "bad"), (f"  {_('ask the head of information security')}", "quiet"))


LINES: Mapping[AttentionKind, Callable[[Format, Attention], tuple[Runs, Runs]]] = {
    AttentionKind.PAYDAY_THREATENED: payday_line,
    AttentionKind.PAYDAY_STEP: payday_line,
    AttentionKind.CYBER_CLOCK: cyber_line,
}

"""A pay-day as a line of the strip: what threatens it, or which step of it is made today."""

from __future__ import annotations

from data.clock import tallinn
from data.language import _
from data.model import Attention, AttentionKind
from tui.format import Format
from tui.widgets.line import Runs


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

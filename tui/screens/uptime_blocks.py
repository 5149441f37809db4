"""How much a service worked in the last day, week, month and quarter, and how long its good answers took."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import TypeVar

from data.language import _, pgettext
from data.uptime import Latency, Measured, Period, Sums, Uptime, added
from tui.format import Format, latency, percent
from tui.glyphs import Glyphs
from tui.widgets.document import Block, Fitted, Row, Section
from tui.widgets.line import Run

MOST_BARS, LEAST_BARS = 45, 12
_LABEL = 8
_WELL, _BAD = 0.995, 0.9
"""Up to how little a bar is as calm as if nothing had been; below what it is as low as it gets."""

_T = TypeVar("_T")


def uptime_blocks(form: Format, measured: Measured) -> list[Block]:
    """Bars and shares of each period, and the latency line; nothing before the first look."""
    if measured.since_ms is None:
        return []
    since = _("measured since {time}").format(time=form.moment(measured.since_ms))
    return [Section(_("Uptime"), ((since, "quiet"),)), Fitted(partial(_rows, form.glyphs, measured))]


def _rows(glyphs: Glyphs, measured: Measured, width: int) -> list[Row]:
    shares = _share_columns(glyphs, measured.uptimes)
    # What was measured in full need not be said where there is no room for it.
    while len(shares) > 1 and width - _LABEL - _width(shares) < LEAST_BARS:
        shares.pop()
    room = max(1, min(MOST_BARS, width - _LABEL - _width(shares)))
    rows = [
        Row([(_period_word(each.period).ljust(_LABEL), "quiet"), *_bars(glyphs, each, room), *told])
        for each, *told in zip(measured.uptimes, *shares, strict=True)
    ]
    return [*rows, *_latency_line(glyphs, measured.latencies, room)]


def _share_columns(glyphs: Glyphs, uptimes: Sequence[Uptime]) -> list[list[Run]]:
    """The shares round the clock, in working hours, and of what was measured: a run for each period, all as wide."""
    whole = _aligned("{share}", [_share(glyphs, each.sums) for each in uptimes])
    working = _aligned(_("working hours {share}"), [_share(glyphs, each.working) for each in uptimes])
    covered = _aligned(_("measured {share}"), [percent(each.sums.coverage) for each in uptimes])
    roles = [_role(each.sums.uptime, "") for each in uptimes]
    return [
        list(zip(whole, roles, strict=True)),
        [(text, "quiet") for text in working],
        [(text, "quiet") for text in covered],
    ]


def _aligned(form: str, shares: Sequence[str]) -> list[str]:
    size = max(map(len, shares))
    return ["   " + form.format(share=share.rjust(size)) for share in shares]


def _width(columns: Sequence[Sequence[Run]]) -> int:
    return sum(len(column[0][0]) for column in columns)


def _share(glyphs: Glyphs, sums: Sums) -> str:
    return glyphs.dash if sums.uptime is None else percent(sums.uptime)


def _bars(glyphs: Glyphs, uptime: Uptime, room: int) -> list[Run]:
    """`room` bars of the period; several parts of it in one, or one part in several."""
    runs: list[Run] = []
    for parts in _spread([each.sums for each in uptime.bars], room):
        sums = added(*parts)
        share = sums.measured_uptime
        if share is None:
            run = (glyphs.bar_maintenance, "quiet") if sums.maintenance_ms else (glyphs.bar_unknown, "faint")
        else:
            sign = glyphs.bar_ok if share >= _WELL else glyphs.bar_degraded if share >= _BAD else glyphs.bar_fail
            run = (sign, _role(share, "faint"))
        runs.append(run)
    return runs


def _role(share: float | None, good: str) -> str:
    if share is None:
        return "quiet"
    return good if share >= _WELL else "warn" if share >= _BAD else "bad"


def _latency_line(glyphs: Glyphs, latencies: Sequence[Latency], room: int) -> list[Row]:
    known = [each.mean_ms for each in latencies if each.mean_ms is not None]
    if not known:
        return []
    means = [[each.mean_ms for each in parts if each.mean_ms is not None] for parts in _spread(latencies, room)]
    top = max(known)
    line = "".join(_level(glyphs, max(each) / top if top else 0.0) if each else " " for each in means)
    least, most = latency(round(min(known))), latency(round(top))
    span = most if least == most else f"{least} {glyphs.dash} {most}"
    label = pgettext("of answers", "speed")
    return [Row([(label.ljust(_LABEL), "quiet"), (line, "faint"), (f"   {span}", "")])]


def _level(glyphs: Glyphs, height: float) -> str:
    return glyphs.levels[min(len(glyphs.levels) - 1, int(height * len(glyphs.levels)))]


def _spread(parts: Sequence[_T], room: int) -> list[Sequence[_T]]:
    """The parts that stand in each of `room` cells."""
    count = len(parts)
    starts = [cell * count // room for cell in range(room + 1)]
    return [parts[start : max(start + 1, end)] for start, end in pairwise(starts)]


def _period_word(period: Period) -> str:
    return {
        Period.DAY: _("24 h"),
        Period.WEEK: pgettext("age", "{n} d").format(n=7),
        Period.MONTH: pgettext("age", "{n} d").format(n=30),
        Period.QUARTER: pgettext("age", "{n} d").format(n=90),
    }[period]

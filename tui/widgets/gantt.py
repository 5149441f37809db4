"""Timelines drawn in one line of cells: months above, a bar for each development, a mark for today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.model import Development, DevelopmentState
from tui.format import parse_day, short_month
from tui.glyphs import Glyphs
from tui.widgets.line import Run, Runs

LEAST_MONTHS, MOST_MONTHS = 3, 12
"""Fewer would tell nothing of what is near, and with more a name of a month would stand there twice."""
CELLS_A_MONTH = 5
"""Below this a bar of a week cannot be told from one of two."""
LEAST_LETTERS = 4
"""Of a month's name: with fewer June would be July in Estonian."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a timeline covers, both ends included."""

    first: date
    last: date

    def cell(self, day: date, width: int) -> int:
        """The cell of `day` among `width` cells; outside 0 … width-1 for days outside."""
        return (day - self.first).days * width // max(1, (self.last - self.first).days + 1)


def extent_of(developments: Iterable[Development]) -> Span | None:
    """The days that matter: from the first start of what is not finished to the last end of all; None without days."""
    days = [
        day
        for one in developments
        for day in (parse_day("" if one.state == DevelopmentState.DONE else one.start_day), parse_day(one.end_day))
        if day is not None
    ]
    return Span(min(days), max(days)) if days else None


def span_of(extent: Span | None, today: date, width: int) -> Span:
    """The whole months of `extent` and today, as far as `width` cells show them well.

    Of what is too long the past leaves first, down to a third of the line: what lies ahead can still be changed.
    """
    most = max(LEAST_MONTHS, min(MOST_MONTHS, width // CELLS_A_MONTH))
    before = min(max(1, most // 3), max(0, _months_from(extent.first, today))) if extent else 0
    ahead = min(most - 1 - before, max(0, _months_from(today, extent.last))) if extent else 0
    ahead = max(ahead, LEAST_MONTHS - 1 - before)
    return Span(_month(today, -before), _month(today, ahead + 1) - timedelta(days=1))


def span_around(development: Development, today: date) -> Span:
    """The whole months from the start of one development, or today, to its end, or today."""
    days = [today, *(day for day in (parse_day(development.start_day), parse_day(development.end_day)) if day)]
    return Span(_month(min(days), 0), _month(max(days), 1) - timedelta(days=1))


def _months_from(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _month(day: date, offset: int) -> date:
    count = day.year * 12 + day.month - 1 + offset
    return date(count // 12, count % 12 + 1, 1)


def months(span: Span, width: int) -> str:
    """The names of the months over their first days: of every month, or of every second, third … where not all fit."""
    firsts = [_month(span.first, offset) for offset in range(_months_from(span.first, span.last) + 1)]
    steps = (firsts[::step] for step in range(1, len(firsts) + 1))
    return next(filter(None, (_named(named, span, width) for named in steps)), "").ljust(width)


def _named(firsts: Sequence[date], span: Span, width: int) -> str:
    """The names of these months over their first days, a space apart; empty where one does not fit even shortened."""
    line = ""
    places = [span.cell(first, width) for first in firsts]
    for first, place, stop in zip(firsts, places, [*(each - 1 for each in places[1:]), width], strict=True):
        name = short_month(first.month)
        if len(name) > stop - place:
            name = name[:LEAST_LETTERS]
        if len(name) > stop - place:
            return ""
        line = line.ljust(place) + name
    return line


def bar(development: Development, span: Span, width: int, today: date, glyphs: Glyphs) -> Runs:
    """The bar of one development: done, still open, and slipped beyond the end first set; today as a thin line."""
    cells: list[Run] = [(" ", "")] * width
    start, end = parse_day(development.start_day), parse_day(development.end_day)
    if end is not None or start is not None:
        _fill(cells, development, span, start or end, end or start, glyphs)
    here = span.cell(today, width)
    if 0 <= here < width and cells[here][0] == " ":
        cells[here] = (glyphs.today, "quiet")
    return _joined(cells)


def _fill(
    cells: list[Run], development: Development, span: Span, start: date | None, end: date | None, glyphs: Glyphs
) -> None:
    assert start is not None and end is not None
    width = len(cells)
    left, right = span.cell(start, width), max(span.cell(start, width), span.cell(end, width))
    first_end = parse_day(development.first_end_day)
    slipped = span.cell(first_end, width) if first_end is not None and first_end < end else right
    done = left + (right + 1 - left) * development.done // max(1, development.total)
    if development.state == DevelopmentState.DONE:
        done = right + 1
    late = development.state == DevelopmentState.LATE
    for place in range(max(0, left), min(width, right + 1)):
        if place < done:
            cells[place] = (glyphs.gantt_done, "quiet" if development.state == DevelopmentState.DONE else "accent")
        elif place > slipped:
            cells[place] = (glyphs.gantt_slip, "bad" if late else "warn")
        elif development.state == DevelopmentState.PLANNED:
            cells[place] = (glyphs.gantt_slip, "quiet")
        else:
            cells[place] = (glyphs.gantt_open, "bad" if late else "accent")


def _joined(cells: list[Run]) -> list[Run]:
    """Neighbours of the same role as one run."""
    runs: list[Run] = []
    for text, role in cells:
        if runs and runs[-1][1] == role:
            runs[-1] = (runs[-1][0] + text, role)
        else:
            runs.append((text, role))
    return runs

"""Timelines drawn in one line of cells: months above, a bar for each development, a mark for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from data.model import Development, DevelopmentState
from tui.format import parse_day, short_month
from tui.glyphs import Glyphs
from tui.widgets.line import Run, Runs


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a timeline covers, both ends included."""

    first: date
    last: date

    def cell(self, day: date, width: int) -> int:
        """The cell of `day` among `width` cells; outside 0 … width-1 for days outside."""
        return (day - self.first).days * width // max(1, (self.last - self.first).days + 1)


def span_of(today: date, width: int) -> Span:
    """The months around `today` that `width` cells show well: from the month before last, about five cells a month."""
    months = max(3, min(18, width // 6))
    before = max(1, months // 3)
    first = _month(today, -before)
    return Span(first, _month(today, months - before) - timedelta(days=1))


def span_around(development: Development, today: date) -> Span:
    """The whole months from the start of one development, or today, to its end, or today."""
    days = [today, *(day for day in (parse_day(development.start_day), parse_day(development.end_day)) if day)]
    return Span(_month(min(days), 0), _month(max(days), 1) - timedelta(days=1))


def _month(day: date, offset: int) -> date:
    count = day.year * 12 + day.month - 1 + offset
    return date(count // 12, count % 12 + 1, 1)


def months(span: Span, width: int, today: date, glyphs: Glyphs) -> str:
    """The names of the months over their first days; a mark over today."""
    cells = [" "] * width
    day = span.first
    while day <= span.last:
        place = span.cell(day, width)
        following = _month(day, 1)
        room = min(width, span.cell(following, width)) - place
        name = short_month(day.month)
        if room > len(name):
            cells[place : place + len(name)] = name
        day = following
    return "".join(cells)[:width]


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

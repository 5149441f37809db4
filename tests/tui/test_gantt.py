"""The timeline shows the days that matter, and its axis names months in an even step."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.language import use_language
from data.model import DevelopmentState
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import development
from tui.format import short_month
from tui.widgets.gantt import LEAST_LETTERS, LEAST_MONTHS, MOST_MONTHS, Span, extent_of, months, span_of

TODAY = date(2026, 12, 4)
WIDTHS = st.integers(min_value=18, max_value=200)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2033, 12, 31))


def months_in(span: Span) -> list[int]:
    """The months of a span, counted from year 0."""
    first, last = (day.year * 12 + day.month - 1 for day in (span.first, span.last))
    return list(range(first, last + 1))


def test_what_matters_fills_the_line() -> None:
    extent = Span(date(2026, 10, 3), date(2027, 3, 19))
    assert span_of(extent, TODAY, 125) == Span(date(2026, 10, 1), date(2027, 3, 31))


def test_a_past_that_is_too_long_leaves_before_the_days_ahead() -> None:
    extent = Span(date(2024, 2, 1), date(2027, 9, 10))
    assert span_of(extent, TODAY, 125) == Span(date(2026, 8, 1), date(2027, 7, 31))
    assert span_of(extent, TODAY, 30) == Span(date(2026, 10, 1), date(2027, 3, 31))


def test_a_finished_development_counts_with_its_end_alone() -> None:
    done = development(1, "A", "2026-03-01", "2026-11-16", DevelopmentState.DONE)
    running = development(2, "B", "2026-10-20", "2027-01-22", DevelopmentState.ON_SCHEDULE)
    undated = development(3, "C", "", "", DevelopmentState.UNDATED)
    assert extent_of((done, running, undated)) == Span(date(2026, 10, 20), date(2027, 1, 22))
    assert extent_of((undated,)) is None


@given(DAYS, st.integers(min_value=0, max_value=2000), DAYS, WIDTHS)
def test_today_is_always_on_the_line_and_its_months_are_whole_and_no_more_than_a_year(
    first: date, length: int, today: date, width: int
) -> None:
    for extent in (None, Span(first, first + timedelta(days=length))):
        span = span_of(extent, today, width)
        assert span.first <= today <= span.last
        assert 0 <= span.cell(today, width) < width
        assert span.first.day == (span.last + timedelta(days=1)).day == 1
        assert LEAST_MONTHS <= len(months_in(span)) <= MOST_MONTHS


@pytest.mark.parametrize("language", ["et", "en"])
@given(first=DAYS, count=st.integers(min_value=1, max_value=MOST_MONTHS), width=WIDTHS)
def test_the_axis_names_months_in_an_even_step_each_over_its_first_day(
    language: str, first: date, count: int, width: int
) -> None:
    use_language(language)
    last = first.replace(day=1)
    for _ in range(count):
        last = (last + timedelta(days=32)).replace(day=1)
    span = Span(first.replace(day=1), last - timedelta(days=1))
    line = months(span, width)
    assert len(line) == width
    named = []
    for month in months_in(span):
        name = short_month(month % 12 + 1)
        place = span.cell(date(month // 12, month % 12 + 1, 1), width)
        told = line[place : place + len(name) + 1].split(" ")[0]
        if told in (name, name[:LEAST_LETTERS]) and (place == 0 or line[place - 1] == " "):
            named.append(month)
    assert len(line.split()) == len(named)
    assert len({later - earlier for earlier, later in pairwise(named)}) <= 1
    assert named[0] == months_in(span)[0]
    if width >= 7 * count:
        assert named == months_in(span)  # where every name has room, none is left out


def test_a_name_loses_a_letter_before_every_second_one_is_left_out() -> None:
    use_language("et")
    span = Span(date(2026, 11, 1), date(2027, 3, 31))
    assert months(span, 27).split() == ["nov", "dets", "jaan", "veeb", "märts"]
    assert months(span, 32).split() == ["nov", "dets", "jaan", "veebr", "märts"]


@pytest.mark.parametrize("size", [(120, 35), (240, 70)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_bars_reach_the_last_month_of_the_axis(tmp_path: Path, size: tuple[int, int]) -> None:
    rows = (
        development(1, "Elatisabi", "2026-10-03", "2026-12-16", DevelopmentState.ON_SCHEDULE),
        development(2, "Isapuhkus", "2027-01-04", "2027-03-10", DevelopmentState.PLANNED),
    )
    app = make_desk(tmp_path, FakeReader(development_rows=rows))
    async with app.run_test(size=size) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: app.desk.mode == "developments")
        await settled(pilot)
        lines = words_on_screen(app).splitlines()
        head = next(line for line in lines if "Arendus " in line)
        bar = next(line for line in lines if line.lstrip().startswith("Isapuhkus"))
        left, right = head.index("okt"), head.index("Olek")
        assert head.index("veeb") < bar.rindex("░") < right
        # The last month begins a sixth before the end of the axis, and the bar ends on its tenth day.
        assert bar.rindex("░") - left > (right - left) * 3 // 4

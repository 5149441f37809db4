"""How a development stands, by hand-computed tables and by what must always hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import DevelopmentState
from data.rules.development import development_state

DONE, LATE = DevelopmentState.DONE, DevelopmentState.LATE
ON_SCHEDULE, PLANNED, UNDATED = DevelopmentState.ON_SCHEDULE, DevelopmentState.PLANNED, DevelopmentState.UNDATED
TODAY = "2026-12-04"


@pytest.mark.parametrize(
    ("start", "end", "first_end", "done", "total", "is_done", "expected"),
    [
        pytest.param("2026-11-01", "2026-12-20", "", 3, 10, False, (ON_SCHEDULE, 0), id="under way"),
        pytest.param("2027-01-04", "2027-02-01", "", 0, 8, False, (PLANNED, 0), id="begins later"),
        pytest.param("2027-01-04", "2027-02-01", "", 1, 8, False, (ON_SCHEDULE, 0), id="begun early"),
        pytest.param("", "2027-02-01", "", 0, 0, False, (PLANNED, 0), id="empty and without a start"),
        pytest.param("", "2027-02-01", "", 0, 4, False, (ON_SCHEDULE, 0), id="filled but without a start"),
        pytest.param("2026-10-05", "2026-12-29", "2026-12-20", 5, 10, False, (LATE, 9), id="end moved, still ahead"),
        pytest.param("2026-10-05", "2026-12-04", "", 9, 10, False, (ON_SCHEDULE, 0), id="ends today"),
        pytest.param("2026-10-05", "2026-12-03", "", 9, 10, False, (LATE, 1), id="ended yesterday, unfinished"),
        pytest.param("2026-10-05", "2026-12-01", "2026-11-24", 9, 10, False, (LATE, 10), id="moved and passed"),
        pytest.param("2026-10-05", "2026-12-10", "2026-12-20", 9, 10, False, (ON_SCHEDULE, -10), id="brought forward"),
        pytest.param("2026-10-05", "2026-11-28", "2026-11-24", 9, 9, True, (DONE, 4), id="done after it moved"),
        pytest.param("2026-10-05", "2026-11-28", "", 9, 9, True, (DONE, 0), id="done"),
        pytest.param("2026-10-05", "", "", 2, 9, False, (UNDATED, 0), id="no end"),
        pytest.param("", "", "2026-11-24", 2, 9, True, (DONE, 0), id="done without an end"),
        pytest.param("", "soon", "", 2, 9, False, (UNDATED, 0), id="end is no date"),
    ],
)
def test_state_and_slip(
    start: str, end: str, first_end: str, done: int, total: int, is_done: bool, expected: tuple[DevelopmentState, int]
) -> None:
    assert development_state(start, end, first_end, done, total, is_done, TODAY) == expected


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(start=days, end=days, first_end=days, today=days, done=st.integers(0, 5), total=st.integers(0, 5))
def test_unfinished_work_is_late_exactly_when_it_slipped(
    start: date, end: date, first_end: date, today: date, done: int, total: int
) -> None:
    state, slip = development_state(
        start.isoformat(), end.isoformat(), first_end.isoformat(), done, total, False, today.isoformat()
    )

    assert (state is LATE) == (slip > 0)
    assert slip >= (today - first_end).days


@given(end=days, today=days, later=st.integers(1, 400))
def test_slip_of_an_overdue_development_grows_a_day_a_day(end: date, today: date, later: int) -> None:
    overdue = max(today, end + timedelta(days=1))
    _, slip = development_state("", end.isoformat(), "", 0, 1, False, overdue.isoformat())
    _, slip_later = development_state(
        "", end.isoformat(), "", 0, 1, False, (overdue + timedelta(days=later)).isoformat()
    )

    assert slip_later - slip == later

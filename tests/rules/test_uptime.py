"""Uptime from looks: by hand-computed tables and by what must hold for any looks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Maintenance, Outcome
from data.rules.uptime import Span, hold_ms, spans, summed, within
from data.uptime import Sums, added

MINUTE = 60_000
OUTCOMES = dict(zip("UDXM?", Outcome, strict=True))


def told(found: list[Span]) -> str:
    """A letter for each minute."""
    letters = {outcome: letter for letter, outcome in OUTCOMES.items()}
    return "".join(letters[each.outcome] * ((each.end_ms - each.start_ms) // MINUTE) for each in found)


def looks(letters: str, start: int = 0) -> list[tuple[int, Outcome]]:
    """A look each minute; a blank for none."""
    return [(start + at * MINUTE, OUTCOMES[each]) for at, each in enumerate(letters) if each != " "]


@pytest.mark.parametrize(
    ("given_looks", "windows", "expected"),
    [
        ("UUUUUUUUUU", [], "UUUUUUUUUU"),
        ("UUXXXUUUUU", [], "UUXXXUUUUU"),
        ("UU  UUUUUU", [], "UUUUUUUUUU"),
        ("UU      UU", [], "UUUU????UU"),
        ("     UUUUU", [], "?????UUUUU"),
        ("          ", [], "??????????"),
        ("UD?XMUUUUU", [], "UD?XMUUUUU"),
        ("UUXXXXXUUU", [(3, 5)], "UUXMMXXUUU"),
        ("UUUUUUUUUU", [(0, 10)], "MMMMMMMMMM"),
        ("UUUUUUUUUU", [(2, 5), (4, 7)], "UUMMMMMUUU"),
        ("UUUUUUUUUU", [(2, 8), (4, 5)], "UUMMMMMMUU"),
        ("UU      UU", [(3, 6)], "UUUMMM??UU"),
        ("XXXXXXXXXX", [(-5, 2), (8, 20)], "MMXXXXXXMM"),
    ],
)
def test_what_was_so_minute_by_minute(given_looks: str, windows: list[tuple[int, int]], expected: str) -> None:
    planned = [Maintenance(start * MINUTE, end * MINUTE, "") for start, end in windows]
    assert told(spans(looks(given_looks), planned, 0, 10 * MINUTE, 3 * MINUTE)) == expected


def test_the_last_look_before_tells_how_it_began() -> None:
    assert told(spans(looks("X", -MINUTE), [], 0, 5 * MINUTE, 3 * MINUTE)) == "XX???"


def test_looks_after_the_end_are_left_out() -> None:
    assert told(spans(looks("UUUUUX"), [], 0, 5 * MINUTE, 3 * MINUTE)) == "UUUUU"


@pytest.mark.parametrize(("interval", "held"), [(1_000, 60_000), (20_000, 60_000), (60_000, 180_000)])
def test_a_look_tells_for_three_intervals_and_a_minute_at_least(interval: int, held: int) -> None:
    assert hold_ms(interval) == held


@pytest.mark.parametrize(
    ("sums", "uptime", "coverage"),
    [
        pytest.param(Sums(100, 98, 2), 0.98, 1.0, id="all measured"),
        pytest.param(Sums(100, 45, 5, 50), 0.9, 1.0, id="maintenance is neither"),
        pytest.param(Sums(100, 90), 1.0, 0.9, id="just enough measured"),
        pytest.param(Sums(100, 89), None, 0.89, id="too little measured"),
        pytest.param(Sums(100, 0, 0, 100), None, 1.0, id="nothing but maintenance"),
        pytest.param(Sums(), None, 0.0, id="nothing scheduled"),
        pytest.param(Sums(100, 0, 100), 0.0, 1.0, id="down all the time"),
    ],
)
def test_what_is_told(sums: Sums, uptime: float | None, coverage: float) -> None:
    assert (sums.uptime, sums.coverage) == (uptime, coverage)


LOOKS = st.lists(st.tuples(st.integers(-200, 1_200), st.sampled_from(Outcome)), max_size=40).map(
    lambda each: sorted(dict(each).items())
)
WINDOWS = st.lists(
    st.tuples(st.integers(-200, 1_200), st.integers(1, 400)).map(lambda each: Maintenance(each[0], sum(each), "")),
    max_size=4,
)


@given(LOOKS, WINDOWS, st.integers(1, 300))
def test_what_holds_of_any_looks(taken: list[tuple[int, Outcome]], windows: list[Maintenance], hold: int) -> None:
    found = spans(taken, windows, 0, 1_000, hold)
    assert found[0].start_ms == 0
    assert found[-1].end_ms == 1_000
    for one, next_one in pairwise(found):
        assert one.end_ms == next_one.start_ms
        assert one.outcome is not next_one.outcome
    sums = summed(found, 1_000)
    assert 0 <= sums.coverage <= 1
    assert sums.measured_uptime is None or 0 <= sums.measured_uptime <= 1
    covered = [each for each in range(1_000) if any(one.start_ms <= each < one.end_ms for one in windows)]
    assert sums.maintenance_ms >= len(covered)


@given(LOOKS, WINDOWS, st.integers(1, 300), st.integers(1, 999))
def test_parts_add_up_to_the_whole(
    taken: list[tuple[int, Outcome]], windows: list[Maintenance], hold: int, middle: int
) -> None:
    whole = summed(spans(taken, windows, 0, 1_000, hold), 1_000)
    parts = (
        summed(spans(taken, windows, 0, middle, hold), middle),
        summed(spans(taken, windows, middle, 1_000, hold), 1_000 - middle),
    )
    assert added(*parts) == whole
    cut = spans(taken, windows, 0, 1_000, hold)
    assert added(summed(within(cut, 0, middle), middle), summed(within(cut, middle, 1_000), 1_000 - middle)) == whole

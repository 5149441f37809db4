"""Whether everybody is gone, or we are."""

from __future__ import annotations

import pytest

from data.rules.own_network import Reach, is_cut_off

NOW = 1_000_000


@pytest.mark.parametrize(
    ("lost", "reached", "old", "expected"),
    [
        pytest.param(3, 0, 0, True, id="all of three"),
        pytest.param(2, 0, 0, False, id="two may well be down at once"),
        pytest.param(3, 2, 0, True, id="three of five"),
        pytest.param(3, 3, 0, False, id="half"),
        pytest.param(2, 0, 5, False, id="what was tried long ago does not count"),
        pytest.param(0, 9, 0, False, id="all well"),
        pytest.param(0, 0, 0, False, id="nothing tried"),
    ],
)
def test_most_of_what_was_tried_lately_must_be_lost(lost: int, reached: int, old: int, expected: bool) -> None:
    tries = [*[Reach(NOW - 29_000, False)] * lost, *[Reach(NOW, True)] * reached, *[Reach(NOW - 31_000, False)] * old]
    assert is_cut_off({str(number): each for number, each in enumerate(tries)}, NOW) is expected

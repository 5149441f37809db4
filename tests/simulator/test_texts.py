"""What people write in the demo world: nothing is told before it happened, and times stand in their case."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import TALLINN, epoch_ms, tallinn
from data.simulator.texts import applications, payments, talk, xroad
from data.simulator.texts.words import Words

CASES = (*applications.CASES, *payments.CASES, *xroad.CASES)
TEMPLATES = [
    *(text for case in CASES for text in (case.summary, case.description, *case.talk)),
    *talk.MAINTENANCE,
    *talk.REPORTERS,
    *talk.KEY_USERS,
    *talk.RESOLVED,
    *talk.DEVELOPERS,
]
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31, 23, 59), timezones=st.just(TALLINN))
OF_DAY = r"(?:\{kell\}|\d\d:\d\d)"


@given(at=MOMENTS, seed=st.integers(0, 10**6))
def test_what_happened_lies_before_the_moment_of_writing(at: datetime, seed: int) -> None:
    at = tallinn(epoch_ms(at))  # an hour of the spring does not exist
    words = Words((seed,), epoch_ms(at))
    assert time.fromisoformat(words["kell"]) <= at.time()
    assert datetime.strptime(words["kp"], "%d.%m.%Y").date() < at.date()
    last_month = (at.replace(day=1) - timedelta(days=1)).month
    assert words["kuu"] == Words((seed,), epoch_ms(datetime(2026, last_month % 12 + 1, 9)))["kuu"]


@given(at=MOMENTS, seed=st.integers(0, 10**6))
def test_what_begins_does_so_on_a_coming_monday(at: datetime, seed: int) -> None:
    day = datetime.strptime(Words((seed,), epoch_ms(at))["algus"], "%d.%m.%Y").date()
    assert day > at.date()
    assert day.isoweekday() == 1


def test_the_month_is_the_one_that_is_over() -> None:
    assert Words((7,), epoch_ms(datetime(2026, 12, 4)))["kuu"] == "novembri"
    assert Words((7,), epoch_ms(datetime(2027, 1, 8)))["kuu"] == "detsembri"


@pytest.mark.parametrize("text", [each for each in TEMPLATES if re.search(OF_DAY, each)])
def test_a_time_of_the_day_is_called_one_and_has_its_ending(text: str) -> None:
    text = re.sub(r"\{\{noformat\}\}.*?\{\{noformat\}\}", "", text, flags=re.DOTALL)  # a log writes as it likes
    for found in re.finditer(OF_DAY, text):
        before, after = text[: found.start()], text[found.end() :]
        if before.endswith("kella "):
            assert re.match("-(?:st|ni|ks)\\b", after)
        else:
            assert before.endswith("kell ")
            assert not after.startswith("-")

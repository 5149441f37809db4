"""Moments as people write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from data.clock import TALLINN
from data.language import use_language
from data.rules.written_times import evening, written_moment
from tests.rules.test_jobs import at

NOW = datetime(2026, 12, 4, 9, 14, tzinfo=TALLINN)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20:00", "2026-12-04 20:00"),
        ("8:05", "2026-12-04 08:05"),
        (" 5.12 20:00 ", "2026-12-05 20:00"),
        ("05.12.2026 20:00", "2026-12-05 20:00"),
        ("5.12. 20:00", "2026-12-05 20:00"),
        ("homme 20:00", "2026-12-05 20:00"),
        ("Täna 20:00", "2026-12-04 20:00"),
        ("tomorrow 20:00", "2026-12-05 20:00"),
        ("4.1 20:00", "2027-01-04 20:00"),
        ("3.12 20:00", "2026-12-03 20:00"),
        ("28.03.2027 03:30", "2027-03-28 03:30"),
    ],
)
def test_what_is_written_is_meant(text: str, moment: str) -> None:
    use_language("et")
    assert written_moment(text, NOW) == at(moment)


@pytest.mark.parametrize(
    "text",
    ["", "tere", "25:00", "20:61", "31.2 10:00", "0.12 10:00", "eile 10:00", "5.12", "5.12.26 10:00", "1 000:00"],
)
def test_what_is_no_moment(text: str) -> None:
    use_language("et")
    assert written_moment(text, NOW) is None


def test_the_next_evening() -> None:
    assert [f"{each:%d.%m %H:%M}" for each in evening(NOW)] == ["04.12 20:00", "04.12 22:00"]
    assert [f"{each:%d.%m %H:%M}" for each in evening(NOW.replace(hour=21))] == ["05.12 20:00", "05.12 22:00"]

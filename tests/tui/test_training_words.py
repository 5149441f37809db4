"""When a training is, how long it lasts and what it is called, on the screen and in `show`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.language import use_language
from data.model import AttentionKind, Training
from tests.tui.fakes import FakeReader, make_desk, settled, words_on_screen
from tests.tui.world import DAY, HOUR, MINUTE, STILL, at, attention, training
from tui.cli.listing import table
from tui.cli.show_columns import of_kind
from tui.format import Format, length

WHOLE_DAYS = training(6, "Messipäevad", at(9), 0, None, all_day=True, end_ms=at(12))


@pytest.fixture(autouse=True)
def estonian() -> Iterator[None]:
    use_language("et")
    yield
    use_language("et")


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (45 * MINUTE, "45 min"),
        (HOUR, "1 h"),
        (90 * MINUTE, "1 h 30 min"),
        (8 * HOUR, "8 h"),
        (32 * HOUR, "32 h"),
        (DAY, "1 p"),
        (DAY - HOUR, "1 p"),
        (3 * DAY + HOUR, "3 p"),
        (0, "0 min"),
    ],
)
def test_a_length_is_told_to_the_minute_and_whole_days_as_days(span: int, told: str) -> None:
    assert length(span).replace("\u00a0", " ") == told


def shown(one: Training) -> list[str]:
    _columns, row_of = of_kind("trainings", Format(STILL))
    return [text.replace("\u00a0", " ") for text in row_of(one)[:3]]


def test_days_stand_below_each_other_and_keep_their_weekday() -> None:
    short = training(7, "Lühike", at(10, 13), 1, None, end_ms=at(10, 14, 30))
    assert shown(short) == ["N 10.12 13:00", "1 h 30 min", "Lühike"]
    assert shown(WHOLE_DAYS) == ["K  9.12", "3 p", "Messipäevad"]


def test_days_of_one_and_two_digits_stand_below_each_other_where_they_are_printed() -> None:
    columns, row_of = of_kind("trainings", Format(STILL))
    rows = [row_of(training(number, "Lühike", at(number, 13), 1, None)) for number in (9, 10)]
    assert [line[:13] for line in table(columns, rows, 80)[1:]] == ["K  9.12 13:00", "N 10.12 13:00"]


def test_a_training_without_a_title_says_so() -> None:
    assert shown(training(8, "", at(10, 13), 1, None)) == ["N 10.12 13:00", "2 h", "(pealkirjata)"]


async def test_a_training_without_a_title_says_so_on_the_screen(tmp_path: Path) -> None:
    nameless = training(8, "", at(4, 13), 9, 8)
    lines = (
        attention(AttentionKind.TRAINING_FULL, nameless.id, "", nameless.start_ms, "9/8", f"training:{nameless.id}"),
    )
    app = make_desk(tmp_path, FakeReader(training_rows=(nameless,), attention_rows=lines))
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        assert words_on_screen(app).count("(pealkirjata)") == 2
        await app.open_target(f"training:{nameless.id}")
        await settled(pilot)
        assert words_on_screen(app).count("(pealkirjata)") == 2

"""Values as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from data.language import use_language
from data.model import DevelopmentState
from tests.tui.world import DAY, HOUR, MINUTE, NOW_MS, STILL, at, development
from tui.format import Format, countdown, duration, latency, number, slip
from tui.glyphs import FULL
from tui.panes.trainings import fullness
from tui.widgets.gantt import Span, bar
from tui.widgets.line import cut, spread, width_of
from tui.widgets.wrapping import wrap

FORM = Format(STILL)


@pytest.fixture(autouse=True)
def _estonian() -> Iterator[None]:
    use_language("et")
    yield
    use_language("et")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("span", "estonian", "english"),
    [
        (-5, "0 s", "0 s"),
        (12_900, "12 s", "12 s"),
        (4 * MINUTE, "4 min", "4 min"),
        (47 * HOUR, "47 h", "47 h"),
        (3 * DAY, "3 p", "3 d"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(span: int, estonian: str, english: str) -> None:
    assert plain(duration(span)) == estonian
    use_language("en")
    assert plain(duration(span)) == english


@pytest.mark.parametrize(
    ("left", "role"), [(-1, "bad"), (0, "warn"), (25 * MINUTE, "warn"), (239 * MINUTE, "warn"), (4 * HOUR, "quiet")]
)
def test_a_clock_is_red_once_it_has_run_out_and_amber_while_it_is_about_to(left: int, role: str) -> None:
    assert FORM.clock_role(NOW_MS + left) == role


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (25 * MINUTE, "0:25"),
        (190 * MINUTE, "3:10"),
        (0, "0:00"),
        (-1, "-0:01"),
        (-70 * MINUTE, "-1:10"),
        (3 * DAY, "3 p"),
    ],
)
def test_a_clock_that_runs_out_is_told_in_hours_and_minutes(left: int, shown: str) -> None:
    assert plain(countdown(left)) == shown


def test_numbers_follow_the_language() -> None:
    assert plain(number(12_345.6, 1)) == "12 345,6"
    assert plain(latency(210)) == "0,21 s"
    assert plain(slip(9)) == "+9 p"
    use_language("en")
    assert number(12_345.6, 1) == "12,345.6"
    assert plain(latency(1_800)) == "1.80 s"


def test_days_and_clocks_are_those_of_tallinn() -> None:
    assert FORM.headline() == "R 4. dets 09:14"
    assert FORM.time(NOW_MS) == "09:14"
    assert FORM.moment(NOW_MS) == "09:14"
    assert FORM.moment(at(8, 10)) == "8.12 10:00"
    assert FORM.full_moment(at(8, 10)) == "T 8.12 10:00"
    assert FORM.long_day(date(2026, 12, 5)) == "homme, 5. dets"
    use_language("en")
    assert FORM.headline() == "Fri 4 Dec 09:14"
    assert FORM.full_moment(at(8, 10)) == "Tue 8 Dec 10:00"


@pytest.mark.parametrize(
    ("taken", "capacity", "seats"), [(0, 10, 0), (1, 100, 1), (15, 16, 3), (16, 16, 4), (22, 20, 4), (3, None, 0)]
)
def test_a_training_looks_full_only_when_it_is(taken: int, capacity: int | None, seats: int) -> None:
    assert fullness(taken, capacity) == seats


def test_a_bar_tells_what_is_done_what_is_open_and_what_slipped() -> None:
    span = Span(date(2026, 12, 1), date(2026, 12, 31))
    one = development(
        1, "x", "2026-12-01", "2026-12-20", DevelopmentState.LATE, first_end_day="2026-12-15", done=5, total=20
    )
    drawn = "".join(text for text, _ in bar(one, span, 31, date(2026, 12, 25), FULL))
    assert drawn == "█████▓▓▓▓▓▓▓▓▓▓░░░░░    ┆      "


def test_a_bar_without_dates_is_empty_but_for_today() -> None:
    one = development(1, "x", "", "", DevelopmentState.UNDATED)
    drawn = "".join(
        text for text, _ in bar(one, Span(date(2026, 12, 1), date(2026, 12, 10)), 10, date(2026, 12, 4), FULL)
    )
    assert drawn.strip() == "┆"


def test_text_is_wrapped_at_spaces_and_long_words_are_cut() -> None:
    assert wrap("üks kaks kolm", 8) == ["üks kaks", "kolm"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("a\n\nb", 10) == ["a", "", "b"]


def test_a_line_never_grows_beyond_its_width() -> None:
    runs = [("pikk tekst vasakul", ""), ("veel", "bad")]
    assert width_of(cut(runs, 10)) <= 10
    assert width_of(spread(runs, [("paremal", "")], 20)) == 20

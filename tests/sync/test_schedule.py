"""When a source is polled next, in real seconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import Clock
from data.sync.schedule import BACK_OFF_JITTER, LEAST_SECONDS, MOST_BACK_OFF, NETWORK_SECONDS, Schedule


@pytest.mark.parametrize(
    ("interval", "speed", "pause"),
    [
        pytest.param(60.0, 1.0, 60.0, id="the ordinary clock"),
        pytest.param(60.0, 60.0, 1.0, id="a fast one"),
        pytest.param(60.0, 10_000.0, LEAST_SECONDS, id="never more often than twice a second"),
        pytest.param(60.0, 0.0, 60.0, id="one that stands still counts real seconds"),
    ],
)
def test_the_pause_after_a_good_poll(interval: float, speed: float, pause: float) -> None:
    assert Schedule(interval, Clock(0, 0, speed)).after_success(0.5) == pytest.approx(pause)


def test_a_source_that_keeps_its_own_pace_is_asked_when_it_wishes() -> None:
    schedule = Schedule(60, Clock(0, 0, 20.0))

    assert schedule.after_success(0.5, 10) == pytest.approx(0.5)
    assert schedule.after_success(0.5, 300) == pytest.approx(15)
    assert schedule.after_success(0.9, 0) == 0


def test_pauses_double_while_it_fails_and_begin_anew_after_it_went_well() -> None:
    schedule = Schedule(60, Clock())

    assert [schedule.after_failure("server", None, 0) for _ in range(6)] == [60, 120, 240, 480, 900, 900]
    schedule.after_success(0.5)
    assert schedule.after_failure("server", None, 0) == 60


def test_those_whom_a_server_asked_to_come_back_do_not_all_come_at_once() -> None:
    pauses = [Schedule(60, Clock()).after_failure("server", 300, chance) for chance in (0, 0.5, 0.9)]

    assert pauses[0] == 300
    assert len(set(pauses)) == 3


@pytest.mark.parametrize("code", ["auth", "captcha"])
def test_a_refused_person_is_not_tried_quickly(code: str) -> None:
    assert Schedule(5, Clock()).after_failure(code, None, 0) == 30


def test_our_own_network_is_tried_again_soon_and_always_as_soon() -> None:
    schedule = Schedule(300, Clock())

    assert {schedule.after_failure("network", None, 0.5) for _ in range(9)} == {NETWORK_SECONDS}
    assert schedule.after_failure("server", None, 0) == 300


@given(
    interval=st.floats(0.1, 86_400),
    speed=st.sampled_from([0.0, 0.5, 1.0, 60.0, 100_000.0]),
    failures=st.integers(1, 2_000),
    asked=st.one_of(st.none(), st.floats(0, 86_400)),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_a_pause_is_never_shorter_than_asked_nor_without_end(
    interval: float, speed: float, failures: int, asked: float | None, chance: float
) -> None:
    schedule = Schedule(interval, Clock(0, 0, speed), failures - 1)
    pause = schedule.after_failure("server", asked, chance)

    assert pause >= max(LEAST_SECONDS, asked or 0)
    assert pause <= (1 + BACK_OFF_JITTER) * max(MOST_BACK_OFF, interval / (speed or 1), asked or 0)

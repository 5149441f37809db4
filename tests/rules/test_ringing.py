"""When the desk calls: by hand-computed tables and by what must hold for any sequence."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Service, ServiceState
from data.rules.ringing import LIMIT, Quiet, Ringer, quiet_hours
from tests.tui.world import SERVICES

NOON = 1_796_378_400_000  # 4.12.2026 12:00 in Estonia
MINUTE = 60_000
STATES = dict(zip("UDXMF?", ServiceState, strict=True))


def service(state: str, name: str = "RR", *, is_critical: bool = True, roots: tuple[str, ...] = ()) -> Service:
    return SERVICES[0]._replace(name=name, state=STATES[state], is_critical=is_critical, roots=roots)


@pytest.mark.parametrize(
    ("letters", "calls"),
    [
        pytest.param("X", [], id="down before the desk was opened"),
        pytest.param("UX", [1], id="a new fault"),
        pytest.param("UXXX", [1], id="once"),
        pytest.param("UX?X", [1], id="the unknown ends none"),
        pytest.param("UXFX", [1], id="nor does flapping"),
        pytest.param("UXUX", [1, 3], id="a second fault"),
        pytest.param("UXMX", [1, 3], id="down again after maintenance"),
        pytest.param("XUX", [2], id="the next one after that which was there"),
        pytest.param("UD", [], id="slow is no fault"),
    ],
)
def test_each_fault_is_called_for_once(letters: str, calls: list[int]) -> None:
    ringer = Ringer()
    heard = [ringer.called_for([service(each)], NOON + place * MINUTE) for place, each in enumerate(letters)]
    assert [place for place, names in enumerate(heard) if names] == calls


def test_only_critical_services_that_are_to_blame_themselves_are_called_for() -> None:
    ringer = Ringer()
    assert ringer.called_for([service("U")], NOON) == ()
    others = [service("X", "maksed", is_critical=False), service("X", "menetlus", roots=("RR",))]
    assert ringer.called_for([service("X"), *others, service("X", "pank")], NOON) == ("RR", "pank")


def test_nobody_is_called_without_end() -> None:
    ringer, calls = Ringer(), 0
    for minute in range(60):
        calls += bool(ringer.called_for([service("UX"[minute % 2])], NOON + minute * MINUTE))
    assert calls == LIMIT
    ringer.called_for([service("U")], NOON + 61 * MINUTE)
    assert ringer.called_for([service("X")], NOON + 62 * MINUTE) == ("RR",)


@pytest.mark.parametrize(
    ("hours", "at", "is_quiet"),
    [
        ("22:00-07:00", time(23), True),
        ("22:00-07:00", time(6, 59), True),
        ("22:00-07:00", time(7), False),
        ("12:00 – 13:00", time(12), True),
        ("12:00-13:00", time(13), False),
    ],
)
def test_quiet_hours(hours: str, at: time, is_quiet: bool) -> None:
    assert quiet_hours(hours).holds(at) is is_quiet


@pytest.mark.parametrize("text", ["", "22", "22:00", "22:00-25:00", "öösel-hommikul"])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):
        quiet_hours(text)


def test_a_fault_that_began_in_quiet_hours_is_not_called_for_after_them() -> None:
    ringer = Ringer([Quiet(time(11), time(13))])
    ringer.called_for([service("U")], NOON - 120 * MINUTE)
    assert ringer.called_for([service("X")], NOON) == ()
    assert ringer.called_for([service("X")], NOON + 90 * MINUTE) == ()


@given(st.lists(st.sampled_from("UDXMF?"), max_size=40))
def test_there_are_never_more_calls_than_faults(letters: list[str]) -> None:
    ringer = Ringer()
    calls = [ringer.called_for([service(each)], NOON + place * 3_600_000) for place, each in enumerate(letters)]
    assert sum(map(bool, calls)) <= sum(each == "X" for each in letters[1:])

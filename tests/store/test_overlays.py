"""What lies over a measured state: planned maintenance, and that nobody has looked lately."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.clock import Clock
from data.model import Maintenance, Needs, ServiceState
from data.sources.batch import Batch
from data.store.read import Reader
from data.store.write import Writer

from .world import KEY, NOW, FakeSource, history_writer, places_in, result, watched

HTTP = FakeSource("checks")
MINUTE = 60_000


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Writer]:
    writer = history_writer(places_in(tmp_path))
    yield writer
    writer.close()


def at(tmp_path: Path, now_ms: int) -> Reader:
    return Reader(places_in(tmp_path), KEY, replace(Clock(), anchor_ms=now_ms, speed=0.0))


def hold(history: Writer, *windows: tuple[object, ...], state: str = "down") -> None:
    """One service in `state` since a minute ago, looked at just now and once a minute, with planned maintenance."""
    outcome = {"down": "fail", "flapping": "fail", "up": "ok"}[state]
    reason = "" if state == "up" else "http 503"
    rows = {
        "watched": [watched("RR", 0), watched("menetlus", 1, needs='{"hard":["RR"]}')],
        "result": [result(name, NOW, outcome, reason=reason) for name in ("RR", "menetlus")],
        "transition": [(name, NOW - MINUTE, state, reason, NOW) for name in ("RR", "menetlus")],
        "maintenance": windows,
    }
    history.apply(HTTP, Batch(rows, replace={"maintenance": ("origin", ["configuration"])}), NOW)


def test_maintenance_lies_over_what_is_measured_and_ends_by_the_clock(tmp_path: Path, history: Writer) -> None:
    hold(history, ("RR", NOW - 10, NOW + MINUTE, "uuendus", "configuration"))

    found = {each.name: each for each in at(tmp_path, NOW).services()}
    assert (found["RR"].state, found["RR"].since_ms, found["RR"].reason) == (
        ServiceState.MAINTENANCE,
        NOW - 10,
        "uuendus",
    )
    assert (found["RR"].until_ms, found["RR"].doubt) == (NOW + MINUTE, None)
    # What needs it fails because of it, and nobody is to be called.
    assert (found["menetlus"].roots, found["RR"].affected) == (("RR",), 1)
    assert at(tmp_path, NOW).overview().attention == ()

    after = {each.name: each for each in at(tmp_path, NOW + MINUTE).services()}
    assert (after["RR"].state, after["RR"].since_ms, after["RR"].until_ms) == (ServiceState.DOWN, NOW - MINUTE, None)
    assert [each.subject for each in at(tmp_path, NOW + MINUTE).overview().attention] == ["RR"]


def test_one_reader_sees_maintenance_begin_and_end_though_nothing_is_written(tmp_path: Path, history: Writer) -> None:
    hold(history, ("RR", NOW + 1_000, NOW + 2_000, "", "configuration"), state="up")

    class Hand(Clock):
        def now_ms(self) -> int:
            return moments[-1]

    moments = [NOW]
    reader = Reader(places_in(tmp_path), KEY, Hand())
    states = []
    for moment in (NOW, NOW + 1_000, NOW + 1_999, NOW + 2_000):
        moments.append(moment)
        states.append(next(each.state for each in reader.services() if each.name == "RR"))
    assert states == [ServiceState.UP, ServiceState.MAINTENANCE, ServiceState.MAINTENANCE, ServiceState.UP]
    reader.close()


def test_of_two_windows_the_later_end_is_told_and_what_is_over_is_not(tmp_path: Path, history: Writer) -> None:
    hold(
        history,
        ("RR", NOW - 9 * MINUTE, NOW - MINUTE, "möödas", "configuration"),
        ("RR", NOW - 2 * MINUTE, NOW + MINUTE, "lühike", "configuration"),
        ("RR", NOW - MINUTE, NOW + 5 * MINUTE, "pikk", "configuration"),
        ("RR", NOW + 60 * MINUTE, NOW + 70 * MINUTE, "tulekul", "configuration"),
    )

    detail = at(tmp_path, NOW).service("RR")
    assert detail is not None
    assert (detail.service.reason, detail.service.until_ms) == ("pikk", NOW + 5 * MINUTE)
    assert [each.notice for each in detail.maintenance] == ["lühike", "pikk", "tulekul"]
    assert detail.maintenance[2] == Maintenance(NOW + 60 * MINUTE, NOW + 70 * MINUTE, "tulekul")


def test_what_is_planned_no_more_is_forgotten(tmp_path: Path, history: Writer) -> None:
    hold(history, ("RR", NOW - 10, NOW + MINUTE, "", "configuration"))
    hold(history)

    assert at(tmp_path, NOW).services()[0].state is ServiceState.DOWN


@pytest.mark.parametrize(
    ("state", "age_ms", "told"),
    [
        ("up", 3 * MINUTE, "up"),
        ("up", 3 * MINUTE + 1, "unknown"),
        ("down", 60 * MINUTE, "down"),
        ("flapping", 60 * MINUTE, "flapping"),
    ],
)
def test_what_nobody_looked_at_for_three_intervals_is_unknown_but_no_outage_ends_so(
    tmp_path: Path, history: Writer, state: str, age_ms: int, told: str
) -> None:
    hold(history, state=state)

    service = at(tmp_path, NOW + age_ms).services()[0]
    assert service.state.value == told
    assert (service.reason == "outdated") is (told == "unknown")


def test_a_service_tells_what_it_needs_and_its_place_in_the_configuration(tmp_path: Path, history: Writer) -> None:
    rows = [watched("menetlus", 0, needs='{"hard":["RR"],"some":["a","b"]}'), watched("RR", 1), watched("a", 2)]
    history.apply(HTTP, Batch({"watched": rows, "transition": [("RR", NOW, "down", "http 503", NOW)]}), NOW)

    found = at(tmp_path, NOW).services()
    assert [(each.name, each.place) for each in found] == [("RR", 1), ("menetlus", 0), ("a", 2)]
    assert found[1].needs == Needs(hard=("RR",), some=("a", "b"))

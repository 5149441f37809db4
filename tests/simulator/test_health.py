"""Services fall ill and recover, the same way for the same seed."""

from __future__ import annotations

import pytest

from data.simulator.health import PROBES, latency_ms, state
from tests.simulator.factory import MINUTE, client, world

SECOND = 1_000


def states(place: int, until_ms: int, step_ms: int = 5 * SECOND) -> list[str]:
    """The states in order, without repetitions."""
    found: list[str] = []
    for at in range(0, until_ms, step_ms):
        now = state(7, place, at)
        if not found or found[-1] != now:
            found.append(now)
    return found


def place(path: str) -> int:
    return next(place for place, probe in enumerate(PROBES) if probe.path == path)


def test_the_population_register_is_down_at_first_and_recovers_by_way_of_slowness() -> None:
    assert states(place("rr-isikuandmed"), 4 * MINUTE) == ["down", "slow", "up"]


def test_the_first_ten_minutes_hold_several_troubles() -> None:
    changes = [states(at, 10 * MINUTE) for at in range(len(PROBES))]
    assert sum(len(each) - 1 for each in changes) >= 12
    assert sum("down" in each for each in changes) >= 4
    assert sum(each == ["up"] for each in changes) >= 4


@pytest.mark.parametrize("at", range(len(PROBES)))
def test_every_service_has_troubles_later_and_gets_over_them(at: int) -> None:
    week = states(at, 7 * 24 * 60 * MINUTE, 30 * SECOND)
    assert "slow" in week
    well = sum(state(7, at, moment) == "up" for moment in range(0, 24 * 60 * MINUTE, MINUTE))
    assert well > 0.9 * 24 * 60


def test_a_slow_service_takes_longer_than_any_well_one() -> None:
    for at in range(len(PROBES)):
        slowest = max(latency_ms(7, at, moment * SECOND, "up") for moment in range(200))
        quickest = min(latency_ms(7, at, moment * SECOND, "slow") for moment in range(200))
        assert slowest < 1_000 < quickest


async def test_what_the_endpoints_answer() -> None:
    async with client(world(), admin=True) as reader:
        await reader.post("/_admin/health/aruandlus", json={"state": "up"})
        well = await reader.get("/health/aruandlus")
        assert (well.status_code, well.json()["status"], well.json()["demo"]) == (200, "UP", True)
        await reader.post("/_admin/health/aruandlus", json={"state": "down"})
        assert (await reader.get("/health/aruandlus")).status_code == 503
        await reader.post("/_admin/health/skais1-maksed", json={"state": "down"})
        wrong = await reader.get("/health/skais1-maksed")
        assert (wrong.status_code, wrong.json()["status"]) == (200, "STALE_DATA")
        assert '"UP"' not in wrong.text
        assert (await reader.get("/health/olematu")).status_code == 404

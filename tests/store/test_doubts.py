"""What the history tells of a service whose last look is not settled yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.model import Doubt, Kind, ServiceState
from data.sources.batch import Batch
from data.store.read import Reader
from data.store.write import Writer

from .world import NOW, FakeSource, history_writer, places_in, reader_of, result, watched

HTTP = FakeSource("checks", "checks", Kind.SERVICES)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Writer]:
    writer = history_writer(places_in(tmp_path))
    yield writer
    writer.close()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    reader = reader_of(places_in(tmp_path))
    yield reader
    reader.close()


def hold(history: Writer, **services: tuple[str, str]) -> None:
    """Stores of each service its state for ten minutes and its latest outcomes, one a second, the last one now."""
    outcomes = {"o": "ok", "s": "degraded", "f": "fail", "u": "unknown"}
    rows = [watched(name, place) for place, name in enumerate(services)]
    results = [
        result(name, NOW - age * 1000, outcomes[letter], reason="" if letter == "o" else f"http 50{age}")
        for name, (_state, letters) in services.items()
        for age, letter in enumerate(reversed(letters))
    ]
    changes = [(name, NOW - 600_000, state, "", NOW - 600_000) for name, (state, _letters) in services.items() if state]
    history.apply(HTTP, Batch({"watched": rows, "result": results, "transition": changes}), NOW)


def test_a_doubt_comes_with_the_cause_of_the_last_look(history: Writer, reader: Reader) -> None:
    hold(history, RR=("up", "ooff"), EMTA=("down", "fffo"), EHIS=("up", "ooo"), DHX=("", "s"))
    doubts = {service.name: service.doubt for service in reader.services()}

    assert doubts == {
        "RR": Doubt(ServiceState.DOWN, 2, 3, "http 500"),
        "EMTA": Doubt(ServiceState.UP, 1, 2, ""),
        "EHIS": None,
        "DHX": Doubt(ServiceState.DEGRADED, 1, 3, "http 500"),
    }


def test_an_opened_service_tells_the_same(history: Writer, reader: Reader) -> None:
    hold(history, RR=("up", "of"))
    opened = reader.service("RR")

    assert opened is not None
    assert opened.service == reader.services()[0]
    assert opened.service.doubt is not None


def test_a_service_that_may_be_down_stands_before_those_that_are_known_to_be_up(
    history: Writer, reader: Reader
) -> None:
    hold(
        history,
        korras=("up", "oo"),
        aeglane=("up", "os"),
        kahtlane=("up", "of"),
        teadmata=("", ""),
        häiritud=("degraded", "sss"),
        langemas=("degraded", "sssf"),
        maas=("down", "fff"),
    )

    order = [service.name for service in reader.services()]
    assert order == ["maas", "langemas", "häiritud", "kahtlane", "teadmata", "korras", "aeglane"]

"""Looking for garbage waits until the person rests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tui import garbage
from tui.garbage import Garbage


@pytest.fixture
def _as_python_does() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_nothing_is_looked_through_while_keys_are_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("tui.garbage.time.monotonic", lambda: now)
    looked = Garbage()
    now += garbage.LEAST_SECONDS
    looked.key_pressed()
    assert not looked.look_at_rest()
    now += garbage.REST_SECONDS
    assert looked.look_at_rest()
    now += garbage.LEAST_SECONDS - 1
    assert not looked.look_at_rest()
    now += 1
    assert looked.look_at_rest()


@pytest.mark.usefixtures("_as_python_does")
def test_what_the_start_has_made_is_never_looked_at_again() -> None:
    gc.disable()
    Garbage().begin()
    assert gc.isenabled()
    assert gc.get_freeze_count()
    assert gc.get_threshold()[2] > 100_000


@pytest.mark.usefixtures("_as_python_does")
def test_who_did_not_put_collection_off_keeps_it_as_it_is() -> None:
    thresholds = gc.get_threshold()
    Garbage().begin()
    assert gc.get_threshold() == thresholds

"""The bell on the screen: a new critical fault calls, whichever mode is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data.model import Kind, ServiceState
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import SERVICES
from tui.app import DeskApp

WELL = next(each for each in SERVICES if each.state is ServiceState.UP)._replace(is_critical=True)


class Bell:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.rung = 0
        patch.setattr(DeskApp, "bell", self._ring)

    def _ring(self, *_given: Any) -> None:
        self.rung += 1


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    return Bell(monkeypatch)


async def test_a_new_critical_fault_rings_once_and_says_why(tmp_path: Path, bell: Bell) -> None:
    reader = FakeReader(service_rows=(WELL,))
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        await pilot.press("3")
        await settled(pilot)
        reader.service_rows = (WELL._replace(state=ServiceState.DOWN),)
        reader.touch(Kind.SERVICES)
        await until(pilot, lambda: bell.rung)
        await until(pilot, lambda: app._notifications)
        assert f"{WELL.name}: ei tööta" in next(iter(app._notifications)).message.replace("\n", " ")
        reads = reader.reads.count("services")
        reader.touch(Kind.SERVICES)
        await until(pilot, lambda: reader.reads.count("services") > reads)
        await settled(pilot)
        assert bell.rung == 1


@pytest.mark.parametrize("given", [{"ring": False}, {"quiet": ["00:00-23:59"]}])
async def test_who_wants_quiet_is_not_called(tmp_path: Path, bell: Bell, given: dict[str, Any]) -> None:
    reader = FakeReader(service_rows=(WELL,))
    app = make_desk(tmp_path, reader)
    for name, value in given.items():
        setattr(app.desk.config.desk, name, value)
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        reader.service_rows = (WELL._replace(state=ServiceState.DOWN),)
        reader.touch(Kind.SERVICES)
        await until(pilot, lambda: "ei tööta" in words_on_screen(app))
        await settled(pilot)
        assert bell.rung == 0

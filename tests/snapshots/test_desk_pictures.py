"""Pictures of the desk at fixed sizes, themes and languages, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.fakes import FakeReader, make_desk, settled, until
from tests.tui.jobs import JOB_CHECKS, jobs_reader
from tests.tui.paydays import PAYMENTS, threatened
from tests.tui.service_tree import woven_reader
from tui.screens.dashboard import Dashboard
from tui.screens.standup import StandupCard, StandupScreen
from tui.widgets.attention import AttentionStrip
from tui.widgets.document import Document

Compare = Callable[..., bool]
SIZES = ((80, 24), (120, 35), (240, 70))
MODES = {"2": "services", "3": "tickets", "4": "developments", "5": "trainings", "f9": "standup", "f1": "help"}


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


async def _shown(pilot: Pilot[None]) -> None:
    """Waits until list, detail or card are filled."""
    await settled(pilot)
    screen = pilot.app.screen
    if isinstance(screen, Dashboard):
        await until(pilot, lambda: screen.query_one(AttentionStrip).overview is not None)
    elif isinstance(screen, StandupScreen):
        await until(pilot, lambda: "Loen" not in screen.query_one(StandupCard).plain)
    else:
        await until(pilot, lambda: screen.query_one(Document).plain)
    await settled(pilot)


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_dashboard(snap_compare: Compare, tmp_path: Path, size: tuple[int, int], theme: str) -> None:
    app = make_desk(tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=_shown)


@pytest.mark.parametrize(
    ("size", "language"), [((80, 24), "et"), ((120, 35), "en")], ids=["80x24-estonian", "120x35-english"]
)
@pytest.mark.parametrize("key", MODES, ids=MODES.values())
def test_mode(snap_compare: Compare, tmp_path: Path, key: str, size: tuple[int, int], language: str) -> None:
    async def open_mode(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        before = pilot.app.screen
        await pilot.press(key)
        await until(pilot, lambda: pilot.app.screen is not before)
        await _shown(pilot)

    assert snap_compare(make_desk(tmp_path, language=language), terminal_size=size, run_before=open_mode)


def test_a_ticket_on_a_small_window(snap_compare: Compare, tmp_path: Path) -> None:
    async def open_ticket(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press("3")
        await until(pilot, lambda: pilot.app.screen.query(Document))
        await _shown(pilot)
        await pilot.press("enter")
        await _shown(pilot)

    assert snap_compare(make_desk(tmp_path), terminal_size=(80, 24), run_before=open_ticket)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_job(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """A batch job that is late, opened."""

    async def open_job(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("enter")
        await _shown(pilot)

    assert snap_compare(make_desk(tmp_path, jobs_reader(), check=JOB_CHECKS), terminal_size=size, run_before=open_job)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_paydays(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """The pay-days, one of which is threatened."""

    async def open_paydays(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press("f3")
        await until(pilot, lambda: pilot.app.screen.query(Document))
        await _shown(pilot)

    app = make_desk(tmp_path, FakeReader(payday_rows=threatened()), payments=PAYMENTS)
    assert snap_compare(app, terminal_size=size, run_before=open_paydays)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_tree(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """The services by what needs what."""

    async def open_tree(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("g")
        await _shown(pilot)

    assert snap_compare(make_desk(tmp_path, woven_reader()), terminal_size=size, run_before=open_tree)


def test_tree_in_ascii(snap_compare: Compare, tmp_path: Path) -> None:
    """The same with plain signs, its first service folded."""

    async def open_tree(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        await pilot.press("g", "home", "space")
        await _shown(pilot)

    app = make_desk(tmp_path, woven_reader(), ascii_only=True)
    assert snap_compare(app, terminal_size=(120, 35), run_before=open_tree)

"""Pictures of an outage: its detail, the notice, its preview, and the post-mortem; the clock stands still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import TextArea

from data.checks.http import HttpCheck
from tests.tui.fakes import make_desk, settled, until, words_on_screen
from tests.tui.test_incidents import DOWN, MAIL, MARI, reader_with_outage
from tests.tui.test_service_contacts import HELP

Compare = Callable[..., bool]
SIZES = ((80, 24), (120, 35), (240, 70))
CHECK = HttpCheck(
    name=DOWN.name,
    url="https://a.example",
    impact="Menetlejad ei näe laste ja vanemate andmeid.",
    documents={"RR päringute ärireeglid": "https://wiki.example/arireeglid"},
)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    # Whatever the machine, it does not blink while it is pictured.
    monkeypatch.setattr(TextArea, "cursor_blink", False)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("keys", [(), ("n",), ("n", "f5"), ("p",)], ids=["detail", "notice", "preview", "post-mortem"])
def test_outage(snap_compare: Compare, tmp_path: Path, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    app = make_desk(tmp_path, reader_with_outage(), mail=MAIL, contact=[HELP, MARI], check=[CHECK])

    async def open_outage(pilot: Pilot[Any]) -> None:
        await settled(pilot)
        await app.open_target(f"service:{DOWN.name}")
        # On a narrow screen the detail takes the place of the list with the next drawing.
        await until(pilot, lambda: "KATKESTUS" in words_on_screen(app))
        await settled(pilot)
        for key in keys:
            before = app.screen
            await pilot.press(key)
            await until(pilot, lambda before=before: app.screen is not before)  # type: ignore[misc]
            await settled(pilot)
        assert isinstance(app.screen, ModalScreen) is bool(keys)

    assert snap_compare(app, terminal_size=size, run_before=open_outage)

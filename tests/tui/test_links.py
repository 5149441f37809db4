"""A link in a ticket's text opens only after the person has read its whole address and chosen so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from data.model import Ticket
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tui.app import DeskApp
from tui.screens.dialog import ChoiceDialog
from tui.widgets.document import Document

ADDRESS = "https://example.ee/leht?nr=1"


@dataclass
class LinkedReader(FakeReader):
    """Its tickets tell of a page, and of a letter."""

    def ticket(self, ticket_id: int) -> Ticket | None:
        found = super().ticket(ticket_id)
        return found and found._replace(description=f"Vt [juhend|{ADDRESS}] või mailto:mari.mets@example.ee.")


async def at_the_link(pilot: Pilot[None], app: DeskApp) -> None:
    """Goes with the keys to the line of the link, and asks to open it."""
    await settled(pilot)
    await pilot.press("3", "tab")
    detail = app.screen.query_one(Document)
    await until(pilot, lambda: detail.has_focus and "juhend" in detail.plain)
    # The epic opens too, and stands above the text.
    await pilot.press("down", "down", "enter")
    await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []
    monkeypatch.setattr(DeskApp, "open_url", lambda _app, url, new_tab=True: addresses.append(url))
    return addresses


async def test_enter_on_a_link_shows_its_address_and_opens_it_when_chosen(tmp_path: Path, opened: list[str]) -> None:
    app = make_desk(tmp_path, LinkedReader())
    async with app.run_test(size=(120, 35)) as pilot:
        await at_the_link(pilot, app)
        assert ADDRESS in words_on_screen(app)
        assert opened == []
        await pilot.press("enter")
        await settled(pilot)
        assert opened == [ADDRESS]


async def test_an_address_can_be_copied_instead(tmp_path: Path, opened: list[str]) -> None:
    app = make_desk(tmp_path, LinkedReader())
    async with app.run_test(size=(120, 35)) as pilot:
        await at_the_link(pilot, app)
        await pilot.press("down", "enter")
        await settled(pilot)
        assert (app.clipboard, opened) == (ADDRESS, [])


async def test_escape_opens_nothing(tmp_path: Path, opened: list[str]) -> None:
    app = make_desk(tmp_path, LinkedReader())
    async with app.run_test(size=(120, 35)) as pilot:
        await at_the_link(pilot, app)
        await pilot.press("escape")
        await settled(pilot)
        assert (app.clipboard, opened) == ("", [])

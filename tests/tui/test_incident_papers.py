"""The text of a ticket and the post-mortem of an outage: opened, edited, copied or saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from tests.tui.fakes import make_desk, settled, until, words_on_screen
from tests.tui.test_incidents import DOWN, reader_with_outage
from tests.tui.world import SERVICES
from tui.app import DeskApp
from tui.downloads import save_download
from tui.screens.writing import Writing

WELL = next(each for each in SERVICES if each.state.value == "up")


def told(app: DeskApp) -> str:
    """What the messages say that pop up."""
    return " ".join(each.message for each in app._notifications).replace("\n", " ")


@pytest.mark.parametrize("size", [(80, 24), (120, 35)])
async def test_t_opens_the_text_of_a_ticket_which_is_copied_as_it_was_edited(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = make_desk(tmp_path, reader_with_outage())
    async with app.run_test(size=size) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        await settled(pilot)
        assert f"Pileti tekst: {DOWN.name}" in words_on_screen(app)
        assert app.screen.query_one(Input).value.startswith(f"{DOWN.name} ei tööta alates")
        assert "Kontrollid näitavad: vastab veaga 502" in app.screen.query_one(TextArea).text
        app.screen.query_one(TextArea).insert("Palun abi. ", (0, 0))
        await pilot.press("f3")
        await until(pilot, lambda: "Kopeeritud." in told(app))
        assert app.clipboard.startswith(f"{DOWN.name} ei tööta alates")
        assert "\n\nPalun abi. Teenus:" in app.clipboard


async def test_p_opens_a_post_mortem_which_is_saved_as_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    app = make_desk(tmp_path / "desk", reader_with_outage(ended=True))
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        await settled(pilot)
        await pilot.press("f4")
        await until(pilot, lambda: "Salvestatud:" in told(app))
    file = tmp_path / f"järelanalüüs-{DOWN.name.replace(' ', '-')}-2026-12-04.md"
    assert "## Ajajoon" in file.read_text("utf-8")


async def test_what_cannot_be_saved_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "puudub")
    app = make_desk(tmp_path, reader_with_outage())
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, Writing))
        await settled(pilot)
        await pilot.press("f4")
        await until(pilot, lambda: "Salvestada ei õnnestunud" in told(app))


async def test_where_nothing_is_broken_there_is_nothing_to_write(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{WELL.name}")
        await settled(pilot)
        await pilot.press("t")
        await until(pilot, lambda: "katkestuse" in told(app))
        assert not isinstance(app.screen, Writing)


def test_a_download_never_takes_the_place_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / "Downloads").mkdir()
    first, second = save_download('a/../"b" c.md', b"1"), save_download('a/../"b" c.md', b"2")
    assert (first.parent, first.name, second.name) == (tmp_path / "Downloads", "a-..-b-c.md", "a-..-b-c-2.md")
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")

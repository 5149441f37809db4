"""Where the configuration wants plain signs, nothing else than letters and punctuation stands on the screen."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from data.model import Kind
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import NOW_MS, TICKETS, ticket_row


def signs_in(text: str) -> set[str]:
    """What is drawn rather than written: frames, blocks, arrows, symbols."""
    return {letter for letter in text if not letter.isascii() and unicodedata.category(letter) in ("So", "Sm", "Sk")}


@pytest.mark.parametrize(
    "keys",
    [
        ("1",),
        ("2",),
        ("2", "n"),
        ("2", "d"),
        ("3",),
        ("3", "slash"),
        ("3", "s"),
        ("3", "f"),
        ("3", "f", "enter"),
        ("4",),
        ("5",),
        ("f9",),
        ("f1",),
        ("f2",),
    ],
    ids="-".join,
)
@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_sign_of_the_full_set_is_left(tmp_path: Path, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    app = make_desk(tmp_path, ascii_only=True)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        assert signs_in(words_on_screen(app)) == set()


async def test_new_rows_hidden_text_and_messages_are_plain_too(tmp_path: Path) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader, ascii_only=True)
    async with app.run_test(size=(120, 35), notifications=True) as pilot:
        await pilot.press("3")
        await settled(pilot)
        await until(pilot, lambda: app._feed._versions is not None)
        new = ticket_row(60, key="SKAH-5000", summary="Isik 49912310000 ootab", updated_ms=NOW_MS + 1)
        reader.ticket_rows = (new, *TICKETS)
        reader.touch(Kind.TICKETS)
        await until(pilot, lambda: "48 avatud" in words_on_screen(app))
        await pilot.press("home")
        await until(pilot, lambda: "|SKAH-5000" in words_on_screen(app))
        assert "Isik ### ootab" in words_on_screen(app)
        app.notify("Tehtud", timeout=3600)
        await until(pilot, lambda: "Tehtud" in words_on_screen(app))
        assert signs_in(words_on_screen(app)) == set()

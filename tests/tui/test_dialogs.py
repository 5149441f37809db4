"""Small windows say which keys choose and which leave, and each key is a place for the mouse too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.fakes import make_desk, settled, until, words_on_screen
from tui.app import DeskApp
from tui.screens.dialog import ChoiceDialog
from tui.widgets.dialog_keys import DialogKeys


def lines_of(app: DeskApp) -> list[str]:
    return words_on_screen(app).splitlines()


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 35)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (("3", "s"), ("↑ üles", "↓ alla", "↵ vali", "Esc tagasi")),
        (("3", "f"), ("↵ vali", "Del eemalda", "x tühjenda", "Esc valmis")),
        (("3", "f", "enter"), ("↑ üles", "↓ alla", "↵ vali", "Esc tagasi")),
        (("f2",), ("↑ üles", "↓ alla", "↵ tee", "Esc tagasi")),
    ],
    ids=["sort", "filter", "value", "palette"],
)
async def test_the_keys_of_a_small_window_stand_in_its_last_line(
    tmp_path: Path, keys: tuple[str, ...], told: tuple[str, ...], size: tuple[int, int]
) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        await until(pilot, lambda: app.screen.query(DialogKeys))
        await settled(pilot)
        region = app.screen.query_one(DialogKeys).region
        line = lines_of(app)[region.y]
        assert all(words in line for words in told), line
        assert line.index("│") < line.index(told[0])
        assert "╰" in lines_of(app)[region.y + 2]


async def test_a_click_on_a_key_of_a_small_window_presses_it(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35)) as pilot:
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await settled(pilot)
        assert "sama uuesti pöörab suuna" in words_on_screen(app)
        row = app.screen.query_one(DialogKeys).region.y
        await pilot.click(offset=(lines_of(app)[row].index("Esc"), row))
        await until(pilot, lambda: not isinstance(app.screen, ChoiceDialog))


async def test_the_values_of_a_filter_take_the_place_of_the_filters(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35)) as pilot:
        await pilot.press("3")
        await settled(pilot)
        await pilot.press("f", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await settled(pilot)
        assert words_on_screen(app).count("╭") == 1
        await pilot.press("escape")
        await until(pilot, lambda: "Piletite filter" in words_on_screen(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog) and "│  Staatus" in words_on_screen(app))

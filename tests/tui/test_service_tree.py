"""The tree of services on the screen of mode 2: by keys, by mouse, and while the services change."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from data.model import Kind, Needs, ServiceState
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.service_tree import WOVEN, woven_reader
from tests.tui.world import service
from tui.app import DeskApp
from tui.panes.service_tree import ServiceTreePane

SIZE = (150, 40)


def pane(app: DeskApp) -> ServiceTreePane:
    return app.screen.query_one(ServiceTreePane)


def chosen(app: DeskApp) -> tuple[str, ...]:
    """The path of the line under the cursor."""
    row = pane(app).table.cursor_row
    return row.path if row is not None else ()


def names(app: DeskApp) -> list[str]:
    table = pane(app).table
    rows = [table.row_at(index) for index in range(table.row_count)]
    return ["  " * (len(row.path) - 1) + row.service.name for row in rows if row is not None]


async def open_tree(app: DeskApp, pilot: Pilot[None]) -> None:
    await settled(pilot)
    await pilot.press("2")
    await until(pilot, lambda: app.desk.mode == "services")
    await settled(pilot)
    await pilot.press("g")
    await settled(pilot)


async def test_g_turns_the_list_into_a_tree_and_back_with_the_cursor_on_the_same_service(tmp_path: Path) -> None:
    app = make_desk(tmp_path, woven_reader())
    async with app.run_test(size=SIZE) as pilot:
        await open_tree(app, pilot)
        assert chosen(app) == ("Vanemahüvitis", "SKAIS2 menetlus", "X-tee RR.isikuandmed")
        assert names(app)[:4] == [
            "Vanemahüvitis",
            "  SKAIS2 menetlus",
            "    SKAIS2 andmebaas",
            "    X-tee RR.isikuandmed",
        ]
        words = words_on_screen(app)
        assert "eesti.ee A (1/2)" in words and "DHX dokumendivahetus (toetav)" in words
        await pilot.press("g")
        assert names(app) == [each.name for each in WOVEN]
        assert chosen(app) == ("X-tee RR.isikuandmed",)


async def test_left_and_right_fold_unfold_and_walk_and_space_turns(tmp_path: Path) -> None:
    app = make_desk(tmp_path, woven_reader())
    async with app.run_test(size=SIZE) as pilot:
        await open_tree(app, pilot)
        await pilot.press("left")
        assert chosen(app) == ("Vanemahüvitis", "SKAIS2 menetlus")
        whole = names(app)
        await pilot.press("left")
        assert names(app) == whole[:2] + whole[6:]
        await until(pilot, lambda: "mõjutatud: 1" in words_on_screen(app))
        await pilot.press("right")
        assert names(app) == whole
        await pilot.press("right")
        assert chosen(app) == ("Vanemahüvitis", "SKAIS2 menetlus", "SKAIS2 andmebaas")
        await pilot.press("home", "space")
        assert names(app) == ["Vanemahüvitis", *whole[whole.index("Lapsetoetus") :]]
        await until(pilot, lambda: "mõjutatud: 2" in words_on_screen(app))
        await pilot.press("space")
        assert names(app) == whole


async def test_what_is_folded_stays_folded_while_the_services_change(tmp_path: Path) -> None:
    reader = woven_reader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SIZE) as pilot:
        await open_tree(app, pilot)
        await pilot.press("home", "space", "down")
        before = names(app)
        reader.service_rows = tuple(
            each._replace(state=ServiceState.UP, reason="", roots=()) for each in reversed(WOVEN)
        )
        reader.touch(Kind.SERVICES)
        await until(pilot, lambda: "mõjutatud" not in words_on_screen(app))
        assert names(app) == before
        assert chosen(app) == ("Lapsetoetus",)


async def test_a_service_that_is_folded_away_comes_into_sight_when_it_is_opened_from_elsewhere(tmp_path: Path) -> None:
    app = make_desk(tmp_path, woven_reader())
    async with app.run_test(size=SIZE) as pilot:
        await open_tree(app, pilot)
        await pilot.press("home", "space")
        await app.open_target("service:eesti.ee B")
        await until(pilot, lambda: chosen(app) == ("Vanemahüvitis", "SKAIS2 menetlus", "eesti.ee B"))


async def test_a_search_is_answered_by_the_list_and_its_end_brings_the_tree_back(tmp_path: Path) -> None:
    app = make_desk(tmp_path, woven_reader())
    async with app.run_test(size=SIZE) as pilot:
        await open_tree(app, pilot)
        whole = names(app)
        await pilot.press("slash", *"skais")
        await until(pilot, lambda: names(app) == ["SKAIS2 menetlus", "SKAIS1 maksed", "SKAIS2 andmebaas"])
        await pilot.press("escape")
        await until(pilot, lambda: names(app) == whole)
        assert chosen(app) == ("Vanemahüvitis", "SKAIS2 menetlus", "X-tee RR.isikuandmed")


async def test_the_last_line_and_the_title_of_the_names_can_be_clicked(tmp_path: Path) -> None:
    app = make_desk(tmp_path, woven_reader(), language="en")
    async with app.run_test(size=(200, 40)) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        footer = words_on_screen(app).splitlines()[-1]
        assert "Space fold" not in footer
        await pilot.click(offset=(footer.index("list / tree"), 39))
        await until(pilot, lambda: "Space fold" in words_on_screen(app).splitlines()[-1])
        assert pane(app).shows_tree
        title = next(line for line in words_on_screen(app).splitlines() if "g list" in line)
        row = words_on_screen(app).splitlines().index(title)
        await pilot.click(offset=(title.index("g list"), row))
        await until(pilot, lambda: "Service · g tree" in words_on_screen(app))
        assert not pane(app).shows_tree


async def test_what_an_outage_asks_for_keeps_its_place_in_the_last_line(tmp_path: Path) -> None:
    app = make_desk(tmp_path, woven_reader())
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        await pilot.press("2")
        await settled(pilot)
        assert "a teadmiseks" in words_on_screen(app).splitlines()[-1]
        assert "Teenus · g puu" in words_on_screen(app)


async def test_plain_signs_draw_the_tree_in_ascii(tmp_path: Path) -> None:
    app = make_desk(tmp_path, woven_reader(), ascii_only=True)
    async with app.run_test(size=SIZE) as pilot:
        await open_tree(app, pilot)
        words = words_on_screen(app)
        assert "- ! Vanemahüvitis" in words and "+ X SKAIS2 menetlus (toetav)" in words


async def test_only_the_lines_in_sight_are_painted_of_1200_services(tmp_path: Path) -> None:
    chain = [f"rakendus {number:04}" for number in range(1_200)]
    rows = [
        service(name, needs=Needs(hard=(chain[number - number % 4],) if number % 4 else ()), place=number)
        for number, name in enumerate(chain)
    ]
    app = make_desk(tmp_path, FakeReader(service_rows=tuple(rows)))
    async with app.run_test(size=SIZE) as pilot:
        await open_tree(app, pilot)
        shown = pane(app)
        drawn: list[str] = []
        branch = shown._branch

        def counted(line, width):  # type: ignore[no-untyped-def]
            drawn.append(line.service.name)
            return branch(line, width)

        shown._branch = counted  # type: ignore[method-assign]
        shown.fit_columns()
        await pilot.press("pagedown")
        await settled(pilot)
        assert shown.table.row_count == 1_800
        assert 0 < len(set(drawn)) <= 2 * SIZE[1]

"""The virtual table, driven by keys and mouse."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from tests.tui.fakes import workers_done
from tui.widgets.table import Column, ListWindow, RowWindow, VirtualTable

Table = VirtualTable["Row"]


@dataclass(frozen=True)
class Row:
    id: int
    text: str


def row(number: int) -> Row:
    return Row(number, f"row {number}")


@dataclass
class QueryWindow:
    """A window that is read in the table's thread; `gate` holds the reading back until the test lets it go."""

    length: int
    first_id: int = 0
    gate: threading.Event | None = None
    threads: set[str] = field(default_factory=set)
    fault: Exception | None = None

    def count(self) -> int:
        return self.length

    def rows(self, start: int, stop: int, /) -> Sequence[Row]:
        self.threads.add(threading.current_thread().name)
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        return [row(self.first_id + index) for index in range(start, min(stop, self.length))]

    def position(self, row_id: int, /) -> int | None:
        return row_id - self.first_id if self.first_id <= row_id < self.first_id + self.length else None


COLUMNS: list[Column[Row]] = [
    Column("id", lambda: "No", lambda row, width: (str(row.id), "muted"), 8, align="right", sortable=True),
    Column("text", lambda: "Text", lambda row, width: row.text, 10, grow=1, keep=1),
]


class TableApp(App[None]):
    def __init__(self, window: RowWindow[Row] | None, **options: Any) -> None:
        super().__init__()
        self.window = window
        self.options = options
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, **self.options)

    def on_mount(self) -> None:
        if self.window is not None:
            self.table.show_window(self.window)

    @property
    def table(self) -> Table:
        return self.query_one(VirtualTable)

    def lines(self) -> list[str]:
        """What stands on screen, line by line."""
        table = self.table
        return [strip.text.rstrip() for strip in table.render_lines(table.region.reset_offset)]

    def pointer(self) -> str:
        return self.table.styles.pointer

    def opened(self) -> list[int]:
        return [message.row.id for message in self.heard if isinstance(message, VirtualTable.Opened)]

    def on_virtual_table_highlighted(self, message: VirtualTable.Highlighted) -> None:
        self.heard.append(message)

    def on_virtual_table_opened(self, message: VirtualTable.Opened) -> None:
        self.heard.append(message)

    def on_virtual_table_sort_chosen(self, message: VirtualTable.SortChosen) -> None:
        self.heard.append(message)

    def on_virtual_table_failed(self, message: VirtualTable.Failed) -> None:
        self.heard.append(message)


async def settled(pilot: Pilot[None]) -> None:
    """All rows asked for have come and are on screen."""
    while any(not worker.is_finished for worker in pilot.app.workers):
        await workers_done(pilot)
        await pilot.pause()
    await pilot.pause()


async def test_rows_in_memory_are_on_screen_at_once() -> None:
    app = TableApp(ListWindow([row(1), row(2)]))
    async with app.run_test(size=(30, 5)) as pilot:
        await pilot.pause()
        assert app.lines() == ["       No Text", "        1 row 1", "        2 row 2", "", ""]


async def test_half_a_million_rows_are_read_in_one_thread_of_the_table_and_only_where_one_looks() -> None:
    window = QueryWindow(500_000)
    app = TableApp(window)
    async with app.run_test(size=(40, 12)) as pilot:
        await settled(pilot)
        await pilot.press("end")
        await settled(pilot)
        assert app.table.cursor_row == row(499_999)
        assert app.lines()[-1] == "   499999 row 499999"
        await pilot.press("pageup")
        assert app.table.cursor == 499_999 - 11
        assert len(app.table._kept.items()) < 300
    assert len(window.threads) == 1
    assert threading.current_thread().name not in window.threads


async def test_rows_that_are_not_there_yet_are_placeholders_until_they_come() -> None:
    window = QueryWindow(10_000)
    app = TableApp(window)
    async with app.run_test(size=(40, 6)) as pilot:
        await settled(pilot)
        window.gate = threading.Event()
        await pilot.press("end")
        assert app.lines()[1:] == [" ·        ·"] * 5
        assert app.table.cursor_row is None
        await pilot.press("enter")
        assert app.opened() == []
        window.gate.set()
        await settled(pilot)
        assert app.lines()[-1] == "     9999 row 9999"
        highlighted = app.heard[-1]
        assert isinstance(highlighted, VirtualTable.Highlighted)
        assert highlighted.row == row(9999)


async def test_a_key_down_inside_the_kept_rows_never_waits_for_the_window() -> None:
    window = QueryWindow(10_000)
    app = TableApp(window)
    async with app.run_test(size=(40, 11)) as pilot:
        await settled(pilot)
        window.gate = threading.Event()
        for _ in range(25):
            await pilot.press("down")
        assert app.table.cursor_row == row(25)
        assert app.lines()[-1] == "       25 row 25"
        window.gate.set()
        await settled(pilot)


async def test_the_cursor_stays_on_its_record_and_its_line_when_rows_come_above() -> None:
    app = TableApp(QueryWindow(1000, first_id=500))
    async with app.run_test(size=(40, 11)) as pilot:
        await settled(pilot)
        await pilot.press(*["down"] * 14)
        before = app.lines()
        app.table.show_window(QueryWindow(1300, first_id=200))
        await settled(pilot)
        assert app.table.cursor == 314
        assert app.table.cursor_row == row(514)
        assert app.lines() == before
        assert [type(message) for message in app.heard].count(VirtualTable.Highlighted) == 15


async def test_a_table_that_nobody_has_moved_in_stays_at_the_top() -> None:
    app = TableApp(ListWindow([row(5), row(6)]))
    async with app.run_test(size=(40, 11)) as pilot:
        app.set_focus(None)
        await pilot.pause()
        app.table.show_window(ListWindow([row(4), row(5), row(6)]))
        await pilot.pause()
        assert app.table.cursor_row == row(4)


async def test_keys_pressed_while_a_new_window_is_read_still_count() -> None:
    app = TableApp(QueryWindow(1000, first_id=500))
    async with app.run_test(size=(40, 11)) as pilot:
        await settled(pilot)
        await pilot.press("down")
        gate = threading.Event()
        app.table.show_window(QueryWindow(1300, first_id=200, gate=gate))
        await pilot.press("down", "down")
        assert app.table.cursor_row == row(503)
        gate.set()
        await settled(pilot)
        assert app.table.cursor_row == row(503)


async def test_without_its_record_the_cursor_stays_on_its_index() -> None:
    app = TableApp(ListWindow([row(number) for number in range(10)]))
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("down", "down", "down")
        app.table.show_window(ListWindow([row(number) for number in (0, 1, 2, 7, 8)]))
        await pilot.pause()
        assert app.table.cursor_row == row(7)
        app.table.show_window(ListWindow([row(0)]))
        await pilot.pause()
        assert app.table.cursor_row == row(0)


async def test_another_question_starts_at_the_top() -> None:
    app = TableApp(QueryWindow(1000))
    async with app.run_test(size=(40, 11)) as pilot:
        await settled(pilot)
        await pilot.press("pagedown", "pagedown")
        app.table.show_window(QueryWindow(800), keep_cursor=False)
        await settled(pilot)
        assert (app.table.cursor, app.table.scroll_offset.y) == (0, 0)


async def test_the_cursor_can_be_sent_to_a_record_far_away() -> None:
    app = TableApp(QueryWindow(100_000))
    async with app.run_test(size=(40, 11)) as pilot:
        await settled(pilot)
        app.table.move_to(70_000)
        await settled(pilot)
        assert app.table.cursor_row == row(70_000)
        assert "    70000 row 70000" in app.lines()


async def test_the_cursor_can_be_sent_to_a_record_of_the_window_that_is_still_coming() -> None:
    app = TableApp(None)
    async with app.run_test(size=(40, 11)) as pilot:
        app.table.show_window(QueryWindow(1000))
        app.table.move_to(700)
        await settled(pilot)
        assert app.table.cursor_row == row(700)


async def test_new_rows_are_marked_until_the_focus_leaves() -> None:
    app = TableApp(ListWindow([row(5), row(7)]))
    async with app.run_test(size=(40, 8)) as pilot:
        app.table.show_window(ListWindow([row(4), row(5), row(6), row(7)]), mark_new=True)
        await pilot.pause()
        assert [line[:1] for line in app.lines()[1:5]] == ["▎", " ", "▎", " "]
        app.set_focus(None)
        await pilot.pause()
        assert [line[:1] for line in app.lines()[1:5]] == [" "] * 4


async def test_rows_beyond_those_held_are_not_called_new() -> None:
    app = TableApp(QueryWindow(10_000))
    async with app.run_test(size=(40, 8)) as pilot:
        await settled(pilot)
        app.table.show_window(ListWindow([row(number) for number in range(10_000)]), mark_new=True)
        assert app.table._new == set()


async def test_a_resize_keeps_the_cursor_in_sight_and_fits_the_columns() -> None:
    app = TableApp(QueryWindow(1000))
    async with app.run_test(size=(40, 30)) as pilot:
        await settled(pilot)
        await pilot.press(*["down"] * 27)
        await pilot.resize_terminal(17, 8)
        await settled(pilot)
        assert app.lines()[-1] == " row 27"
        assert app.lines()[0] == " Text"


async def test_cursor_moves_paint_two_rows_and_a_scroll_by_a_line_what_comes_in() -> None:
    painted: list[int] = []

    def text(record: Row, width: int) -> str:
        painted.append(record.id)
        return record.text

    app = TableApp(QueryWindow(1000))
    async with app.run_test(size=(40, 20)) as pilot:
        app.table.show_columns([Column("text", lambda: "Text", text, 10, grow=1)])
        await settled(pilot)
        painted.clear()
        await pilot.press("down")
        assert sorted(painted) == [0, 1]
        await pilot.press(*["down"] * 17)
        painted.clear()
        await pilot.press("down")
        assert painted == [19]


@pytest.mark.parametrize(("keys", "cursor"), [("up", 0), ("end down", 99), ("pagedown", 9), ("end home", 0)])
async def test_keys_stop_at_the_ends(keys: str, cursor: int) -> None:
    app = TableApp(ListWindow([row(number) for number in range(100)]))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press(*keys.split())
        assert app.table.cursor == cursor


async def test_enter_opens_the_row_under_the_cursor() -> None:
    app = TableApp(ListWindow([row(3), row(4)]))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("down", "enter")
        assert app.opened() == [4]


async def test_a_click_chooses_and_a_click_on_what_is_chosen_opens() -> None:
    app = TableApp(ListWindow([row(number) for number in range(5)]))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.click(VirtualTable, offset=(12, 3))
        assert (app.table.cursor, app.opened()) == (2, [])
        await pilot.click(VirtualTable, offset=(12, 3))
        assert app.opened() == [2]
        await pilot.click(VirtualTable, offset=(12, 8))
        assert app.opened() == [2]


async def test_the_click_that_brings_the_focus_does_not_open() -> None:
    app = TableApp(ListWindow([row(number) for number in range(5)]))
    async with app.run_test(size=(40, 10)) as pilot:
        app.set_focus(None)
        await pilot.pause()
        await pilot.click(VirtualTable, offset=(12, 1))
        assert app.table.has_focus
        assert app.opened() == []


async def test_a_double_click_opens_once() -> None:
    app = TableApp(ListWindow([row(number) for number in range(5)]))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.double_click(VirtualTable, offset=(12, 4))
        assert app.opened() == [3]


async def test_a_click_on_a_sortable_title_asks_for_its_order_and_shows_the_mark() -> None:
    app = TableApp(ListWindow([row(1)]))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.hover(VirtualTable, offset=(5, 0))
        assert app.pointer() == "pointer"
        await pilot.hover(VirtualTable, offset=(20, 0))
        assert app.pointer() == "default"
        await pilot.click(VirtualTable, offset=(5, 0))
        await pilot.click(VirtualTable, offset=(20, 0))
        chosen = [message.column_id for message in app.heard if isinstance(message, VirtualTable.SortChosen)]
        assert chosen == ["id"]
        app.table.show_sort("id", descending=True)
        await pilot.pause()
        assert app.lines()[0] == "     No ▼ Text"


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = TableApp(QueryWindow(1000))
    async with app.run_test(size=(40, 10)) as pilot:
        await settled(pilot)
        await pilot._post_mouse_events([_wheel_down()], VirtualTable, offset=(5, 5))
        await pilot.wait_for_scheduled_animations()
        assert app.table.scroll_offset.y > 0
        assert app.table.cursor == 0
        await pilot.press("down")
        assert app.lines()[1] == "        1 row 1"


def _wheel_down() -> Any:
    from textual.events import MouseScrollDown

    return MouseScrollDown


async def test_an_empty_window_shows_the_owners_words_and_no_window_shows_nothing() -> None:
    app = TableApp(None, empty_text=lambda: "Nothing waits.\nGood.")
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        assert app.lines()[1:] == [""] * 4
        app.table.show_window(ListWindow([]))
        await pilot.press("down", "enter", "end")
        assert app.lines()[1:] == [" Nothing waits.", " Good.", "", ""]
        assert app.heard == []


HOSTILE: list[str] = [
    "[/] [b]bold[/b] [@click=app.bell]click[/]",
    "\x1b[31mred\x1b[0m \x1b]52;c;aGk=\x07 \x9b31m",
    "nul\x00 bell\x07 tab\tline\nfeed\rreturn",
    "\u202egnp.exe\u202c \u2066x\u2069 \ud800",
    "x" * 1_000_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "escapes", "controls", "bidi", "long"])
async def test_hostile_text_is_inert(text: str) -> None:
    app = TableApp(ListWindow([Row(1, text)]))
    async with app.run_test(size=(60, 5)) as pilot:
        await pilot.pause()
        line = app.table.render_lines(app.table.region.reset_offset)[1]
        assert line.cell_length == 60
        assert line.text.isprintable()
        written = line.render(app.console)
        assert "\x1b]" not in written
        assert not any(segment.style and segment.style.meta for segment in line)
        if text.startswith("[/]"):
            assert text[:40] in line.text


async def test_a_window_that_cannot_be_read_tells_its_owner_and_the_rows_stay() -> None:
    window = QueryWindow(1000)
    app = TableApp(window)
    async with app.run_test(size=(40, 6)) as pilot:
        await settled(pilot)
        before = app.lines()
        fault = OSError("disk")
        app.table.show_window(QueryWindow(1000, fault=fault))
        await settled(pilot)
        failed = app.heard[-1]
        assert isinstance(failed, VirtualTable.Failed)
        assert failed.error is fault
        assert app.lines() == before
        window.fault = fault
        await pilot.press("end")
        await settled(pilot)
        window.fault = None
        await pilot.press("home", "end")
        await settled(pilot)
        assert app.lines()[-1] == "      999 row 999"


async def test_the_cursor_is_loud_with_focus_and_quiet_without() -> None:
    app = TableApp(ListWindow([row(1), row(2)]))

    def background(line: int) -> Any:
        strip = app.table.render_lines(app.table.region.reset_offset)[line]
        style = next(iter(strip)).style
        assert style is not None
        return style.bgcolor

    async with app.run_test(size=(40, 6)) as pilot:
        app.set_focus(app.table)
        await pilot.pause()
        loud, plain = background(1), background(2)
        app.set_focus(None)
        await pilot.pause()
        quiet = background(1)
        assert len({loud, plain, quiet}) == 3


async def test_tones_follow_the_theme() -> None:
    app = TableApp(ListWindow([row(1), row(2)]))

    def colour() -> Any:
        strip = app.table.render_lines(app.table.region.reset_offset)[2]
        style = next(iter(strip)).style
        assert style is not None
        return style.color

    async with app.run_test(size=(40, 6)) as pilot:
        await pilot.pause()
        dark = colour()
        app.theme = "textual-light"
        await pilot.pause()
        assert colour() != dark


async def test_without_a_header_the_rows_begin_at_the_top() -> None:
    app = TableApp(QueryWindow(100), header=False)
    async with app.run_test(size=(40, 5)) as pilot:
        await settled(pilot)
        assert app.lines()[0] == "        0 row 0"
        await pilot.press("end")
        await settled(pilot)
        assert app.lines()[-1] == "       99 row 99"


async def test_the_header_comes_and_goes_above_the_same_rows() -> None:
    app = TableApp(QueryWindow(100), header=False)
    async with app.run_test(size=(40, 5)) as pilot:
        await settled(pilot)
        app.table.show_header(True)
        await settled(pilot)
        assert app.lines()[:2] == ["       No Text", "        0 row 0"]
        await pilot.press("end")
        await settled(pilot)
        assert app.lines()[-1] == "       99 row 99"
        app.table.show_header(False)
        await settled(pilot)
        assert app.lines()[-1] == "       99 row 99"


async def test_a_cell_beside_the_scrollbar_stays_free() -> None:
    app = TableApp(QueryWindow(100))
    async with app.run_test(size=(40, 5)) as pilot:
        await settled(pilot)
        places = app.table._fit()
        assert app.table.scrollbar_size_vertical == 1
        assert places[-1].x + places[-1].width == 38


async def test_dragging_the_scrollbar_shows_the_rows_there() -> None:
    app = TableApp(QueryWindow(500_000))
    async with app.run_test(size=(40, 12)) as pilot:
        await settled(pilot)
        bar = app.table.vertical_scrollbar
        await pilot.mouse_down(bar, offset=(0, 0))
        await pilot.hover(bar, offset=(0, 6))
        await pilot.mouse_up(bar, offset=(0, 6))
        await pilot.wait_for_scheduled_animations()
        await settled(pilot)
        top = app.table.scroll_offset.y
        assert 200_000 < top < 300_000
        assert app.lines()[1] == f"   {top} row {top}"


async def test_a_later_window_makes_an_earlier_one_void() -> None:
    app = TableApp(None)
    async with app.run_test(size=(40, 6)) as pilot:
        app.table.show_window(QueryWindow(1000))
        app.table.show_window(QueryWindow(3, first_id=7))
        await settled(pilot)
        assert app.table.row_count == 3
        assert app.lines()[1] == "        7 row 7"


async def test_a_reading_that_was_overtaken_by_rows_in_memory_is_dropped() -> None:
    gate = threading.Event()
    app = TableApp(None)
    async with app.run_test(size=(40, 6)) as pilot:
        app.table.show_window(QueryWindow(1000, gate=gate))
        app.table.show_window(ListWindow([row(7)]))
        gate.set()
        await settled(pilot)
        assert app.lines()[1] == "        7 row 7"
        assert app.table.row_count == 1

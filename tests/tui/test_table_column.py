"""Columns: sharing of the width, and text by the cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui.widgets.column import Cell, Column, fit_cell, fit_columns, fit_text, paint_row, plain


def column(name: str, width: int, grow: int = 0, keep: int = 0, text: Cell = "", wish: int = 0) -> Column[None]:
    return Column(name, lambda: name, lambda row, room: text, width, grow=grow, keep=keep, wish=wish)


def placed(columns: list[Column[None]], width: int) -> list[tuple[str, int, int]]:
    return [(place.column.id, place.x, place.width) for place in fit_columns(columns, width, 1, 1)]


def test_what_is_left_over_is_shared_by_grow() -> None:
    columns = [column("a", 4), column("b", 4, grow=2), column("c", 4, grow=1)]
    assert placed(columns, 25) == [("a", 1, 4), ("b", 6, 10), ("c", 17, 8)]


def test_a_wish_is_granted_of_what_is_left_over_before_that_is_shared() -> None:
    columns = [column("a", 4, wish=10), column("b", 4, grow=1)]
    assert placed(columns, 12) == [("a", 1, 6), ("b", 8, 4)]
    assert placed(columns, 30) == [("a", 1, 10), ("b", 12, 18)]
    assert placed([column("a", 4, wish=10)], 4) == [("a", 1, 3)]


def test_no_cell_is_lost_to_rounding() -> None:
    columns = [column(name, 1, grow=1) for name in "abc"]
    last = fit_columns(columns, 30, 1, 1)[-1]
    assert last.x + last.width == 30


def test_the_lowest_keep_leaves_first_and_of_equals_the_one_on_the_right() -> None:
    columns = [column("a", 5, keep=1), column("b", 5), column("c", 5), column("d", 5, keep=2)]
    assert [name for name, _, _ in placed(columns, 18)] == ["a", "b", "d"]
    assert [name for name, _, _ in placed(columns, 12)] == ["a", "d"]
    assert placed(columns, 4) == [("d", 1, 3)]


def test_a_table_without_room_paints_nothing() -> None:
    assert placed([column("a", 5)], 0) == [("a", 1, 0)]
    assert fit_columns([], 40, 1, 1) == ()


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("漢字仮名", 5, "漢字…"),
        ("漢字仮名", 4, "漢… "),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("õäöü", 4, "õäöü"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_text_is_cut_and_padded_by_cells(text: str, width: int, shown: str) -> None:
    assert fit_text(text, width) == shown


def test_numbers_stand_on_the_right() -> None:
    assert fit_text("42", 5, "right") == "   42"
    assert fit_cell([("4", "good"), ("2", "error")], 5, "right") == [("   ", ""), ("4", "good"), ("2", "error")]


@given(st.text(), st.integers(1, 40), st.sampled_from(["left", "right"]))
def test_any_text_fills_exactly_its_cells(text: str, width: int, align: str) -> None:
    shown = fit_text(plain(text), width, "right" if align == "right" else "left")
    assert cell_len(shown) == width


@given(st.lists(st.tuples(st.text(max_size=10), st.sampled_from(["", "good"])), max_size=6), st.integers(1, 30))
def test_any_pieces_fill_exactly_their_cells(pieces: list[tuple[str, str]], width: int) -> None:
    cell: Cell = [(text, "good" if tone else "") for text, tone in pieces]
    assert sum(cell_len(text) for text, _ in fit_cell(cell, width, "left")) == width


@given(st.text())
def test_no_control_or_direction_character_gets_past_the_last_wall(text: str) -> None:
    assert not set(plain(text)) & {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), *"\u200b\u202e\u2066\u2028"}


def test_a_row_fills_its_width_and_neighbours_of_one_style_are_one_segment() -> None:
    columns = [column("a", 3, text="ab"), column("b", 3, text=("cd", "good")), column("c", 3, text="ef")]
    styles = {"": Style(), "good": Style(bold=True)}
    segments = paint_row(fit_columns(columns, 15, 1, 1), None, 15, lambda tone: styles[tone])
    assert [segment.text for segment in segments] == [" ab  ", "cd ", " ef    "]

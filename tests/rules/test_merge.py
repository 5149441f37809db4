"""Merging an edit with what somebody else did meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.action import FieldEdit, Shape, Value
from data.rules.merge import CutTextError, merged, patched
from data.text import TEXT_LIMIT, clean

HIGH, LOW, MIDDLE = Value("1", "K1"), Value("4", "K4"), Value("3", "K3")


def labels(*words: str) -> tuple[Value, ...]:
    return tuple(Value("", word) for word in words)


def priority(before: Value, after: Value) -> FieldEdit:
    return FieldEdit("priority", Shape.CHOICE, (before,), (after,))


def test_a_field_that_nobody_else_touched_becomes_what_the_person_wants() -> None:
    assert merged(priority(LOW, HIGH), (LOW,)) == (HIGH,)


def test_a_choice_that_was_renamed_meanwhile_is_the_same_choice() -> None:
    assert merged(priority(LOW, HIGH), (Value("4", "Madal"),)) == (HIGH,)


def test_the_same_change_by_somebody_else_is_no_conflict() -> None:
    assert merged(priority(LOW, HIGH), (HIGH,)) == (HIGH,)


def test_another_change_by_somebody_else_is_a_conflict() -> None:
    assert merged(priority(LOW, HIGH), (MIDDLE,)) is None


def test_a_field_that_was_emptied_meanwhile_is_a_conflict() -> None:
    assert merged(priority(LOW, HIGH), ()) is None


def test_of_several_values_both_changes_hold() -> None:
    edit = FieldEdit("labels", Shape.LABELS, labels("a", "b"), labels("b", "c"))
    assert merged(edit, labels("a", "b", "d")) == labels("b", "d", "c")


def test_of_several_values_one_that_both_added_is_there_once() -> None:
    edit = FieldEdit("labels", Shape.LABELS, labels("a"), labels("a", "c"))
    assert merged(edit, labels("a", "c")) == labels("a", "c")


SETS = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)


@given(SETS, SETS, SETS)
def test_several_values_merge_like_sets(before: list[str], after: list[str], now: list[str]) -> None:
    found = merged(FieldEdit("labels", Shape.LABELS, labels(*before), labels(*after)), labels(*now))
    assert found is not None
    assert len(found) == len(set(found))
    wanted = set(now) - (set(before) - set(after)) | (set(after) - set(before))
    assert {each.word for each in found} == wanted


def test_lines_left_alone_go_back_as_they_are_in_jira() -> None:
    raw = "esimene\u200b rida\r\nteine\x07 rida\r\nkolmas"
    assert clean(raw) == "esimene rida\nteine rida\nkolmas"
    assert patched(raw, "esimene rida\nuus\nkolmas!") == "esimene\u200b rida\r\nuus\r\nkolmas!"


def test_a_line_that_was_moved_keeps_what_is_not_seen_of_it() -> None:
    assert patched("a\u200b\nb", "b\na") == "b\na\u200b"


def test_new_lines_end_as_the_others_do() -> None:
    assert patched("a\r\nb", "a\nx\nb") == "a\r\nx\r\nb"
    assert patched("a\nb", "a\nx\nb") == "a\nx\nb"
    assert patched("", "x\ny") == "x\r\ny"


def test_the_end_of_a_long_text_that_nobody_saw_stays() -> None:
    raw = "algus\n" + "x" * (2 * TEXT_LIMIT)
    shown = clean(raw)
    assert patched(raw, shown.replace("algus", "uus algus")) == raw.replace("algus", "uus algus")
    with pytest.raises(CutTextError):
        patched(raw, "ainult see")


@given(st.text(max_size=60))
def test_a_text_that_was_not_changed_goes_back_as_it_was(raw: str) -> None:
    lines = [clean(line) for line in raw.replace("\r\n", "\n").splitlines()]
    if clean(raw) == "\n".join(lines):  # no escape sequence reaches over a line's end
        assert patched(raw, clean(raw)) == raw


@given(st.text(alphabet="ab\n\r\u200bc ", max_size=40), st.text(alphabet="ab\nc ", max_size=40))
@example("\na\r", "a\n\n")
def test_what_is_seen_afterwards_is_what_the_person_wanted(raw: str, wanted: str) -> None:
    assert clean(patched(raw, wanted)) == wanted

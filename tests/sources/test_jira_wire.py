"""Jira's shapes that need care: sprint strings, layouts, moments, and the walk over a moving result."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources.jira_layout import Layout, layout
from data.sources.jira_rows import SprintName, sprints
from data.sources.jira_walk import SECOND, Dates, Walk
from data.sources.jira_wire import FieldInfo, FieldSchema, Named

JAVA = (
    "com.atlassian.greenhopper.service.sprint.Sprint@1f39706[id=5820,rapidViewId=3504,state=CLOSED,"
    "name={name},startDate=2026-11-01T10:00:00.000+02:00,endDate=<null>,completeDate=<null>,sequence=5820]"
)


@pytest.mark.parametrize("name", ["IR301 - Monorail!", "Sprint 33, mallid ja PDF", "a=b, c=d", "[x] y]", ""])
def test_a_sprint_string_gives_its_id_and_whole_name(name: str) -> None:
    assert sprints([JAVA.replace("{name}", name)]) == [SprintName(5820, name)]


def test_a_sprint_may_be_an_object_and_anything_else_is_left_out() -> None:
    value: list[Any] = [{"id": 33, "name": "Sprint 33"}, "no sprint", None, {"id": "x"}, 5, JAVA.replace("{name}", "n")]

    assert sprints(value) == [SprintName(33, "Sprint 33"), SprintName(5820, "n")]
    assert sprints(None) == sprints("text") == []


def test_custom_fields_are_found_by_their_kind_in_any_language() -> None:
    fields = [
        FieldInfo("customfield_9", "Epic Link"),
        FieldInfo("customfield_1", "Eepose link", FieldSchema("com.pyxis.greenhopper.jira:gh-epic-link")),
        FieldInfo("customfield_2", "Tähtaeg A", FieldSchema("com.atlassian.servicedesk:sd-sla-field")),
        FieldInfo("customfield_3", "Tähtaeg B", FieldSchema("com.atlassian.servicedesk:sd-sla-field")),
    ]
    found = layout(fields, [Named("1", "Kõrge")])

    assert found == Layout(
        epic_link="customfield_1",
        slas=("customfield_2", "customfield_3"),
        priorities=("1",),
        sla_names={"customfield_2": "Tähtaeg A", "customfield_3": "Tähtaeg B"},
    )
    assert found.custom == ("customfield_1", "customfield_2", "customfield_3")


@pytest.mark.parametrize(
    ("zone", "at_ms", "clause"),
    [
        pytest.param(
            "Europe/Tallinn", 1_796_368_470_000, 'updated >= "2026/12/04 09:13"', id="floored, a minute before"
        ),
        pytest.param("America/New_York", 1_796_368_470_000, 'updated >= "2026/12/04 02:13"', id="where the user lives"),
        pytest.param("Nowhere/Else", 1_796_368_470_000, 'updated >= "2026/12/03 17:13"', id="unknown: early enough"),
        # 25 October 2026, 01:30 UTC: the wall clock shows 03:30 for the second time.
        pytest.param("Europe/Tallinn", 1_792_891_800_000, 'updated >= "2026/10/25 02:29"', id="clocks turned back"),
    ],
)
def test_moments_in_words(zone: str, at_ms: int, clause: str) -> None:
    dates = Dates(zone)
    dates.is_numeric = False

    assert dates.since(at_ms) == clause


@given(
    updates=st.lists(st.integers(0, 12), min_size=0, max_size=60),
    page=st.integers(2, 12),
    moves=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 59)), max_size=4),
)
def test_a_walk_hands_over_every_issue_however_the_result_moves(
    updates: list[int], page: int, moves: list[tuple[int, int]]
) -> None:
    """Issues at seconds `updates`; after some pages single ones are updated and go to the end."""
    issues = {str(number): at * SECOND for number, at in enumerate(updates)}
    walk, given_, newest = Walk(0, Dates("")), set(), 100
    for question in range(1_000):
        for when, which in moves:
            if when == question and str(which) in issues:
                newest += 1
                issues[str(which)] = newest * SECOND
        found = sorted((at, number) for number, at in issues.items() if at >= walk.reached_ms)
        answer = [(number, at) for at, number in found[walk.start_at : walk.start_at + page]]
        given_ |= {answer[place] for place in walk.take(answer, len(found))}
        if walk.is_done:
            break

    assert walk.is_done
    assert {number for number, _at in given_} == set(issues)
    assert set(issues.items()) <= given_ or moves

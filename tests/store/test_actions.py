"""What operations on tickets add up to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.action import (
    Action,
    ActionState,
    Attach,
    Comment,
    Create,
    Edit,
    FieldEdit,
    Link,
    LogWork,
    Move,
    Shape,
    Value,
    Watch,
    Work,
    decoded,
    encoded,
)
from data.clock import Clock
from data.paths import places
from data.store.actions import folded_actions
from data.store.desk import DeskFile
from data.store.operations import ACT, CLASH, FAILED, JOTTED, REVISE, SENDING, SENT, WITHDRAW
from data.store.read import Reader

KEY = "ab" * 32
STILL = Clock(anchor_ms=1_764_832_440_000, speed=0)
PRIORITY = FieldEdit("priority", Shape.CHOICE, (Value("3", "K3"),), (Value("1", "K1"),))
WORKS: tuple[Work, ...] = (
    Comment("Tänan, vaatan üle.", is_internal=True),
    Move(Value("5", "Lahendatud"), Value("31", "Lahenda"), (PRIORITY,), "Tehtud", is_internal=False),
    Edit((PRIORITY, FieldEdit("labels", Shape.LABELS, (), (Value("", "menetlus"),)))),
    Create("SKAH", Value("10001", "Viga"), (FieldEdit("summary", Shape.TEXT, (), (Value("", "Katki"),)),)),
    Link(Value("Blocks", "takistab"), is_inward=True, other="PERE-3"),
    Watch(is_on=True),
    LogWork(5400, 1_764_832_440_000, "analüüs"),
    Attach("pilt.png", 12_000, "ab" * 32),
)


class Story:
    """Operations, as they are written one after the other."""

    def __init__(self) -> None:
        self.operations: list[tuple[str, int, str, str, str]] = []

    def write(self, kind: str, **body: Any) -> str:
        name = f"op-{len(self.operations)}"
        self.operations.append((name, len(self.operations), "Kati", kind, json.dumps(body)))
        return name

    def act(self, work: Work = WORKS[0], ticket: int = 7, key: str = "SKAH-7") -> str:
        return self.write(ACT, ticket=ticket, key=key, **encoded(work))

    def action(self, name: str) -> Action:
        found = folded_actions(self.operations).get(name)
        assert found is not None
        return found


@pytest.mark.parametrize("work", WORKS, ids=lambda work: type(work).__name__)
def test_every_kind_of_action_comes_back_from_the_file_as_it_was(work: Work) -> None:
    assert decoded(json.loads(json.dumps(encoded(work)))) == work


def test_an_action_waits_leaves_and_is_sent() -> None:
    story = Story()
    name = story.act()
    assert story.action(name).state is ActionState.WAITING
    story.write(SENDING, operation=name)
    assert story.action(name).state is ActionState.SENDING
    story.write(SENT, operation=name, ticket=7, key="SKAH-7", seen_ms=99)
    sent = story.action(name)
    assert (sent.state, sent.seen_ms, sent.ended_ms) == (ActionState.SENT, 99, 2)
    book = folded_actions(story.operations)
    assert (book.open, [each.id for each in book.ended]) == ((), [name])


def test_a_failure_that_may_pass_leaves_it_waiting_with_the_reason() -> None:
    story = Story()
    name = story.act()
    story.write(SENDING, operation=name)
    story.write(FAILED, operation=name, code="act server", detail="", is_final=False, is_unsure=False)
    action = story.action(name)
    assert (action.state, action.tries, action.code, action.is_begun) == (ActionState.WAITING, 1, "act server", False)


def test_after_a_lost_answer_it_is_looked_for_before_it_is_done_again() -> None:
    story = Story()
    name = story.act()
    story.write(SENDING, operation=name)
    story.write(FAILED, operation=name, code="timeout", is_final=False, is_unsure=True)
    assert story.action(name).is_begun
    story.write(SENDING, operation=name)
    story.write(FAILED, operation=name, code="act uncertain", is_final=True, is_unsure=True)
    assert story.action(name).state is ActionState.UNCERTAIN
    story.write(REVISE, operation=name, is_anew=True)
    again = story.action(name)
    assert (again.state, again.is_begun, again.tries, again.code) == (ActionState.WAITING, False, 0, "")


def test_a_refusal_waits_for_the_person_who_may_change_it() -> None:
    story = Story()
    name = story.act()
    story.write(SENDING, operation=name)
    story.write(FAILED, operation=name, code="act refused", detail="Liiga pikk", is_final=True)
    refused = story.action(name)
    assert (refused.state, refused.detail) == (ActionState.REFUSED, "Liiga pikk")
    story.write(REVISE, operation=name, **encoded(Comment("lühem", is_internal=False)))
    assert story.action(name).work == Comment("lühem", is_internal=False)
    assert story.action(name).state is ActionState.WAITING


def test_a_conflict_has_what_somebody_else_wrote() -> None:
    story = Story()
    name = story.act(Edit((PRIORITY,)))
    story.write(SENDING, operation=name)
    theirs = PRIORITY._replace(after=(Value("4", "K4"),))
    story.write(CLASH, operation=name, theirs=[theirs])
    assert (story.action(name).state, story.action(name).theirs) == (ActionState.CONFLICT, (theirs,))


def test_what_is_on_its_way_cannot_be_taken_back() -> None:
    story = Story()
    name = story.act()
    story.write(SENDING, operation=name)
    story.write(WITHDRAW, operation=name)
    assert story.action(name).state is ActionState.SENDING


def test_what_waits_can_be_taken_back() -> None:
    story = Story()
    name = story.act()
    story.write(WITHDRAW, operation=name)
    assert story.action(name).state is ActionState.DROPPED
    assert folded_actions(story.operations).open == ()


def test_what_was_done_to_a_new_ticket_is_done_to_it_once_it_is_there() -> None:
    story = Story()
    made = story.act(WORKS[3], ticket=0, key="SKAH")
    said = story.act(ticket=0, key=made)
    story.write(SENDING, operation=made)
    story.write(SENT, operation=made, ticket=4128, key="SKAH-4128", seen_ms=1)
    assert (story.action(said).ticket_id, story.action(said).key) == (4128, "SKAH-4128")


def test_a_draft_stays_until_it_is_emptied() -> None:
    story = Story()
    story.write(JOTTED, about="comment:7", text="pool")
    story.write(JOTTED, about="comment:7", text="pool lauset")
    assert folded_actions(story.operations).drafts == {"comment:7": "pool lauset"}
    story.write(JOTTED, about="comment:7", text="")
    assert folded_actions(story.operations).drafts == {}


ENDS = st.sampled_from((SENDING, SENT, "again", "unsure", "refused", CLASH, REVISE, WITHDRAW))


@given(st.lists(ENDS, max_size=12))
def test_whatever_is_written_an_action_is_in_one_state_and_ends_once(steps: list[str]) -> None:
    story = Story()
    name = story.act()
    ended = None
    for step in steps:
        if step in ("again", "unsure", "refused"):
            story.write(FAILED, operation=name, code="x", is_final=step == "refused", is_unsure=step == "unsure")
        elif step == CLASH:
            story.write(CLASH, operation=name, theirs=[])
        else:
            story.write(step, operation=name)
        book = folded_actions(story.operations)
        assert (name in {each.id for each in book.open}) != (name in {each.id for each in book.ended})
        if ended is not None:
            assert story.action(name) == ended, "what has ended changes no more"
        elif not story.action(name).state.is_open:
            ended = story.action(name)


def test_a_reader_follows_what_is_added(tmp_path: Path) -> None:
    here = places(tmp_path / "config.toml", tmp_path)
    desk, reader = DeskFile(here, KEY, STILL, "Kati"), Reader(here, KEY, STILL)
    assert reader.actions().open == ()
    first = desk.record(ACT, "SKAH-7", {"ticket": 7, "key": "SKAH-7", **encoded(WORKS[0])})
    second = desk.record(ACT, "SKAH-8", {"ticket": 8, "key": "SKAH-8", **encoded(WORKS[2])})
    assert [each.id for each in reader.actions().open] == [first, second]
    assert desk.begin(SENDING, "SKAH-7", first)
    assert [each.state for each in reader.actions().open] == [ActionState.SENDING, ActionState.WAITING]
    assert reader.actions().by_ticket()[8][0].work == WORKS[2]
    desk.close()
    reader.close()


def test_nothing_is_begun_that_was_taken_back_in_the_same_moment(tmp_path: Path) -> None:
    desk = DeskFile(places(tmp_path / "config.toml", tmp_path), KEY, STILL, "Kati")
    kept = desk.record(ACT, "SKAH-7", {"ticket": 7, "key": "SKAH-7", **encoded(WORKS[0])})
    dropped = desk.record(ACT, "SKAH-7", {"ticket": 7, "key": "SKAH-7", **encoded(WORKS[0])})
    desk.withdraw(dropped)
    assert (desk.begin(SENDING, "SKAH-7", dropped), desk.begin(SENDING, "SKAH-7", kept)) == (False, True)
    desk.close()

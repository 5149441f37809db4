"""A ticket as it will be once what the person did has reached Jira."""

from __future__ import annotations

from data.action import Action, ActionState, Comment, Edit, FieldEdit, Move, Shape, Value, Work
from data.model import Pending
from data.rules.overlay import overlaid, overlaid_row, text_edit
from tests.tui.world import TICKETS, ticket

ROW = TICKETS[0]
DONE = Move(Value("5", "Lahendatud"), Value("31", "Lahenda"))


def action(work: Work, state: ActionState = ActionState.WAITING, **more: int) -> Action:
    return Action("a", 0, "Kati", ROW.id, ROW.key, work, state, **more)  # type: ignore[arg-type]


def test_a_row_shows_the_state_that_it_is_to_have() -> None:
    row = overlaid_row(ROW, [action(DONE)])
    assert (row.status_name, row.pending) == ("Lahendatud", Pending.WAITING)


def test_what_is_not_on_the_disk_yet_is_told_apart() -> None:
    assert overlaid_row(ROW, [action(DONE)], {"a"}).pending is Pending.SAVING


def test_what_jira_did_not_take_does_not_look_as_if_it_had() -> None:
    row = overlaid_row(ROW, [action(DONE, ActionState.REFUSED)])
    assert (row.status_name, row.pending) == (ROW.status_name, Pending.PROBLEM)


def test_what_was_sent_shows_until_it_is_read_back() -> None:
    sent = action(DONE, ActionState.SENT, seen_ms=ROW.updated_ms + 1)
    assert overlaid_row(ROW, [sent]).status_name == "Lahendatud"
    read_back = ROW._replace(updated_ms=ROW.updated_ms + 1)
    assert overlaid_row(read_back, [sent]) == read_back


def test_later_actions_win() -> None:
    first = action(Edit((text_edit("summary", ROW.summary, "esimene"),)))
    second = action(Edit((text_edit("summary", "esimene", "teine"),)))
    assert overlaid_row(ROW, [first, second]).summary == "teine"


def test_an_opened_ticket_has_fields_and_words_that_wait() -> None:
    labels = FieldEdit("labels", Shape.LABELS, (), (Value("", "menetlus"),))
    said = action(Comment("tere", is_internal=True))
    opened = overlaid(ticket(ROW), [action(Edit((labels, text_edit("description", "", "uus")))), said])
    assert (opened.ticket.labels, opened.ticket.description) == (("menetlus",), "uus")
    assert opened.actions[1] == said


def test_a_row_to_which_nothing_is_done_is_the_same_row() -> None:
    assert overlaid_row(ROW, []) is ROW

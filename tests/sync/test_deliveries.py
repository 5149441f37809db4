"""What is done to tickets reaches the simulated Jira over real HTTP, once, or is told plainly why not."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from data.action import (
    Action,
    Actions,
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
    encoded,
)
from data.model import TicketQuery, TicketRow
from data.simulator.gate import TOKEN
from data.sources.jira_acts import PROPERTY
from data.store.desk import DeskFile
from data.store.operations import ACT, REVISE
from data.store.outgoing import OutgoingFiles
from tests.upstream import KEY, SyncedDesk, Upstream, upstream, wait_for

SUMMARY = "Proovipilet kirjutamiseks"


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=120) as running:
        yield running


@dataclass
class Acting:
    """A desk that has been filled, and somebody who acts on one new ticket."""

    desk: SyncedDesk
    key: str
    ticket_id: int

    def do(self, work: Work, *, ticket: int | None = None, key: str = "") -> str:
        """Writes an action down, as the screen does."""
        body = {"ticket": self.ticket_id if ticket is None else ticket, "key": key or self.key, **encoded(work)}
        with closing(DeskFile(self.desk.places, KEY, self.desk.config.domain_clock(), "Kati")) as records:
            return records.record(ACT, self.key, body)

    def revise(self, action: str, **body: Any) -> None:
        with closing(DeskFile(self.desk.places, KEY, self.desk.config.domain_clock(), "Kati")) as records:
            records.record(REVISE, self.key, {"operation": action, **body})

    def actions(self) -> Actions:
        with closing(self.desk.reader()) as reader:
            return reader.actions()

    def action(self, name: str) -> Action:
        actions = self.actions()
        return next(each for each in (*actions.open, *actions.ended) if each.id == name)

    def deliver(self, work: Work, **more: Any) -> Action:
        """An action, and what became of it after one round of the sync."""
        name = self.do(work, **more)
        self.desk.once()
        return self.action(name)

    def jira(self, path: str) -> Any:
        """What the server tells."""
        request = urllib.request.Request(f"{self.desk.server.base}/rest/api/2/{path}")
        request.add_header("Authorization", f"Bearer {TOKEN}")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def fields(self, names: str) -> dict[str, Any]:
        told: dict[str, Any] = self.jira(f"issue/{self.key}?fields={names}")["fields"]
        return told

    def foreign(self, **changes: Any) -> None:
        """Somebody else edits the ticket."""
        self.desk.server.admin(f"issue/{self.key}", changes)

    def row(self) -> TicketRow:
        with closing(self.desk.reader()) as reader:
            ticket = reader.ticket(self.ticket_id)
        assert ticket is not None
        return ticket.row


@pytest.fixture
def acting(server: Upstream, tmp_path: Path) -> Iterator[Acting]:
    made = server.admin("issue", {"summary": SUMMARY, "description": "algne\u200b rida\r\nteine rida"})
    desk = SyncedDesk(server, tmp_path, calendar="")
    assert desk.once() == 0
    desk.later(0.1)
    yield Acting(desk, made["key"], int(made["id"]))
    server.heal()
    server.admin("settings", {"demanded": {"SKAH": [], "SKAH:5": []}, "barred": [], "departed": [], "withheld": []})
    desk.close()


def text(field: str, before: str, after: str) -> FieldEdit:
    return FieldEdit(field, Shape.TEXT, (Value("", before),) if before else (), (Value("", after),))


PRIORITY = FieldEdit("priority", Shape.CHOICE, (Value("3", "K3 tavaline"),), (Value("1", "K1 kriitiline"),))


def test_a_comment_is_said_once_and_internal_where_it_was_meant_so(acting: Acting) -> None:
    sent = acting.deliver(Comment("Vaatan üle.", is_internal=True))
    assert (sent.state, sent.key, sent.ticket_id) == (ActionState.SENT, acting.key, acting.ticket_id)
    (said,) = acting.jira(f"issue/{acting.key}/comment?expand=properties")["comments"]
    assert said["body"] == "Vaatan üle."
    held = {each["key"]: each["value"] for each in said["properties"]}
    assert held == {PROPERTY: {"id": sent.id}, "sd.public.comment": {"internal": True}}
    assert acting.row().updated_ms >= sent.seen_ms > 0, "the same round has read it back"


def test_a_public_comment_carries_nothing_that_hides_it(acting: Acting) -> None:
    acting.deliver(Comment("Avalik vastus.", is_internal=False))
    (said,) = acting.jira(f"issue/{acting.key}/comment?expand=properties")["comments"]
    assert [each["key"] for each in said["properties"]] == [PROPERTY]


def test_a_ticket_moves_on_with_what_its_screen_demands(acting: Acting) -> None:
    acting.foreign(status="Töös")
    resolution = FieldEdit("resolution", Shape.CHOICE, (), (Value("10000", "Tehtud"),))
    move = Move(Value("5", "Lahendatud"), Value("105", "Lahenda"), (resolution,), "Parandatud.", is_internal=True)
    assert acting.deliver(move).state is ActionState.SENT
    assert acting.row().status_name == "Lahendatud"
    (said,) = acting.jira(f"issue/{acting.key}/comment?expand=properties")["comments"]
    assert said["body"] == "Parandatud."


def test_a_state_that_is_there_already_is_no_fault_and_the_words_are_said(acting: Acting) -> None:
    acting.foreign(status="Töös")
    move = Move(Value("3", "Töös"), Value("103", "Võta töösse"), (), "Alustan.")
    assert acting.deliver(move).state is ActionState.SENT
    assert [each["body"] for each in acting.jira(f"issue/{acting.key}/comment")["comments"]] == ["Alustan."]


def test_a_way_that_is_gone_is_told_with_those_that_are_open(acting: Acting) -> None:
    acting.desk.server.admin("settings", {"barred": ["103"]})
    refused = acting.deliver(Move(Value("3", "Töös"), Value("103", "Võta töösse")))
    assert (refused.state, refused.code) == (ActionState.REFUSED, "act no way")


def test_a_field_that_is_demanded_since_is_told_by_its_name(acting: Acting) -> None:
    acting.foreign(status="Töös")
    acting.desk.server.admin("settings", {"demanded": {"SKAH:5": ["duedate"]}})
    resolution = FieldEdit("resolution", Shape.CHOICE, (), (Value("10000", "Tehtud"),))
    refused = acting.deliver(Move(Value("5", "Lahendatud"), Value("105", "Lahenda"), (resolution,)))
    assert (refused.state, refused.code, refused.detail) == (ActionState.REFUSED, "act fields", "Tähtaeg")


def test_an_edit_changes_its_fields_and_leaves_alone_what_is_not_seen(acting: Acting) -> None:
    shown = "algne rida\nteine rida"
    labels = FieldEdit("labels", Shape.LABELS, (), (Value("", "menetlus"),))
    component = FieldEdit("components", Shape.CHOICES, (), (Value("10602", "SKAIS1 maksed"),))
    due = FieldEdit("duedate", Shape.DAY, (), (Value("", "2026-12-10"),))
    edit = Edit((text("description", shown, shown + "\nkolmas"), PRIORITY, labels, component, due))
    assert acting.deliver(edit).state is ActionState.SENT
    fields = acting.fields("description,priority,labels,components,duedate")
    assert fields["description"] == "algne\u200b rida\r\nteine rida\r\nkolmas"
    assert (fields["priority"]["id"], fields["labels"], fields["duedate"]) == ("1", ["menetlus"], "2026-12-10")
    assert [each["name"] for each in fields["components"]] == ["SKAIS1 maksed"]


def test_what_somebody_else_changed_beside_it_stays(acting: Acting) -> None:
    acting.foreign(labels=["teiselt"], summary="Uus pealkiri")
    labels = FieldEdit("labels", Shape.LABELS, (), (Value("", "minult"),))
    assert acting.deliver(Edit((labels, PRIORITY))).state is ActionState.SENT
    fields = acting.fields("labels,summary,priority")
    assert (sorted(fields["labels"]), fields["summary"]) == (["minult", "teiselt"], "Uus pealkiri")


def test_the_same_field_changed_by_somebody_else_waits_for_the_person(acting: Acting) -> None:
    acting.foreign(summary="Nende pealkiri")
    edit = Edit((text("summary", SUMMARY, "Minu pealkiri"), PRIORITY))
    clash = acting.deliver(edit)
    assert clash.state is ActionState.CONFLICT
    assert clash.theirs == (text("summary", SUMMARY, "Nende pealkiri"),)
    assert acting.fields("summary,priority")["priority"]["id"] == "3", "nothing of it is done before that"
    acting.revise(clash.id, **encoded(Edit((text("summary", "Nende pealkiri", "Minu pealkiri"), PRIORITY))))
    acting.desk.once()
    assert acting.action(clash.id).state is ActionState.SENT
    assert acting.fields("summary")["summary"] == "Minu pealkiri"


def test_a_ticket_is_given_to_somebody(acting: Acting) -> None:
    edit = FieldEdit("assignee", Shape.USER, (), (Value("liis.org", "Liis Org"),))
    assert acting.deliver(Edit((edit,))).state is ActionState.SENT
    assert acting.row().assignee == "Liis Org"
    back = FieldEdit("assignee", Shape.USER, (Value("", "Liis Org"),), ())
    assert acting.deliver(Edit((back,))).state is ActionState.SENT
    assert acting.row().assignee == ""


def test_somebody_who_has_left_cannot_get_it(acting: Acting) -> None:
    acting.desk.server.admin("settings", {"departed": ["liis.org"]})
    edit = FieldEdit("assignee", Shape.USER, (), (Value("liis.org", "Liis Org"),))
    refused = acting.deliver(Edit((edit,)))
    assert (refused.state, refused.code) == (ActionState.REFUSED, "act refused")
    assert "does not exist" in refused.detail


def test_a_new_ticket_is_made_once_though_the_answer_is_lost(acting: Acting) -> None:
    acting.desk.server.fault("lost", "/rest/api/2/issue", method="POST", times=1)
    create = Create("SKAH", Value("10100", "Viga"), (text("summary", "", "Vastus läks kaduma"),))
    lost = acting.deliver(create, ticket=0, key="SKAH")
    assert (lost.state, lost.is_begun) == (ActionState.WAITING, True)
    acting.desk.once()
    found = acting.action(lost.id)
    assert (found.state, found.key[:5]) == (ActionState.SENT, "SKAH-")
    told = acting.jira("search?jql=project%3DSKAH+ORDER+BY+created+DESC&maxResults=5&fields=summary")["issues"]
    assert [each["fields"]["summary"] for each in told].count("Vastus läks kaduma") == 1


def test_a_comment_is_said_once_though_the_answer_is_lost(acting: Acting) -> None:
    acting.desk.server.fault("lost", "/rest/api/2/issue", method="POST", times=1)
    lost = acting.deliver(Comment("Ainult üks kord.", is_internal=False))
    assert lost.state is ActionState.WAITING
    acting.desk.once()
    assert acting.action(lost.id).state is ActionState.SENT
    assert len(acting.jira(f"issue/{acting.key}/comment")["comments"]) == 1


def test_a_field_that_a_new_ticket_lacks_is_told_in_jiras_words(acting: Acting) -> None:
    acting.desk.server.admin("settings", {"demanded": {"SKAH": ["duedate"]}})
    create = Create("SKAH", Value("10100", "Viga"), (text("summary", "", "Ilma tähtajata"),))
    refused = acting.deliver(create, ticket=0, key="SKAH")
    assert (refused.state, refused.code, refused.detail) == (
        ActionState.REFUSED,
        "act refused",
        "duedate: duedate is required.",
    )


def test_time_is_logged_once(acting: Acting) -> None:
    acting.desk.server.fault("lost", "/rest/api/2/issue", method="POST", times=1)
    started_ms = acting.desk.config.domain_clock().now_ms() - 7_200_000
    lost = acting.deliver(LogWork(5_400, started_ms, "analüüs"))
    acting.desk.once()
    assert acting.action(lost.id).state is ActionState.SENT
    (log,) = acting.jira(f"issue/{acting.key}/worklog")["worklogs"]
    assert (log["timeSpentSeconds"], log["comment"]) == (5_400, "analüüs")


def test_tickets_are_tied_together_in_the_direction_that_was_meant(acting: Acting) -> None:
    other = acting.desk.server.admin("issue", {"summary": "Teine"})
    link = Link(Value("Takistus", "on takistatud"), is_inward=True, other=other["key"])
    assert acting.deliver(link).state is ActionState.SENT
    (tied,) = acting.fields("issuelinks")["issuelinks"]
    assert (tied["type"]["name"], tied["inwardIssue"]["key"]) == ("Takistus", other["key"])
    assert acting.deliver(link).state is ActionState.SENT, "what is there already is not made twice"
    assert len(acting.fields("issuelinks")["issuelinks"]) == 1


def test_a_ticket_is_followed_and_followed_no_more(acting: Acting) -> None:
    assert acting.deliver(Watch(is_on=True)).state is ActionState.SENT
    assert acting.jira(f"issue/{acting.key}/watchers")["isWatching"] is True
    assert acting.deliver(Watch(is_on=False)).state is ActionState.SENT
    assert acting.jira(f"issue/{acting.key}/watchers")["isWatching"] is False


def test_a_file_is_attached_and_its_copy_is_gone(acting: Acting) -> None:
    files, content = OutgoingFiles(acting.desk.places, KEY), os.urandom(1_500_000)
    digest = files.keep(content)
    sent = acting.deliver(Attach("logi ä.bin", len(content), digest))
    assert sent.state is ActionState.SENT
    (file,) = acting.fields("attachment")["attachment"]
    assert (file["filename"], file["size"]) == ("logi ä.bin", len(content))
    assert list(acting.desk.places.outgoing.glob("*.db")) == []


def test_a_file_whose_copy_is_gone_is_told(acting: Acting) -> None:
    refused = acting.deliver(Attach("kadunud.txt", 5, "ab" * 32))
    assert (refused.state, refused.code, refused.detail) == (ActionState.REFUSED, "act no file", "kadunud.txt")


def test_a_right_that_is_missing_is_told(acting: Acting) -> None:
    acting.desk.server.admin("settings", {"withheld": [["SKAH", "ADD_COMMENTS"]]})
    refused = acting.deliver(Comment("ei tohi", is_internal=False))
    assert (refused.state, refused.code) == (ActionState.REFUSED, "act forbidden")


def test_a_ticket_that_is_gone_is_told(acting: Acting) -> None:
    acting.desk.server.admin(f"issue/{acting.key}", method="DELETE")
    refused = acting.deliver(Comment("kellele?", is_internal=False))
    assert (refused.state, refused.code) == (ActionState.REFUSED, "act gone")


@pytest.mark.parametrize(
    "mode", ["unauthorized", "html200", "captcha", "unavailable", "limited", "refuse", "elsewhere"]
)
def test_while_jira_does_not_answer_nothing_is_begun_and_nothing_is_lost(acting: Acting, mode: str) -> None:
    acting.desk.server.fault(mode)
    waiting = acting.deliver(Comment("ootab", is_internal=False))
    assert (waiting.state, waiting.is_begun, waiting.tries) == (ActionState.WAITING, False, 0)
    acting.desk.server.heal()
    acting.desk.once()
    assert acting.action(waiting.id).state is ActionState.SENT
    assert len(acting.jira(f"issue/{acting.key}/comment")["comments"]) == 1


@pytest.mark.parametrize("mode", ["unavailable", "limited", "unauthorized", "html200", "drop", "gzip"])
def test_what_fails_in_the_middle_is_tried_again_and_done_once(acting: Acting, mode: str) -> None:
    acting.desk.server.fault(mode, "/rest/api/2/issue", method="POST", times=1)
    waiting = acting.deliver(Comment("kord", is_internal=False))
    assert waiting.state is ActionState.WAITING
    acting.desk.once()
    assert acting.action(waiting.id).state is ActionState.SENT
    assert len(acting.jira(f"issue/{acting.key}/comment")["comments"]) == 1


def test_actions_on_one_ticket_keep_their_order(acting: Acting) -> None:
    names = [acting.do(Comment(f"{place}.", is_internal=False)) for place in range(5)]
    acting.desk.once()
    assert [acting.action(name).state for name in names] == [ActionState.SENT] * 5
    said = [each["body"] for each in acting.jira(f"issue/{acting.key}/comment")["comments"]]
    assert said == ["0.", "1.", "2.", "3.", "4."]


def test_a_sync_that_runs_takes_an_action_up_by_itself(acting: Acting) -> None:
    with acting.desk.following():
        name = acting.do(Comment("kohe", is_internal=False))
        wait_for(lambda: acting.action(name).state is ActionState.SENT, "the action")
        with closing(acting.desk.reader()) as reader:

            def is_read() -> bool:
                ticket = reader.ticket(acting.ticket_id)
                return ticket is not None and [each.body for each in ticket.comments] == ["kohe"]

            wait_for(is_read, "the comment in the cache")


def test_what_may_be_done_is_read_ahead(acting: Acting) -> None:
    with closing(acting.desk.reader()) as reader:
        meta = reader.meta
        assert (meta.projects(), meta.project("SKAH").is_desk) == (("PERE", "SKAH"), True)
        assert "Viga" in [each.type.word for each in meta.types("SKAH")]
        assert [each.word for each in meta.people("liis")] == ["Liis Org"]
        assert [each.word for each in meta.people("org li")] == ["Liis Org"]
        row = next(each for each in reader.tickets(TicketQuery()).rows(0, 50) if each.status_name == "Töös")
        ways = meta.ways(row.id)
        assert {each.status.word for each in ways} == {"Ootel", "Lahendatud"}
        solved = next(each for each in ways if each.status.word == "Lahendatud")
        assert [(each.field, each.is_required) for each in solved.fields] == [("resolution", True)]
        assert [each.name for each in meta.links()] == ["Takistus", "Seos"]

"""Acting on a ticket: drawn at once, written down, followed, taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from data.action import Comment, Edit, FieldEdit, Move, Shape, Value, Watch, decoded
from data.model import Kind
from data.store.operations import ACT, CLASH, FAILED, REVISE, SENDING, SENT, WITHDRAW
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import NOW_MS
from tui.app import DeskApp
from tui.screens.comment_dialog import CommentDialog
from tui.screens.field_form import FieldForm
from tui.screens.pick_dialog import PickDialog


def bodies(reader: FakeReader, kind: str = ACT) -> list[dict[str, Any]]:
    return [json.loads(text) for _id, _at, _actor, each, text in reader.operations if each == kind]


def write(reader: FakeReader, kind: str, **body: Any) -> None:
    reader.operations.append((f"sync-{len(reader.operations)}", NOW_MS, "sync", kind, json.dumps(body)))
    reader.touch(Kind.DESK)


async def at_ticket(pilot: Pilot[None]) -> None:
    await settled(pilot)
    await pilot.press("3")
    await settled(pilot)


def desk_of(tmp_path: Path, reader: FakeReader) -> DeskApp:
    return make_desk(tmp_path, reader, theme="light")


async def say(pilot: Pilot[None], text: str) -> None:
    await pilot.press("c")
    await until(pilot, lambda: isinstance(pilot.app.screen, CommentDialog))
    pilot.app.screen.query_one(TextArea).text = text
    await pilot.press("f5")
    await settled(pilot)


async def test_a_comment_is_written_down_and_stands_with_the_ticket(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await say(pilot, "Tänan, vaatan üle.")
        (body,) = bodies(reader)
        assert decoded(body) == Comment("Tänan, vaatan üle.", is_internal=True)
        words = words_on_screen(pilot.app)  # type: ignore[arg-type]
        assert "TEEL JIRASSE" in words
        assert "ootel  sisemine kommentaar" in words
        assert "Tänan, vaatan üle." in words


async def test_on_a_plain_project_a_comment_is_neither_internal_nor_public(tmp_path: Path) -> None:
    reader = FakeReader()
    reader.meta.desk = False
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommentDialog))
        assert "Seda loevad kõik" in words_on_screen(pilot.app)  # type: ignore[arg-type]
        await pilot.press("f4")
        pilot.app.screen.query_one(TextArea).text = "x"
        await pilot.press("f5")
        await settled(pilot)
        assert decoded(bodies(reader)[0]) == Comment("x", is_internal=False)


async def test_a_draft_survives_escape(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(80, 24)) as pilot:
        await at_ticket(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommentDialog))
        pilot.app.screen.query_one(TextArea).text = "pool lauset"
        await pilot.press("escape")
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommentDialog))
        assert pilot.app.screen.query_one(TextArea).text == "pool lauset"
        assert bodies(reader) == []


async def test_what_was_done_can_be_taken_back(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await say(pilot, "ekslik")
        await pilot.press("u")
        await settled(pilot)
        assert len(bodies(reader, WITHDRAW)) == 1
        assert "TEEL JIRASSE" not in words_on_screen(pilot.app)  # type: ignore[arg-type]


async def test_what_jira_has_already_is_not_said_to_be_taken_back(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await say(pilot, "kohale jõudnud")
        act = next(own for own, _at, _actor, kind, _text in reader.operations if kind == ACT)
        write(reader, SENDING, operation=act)
        write(reader, SENT, operation=act, ticket=1, key="SKAH-1", seen_ms=0)
        await pilot.press("u")
        await settled(pilot)
        told = [str(each.message) for each in pilot.app._notifications]
        assert any("Tagasi võtta ei saa" in each for each in told)


async def test_the_state_is_changed_through_the_screen_that_jira_demands(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await pilot.press("t")
        await settled(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FieldForm))
        assert "Täitmata: Lahendus" in words_on_screen(pilot.app)  # type: ignore[arg-type]
        await pilot.press("f5")
        assert isinstance(pilot.app.screen, FieldForm), "nothing leaves while something is missing"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickDialog))
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("f5")
        await settled(pilot)
        work = decoded(bodies(reader)[0])
        resolution = FieldEdit("resolution", Shape.CHOICE, (), (Value("1", "Tehtud"),))
        assert work == Move(Value("5", "Lahendatud"), Value("31", "Lahenda"), (resolution,), "", is_internal=True)
        assert "Lahendatud" in words_on_screen(pilot.app)  # type: ignore[arg-type]


async def test_a_state_without_a_screen_changes_at_once(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(80, 24)) as pilot:
        await at_ticket(pilot)
        await pilot.press("t")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        work = decoded(bodies(reader)[0])
        assert isinstance(work, Move)
        assert work.status == Value("4", "Ootel")
        assert "ootel" in words_on_screen(pilot.app)  # type: ignore[arg-type]


async def test_somebody_is_found_by_typing_and_gets_the_ticket(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickDialog))
        pilot.app.screen.query_one(Input).value = "kask"
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        work = decoded(bodies(reader)[0])
        assert isinstance(work, Edit)
        assert work.fields[0].after == (Value("kkask", "Kati Kask"),)


async def test_fields_are_changed_together(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, FieldForm))
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        pilot.app.screen.query_one(Input).value = "Uus pealkiri"
        await pilot.press("enter")
        await settled(pilot)
        for _step in range(4):
            await pilot.press("down")
        await pilot.press("enter")
        await settled(pilot)
        pilot.app.screen.query_one(Input).value = "10.12.2026"
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("f5")
        await settled(pilot)
        work = decoded(bodies(reader)[0])
        assert isinstance(work, Edit)
        assert {each.field: each.after[0].word for each in work.fields} == {
            "summary": "Uus pealkiri",
            "duedate": "2026-12-10",
        }
        assert "Uus pealkiri" in words_on_screen(pilot.app)  # type: ignore[arg-type]


async def test_watching_is_asked_for(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await pilot.press("w")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert decoded(bodies(reader)[0]) == Watch(is_on=True)


async def test_a_refusal_is_told_and_can_be_mended_in_the_outbox(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await say(pilot, "liiga pikk")
        act = next(own for own, _at, _actor, kind, _text in reader.operations if kind == ACT)
        write(reader, SENDING, operation=act)
        write(reader, FAILED, operation=act, code="act refused", detail="Comment is too long", is_final=True)
        await until(pilot, lambda: "otsusta" in words_on_screen(pilot.app))  # type: ignore[arg-type]
        await pilot.press("f4")
        await settled(pilot)
        words = words_on_screen(pilot.app)  # type: ignore[arg-type]
        assert "Jira ei võtnud vastu" in words
        assert "Comment is too long" in words
        await pilot.press("e")
        await settled(pilot)
        pilot.app.screen.query_one(TextArea).text = "lühem"
        await pilot.press("f5")
        await settled(pilot)
        (revised,) = bodies(reader, REVISE)
        assert decoded(revised) == Comment("lühem", is_internal=True)


async def test_of_two_changes_the_person_decides(tmp_path: Path) -> None:
    reader = FakeReader()
    mine = FieldEdit("summary", Shape.TEXT, (Value("", "enne"),), (Value("", "minu"),))
    theirs = mine._replace(after=(Value("", "nende"),))
    reader.operations.append(("a", NOW_MS, "Kati", ACT, json.dumps({"ticket": 1, "key": "SKAH-1", "work": "edit",
                                                                    "fields": [mine]})))  # fmt: skip
    write(reader, SENDING, operation="a")
    write(reader, CLASH, operation="a", theirs=[theirs])
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        await pilot.press("f4")
        await settled(pilot)
        words = words_on_screen(pilot.app)  # type: ignore[arg-type]
        assert all(each in words for each in ("enne", "minu", "nende", "keegi teine muutis sedasama"))
        await pilot.press("o")
        await settled(pilot)
        (revised,) = bodies(reader, REVISE)
        assert decoded(revised) == Edit((mine._replace(before=theirs.after),))


async def test_of_a_conflict_theirs_is_left_and_the_rest_still_goes(tmp_path: Path) -> None:
    reader = FakeReader()
    mine = FieldEdit("summary", Shape.TEXT, (Value("", "enne"),), (Value("", "minu"),))
    other = FieldEdit("duedate", Shape.DAY, (), (Value("", "2026-12-10"),))
    body = {"ticket": 1, "key": "SKAH-1", "work": "edit", "fields": [mine, other]}
    reader.operations.append(("a", NOW_MS, "Kati", ACT, json.dumps(body)))
    write(reader, SENDING, operation="a")
    write(reader, CLASH, operation="a", theirs=[mine._replace(after=(Value("", "nende"),))])
    async with desk_of(tmp_path, reader).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("f4")
        await settled(pilot)
        await pilot.press("x")
        await settled(pilot)
        (revised,) = bodies(reader, REVISE)
        assert decoded(revised) == Edit((other,))

"""The outbox and the tickets on the command line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data.action import Comment, Edit, FieldEdit, Shape, Value, Work, encoded
from data.clock import Clock
from data.paths import Places, make_private_dir, places, write_private
from data.store.desk import DeskFile
from data.store.operations import ACT, CLASH, FAILED, SENDING
from tui.cli import run

KEY = "ab" * 32
STILL = Clock(anchor_ms=1_764_832_440_000, speed=0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    here = places(tmp_path / "config.toml", tmp_path / "data")
    make_private_dir(here.data_dir)
    write_private(here.key_file, KEY.encode())
    here.config_file.write_text(
        'demo = true\n[desk]\nlanguage = "en"\n[jira]\nurl = "http://127.0.0.1:1"\nprojects = ["SKAH"]\n'
    )
    monkeypatch.setenv("PEAKASUTAJA_CONFIG", str(here.config_file))
    monkeypatch.setenv("PEAKASUTAJA_DATA_DIR", str(here.data_dir))
    return here


def act(here: Places, work: Work, *ends: tuple[str, dict[str, Any]]) -> str:
    with closing(DeskFile(here, KEY, STILL, "Kati")) as desk:
        name = desk.record(ACT, "SKAH-7", {"ticket": 7, "key": "SKAH-7", **encoded(work)})
        for kind, body in ends:
            desk.record(kind, "SKAH-7", {"operation": name, **body})
    return name


REFUSED = (FAILED, {"code": "act refused", "detail": "Too long", "is_final": True})


def test_nothing_on_its_way_is_said(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["outbox", "list"]) == 0
    assert "Nothing is on its way to Jira." in capsys.readouterr().out


def test_what_waits_and_what_is_stuck_is_listed(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    act(here, Comment("38601010001 helistas", is_internal=True))
    act(here, Comment("liiga pikk", is_internal=False), (SENDING, {}), REFUSED)
    assert run(["outbox", "list"]) == 1
    shown = capsys.readouterr().out
    assert "Jira did not take it" in shown
    assert "Too long" in shown
    assert "38601010001" not in shown


def test_as_json_all_of_it_is_there_and_masked(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    name = act(here, Comment("38601010001 helistas", is_internal=True))
    assert run(["outbox", "list", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (row,) = document["rows"]
    assert (row["id"], row["key"], row["state"], row["ticket_id"]) == (name, "SKAH-7", "waiting", 7)
    assert row["work"] == {"work": "comment", "text": "▒▒▒ helistas", "is_internal": True}


def test_a_refused_one_is_tried_again(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    name = act(here, Comment("x", is_internal=True), (SENDING, {}), REFUSED)
    assert run(["outbox", "retry", name[-8:]]) == 0
    assert "tried again" in capsys.readouterr().out
    assert run(["outbox", "list", "--json"]) == 0
    assert [each["state"] for each in json.loads(capsys.readouterr().out)["rows"]] == ["waiting"]


def test_one_that_waits_by_itself_is_not_tried_again(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    name = act(here, Comment("x", is_internal=True))
    assert run(["outbox", "retry", name]) == 1
    assert "leaves by itself" in capsys.readouterr().err


def test_a_conflict_is_decided_where_both_are_shown(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    edit = FieldEdit("summary", Shape.TEXT, (Value("", "a"),), (Value("", "b"),))
    name = act(here, Edit((edit,)), (SENDING, {}), (CLASH, {"theirs": [edit]}))
    assert run(["outbox", "retry", name]) == 1
    assert "Decide on the screen" in capsys.readouterr().err


def test_one_is_dropped_and_still_told_of(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    name = act(here, Comment("x", is_internal=True))
    assert run(["outbox", "drop", name]) == 0
    capsys.readouterr()
    assert run(["outbox", "list", "--all", "--json"]) == 0
    assert [each["state"] for each in json.loads(capsys.readouterr().out)["rows"]] == ["dropped"]


def test_an_unknown_id_is_told(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["outbox", "drop", "ffffffff"]) == 1
    assert "no such action" in capsys.readouterr().err


def test_tickets_of_a_view_nobody_knows_are_wrong_usage(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tickets", "--view", "none"]) == 2
    assert "unassigned" in capsys.readouterr().err


def test_tickets_that_were_never_read_are_said_so(here: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tickets", "--view", "mine"]) == 1
    assert "Nothing was fetched yet" in capsys.readouterr().out

"""New tickets, links, time and files: asked for on the screen, written down, and wrong answers told."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from data.action import Attach, Create, Link, LogWork, Value, decoded
from tests.tui.fakes import FakeReader, settled, until, words_on_screen
from tests.tui.test_acting import at_ticket, bodies, desk_of
from tui.screens.field_form import FieldForm
from tui.screens.line_dialog import LineDialog
from tui.screens.pick_dialog import PickDialog
from tui.ticket_additions import file_fault, spent_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1 h 30 min", 5_400),
        ("1,5 h", 5_400),
        ("1.5h", 5_400),
        ("45m", 2_700),
        ("2 p", 57_600),
        ("1d 2h", 36_000),
        ("2 t", 7_200),
        ("0 min", None),
        ("", None),
        ("kaks tundi", None),
        ("90", None),
        ("100000 h", None),
    ],
    ids=str,
)
def test_time_as_people_write_it(text: str, seconds: int | None) -> None:
    assert spent_seconds(text) == seconds


async def answer(pilot: Pilot[None], text: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, LineDialog))
    pilot.app.screen.query_one(Input).value = text
    await pilot.pause()
    await pilot.press("enter")
    await settled(pilot)


async def test_a_new_ticket_is_made_of_the_fields_that_jira_wants(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await pilot.press("n")
        await settled(pilot)
        await pilot.press("down", "enter")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, FieldForm))
        assert "Täitmata: Kokkuvõte" in words_on_screen(pilot.app)  # type: ignore[arg-type]
        await pilot.press("enter")
        await answer(pilot, "Otsuse PDF on tühi")
        await pilot.press("f5")
        await settled(pilot)
        work = decoded(bodies(reader)[0])
        assert isinstance(work, Create)
        assert (work.project, work.type, work.summary) == ("SKAH", Value("10001", "Viga"), "Otsuse PDF on tühi")
        assert bodies(reader)[0]["ticket"] == 0
        await pilot.press("f4")
        await settled(pilot)
        assert "Viga: Otsuse PDF on tühi" in words_on_screen(pilot.app)  # type: ignore[arg-type]


async def test_a_ticket_is_tied_to_one_that_was_found(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(120, 35)) as pilot:
        await at_ticket(pilot)
        await pilot.press("l")
        await settled(pilot)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, PickDialog))
        pilot.app.screen.query_one(Input).value = "SKAH-4120"
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert decoded(bodies(reader)[0]) == Link(Value("Blocks", "on takistatud"), is_inward=True, other="SKAH-4120")


async def test_time_is_asked_for_until_it_makes_sense(tmp_path: Path) -> None:
    reader = FakeReader()
    async with desk_of(tmp_path, reader).run_test(size=(80, 24)) as pilot:
        await at_ticket(pilot)
        await pilot.press("h")
        await answer(pilot, "kaua")
        assert "aeg kirjutatakse nii" in words_on_screen(pilot.app)  # type: ignore[arg-type]
        await answer(pilot, "1 h 30 min")
        await answer(pilot, "analüüs")
        work = decoded(bodies(reader)[0])
        assert isinstance(work, LogWork)
        assert (work.seconds, work.text) == (5_400, "analüüs")


async def test_a_file_is_kept_and_given_away(tmp_path: Path) -> None:
    reader, file = FakeReader(), tmp_path / "logi.txt"
    file.write_bytes(b"rida\n")
    async with desk_of(tmp_path, reader).run_test(size=(80, 24)) as pilot:
        await at_ticket(pilot)
        await pilot.press("i")
        await answer(pilot, str(tmp_path))
        assert "see on kaust, mitte fail" in words_on_screen(pilot.app)  # type: ignore[arg-type]
        await answer(pilot, f"'{file}'")
        work = decoded(bodies(reader)[0])
        assert isinstance(work, Attach)
        assert (work.name, work.size) == ("logi.txt", 5)


def test_what_cannot_be_attached_is_told_before_it_is_tried(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert file_fault(str(tmp_path / "none"))
    assert file_fault(str(tmp_path / "empty"))
    assert file_fault("\0")
    assert file_fault("~nobody-at-all/x")

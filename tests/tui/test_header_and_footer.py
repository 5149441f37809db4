"""The first and the last line of the screen, at the widths that people have: whole words or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.model import SourcePhase
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import MINUTE, SOURCES, source
from tui.app import DeskApp

LOOKED_AT = {"1": "dashboard", "2": "services", "3": "tickets", "4": "developments", "5": "trainings", "f9": "standup"}


def first_line(app: DeskApp) -> str:
    return words_on_screen(app).replace("\u00a0", " ").splitlines()[0].rstrip()


def last_line(app: DeskApp) -> str:
    return words_on_screen(app).splitlines()[-1].rstrip()


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [60, 72, 80, 93, 120])
async def test_keys_leave_the_footer_whole_and_the_most_needed_stay(tmp_path: Path, width: int, language: str) -> None:
    app = make_desk(tmp_path, language=language)
    help_, commands, back, search = {
        "et": ("F1 abi", "F2 käsud", "Esc tagasi", "/ otsi"),
        "en": ("F1 help", "F2 commands", "Esc back", "/ search"),
    }[language]
    async with app.run_test(size=(width, 24)) as pilot:
        for key, mode in LOOKED_AT.items():
            await pilot.press(key)
            await until(pilot, lambda mode=mode: app.desk.mode == mode)  # type: ignore[misc]
            await settled(pilot)
            line = last_line(app)
            assert "…" not in line
            assert line.endswith(f"{help_}   {commands}"), line
            assert (search in line) == (mode != "standup")
            assert (back in line) == (mode != "dashboard")


async def test_a_short_key_stands_where_a_longer_one_before_it_has_no_room(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "t olek" in last_line(app))
        assert "järgmine loend" not in last_line(app)


async def test_a_click_on_the_last_hint_of_a_full_footer_is_its_key(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: app.desk.mode == "services")
        await settled(pilot)
        await pilot.click(offset=(last_line(app).index("Esc tagasi") + 9, 23))
        await until(pilot, lambda: app.desk.mode == "dashboard")


@pytest.mark.parametrize(("demo", "language"), [(False, "et"), (True, "et"), (False, "en"), (True, "en")])
async def test_every_source_tells_its_age_at_80_columns(tmp_path: Path, demo: bool, language: str) -> None:
    app = make_desk(tmp_path, demo=demo, language=language)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        ages = {"et": "Jira 12 s · seire 4 s · kalender 6 min", "en": "Jira 12 s · checks 4 s · calendar 6 min"}
        await until(pilot, lambda: first_line(app).endswith(ages[language]))
        assert "Perehüvitised" in first_line(app)
        assert "09:14" in first_line(app)


async def test_without_room_for_every_source_the_worst_is_named_and_the_others_counted(tmp_path: Path) -> None:
    failed = source("jira", "jira", 59 * MINUTE, SourcePhase.FAILED, error_code="unreachable")
    stale = source("checks", "checks", 30 * MINUTE, SourcePhase.STALE)
    app = make_desk(tmp_path, FakeReader(source_rows=(failed, stale, SOURCES[2])))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: first_line(app).endswith("✖ Jira 59 min · ▲ 2 muud 30 min"))
        await pilot.resize_terminal(60, 20)
        await until(pilot, lambda: first_line(app).endswith(" ✖ Jira 59 min"))


async def test_the_program_has_one_name_in_both_languages(tmp_path: Path) -> None:
    app = make_desk(tmp_path, language="en")
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        assert first_line(app).startswith(" Peakasutaja  Perehüvitised")

"""Maintenance planned on the screen, and the clock of a possible cyber incident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from data.incident import Outage
from data.model import AttentionKind
from data.rules.attention import cyber_lines
from tests.rules.test_jobs import at
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import MINUTE, NOW_MS, SERVICES
from tui.app import DeskApp
from tui.screens.plan_dialog import PlanDialog

WELL = next(each for each in SERVICES if each.state.value == "up")
DOWN = next(each for each in SERVICES if each.state.value == "down")


def written(reader: FakeReader, kind: str) -> list[dict[str, object]]:
    return [json.loads(body) for _id, _at, _actor, each, body in reader.operations if each == kind]


def field(app: DeskApp, name: str) -> Input:
    return app.screen.query_one(f"#plan-{name}", Input)


async def test_maintenance_is_planned_and_taken_back(tmp_path: Path) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open_target(f"service:{WELL.name}")
        await settled(pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PlanDialog))
        assert (field(app, "start").value, field(app, "end").value) == ("04.12.2026 20:00", "04.12.2026 22:00")
        assert "R 4.12 20:00 – R 4.12 22:00  2 h" in words_on_screen(app).replace("\u00a0", " ")
        field(app, "start").value = "homme 22:00"
        field(app, "end").value = "0:30"
        await until(pilot, lambda: "P 6.12 00:30  2 h 30 min" in words_on_screen(app).replace("\u00a0", " "))
        field(app, "end").value = "23:30"
        field(app, "text").value = "Versiooniuuendus"
        await until(pilot, lambda: "1 h 30 min" in words_on_screen(app).replace("\u00a0", " "))
        await pilot.press("enter")
        await until(pilot, lambda: len(written(reader, "plan")) == 1)
        assert written(reader, "plan") == [
            {
                "service": WELL.name,
                "start_ms": at("2026-12-05 22:00"),
                "end_ms": at("2026-12-05 23:30"),
                "text": "Versiooniuuendus",
            }
        ]
        (plan,) = reader.plans(WELL.name)
        assert plan.text == "Versiooniuuendus"
        await pilot.press("z")
        await until(pilot, lambda: not reader.plans(WELL.name))


async def test_what_is_planned_is_told_and_ended(tmp_path: Path) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{WELL.name}")
        await settled(pilot)
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, PlanDialog))
        await pilot.press("enter")
        await until(pilot, lambda: len(reader.plans(WELL.name)) == 1)
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, PlanDialog))
        assert "kavas: R 4.12 20:00 – 22:00" in words_on_screen(app)
        await pilot.press("f8")
        await until(pilot, lambda: not reader.plans(WELL.name))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("eile", "22:00", "Algus: kirjutage kujul"),
        ("20:00", "kümme", "Lõpp: kirjutage kujul"),
        ("20:00", "4.12 19:00", "Lõpp peab olema hiljem kui algus."),
        ("20:00", "5.12.2062 19:00", "See on rohkem kui aasta pärast."),
        ("1:00", "4.12 2:00", "See oleks juba möödas."),
    ],
)
async def test_what_is_wrong_is_told_while_it_is_typed(tmp_path: Path, start: str, end: str, words: str) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open_target(f"service:{WELL.name}")
        await settled(pilot)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PlanDialog))
        field(app, "start").value = start
        field(app, "end").value = end
        await until(pilot, lambda: words in words_on_screen(app))
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, PlanDialog)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, PlanDialog))
        assert written(reader, "plan") == []
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, PlanDialog))
        assert (field(app, "start").value, field(app, "end").value) == (start, end)  # nothing typed is lost


async def test_the_clock_of_a_possible_cyber_incident(tmp_path: Path) -> None:
    lost = Outage(DOWN.name, NOW_MS - 12 * MINUTE, NOW_MS - 10 * MINUTE, None, "http 502")
    reader = FakeReader(outages=[lost])
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        assert "infoturbejuhilt" not in words_on_screen(app)
        await pilot.press("c")
        await until(pilot, lambda: "küsige infoturbejuhilt" in words_on_screen(app))
        assert written(reader, "cyber") == [{"incident": lost.id}]
        await until(pilot, lambda: "teatamiseks aega kuni L 5.12 09:04" in words_on_screen(app))
        (line,) = cyber_lines(reader.incidents(), NOW_MS)
        assert (line.kind, line.at_ms) == (AttentionKind.CYBER_CLOCK, lost.detected_ms + 24 * 60 * MINUTE)
        await pilot.press("z")
        await until(pilot, lambda: reader.incidents()[0].cyber_ms is None)
        assert cyber_lines(reader.incidents(), NOW_MS) == []


async def test_the_strip_counts_down(tmp_path: Path) -> None:
    lost = Outage(DOWN.name, NOW_MS - 12 * MINUTE, NOW_MS - 10 * MINUTE, None, "http 502")
    reader = FakeReader(outages=[lost])
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: reader.incidents()[0].cyber_ms is not None)
        reader.attention_rows = tuple(cyber_lines(reader.incidents(), NOW_MS))
        reader.touch(*reader.numbers)
        await pilot.press("1")
        await until(pilot, lambda: f"{DOWN.name}: küberintsident?" in words_on_screen(app))
        assert "23:50 jäänud  küsige infoturbejuhilt" in words_on_screen(app)


async def test_without_an_outage_there_is_no_clock(tmp_path: Path) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{WELL.name}")
        await settled(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "Siin ei ole midagi katki" in words_on_screen(app) or bool(app._notifications))
        assert written(reader, "cyber") == []

"""An outage told of from the services: the notice, what was done, and how it is taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input, TextArea

from data.incident import Outage
from data.mail import Mail
from data.rules.contacts import Contact
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import ATTENTION, MINUTE, NOW_MS, SERVICES
from tui.screens.notice import NoticeEditor, NoticePreview
from tui.widgets.attention import AttentionStrip

DOWN = next(each for each in SERVICES if each.state.value == "down")
MAIL = Mail(host="post.asutus.example", sender="desk@asutus.example")
MARI = Contact(name="Mari Mets", email="mari.mets@asutus.example", notify=True)


def reader_with_outage(*, ended: bool = False) -> FakeReader:
    lost = Outage(DOWN.name, NOW_MS - 12 * MINUTE, NOW_MS - 10 * MINUTE, NOW_MS if ended else None, "http 502")
    return FakeReader(outages=[lost])


def written(reader: FakeReader, kind: str) -> list[dict[str, object]]:
    return [json.loads(body) for _id, _at, _actor, each, body in reader.operations if each == kind]


async def test_the_outage_says_that_nobody_was_told_and_n_opens_the_notice(tmp_path: Path) -> None:
    reader = reader_with_outage()
    app = make_desk(tmp_path, reader, contact=[MARI])
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        assert "teenuse juht teavitamata" in words_on_screen(app)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoticeEditor))
        await settled(pilot)
        assert f"Katkestus: {DOWN.name} ei tööta alates" in app.screen.query_one(Input).value
        assert "Põhjus: selgitamisel; seni on teada:" in app.screen.query_one(TextArea).text
        assert "Mari Mets" in words_on_screen(app)


async def test_without_a_mail_server_the_notice_is_copied_and_marked_as_sent(tmp_path: Path) -> None:
    reader = reader_with_outage()
    app = make_desk(tmp_path, reader, contact=[MARI])
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoticeEditor))
        await settled(pilot)
        assert "e-posti server on seadistamata" in words_on_screen(app)
        await pilot.press("f5")
        assert isinstance(app.screen, NoticeEditor)  # there is nothing that it could be sent with
        await pilot.press("f3")
        await until(pilot, lambda: written(reader, "notice"))
        assert "Katkestus" in app.clipboard
        await until(pilot, lambda: "saatmata:" in words_on_screen(app))
        assert "teenuse juht teavitamata" in words_on_screen(app)
        await pilot.press("s")
        await until(pilot, lambda: "pärast märkamist" in words_on_screen(app))
        assert "Järgmine      09:29  0:15 jäänud" in words_on_screen(app)
        await pilot.press("z")
        await until(pilot, lambda: "teenuse juht teavitamata" in words_on_screen(app))


async def test_what_was_typed_survives_esc(tmp_path: Path) -> None:
    reader = reader_with_outage()
    app = make_desk(tmp_path, reader, contact=[MARI])
    async with app.run_test(size=(80, 24)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoticeEditor))
        await settled(pilot)
        app.screen.query_one(TextArea).load_text("Oma tekst [b]õäöü[/b] 39001010000\n")
        await pilot.press("escape")
        await until(pilot, lambda: written(reader, "draft"))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoticeEditor))
        assert app.screen.query_one(TextArea).text == "Oma tekst [b]õäöü[/b] 39001010000\n"


async def test_a_measure_is_asked_for_and_told(tmp_path: Path) -> None:
    reader = reader_with_outage()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("m", *"varuserver", "enter")
        await until(pilot, lambda: "varuserver" in words_on_screen(app))
        assert written(reader, "measure")[0]["text"] == "varuserver"
        await pilot.press("z")
        await until(pilot, lambda: "varuserver" not in words_on_screen(app))


async def test_an_outage_is_declared_where_no_check_shows_one(tmp_path: Path) -> None:
    well = next(each for each in SERVICES if each.state.value == "up")
    app = make_desk(tmp_path, FakeReader())
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{well.name}")
        await settled(pilot)
        await pilot.press("d", *"maksed", "enter")
        await until(pilot, lambda: "VÄLJAKUULUTATUD KATKESTUS" in words_on_screen(app))
        await pilot.press("d")
        await until(pilot, lambda: "Kestis" in words_on_screen(app))


@pytest.mark.parametrize("size", [(80, 24), (120, 35), (240, 70)])
async def test_the_person_sees_what_leaves_before_it_does(tmp_path: Path, size: tuple[int, int]) -> None:
    reader = reader_with_outage()
    app = make_desk(tmp_path, reader, contact=[MARI], mail=MAIL)
    async with app.run_test(size=size) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoticeEditor))
        await settled(pilot)
        app.screen.query_one(TextArea).load_text("Isikukood 39001010000.\n")
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NoticePreview))
        await settled(pilot)
        told = words_on_screen(app)
        assert "mari.mets@asutus.example" in told
        assert "39001010000" not in told
        await pilot.press("enter")
        await until(pilot, lambda: written(reader, "notice"))
        (sent,) = written(reader, "notice")
        assert (sent["channel"], sent["to"]) == ("email", [["Mari Mets", "mari.mets@asutus.example"]])
        await until(pilot, lambda: "teele" in words_on_screen(app))


async def test_the_strip_says_that_nobody_was_told_and_n_there_opens_the_notice(tmp_path: Path) -> None:
    reader = reader_with_outage()
    line = reader.attention_rows[0]._replace(is_untold=True, target=f"service:{DOWN.name}")
    reader.attention_rows = (line, *reader.attention_rows[1:])
    app = make_desk(tmp_path, reader, contact=[MARI])
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        assert "teenuse juht teavitamata  vastab" in words_on_screen(app)
        app.screen.query_one(AttentionStrip).focus()
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, NoticeEditor))
        await settled(pilot)
        assert DOWN.name in app.screen.query_one(Input).value
        await pilot.press("escape", "escape", "escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")


async def test_n_on_a_line_of_another_kind_is_not_offered(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(attention_rows=ATTENTION[-1:]))
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        app.screen.query_one(AttentionStrip).focus()
        await pilot.press("n")
        await settled(pilot)
        assert app.desk.mode == "dashboard"

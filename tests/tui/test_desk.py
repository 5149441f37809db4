"""What a person does at the desk, key by key."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from data.language import language
from data.model import (
    AbsenceKind,
    AttentionKind,
    Gap,
    Kind,
    Quarantined,
    ServiceState,
    SourcePhase,
    TicketAbsence,
    TicketRow,
    TicketView,
)
from data.preferences import load_preferences
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import ATTENTION, MINUTE, NOW_MS, SOURCES, TICKETS, attention, service, source, ticket_row
from tui.app import DeskApp
from tui.panes.services import ServicesPane
from tui.panes.tickets import TicketsPane
from tui.screens.dialog import ChoiceDialog
from tui.screens.help import HelpScreen
from tui.widgets.attention import AttentionStrip
from tui.widgets.document import Document
from tui.widgets.table import VirtualTable

SIZE = (120, 35)


def document(app: DeskApp) -> Document:
    return app.screen.query_one(Document)


def _is_read(app: DeskApp, words: str) -> bool:
    return words in words_on_screen(app)


def tickets_table(app: DeskApp) -> VirtualTable[TicketRow]:
    return app.screen.query_one(TicketsPane).table


async def test_the_dashboard_shows_four_panes_and_what_needs_attention(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        for expected in ("VAJAB TÄHELEPANU", "TEENUSED", "PILETID", "ARENDUSED", "KOOLITUSED"):
            assert expected in words
        assert "X-tee RR.isikuandmed ei tööta" in words
        assert "7 korras · 1 häiritud · 1 ei tööta" in words
        assert "47 avatud · 1 SLA ületatud · 2 SLA ohus" in words
        assert "R 4. dets 09:14" in words


async def test_a_ticket_opens_from_the_dashboard_and_esc_leads_back_to_the_same_row(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("tab", "tab", "down", "down", "down")
        await settled(pilot)
        chosen = tickets_table(app).cursor_row
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.mode == "tickets" and document(app).subject)
        await until(pilot, lambda: "SKAH-4124" in document(app).plain)
        assert document(app).has_focus
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await settled(pilot)
        assert tickets_table(app).has_focus
        assert tickets_table(app).cursor_row == chosen


async def test_enter_on_a_line_of_the_strip_opens_the_thing_in_its_mode(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.desk.mode == "services")
        await until(pilot, lambda: "SKAIS2 menetlus" in document(app).plain)


@pytest.mark.parametrize(
    ("key", "mode"),
    [("2", "services"), ("3", "tickets"), ("4", "developments"), ("5", "trainings"), ("f9", "standup")],
)
async def test_keys_jump_between_modes_and_esc_returns(tmp_path: Path, key: str, mode: str) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press(key)
        await until(pilot, lambda: app.desk.mode == mode)
        await settled(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")


async def test_search_narrows_the_list_while_typing_and_esc_clears_it(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("slash")
        await until(pilot, lambda: app.desk.mode == "tickets" and isinstance(app.focused, Input))
        await pilot.press(*"vanale")
        await until(pilot, lambda: "vanale" in words_on_screen(app))
        await until(pilot, lambda: 0 < tickets_table(app).row_count < len(TICKETS))
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.mode == "dashboard")
        await pilot.press("3")
        await until(pilot, lambda: app.desk.mode == "tickets")
        await until(pilot, lambda: tickets_table(app).row_count == len(TICKETS))


async def test_letters_typed_right_after_the_slash_land_in_the_search_box(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        for key, letter in (("slash", "/"), ("x", "x"), ("slash", "/"), ("v", "v")):
            app.post_message(Key(key, letter))
        await until(pilot, lambda: isinstance(app.focused, Input) and app.focused.value == "x/v")
        assert app.desk.mode == "tickets"


async def test_a_search_without_an_answer_says_so(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"zzz")
        await until(pilot, lambda: "midagi ei leitud" in words_on_screen(app))


async def test_a_filter_is_chosen_from_what_the_store_holds(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: app.desk.mode == "tickets")
        await settled(pilot)
        await pilot.press("f")
        await settled(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await settled(pilot)
        await pilot.press("down", "down", "enter")
        await settled(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query(TicketsPane))
        await until(pilot, lambda: tickets_table(app).row_count == sum(row.project == "PHV" for row in TICKETS))
        assert app.screen.query_one(TicketsPane).query_now.project == "PHV"


async def test_views_of_tickets_follow_each_other(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: app.desk.mode == "tickets")
        await pilot.press("v")
        await settled(pilot)
        assert app.screen.query_one(TicketsPane).query_now.view == TicketView.MINE
        await until(pilot, lambda: tickets_table(app).row_count == sum(row.mine for row in TICKETS))


async def test_theme_and_language_are_remembered(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f7", "f8")
        await settled(pilot)
        assert app.theme == "dark"
        assert "NEEDS ATTENTION" in words_on_screen(app)
        assert language() == "en"
    remembered = load_preferences(app.desk.places)
    assert (remembered.theme, remembered.language) == ("dark", "en")
    again = make_desk(tmp_path, preferences=remembered)
    async with again.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert again.theme == "dark"
        assert "SERVICES" in words_on_screen(again)


async def test_taking_note_removes_the_line_and_undo_brings_it_back(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        strip = app.screen.query_one(AttentionStrip)
        first = strip.lines[0]
        await pilot.press("a")
        await until(pilot, lambda: first not in strip.lines)
        assert "1 teadmiseks võetud" in words_on_screen(app)
        await pilot.press("u")
        await until(pilot, lambda: first in strip.lines)


async def test_nothing_to_do_is_said_calmly(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(attention_rows=()))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "Kõik on rahulik" in words_on_screen(app)


async def test_a_failed_source_keeps_the_data_and_says_what_to_do(tmp_path: Path) -> None:
    failed = source("jira", "jira", 12 * MINUTE, SourcePhase.FAILED, error_code="unreachable")
    app = make_desk(tmp_path, FakeReader(source_rows=(failed, *SOURCES[1:])))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        assert "Ühendus puudub" in words
        assert "SKAH-4127" in words
        assert "✖ Jira 12" in words


async def test_a_first_fill_shows_how_far_it_is(tmp_path: Path) -> None:
    filling = source("jira", "jira", None, SourcePhase.LOADING, done=4_500, total=12_000)
    app = make_desk(tmp_path, FakeReader(ticket_rows=(), source_rows=(filling, *SOURCES[1:])))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        words = words_on_screen(app).replace("\u00a0", " ")
        assert "4 500 / 12 000" in words
        assert "Esimesed andmed on teel" in words


async def test_a_source_that_failed_before_its_first_fill_claims_neither_loading_nor_zero(tmp_path: Path) -> None:
    filling = source("jira", "jira", None, SourcePhase.LOADING)
    reader = FakeReader(ticket_rows=(), source_rows=(filling, *SOURCES[1:]))
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "Esimesed andmed on teel" in words_on_screen(app))
        refused = source("jira", "jira", None, SourcePhase.FAILED, error_code="auth")
        reader.source_rows = (refused, *SOURCES[1:])
        reader.touch(Kind.SOURCES)
        await until(pilot, lambda: "Andmeid veel ei ole" in words_on_screen(app))
        await until(pilot, lambda: "0 avatud" not in words_on_screen(app))
        words = words_on_screen(app)
        assert "Esimesed andmed on teel" not in words
        assert "0 avatud" not in words
        assert "config init" in words


@pytest.mark.parametrize("size", [(40, 12), (20, 5)])
async def test_a_window_that_is_too_small_says_first_how_large_it_must_be(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = make_desk(tmp_path, FakeReader())
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        assert "60×16" in words
        assert f"{size[0]}×{size[1]}" in words
        assert "Piletid" not in words


async def test_what_a_source_does_not_show_is_told_in_pane_and_strip(tmp_path: Path) -> None:
    gap = Gap("PERE", "unreadable", NOW_MS - 9 * MINUTE, "")
    odd = Quarantined("SKAH-7", "updated is no moment", None)
    some = SOURCES[0]._replace(gaps=(gap,), followed=2, quarantined=1, odd=(odd,))
    reader = FakeReader(source_rows=(some, *SOURCES[1:]), attention_rows=ATTENTION[:1])
    reader.attention_rows += (attention(AttentionKind.SOURCE_GAP, "jira", "PERE", gap.since_ms, "", "source:jira"),)
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(150, 40)) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        assert "Projekti PERE ei saa lugeda " in words
        assert "9\u00a0min  Kontrollige projekti võtit ja oma õigusi Jiras." in words
        assert words.count("Loetavaid projekte on 1, kokku 2. Puudu: PERE.") == 2
        assert "SKAH-7" not in words
        await pilot.press("3")
        await until(pilot, lambda: "1 vigane kirje. SKAH-7: „updated“" in words_on_screen(app))
        assert "Loetavaid projekte on 1, kokku 2." in words_on_screen(app)
        await pilot.press("1")
        reader.source_rows = (some._replace(gaps=()), *SOURCES[1:])
        reader.touch(Kind.SOURCES)
        await until(pilot, lambda: "Loetavaid projekte" not in words_on_screen(app))
        await pilot.press("3")
        await until(pilot, lambda: "1 vigane kirje. SKAH-7: „updated“ ei ole ajahetk" in words_on_screen(app))


async def test_a_stale_source_tells_since_when(tmp_path: Path) -> None:
    stale = source("checks", "checks", 30 * MINUTE, SourcePhase.STALE)
    app = make_desk(tmp_path, FakeReader(source_rows=(SOURCES[0], stale, SOURCES[2])))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "alates 08:44" in words_on_screen(app)


async def test_emptiness_is_told_apart_from_what_is_not_set_up(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(ticket_rows=(), training_rows=(), source_rows=SOURCES[:2]))
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        assert "Ühtegi avatud piletit ei ole" in words
        assert "Seadistamata" in words


async def test_a_store_that_is_yet_to_be_filled_is_neither_calm_nor_unset(tmp_path: Path) -> None:
    reader = FakeReader((), (), (), (), source_rows=(), attention_rows=())
    app = make_desk(tmp_path, reader)
    app.desk.source_kinds = frozenset({"jira", "checks"})
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        assert ("Kõik on rahulik" in words, words.count("Seadistamata")) == (False, 1)
        assert words.count("Esimesed andmed on teel.") == 4
        reader.source_rows = SOURCES[:2]
        reader.touch(Kind.SOURCES)
        await until(pilot, lambda: "Kõik on rahulik" in words_on_screen(app))


async def test_a_store_that_cannot_be_read_keeps_what_was_there(tmp_path: Path) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        reader.fault = OSError("no")
        await pilot.press("r")
        await until(pilot, lambda: "andmehoidlat ei saa lugeda" in words_on_screen(app))
        assert "SKAH-4127" in words_on_screen(app)
        reader.fault = None
        await pilot.press("r")
        await until(pilot, lambda: "andmehoidlat ei saa lugeda" not in words_on_screen(app))


async def test_a_change_in_the_store_reaches_only_the_panes_that_show_it(tmp_path: Path) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await until(pilot, lambda: app._feed._versions is not None)
        reader.reads.clear()
        reader.service_rows = (service("Uus teenus", ServiceState.DOWN, reason="timeout"), *reader.service_rows)
        reader.touch(Kind.SERVICES)
        await until(pilot, lambda: "Uus teenus" in words_on_screen(app))
        assert "trainings" not in reader.reads


async def test_a_new_ticket_slides_in_and_the_cursor_stays_on_its_record(tmp_path: Path) -> None:
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("tab", "tab", "down")
        await until(pilot, lambda: app._feed._versions is not None)
        chosen = tickets_table(app).cursor_row
        fresh = ticket_row(60)._replace(updated_ms=NOW_MS + 1, key="SKAH-5000", summary="Äsja saabunud")
        reader.ticket_rows = (fresh, *reader.ticket_rows)
        reader.touch(Kind.TICKETS)
        await until(pilot, lambda: tickets_table(app).row_count == len(TICKETS) + 1)
        await settled(pilot)
        assert tickets_table(app).cursor_row == chosen


async def test_personal_data_is_masked_until_f6_and_always_in_the_stand_up(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(150, 40)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: app.desk.mode == "tickets")
        await until(pilot, lambda: "SKAH-4120" in words_on_screen(app))
        assert "39912310174" not in words_on_screen(app)
        await pilot.press("f6")
        await until(pilot, lambda: "39912310174" in words_on_screen(app))
        assert "VARJAMATA" in words_on_screen(app)
        await pilot.press("f9")
        await until(pilot, lambda: app.desk.mode == "standup")
        await settled(pilot)
        await pilot.click(offset=(words_on_screen(app).splitlines()[0].index("varjatud"), 0))
        assert not app.desk.masked, "what was chosen for the other modes stays"
        for _ in range(5):
            assert "39912310174" not in words_on_screen(app)
            await pilot.press("right")
            await settled(pilot)
        assert "VARJAMATA" not in words_on_screen(app)


async def test_the_round_of_the_stand_up_is_remembered_at_its_end(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: app.desk.mode == "standup")
        await until(pilot, lambda: "MIS MUUTUS" in words_on_screen(app))
        for title in ("MIS ON KATKI", "MIS HILINEB", "PILETID", "TÄNA JA HOMME"):
            await pilot.press("right")
            await until(pilot, partial(_is_read, app, title))
        await pilot.press("space")
        await until(pilot, lambda: load_preferences(app.desk.places).standup_ms == NOW_MS)


async def test_the_palette_finds_a_command_and_does_it(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"koolit", "enter")
        await until(pilot, lambda: app.desk.mode == "trainings")


async def test_help_lists_the_keys_of_the_screen_it_was_asked_from(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await settled(pilot)
        text = document(app).plain
        assert "Võta rida teadmiseks" in text
        assert "Hele, tume, suure kontrastiga" in text
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))


async def test_a_small_window_shows_one_pane_at_a_time(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "TEENUSED" in words_on_screen(app)
        assert "PILETID" not in words_on_screen(app)
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "SKAH-4127" in words_on_screen(app))
        assert "TEENUSED" not in words_on_screen(app)


async def test_a_tiny_window_says_so_and_recovers(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(50, 12)) as pilot:
        await settled(pilot)
        assert "liiga väike" in words_on_screen(app)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "TEENUSED" in words_on_screen(app))


async def test_the_mouse_opens_tabs_rows_and_footer_keys(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.click(offset=(13, 1))
        await until(pilot, lambda: app.desk.mode == "services")
        await settled(pilot)
        table = app.screen.query_one(ServicesPane).table
        await pilot.click(table, offset=(8, 4))
        await until(pilot, lambda: table.cursor == 3)
        await until(pilot, lambda: "eesti.ee iseteenindus" in document(app).plain)
        footer = words_on_screen(app).splitlines()[-1]
        await pilot.click(offset=(footer.index("F1"), SIZE[1] - 1))
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_plain_signs_are_ascii(tmp_path: Path) -> None:
    app = make_desk(tmp_path, ascii_only=True)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        assert "X X-tee RR.isikuandmed" in words
        assert not set("✖▲●◌⏲⚑◆▇▅▂█▓░") & set(words)


async def test_a_dead_sync_is_told_in_the_header(tmp_path: Path) -> None:
    class Dead:
        def start(self) -> None:
            pass

        def fault(self) -> str:
            return "Andmete toomine seiskus."

    app = make_desk(tmp_path, supervisor=Dead())
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "seiskus" in words_on_screen(app).splitlines()[0])


async def test_a_line_of_the_strip_opens_when_it_is_clicked_again(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        strip = app.screen.query_one(AttentionStrip)
        await pilot.click(strip, offset=(10, 2))
        await until(pilot, lambda: strip.cursor == 1)
        assert app.desk.mode == "dashboard"
        await pilot.click(strip, offset=(10, 2))
        await until(pilot, lambda: app.desk.mode == "services")


async def test_a_search_that_finds_nothing_clears_the_detail_and_leaves_room_for_the_lists(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("3")
        await until(pilot, lambda: document(app).plain)
        before = document(app).plain
        await pilot.press("slash")
        app.screen.query_one("#search", Input).value = "q" * 400
        await until(pilot, lambda: not document(app).plain)
        await until(pilot, lambda: "Esc tühjendab otsingu." in words_on_screen(app))
        assert "Avatud" in words_on_screen(app)
        await pilot.press("escape")
        await until(pilot, lambda: document(app).plain == before)


async def test_one_message_at_a_time_and_none_in_the_language_before(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        app.notify("one")
        await until(pilot, lambda: [each.message for each in app._notifications] == ["one"])
        app.notify("two")
        await until(pilot, lambda: [each.message for each in app._notifications] == ["two"])
        await pilot.press("f8")
        await until(pilot, lambda: not list(app._notifications))


async def test_a_ticket_that_was_deleted_says_so_where_its_text_stood(tmp_path: Path) -> None:
    row = TICKETS[0]
    reader = FakeReader()
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await app.open_target(f"ticket:{row.id}")
        await until(pilot, lambda: row.key in document(app).plain)
        reader.ticket_rows = TICKETS[1:]
        reader.absences[row.id] = TicketAbsence(row.id, row.key, row.project, AbsenceKind.DELETED, NOW_MS, "")
        reader.touch(Kind.TICKETS)
        await until(pilot, lambda: "Jiras kustutatud" in document(app).plain)
        assert row.key in document(app).plain
        assert "Menetleja avas" not in document(app).plain
        await pilot.press("tab")
        await until(pilot, lambda: TICKETS[1].key in document(app).plain)

"""What the clock alone changes is read again while the store stands still."""

from __future__ import annotations

from pathlib import Path

from data.clock import Clock
from data.model import AttentionKind
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import MINUTE, NOW_MS, SUMMARIES, attention, ticket_row


async def test_a_clock_that_comes_to_be_at_risk_is_told_without_any_news(tmp_path: Path) -> None:
    calm = ticket_row(5)
    reader = FakeReader(ticket_rows=(calm,), attention_rows=())
    app = make_desk(tmp_path, reader)
    async with app.run_test(size=(120, 35)) as pilot:
        await settled(pilot)
        await until(pilot, lambda: "Kõik on rahulik" in words_on_screen(app))
        assert "SLA ohus" not in words_on_screen(app)
        breach_ms = NOW_MS + 4 * 60 * MINUTE
        reader.ticket_rows = (calm._replace(breach_ms=breach_ms, breach_name="lahendamine"),)
        reader.attention_rows = (
            attention(AttentionKind.SLA, calm.key, SUMMARIES[5][0], breach_ms, "lahendamine", f"ticket:{calm.id}"),
        )
        app.desk.format.clock = Clock(NOW_MS + MINUTE, 0, 0)
        await until(pilot, lambda: "1 SLA ohus" in words_on_screen(app))
        await until(pilot, lambda: f"{calm.key}  3:59 jäänud" in words_on_screen(app))


async def test_run_out_and_running_clocks_are_counted_apart(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35)) as pilot:
        await until(pilot, lambda: "47 avatud · 1 SLA ületatud · 2 SLA ohus" in words_on_screen(app))
        await pilot.press("f9", "right", "right", "right")
        await until(pilot, lambda: "1 SLA ületatud  ·  2 SLA ohus" in words_on_screen(app))

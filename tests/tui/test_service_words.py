"""What the desk says of a service whose last look is not settled yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.language import use_language
from data.model import Doubt, ServiceDetail, ServiceState
from data.uptime import Sums
from data.words import doubt_words, short_doubt
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import STILL, service
from tui.cli.show_columns import of_kind
from tui.format import Format
from tui.widgets.document import Document

FAILED = Doubt(ServiceState.DOWN, 1, 3, "http 502")
ANSWERED = Doubt(ServiceState.UP, 1, 2, "")
SLOW = Doubt(ServiceState.DEGRADED, 2, 3, "slow")
UNMEASURED = Doubt(ServiceState.UNKNOWN, 1, 3, "paused")


@pytest.mark.parametrize(
    ("doubt", "long", "short"),
    [
        (FAILED, "viimane katse ebaõnnestus (1/3): vastab veaga 502", "viga 502 (1/3)"),
        (
            FAILED._replace(reason="timeout"),
            "viimane katse ebaõnnestus (1/3): ei vasta õigel ajal",
            "viga (1/3)",
        ),
        (ANSWERED, "vastas, kontrollitakse üle (1/2)", "vastas (1/2)"),
        (SLOW, "vastas aeglaselt (2/3)", "aeglane (2/3)"),
        (
            UNMEASURED,
            "viimast katset ei saanud mõõta (1/3): ei küsitud: server palub pausi",
            "mõõtmata (1/3)",
        ),
    ],
)
def test_a_doubt_in_words(doubt: Doubt, long: str, short: str) -> None:
    use_language("et")

    assert (doubt_words(doubt), short_doubt(doubt)) == (long, short)


SERVICES = (
    service("X-tee EMTA", ServiceState.DOWN, reason="http 502", doubt=ANSWERED),
    service("X-tee RR", doubt=FAILED),
    service("X-tee EHIS", latency_ms=1_600, doubt=SLOW),
    service("SKAIS2", ServiceState.UNKNOWN, since_ms=None, latency_ms=None, doubt=SLOW),
    service("DHX"),
)


async def test_a_service_is_not_called_up_while_its_last_look_failed(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(service_rows=SERVICES, attention_rows=()))
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot)
        lines = words_on_screen(app).splitlines()
        assert "2 korras · 2 kontrollimisel · 1 ei tööta" in words_on_screen(app)
        shown = {name: next(line for line in lines if name in line) for name in ("RR", "EMTA", "EHIS", "SKAIS2")}
        assert "◌ X-tee RR" in shown["RR"]
        assert "viga 502 (1/3)" in shown["RR"]
        assert "ei tööta: vastas (1/2)" in shown["EMTA"]
        assert "s: vastas aeglaselt (2/3)" in shown["EHIS"]
        assert "aeglaselt (2/3)" in shown["SKAIS2"]


async def test_the_detail_tells_the_doubt_in_full(tmp_path: Path) -> None:
    app = make_desk(tmp_path, FakeReader(service_rows=SERVICES[1:2], attention_rows=()))
    async with app.run_test(size=(160, 40)) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "Kontroll   " in words_on_screen(app))
        words = words_on_screen(app)
        assert "◌ kontrollimisel" in words
        assert "viimane katse ebaõnnestus (1/3): vastab veaga 502" in words
        assert "Algus" not in words


def test_the_table_of_the_command_line_tells_it_too() -> None:
    use_language("et")
    known = {SERVICES[0].name: Sums(1000, 981, 19), SERVICES[1].name: Sums(1000, 500)}
    _columns, row_of = of_kind("services", Format(STILL), known)
    emta, rr, *_others, dhx = (row_of(each) for each in SERVICES)

    assert rr[:2] == ["kontrollimisel", ""]
    assert rr[5] == "viimane katse ebaõnnestus (1/3): vastab veaga 502"
    assert (emta[0], emta[5]) == ("ei tööta", "vastas, kontrollitakse üle (1/2)")
    assert (emta[4], rr[4], dhx[4]) == ("98,1 %", "–", "")
    assert (dhx[0], dhx[5]) == ("korras", "")


@pytest.mark.parametrize("size", [(80, 24), (120, 35), (240, 70)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_names_of_services_are_whole_in_their_own_mode(tmp_path: Path, size: tuple[int, int]) -> None:
    name = "X-tee Töötukassa.perioodid"
    rows = (service(name, ServiceState.UP), service("SKAIS1 maksed", ServiceState.DOWN, reason="http 502"))
    app = make_desk(tmp_path, FakeReader(service_rows=rows))
    async with app.run_test(size=size) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: app.desk.mode == "services")
        await settled(pilot)
        shown = words_on_screen(app)
        assert name in shown
        assert "ei tööta: viga 502" in shown or "ei tööta: vastab veaga 502" in shown


async def test_the_answer_of_a_service_that_fails_is_told_once_and_whole(tmp_path: Path) -> None:
    answer = '{"status":"DOWN","service":"X-tee RR.isikuandmed","detail":"Server.ServerProxy.ServiceFailed"}'

    class Reader(FakeReader):
        def service(self, name: str) -> ServiceDetail | None:
            found = super().service(name)
            assert found is not None
            return found._replace(results=tuple(each._replace(evidence=answer) for each in found.results))

    rows = (service("X-tee RR.isikuandmed", ServiceState.DOWN, reason="http 502"),)
    app = make_desk(tmp_path, Reader(service_rows=rows))
    async with app.run_test(size=(120, 35)) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "Vastus  " in words_on_screen(app))
        await settled(pilot)
        detail = app.screen.query_one(Document).plain
        assert "".join(detail.split()).count("".join(answer.split())) == 1
        assert detail.count("status") == 1


async def test_the_detail_tells_where_a_fault_of_xroad_lies_and_whom_to_tell(tmp_path: Path) -> None:
    reason = "xroad server.serverproxy.servicefailed.httperror"
    rows = (service("X-tee RR.isikuandmed", ServiceState.DOWN, reason=reason)._replace(blame="partner_system"),)
    app = make_desk(tmp_path, FakeReader(service_rows=rows))
    async with app.run_test(size=(120, 35)) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "Vea koht" in words_on_screen(app))
        detail = " ".join(app.screen.query_one(Document).plain.split())
        assert "Vea koht teenusepakkuja infosüsteem" in detail
        assert "teenusepakkuja infosüsteem ei vasta" in detail
        assert "Teatage teenusepakkuja kasutajatoele" in detail


async def test_what_is_down_is_counted_however_narrow_the_title(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        head = next(line for line in words_on_screen(app).splitlines() if "TEENUSED" in line)
        assert "1 häiritud · 1 ei tööta " in head
        assert "1 SLA ületatud · 2 SLA ohus " in head
        assert "korras" not in head

"""What the desk shows where one failure explains others."""

from __future__ import annotations

from pathlib import Path

from data.model import ServiceState
from data.rules.attention import attention
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import NOW_MS, service

ROOT = service("andmebaas", ServiceState.DOWN, reason="refused", affected=2)
CHILDREN = (
    service("SKAIS2 menetlus", ServiceState.DOWN, reason="http 502", roots=("andmebaas",)),
    service("Öine arvutus", ServiceState.DOWN, reason="http 503", roots=("andmebaas",)),
)
SERVICES = (ROOT, *CHILDREN, service("DHX"))


def reader() -> FakeReader:
    lines = attention(SERVICES, (), (), (), (), (), NOW_MS).attention
    return FakeReader(service_rows=SERVICES, attention_rows=lines)


async def test_one_root_is_red_and_counted_and_the_rest_stands_under_it(tmp_path: Path) -> None:
    app = make_desk(tmp_path, reader())
    async with app.run_test(size=(150, 40)) as pilot:
        await settled(pilot)
        words = words_on_screen(app)
        assert "1 korras · 1 ei tööta · 2 mõjutatud" in words
        assert "mõjutab: SKAIS2 menetlus, Öine arvutus" in words
        assert words.count("juurpõhjus: andmebaas") == 2
        assert "mõjutatud: 2" in words
        assert not any("juurpõhjus" in line and "ei tööta" in line for line in words.splitlines())


async def test_the_detail_names_the_root_and_what_stands_on_each_side(tmp_path: Path) -> None:
    app = make_desk(tmp_path, reader())
    async with app.run_test(size=(150, 40)) as pilot:
        await app.open_target("service:SKAIS2 menetlus")
        await until(pilot, lambda: "Sõltub neist".upper() in words_on_screen(app).upper())
        assert "Juurpõhjus" in words_on_screen(app)
        await app.open_target("service:andmebaas")
        await until(pilot, lambda: "Sellest sõltuvad".upper() in words_on_screen(app).upper())

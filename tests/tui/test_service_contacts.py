"""The detail of a service names whom to ask, who is told and where its documents are."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.checks.http import HttpCheck
from data.rules.contacts import Contact
from tests.tui.fakes import make_desk, settled, until, words_on_screen
from tests.tui.test_incidents import DOWN, MARI

HELP = Contact(name="RIA kasutajatugi", phone="612 0003 (demo)", hours="E–R 08:15–17:00", checks=(DOWN.name,))
CHECK = HttpCheck(
    name=DOWN.name, url="https://a.example", documents={"Päringute ärireeglid": "https://wiki.example/arireeglid"}
)


@pytest.mark.parametrize("size", [(80, 24), (120, 35)])
async def test_people_and_documents_stand_in_the_detail(tmp_path: Path, size: tuple[int, int]) -> None:
    app = make_desk(tmp_path, contact=[HELP, MARI], check=[CHECK])
    async with app.run_test(size=size) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await until(pilot, lambda: "Kontakt" in words_on_screen(app))
        seen = words_on_screen(app)
    for words in ("Kontakt", "RIA kasutajatugi", "(demo)", "Teavitatakse", "Mari Mets", "Päringute ärireeglid"):
        assert words in seen


async def test_where_the_configuration_names_nobody_nothing_is_said(tmp_path: Path) -> None:
    app = make_desk(tmp_path)
    async with app.run_test(size=(120, 35)) as pilot:
        await app.open_target(f"service:{DOWN.name}")
        await settled(pilot)
        assert not {"Kontakt", "Teavitatakse", "Dokument"} & set(words_on_screen(app).split())

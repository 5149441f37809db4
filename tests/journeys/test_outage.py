"""A partner breaks: the person sees it, understands it, tells the service manager, and reads the figures afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from data.processes import ROOT
from tests.journeys.conftest import Open, Upstream
from tests.journeys.terminal import Terminal
from tests.upstream import wait_for

PARTNER = "Panga maksekanal"
QUIET_MINUTES = 12
"""After so long the script of the simulated world is over, and its dice are not yet thrown."""


@pytest.fixture
def places(upstream: Upstream, tmp_path: Path) -> tuple[str, ...]:
    """A desk that looks every second and sends at once, at a moment when everything works."""
    upstream.later(QUIET_MINUTES)
    text = upstream.config_file.read_text("utf-8").replace("interval = 15", "interval = 1")
    upstream.config_file.write_text(text.replace("[mail]", "[mail]\ndelay = 0"), "utf-8")
    return ("--config", str(upstream.config_file), "--data-dir", str(tmp_path / "store"))


def read_figures(places: tuple[str, ...]) -> str:
    """What the command line tells of outages."""
    command = [sys.executable, "-m", "tui", "incident", "list", *places]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True, timeout=60).stdout


def break_partner(desk: Terminal, upstream: Upstream, name: str) -> None:
    """The partner goes down, and the desk says so."""
    desk.wait_for(rf"● {PARTNER}|\d+ korras")
    upstream.admin("health/pank", {"state": "down"})
    desk.wait_for(rf"✖ {PARTNER} ei tööta")
    desk.wait_for(r"teenuse juht")
    desk.picture(f"outage-{name}-seen")


@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=["80x24", "120x35"])
def test_an_outage_by_keyboard(
    open_terminal: Open, upstream: Upstream, places: tuple[str, ...], tmp_path: Path, size: tuple[int, int]
) -> None:
    desk, name = open_terminal(*places, size=size), f"{size[0]}x{size[1]}"
    break_partner(desk, upstream, name)

    desk.press("Enter")
    desk.wait_for(r"Põhjus\s+vastab veaga 503")
    desk.wait_for(r"KATKESTUS")
    desk.picture(f"outage-{name}-understood")

    desk.press("n")
    desk.wait_for(rf"Esimene teade: {PARTNER}")
    desk.wait_for(r"Mari Mets")
    desk.type("Tere! ")
    desk.picture(f"outage-{name}-notice")
    desk.press("F5")
    desk.wait_for(r"Kas saadame nii\?")
    desk.picture(f"outage-{name}-preview")
    desk.press("Enter")
    desk.wait_for(r"pärast märkamist")
    letters = wait_for(lambda: upstream.admin("letters", method="GET"), "the letter")
    (letter,) = letters
    assert letter["to"] == ["mari.mets@demo.example"]
    assert letter["title"].startswith(f"Katkestus: {PARTNER} ei tööta alates 4.12.2026 kell 09:2")
    assert letter["text"].startswith("Tere! ")
    assert "Mõju: Maksefaile ei saa panka saata." in letter["text"]

    desk.press("a")
    desk.wait_for(r"Teadmiseks\s+võetud|Teadmiseks")
    desk.press("m")
    desk.wait_for(r"Mida tehti\?")
    desk.type("Helistasin panka")
    desk.press("Enter")
    desk.wait_for(r"Helistasin panka")

    upstream.admin("health/pank", method="DELETE")
    desk.wait_for(r"Kestis")
    desk.press("u")
    desk.wait_for(rf"Lõputeade: {PARTNER}")
    desk.press("F5")
    desk.wait_for(r"Kas saadame nii\?")
    desk.press("Enter")
    wait_for(lambda: len(upstream.admin("letters", method="GET")) == 2, "the last letter")
    desk.wait_for(r"Lõputeade\s+Mari Mets\s+saadetud")
    desk.picture(f"outage-{name}-over")

    desk.press("p")
    desk.wait_for(rf"Järelanalüüs: {PARTNER}")
    desk.press("F4")
    desk.wait_for(r"Salvestatud")
    (file,) = tmp_path.glob("järelanalüüs-*.md")
    assert "Helistasin panka" in file.read_text("utf-8")
    figures = read_figures(places)
    assert PARTNER in figures
    desk.press("q")
    assert desk.wait_for_end() == 0


def test_an_outage_by_mouse(open_terminal: Open, upstream: Upstream, places: tuple[str, ...]) -> None:
    desk = open_terminal(*places, size=(120, 35))
    break_partner(desk, upstream, "mouse")

    desk.click(rf"{PARTNER} ei tööta")
    desk.click(rf"{PARTNER} ei tööta")
    desk.wait_for(r"KATKESTUS")
    desk.click(r"n teade")
    desk.wait_for(rf"Esimene teade: {PARTNER}")
    desk.click(r"F5 saada")
    desk.wait_for(r"Kas saadame nii\?")
    desk.click(r"↵ saada")
    wait_for(lambda: upstream.admin("letters", method="GET"), "the letter")
    desk.wait_for(r"pärast märkamist")
    desk.click(r"a teadmiseks")
    desk.wait_for(r"Teadmiseks\s+võetud|Teadmiseks")

    upstream.admin("health/pank", method="DELETE")
    desk.wait_for(r"Kestis")
    desk.click(r"u uus teade")
    desk.wait_for(rf"Lõputeade: {PARTNER}")
    desk.click(r"F5 saada")
    desk.click(r"↵ saada")
    wait_for(lambda: len(upstream.admin("letters", method="GET")) == 2, "the last letter")
    desk.click(r"2 Teenused")
    desk.wait_for(rf"● +{PARTNER}")
    desk.press("q")
    assert desk.wait_for_end() == 0

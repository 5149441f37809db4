"""Real key presses on the real program in a real terminal, as a person walks through it."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.journeys.conftest import Open, Upstream


def test_demo(open_terminal: Open, tmp_path: Path) -> None:
    desk = open_terminal("demo", size=(150, 40))
    desk.wait_for(r"SKAH-\d+")
    desk.wait_for(r"DEMO")
    desk.wait_for(r"(?i)teenused.*\d+ korras")
    desk.wait_for(r"(?i)vajab tähelepanu")
    desk.wait_for(r"Elatisabi")
    desk.picture("demo-desk")

    desk.press("3")
    desk.wait_for(r"SKAH-4124")
    desk.press("Enter")
    desk.wait_for(r"(?i)kirjeldus|muudatused|ajalugu")
    desk.picture("demo-ticket")
    desk.press("Escape")

    desk.press("F8")
    desk.wait_for(r"Tickets")
    desk.press("F8")
    desk.wait_for(r"Piletid")
    desk.press("F7")
    desk.press("1")
    desk.wait_for(r"(?i)vajab tähelepanu")
    desk.picture("demo-desk-dark")
    assert list((tmp_path / "tmp").glob("peakasutaja-demo-*"))
    desk.press("q")
    assert desk.wait_for_end() == 0
    assert not list((tmp_path / "tmp").glob("peakasutaja-demo-*")), "the demo leaves nothing behind"


def test_demo_that_is_ended_from_outside_leaves_nothing_behind(open_terminal: Open, tmp_path: Path) -> None:
    desk = open_terminal("demo")
    desk.wait_for(r"SKAH-\d+")
    os.kill(desk.pid, signal.SIGTERM)
    desk.wait_for_end()
    assert not list((tmp_path / "tmp").glob("peakasutaja-demo-*"))


def test_first_configuration(open_terminal: Open, upstream: Upstream, tmp_path: Path) -> None:
    desk = open_terminal(size=(80, 24))
    desk.wait_for(r"Tere tulemast")
    desk.picture("first-run")
    desk.press("s")
    desk.wait_for(r"Seadistamine: Jira")
    desk.type("Perehüvitised")
    desk.press("Enter")
    desk.type("jira.example")
    desk.wait_for(r"alguses peab olema https://")
    desk.press("C-u")
    desk.wait_for(r"https://jira.example.ee")
    desk.type(upstream.url)
    desk.press("Enter")
    desk.type("skah pere")
    desk.press("Enter")
    desk.type("demo-token")
    desk.press("F5")
    desk.wait_for(r"pääsuluba kehtib")
    seen = desk.wait_for(r"Ühendus töötab")
    assert "demo-token" not in seen
    desk.picture("first-run-tested")

    desk.press("Escape")
    desk.wait_for(r"Tere tulemast")
    desk.press("s")
    desk.wait_for(re.escape(upstream.url))
    desk.press("F10")
    desk.wait_for(r"Jira \d+\ss")
    desk.press("3")
    desk.wait_for(r"SKAH-\d+")
    desk.picture("first-run-desk")
    written = tmp_path / "config" / "peakasutaja" / "config.toml"
    assert "demo-token" not in written.read_text("utf-8")
    assert written.stat().st_mode & 0o077 == 0
    desk.press("q")
    assert desk.wait_for_end() == 0


def test_wrong_token(open_terminal: Open, upstream: Upstream) -> None:
    desk = open_terminal(size=(80, 24))
    desk.wait_for(r"Tere tulemast")
    desk.press("s")
    desk.wait_for(r"Seadistamine: Jira")
    desk.press("Enter")
    desk.type(upstream.url)
    desk.press("Enter")
    desk.type("SKAH")
    desk.press("Enter")
    desk.type("not-the-token")
    desk.press("Enter")
    desk.wait_for(r"keeldus\s+juurdepääsust")
    desk.picture("wrong-token")
    desk.press("F10")
    desk.wait_for(r"Teine\s+F10\s+salvestab")
    desk.press("F10")
    desk.wait_for(r"F9 Koosolek")
    desk.wait_for(r"✖ Jira")
    desk.press("3")
    desk.wait_for(r"(?i)pääsul|keeldu")
    desk.picture("wrong-token-desk")
    desk.press("q")
    assert desk.wait_for_end() == 0


def test_server_gone_while_running(open_terminal: Open, upstream: Upstream, tmp_path: Path) -> None:
    places = ("--config", str(upstream.config_file), "--data-dir", str(tmp_path / "store"))
    desk = open_terminal(*places, size=(150, 40))
    desk.wait_for(r"SKAH-\d+")
    upstream.stop()
    seen = desk.wait_for(r"✖ Jira")
    assert "SKAH-" in seen, "what is known stays on the screen"
    desk.picture("server-gone")
    upstream.start()
    desk.wait_for_absence(r"✖ Jira", 90)
    desk.wait_for(r"Jira \d+\ss")
    desk.picture("server-back")
    desk.press("q")
    assert desk.wait_for_end() == 0


def test_tiny_window(open_terminal: Open) -> None:
    desk = open_terminal("demo", size=(40, 10))
    desk.wait_for(r"\S")
    seen = desk.wait_for(r"liiga väike")
    assert "Traceback" not in seen
    desk.picture("tiny-window")
    desk.resize(80, 24)
    desk.wait_for(r"(?i)teenused")
    desk.wait_for(r"Tab")
    desk.picture("small-window")
    desk.press("q")
    assert desk.wait_for_end() == 0

"""Hostile text from every upstream system, through the sync and the store, to the bytes of a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.bench.terminal import Terminal, available
from tests.gates import hostile
from tests.gates.catalogue import ROOT
from tests.gates.hostile import LONG, PIECES, WORD
from tests.upstream import SyncedDesk, upstream

ENVIRONMENT = {**os.environ, "TEXTUAL_ANIMATIONS": "none"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncedDesk]:
    """A desk whose Jira, calendar and services have all been filled by an enemy."""
    with upstream() as server, hostile.health_server() as address:
        checks = "".join(
            f'[[check]]\nname = "Kontroll {name}"\nurl = "{address}/{name.replace(" ", "%20")}"\ntimeout = 5\n'
            for name in [*PIECES, "long"]
        )
        desk = SyncedDesk(server, tmp_path_factory.mktemp("hostile"), interval=3600, checks=checks)
        for piece in [*PIECES.values(), LONG]:
            text = f"{WORD} {piece}"
            server.admin("issue", {
                "summary": "asendatakse", "description": "asendatakse", "priority": "1",
                "raw": {"summary": text, "description": f"{text}\n{text[:5000]}", "labels": [text[:200]]},
            })  # fmt: skip
        desk.once()
        _take_over_developments(desk)
        server.admin("calendar", hostile.calendar())
        assert desk.once() in (0, 1)
        yield desk
        desk.places.stop.touch()
        desk.close()


def _take_over_developments(desk: SyncedDesk) -> None:
    """Gives every epic a hostile name and its tickets hostile fields."""
    reader = desk.reader()
    epics = [each.key for each in reader.developments() if each.kind.value == "epic"]
    reader.close()
    assert epics
    for key, piece in zip(epics * len(PIECES), PIECES.values(), strict=False):
        desk.server.admin(f"issue/{key}", {"raw": {"summary": f"{WORD} {piece}", "description": f"{WORD} {piece}"}})


def test_what_the_store_holds_is_clean(desk: SyncedDesk) -> None:
    reader = desk.reader()
    found = {}
    hostile_records = 0
    for record in hostile.everything_in(reader):
        for text in hostile.texts(record):
            hostile_records += WORD in text
            if signs := hostile.bad_signs(text):
                found[text[:60]] = signs
    sources = {source.name: (source.rows, source.error_code) for source in reader.sources()}
    reader.close()
    assert found == {}
    assert hostile_records > 4 * len(PIECES), sources


def test_hostile_tickets_are_kept_not_refused(desk: SyncedDesk) -> None:
    from data.model import TicketQuery, TicketView

    reader = desk.reader()
    window = reader.tickets(TicketQuery(view=TicketView.ALL, text=WORD))
    summaries = [row.summary for row in window.rows(0, window.count())]
    reader.close()
    assert len(summaries) >= len(PIECES) + 1
    assert any("[@click=app.bell]vajuta[/]" in summary for summary in summaries)
    assert any("[/]" in summary for summary in summaries)


def arguments(desk: SyncedDesk) -> list[str]:
    return ["--config", str(desk.places.config_file), "--data-dir", str(desk.places.data_dir)]


@pytest.mark.parametrize("what", ["services", "tickets", "developments", "trainings"])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_is_printed_is_clean(desk: SyncedDesk, what: str, form: list[str]) -> None:
    command = [sys.executable, "-m", "tui", "show", what, "--limit", "500", *form, *arguments(desk)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, env=ENVIRONMENT, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert (b"Kontroll" if what == "services" else WORD.encode()) in done.stdout
    assert hostile.forbidden(done.stdout) == []


TAB, F1, F2, F9 = "\t", "\x1bOP", "\x1bOQ", "\x1b[20~"
ESCAPE, ENTER, DOWN, PAGE_DOWN = "\x1b", "\r", "\x1b[B", "\x1b[6~"
SEARCH_BOX = "Words or a key"


def press(terminal: Terminal, *keys: str) -> None:
    """Presses keys one by one, and lets the program come to rest after each."""
    for key in keys:
        terminal.send(key.encode())
        # An escape by itself is known as such only when nothing has followed it for a while.
        terminal.settle(0.25 if key == ESCAPE else 0.08)


def walk(terminal: Terminal, *, opens: bool) -> None:
    """Every mode and pane, and every hostile ticket; `opens` where the detail does not stand beside the list."""
    read = [ENTER, PAGE_DOWN, ESCAPE] if opens else []
    some = 6 if opens else len(PIECES) + 1
    press(terminal, *[TAB, DOWN] * 6)
    for mode, head in (("2", "Kontroll"), ("4", WORD), ("5", WORD)):
        terminal.send(mode.encode())
        terminal.wait_for(head)
        terminal.settle(0.5)
        press(terminal, *[*read, DOWN] * some)
    terminal.send(b"3")
    terminal.settle(0.5)
    terminal.send(b"/")
    terminal.wait_for(SEARCH_BOX)
    terminal.settle(0.5)
    press(terminal, *WORD)
    terminal.settle(0.5)
    press(terminal, ENTER, *[*read, DOWN] * (len(PIECES) + 1))
    press(terminal, F1, ESCAPE, F2, ESCAPE, F9, DOWN, DOWN, DOWN, DOWN, ESCAPE)


@pytest.mark.skipif(not available(), reason="asks for a pty, which this system has not")
@pytest.mark.parametrize("size", [(150, 45), (80, 24)], ids=["large", "small"])
def test_what_reaches_the_terminal_is_ours(desk: SyncedDesk, size: tuple[int, int]) -> None:
    command = [sys.executable, "-m", "tui", *arguments(desk)]
    with Terminal(command, size=size, env=ENVIRONMENT) as terminal:
        terminal.wait_for("Kontroll")
        terminal.settle(0.5)
        walk(terminal, opens=size[0] < 100)
        written = bytes(terminal.seen)
        terminal.forget()
        # On a busy machine the first may be read together with the Esc before it, as another key.
        terminal.send(b"22")
        terminal.wait_for("Kontroll")  # it lives, and answers
    assert hostile.forbidden(written) == []
    assert written.count(WORD.encode()) > 10 * len(PIECES)
    for mark in (b"[@click=app.bell]vajuta[/", b"[/bold][/][/]", b"[PROJ-1]"):
        assert mark in written


VISIBLE_ALONE = {"carriage", "close", "close more", "click", "markup", "brackets", "marks"}
"""Pieces of ordinary signs, or told apart by the store's test only."""


@pytest.mark.parametrize("name", [name for name in PIECES if name not in VISIBLE_ALONE])
def test_the_check_sees_each_attack(name: str) -> None:
    raw = f"{WORD} {PIECES[name]}"
    assert hostile.bad_signs(raw)
    try:
        assert hostile.forbidden(raw.encode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        assert name == "surrogate"


def test_the_check_lets_our_own_sequences_through() -> None:
    ours = b"\x1b[?1049h\x1b[1;1H\x1b[38;5;12;48;2;1;2;5mtere \xc3\xb5\x1b[0m\r\n\x1b[?2026l"
    assert hostile.forbidden(ours) == []

"""Hostile text from every upstream system, through the sync and the store, to the bytes of a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.gates import hostile
from tests.gates.catalogue import ROOT
from tests.gates.hostile import LONG, PIECES, WORD
from tests.upstream import KEY, SyncedDesk, upstream

ENVIRONMENT = {**os.environ, "PEAKASUTAJA_STORE_KEY": KEY, "TEXTUAL_ANIMATIONS": "none"}


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

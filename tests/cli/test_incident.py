"""`incident` and `contacts`: an outage that a real sync has seen, told on the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from data.incident import Channel
from data.store.desk import DeskFile
from data.store.operations import MEASURE, NOTICE, TOLD
from tests.cli.conftest import Run
from tests.upstream import KEY, SyncedDesk, upstream, wait_for


def places_of(desk: SyncedDesk) -> tuple[str, ...]:
    return ("--config", str(desk.places.config_file), "--data-dir", str(desk.places.data_dir))


def test_an_outage_is_listed_with_its_figures_and_told_whole(run: Run, tmp_path: Path) -> None:
    with upstream(speed=1) as server:
        desk = SyncedDesk(server, tmp_path)
        desk.checks = f'[[check]]\nname = "pank"\nurl = "{server.base}/health/pank"\ninterval = 0.5\ncritical = true\n'
        desk.write()
        where = places_of(desk)
        assert "There was no outage in the last 30 days." in run("incident", "list", *where).stdout

        server.admin("health/pank", {"state": "down"})
        with desk.following():
            wait_for(lambda: desk.reader().incidents(), "the outage")
            (incident,) = desk.reader().incidents()
            records = DeskFile(desk.places, KEY, desk.config.domain_clock(), "Kati Katse")
            body = {"incident": incident.id, "stage": "first", "to": [["Mari Mets", "m@a.example"]], "title": "T"}
            sent = records.record(NOTICE, "pank", body | {"text": "t", "channel": Channel.COPIED.value})
            records.record(TOLD, "pank", {"operation": sent})
            records.record(MEASURE, "pank", {"incident": incident.id, "text": "Helistasin isikule 39001010000"})
            records.close()
            server.admin("health/pank", {"state": "up"})
            wait_for(lambda: desk.reader().incidents()[0].restored_ms, "the recovery")

        listed = run("incident", "list", *where)
        assert (listed.returncode, "pank" in listed.stdout) == (0, True), listed.stdout + listed.stderr
        assert "answers with error 503" in listed.stdout
        assert "Told after: median" in listed.stdout
        told = json.loads(run("incident", "list", "--json", *where).stdout)
        assert [row["service"] for row in told["rows"]] == ["pank"]
        assert told["figures"]["to_notify_ms"]["median"] == told["rows"][0]["to_notify_ms"]

        shown = run("incident", "show", "PANK", *where)
        assert "First notice: Mari Mets (sent)" in shown.stdout
        assert "39001010000" not in shown.stdout
        assert "measure: Helistasin isikule" in shown.stdout
        missing = run("incident", "show", "dhx", *where)
        assert (missing.returncode, "There is no outage of “dhx”" in missing.stderr) == (1, True)


def test_contacts_are_listed_and_found_and_absence_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    where = ("--config", str(file), "--data-dir", str(tmp_path))
    file.write_text("", encoding="utf-8")
    empty = run("contacts", "list", *where)
    assert (empty.returncode, "[[contact]]" in empty.stderr) == (1, True)

    from data.clock import Clock

    today = Clock().now().date()
    file.write_text(
        '[[contact]]\nname = "Mari Mets"\nrole = "teenuse juht"\nnotify = true\n'
        '[[contact]]\nname = "Rain Rand"\nemail = "rain@asutus.example"\n'
        '[[substitution]]\nabsent = "Mari Mets"\nby = "Rain Rand"\n'
        f"start = {today}\nend = {today + timedelta(days=9)}\n",
        encoding="utf-8",
    )
    listed = run("contacts", "list", *where)
    assert (listed.returncode, "away, instead: Rain Rand" in listed.stdout) == (0, True), listed.stdout + listed.stderr
    found = run("contacts", "find", "TEENUSE", "mari", *where)
    assert "Mari Mets" in found.stdout
    assert "rain@asutus.example" not in found.stdout
    assert json.loads(run("contacts", "find", "rand", "--json", *where).stdout)["rows"][0]["name"] == "Rain Rand"
    assert run("contacts", "find", "keegi", *where).returncode == 1

"""`check NAME`: one look, explained."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from data.checks.http import HttpCheck
from tests.cli.conftest import Run
from tests.upstream import SyncedDesk, upstream
from tui.cli.check import named

NAMES = ("RR", "rr", "Rahvastikuregister", "SKAIS2 menetlus", "SKAIS2 maksed")
CHECKS = [HttpCheck(name=name, url="https://x.example") for name in NAMES]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("RR", "RR"),
        ("rr", "rr"),
        ("rahvastikuregister", "Rahvastikuregister"),
        ("skais2 me", "SKAIS2 menetlus"),
        ("register", "Rahvastikuregister"),
    ],
)
def test_a_check_is_found_by_what_people_type(wanted: str, found: str) -> None:
    assert named(wanted, CHECKS).name == found


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("Rr", "Several checks have that in their name: RR, rr"),
        ("SKAIS2", "SKAIS2 maksed"),
        ("dhx", "There is no check “dhx”"),
    ],
)
def test_a_name_that_says_too_little_is_told_with_the_names_there_are(wanted: str, told: str) -> None:
    with pytest.raises(click.UsageError, match=told):
        named(wanted, CHECKS)


def test_without_checks_it_says_where_they_go() -> None:
    with pytest.raises(click.UsageError, match=r"\[\[check\]\]"):
        named("RR", [])


def test_a_look_is_explained_beside_what_the_desk_knows(run: Run, tmp_path: Path) -> None:
    with upstream() as server:
        desk = SyncedDesk(server, tmp_path)
        server.admin("health/pank", {"state": "down"})
        host, port = server.base.removeprefix("http://").split(":")
        desk.checks = (
            f'[[check]]\nname = "pank"\nurl = "{server.base}/health/pank"\n'
            f'[[check]]\ntype = "tcp"\nname = "port"\nhost = "{host}"\nport = {port}\n'
        )
        desk.write()
        where = ("--config", str(desk.places.config_file), "--data-dir", str(desk.places.data_dir))

        new = run("check", "port", *where)
        assert (new.returncode, "not looked at yet" in new.stdout) == (0, True), new.stdout + new.stderr
        desk.once()
        known = run("check", "PORT", *where)
        assert (known.returncode, f"Looked at    {host}:{port} (tcp)" in known.stdout) == (0, True), known.stdout
        assert "On the desk  up, since" in known.stdout
        failing = run("check", "pank", *where)
        assert failing.returncode == 1
        assert "answers with error 503" in failing.stdout
        told = json.loads(run("check", "pank", "--json", *where).stdout)
        assert (told["type"], told["outcome"], told["reason"]) == ("http", "fail", "http 503")
        assert run("check", "dhx", *where).returncode == 2


def test_a_fault_of_xroad_is_told_with_where_it_lies_and_whom_to_tell(run: Run, tmp_path: Path) -> None:
    with upstream() as server:
        desk = SyncedDesk(server, tmp_path)
        service = 'client = "DEMO/GOV/D0000001/perehyvitised"\nservice = "DEMO/GOV/D0000011/emta/tootamine"\n'
        desk.checks = f'[[check]]\ntype = "xroad"\nname = "EMTA"\nurl = "{server.base}/xroad"\n{service}'
        desk.write()
        where = ("--config", str(desk.places.config_file), "--data-dir", str(desk.places.data_dir))

        well = run("check", "EMTA", *where)
        assert (well.returncode, "answers as expected" in well.stdout) == (0, True), well.stdout + well.stderr
        server.admin("xroad/emta", {"fault": "Server.ServerProxy.ServiceFailed.HttpError", "text": "tere"})
        failing = run("check", "EMTA", *where)
        assert failing.returncode == 1
        assert "The fault lies  provider's information system" in failing.stdout
        assert "help desk" in failing.stdout
        told = json.loads(run("check", "EMTA", "--json", *where).stdout)
        assert (told["outcome"], told["blame"]) == ("fail", "partner_system")
        assert told["reason"] == "xroad server.serverproxy.servicefailed.httperror"
        for part in ("fault Server.ServerProxy.ServiceFailed.HttpError; detail ", "; request ", "; http 500; tere"):
            assert part in told["evidence"]

        server.admin("xroad/emta", {"fault": "server.serverproxy.access_denied"})
        diagnosed = run("doctor", *where)
        assert "we have no right to use the service" in diagnosed.stdout
        assert "Ask the provider, through your IT house" in " ".join(diagnosed.stdout.split())

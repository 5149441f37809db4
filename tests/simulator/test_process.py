"""The simulator as a process of its own: what it prints, how it stops, how a broken connection looks over a socket."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from data.config import Config, decode
from data.simulator.configuration import READY
from tests.simulator.factory import EVERYTHING

AT = "2026-12-04T09:14"


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    config: Config

    @property
    def url(self) -> str:
        assert self.config.jira is not None
        return self.config.jira.url

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": "Bearer demo-token"}, trust_env=False)


@contextmanager
def simulator(*arguments: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "data.simulator", "--until-stdin-ends", "--at", AT, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        assert process.stdin
        try:
            yield Running(process, decode(tomllib.loads(_printed(process).decode())))
        finally:
            process.stdin.close()
            process.wait(timeout=20)


def _printed(process: subprocess.Popen[bytes]) -> bytes:
    """The configuration, up to the line that says it is whole."""
    assert process.stdout
    text = b""
    while not text.endswith(f"\n{READY}\n".encode()):
        line = process.stdout.readline()
        assert line, "the simulator ended before it was ready"
        text += line.replace(b"\r\n", b"\n")
    return text


def test_the_printed_configuration_reaches_everything() -> None:
    with simulator("--speed", "0", "--seed", "5", "--tickets", "120") as running:
        config = running.config
        assert config.demo
        assert config.domain_clock().now_ms() == config.clock.anchor_ms
        with running.client() as jira:
            assert jira.get("/rest/api/2/myself").json()["name"] == "kadri.tamm"
            assert jira.get("/rest/api/2/search", params={"jql": EVERYTHING}).json()["total"] == 120
            assert jira.get(config.calendar[0].url).status_code == 200
            assert all(running.url in check.target for check in config.check)
            answered = jira.get(next(check.target for check in config.check if check.group == "partner"))
            assert answered.json()["status"] == "UP"


def test_two_processes_say_the_same() -> None:
    said = []
    for _ in range(2):
        with simulator("--speed", "0", "--seed", "5", "--tickets", "200") as running, running.client() as jira:
            page = jira.get("/rest/api/2/search", params={"jql": EVERYTHING, "fields": "*all", "expand": "changelog",
                                                          "maxResults": 200})  # fmt: skip
            calendar = jira.get("/calendar/koolitused.ics").content
            said.append((page.text.replace(running.url, ""), calendar))
    assert said[0] == said[1]


def test_it_stops_when_standard_input_ends() -> None:
    with simulator() as running:
        assert running.process.stdin
        running.process.stdin.close()
        assert running.process.wait(timeout=20) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM; standard input serves there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_on_a_signal(number: int) -> None:
    with simulator() as running:
        os.kill(running.process.pid, number)
        assert running.process.wait(timeout=20) == 0


def test_a_connection_breaks_off_in_the_middle_of_a_body_or_before_it() -> None:
    with simulator("--admin", "--speed", "0") as running, running.client() as jira:
        for mode in ("drop", "refuse"):
            jira.post("/_admin/fault", json={"prefix": "/rest", "mode": mode, "times": 1})
            answered = None
            with pytest.raises(httpx.RemoteProtocolError):
                answered = jira.get("/rest/api/2/field")
            assert answered is None
            assert jira.get("/rest/api/2/field").status_code == 200

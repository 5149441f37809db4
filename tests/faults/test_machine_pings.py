"""A job pings the sync of a desk: what was answered with OK is there after the sync was killed, and is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from data.checks.heartbeat import jobs_of
from data.job import Job, JobState
from tests.upstream import SyncedDesk, Upstream, upstream, wait_for

TOKEN = "arvutus-7f3k2mzq"


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=20) as running:
        yield running


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def ping(port: int, path: str) -> str:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/ping/{TOKEN}{path}", timeout=30, trust_env=False).text
    return ""


def job(desk: SyncedDesk) -> Job:
    with closing(desk.reader()) as reader:
        return jobs_of(desk.config.check, reader.jobs(), desk.config.domain_clock().now_ms())["Arvutus"]


def test_a_ping_outlives_the_sync(server: Upstream, tmp_path: Path) -> None:
    port = free_port()
    check = f'[[check]]\ntype = "heartbeat"\nname = "Arvutus"\nschedule = "* * * * *"\nping = "{TOKEN}"\n'
    desk = SyncedDesk(server, tmp_path, calendar="", checks=f"{check}grace = 3600\n[pings]\nport = {port}\n")
    try:
        sync = desk.process()
        wait_for(lambda: ping(port, "/start").startswith("OK"), "a ping that is stored", 60)
        sync.kill()
        sync.wait()
        assert [run.ended_ms for run in job(desk).runs] == [None]

        desk.process()
        wait_for(lambda: ping(port, "?rows=7").startswith("OK"), "a ping that is stored", 60)
        (run,) = job(desk).runs
        assert (run.is_well, run.rows) == (True, 7)
        assert run.ended_ms is not None
        assert job(desk).standing.state is JobState.WAITING

        def told() -> bool:
            with closing(desk.reader()) as reader:
                return [each.state for each in reader.services()] == ["up"]

        wait_for(told, "the state of the job", 60)
    finally:
        desk.close()


def test_a_job_is_looked_at_once_without_listening(server: Upstream, tmp_path: Path) -> None:
    port = free_port()
    runs = tmp_path / "runs.jsonl"
    runs.write_text('{"ended": "2026-12-04T01:00:00+02:00", "rows": 0}\n', "utf-8")
    check = '[[check]]\ntype = "heartbeat"\nname = "Arvutus"\nschedule = "0 1 * * *"\n'
    desk = SyncedDesk(server, tmp_path, calendar="", checks=f'{check}file = "runs.jsonl"\n[pings]\nport = {port}\n')
    try:
        assert desk.once() == 0
        with closing(desk.reader()) as reader:
            (service,) = reader.services()
        assert (service.state, service.reason) == ("down", "job rows 0 < 1")
        assert ping(port, "") == ""
    finally:
        desk.close()

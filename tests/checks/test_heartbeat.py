"""Batch jobs that tell of their runs in a file, by e-mail or in Prometheus: what a look makes of it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from data.checks.base import FeedError, Look, Reply, unhurried
from data.checks.heartbeat import HeartbeatCheck, jobs_of
from data.checks.heartbeat_file import READ_BYTES, decoded
from data.checks.heartbeat_mail import MailFeed
from data.checks.heartbeat_query import QueryFeed
from data.config import ConfigError, decode
from data.job import JobRun, JobState, JobWatch
from data.model import Outcome
from tests.checks.web import Answer, NoWeb
from tests.rules.test_jobs import at

ZONE = "Europe/Tallinn"
NOW = at("2026-12-04 09:00")
GOOD = {
    "began": "2026-12-04T01:00:10+02:00",
    "ended": "2026-12-04T03:10:05+02:00",
    "rows": 1000,
    "sum": 55.5,
    "rejects": 2,
}
RUN = JobRun(at("2026-12-04 01:00:10"), at("2026-12-04 03:10:05"), True, 1000, 55.5, 2)


class Desk(NoWeb):
    """A clock that stands at nine in the morning, what is known of the job, and answers by the value of `query`."""

    def __init__(self, known: JobWatch | None = None, problem: str = "", **answers: Any) -> None:
        self.known = known or JobWatch(at("2026-12-01 00:00"))
        self.problem = problem
        self.answers: Mapping[str, Any] = answers

    async def get(self, url: str, *, cap: int, seconds: float) -> Reply:
        asked = parse_qs(urlsplit(url).query).get("query", ["file"])[0]
        found = self.answers[asked]
        return found if isinstance(found, Answer) else vector(found)

    def now_ms(self) -> int:
        return NOW

    def job(self, name: str) -> JobWatch:
        return self.known

    def pings_problem(self) -> str:
        return self.problem


def vector(*values: object) -> Answer:
    series = [{"metric": {}, "value": [1795363790.29, str(value)]} for value in values if value is not None]
    return Answer(json.dumps({"status": "success", "data": {"resultType": "vector", "result": series}}).encode())


def nightly(**told: Any) -> HeartbeatCheck:
    return HeartbeatCheck(name="Arvutus", schedule="0 1 * * *", cutoff="06:00", **told)


def lines(*told: dict[str, Any]) -> str:
    return "".join(json.dumps(each) + "\n" for each in told)


async def looked(file: Path, text: str, desk: Desk | None = None, **bounds: Any) -> Look:
    await asyncio.to_thread(file.write_text, text, "utf-8")
    return await nightly(file=str(file), **bounds).look(desk or Desk())


# a file


async def test_a_run_in_a_file(tmp_path: Path) -> None:
    look = await looked(tmp_path / "runs.jsonl", lines(GOOD))
    assert (look.outcome, look.reason, look.runs) == (Outcome.OK, "", (RUN,))
    assert look.turn_ms == at("2026-12-05 01:00") + 1


async def test_a_run_that_is_known_is_not_told_again(tmp_path: Path) -> None:
    look = await looked(tmp_path / "runs.jsonl", lines(GOOD), Desk(JobWatch(0, (RUN,))))
    assert (look.outcome, look.runs) == (Outcome.OK, ())


@pytest.mark.parametrize(
    ("told", "outcome", "reason"),
    [
        pytest.param([GOOD | {"ok": False}], Outcome.FAIL, "job failed", id="failed"),
        pytest.param([GOOD | {"rows": 0}], Outcome.FAIL, "job rows 0 < 1", id="no rows"),
        pytest.param([GOOD | {"sum": 1e6}], Outcome.FAIL, "job total 1000000 > 100", id="too large a sum"),
        pytest.param([{"began": GOOD["began"]}], Outcome.FAIL, f"job unfinished {at('2026-12-04 06:00')}", id="died"),
        pytest.param([{"began": GOOD["began"]}, GOOD], Outcome.OK, "", id="its beginning and its end"),
        pytest.param([{"ended": "2026-12-04T03:10:05"}], Outcome.OK, "", id="its end alone, without a zone"),
        pytest.param(
            [GOOD, GOOD | {"began": "2026-12-04T03:30:00+02:00", "ended": "2026-12-04T04:00:00+02:00"}],
            Outcome.DEGRADED,
            "job twice",
            id="twice",
        ),
        pytest.param(
            [{"began": "2026-12-03T01:00:00+02:00", "ended": "2026-12-03T01:30:00+02:00"}],
            Outcome.FAIL,
            f"job missed {at('2026-12-04 01:00')}",
            id="missed",
        ),
        pytest.param(
            [{"began": "2026-12-04T10:00:00+02:00"}],
            Outcome.FAIL,
            f"job missed {at('2026-12-04 01:00')}",
            id="what is still to come is none",
        ),
        pytest.param([], Outcome.FAIL, f"job missed {at('2026-12-04 01:00')}", id="an empty file"),
    ],
)
async def test_what_a_file_tells(tmp_path: Path, told: list[dict[str, Any]], outcome: Outcome, reason: str) -> None:
    look = await looked(tmp_path / "runs.jsonl", lines(*told), total_at_most=100)
    assert (look.outcome, look.reason) == (outcome, reason)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("tere", id="a word"),
        "{}",
        '{"began": "eile"}',
        '{"began": 5}',
        pytest.param("[" * 5_000, id="an abyss"),
        pytest.param("[" * 100_000, id="a longer one"),
        '{"ended": "2026-12-04T01:00:00+02:00", "rows": -1}',
        '{"ended": "2026-12-04T01:00:00+02:00", "rows": 1e30}',
        '{"ended": "2026-12-04T01:00:00+02:00", "sum": NaN}',
        '{"ended": "0001-01-01T00:00:00+14:00"}x',
        '{"began": "2026-12-04T03:00:00+02:00", "ended": "2026-12-04T01:00:00+02:00"}',
        pytest.param("\x00\xff", id="bytes"),
    ],
)
async def test_a_file_of_nonsense_is_unmeasured(tmp_path: Path, text: str) -> None:
    look = await looked(tmp_path / "runs.jsonl", text)
    assert (look.outcome, look.reason) == (Outcome.UNKNOWN, "other answer")


async def test_half_a_line_is_left_for_the_next_look(tmp_path: Path) -> None:
    look = await looked(tmp_path / "runs.jsonl", lines(GOOD) + '{"began": "2026-12-04T0')
    assert (look.outcome, look.runs) == (Outcome.OK, (RUN,))


async def test_of_a_long_file_the_end_is_read(tmp_path: Path) -> None:
    old = lines({"ended": "2026-12-01T01:00:00+02:00", "rows": 5})
    look = await looked(tmp_path / "runs.jsonl", old * (2 * READ_BYTES // len(old)) + lines(GOOD))
    assert look.runs[-1] == RUN


async def test_a_file_that_is_not_there_yet_is_a_job_that_has_not_run(tmp_path: Path) -> None:
    check = nightly(file=str(tmp_path / "runs.jsonl"))
    assert (await check.look(Desk())).reason.startswith("job missed")
    assert (await check.look(Desk(JobWatch(NOW)))).outcome is Outcome.UNKNOWN


async def test_a_folder_that_is_not_there_is_unmeasured(tmp_path: Path) -> None:
    look = await nightly(file=str(tmp_path / "ketas" / "runs.jsonl")).look(Desk())
    assert (look.outcome, look.reason) == (Outcome.UNKNOWN, "no folder")
    (tmp_path / "folder").mkdir()
    look = await nightly(file=str(tmp_path / "folder")).look(Desk())
    assert (look.outcome, look.reason) == (Outcome.UNKNOWN, "no file")


async def test_a_file_that_is_served() -> None:
    check = nightly(file="https://jobs.example/runs.jsonl?key=secret")
    assert (await check.look(Desk(file=Answer(lines(GOOD).encode())))).runs == (RUN,)
    gone = await check.look(Desk(file=Answer(b"<b>gone</b>", 404)))
    assert (gone.outcome, gone.reason) == (Outcome.UNKNOWN, "http 404")
    assert "secret" not in check.target


async def test_a_drive_that_hangs_holds_one_thread() -> None:
    begun, go_on, asked = threading.Event(), threading.Event(), []

    def read() -> int:
        asked.append(1)
        begun.set()
        assert go_on.wait(60)
        return 1

    with pytest.raises(FeedError, match="timeout"):
        await unhurried("drive", read, 0.05)
    assert await asyncio.to_thread(begun.wait, 60)
    with pytest.raises(FeedError, match="timeout"):
        await unhurried("drive", read, 60)
    assert len(asked) == 1
    go_on.set()
    async with asyncio.timeout(60):
        while True:
            try:
                assert await unhurried("drive", lambda: 2, 60) == 2
                break
            except FeedError:
                await asyncio.sleep(0)


def test_lines_are_read_oldest_first() -> None:
    told = [{"ended": f"2026-12-0{day}T01:00:00+02:00", "rows": day} for day in (1, 2, 3)]
    assert [run.rows for run in decoded(lines(*told).encode(), ZONE)] == [1, 2, 3]


# e-mail

MAIL = MailFeed(
    folder="teated",
    subject="^Öine arvutus",
    sender="too@it.example",
    failed="VIGA",
    figures=("Ridu: (?P<rows>[0-9 ]+)", "Summa: (?P<total>[0-9 ,]+)", "Tagasi: (?P<rejects>[0-9]+)"),
)


def message(subject: str = "Öine arvutus lõppes", text: str = "", **headers: str) -> bytes:
    made = EmailMessage()
    made["Subject"] = subject
    made["From"] = headers.get("sender", "Töö <too@it.example>")
    if headers.get("date", "x"):
        made["Date"] = headers.get("date", "Fri, 04 Dec 2026 03:10:05 +0200")
    made.set_content(text or "Ridu: 182 734\nSumma: 18 234 567,89 €\nTagasi: 12\n")
    return made.as_bytes()


def test_a_message_tells_of_a_run() -> None:
    ended = at("2026-12-04 03:10:05")
    assert MAIL.run_of(message()) == JobRun(ended, ended, True, 182_734, 18_234_567.89, 12)


def test_a_message_tells_of_a_failure() -> None:
    told = MAIL.run_of(message(text="VIGA: andmebaas ei vasta"))
    assert told is not None
    assert (told.is_well, told.rows, told.total) == (False, None, None)
    by_subject = MAIL.run_of(message("Öine arvutus: VIGA"))
    assert by_subject is not None
    assert not by_subject.is_well


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(message("Muu töö"), id="of another job"),
        pytest.param(message(sender="keegi@mujal.example"), id="from somebody else"),
        pytest.param(message(date=""), id="without a date"),
        pytest.param(message(date="eile"), id="with a date that is none"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\x00" * 1000, id="no message"),
        pytest.param(b"Subject: =?utf-8?b?####?=\nFrom: <<>>,,;\nDate: ;;\n\n", id="broken headers"),
    ],
)
def test_what_is_no_message_of_the_job(content: bytes) -> None:
    assert MAIL.run_of(content) is None


def test_figures_that_are_none_are_left_out() -> None:
    told = MAIL.run_of(message(text="Ridu: 99999999999999999999\nSumma: 1,2,3\n"))
    assert told is not None
    assert (told.rows, told.total, told.rejects) == (None, None, None)


async def test_a_folder_of_messages(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(message())
    (tmp_path / "2.EML").write_bytes(message("Muu töö"))
    (tmp_path / "3.txt").write_bytes(message(date="Fri, 04 Dec 2026 05:10:05 +0200"))
    feed = MailFeed(folder=str(tmp_path), subject="arvutus")
    look = await nightly(mail=feed).look(Desk())
    assert look.outcome is Outcome.OK
    assert [run.ended_ms for run in look.runs] == [at("2026-12-04 03:10:05")]


async def test_a_folder_of_messages_that_is_not_there(tmp_path: Path) -> None:
    look = await nightly(mail=MailFeed(folder=str(tmp_path / "ei"), subject="x")).look(Desk())
    assert (look.outcome, look.reason) == (Outcome.UNKNOWN, "no folder")


# Prometheus

QUERY = QueryFeed(url="https://p.example", ended="e", began="b", failed="f", rows="r", total="t", rejects="x")
ENDED, BEGAN = at("2026-12-04 03:10") // 1000, at("2026-12-04 01:00") // 1000


@pytest.mark.parametrize(
    ("told", "runs"),
    [
        pytest.param(
            {"e": ENDED, "b": BEGAN, "f": 0, "r": 1000, "t": 5.5, "x": 1},
            [JobRun(BEGAN * 1000, ENDED * 1000, True, 1000, 5.5, 1)],
            id="well",
        ),
        pytest.param(
            {"e": ENDED, "b": None, "f": None, "r": None, "t": "NaN", "x": "+Inf"},
            [JobRun(ENDED * 1000, ENDED * 1000)],
            id="its end alone",
        ),
        pytest.param(
            {"e": BEGAN - 86_400, "b": BEGAN, "f": ENDED, "r": 7, "t": None, "x": None},
            [
                JobRun((BEGAN - 86_400) * 1000, (BEGAN - 86_400) * 1000, True, 7),
                JobRun(BEGAN * 1000, ENDED * 1000, False),
            ],
            id="failed",
        ),
        pytest.param(
            {"e": BEGAN - 86_400, "b": BEGAN, "f": 0, "r": None, "t": None, "x": None},
            [JobRun((BEGAN - 86_400) * 1000, (BEGAN - 86_400) * 1000), JobRun(BEGAN * 1000)],
            id="goes on",
        ),
        pytest.param({"e": 0, "b": "-Inf", "f": 5, "r": 1, "t": 1, "x": 1}, [], id="never"),
    ],
)
async def test_what_prometheus_tells(told: dict[str, Any], runs: list[JobRun]) -> None:
    assert await QUERY.read_runs(Desk(**told), 5) == runs


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(Answer(b"<html>"), "other answer"), (Answer(b"", 503), "http 503"), (vector("tere"), "other answer")],
)
async def test_a_prometheus_that_says_nothing(answer: Answer, reason: str) -> None:
    look = await nightly(query=QUERY).look(Desk(e=answer))
    assert (look.outcome, look.reason) == (Outcome.UNKNOWN, reason)


# pings, and the configuration


async def test_a_job_that_pings_stands_by_what_is_known() -> None:
    check = nightly(ping="arvutus-7f3k2mzq")
    assert (await check.look(Desk(JobWatch(0, (RUN,))))).outcome is Outcome.OK
    assert (await check.look(Desk())).outcome is Outcome.FAIL
    unheard = await check.look(Desk(problem="ping port"))
    assert (unheard.outcome, unheard.reason) == (Outcome.UNKNOWN, "ping port")
    assert "7f3k2mzq" not in check.target


def test_the_jobs_of_a_configuration() -> None:
    found = jobs_of([nightly(ping="arvutus-7f3k2mzq")], {"Arvutus": JobWatch(0, (RUN,))}, NOW)
    assert found["Arvutus"].standing.state is JobState.WAITING
    assert found["Arvutus"].runs == (RUN,)
    assert jobs_of([nightly(ping="arvutus-7f3k2mzq")], {}, NOW)["Arvutus"].standing.state is JobState.UNSEEN


BASE = {"type": "heartbeat", "name": "Arvutus", "schedule": "0 1 * * *", "ping": "arvutus-7f3k2mzq"}


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"schedule": "0 25 * * *"}, "schedule"),
        ({"zone": "Euroopa/Tallinn"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"cutoff": "kuus"}, "cutoff"),
        ({"ping": ""}, "ping"),
        ({"file": "runs.jsonl"}, "ping"),
        ({"ping": "abc"}, "ping"),
        ({"ping": "arvutus/../../x"}, "ping"),
        ({"rows_at_least": 5, "rows_at_most": 4}, "rows_at_most"),
        ({"grace": -1}, "grace"),
        ({"ping": "", "mail": {"folder": "x", "subject": "("}}, "mail.subject"),
        ({"ping": "", "mail": {"folder": "x", "subject": "x", "figures": ["[0-9]+"]}}, "mail.figures"),
        ({"ping": "", "mail": {"folder": "x"}}, "mail"),
        ({"ping": "", "query": {"url": "https://p.example/api/v1", "ended": "x"}}, "query.url"),
    ],
)
def test_a_bad_configuration_is_named_by_its_key(told: dict[str, Any], path: str) -> None:
    with pytest.raises(ConfigError) as raised:
        decode({"check": [BASE | told]})
    assert any(problem.startswith(f"[[check]] 1 {path}") for problem in raised.value.problems), raised.value.problems


def test_two_jobs_of_one_address_are_refused() -> None:
    with pytest.raises(ConfigError) as raised:
        decode({"check": [BASE, BASE | {"name": "Muu"}]})
    (problem,) = raised.value.problems
    assert problem.startswith("[[check]] 2 ping:")
    assert "7f3k2mzq" not in problem

"""What the desk says of a batch job: how late it is, when it ran, and its figures against their bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.checks.heartbeat import HeartbeatCheck
from data.job import Bounds, Job, JobPlan, JobRun, JobState, JobWatch
from data.language import use_language
from data.model import ServiceState
from data.rules.jobs import standing
from data.words import late_since, reason_words
from tests.rules.test_jobs import at
from tests.tui.fakes import FakeReader, make_desk, settled, until, words_on_screen
from tests.tui.world import STILL, service
from tui.format import Format
from tui.screens.job_blocks import job_blocks
from tui.widgets.document import lay_out

PLAN = JobPlan("0 1 * * *", grace_ms=900_000, cutoff="10:00", rows=Bounds(1, 2000), rejects=Bounds(most=10))
YESTERDAY = JobRun(at("2026-12-03 01:00"), at("2026-12-03 03:10"), True, 1234, 5678.5, 0)


def told(*runs: JobRun, plan: JobPlan = PLAN) -> str:
    """The document of a job at 09:14 on 4 December."""
    use_language("et")
    form = Format(STILL)
    job = Job(plan, standing(plan, JobWatch(at("2026-11-20 00:00"), runs), form.now_ms()), runs)
    lines = lay_out(job_blocks(form, job), 100)
    return "\n".join("".join(text for text, _role in line.left).replace("\u00a0", " ").rstrip() for line in lines)


def test_a_job_that_is_late() -> None:
    words = told(YESTERDAY)
    assert "Hilineb       8 h 14 min  peab lõppema 10:00, aega 0:46" in words
    assert "Viimati       N 3.12 03:10  õnnestus  kestis 2 h 10 min" in words
    assert "Ridu          1 234  oodatud 1 kuni 2 000" in words
    assert "Summa         5 678,50" in words
    assert "Vigaseid      0  oodatud kuni 10" in words
    assert "Järgmine      L 5.12 01:00  15 h pärast" in words
    assert "Ajakava       0 1 * * *  ooteaeg 15 min · peab lõppema 10:00" in words


def test_a_job_whose_figures_cannot_be_right() -> None:
    words = told(YESTERDAY, JobRun(at("2026-12-04 01:00"), at("2026-12-04 01:01"), True, 0, None, 11))
    assert "Hilineb" not in words
    assert "Ridu          0  oodatud 1 kuni 2 000" in words
    assert "Vigaseid      11" in words


def test_a_job_that_goes_on_and_one_whose_end_is_unknown() -> None:
    words = told(JobRun(at("2026-12-03 01:00")), JobRun(at("2026-12-04 01:00")))
    assert "Viimati       töötab praegu  alates R 4.12 01:00" in words
    assert "lõpp teadmata" in words


def test_a_job_that_failed() -> None:
    words = told(JobRun(at("2026-12-04 01:00"), at("2026-12-04 01:01"), False))
    assert "lõppes veaga" in words


def test_a_job_of_which_nothing_is_known() -> None:
    words = told(plan=PLAN._replace(cutoff="", rejects=Bounds()))
    assert "ühestki ei ole teada" in words
    assert "KÄIVITUSED" not in words.upper()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (f"job late {at('2026-12-04 01:00')}", "pidi algama 4.12 kell 01:00"),
        (f"job missed {at('2026-12-04 01:00')}", "ei käivitunud, pidi algama 4.12 kell 01:00"),
        (f"job unfinished {at('2026-12-04 06:00')}", "pole lõppenud, pidi lõppema 4.12 kell 06:00"),
        ("job failed", "lõppes veaga"),
        ("job twice", "käivitus kaks korda"),
        ("job unseen", "jälgimise algusest saadik ei ole käivitunud"),
        ("job rows 0 < 1", "ridu 0, oodatud vähemalt 1"),
        ("job rows 12345 > 10000", "ridu 12 345, oodatud kuni 10 000"),
        ("job total 99.5 < 100", "summa 99,50, oodatud vähemalt 100"),
        ("job rejects 11 > 10", "vigaseid 11, oodatud kuni 10"),
        ("job tere", "job tere"),
        ("job rows 5", "job rows 5"),
        ("job late eile", "job late eile"),
        ("ping port", "teadete port on teise programmi käes"),
    ],
)
def test_a_reason_in_words(reason: str, words: str) -> None:
    use_language("et")
    assert reason_words(reason).replace("\u00a0", " ") == words


def test_since_when_a_job_is_late() -> None:
    assert late_since("job late 17") == 17
    assert late_since("job unfinished 18") == 18
    assert late_since("job failed") is None
    assert late_since("http 503") is None


async def test_the_list_tells_how_late_and_the_detail_the_rest(tmp_path: Path) -> None:
    reason = f"job late {at('2026-12-04 01:00')}"
    late = service("Arvutus", ServiceState.DEGRADED, group="batch", reason=reason, latency_ms=None)
    reader = FakeReader(service_rows=(late,), attention_rows=())
    reader.job_watches = {"Arvutus": JobWatch(at("2026-11-20 00:00"), (YESTERDAY,))}
    check = HeartbeatCheck(name="Arvutus", schedule="0 1 * * *", cutoff="10:00", file="runs.jsonl")
    app = make_desk(tmp_path, reader, check=[check])
    async with app.run_test(size=(160, 40)) as pilot:
        await settled(pilot)
        assert "hilineb 8 h 14 min" in words_on_screen(app).replace("\u00a0", " ")
        await pilot.press("2")
        await until(pilot, lambda: "AUTOMAATPROTSESS" in words_on_screen(app))
        words = words_on_screen(app).replace("\u00a0", " ")
        assert "pidi algama 4.12 kell 01:00" in words
        assert "N 3.12 03:10  õnnestus" in words


def test_states_that_are_told_as_late() -> None:
    for state, now in ((JobState.LATE, "09:00"), (JobState.MISSED, "10:01")):
        watch = JobWatch(at("2026-11-20 00:00"), (YESTERDAY,))
        assert standing(PLAN, watch, at(f"2026-12-04 {now}")).state is state

"""How a batch job stands: tables worked out by hand, and what holds for every schedule and every run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.clock import TALLINN, epoch_ms
from data.job import Bounds, JobPlan, JobRun, JobState, JobWatch
from data.rules.jobs import (
    EARLY_MS,
    KEPT_RUNS,
    WELL,
    cutoff_of,
    merged,
    planned_after,
    planned_by,
    schedule_problem,
    standing,
)

MINUTE = 60_000
NIGHTLY = JobPlan("0 1 * * *", grace_ms=30 * MINUTE, cutoff="06:00", rejects=Bounds(most=10), total=Bounds(100, 900))
ZONE = "Europe/Tallinn"


def at(text: str) -> int:
    """`2026-12-04 01:00` in Estonia; a `+2` or `+3` behind it says which of two equal times is meant."""
    moment, _space, offset = text.partition("+")
    found = datetime.fromisoformat(moment)
    return epoch_ms(found.replace(tzinfo=TALLINN, fold=1 if offset == "2" else 0))


def run(began: str, ended: str = "", *, is_well: bool = True, **figures: float) -> JobRun:
    return JobRun(at(began), at(ended) if ended else None, is_well, **figures)  # type: ignore[arg-type]


BEFORE = run("2026-12-03 01:00", "2026-12-03 03:00")
GOOD = run("2026-12-04 01:01", "2026-12-04 03:10", rows=1000, total=500.0, rejects=10)


@pytest.mark.parametrize(
    ("now", "runs", "state", "reason"),
    [
        pytest.param("04 00:59", [BEFORE], JobState.WAITING, "", id="its turn has not come"),
        pytest.param("04 01:29", [BEFORE], JobState.WAITING, "", id="within its grace"),
        pytest.param("04 01:31", [BEFORE], JobState.LATE, f"job late {at('2026-12-04 01:00')}", id="late"),
        pytest.param("04 06:01", [BEFORE], JobState.MISSED, f"job missed {at('2026-12-04 01:00')}", id="missed"),
        pytest.param("05 01:10", [BEFORE], JobState.MISSED, f"job missed {at('2026-12-04 01:00')}", id="still missed"),
        pytest.param("04 01:40", [BEFORE, run("2026-12-04 01:01")], JobState.RUNNING, "", id="goes on"),
        pytest.param(
            "04 06:01",
            [BEFORE, run("2026-12-04 01:01")],
            JobState.UNFINISHED,
            f"job unfinished {at('2026-12-04 06:00')}",
            id="never finished",
        ),
        pytest.param("04 08:00", [BEFORE, GOOD], JobState.WAITING, "", id="done, at the edges of its bounds"),
        pytest.param(
            "04 08:00", [run("2026-12-04 00:20", "2026-12-04 00:50")], JobState.WAITING, "", id="began a little early"
        ),
        pytest.param(
            "04 02:00",
            [BEFORE, run("2026-12-03 23:50", "2026-12-03 23:55")],
            JobState.LATE,
            f"job late {at('2026-12-04 01:00')}",
            id="one of more than an hour before is another",
        ),
        pytest.param(
            "04 08:00", [run("2026-12-04 01:00", "2026-12-04 02:00", is_well=False)], JobState.FAILED, "job failed"
        ),
        pytest.param(
            "04 08:00",
            [run("2026-12-04 01:00", "2026-12-04 02:00", is_well=False), run("2026-12-04 07:00", "2026-12-04 07:30")],
            JobState.WAITING,
            "",
            id="failed, and well the second time",
        ),
        pytest.param(
            "04 08:00",
            [GOOD, run("2026-12-04 07:00", "2026-12-04 07:30", is_well=False)],
            JobState.FAILED,
            "job failed",
            id="well, and failed the second time",
        ),
        pytest.param("04 08:00", [GOOD, run("2026-12-04 07:00", "2026-12-04 07:30")], JobState.TWICE, "job twice"),
        pytest.param("04 07:10", [GOOD, run("2026-12-04 06:50")], JobState.UNFINISHED, None, id="runs again, too late"),
        pytest.param("04 08:00", [GOOD._replace(rows=0)], JobState.ODD, "job rows 0 < 1", id="no rows"),
        pytest.param("04 08:00", [GOOD._replace(total=99.5)], JobState.ODD, "job total 99.5 < 100", id="small sum"),
        pytest.param("04 08:00", [GOOD._replace(total=901)], JobState.ODD, "job total 901 > 900", id="large sum"),
        pytest.param("04 08:00", [GOOD._replace(rejects=11)], JobState.ODD, "job rejects 11 > 10", id="rejects"),
        pytest.param(
            "04 08:00", [GOOD._replace(rows=None, total=None, rejects=None)], JobState.WAITING, "", id="no figures"
        ),
        pytest.param(
            "04 05:00", [run("2026-12-04 03:10", "2026-12-04 03:10")], JobState.WAITING, "", id="only its end is told"
        ),
        pytest.param("04 00:30", [run("2026-12-04 00:40")], JobState.UNSEEN, "job unseen", id="what is still to come"),
    ],
)
def test_a_nightly_job(now: str, runs: list[JobRun], state: JobState, reason: str | None) -> None:
    watch = JobWatch(at("2026-12-04 00:00"), tuple(runs))
    found = standing(NIGHTLY, watch, at(f"2026-12-{now}"))
    assert found.state is state
    if reason is not None:
        assert found.reason == reason


def test_what_is_told_of_a_run_that_is_late() -> None:
    found = standing(NIGHTLY, JobWatch(at("2026-12-03 00:00"), (BEFORE,)), at("2026-12-04 03:14"))
    assert found.planned_ms == at("2026-12-04 01:00")
    assert found.cutoff_ms == at("2026-12-04 06:00")
    assert found.next_ms == at("2026-12-05 01:00")
    assert found.run == BEFORE
    assert found.turn_ms == at("2026-12-04 06:00") + 1


def test_of_what_was_before_its_watching_nothing_is_said() -> None:
    watch = JobWatch(at("2026-12-04 02:00"))
    assert standing(NIGHTLY, watch, at("2026-12-04 02:01")).state is JobState.UNSEEN
    assert standing(NIGHTLY, watch, at("2026-12-05 01:29")).state is JobState.UNSEEN
    assert standing(NIGHTLY, watch, at("2026-12-05 01:31")).state is JobState.LATE


def test_without_a_cutoff_the_next_plan_is_it() -> None:
    hourly = JobPlan("15 * * * *", grace_ms=5 * MINUTE)
    watch = JobWatch(at("2026-12-04 00:00"), (run("2026-12-04 08:15", "2026-12-04 08:17"),))
    assert standing(hourly, watch, at("2026-12-04 09:19")).state is JobState.WAITING
    assert standing(hourly, watch, at("2026-12-04 09:21")).state is JobState.LATE
    assert standing(hourly, watch, at("2026-12-04 10:16")).reason == f"job missed {at('2026-12-04 09:15')}"


@pytest.mark.parametrize(
    ("schedule", "after", "planned"),
    [
        # 25 October 2026: at four in the morning summer time the clock is set back to three.
        pytest.param("30 3 * * *", "2026-10-24 12:00", ["2026-10-25 03:30+3", "2026-10-26 03:30"], id="once"),
        pytest.param("30 4 * * *", "2026-10-24 12:00", ["2026-10-25 04:30", "2026-10-26 04:30"], id="after the change"),
        # 28 March 2027: at three in the morning it is four.
        pytest.param("30 3 * * *", "2027-03-27 12:00", ["2027-03-28 04:00", "2027-03-29 03:30"], id="an hour left out"),
        pytest.param("0 1 29 2 *", "2026-12-04 00:00", ["2028-02-29 01:00", "2032-02-29 01:00"], id="29 February"),
        pytest.param("0 1 31 * *", "2026-12-31 02:00", ["2027-01-31 01:00", "2027-03-31 01:00"], id="the 31st"),
        pytest.param("0 1 L * *", "2027-02-01 00:00", ["2027-02-28 01:00", "2027-03-31 01:00"], id="the last day"),
        pytest.param("0 7 * * 1-5", "2026-12-04 08:00", ["2026-12-07 07:00", "2026-12-08 07:00"], id="working days"),
    ],
)
def test_when_runs_are_planned(schedule: str, after: str, planned: list[str]) -> None:
    found, moment = [], at(after)
    for _each in planned:
        moment = planned_after(schedule, ZONE, moment) or 0
        found.append(moment)
    assert found == [at(text) for text in planned]


def test_a_job_in_the_hour_that_comes_twice_is_not_late_the_second_time() -> None:
    plan = JobPlan("30 3 * * *", grace_ms=10 * MINUTE)
    watch = JobWatch(at("2026-10-20 00:00"), (run("2026-10-25 03:30+3", "2026-10-25 03:35+3"),))
    for minute in range(0, 59, 5):
        assert standing(plan, watch, at(f"2026-10-25 03:{minute:02}+2")).state is JobState.WAITING


def test_a_job_in_the_hour_that_is_left_out_has_its_grace_after_it() -> None:
    plan = JobPlan("30 3 * * *", grace_ms=10 * MINUTE)
    watch = JobWatch(at("2027-03-20 00:00"), (run("2027-03-27 03:30", "2027-03-27 03:35"),))
    assert standing(plan, watch, at("2027-03-28 04:09")).state is JobState.WAITING
    assert standing(plan, watch, at("2027-03-28 04:11")).state is JobState.LATE


def test_the_cutoff_is_the_next_such_time_of_day() -> None:
    assert cutoff_of(NIGHTLY, at("2026-12-04 01:00")) == at("2026-12-04 06:00")
    late = NIGHTLY._replace(schedule="0 22 * * *")
    assert cutoff_of(late, at("2026-12-04 22:00")) == at("2026-12-05 06:00")
    assert cutoff_of(late, at("2027-03-27 22:00")) == at("2027-03-28 06:00")


@pytest.mark.parametrize("schedule", ["", "tere", "0 1 * *", "0 25 * * *", "0 1 30 2 *", "\x00", "0 1 * * * * * *"])
def test_what_is_no_schedule(schedule: str) -> None:
    assert schedule_problem(schedule, ZONE)


def test_what_is_one() -> None:
    assert not schedule_problem("0 1 * * 1-5", ZONE)


SCHEDULES = st.sampled_from(
    ["30 3 * * *", "0 3 * * *", "*/30 * * * *", "15 * * * *", "0 1 * * 1-5", "30 3 28 3 *", "*/20 3 * * *", "0 1 L * *"]
)
MOMENTS = st.integers(at("2026-10-23 00:00"), at("2026-10-28 00:00")) | st.integers(
    at("2027-03-26 00:00"), at("2027-03-31 00:00")
)


@given(SCHEDULES, MOMENTS)
@example("30 3 * * *", at("2026-10-25 03:00+2"))
def test_before_and_after_meet(schedule: str, now_ms: int) -> None:
    after_ms, by_ms = planned_after(schedule, ZONE, now_ms), planned_by(schedule, ZONE, now_ms)
    assert after_ms is not None
    assert by_ms is not None
    assert by_ms <= now_ms < after_ms
    assert planned_after(schedule, ZONE, by_ms) == after_ms
    assert planned_by(schedule, ZONE, after_ms - 1) == by_ms


@st.composite
def watches(draw: st.DrawFn) -> JobWatch:
    """Runs around the summer-time changes, in any order and of any outcome."""
    made = []
    for _each in range(draw(st.integers(0, 6))):
        began = draw(MOMENTS)
        length = draw(st.none() | st.integers(0, 8 * 3_600_000))
        ended = None if length is None else began + length
        made.append(JobRun(began, ended, draw(st.booleans()), draw(st.none() | st.integers(0, 5))))
    return merged(JobWatch(draw(MOMENTS)), made)


@given(SCHEDULES, watches(), MOMENTS, st.sampled_from(["", "06:00"]))
def test_a_job_stands_as_it_does_until_its_turn(schedule: str, watch: JobWatch, now_ms: int, cutoff: str) -> None:
    plan = JobPlan(schedule, grace_ms=10 * MINUTE, cutoff=cutoff)
    found = standing(plan, watch, now_ms)
    assert found.turn_ms is None or found.turn_ms > now_ms
    assert (found.reason == "") is (found.state in WELL)
    # Until the turn that it names, and while no run begins, it stands as it does.
    begins = [each.began_ms for each in watch.runs if each.began_ms > now_ms]
    last_ms = min([found.turn_ms or now_ms, *begins]) - 1
    if last_ms > now_ms:
        assert standing(plan, watch, last_ms)._replace(turn_ms=None, next_ms=None) == found._replace(
            turn_ms=None, next_ms=None
        )


@given(st.lists(MOMENTS, max_size=80))
def test_only_so_many_runs_are_remembered_and_each_once(begins: list[int]) -> None:
    watch = JobWatch(0)
    for began_ms in begins:
        watch = merged(watch, [JobRun(began_ms)])
        watch = merged(watch, [JobRun(began_ms, began_ms + EARLY_MS)])
    assert [each.began_ms for each in watch.runs] == sorted(set(begins))[-KEPT_RUNS:] or len(begins) > KEPT_RUNS
    assert len(watch.runs) <= KEPT_RUNS
    assert all(each.ended_ms is not None for each in watch.runs)


def test_how_long_a_run_took() -> None:
    assert GOOD.seconds == timedelta(hours=2, minutes=9).total_seconds()
    assert run("2026-12-04 03:10", "2026-12-04 03:10").seconds is None
    assert run("2026-12-04 03:10").seconds is None

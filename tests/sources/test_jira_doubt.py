"""How much of a project may be gone at once before the census doubts what it sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.model import AbsenceKind
from data.sources.jira_census import doubtful_projects
from data.sources.jira_walk import Dates, Walk
from tests.sources.cached import Cached
from tests.sources.fake_jira import SECOND, T0, FakeJira, issue, moment


@pytest.mark.parametrize(
    ("gone", "held", "doubtful"),
    [
        ({}, {"A": 5}, ""),
        ({"A": 1}, {"A": 1}, ""),  # the only ticket of a project
        ({"A": 2}, {"A": 2}, ""),
        ({"A": 10}, {"A": 10}, ""),  # as many as are asked for
        ({"A": 11}, {"A": 11}, "A"),
        ({"A": 10}, {"A": 20}, ""),
        ({"A": 11}, {"A": 22}, "A"),  # just half
        ({"A": 11}, {"A": 23}, ""),  # just less
        ({"A": 499}, {"A": 1_000}, ""),
        ({"A": 500}, {"A": 1_000}, "A"),
        ({"A": 11, "B": 1}, {"A": 11, "B": 1}, "A"),  # a large loss takes no turn from a small one
        ({"A": 4, "B": 6}, {"A": 4, "B": 6}, ""),  # ten in all
        ({"A": 4, "B": 7}, {"A": 4, "B": 7}, "B"),
        ({"A": 3, "B": 3, "C": 3, "D": 3}, {"A": 3, "B": 3, "C": 3, "D": 3}, "D"),  # the right to many small ones
        ({"A": 40, "B": 10}, {"A": 100, "B": 10}, ""),  # less than half counts for nothing
    ],
)
def test_how_much_of_a_project_may_be_gone_by_hand(gone: dict[str, int], held: dict[str, int], doubtful: str) -> None:
    assert doubtful_projects(gone, held) == set(doubtful)


async def test_many_small_projects_gone_at_once_are_believed_a_few_a_day_and_none_stays_in_doubt(
    tmp_path: Path,
) -> None:
    keys = ["YKS", "KAKS", "KOLM"]
    small = [issue(100 * place + serial, T0) for place in range(3) for serial in range(6)]
    for number, each in enumerate(small):
        each["key"] = f"{keys[number // 6]}-{number + 1}"
        each["fields"]["project"]["key"] = keys[number // 6]
    jira = FakeJira([*small, issue(900, T0)], projects={key: key for key in (*keys, "SKAH")})
    desk = Cached(tmp_path, jira, projects=[*keys, "SKAH"])
    await desk.poll()
    jira.issues = jira.issues[-1:]
    left = []
    for days in (0, 1, 1):
        await desk.poll(days=days)
        left.append((len(desk.shown()), sorted(gap.reference for gap in desk.state().gaps)))
    assert left == [(13, ["KOLM", "YKS"]), (7, ["YKS"]), (1, [])]
    assert set(desk.absent().values()) == {AbsenceKind.DELETED}
    desk.close()


async def test_a_census_ends_though_the_last_issues_are_odd(tmp_path: Path) -> None:
    jira = FakeJira([issue(1, T0), issue(2, T0), issue(3, T0)])
    for serial, each in enumerate(jira.issues):
        each["fields"]["created"] = moment(T0 - (9 - serial) * SECOND)
    jira.issues[1]["fields"]["updated"] = jira.issues[2]["fields"]["updated"] = "eile"
    desk = Cached(tmp_path, jira)
    assert await desk.poll() < 40
    assert (set(desk.shown()), len(desk.state().odd)) == ({10_001}, 2)
    jira.issues[0]["fields"]["updated"] = "eile"
    assert await desk.poll(days=1) < 40
    assert (set(desk.shown()), desk.absent()) == ({10_001}, {})
    desk.close()


def test_a_walk_ends_though_the_server_counts_a_row_that_it_does_not_give() -> None:
    walk = Walk(0, Dates("UTC"))
    questions = 0
    while not walk.is_done:
        questions += 1
        assert questions < 10
        walk.take([("1", T0)] if not walk.start_at else [], 2)
    assert walk.seen == {"1": T0}


def test_a_walk_by_single_rows_gets_through_many_of_one_moment() -> None:
    walk, got = Walk(0, Dates("UTC")), list[str]()
    for _question in range(40):
        rows = [(str(number), T0) for number in range(walk.start_at, min(walk.start_at + 1, 6))]
        got += [rows[place][0] for place in walk.take(rows, 6)]
        if walk.is_done:
            break
    assert (walk.is_done, got) == (True, [*"012345"])

"""Answers at the edge of sense: nothing at all, too much of it, the same for ever, and values that are none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from data.clock import Clock
from data.config import Jira
from data.sources import jira_plans, jira_search
from data.sources.batch import Batch, SourceError
from data.sources.jira import JiraSource
from data.sources.jira_mark import mark_of
from data.sources.jira_walk import Dates, Walk
from data.store.tables import TICKET
from tests.sources.fake_jira import SECOND, SLA, T0, FakeJira, drain, issue, rows

MINUTE = 60 * SECOND


def tickets(batches: list[Batch]) -> dict[str, dict[str, Any]]:
    """The rows of tickets by key, each by column."""
    return {row[1]: dict(zip(TICKET.names, row, strict=True)) for row in rows(batches, "ticket")}


async def test_projects_without_a_ticket_are_filled_at_once() -> None:
    batches, cursor = await drain(FakeJira([]).source())
    assert (tickets(batches), mark_of(cursor).filled) == ({}, True)


async def test_without_a_token_nothing_is_asked() -> None:
    fake = FakeJira([issue(1, T0)])
    transport = httpx.MockTransport(fake.answer)
    source = JiraSource(Jira(url="https://jira.example", projects=["SKAH"]), lambda: None, Clock(T0, 0, 0.0), transport)
    with pytest.raises(SourceError) as caught:
        await drain(source)
    assert (caught.value.code, "config init" in str(caught.value), fake.asked) == ("auth", True, [])


@pytest.mark.parametrize("body", [b"[]", b'"SKAH"', b'{"total": 7, "issues": {}}'])
async def test_an_answer_that_is_no_page_is_a_fault_and_deletes_nothing(body: bytes) -> None:
    fake = FakeJira([issue(1, T0)])
    source = fake.source()
    _, cursor = await drain(source)
    fake.issues.append(issue(2, T0 + SECOND))
    fake.before_search = lambda _fake: httpx.Response(200, content=body)
    with pytest.raises(SourceError) as caught:
        await drain(source, cursor)
    assert caught.value.code == "format"
    fake.heal()
    batches, _ = await drain(source, cursor)
    assert "SKAH-2" in tickets(batches)


async def test_one_issue_that_is_too_much_ends_the_poll_and_the_next_asks_for_whole_pages_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    too_much = httpx.Response(200, content=b" " * (65 << 20))
    monkeypatch.setattr(jira_search, "PAGE", 16)
    fake = FakeJira([issue(number, T0 + number * SECOND) for number in range(1, 6)])
    source = fake.source()
    _, cursor = await drain(source)
    fake.issues.append(issue(9, T0 + MINUTE))
    asked: list[int] = []

    def heavy(of: FakeJira) -> httpx.Response | None:
        params = of.searches()[-1]
        if params.get("expand") != "changelog":
            return None
        asked.append(int(params["maxResults"]))
        return too_much

    fake.before_search = heavy
    with pytest.raises(SourceError) as caught:
        await drain(source, cursor)
    assert (caught.value.code, asked) == ("format", [16, 4, 1])
    fake.heal()
    fake.asked.clear()
    batches, _ = await drain(source, cursor)
    assert "SKAH-9" in tickets(batches)
    assert max(int(params["maxResults"]) for params in fake.searches()) == 16


async def test_more_than_a_few_pages_of_the_overlap_are_not_looked_through_but_read() -> None:
    fake = FakeJira([issue(number, T0 + number * SECOND) for number in range(1, 61)], page_cap=10)
    source = fake.source()
    _, cursor = await drain(source)
    await drain(source, cursor)
    fake.asked.clear()

    batches, _ = await drain(source, cursor)
    probes = [params for params in fake.searches() if params["fields"] == "updated" and params["maxResults"] == "10"]
    assert len(probes) == jira_search.PROBE_PAGES
    assert len(tickets(batches)) == 60


async def test_an_overlap_of_which_the_server_counts_more_than_it_gives_is_read() -> None:
    fake = FakeJira([issue(number, T0 + number * SECOND) for number in range(1, 4)])
    source = fake.source()
    _, cursor = await drain(source)
    fake.issues.append(issue(4, T0 + MINUTE))
    empty = httpx.Response(200, json={"startAt": 0, "maxResults": 1_000, "total": 4, "issues": []})
    fake.before_search = lambda of: empty if of.searches()[-1]["fields"] == "updated" else None
    batches, _ = await drain(source, cursor)
    assert "SKAH-4" in tickets(batches)


async def test_a_refusal_of_another_cause_keeps_dates_as_they_were() -> None:
    fake = FakeJira([issue(1, T0)])
    source = fake.source()
    _, cursor = await drain(source)
    fake.issues.append(issue(2, T0 + SECOND))
    refused = httpx.Response(400, json={"errorMessages": ["Päring ei sobi."]})
    fake.before_search = lambda _fake: refused
    with pytest.raises(SourceError, match="Päring ei sobi"):
        await drain(source, cursor)
    fake.heal()
    fake.asked.clear()
    batches, _ = await drain(source, cursor)
    assert "SKAH-2" in tickets(batches)
    dated = [params["jql"] for params in fake.searches() if "updated >=" in params["jql"]]
    assert dated
    assert not any('updated >= "' in jql for jql in dated)


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b"null", b'{"errorMessages": 7}', b'{"errorMessages": [], "errors": {}}']
)
async def test_a_refusal_without_a_reason_is_told_by_its_status(body: bytes) -> None:
    fake = FakeJira([issue(1, T0)])
    fake.before_search = lambda _fake: httpx.Response(400, content=body)
    with pytest.raises(SourceError, match=r"HTTP 400\."):
        await drain(fake.source())


def test_a_result_that_will_not_hold_still_is_given_up() -> None:
    walk = Walk(0, Dates("UTC"))
    walk.take([("1", T0), ("2", T0)], 9)
    with pytest.raises(SourceError) as caught:
        for number in range(3, 1_000, 5):
            # Each answer begins with another issue than the one that we stand on.
            walk.take([(str(number), T0), (str(number + 1), T0)], 9)
    assert caught.value.code == "server"


def test_a_long_walk_forgets_what_it_saw_long_ago() -> None:
    walk, step = Walk(0, Dates("UTC")), 100
    for start in range(0, 120_000, 1_000):
        walk.take([(str(start + place), T0 + (start + place) * step) for place in range(1_000)], 200_000)
    assert len(walk.seen) < 100_000
    assert "119999" in walk.seen
    assert "0" not in walk.seen


@pytest.mark.parametrize(
    ("fields", "rank"),
    [
        pytest.param({"priority": None}, 99, id="none"),
        pytest.param({"priority": {"name": "K5"}}, 99, id="without an id"),
        pytest.param({"priority": {"id": "7", "name": "K7"}}, 7, id="one that the server does not list"),
        pytest.param({"priority": {"id": "uus", "name": "K8"}}, 99, id="one whose id is no number"),
        pytest.param({"priority": {"id": "1000000", "name": "K9"}}, 99, id="one of a large number"),
    ],
)
async def test_a_priority_that_nobody_ranks_comes_after_the_others(fields: dict[str, Any], rank: int) -> None:
    batches, _ = await drain(FakeJira([issue(1, T0, **fields)]).source())
    assert tickets(batches)["SKAH-1"]["priority_rank"] == rank


@pytest.mark.parametrize("breach", [None, {}, {"epochMillis": "soon"}, {"epochMillis": 2**70}, "soon"])
async def test_a_clock_without_a_moment_runs_out_at_none(breach: Any) -> None:
    fake = FakeJira([issue(1, T0, **{SLA: {"name": "x", "ongoingCycle": {"breachTime": breach}}})])
    batches, _ = await drain(fake.source())
    assert tickets(batches)["SKAH-1"]["breach_ms"] is None


@pytest.mark.parametrize("own_id", ["x1", "-1", "", str(2**70)])
async def test_an_issue_whose_id_is_no_number_is_set_aside(own_id: str) -> None:
    fake = FakeJira([issue(1, T0), {**issue(2, T0 + SECOND), "id": own_id}])
    batches, _ = await drain(fake.source())
    assert set(tickets(batches)) == {"SKAH-1"}
    assert {row[1:3] for row in rows(batches, "quarantine")} == {("SKAH-2", "id is no number")}


@pytest.mark.parametrize(("pages", "known"), [(2, 2), (9, 3)])
async def test_sprints_are_read_page_by_page_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch, pages: int, known: int
) -> None:
    monkeypatch.setattr(jira_plans, "_PAGES", 3)
    fake = FakeJira([issue(1, T0)])
    answer = fake.answer

    def sprints(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/board/8/sprint"):
            return answer(request)
        place = int(request.url.params["startAt"])
        values = [{"id": 30 + place, "name": f"S{place}", "endDate": "2026-12-08T23:30:00.000Z"}]
        return httpx.Response(200, json={"isLast": place + 1 >= pages, "values": values})

    fake.answer = sprints  # type: ignore[method-assign]
    batches, _ = await drain(fake.source(boards=[8]))
    assert [row[0] for row in rows(batches, "sprint")] == [30 + place for place in range(known)]

"""The first fill: cut into parts, read side by side, gone on with where it was killed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import httpx
import pytest

from data.sources import jira_fill, jira_search
from data.sources.batch import Batch, SourceError
from data.sources.jira import JiraSource
from data.sources.jira_mark import Mark, Slice, mark_of, progress
from tests.sources.fake_jira import SECOND, T0, FakeJira, drain, issue, moment, rows

MINUTE = 60 * SECOND
PAGE = 10


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jira_fill, "LARGEST", 30)


def many(count: int, step: int = MINUTE) -> list[dict[str, Any]]:
    return [issue(number, T0 - (count - number) * step) for number in range(1, count + 1)]


def keys(batches: list[Batch]) -> set[str]:
    return {row[1] for row in rows(batches, "ticket")}


def whole_pages(fake: FakeJira) -> list[Any]:
    return [each for each in fake.searches() if each.get("expand") == "changelog" and "DESC" not in each["jql"]]


async def until(source: JiraSource, cursor: str, count: int) -> list[Batch]:
    """The first `count` batches of a poll that is killed then."""
    batches: list[Batch] = []
    poll = source.fetch(cursor, {})
    async for batch in poll:
        batches.append(batch)
        if len(batches) == count:
            break
    await poll.aclose()  # type: ignore[attr-defined]
    return batches


async def test_a_large_project_is_cut_into_slices_of_time_the_newest_first_and_without_an_end() -> None:
    fake = FakeJira(many(200), page_cap=PAGE)
    batches, cursor = await drain(fake.source())

    assert keys(batches) == {f"SKAH-{number}" for number in range(1, 201)}
    parts = mark_of(batches[1].cursor).slices
    assert len(parts) > 5
    assert all(each.total <= 30 for each in parts)
    assert [each.from_ms for each in parts] == sorted((each.from_ms for each in parts), reverse=True)
    assert parts[0].to_ms is None
    assert all(later.from_ms == earlier.to_ms for later, earlier in pairwise(parts))
    assert parts[-1].from_ms == 0
    assert mark_of(cursor).slices == []
    assert mark_of(cursor).filled


async def test_every_project_is_a_part_of_its_own() -> None:
    other = issue(500, T0, project={"key": "PERE"}) | {"key": "PERE-1"}
    fake = FakeJira([*many(20), other], projects={"SKAH": "SKAH", "PERE": "PERE"}, page_cap=PAGE)
    batches, _ = await drain(fake.source(projects=["SKAH", "PERE"]))

    assert "PERE-1" in keys(batches)
    asked = [each["jql"] for each in whole_pages(fake)]
    assert any('project in ("PERE") ' in each for each in asked)
    assert any('project in ("SKAH") ' in each for each in asked)


async def test_progress_is_right_at_the_end_and_never_goes_back_over_restarts() -> None:
    fake = FakeJira(many(150), page_cap=PAGE)
    seen: list[int] = []
    cursor = ""
    for _restart in range(6):
        batches = await until(fake.source(), cursor, 5)
        seen += [batch.done for batch in batches if batch.total]
        assert {batch.total for batch in batches if batch.total} == {150}
        cursor = batches[-1].cursor
    batches, cursor = await drain(fake.source(), cursor)
    seen += [batch.done for batch in batches]

    assert seen == sorted(seen)
    assert seen[-1] == 150
    assert mark_of(cursor).filled


async def test_a_killed_fill_reads_no_page_of_a_part_again_that_it_has_written() -> None:
    fake = FakeJira(many(150), page_cap=PAGE)
    batches = await until(fake.source(), "", 10)
    written = keys(batches)
    fake.asked.clear()
    rest, _ = await drain(fake.source(), batches[-1].cursor)

    again = [row[1] for batch in rest[2:] for row in batch.rows.get("ticket", ()) if row[1] in written]
    assert keys(batches + rest) == {f"SKAH-{number}" for number in range(1, 151)}
    # The newest, which every poll of a fill shows first, and the last second of each part that was under way.
    overlap = 11
    assert len(again) <= jira_fill.SIDE_BY_SIDE * 2 + overlap


async def test_what_changes_while_the_fill_goes_on_is_found_by_the_poll_that_follows() -> None:
    fake = FakeJira(many(120), page_cap=PAGE)

    def edit(jira: FakeJira) -> None:
        pages = whole_pages(jira)
        if len(pages) in (3, 5, 7):
            old = jira.issues[len(pages)]
            old["fields"] |= {"updated": moment(T0 + len(pages) * MINUTE), "summary": "Uus"}

    fake.before_search = edit
    batches, _ = await drain(fake.source())

    latest = {row[1]: row[7] for row in rows(batches, "ticket")}
    assert len(latest) == 120
    assert sum(summary == "Uus" for summary in latest.values()) == sum(
        each["fields"]["summary"] == "Uus" for each in fake.issues
    )
    assert "Uus" in latest.values()


async def test_an_issue_that_was_edited_after_the_server_sorted_it_hides_nothing() -> None:
    fake = FakeJira(many(60), page_cap=PAGE)
    ordered = [each["id"] for each in fake.issues]
    answer = fake.answer

    def stale(request: httpx.Request) -> httpx.Response:
        reply = answer(request)
        # The index still has the old place of an issue whose row shows the new moment.
        if "ASC" in request.url.params.get("jql", "") and reply.json().get("issues"):
            page = reply.json()
            last = page["issues"][-1]
            if last["id"] == ordered[39]:
                last["fields"]["updated"] = moment(T0 + 5 * MINUTE)
                return httpx.Response(200, json=page)
        return reply

    fake.answer = stale  # type: ignore[method-assign]
    batches, _ = await drain(fake.source())

    assert keys(batches) == {f"SKAH-{number}" for number in range(1, 61)}


async def test_a_bulk_edit_is_no_reason_to_count_beyond_the_result_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jira_search, "WINDOW", 30)
    fake = FakeJira([issue(number, T0) for number in range(1, 81)], page_cap=PAGE)
    batches, _ = await drain(fake.source())

    # The rest is for a census to find.
    assert len(keys(batches)) >= 30
    counted = [each for each in fake.searches() if "startAt" in each]
    assert max(int(each["startAt"]) + int(each["maxResults"]) for each in counted) == 30


async def test_a_refusal_of_one_part_ends_the_poll_and_what_the_others_wrote_stays() -> None:
    fake = FakeJira(many(150), page_cap=PAGE)

    def break_later(jira: FakeJira) -> None:
        if len(whole_pages(jira)) == 6:
            jira.answers = {"/rest/api/2/search": httpx.Response(503)}

    fake.before_search = break_later
    source, batches = fake.source(), []
    with pytest.raises(SourceError) as caught:
        async for batch in source.fetch("", {}):
            batches.append(batch)
    assert caught.value.code == "server"
    assert batches[-1].done > 0
    fake.answers, fake.before_search = {}, lambda _jira: None
    rest, _ = await drain(source, batches[-1].cursor)
    assert len(keys(batches + rest)) == 150


async def test_a_page_that_is_too_much_is_asked_for_in_smaller_ones() -> None:
    fake = FakeJira(many(60))
    answer = fake.answer

    def heavy(request: httpx.Request) -> httpx.Response:
        reply = answer(request)
        size = int(request.url.params.get("maxResults", "0"))
        is_whole = request.url.params.get("expand") == "changelog" and "ASC" in request.url.params["jql"]
        return httpx.Response(200, content=b" " * (65 << 20)) if is_whole and size > 100 else reply

    fake.answer = heavy  # type: ignore[method-assign]
    batches, _ = await drain(fake.source())

    assert len(keys(batches)) == 60


def test_progress_counts_no_part_twice() -> None:
    mark = Mark(done=100, total=160, slices=[Slice("SKAH", total=30, done=45), Slice("PERE", total=30, done=5)])

    assert progress(mark) == 135

"""Reading Jira: what is asked, what comes of the answers, and what an odd answer costs."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from data.sources.batch import SourceError
from data.sources.jira import OVERLAP
from data.sources.jira_mark import Mark
from data.store.tables import CHANGE, COMMENT, SPRINT, TICKET, VERSION
from tests.sources.fake_jira import SECOND, SLA, T0, FakeJira, drain, issue, moment, rows


def ticket(batches: list[Any], key: str) -> dict[str, Any]:
    """The last row of a ticket, by column."""
    found = [dict(zip(TICKET.names, row, strict=True)) for row in rows(batches, "ticket")]
    return [each for each in found if each["key"] == key][-1]


def many(count: int, step: int = SECOND) -> list[dict[str, Any]]:
    return [issue(number, T0 + number * step) for number in range(1, count + 1)]


async def test_a_fill_walks_through_every_page_and_a_poll_after_it_asks_two_questions() -> None:
    fake = FakeJira(many(95, step=60 * SECOND), page_cap=20)
    source = fake.source()

    batches, cursor = await drain(source)
    assert {row[1] for row in rows(batches, "ticket")} == {f"SKAH-{number}" for number in range(1, 96)}
    fake.asked.clear()
    assert await drain(source, cursor) == ([], cursor)
    assert [url.path for url in fake.asked] == ["/rest/api/2/myself", "/rest/api/2/search"]


async def test_every_row_is_as_wide_as_its_table() -> None:
    comment = {"id": "7", "created": moment(T0), "body": "jah"}
    item = {"field": "duedate", "from": "2026-12-01", "fromString": "2026-12-01 00:00:00.0", "to": "2026-12-09"}
    full = issue(1, T0, comment={"comments": [comment], "total": 1})
    full["changelog"] = {"histories": [{"id": "5", "created": moment(T0), "items": [item]}]}
    fake = FakeJira([full], answers={"/rest/api/2/project/SKAH/versions": httpx.Response(200, json=[{"id": "4"}])})
    sprints = {"isLast": True, "values": [{"id": 33, "name": "S", "endDate": "2026-12-08T23:30:00.000Z"}]}
    fake.answers = {**fake.answers, "/rest/agile/1.0/board/8/sprint": httpx.Response(200, json=sprints)}
    batches, _ = await drain(fake.source(boards=[8]))

    for table in (TICKET, COMMENT, CHANGE, VERSION, SPRINT):
        found = rows(batches, table.name)
        assert found, table.name
        assert {len(row) for row in found} == {len(table.columns)}
    assert rows(batches, "change")[0][-4:] == ("2026-12-01", "2026-12-09", "", "")
    assert rows(batches, "sprint")[0] == (33, "S", "", "", "", "2026-12-09", 8)
    assert batches[-1].facts == {"sprint.first_end.33": "2026-12-09"}


async def test_the_watermark_is_the_servers_time_floored_to_the_second_and_the_next_poll_begins_before_it() -> None:
    fake = FakeJira(many(3, step=1_500))
    _, cursor = await drain(fake.source())

    assert json.loads(cursor)["reached_ms"] == T0 + 4 * SECOND
    fake.asked.clear()
    await drain(fake.source(), cursor)
    assert any(f"updated >= {T0 + 4 * SECOND - OVERLAP} " in each["jql"] for each in fake.searches())


async def test_an_issue_that_an_index_shows_late_is_found_within_ten_minutes() -> None:
    fake = FakeJira(many(3))
    source = fake.source()
    _, cursor = await drain(source)
    fake.issues.append(issue(50, T0 - 9 * 60 * SECOND))

    batches, _ = await drain(source, cursor)
    assert ticket(batches, "SKAH-50")


async def test_an_issue_that_changes_while_it_is_read_costs_no_other_one() -> None:
    fake = FakeJira(many(60), page_cap=10)

    def move_first(jira: FakeJira) -> None:
        jira.issues.sort(key=lambda each: str(each["fields"]["updated"]))
        if len(jira.searches()) == 4:
            jira.issues[0]["fields"]["updated"] = moment(T0 + 500 * SECOND)

    fake.before_search = move_first
    batches, _ = await drain(fake.source())

    assert {row[1] for row in rows(batches, "ticket")} == {f"SKAH-{number}" for number in range(1, 61)}


async def test_a_bulk_edit_that_shifts_while_it_is_counted_is_counted_again() -> None:
    fake = FakeJira([issue(number, T0) for number in range(1, 61)], page_cap=10)

    def move_one(jira: FakeJira) -> None:
        if len(jira.searches()) == 5:
            first = min(jira.issues, key=lambda each: (each["fields"]["updated"], each["key"]))
            first["fields"]["updated"] = moment(T0 + 90 * SECOND)

    fake.before_search = move_one
    batches, _ = await drain(fake.source())

    assert {row[1] for row in rows(batches, "ticket")} == {f"SKAH-{number}" for number in range(1, 61)}


async def test_refused_numbers_are_written_as_the_users_local_time_once_and_for_all() -> None:
    fake = FakeJira(many(30), page_cap=10, takes_numbers=False)
    source = fake.source()
    batches, cursor = await drain(source)

    assert {row[1] for row in rows(batches, "ticket")} == {f"SKAH-{number}" for number in range(1, 31)}
    fake.asked.clear()
    await drain(source, cursor)
    assert all('updated >= "2026/12/04' in each["jql"] for each in fake.searches())


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        pytest.param({"summary": 42}, "summary", id="a number for a text"),
        pytest.param({"updated": None}, "updated", id="no moment"),
        pytest.param({"updated": "yesterday"}, "updated is no moment", id="a moment that is none"),
        pytest.param({"status": None}, "status", id="no status"),
        pytest.param({"created": "9999999999"}, "created is no moment", id="a creation that is none"),
        pytest.param({"duedate": "the 32nd"}, "duedate is no day", id="a day that is none"),
    ],
)
async def test_one_odd_issue_is_set_aside_and_the_page_goes_on(odd: dict[str, Any], reason: str) -> None:
    fake = FakeJira([*many(5), issue(9, T0 + 2 * SECOND, **odd)], page_cap=4)
    batches, _ = await drain(fake.source())

    assert {row[1] for row in rows(batches, "ticket")} == {f"SKAH-{number}" for number in range(1, 6)}
    source, key, words, _at = rows(batches, "quarantine")[-1]
    assert (source, key) == ("jira", "SKAH-9")
    assert reason in words


async def test_hostile_text_is_cleaned_and_not_set_aside() -> None:
    fake = FakeJira([issue(1, T0, summary="a\ud800b\x1b]52;c;aGk=\x07\u202ec\x00", description="x\x1b[31my")])
    batches, _ = await drain(fake.source())

    assert ticket(batches, "SKAH-1")["summary"] == "abc"
    assert ticket(batches, "SKAH-1")["description"] == "xy"
    assert rows(batches, "quarantine") == []


async def test_the_nearest_running_clock_is_the_tickets_clock() -> None:
    def clock(at_ms: int, **cycle: Any) -> dict[str, Any]:
        return {"name": "Lahendamisaeg", "ongoingCycle": {"breachTime": {"epochMillis": at_ms}, **cycle}}

    fake = FakeJira([
        issue(1, T0, **{SLA: clock(T0 + 5)}),
        issue(2, T0, **{SLA: clock(T0 + 5, paused=True)}),
        issue(3, T0, **{SLA: {"name": "x", "completedCycles": [{}]}}),
        issue(4, T0, **{SLA: ["odd"]}),
    ])  # fmt: skip
    batches, _ = await drain(fake.source())

    assert [ticket(batches, f"SKAH-{number}")["breach_ms"] for number in range(1, 5)] == [T0 + 5, None, None, None]
    # By the name that the list of fields has, which is the one that is renamed.
    assert ticket(batches, "SKAH-1")["breach_name"] == "Reageerimisaeg"


async def test_priorities_rank_in_the_servers_order() -> None:
    fake = FakeJira([issue(1, T0, priority={"id": "9", "name": "K1"}), issue(2, T0)])
    batches, _ = await drain(fake.source())

    assert [ticket(batches, f"SKAH-{number}")["priority_rank"] for number in (1, 2)] == [1, 2]


HTML = httpx.Response(200, content=b"<!DOCTYPE html><html>", headers={"content-type": "text/html"})


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(httpx.Response(401, content=b"<html>"), "auth", id="refused"),
        pytest.param(HTML, "html", id="a sign-in page"),
        pytest.param(httpx.Response(302, headers={"location": "https://sso.example"}), "html", id="sent on"),
        pytest.param(httpx.Response(200, json={"name": "", "key": ""}), "auth", id="anonymous"),
        pytest.param(httpx.Response(200, json={"name": "other", "key": "other"}), "auth", id="somebody else"),
        pytest.param(httpx.Response(503, headers={"retry-after": "7"}), "server", id="out of order"),
        pytest.param(httpx.Response(429, headers={"retry-after": "7"}), "paused", id="too much"),
        pytest.param(httpx.Response(200, content=b'{"name": '), "server", id="cut off"),
        pytest.param(httpx.Response(200, content=b'{"name": }'), "format", id="no JSON"),
        pytest.param(httpx.Response(404), "absent", id="another address"),
        pytest.param(
            httpx.Response(403, headers={"x-seraph-loginreason": "AUTHENTICATION_DENIED"}), "captcha", id="puzzle"
        ),
    ],
)
async def test_nothing_is_read_before_it_is_clear_who_asks(answer: httpx.Response, code: str) -> None:
    fake = FakeJira(many(3), answers={"/rest/api/2/myself": answer})

    with pytest.raises(SourceError) as caught:
        await drain(fake.source(user="mmaasikas"))
    assert caught.value.code == code
    assert caught.value.retry_after == (7.0 if "retry-after" in answer.headers else None)
    assert fake.searches() == []
    assert "token" not in str(caught.value).split("“")[0] or "Bearer" not in str(caught.value)


async def test_a_refused_search_tells_the_servers_reason() -> None:
    reason = {"errorMessages": ["The value 'SKAH' does not exist for the field 'project'."], "errors": {}}
    fake = FakeJira([], answers={"/rest/api/2/search": httpx.Response(400, json=reason)})

    with pytest.raises(SourceError, match="does not exist") as caught:
        await drain(fake.source())
    assert caught.value.code == "config"


async def test_a_page_that_breaks_off_is_a_fault_and_keeps_what_was_read() -> None:
    fake = FakeJira(many(50), page_cap=10)
    source = fake.source()

    def break_later(jira: FakeJira) -> None:
        if len(jira.searches()) == 4:
            jira.answers = {"/rest/api/2/search": httpx.Response(200, content=b'{"total": 50, "issues": [{"id"')}

    fake.before_search = break_later
    batches = []
    with pytest.raises(SourceError) as caught:
        async for batch in source.fetch("", {}):
            batches.append(batch)
    assert caught.value.code == "server"
    assert len(rows(batches, "ticket")) > 10
    fake.answers = {}
    rest, _ = await drain(source, batches[-1].cursor)
    assert {row[1] for row in rows(batches + rest, "ticket")} == {f"SKAH-{number}" for number in range(1, 51)}


async def test_a_cursor_that_cannot_be_read_begins_anew() -> None:
    fake = FakeJira(many(3))

    batches, cursor = await drain(fake.source(), "what is this")
    assert len({row[0] for row in rows(batches, "ticket")}) == 3
    assert json.loads(cursor)["filled"] is True


async def test_a_server_without_agile_has_no_sprints_and_no_fault() -> None:
    fake = FakeJira(many(1))
    batches, _ = await drain(fake.source())

    assert any(url.path == "/rest/agile/1.0/board" for url in fake.asked)
    assert rows(batches, "sprint") == []


def test_the_mark_of_a_fill_that_has_not_begun_is_empty() -> None:
    assert Mark() == Mark(reached_ms=0, filled=False, done=0)

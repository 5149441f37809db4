"""What an answer holds only in part is read to its end, and costs nothing else when that fails."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from data.clock import Clock
from data.sources import jira_owed
from data.sources.batch import Batch, SourceError
from data.sources.jira import WORKLOGS_EVERY
from data.sources.jira_mark import mark_of
from data.sources.jira_owed import FIRST_PAUSE, GONE_AFTER, MOST_PAUSE
from data.store.tables import ATTACHMENT, WORKLOG
from tests.sources.cached import TurnedClock
from tests.sources.fake_jira import SECOND, T0, FakeJira, drain, issue, moment, rows

MARI = {"key": "mmaasikas", "name": "mmaasikas", "displayName": "Mari Maasikas"}


def comment(number: int, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "author": MARI, "created": moment(T0), "body": f"Märkus {number}", **more}


def worklog(number: int, **more: Any) -> dict[str, Any]:
    times = {"started": moment(T0), "updated": moment(T0), "timeSpentSeconds": 1800}
    return {"id": str(number), "issueId": "10001", "author": MARI, "comment": "Töö", **times, **more}


class FullJira(FakeJira):
    """A Jira whose issues have more on them than comes with them."""

    comments: list[dict[str, Any]]
    worklogs: list[dict[str, Any]]
    updated: list[dict[str, Any]]
    deleted: list[dict[str, Any]]
    broken: httpx.Response | None = None

    def __init__(self, comments: int = 0, worklogs: int = 0) -> None:
        self.comments = [comment(number) for number in range(1, comments + 1)]
        self.worklogs = [worklog(number) for number in range(1, worklogs + 1)]
        self.updated, self.deleted = [], []
        file = {"id": "77", "filename": "leping\x1b[2J.pdf", "size": 1234, "mimeType": "application/pdf"}
        full = issue(
            1,
            T0,
            comment={"comments": self.comments[:5], "total": comments},
            worklog={"worklogs": self.worklogs[:20], "total": worklogs},
            attachment=[{**file, "author": MARI, "created": moment(T0)}],
        )
        super().__init__([full, issue(2, T0 + SECOND)])

    def answer(self, request: httpx.Request) -> httpx.Response:
        path, params = request.url.path, request.url.params
        part = path.rpartition("/")[2]
        if path in ("/rest/api/2/issue/10001/comment", "/rest/api/2/issue/10001/worklog"):
            self.asked.append(request.url)
            every = self.comments if part == "comment" else self.worklogs
            start = int(params["startAt"])
            page = {f"{part}s": every[start : start + 40], "total": len(every), "startAt": start}
            return self.broken or httpx.Response(200, json=page)
        if path in ("/rest/api/2/worklog/updated", "/rest/api/2/worklog/deleted"):
            self.asked.append(request.url)
            found = self.updated if part == "updated" else self.deleted
            values = [each for each in found if each["updatedTime"] >= int(params["since"])]
            return httpx.Response(200, json={"values": values, "until": T0 + 60 * SECOND, "lastPage": True})
        if path == "/rest/api/2/worklog/list":
            self.asked.append(request.url)
            ids = json.loads(request.content)["ids"]
            return httpx.Response(200, json=[each for each in self.worklogs if int(each["id"]) in ids])
        return super().answer(request)


def kept(batches: list[Batch], table: str) -> set[int]:
    return {row[0] for row in rows(batches, table)}


async def test_comments_beyond_the_embedded_ones_are_read_page_by_page() -> None:
    fake = FullJira(comments=95)
    batches, cursor = await drain(fake.source())

    assert kept(batches, "comment") == set(range(1, 96))
    assert mark_of(cursor).owed == []
    rest = next(each for each in batches if each.replace.get("comment") == ("ticket_id", [10_001]))
    assert len(rest.rows["comment"]) == 95


async def test_work_logs_beyond_the_twentieth_are_read_and_attachments_are_listed() -> None:
    fake = FullJira(worklogs=41)
    batches, _ = await drain(fake.source())

    assert kept(batches, "worklog") == set(range(1, 42))
    row = dict(zip(WORKLOG.names, rows(batches, "worklog")[0], strict=True))
    assert (row["ticket_id"], row["seconds"], row["author"], row["comment"]) == (10_001, 1800, "Mari Maasikas", "Töö")
    file = dict(zip(ATTACHMENT.names, rows(batches, "attachment")[0], strict=True))
    assert (file["name"], file["size"], file["mime"]) == ("leping.pdf", 1234, "application/pdf")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(httpx.Response(500), id="an error"),
        pytest.param(httpx.Response(403, json={}), id="refused"),
        pytest.param(httpx.Response(200, json={"comments": [comment(1, created="yesterday")], "total": 1}), id="odd"),
        pytest.param(httpx.Response(200, content=b'{"comments": ['), id="cut off"),
    ],
)
async def test_a_rest_that_cannot_be_read_is_set_aside_and_tried_again(broken: httpx.Response) -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FullJira(comments=95)
    fake.broken = broken
    source = fake.source(clock)
    batches, cursor = await drain(source)

    assert kept(batches, "ticket") == {10_001, 10_002}
    assert [row[1] for row in rows(batches, "quarantine")] == ["SKAH-1 comment"]
    assert len(mark_of(cursor).owed) == 1
    fake.broken = None
    clock.turn(FIRST_PAUSE - 1)
    early, cursor = await drain(source, cursor)
    assert kept(early, "comment") == set()
    clock.turn(1)
    late, cursor = await drain(source, cursor)
    assert kept(late, "comment") == set(range(1, 96))
    assert mark_of(cursor).owed == []
    assert next(each for each in late if "comment" in each.rows).replace["quarantine"] == (
        "reference",
        ["SKAH-1 comment"],
    )


async def test_the_rest_of_an_issue_that_was_hidden_for_a_while_is_read_when_it_is_back() -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FullJira(comments=95)
    fake.broken = httpx.Response(404, json={"errorMessages": ["Issue Does Not Exist"]})
    source = fake.source(clock)
    batches, cursor = await drain(source)

    assert (len(mark_of(cursor).owed), rows(batches, "quarantine")) == (1, [])
    fake.broken = None
    clock.turn(FIRST_PAUSE)
    late, cursor = await drain(source, cursor)
    assert kept(late, "comment") == set(range(1, 96))
    assert mark_of(cursor).owed == []


async def test_an_issue_that_stays_gone_is_owed_nothing_after_some_days() -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FullJira(comments=95)
    fake.broken = httpx.Response(404, json={"errorMessages": ["Issue Does Not Exist"]})
    source, cursor, asked = fake.source(clock), "", []
    for _day in range(12):
        _batches, cursor = await drain(source, cursor)
        fake.hidden = {"10001"}
        asked.append(len(mark_of(cursor).owed))
        clock.turn(MOST_PAUSE)
    assert asked == [1] * GONE_AFTER + [0] * 4


async def test_what_is_owed_survives_a_kill() -> None:
    fake = FullJira(comments=95)
    poll = fake.source().fetch("", {})
    batches: list[Batch] = []
    async for batch in poll:
        batches.append(batch)
        if batch.rows.get("ticket"):
            break
    await poll.aclose()  # type: ignore[attr-defined]
    rest, _ = await drain(fake.source(), batches[-1].cursor)

    assert kept(rest, "comment") == set(range(1, 96))


async def test_a_work_log_that_changed_without_its_issue_is_found() -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FullJira(worklogs=3)
    source = fake.source(clock)
    _, cursor = await drain(source)
    fake.worklogs[1]["timeSpentSeconds"], fake.worklogs[1]["updated"] = 7200, moment(T0 + 30 * SECOND)
    fake.updated = [{"worklogId": 2, "updatedTime": T0 + 30 * SECOND}]
    fake.deleted = [{"worklogId": 3, "updatedTime": T0 + 31 * SECOND}]
    clock.turn(WORKLOGS_EVERY)
    batches, cursor = await drain(source, cursor)

    assert {row[0]: row[5] for row in rows(batches, "worklog")}[2] == 7200
    assert [each.replace["worklog"] for each in batches if each.replace.get("worklog", ("",))[0] == "id"] == [
        ("id", [3])
    ]
    assert mark_of(cursor).worklogs_ms == [T0 + 60 * SECOND, T0 + 60 * SECOND]


async def test_a_server_without_time_tracking_is_no_fault() -> None:
    fake = FakeJira([issue(1, T0)])
    clock = TurnedClock(T0, 0, 0.0)
    source = fake.source(clock)
    _, cursor = await drain(source)
    clock.turn(WORKLOGS_EVERY)

    await drain(source, cursor)
    assert any(url.path == "/rest/api/2/worklog/updated" for url in fake.asked)


async def test_an_answer_to_somebody_else_in_the_middle_of_a_walk_ends_it() -> None:
    fake = FakeJira([issue(number, T0 + number * SECOND) for number in range(1, 41)], page_cap=10)
    answer = fake.answer

    def downgraded(request: httpx.Request) -> httpx.Response:
        reply = answer(request)
        name = "anonymous" if len(fake.searches()) > 3 else "mmaasikas"
        reply.headers["X-AUSERNAME"] = name
        return reply

    fake.answer = downgraded  # type: ignore[method-assign]
    with pytest.raises(SourceError) as caught:
        await drain(fake.source(Clock(T0, 0, 0.0)))
    assert caught.value.code == "auth"


@pytest.mark.parametrize(
    ("refused", "code"),
    [(httpx.Response(401), "auth"), (httpx.Response(200, html="<html>Logi sisse</html>"), "html")],
)
async def test_a_rest_that_is_refused_to_everybody_ends_the_poll_and_stays_owed(
    refused: httpx.Response, code: str
) -> None:
    fake = FullJira(comments=95)
    fake.broken = refused
    batches: list[Batch] = []
    with pytest.raises(SourceError) as caught:
        async for batch in fake.source().fetch("", {}):
            batches.append(batch)
    assert caught.value.code == code
    assert kept(batches, "ticket") == {10_001, 10_002}

    fake.broken = None
    rest, cursor = await drain(fake.source(), batches[-1].cursor)
    assert kept(rest, "comment") == set(range(1, 96))
    assert mark_of(cursor).owed == []


async def test_a_rest_that_does_not_come_in_time_holds_up_nothing_and_is_no_odd_record() -> None:
    fake = FullJira(comments=95)
    answer = fake.answer
    is_slow = True

    def slowly(request: httpx.Request) -> httpx.Response:
        if is_slow and request.url.path.endswith("/comment"):
            raise httpx.ReadTimeout("too slow", request=request)
        return answer(request)

    fake.answer = slowly  # type: ignore[method-assign]
    batches, cursor = await drain(fake.source())
    assert kept(batches, "ticket") == {10_001, 10_002}
    assert (len(mark_of(cursor).owed), rows(batches, "quarantine")) == (1, [])

    is_slow = False
    rest, cursor = await drain(fake.source(), cursor)
    assert kept(rest, "comment") == set(range(1, 96))


async def test_comments_without_an_end_are_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that tells the same page again and again, of ever more, must not keep us."""
    monkeypatch.setattr(jira_owed, "MOST_PAGES", 3)
    fake = FullJira(comments=95)
    fake.broken = httpx.Response(200, json={"comments": [comment(1), comment(2)], "total": 1_000_000})
    batches, cursor = await drain(fake.source())

    assert {url.params["startAt"] for url in fake.asked if url.path.endswith("/comment")} == {"0", "2", "4"}
    assert mark_of(cursor).owed == []
    rest = next(each for each in batches if each.replace.get("comment") == ("ticket_id", [10_001]))
    assert {row[0] for row in rest.rows["comment"]} == {1, 2}


class ChangedWorklogs(FullJira):
    """A Jira that tells of one changed work log a page; the moment until which it told moves by `step`."""

    def __init__(self, count: int, step: int = SECOND) -> None:
        super().__init__(worklogs=count)
        self._count, self._step = count, step
        self.questions = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/rest/api/2/worklog/updated":
            return super().answer(request)
        self.questions += 1
        number, until = self.questions, int(request.url.params["since"]) + self._step
        values = [{"worklogId": number, "updatedTime": until}]
        return httpx.Response(200, json={"values": values, "until": until, "lastPage": number == self._count})


@pytest.mark.parametrize(
    ("count", "step", "questions"),
    [
        pytest.param(3, SECOND, 3, id="up to the last page"),
        pytest.param(9, SECOND, 4, id="up to a limit"),
        pytest.param(9, 0, 1, id="not where it stands still"),
    ],
)
async def test_changed_work_logs_are_asked_for_page_by_page(
    monkeypatch: pytest.MonkeyPatch, count: int, step: int, questions: int
) -> None:
    monkeypatch.setattr(jira_owed, "MOST_PAGES", 4)
    clock = TurnedClock(T0, 0, 0.0)
    fake = ChangedWorklogs(count, step)
    source = fake.source(clock)
    _, cursor = await drain(source)
    [since_ms, _deleted_ms] = mark_of(cursor).worklogs_ms
    clock.turn(WORKLOGS_EVERY)

    _, cursor = await drain(source, cursor)
    assert fake.questions == questions
    assert mark_of(cursor).worklogs_ms[0] == since_ms + questions * step


async def test_a_changed_work_log_that_names_no_issue_hides_no_other() -> None:
    clock = TurnedClock(T0, 0, 0.0)
    fake = FullJira(worklogs=2)
    source = fake.source(clock)
    _, cursor = await drain(source)
    for each in fake.worklogs:
        each["timeSpentSeconds"], each["updated"] = 7200, moment(T0 + 30 * SECOND)
    del fake.worklogs[0]["issueId"]
    fake.updated = [{"worklogId": number, "updatedTime": T0 + 30 * SECOND} for number in (1, 2)]
    clock.turn(WORKLOGS_EVERY)

    batches, _ = await drain(source, cursor)
    assert {row[0]: row[5] for row in rows(batches, "worklog")} == {1: 7200, 2: 7200}

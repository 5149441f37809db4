"""What the simulated systems answer at their edges: what is not there, too much at once, and a world that runs dry."""

from __future__ import annotations

from typing import Any

import pytest

from data.simulator import catalog
from data.simulator.issue import PARTS
from data.simulator.jira import MOST_WORKLOGS
from tests.simulator.factory import EVERYTHING, MINUTE, START_MS, client, keys, search, world

DAY = 24 * 60 * MINUTE


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_admin/issue/SKAH-99999"),
        ("DELETE", "/_admin/issue/SKAH-99999"),
        ("POST", "/_admin/issue/SKAH-99999/move"),
        ("DELETE", "/_admin/issue/SKAH-99999/right"),
    ],
)
async def test_a_ticket_that_is_not_there_cannot_be_disturbed(method: str, path: str) -> None:
    async with client(world(), admin=True) as jira:
        before = await keys(jira, EVERYTHING, maxResults=1_000)
        assert (await jira.request(method, path, json={"project": "PERE"})).status_code == 404
        assert await keys(jira, EVERYTHING, maxResults=1_000) == before


@pytest.mark.parametrize("number", [0, 99_999])
def test_a_book_has_no_ticket_to_change_or_remove_but_its_own(number: int) -> None:
    book = world().books[catalog.SKAH]
    with pytest.raises(KeyError):
        book.change(number, lambda issue: None)
    with pytest.raises(KeyError):
        book.remove(number)


async def test_only_so_many_work_logs_are_told_at_once_and_to_nobody_none() -> None:
    of = world()
    async with client(of, admin=True) as jira:
        id_ = (await search(jira, "key = SKAH-4127", fields="id"))["issues"][0]["id"]
        await jira.post("/_admin/issue/SKAH-4127", json={"worklog": 1_800})
        logs = (await jira.get("/rest/api/2/issue/SKAH-4127/worklog")).json()["worklogs"]
        ids = [int(each["id"]) for each in logs]
        strange = [int(id_) * PARTS + PARTS - 1, 7]
        path = "/rest/api/2/worklog/list"
        assert (await jira.post(path, json={"ids": [*ids, *strange]})).json() == logs != []
        assert (await jira.post(path, json={"ids": ids * (MOST_WORKLOGS + 1)})).status_code == 400
        assert (await jira.post(path, content=b'{"ids": [')).status_code == 400
    async with client(of, token=None) as nobody:
        assert (await nobody.post(path, json={"ids": ids})).json() == []


@pytest.mark.parametrize(
    ("asked", "token", "status"),
    [
        ({"username": "kadri.tamm"}, "demo-token", 200),
        ({"username": "keegi.muu"}, "demo-token", 404),
        ({"username": "kadri.tamm"}, None, 401),
    ],
)
async def test_people_are_found_by_name_or_key_by_whoever_is_signed_in(
    asked: dict[str, str], token: str | None, status: int
) -> None:
    async with client(world(), token=token) as jira:
        answered = await jira.get("/rest/api/2/user", params=asked)
        assert answered.status_code == status
        if status == 200:
            by_key = await jira.get("/rest/api/2/user", params={"key": answered.json()["key"]})
            assert by_key.json() == answered.json()


async def test_a_link_to_a_ticket_that_is_gone_is_told_no_more() -> None:
    async with client(world(tickets=1_500), admin=True) as jira:
        every = (await search(jira, EVERYTHING, fields="issuelinks", maxResults=1_000))["issues"]
        linked = next(issue for issue in every if issue["fields"]["issuelinks"])
        links: list[dict[str, Any]] = linked["fields"]["issuelinks"]
        other = (links[0].get("outwardIssue") or links[0]["inwardIssue"])["key"]
        await jira.delete(f"/_admin/issue/{other}")
        after = (await jira.get(f"/rest/api/2/issue/{linked['key']}")).json()["fields"]["issuelinks"]
        assert [each["id"] for each in after] == [each["id"] for each in links[1:]]


async def test_a_ticket_may_be_asked_for_its_history_alone() -> None:
    async with client(world()) as jira:
        [issue] = (await search(jira, "key = SKAH-4127", fields="id", expand="changelog"))["issues"]
        assert "fields" not in issue
        whole = (await jira.get("/rest/api/2/issue/SKAH-4127", params={"expand": "changelog"})).json()
        assert issue["changelog"] == whole["changelog"]


async def test_a_fault_may_happen_several_times() -> None:
    async with client(world(), admin=True) as jira:
        await jira.post("/_admin/fault", json={"prefix": "/rest", "mode": "missing", "times": 2})
        statuses = [(await jira.get("/rest/api/2/myself")).status_code for _ in range(3)]
        assert statuses == [404, 404, 200]


async def test_a_description_may_be_taken_away() -> None:
    async with client(world(), admin=True) as jira:
        await jira.post("/_admin/issue/SKAH-4127", json={"description": None})
        issue = (await jira.get("/rest/api/2/issue/SKAH-4127", params={"expand": "changelog"})).json()
        assert issue["fields"]["description"] is None
        [item] = issue["changelog"]["histories"][-1]["items"]
        assert (item["field"], item["toString"]) == ("description", None)


def test_a_world_whose_open_tickets_are_all_gone_fills_again() -> None:
    of = world()
    book = of.books[catalog.SKAH]
    for number in list(of.open_numbers):
        book.remove(number)
    of.skip(DAY)
    of.now_ms()
    arrived = [book.get(number) for number in book.numbers]
    assert any(issue and issue.created_ms > START_MS for issue in arrived)

"""Faults on demand and by themselves, and what happens to tickets, rights and names of the simulated Jira."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import httpx
import pytest

from data.simulator.faults import Fault
from data.simulator.trouble import MINUTE, Trouble
from tests.simulator.factory import client, keys, search, world

MYSELF = "/rest/api/2/myself"


async def answered(mode: str, **more: object) -> httpx.Response:
    async with client(world(), admin=True) as jira:
        await jira.post("/_admin/fault", json={"prefix": "/rest", "mode": mode, "times": 1, **more})
        spoilt = await jira.get(MYSELF)
        assert (await jira.get(MYSELF)).status_code == 200, "it heals after so many requests"
        return spoilt


@pytest.mark.parametrize(
    ("mode", "status"),
    [("html200", 200), ("unauthorized", 401), ("captcha", 403), ("forbidden", 403), ("missing", 404), ("gone", 410),
     ("limited", 429), ("unavailable", 503), ("elsewhere", 302)],
)  # fmt: skip
async def test_a_fault_has_its_status(mode: str, status: int) -> None:
    assert (await answered(mode)).status_code == status


async def test_the_ways_to_ask_for_a_pause() -> None:
    assert (await answered("limited", seconds=7)).headers["retry-after"] == "7"
    parsedate_to_datetime((await answered("limited", style="date")).headers["retry-after"])
    zero = (await answered("limited", style="zero", seconds=7)).headers
    assert (zero["retry-after"], zero["x-ratelimit-remaining"], zero["x-ratelimit-interval-seconds"]) == ("0", "0", "7")
    assert "retry-after" not in (await answered("limited", style="bucket")).headers
    assert not {"retry-after", "x-ratelimit-limit"} & (await answered("limited", style="none")).headers.keys()
    assert "retry-after" not in (await answered("unavailable")).headers
    assert (await answered("unavailable", told=True)).headers["retry-after"] == "1"


async def test_a_moved_ticket_keeps_its_id_and_is_found_by_both_keys() -> None:
    async with client(world(), admin=True) as jira:
        moved = (await jira.post("/_admin/issue/SKAH-4000/move", json={"project": "PERE"})).json()
        assert (moved["id"], moved["key"].partition("-")[0]) == ("1004000", "PERE")
        for reference in ("SKAH-4000", moved["key"], "1004000"):
            assert (await jira.get(f"/rest/api/2/issue/{reference}")).json()["key"] == moved["key"]
        assert await keys(jira, "id = 1004000") == [moved["key"]]
        created = await search(jira, "project = PERE AND created >= 0 ORDER BY created ASC", fields="created")
        stamps = [issue["fields"]["created"] for issue in created["issues"]]
        assert stamps == sorted(stamps)


async def test_a_hidden_ticket_answers_as_a_deleted_one_does() -> None:
    async with client(world(), admin=True) as jira:
        total = (await search(jira, "project = SKAH", maxResults=0))["total"]
        await jira.delete("/_admin/issue/SKAH-4001")
        await jira.delete("/_admin/issue/SKAH-4002/right")
        one, other = [await jira.get(f"/rest/api/2/issue/SKAH-{number}") for number in (4001, 4002)]
        assert (one.status_code, one.content) == (other.status_code, other.content)
        assert one.status_code == 404
        assert (await search(jira, "project = SKAH", maxResults=0))["total"] == total - 2
        await jira.post("/_admin/issue/SKAH-4002/right")
        assert await keys(jira, "key = SKAH-4002") == ["SKAH-4002"]


async def test_a_closed_project_is_on_no_list() -> None:
    async with client(world(), admin=True) as jira:
        await jira.delete("/_admin/project/PERE/right")
        assert [each["key"] for each in (await jira.get("/rest/api/2/project")).json()] == ["SKAH"]
        assert (await jira.get("/rest/api/2/project/PERE")).status_code == 404
        assert (await jira.get("/rest/api/2/search", params={"jql": "project = PERE"})).status_code == 400
        assert (await jira.get("/rest/api/2/issue/PERE-201")).status_code == 404


async def test_twenty_work_logs_come_with_a_ticket_and_the_rest_on_pages() -> None:
    async with client(world(), admin=True) as jira:
        for _ in range(25):
            await jira.post("/_admin/issue/SKAH-4005", json={"worklog": 600})
        embedded = (await jira.get("/rest/api/2/issue/SKAH-4005")).json()["fields"]["worklog"]
        assert (len(embedded["worklogs"]), embedded["maxResults"]) == (20, 20)
        rest = await jira.get("/rest/api/2/issue/SKAH-4005/worklog", params={"startAt": 20})
        assert len(rest.json()["worklogs"]) == embedded["total"] - 20
        last = int(rest.json()["worklogs"][-1]["id"])
        listed = (await jira.post("/rest/api/2/worklog/list", json={"ids": [last, 5]})).json()
        assert [(each["id"], each["issueId"]) for each in listed] == [(str(last), "1004005")]
        await jira.post("/_admin/skip", json={"ms": 2 * MINUTE})
        await jira.post("/_admin/issue/SKAH-4005", json={"gone_worklog": last})
        changed = (await jira.get("/rest/api/2/worklog/updated", params={"since": 0})).json()["values"]
        assert last - 1 in {each["worklogId"] for each in changed}
        assert (await jira.get("/rest/api/2/worklog/deleted", params={"since": 0})).json()["values"] == [], "too young"
        await jira.post("/_admin/skip", json={"ms": 2 * MINUTE})
        deleted = (await jira.get("/rest/api/2/worklog/deleted", params={"since": 0})).json()["values"]
        assert [each["worklogId"] for each in deleted] == [last]


async def test_ids_and_keys_have_an_order() -> None:
    async with client(world()) as jira:
        assert await keys(jira, "id >= 1004126 ORDER BY id ASC") == ["SKAH-4126", "SKAH-4127"]
        assert await keys(jira, "key > SKAH-4125 AND project = SKAH ORDER BY id DESC") == ["SKAH-4127", "SKAH-4126"]


async def test_a_world_has_as_many_comments_as_are_wanted() -> None:
    of = type(world())(7, world().clock, 400, 1_600)
    notes = [len(issue.notes) for book in of.books.values() for n in book.numbers if (issue := book.get(n))]
    assert sum(notes) >= 1_600 * 0.85


def test_trouble_comes_and_goes_and_is_the_same_for_the_same_seed() -> None:
    def day() -> list[Fault | None]:
        of = world()
        trouble = Trouble(of, 1.0)
        found = []
        for _ in range(240):
            of.skip(MINUTE)
            found.append(trouble.fault(MYSELF))
        return found

    first = day()
    assert first == day()
    modes = {fault.mode for fault in first if fault}
    assert len(modes) >= 4
    assert 0.1 < sum(fault is not None for fault in first) / len(first) < 0.5

"""What tests of other rooms can do to the simulated systems."""

from __future__ import annotations

import json

from tests.simulator.factory import MINUTE, client, search, world


async def test_without_asking_there_is_nothing_to_disturb() -> None:
    async with client(world()) as jira:
        assert (await jira.post("/_admin/skip", json={"ms": 1})).status_code == 404


async def test_an_edit_moves_the_ticket_and_its_history() -> None:
    of = world()
    async with client(of, admin=True) as jira:
        await jira.post("/_admin/skip", json={"ms": MINUTE})
        edited = (
            await jira.post(
                "/_admin/issue/SKAH-4000",
                json={
                    "summary": "Uus pealkiri",
                    "status": "Töös",
                    "assignee": "kadri.tamm",
                    "comment": "Tere",
                    "priority": "1",
                },
            )
        ).json()
        issue = (await jira.get("/rest/api/2/issue/SKAH-4000", params={"expand": "changelog"})).json()
        assert issue["fields"]["summary"] == "Uus pealkiri"
        assert issue["fields"]["status"]["name"] == "Töös"
        assert issue["fields"]["assignee"]["name"] == "kadri.tamm"
        assert issue["fields"]["comment"]["comments"][-1]["body"] == "Tere"
        assert [entry["items"][0]["field"] for entry in issue["changelog"]["histories"]][-4:] == [
            "summary", "status", "assignee", "priority",
        ]  # fmt: skip
        newest = await search(jira, "project = SKAH ORDER BY updated DESC", fields="id", maxResults=1)
        assert newest["issues"][0]["id"] == edited["id"]


async def test_hostile_text_travels_as_it_is() -> None:
    hostile = "\x1b[31mpunane\x1b]52;c;ZQ==\x07 [/] [@click=app.bell]x \u202e \x00 \ud800"
    async with client(world(), admin=True) as jira:
        body = json.dumps({"summary": hostile, "description": hostile, "comments": [hostile, "x" * 1_000_000]})
        key = (await jira.post("/_admin/issue", content=body)).json()["key"]
        answered = await jira.get(f"/rest/api/2/issue/{key}")
        fields = json.loads(answered.content)["fields"]
        assert fields["summary"] == fields["description"] == hostile
        assert [len(comment["body"]) for comment in fields["comment"]["comments"]] == [len(hostile), 1_000_000]


async def test_an_odd_ticket_stands_among_good_ones() -> None:
    async with client(world(), admin=True) as jira:
        await jira.post("/_admin/issue", json={"raw": {"fields": None}})
        await jira.post("/_admin/issue", json={"raw": {"summary": 7, "status": "uus", "created": "eile"}})
        page = await search(jira, "project = SKAH ORDER BY key DESC", maxResults=3)
        odd, stranger, good = page["issues"][1], page["issues"][0], page["issues"][2]
        assert odd["fields"] is None
        assert (stranger["fields"]["summary"], stranger["fields"]["status"], stranger["fields"]["created"]) == (
            7,
            "uus",
            "eile",
        )
        assert good["fields"]["summary"]


async def test_a_deleted_ticket_is_not_found() -> None:
    async with client(world(), admin=True) as jira:
        before = (await search(jira, "project = SKAH", maxResults=0))["total"]
        await jira.delete("/_admin/issue/SKAH-4100")
        assert (await jira.get("/rest/api/2/issue/SKAH-4100")).status_code == 404
        assert (await search(jira, "project = SKAH", maxResults=0))["total"] == before - 1


async def test_a_bulk_edit_gives_many_tickets_one_timestamp() -> None:
    async with client(world(), admin=True) as jira:
        at = (await jira.post("/_admin/touch", json={"count": 120})).json()["updated"]
        tie = await search(
            jira, f"project = SKAH AND updated >= {at} ORDER BY updated ASC, key ASC", fields="updated", maxResults=500
        )
        assert tie["total"] == 120
        assert len({issue["fields"]["updated"] for issue in tie["issues"]}) == 1


async def test_faults_by_prefix_and_their_end() -> None:
    async with client(world(), admin=True) as jira:
        path = "/rest/api/2/myself"
        await jira.post("/_admin/fault", json={"prefix": "/rest", "mode": "html200"})
        page = await jira.get(path)
        assert (page.status_code, page.text[:9]) == (200, "<!DOCTYPE")
        assert (await jira.get("/calendar/koolitused.ics")).status_code == 200
        await jira.delete("/_admin/fault")
        for mode, status in (("unauthorized", 401), ("unavailable", 503), ("limited", 429)):
            await jira.post("/_admin/fault", json={"prefix": "/rest", "mode": mode, "times": 1, "seconds": 3})
            spoilt = await jira.get(path)
            assert spoilt.status_code == status
            assert spoilt.headers.get("retry-after") == ("3" if status == 429 else None)
            assert (await jira.get(path)).status_code == 200
        await jira.post("/_admin/fault", json={"prefix": "/rest", "mode": "slow", "seconds": 0.01, "times": 1})
        assert (await jira.get(path)).status_code == 200


async def test_a_calendar_may_be_replaced() -> None:
    async with client(world(), admin=True) as reader:
        await reader.post("/_admin/calendar", content=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        assert (await reader.get("/calendar/koolitused.ics")).content.startswith(b"BEGIN:VCALENDAR\r\nEND")
        await reader.request("DELETE", "/_admin/calendar")
        assert len((await reader.get("/calendar/koolitused.ics")).content) > 2_000

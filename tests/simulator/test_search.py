"""JQL and paging answer as Jira Data Center does, in health and in refusal."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.simulator.factory import EVERYTHING, MINUTE, START_MS, client, keys, search, world


async def test_a_page_is_capped_and_says_what_it_used() -> None:
    async with client(world(tickets=1_500)) as jira:
        page = await search(jira, EVERYTHING, maxResults=5_000, fields="id")
        assert (page["maxResults"], len(page["issues"]), page["total"]) == (1_000, 1_000, 1_500)
        assert (await search(jira, EVERYTHING))["maxResults"] == 50
        none = await search(jira, EVERYTHING, maxResults=0)
        assert (none["total"], none["issues"]) == (1_500, [])


async def test_past_the_result_window_the_server_fails() -> None:
    async with client(world(tickets=12_000)) as jira:
        last = await search(jira, EVERYTHING, startAt=9_950, maxResults=50, fields="id")
        assert len(last["issues"]) == 50
        beyond = await jira.get("/rest/api/2/search", params={"jql": EVERYTHING, "startAt": 9_951, "maxResults": 50})
        assert beyond.status_code == 500
        assert "Result window is too large" in beyond.json()["errorMessages"][0]


async def test_keyset_pages_meet_every_ticket_once_in_order() -> None:
    moving = world()
    async with client(moving) as jira:
        seen: list[str] = []
        stamps: list[str] = []
        from_ms = 0
        while True:
            page = await search(
                jira,
                f"project in (SKAH, PERE) AND updated >= {from_ms} ORDER BY updated ASC, key ASC",
                fields="updated",
                maxResults=70,
            )
            fresh = [issue for issue in page["issues"] if issue["key"] not in seen]
            if not fresh:
                break
            seen += [issue["key"] for issue in fresh]
            stamps += [issue["fields"]["updated"] for issue in fresh]
            from_ms = moving.find(seen[-1]).updated_ms // 1_000 * 1_000  # type: ignore[union-attr]
        assert len(seen) == 500
        assert all(earlier <= later for earlier, later in pairwise(stamps))


async def test_a_ticket_that_changes_moves_to_the_end_and_shifts_no_other() -> None:
    of = world()
    async with client(of, admin=True) as jira:
        before = await keys(jira, EVERYTHING, maxResults=1_000)
        await jira.post(f"/_admin/issue/{before[3]}", json={"comment": "Lisandus"})
        after = await keys(jira, EVERYTHING, maxResults=1_000)
        assert after == [*before[:3], *before[4:], before[3]]


async def test_offset_pages_of_two_projects_join_without_a_seam() -> None:
    async with client(world()) as jira:
        whole = await keys(jira, EVERYTHING, maxResults=1_000)
        parts = [
            key for start in range(0, 500, 60) for key in await keys(jira, EVERYTHING, startAt=start, maxResults=60)
        ]
        assert parts == whole
        backwards = await keys(jira, EVERYTHING.replace("ASC", "DESC"), maxResults=1_000)
        assert backwards == whole[::-1]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("key ASC", ["PERE-201", "PERE-202"]),
        ("key DESC", ["SKAH-4127", "SKAH-4126"]),
        ("created DESC", ["SKAH-4127", "SKAH-4126"]),
    ],
)
async def test_orders(order: str, expected: list[str]) -> None:
    async with client(world()) as jira:
        assert await keys(jira, f"project in (SKAH, PERE) ORDER BY {order}", maxResults=2) == expected


async def test_an_index_and_a_walk_give_the_same_tickets() -> None:
    """`status != Suletud` cannot be answered by the order, so the second query goes ticket by ticket."""
    of = world()
    async with client(of) as jira:
        low = START_MS - 3 * 24 * 60 * MINUTE
        indexed = await search(
            jira, f"project = SKAH AND updated >= {low} ORDER BY updated ASC", fields="status", maxResults=900
        )
        walked = await keys(
            jira, f'project = SKAH AND updated >= {low} AND status != "Suletud" ORDER BY updated ASC', maxResults=900
        )
        wanted = [issue["key"] for issue in indexed["issues"] if issue["fields"]["status"]["name"] != "Suletud"]
        assert 0 < len(wanted) < len(indexed["issues"])
        assert walked == wanted


async def test_dates_may_be_numbers_local_times_or_periods() -> None:
    async with client(world()) as jira:
        number = await keys(jira, f"updated >= {START_MS - 60 * MINUTE} ORDER BY key ASC")
        assert number
        assert await keys(jira, 'updated >= "2026/12/04 08:14" ORDER BY key ASC') == number
        assert await keys(jira, "updated >= '2026-12-04 08:14' ORDER BY key ASC") == number
        assert await keys(jira, "updated >= -60m ORDER BY key ASC") == number
        assert await keys(jira, "updated < 0") == []


async def test_tickets_by_key_and_by_id() -> None:
    async with client(world()) as jira:
        assert await keys(jira, "issuekey in (SKAH-4127, PERE-201) ORDER BY key ASC") == ["PERE-201", "SKAH-4127"]
        assert await keys(jira, "id in (1004127)") == ["SKAH-4127"]
        assert await keys(jira, "key = SKAH-4127 OR key = SKAH-4126 ORDER BY key DESC") == ["SKAH-4127", "SKAH-4126"]
        mine = await search(jira, "assignee = currentUser() AND statusCategory != Done AND statusCategory != Valmis")
        assert mine["total"] == 6


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("project = NONE", "The value 'NONE' does not exist for the field 'project'."),
        ("key = SKAH-99999", "An issue with key 'SKAH-99999' does not exist for field 'key'."),
        ("id = 5", "A value with ID '5' does not exist for the field 'id'."),
        ("colour = red", "Field 'colour' does not exist"),
        ("project == SKAH", "Expecting"),
        ("project = SKAH AND", "Unexpected end"),
        ("project = SKAH updated >= 0", "Expecting either 'OR' or 'AND'"),
        ('updated >= "eile"', "Date value 'eile' for field 'updated' is invalid"),
        ("project in (SKAH", "Unexpected end"),
    ],
)
async def test_a_bad_query_is_refused_in_the_servers_words(jql: str, message: str) -> None:
    async with client(world()) as jira:
        refused = await jira.get("/rest/api/2/search", params={"jql": jql})
        assert refused.status_code == 400
        assert message in refused.json()["errorMessages"][0]
        assert refused.json()["errors"] == {}


async def test_without_validation_a_missing_project_is_only_a_warning() -> None:
    async with client(world()) as jira:
        page = await search(jira, "project in (SKAH, NONE)", validateQuery="false", maxResults=1)
        assert page["total"] == 444
        assert page["warningMessages"] == ["The value 'NONE' does not exist for the field 'project'."]


async def test_a_server_may_refuse_numbers_as_dates() -> None:
    async with client(world(), admin=True) as jira:
        await jira.post("/_admin/settings", json={"numbers": False})
        refused = await jira.get("/rest/api/2/search", params={"jql": "updated >= 1796365265100"})
        assert refused.status_code == 400
        assert "Date value '1796365265100'" in refused.json()["errorMessages"][0]
        assert (await search(jira, 'updated >= "2026/12/01 00:00"'))["total"] > 0


async def test_post_searches_as_get_does() -> None:
    async with client(world()) as jira:
        body = {"jql": EVERYTHING, "fields": ["summary"], "maxResults": 3, "expand": ["changelog"]}
        posted = (await jira.post("/rest/api/2/search", json=body)).json()
        got = await search(jira, EVERYTHING, fields="summary", maxResults=3, expand="changelog")
        assert posted == got
        assert (await jira.post("/rest/api/2/search", content=b"{")).status_code == 400


async def test_the_fields_asked_for_are_the_fields_given() -> None:
    async with client(world()) as jira:
        one = {"jql": "key = SKAH-4127"}
        bare = (await jira.get("/rest/api/2/search", params={**one, "fields": "id"})).json()["issues"][0]
        assert "fields" not in bare
        navigable = (await jira.get("/rest/api/2/search", params=one)).json()["issues"][0]["fields"]
        assert "comment" not in navigable
        assert "summary" in navigable
        some = (await jira.get("/rest/api/2/search", params={**one, "fields": "*all,-description"})).json()
        assert "description" not in some["issues"][0]["fields"]
        whole = (await jira.get("/rest/api/2/issue/SKAH-4127")).json()
        assert "comment" in whole["fields"]
        assert "changelog" not in whole


async def test_nobody_and_strangers() -> None:
    of = world()
    async with client(of, token=None) as nobody:
        assert (await nobody.get("/rest/api/2/myself")).status_code == 401
        assert (await nobody.get("/rest/api/2/serverInfo")).status_code == 200
        assert (await search(nobody, "updated >= 0"))["total"] == 0
        assert (await nobody.get("/rest/api/2/search", params={"jql": "project = SKAH"})).status_code == 400
        assert (await nobody.get("/rest/api/2/project")).json() == []
        assert (await nobody.get("/rest/api/2/issue/SKAH-4127")).status_code == 401
        assert (await nobody.get("/rest/agile/1.0/board")).json()["values"] == []
    async with client(of, token="wrong") as stranger:
        refused = await stranger.get("/rest/api/2/myself")
        assert refused.status_code == 401
        assert refused.headers["content-type"].startswith("text/html")
        assert refused.headers["x-seraph-loginreason"] == "AUTHENTICATED_FAILED"
        assert (await stranger.get("/rest/api/2/search", params={"jql": "project = SKAH"})).status_code == 401
    async with client(of) as jira:
        me = (await jira.get("/rest/api/2/myself")).json()
        assert (me["name"], me["timeZone"]) == ("kadri.tamm", "Europe/Tallinn")
        assert (await jira.get("/rest/api/2/issue/SKAH-99999")).status_code == 404
        assert (await jira.get("/rest/api/2/search/jql")).status_code == 404

"""The board with its sprints and epics, as far as somebody may see it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.factory import client, search, world

AGILE = "/rest/agile/1.0"
BOARD = f"{AGILE}/board/7"


async def test_a_sprint_is_the_same_alone_as_in_its_boards_list() -> None:
    async with client(world()) as jira:
        assert (await jira.get(BOARD)).json() == (await jira.get(f"{AGILE}/board")).json()["values"][0]
        sprints: list[dict[str, Any]] = (await jira.get(f"{BOARD}/sprint")).json()["values"]
        alone = [(await jira.get(f"{AGILE}/sprint/{each['id']}")).json() for each in sprints]
    assert alone == sprints
    begun = {each["state"]: ("activatedDate" in each, "completeDate" in each) for each in sprints}
    assert begun == {"closed": (True, True), "active": (True, False), "future": (False, False)}


async def test_sprints_are_chosen_by_their_state_and_come_in_pages() -> None:
    async with client(world()) as jira:
        every = (await jira.get(f"{BOARD}/sprint")).json()["values"]
        open_ones = (await jira.get(f"{BOARD}/sprint", params={"state": "active,future"})).json()["values"]
        assert open_ones == [each for each in every if each["state"] != "closed"] != []
        first = (await jira.get(f"{BOARD}/sprint", params={"maxResults": "2"})).json()
        assert (first["values"], first["isLast"]) == (every[:2], False)
        rest = (await jira.get(f"{BOARD}/sprint", params={"startAt": "2"})).json()
        assert (rest["values"], rest["isLast"]) == (every[2:], True)


async def test_epics_are_done_when_their_tickets_are_resolved() -> None:
    async with client(world(tickets=1_500)) as jira:
        found = await search(jira, "issuetype = Eepos", fields="resolution", maxResults=1_000)
        is_done = {issue["key"]: issue["fields"]["resolution"] is not None for issue in found["issues"]}
        every = (await jira.get(f"{BOARD}/epic")).json()["values"]
        assert {each["key"]: each["done"] for each in every} == is_done
        for asked in (True, False):
            chosen = (await jira.get(f"{BOARD}/epic", params={"done": str(asked).lower()})).json()["values"]
            assert {each["key"] for each in chosen} == {key for key, is_so in is_done.items() if is_so is asked}
    assert set(is_done.values()) == {True, False}


@pytest.mark.parametrize(
    ("path", "token", "told"),
    [
        (f"{AGILE}/board/8", "demo-token", "board cannot be viewed"),
        (f"{AGILE}/board/8/epic", "demo-token", "board cannot be viewed"),
        (f"{BOARD}/sprint", None, "board cannot be viewed"),
        (f"{AGILE}/sprint/1", "demo-token", "Sprint does not exist"),
        (f"{AGILE}/sprint/33", None, "Sprint does not exist"),
    ],
)
async def test_what_is_not_there_and_what_may_not_be_seen_are_told_alike(
    path: str, token: str | None, told: str
) -> None:
    async with client(world(), token=token) as jira:
        refused = await jira.get(path)
        assert (refused.status_code, told in refused.json()["errorMessages"][0]) == (404, True)

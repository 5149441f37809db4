"""Each clause of a search gives the tickets that a person would pick by hand from all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from data.clock import TALLINN, epoch_ms
from tests.simulator.factory import EVERYTHING, MINUTE, START_MS, client, keys, search, world

Fields = dict[str, Any]
MIDNIGHT_MS = epoch_ms(datetime(2026, 12, 4, tzinfo=TALLINN))


def named(fields: Fields, field: str) -> str | None:
    """The name in a field that holds an object, or None where it is empty."""
    return str(fields[field]["name"]) if fields[field] else None


def moment(fields: Fields, field: str) -> int:
    return epoch_ms(datetime.fromisoformat(fields[field]))


PICKED: dict[str, Callable[[Fields], bool]] = {
    "assignee is EMPTY": lambda of: named(of, "assignee") is None,
    "assignee is not EMPTY": lambda of: named(of, "assignee") is not None,
    "assignee in (currentUser(), siim.hallik)": lambda of: named(of, "assignee") in ("kadri.tamm", "siim.hallik"),
    "assignee != currentUser()": lambda of: named(of, "assignee") != "kadri.tamm",
    "reporter = 'kadri.tamm'": lambda of: named(of, "reporter") == "kadri.tamm",
    "resolution = Unresolved": lambda of: named(of, "resolution") is None,
    "resolution = Tehtud": lambda of: named(of, "resolution") == "Tehtud",
    "status not in (Suletud, Valmis)": lambda of: named(of, "status") not in ("Suletud", "Valmis"),
    "status = 6": lambda of: named(of, "status") == "Suletud",
    "statusCategory = done": lambda of: of["status"]["statusCategory"]["key"] == "done",
    'issuetype in ("Viga", Eepos)': lambda of: named(of, "issuetype") in ("Viga", "Eepos"),
    'priority = "K1 kriitiline"': lambda of: named(of, "priority") == "K1 kriitiline",
    "priority in (1, 2)": lambda of: of["priority"]["id"] in ("1", "2"),
    "labels = xtee": lambda of: "xtee" in of["labels"],
    "labels not in (xtee, rr)": lambda of: not {"xtee", "rr"} & set(of["labels"]),
    'summary ~ "toetus*"': lambda of: "toetus" in of["summary"].lower(),
    "not issuetype = Viga": lambda of: named(of, "issuetype") != "Viga",
    "project = SKAH AND not (issuetype = Viga or status = Suletud)": lambda of: (
        of["project"]["key"] == "SKAH" and named(of, "issuetype") != "Viga" and named(of, "status") != "Suletud"
    ),
    "(project = SKAH AND (labels = xtee AND issuetype = Viga))": lambda of: (
        of["project"]["key"] == "SKAH" and "xtee" in of["labels"] and named(of, "issuetype") == "Viga"
    ),
    "issuetype = Eepos or labels = rr and status = Suletud": lambda of: (
        named(of, "issuetype") == "Eepos" or ("rr" in of["labels"] and named(of, "status") == "Suletud")
    ),
    "updated >= startOfDay()": lambda of: moment(of, "updated") >= MIDNIGHT_MS,
    "updated > '2026/12/01' and updated <= now()": lambda of: (
        epoch_ms(datetime(2026, 12, 1, tzinfo=TALLINN)) < moment(of, "updated") <= START_MS
    ),
    "created < '-4w 2d'": lambda of: moment(of, "created") < START_MS - 26 * 24 * 60 * MINUTE,
    "not created >= -1w": lambda of: moment(of, "created") < START_MS - 7 * 24 * 60 * MINUTE,
    "created >= -4w and updated < -3d and created >= -8w and updated < -1d": lambda of: (
        moment(of, "created") >= START_MS - 28 * 24 * 60 * MINUTE
        and moment(of, "updated") < START_MS - 3 * 24 * 60 * MINUTE
    ),
}


@pytest.mark.parametrize("clause", PICKED)
async def test_a_clause_gives_what_a_person_would_pick(clause: str) -> None:
    async with client(world()) as jira:
        every = (await search(jira, EVERYTHING, maxResults=1_000))["issues"]
        wanted = {issue["key"] for issue in every if PICKED[clause](issue["fields"])}
        assert set(await keys(jira, clause, maxResults=1_000)) == wanted
    assert 0 < len(wanted) < len(every)


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("key > SKAH-4125", {"SKAH-4126", "SKAH-4127"}),
        ("key >= skah-4126", {"SKAH-4126", "SKAH-4127"}),
        ("id > 1004126", {"SKAH-4127"}),
        ("key <= PERE-202", {"PERE-201", "PERE-202"}),
        ("key in (SKAH-4127, SKAH-4126) and id in (1004127)", {"SKAH-4127"}),
        ("key = SKAH-4127 and project = PERE", set()),
    ],
)
async def test_keys_have_an_order_within_their_project_alone(clause: str, wanted: set[str]) -> None:
    async with client(world()) as jira:
        assert set(await keys(jira, clause)) == wanted


@pytest.mark.parametrize(
    ("order", "of"),
    [
        ("priority", lambda issue: -int(issue["fields"]["priority"]["id"])),
        ("status", lambda issue: issue["fields"]["status"]["id"]),
        ("assignee", lambda issue: (issue["fields"]["assignee"] or {"displayName": ""})["displayName"]),
        ("id", lambda issue: int(issue["id"])),
        ("reporter", lambda issue: int(issue["key"].rpartition("-")[2])),
    ],
)
async def test_tickets_that_are_alike_keep_the_order_of_their_keys(order: str, of: Callable[[Any], Any]) -> None:
    """A field that has no order here goes by the number of the ticket."""
    async with client(world()) as jira:
        by_key = (await search(jira, "project = SKAH ORDER BY key ASC", maxResults=1_000))["issues"]
        found = await keys(jira, f"project = SKAH ORDER BY {order} DESC, key ASC", maxResults=1_000)
        assert found == [issue["key"] for issue in sorted(by_key, key=of, reverse=True)]


IN_QUERY = "Error in the JQL Query: "


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ('summary ~ "toetus', f"{IN_QUERY}The character '\"' is a reserved JQL character."),
        ("project ( SKAH", f"{IN_QUERY}Expecting operator but got '('."),
        ("project = and", f"{IN_QUERY}Expecting either a value, list or function but got 'and'."),
        ("project not SKAH", f"{IN_QUERY}Expecting 'in' but got 'SKAH'."),
        ("project = SKAH order key", f"{IN_QUERY}Expecting 'by' but got 'key'."),
        ("key > SKAH", "The issue key 'SKAH' for field 'key' is invalid."),
    ],
)
async def test_what_cannot_be_read_is_refused_where_it_stands(jql: str, message: str) -> None:
    async with client(world()) as jira:
        refused = await jira.get("/rest/api/2/search", params={"jql": jql})
        assert (refused.status_code, refused.json()["errorMessages"]) == (400, [message])

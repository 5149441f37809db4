"""The simulated Jira's answers against the OpenAPI file of Jira Software Data Center 10.3, strictly.

Strictly: a property that the file does not know fails too, so that a slip of the pen in a name is found. Where the file
itself is wrong, the relaxation stands in a table here with its reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from data.simulator import catalog
from tests.simulator.factory import EVERYTHING, MINUTE, client, search, world

SPECIFICATION = Path(__file__).parents[3] / "shared/fixtures/specs/jira-software-dc-10.3-openapi.json"

ITEM_FOR_LIST = "the file declares the item although the server sends a list of it"
ENVELOPE = "the file declares the item although the server sends {startAt, maxResults, isLast, values} of it"
LISTS = {
    "/rest/api/2/field": ("FieldBean", ITEM_FOR_LIST),
    "/rest/api/2/status": ("StatusJsonBean", ITEM_FOR_LIST),
    "/rest/api/2/priority": ("PriorityJsonBean", ITEM_FOR_LIST),
    "/rest/api/2/issuetype": ("IssueTypeJsonBean", ITEM_FOR_LIST),
    "/rest/api/2/project": ("ProjectBean", ITEM_FOR_LIST),
    "/rest/api/2/project/PERE/versions": ("VersionBean", ITEM_FOR_LIST),
}
ENVELOPES = {
    "/rest/agile/1.0/board": ("BoardBean", ENVELOPE),
    "/rest/agile/1.0/board/7/sprint": ("SprintBean", ENVELOPE),
    "/rest/agile/1.0/board/7/epic": ("EpicBean", ENVELOPE),
}
PLAIN = {
    "/rest/api/2/myself": "UserBean",
    "/rest/api/2/project/PERE": "ProjectBean",
    "/rest/api/2/issue/SKAH-4123/comment": "CommentsWithPaginationJsonBean",
    "/rest/api/2/issue/SKAH-4123/worklog": "WorklogWithPaginationBean",
    "/rest/api/2/user?username=kadri.tamm": "UserBean",
    "/rest/api/2/worklog/updated?since=0": "WorklogChangedSinceBean",
    "/rest/api/2/worklog/deleted?since=0": "WorklogChangedSinceBean",
    "/rest/agile/1.0/board/7": "BoardBean",
    "/rest/agile/1.0/sprint/33": "SprintBean",
}

NULLABLE = {
    ("ChangeItemBean", "from"): "an empty side of a change is null; OpenAPI 3.0 files without `nullable` cannot say so",
    ("ChangeItemBean", "fromString"): "as above",
    ("ChangeItemBean", "to"): "as above",
    ("ChangeItemBean", "toString"): "as above",
}
_WHOLE_PROJECT = "the file has the short form of a project only; the server sends the whole one"
UNDECLARED = {
    ("IssueBean", "expand"): "sent by every server since 4.4, an XML attribute that the file forgot",
    ("ProjectBean", "projectTypeKey"): _WHOLE_PROJECT,
    ("ProjectBean", "expand"): _WHOLE_PROJECT,
    ("ProjectBean", "lead"): _WHOLE_PROJECT,
    ("ProjectBean", "components"): _WHOLE_PROJECT,
    ("ProjectBean", "issueTypes"): _WHOLE_PROJECT,
    ("ProjectBean", "assigneeType"): _WHOLE_PROJECT,
    ("ProjectBean", "versions"): _WHOLE_PROJECT,
    ("ProjectBean", "roles"): _WHOLE_PROJECT,
    ("SimpleListWrapperApplicationRoleBean", "items"): "the list of a list wrapper is missing in the file",
    ("SimpleListWrapperGroupJsonBean", "items"): "the list of a list wrapper is missing in the file",
}
FREE_VALUES = {
    (
        "IssueBean",
        "fields",
    ): "declared as objects although fields are texts, lists, numbers and null as well; the values "
    "are checked one by one below",
}
FIELD_VALUES = {
    "issuetype": "IssueTypeJsonBean", "project": "ProjectJsonBean", "status": "StatusJsonBean",
    "priority": "PriorityJsonBean", "assignee": "UserJsonBean", "reporter": "UserJsonBean", "creator": "UserJsonBean",
    "comment": "CommentsWithPaginationJsonBean", "worklog": "WorklogWithPaginationBean",
    "attachment": "AttachmentJsonBean", "fixVersions": "VersionBean", "components": "ComponentBean",
}  # fmt: skip


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    if not SPECIFICATION.exists():
        pytest.skip(f"{SPECIFICATION} is not here: answers cannot be held against the published OpenAPI")
    document: dict[str, Any] = json.loads(SPECIFICATION.read_text("utf-8"))
    return relaxed(document)


def relaxed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every object closed to unknown properties, and with the relaxations of the tables above."""
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    for name, field in NULLABLE:
        schemas[name]["properties"][field] = {"type": ["string", "null"]}
    for name, field in UNDECLARED:
        assert field not in schemas[name]["properties"], f"{name}.{field} is declared: no relaxation is needed"
        schemas[name]["properties"][field] = {}
    for name, field in FREE_VALUES:
        schemas[name]["properties"][field] = {"type": "object"}
    return document


def check(specification: dict[str, Any], name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": specification["components"]}
    errors = [f"{error.json_path}: {error.message[:300]}" for error in Draft202012Validator(schema).iter_errors(value)]
    assert errors == []


async def test_lists(specification: dict[str, Any]) -> None:
    async with client(world()) as jira:
        for path, (name, _) in LISTS.items():
            items = (await jira.get(path)).json()
            assert items, path
            for item in items:
                check(specification, name, item)


async def test_pages_of_the_agile_interface(specification: dict[str, Any]) -> None:
    async with client(world()) as jira:
        for path, (name, _) in ENVELOPES.items():
            page = (await jira.get(path)).json()
            assert {"startAt", "maxResults", "isLast", "values"} <= set(page)
            assert page["values"], path
            for item in page["values"]:
                check(specification, name, item)


async def test_single_answers(specification: dict[str, Any]) -> None:
    async with client(world()) as jira:
        for path, name in PLAIN.items():
            answered = await jira.get(path)
            assert answered.status_code == 200, path
            check(specification, name, answered.json())


async def test_search_results_with_change_log(specification: dict[str, Any]) -> None:
    async with client(world(after_ms=12 * MINUTE)) as jira:
        page = await search(jira, EVERYTHING, fields="*all", expand="changelog", maxResults=1_000)
        check(specification, "SearchResultsBean", page)
        for issue in page["issues"]:
            for name, value in values(issue["fields"]):
                check(specification, FIELD_VALUES[name], value)


def values(fields: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values of a ticket's fields that have a schema of their own."""
    for name in FIELD_VALUES:
        value = fields.get(name)
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                yield name, each


async def test_a_field_is_declared_where_it_is_used(specification: dict[str, Any]) -> None:
    """Every field of a ticket is in `/field`, with the kind of value that it says; no change item has a `fieldId`."""
    async with client(world()) as jira:
        declared = {field["id"]: field for field in (await jira.get("/rest/api/2/field")).json()}
        page = await search(jira, EVERYTHING, fields="*all", expand="changelog", maxResults=1_000)
    for issue in page["issues"]:
        for name, value in issue["fields"].items():
            kind = declared[name]["schema"]["type"]
            if name == "worklog":
                # The server itself declares a list and sends a page.
                continue
            assert value is None or (kind == "array") == isinstance(value, list), name
        assert not any("fieldId" in item for entry in issue["changelog"]["histories"] for item in entry["items"])
    customs = {field["schema"]["custom"] for field in declared.values() if field["custom"]}
    assert len(customs) == len(catalog.CUSTOM_FIELDS) - 1, "the two SLA fields are of one kind"


async def test_errors_have_jiras_form(specification: dict[str, Any]) -> None:
    async with client(world()) as jira:
        for path in ("/rest/api/2/search?jql=x", "/rest/api/2/issue/SKAH-1", "/rest/api/2/project/NONE"):
            check(specification, "ErrorCollection", (await jira.get(path)).json())

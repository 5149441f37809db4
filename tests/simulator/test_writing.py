"""The simulated Jira refuses what the real one does, in its words, and answers what is asked before one writes."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from data.action import Shape, Value
from data.simulator.gate import TOKEN
from data.sources.jira_values import changes, shape_of, told, values_of
from tests.upstream import Upstream, upstream


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=60) as running:
        yield running


@pytest.fixture
def key(server: Upstream) -> Iterator[str]:
    yield server.admin("issue", {"summary": "Proov"})["key"]
    server.admin("settings", {"withheld": [], "barred": [], "departed": []})


def ask(server: Upstream, method: str, path: str, body: Any = None, token: str = TOKEN) -> tuple[int, Any]:
    content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.base}/rest/api/2/{path}", content, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    return status, json.loads(text) if text.startswith((b"{", b"[")) else text


NEW = {"project": {"key": "SKAH"}, "issuetype": {"id": "10100"}, "summary": "Uus"}
REFUSED = [
    ("POST", "issue", {"fields": {**NEW, "project": {"key": "XX"}}}, 400, "project"),
    ("POST", "issue", {"fields": {**NEW, "issuetype": {"id": "1"}}}, 400, "issuetype"),
    ("POST", "issue", {"fields": {**NEW, "summary": " "}}, 400, "summary"),
    ("POST", "issue", {"fields": {**NEW, "summary": "x" * 256}}, 400, "summary"),
    ("POST", "issue", {"fields": {**NEW, "summary": "a\nb"}}, 400, "summary"),
    ("POST", "issue", {"fields": {**NEW, "customfield_1": 1}}, 400, "customfield_1"),
    ("POST", "issue", {"fields": {**NEW, "labels": ["kaks sõna"]}}, 400, "kaks sõna"),
    ("POST", "issue", {"fields": {**NEW, "assignee": {"name": "nobody"}}}, 400, "assignee"),
    ("POST", "issue", {"fields": {**NEW, "components": [{"id": "1"}]}}, 400, "components"),
    ("PUT", "issue/{key}", {"fields": {"status": {"id": "3"}}}, 400, "status"),
    ("POST", "issue/{key}/comment", {"body": ""}, 400, "comment"),
    ("POST", "issue/{key}/comment", {"body": "x" * 32_768}, 400, "comment"),
    ("POST", "issue/{key}/worklog", {"timeSpentSeconds": 5}, 400, "timeLogged"),
    ("POST", "issue/{key}/transitions", {}, 400, ""),
    ("POST", "issue/{key}/transitions", {"transition": {"id": "9"}}, 500, ""),
    ("POST", "issueLink", {"type": {"name": "Olematu"}}, 404, ""),
    ("POST", "issueLink", {"type": {"name": "Seos"}, "inwardIssue": {"key": "X-1"}}, 404, ""),
    ("POST", "issue/{key}/watchers", "nobody", 404, ""),
    ("POST", "issue/{key}/watchers", b"{", 400, ""),
    ("POST", "issue/XX-1/comment", {"body": "x"}, 404, ""),
    ("POST", "issue", b"[", 400, ""),
    ("POST", "issue/{key}/attachments", b"x", 403, ""),
    ("GET", "issue/{key}/properties/none", None, 404, ""),
    ("GET", "issue/createmeta/XX/issuetypes", None, 404, ""),
    ("GET", "issue/createmeta/SKAH/issuetypes/1", None, 404, ""),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"), REFUSED, ids=[f"{n}-{each[3]}" for n, each in enumerate(REFUSED)]
)
def test_what_jira_refuses(
    server: Upstream, key: str, method: str, path: str, body: Any, status: int, field: str
) -> None:
    found, answer = ask(server, method, path.format(key=key), body)
    assert found == status
    if field:
        assert field in answer["errors"]


@pytest.mark.parametrize("path", ["issue", "issue/SKAH-1/watchers"])
def test_nobody_may_write(server: Upstream, path: str) -> None:
    assert ask(server, "POST", path, {}, token="")[0] == 401


def test_a_screen_demands_a_resolution_that_exists(server: Upstream, key: str) -> None:
    server.admin(f"issue/{key}", {"status": "Töös"})
    path = f"issue/{key}/transitions"
    assert "resolution" in ask(server, "POST", path, {"transition": {"id": "105"}})[1]["errors"]
    wrong = {"transition": {"id": "105"}, "fields": {"resolution": {"id": "1"}}}
    assert "resolution" in ask(server, "POST", path, wrong)[1]["errors"]


def test_several_values_are_set_added_and_taken_away(server: Upstream, key: str) -> None:
    steps = {"update": {"labels": [{"set": ["a", "b"]}, {"add": "c"}, {"remove": "a"}]}}
    assert ask(server, "PUT", f"issue/{key}", steps)[0] == 204
    assert ask(server, "GET", f"issue/{key}?fields=labels")[1]["fields"]["labels"] == ["b", "c"]
    component = {"update": {"components": [{"add": {"id": "10602"}}]}}
    assert ask(server, "PUT", f"issue/{key}", component)[0] == 204
    assert ask(server, "PUT", f"issue/{key}", {"update": {"components": [{"remove": {"id": "10602"}}]}})[0] == 204
    assert ask(server, "GET", f"issue/{key}?fields=components")[1]["fields"]["components"] == []


def test_a_property_is_kept(server: Upstream, key: str) -> None:
    assert ask(server, "PUT", f"issue/{key}/properties/proov", {"a": 1})[0] == 201
    assert ask(server, "GET", f"issue/{key}/properties/proov")[1]["value"] == {"a": 1}


def test_without_the_right_no_way_is_shown(server: Upstream, key: str) -> None:
    server.admin("settings", {"withheld": [["SKAH", "TRANSITION_ISSUES"]]})
    assert ask(server, "GET", f"issue/{key}/transitions")[1]["transitions"] == []


RAW = [
    (Shape.TEXT, "a\u200bb", (Value("", "ab"),)),
    (Shape.DAY, "2026-12-10", (Value("", "2026-12-10"),)),
    (Shape.NUMBER, 1.5, (Value("", "1.5"),)),
    (Shape.CHOICE, {"id": "1", "name": "K1"}, (Value("1", "K1"),)),
    (Shape.CHOICES, [{"id": 2, "value": "B"}], (Value("2", "B"),)),
    (Shape.LABELS, ["x"], (Value("", "x"),)),
    (Shape.USER, {"name": "liis.org", "displayName": "Liis Org"}, (Value("liis.org", "Liis Org"),)),
    (Shape.TEXT, None, ()),
]


@pytest.mark.parametrize(("shape", "raw", "values"), RAW, ids=[str(n) for n in range(len(RAW))])
def test_values_are_read_as_jira_tells_them(shape: Shape, raw: Any, values: tuple[Value, ...]) -> None:
    assert values_of(shape, raw) == values


@pytest.mark.parametrize(("shape", "raw"), [(Shape.LABELS, "x"), (Shape.CHOICE, "x")], ids=["many", "one"])
def test_values_of_another_shape_are_refused(shape: Shape, raw: Any) -> None:
    with pytest.raises(ValueError, match=shape.value):
        values_of(shape, raw)


def test_values_are_told_as_jira_takes_them() -> None:
    user, choice = Value("liis.org", "Liis Org"), Value("1", "K1")
    assert told(Shape.USER, (user,)) == {"name": "liis.org"}
    assert told(Shape.NUMBER, (Value("", "1.5"),)) == 1.5
    assert told(Shape.CHOICES, (choice,)) == [{"id": "1"}]
    assert told(Shape.TEXT, ()) is None
    assert changes(Shape.LABELS, (Value("", "a"),), (Value("", "b"),)) == [{"add": "b"}, {"remove": "a"}]


def test_only_known_kinds_of_field_can_be_filled_in() -> None:
    assert shape_of({"type": "array", "items": "version"}) is Shape.CHOICES
    assert shape_of({"type": "array", "items": "issuelinks"}) is None
    assert shape_of({"type": "priority"}) is Shape.CHOICE
    assert shape_of({"type": "any"}) is None

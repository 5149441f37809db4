"""A check of a value in a JSON answer."""

from __future__ import annotations

import pytest

from data.checks.http import HttpCheck
from data.model import Outcome
from tests.checks.web import Answer

HEALTH = b'{"status": "UP", "components": {"db": {"status": "DOWN"}}, "checks": [{"ok": true}, {"n": 3}], "": null}'


@pytest.mark.parametrize(
    ("path", "equals", "outcome"),
    [
        ("status", "UP", Outcome.OK),
        ("components.db.status", "DOWN", Outcome.OK),
        ("components.db.status", "UP", Outcome.FAIL),
        ("checks[0].ok", "true", Outcome.OK),
        ("checks[1].n", "3", Outcome.OK),
        ("checks[2].n", "3", Outcome.FAIL),
        ("components.db", '{"status":"DOWN"}', Outcome.OK),
        ("missing", "UP", Outcome.FAIL),
        ("status.deeper", "UP", Outcome.FAIL),
        ("checks.ok", "true", Outcome.FAIL),
        ("components[0]", "UP", Outcome.FAIL),
    ],
)
def test_the_value_in_a_json_answer_is_compared(path: str, equals: str, outcome: Outcome) -> None:
    look = HttpCheck(name="x", url="https://x.example", json=path, equals=equals).judge(Answer(HEALTH))

    assert (look.outcome, look.reason) == (outcome, "" if outcome is Outcome.OK else "value mismatch")


@pytest.mark.parametrize("body", [b"", b"UP", b"<html>", b"[" * 100_000, b"\xff\xfe", b"null", b"3"])
def test_what_is_no_such_json_is_not_well(body: bytes) -> None:
    look = HttpCheck(name="x", url="https://x.example", json="status").judge(Answer(body))

    assert (look.outcome, look.reason) == (Outcome.FAIL, "value mismatch")


@pytest.mark.parametrize("path", ["a..b", ".a", "a[x]", "a[-1]", "[", "a.", "a[1"])
def test_a_way_that_leads_nowhere_is_told(path: str) -> None:
    (problem,) = HttpCheck(name="x", url="https://x.example", json=path).problems()

    assert problem[0] == "json"

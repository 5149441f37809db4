"""What waits to be sent, out of what was written about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from data.store.operations import FAILED, NOTICE, SENDING, SENT, WITHDRAW, Operation
from data.store.outbox import waiting

Act = tuple[str, dict[str, Any]]
"""A kind of operation, and what it says beside the notice's id."""
WRITTEN = "01990000-0000-7000-8000-000000000001"


def written(*acts: Act) -> list[Operation]:
    """A notice by e-mail, and what became of it."""
    notice: dict[str, Any] = {
        "incident": "RR:1", "channel": "email", "title": "Katkestus", "text": "Tere",
        "to": [["Mari Mets", "mari.mets@asutus.example"]],
    }  # fmt: skip
    every = [(WRITTEN, NOTICE, notice)]
    every += [(f"act-{number}", kind, {"operation": WRITTEN} | more) for number, (kind, more) in enumerate(acts)]
    return [(id_, 1, "Kati Katse", kind, json.dumps(body)) for id_, kind, body in every]


BEGUN: Act = (SENDING, {})
TAKEN_BACK: Act = (WITHDRAW, {})
ARRIVED: Act = (SENT, {})
AGAIN: Act = (FAILED, {"is_final": False})
NEVER: Act = (FAILED, {"is_final": True})


@pytest.mark.parametrize(
    ("acts", "left"),
    [
        ((), [(0, False)]),
        ((TAKEN_BACK,), []),
        ((BEGUN,), [(0, True)]),
        ((BEGUN, TAKEN_BACK), [(0, True)]),  # too late: it may be at the server
        ((BEGUN, AGAIN, TAKEN_BACK), []),  # between two tries it is here again
        ((BEGUN, AGAIN, BEGUN, AGAIN), [(2, False)]),
        ((BEGUN, NEVER), []),
        ((BEGUN, TAKEN_BACK, ARRIVED), []),
        ((BEGUN, ARRIVED, TAKEN_BACK), []),
    ],
)
def test_what_became_of_a_notice_decides_whether_it_waits(acts: tuple[Act, ...], left: list[tuple[int, bool]]) -> None:
    assert [(each.tries, each.is_begun) for each in waiting(written(*acts))] == left

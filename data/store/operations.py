"""What the person's operations add up to, for those who write them and those who only read."""

from __future__ import annotations

import json
from collections.abc import Iterable

from data.model import Acknowledgement

ACKNOWLEDGE, WITHDRAW = "acknowledge", "withdraw"
OPERATIONS = "SELECT id, at_ms, actor, kind, body FROM operation ORDER BY rowid"


def folded_acknowledgements(operations: Iterable[tuple[str, int, str, str, str]]) -> dict[str, Acknowledgement]:
    """Acknowledgements in force after `operations` (the rows of `OPERATIONS`), by attention id."""
    standing: dict[str, tuple[str, Acknowledgement]] = {}
    for operation_id, at_ms, actor, kind, text in operations:
        body = json.loads(text)
        if kind == ACKNOWLEDGE:
            standing[operation_id] = (body["attention"], Acknowledgement(body["attention"], at_ms, actor))
        elif kind == WITHDRAW:
            standing.pop(body["operation"], None)
    return dict(standing.values())

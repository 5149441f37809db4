"""What the person's operations add up to, for those who write them and those who only read."""

from __future__ import annotations

import json
from collections.abc import Iterable

from data.model import Acknowledgement

Operation = tuple[str, int, str, str, str]
"""A row of `OPERATIONS`: id, moment (UTC epoch milliseconds), actor, kind, body as JSON."""
ACKNOWLEDGE, WITHDRAW = "acknowledge", "withdraw"
DECLARE, RESTORED = "declare", "restored"
"""An outage that no look has shown, and its end."""
SENDING, SENT, FAILED = "sending", "sent", "failed"
"""What became of a notice in the outbox."""
MEASURE, ANSWER, NOTICE, DRAFT, TOLD = "measure", "answer", "notice", "draft", "told"
"""What was done about an incident, what was answered, who was told, what was written and not sent yet, and what the
person has sent by other means."""
PLAN, PLAN_ENDED = "plan", "plan_ended"
"""Maintenance that was planned on the desk, and its early end."""
CYBER = "cyber"
"""An incident may be a cyber incident: somebody said so."""
ACT, CLASH, REVISE = "act", "clash", "revise"
"""Something done to a ticket (`data.action`), that somebody else has changed the same, and what the person decided."""
JOTTED = "jotted"
"""What was typed about a ticket and not given away yet: a draft survives Esc, a crash and the network."""
OPERATIONS = "SELECT id, at_ms, actor, kind, body FROM operation ORDER BY rowid"


def folded_acknowledgements(operations: Iterable[Operation]) -> dict[str, Acknowledgement]:
    """Acknowledgements in force after `operations` (the rows of `OPERATIONS`), by attention id."""
    standing: dict[str, tuple[str, Acknowledgement]] = {}
    for operation_id, at_ms, actor, kind, text in operations:
        body = json.loads(text)
        if kind == ACKNOWLEDGE:
            standing[operation_id] = (body["attention"], Acknowledgement(body["attention"], at_ms, actor))
        elif kind == WITHDRAW:
            standing.pop(body["operation"], None)
    return dict(standing.values())

"""Maintenance that the person has planned on the desk, out of the operations."""

from __future__ import annotations

import json
from collections.abc import Iterable

from data.incident import OwnPlan
from data.store.operations import PLAN, PLAN_ENDED, WITHDRAW, Operation


def folded_plans(operations: Iterable[Operation]) -> tuple[OwnPlan, ...]:
    """What is planned and was not taken back, by its start; one that was ended early ends then."""
    plans: dict[str, OwnPlan] = {}
    ends: dict[str, tuple[str, int]] = {}
    for operation_id, at_ms, actor, kind, text in operations:
        if kind not in (PLAN, PLAN_ENDED, WITHDRAW):
            continue
        body = json.loads(text)
        if kind == PLAN:
            planned = (body["service"], body["start_ms"], body["end_ms"], body["text"])
            plans[operation_id] = OwnPlan(operation_id, at_ms, actor, *planned)
        elif kind == PLAN_ENDED:
            ends[operation_id] = body["operation"], body["at_ms"]
        else:
            plans.pop(body["operation"], None)
            ends.pop(body["operation"], None)
    for plan_id, end_ms in ends.values():
        if (plan := plans.get(plan_id)) is not None:
            plans[plan_id] = plan._replace(end_ms=min(plan.end_ms, end_ms))
    return tuple(sorted((each for each in plans.values() if each.end_ms > each.start_ms), key=_start))


def _start(plan: OwnPlan) -> tuple[int, str]:
    return plan.start_ms, plan.id

"""Jira's own SLA clocks from the fields of the service desk, in the form in which they do not change by themselves.

Elapsed and remaining time of a running clock differ at every look, and would make each look a change; when it runs out
does not. The shape is that of facts on Jira, "JSM SLA".
"""

from __future__ import annotations

from typing import Any

import msgspec

_LARGEST = 2**63 - 1
_encoder = msgspec.json.Encoder()


def clock_of(field_id: str, name: str, value: Any) -> dict[str, Any] | None:
    """What the field `field_id` tells of its clock, as the store keeps it; None for no clock, and for an odd one."""
    if not isinstance(value, dict):
        return None
    cycle, completed = value.get("ongoingCycle"), value.get("completedCycles")
    if isinstance(cycle, dict):
        run = "paused" if cycle.get("paused") else "running"
    elif isinstance(completed, list) and completed and isinstance(completed[-1], dict):
        run, cycle = "stopped", completed[-1]
    else:
        return None
    return {
        "id": field_id,
        # Not the name inside the clock: the field's is the one that the server's list tells when it is changed.
        "name": name,
        "run": run,
        "target": _number(cycle, "goalDuration", "millis"),
        "due": None if run == "paused" else _number(cycle, "breachTime", "epochMillis"),
        "used": None if run == "running" else _number(cycle, "elapsedTime", "millis"),
        "since": _number(cycle, "stopTime", "epochMillis"),
        "late": run != "running" and cycle.get("breached") is True,
    }


def encoded(clocks: list[dict[str, Any]]) -> str:
    """Clocks as the column of a ticket."""
    return _encoder.encode(clocks).decode() if clocks else "[]"


def nearest(clocks: list[dict[str, Any]]) -> tuple[int | None, str]:
    """The nearest of the running clocks: when it runs out, and its name."""
    running = [(each["due"], each["name"]) for each in clocks if each["run"] == "running" and each["due"] is not None]
    return min(running, default=(None, ""))


def _number(cycle: dict[str, Any], name: str, part: str) -> int | None:
    told = cycle.get(name)
    number = told.get(part) if isinstance(told, dict) else None
    return number if isinstance(number, int) and abs(number) <= _LARGEST else None

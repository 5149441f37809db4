"""Records as JSON takes them: moments in ISO 8601 with their zone, lengths in milliseconds."""

from __future__ import annotations

import json
import sys
from enum import Enum
from typing import Any

from data.clock import tallinn
from data.model import TicketClocks
from data.rules.sla import elapsed_ms, forecast_ms, is_over, remaining_ms
from data.uptime import Measured

_SPANS = frozenset({"latency_ms", "usual_latency_ms", "grace_ms"})
"""Fields in milliseconds that are lengths; every other `…_ms` is a moment."""


def plain(value: Any) -> Any:
    """A record (or a tuple of them) as JSON takes it."""
    if hasattr(value, "_fields"):
        return dict(_field(name, item) for name, item in value._asdict().items())
    if isinstance(value, Enum):
        return value.value
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def plain_uptime(measured: Measured) -> dict[str, Any]:
    """What was measured of a service: shares from 0 to 1, null where too little was measured to tell one."""
    since_ms = measured.since_ms
    return {
        "measured_since": None if since_ms is None else tallinn(since_ms).isoformat(timespec="milliseconds"),
        "periods": [
            {
                "period": each.period.value,
                "uptime": each.sums.uptime,
                "coverage": each.sums.coverage,
                "working_uptime": each.working.uptime,
                "working_coverage": each.working.coverage,
            }
            for each in measured.uptimes
        ],
    }


def plain_clocks(clocks: TicketClocks, now_ms: int) -> dict[str, Any]:
    """The SLA clocks of a ticket as they stand at `now_ms`: moments, and lengths in the time that a clock counts.

    What Jira does not tell of its own is null.
    """

    def moment(at_ms: int | None) -> str | None:
        return None if at_ms is None else tallinn(at_ms).isoformat(timespec="milliseconds")

    return {
        "clocks": [
            {
                "kind": each.kind.value,
                "source": "desk" if each.is_own else "jira",
                "name": each.name,
                "state": each.run.value,
                "is_over": is_over(each, now_ms),
                "target_ms": each.target_ms,
                "elapsed_ms": elapsed_ms(each, now_ms),
                "remaining_ms": remaining_ms(each, now_ms),
                "since": moment(each.since_ms),
                "due": moment(each.due_ms),
                "forecast": moment(forecast_ms(each, now_ms)),
            }
            for each in (*clocks.jira, *clocks.own)
        ],
        "unknown_statuses": list(clocks.unknown),
    }


def text(document: Any) -> str:
    """A document for standard output."""
    # A console with an old code page could not write every letter.
    is_narrow = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    return json.dumps(document, ensure_ascii=is_narrow, indent=2)


def _field(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_ms") and name not in _SPANS:
        return name[: -len("_ms")], None if value is None else tallinn(value).isoformat(timespec="milliseconds")
    return name, plain(value)

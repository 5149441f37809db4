"""Times, SLA clocks and sprints as Jira Data Center writes them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from data.clock import tallinn
from data.simulator.plan import BOARD_ID, Sprint
from data.simulator.sla import Cycle
from data.simulator.worktime import HOUR


def stamp(at_ms: int) -> str:
    """`2026-12-04T09:14:00.000+0200`, as REST v2 writes a time."""
    hour, rest = divmod(at_ms, HOUR)
    before, after = _hour(hour)
    return f"{before}:{rest // 60_000:02}:{rest // 1000 % 60:02}.{rest % 1000:03}{after}"


@lru_cache(100_000)
def _hour(hour: int) -> tuple[str, str]:
    """What stands before the minutes and after the seconds of every time within one hour of the epoch.

    A page of tickets holds thirteen thousand times: written one by one they would take a third of its cost. The
    offset of Europe/Tallinn is a whole number of hours since 1940.
    """
    at = tallinn(hour * HOUR)
    return f"{at:%Y-%m-%dT%H}", f"{at:%z}"


def iso(at_ms: int) -> str:
    """`2026-12-04T09:14:00.000+02:00`, as the Agile API writes a time."""
    return tallinn(at_ms).isoformat(timespec="milliseconds")


def sprint_text(sprint: Sprint) -> str:
    """A sprint as the custom field holds it on Data Center: a Java object's own words; names may hold commas."""
    begin, end = iso(sprint.start_ms), iso(sprint.end_ms)
    complete = end if sprint.state == "closed" else "<null>"
    activated = "<null>" if sprint.state == "future" else begin
    return (
        f"com.atlassian.greenhopper.service.sprint.Sprint@{sprint.id * 7919:x}[id={sprint.id},rapidViewId={BOARD_ID},"
        f"state={sprint.state.upper()},name={sprint.name},startDate={begin},endDate={end},completeDate={complete},"
        f"activatedDate={activated},sequence={sprint.id},goal={sprint.goal},synced=false,autoStartStop=false,"
        "incompleteIssuesDestinationId=<null>]"
    )


def sla(name: str, number: int, link: str, cycle: Cycle | None) -> dict[str, Any] | None:
    """The value of an SLA field; None for a ticket that has no such clock."""
    if cycle is None:
        return None
    shape: dict[str, Any] = {"startTime": _time(cycle.start_ms)}
    if cycle.stop_ms is not None:
        shape["stopTime"] = _time(cycle.stop_ms)
    if cycle.breach_ms is not None:
        shape["breachTime"] = _time(cycle.breach_ms)
    shape["breached"] = cycle.breached
    if cycle.stop_ms is None:
        shape["paused"] = cycle.paused
        shape["withinCalendarHours"] = cycle.within_hours
    shape["goalDuration"] = _span(cycle.goal)
    shape["elapsedTime"] = _span(cycle.elapsed)
    shape["remainingTime"] = _span(cycle.goal - cycle.elapsed)
    whole: dict[str, Any] = {"id": str(number), "name": name, "_links": {"self": link}, "completedCycles": []}
    if cycle.stop_ms is None:
        return whole | {"ongoingCycle": shape}
    whole["completedCycles"].append(shape)
    return whole


def _time(at_ms: int) -> dict[str, Any]:
    text = stamp(at_ms)
    day, hour = f"{text[8:10]}.{text[5:7]}.{text[:4]}", text[11:16]
    return {"iso8601": text[:19] + text[23:], "jira": text, "friendly": f"{day} {hour}", "epochMillis": at_ms}


def _span(milliseconds: int) -> dict[str, Any]:
    minutes = abs(milliseconds) // 60_000
    sign = "-" if milliseconds < 0 else ""
    return {"millis": milliseconds, "friendly": f"{sign}{minutes // 60}h {minutes % 60}m"}

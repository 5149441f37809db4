"""What a permitted reader must end up with: everything that can be seen now, by table and column of the cache.

It is told from the world itself and not from the JSON that the world answers, so that a reader's mistakes show. It
holds for texts in which there is nothing to clean; values given as `raw` are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from data.clock import tallinn
from data.simulator import catalog
from data.simulator.issue import Issue, Item
from data.simulator.people import Person
from data.simulator.plan import BOARD_ID
from data.simulator.sla import resolution_cycle, response_cycle
from data.simulator.world import World

Record = dict[str, Any]
"""Values by column; lists and named things where the cache holds JSON."""


def truth(world: World) -> dict[str, list[Record]]:
    """The records of each table. Moments are UTC epoch milliseconds, days ISO dates."""
    now = world.now_ms()
    found: dict[str, list[Record]] = {name: [] for name in ("ticket", *_PARTS)}
    for book in world.readable.values():
        for issue in filter(None, map(book.get, list(book.numbers))):
            found["ticket"].append(_ticket(world, issue, now))
            for name, write in _PARTS.items():
                found[name] += [{"ticket_id": issue.id, **each} for each in write(world, issue)]
    return found | {"version": _versions(world, now), "sprint": _sprints(world, now)}


def _ticket(world: World, issue: Issue, now_ms: int) -> Record:
    is_planned, status = issue.project == catalog.PERE, issue.status
    clocks = _clocks(world, issue, now_ms)
    breach_ms, breach_name = _breach(issue, clocks)
    parent = world.find(issue.parent_key) if issue.parent_key else None
    return {
        "id": issue.id,
        "key": world.told(issue.key),
        "project": world.told(issue.project),
        "type_id": issue.type.id,
        "type_name": issue.type.name,
        "is_epic": int(is_planned and bool(issue.epic_name)),
        "summary": issue.summary,
        "description": issue.description or "",
        "status_id": status.id,
        "status_name": world.words.get(("status", status.id), status.name),
        "category": status.category,
        "priority_id": issue.priority,
        "priority_name": next(name for id_, name, *_ in catalog.PRIORITIES if id_ == issue.priority),
        **_person(world, "assignee", issue.assignee),
        **_person(world, "reporter", issue.reporter),
        "resolution": "" if issue.resolved_ms is None else "Tehtud",
        "created_ms": issue.created_ms,
        "updated_ms": issue.updated_ms,
        "resolved_ms": issue.resolved_ms,
        "due_day": issue.due_day or (is_planned and issue.end_day) or "",
        "start_day": (is_planned and issue.start_day) or "",
        "breach_ms": breach_ms,
        "breach_name": breach_name,
        "clocks": clocks,
        "is_flagged": int(is_planned and issue.is_flagged),
        "labels": list(issue.labels),
        "components": [_component(world, name) for name in issue.components],
        "fix_versions": [{"id": id_, "name": _version_name(world, id_)} for id_ in issue.fix_versions],
        "sprints": [
            {"id": id_, "name": world.developments.sprint(id_, now_ms).name} for id_ in issue.sprints if is_planned
        ],
        "epic_key": world.told(issue.epic_key) if is_planned and issue.epic_key else "",
        "parent_key": world.told(parent.key) if parent else "",
    }


def _person(world: World, column: str, person: Person | None) -> Record:
    if person is None:
        return {f"{column}_id": "", column: ""}
    return {f"{column}_id": person.key, column: world.words.get(("user", person.key), person.display_name)}


def _component(world: World, name: str) -> Record:
    id_ = str(catalog.COMPONENTS[name])
    return {"id": id_, "name": world.words.get(("component", id_), name)}


def _version_name(world: World, version_id: int) -> str:
    version = world.developments.version(version_id)
    return world.words.get(("version", str(version_id)), version.name if version else "")


def _clocks(world: World, issue: Issue, now_ms: int) -> list[Record]:
    """The clocks of a maintenance ticket, by the ids of their fields."""
    if issue.project != catalog.SKAH:
        return []
    names = {id_: world.words.get(("field", id_), name) for id_, name, *_ in catalog.CUSTOM_FIELDS}
    cycles = (
        (catalog.SLA_RESPONSE, response_cycle(issue, now_ms)),
        (catalog.SLA_RESOLUTION, resolution_cycle(issue, now_ms)),
    )
    return [
        {
            "id": id_,
            "name": names[id_],
            "run": "stopped" if cycle.stop_ms is not None else "paused" if cycle.paused else "running",
            "target": cycle.goal,
            "due": cycle.breach_ms,
            "used": cycle.elapsed if cycle.paused or cycle.stop_ms is not None else None,
            "since": cycle.stop_ms,
            "late": cycle.breached and (cycle.paused or cycle.stop_ms is not None),
        }
        for id_, cycle in sorted(cycles)
        if cycle
    ]


def _breach(issue: Issue, clocks: list[Record]) -> tuple[int | None, str]:
    """The nearest clock that runs on an open ticket, and its name."""
    if issue.status.category == "done":
        return None, ""
    running = [(each["due"], each["name"]) for each in clocks if each["run"] == "running" and each["due"] is not None]
    return min(running, default=(None, ""))


def _comments(world: World, issue: Issue) -> Iterator[Record]:
    for note in issue.notes:
        moments = {"created_ms": note.at_ms, "updated_ms": note.at_ms}
        yield {"id": note.id, **_person(world, "author", note.author), **moments, "body": note.body}


def _worklogs(world: World, issue: Issue) -> Iterator[Record]:
    for log in issue.worklogs:
        spent = {"started_ms": log.started_ms, "seconds": log.seconds, "updated_ms": log.updated_ms}
        yield {"id": log.id, **_person(world, "author", log.author), **spent, "comment": log.comment}


def _attachments(world: World, issue: Issue) -> Iterator[Record]:
    for file in issue.attachments:
        content = {"name": file.filename, "size": file.size, "mime": file.media_type, "created_ms": file.at_ms}
        yield {"id": file.id, **_person(world, "author", file.author), **content}


def _changes(world: World, issue: Issue) -> Iterator[Record]:
    for change in issue.changes:
        for position, item in enumerate(change.items):
            place = {"history_id": change.id, "position": position, "at_ms": change.at_ms}
            yield {**place, **_person(world, "author", change.author), "field": item.field, **_sides(item)}


def _sides(item: Item) -> Record:
    """Words, but of a due date the days themselves; of a status the ids too."""
    ids = {"before": item.before or "", "after": item.after or ""}
    if item.field == "duedate":
        return {**ids, "before_id": "", "after_id": ""}
    kept = {f"{name}_id": own_id if item.field == "status" else "" for name, own_id in ids.items()}
    return {"before": item.before_text or "", "after": item.after_text or "", **kept}


_PARTS: dict[str, Callable[[World, Issue], Iterator[Record]]] = {
    "comment": _comments,
    "worklog": _worklogs,
    "attachment": _attachments,
    "change": _changes,
}


def _versions(world: World, now_ms: int) -> list[Record]:
    if catalog.PERE not in world.readable:
        return []
    return [
        {
            "id": each.id,
            "project": world.told(catalog.PERE),
            "name": _version_name(world, each.id),
            "description": each.description,
            "start_day": each.start.isoformat(),
            "end_day": each.end.isoformat(),
            "is_released": int(each.end < tallinn(now_ms).date()),
            "is_archived": 0,
        }
        for each in world.developments.versions
    ]


def _sprints(world: World, now_ms: int) -> list[Record]:
    return [
        {
            "id": each.id,
            "name": each.name,
            "state": each.state,
            "goal": each.goal,
            "start_day": tallinn(each.start_ms).date().isoformat(),
            "end_day": tallinn(each.end_ms).date().isoformat(),
            "board_id": BOARD_ID,
        }
        for each in world.developments.sprints(now_ms)
    ]

"""Epics, releases and sprints as bars on a timeline, with the figures of the tickets inside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from data.clock import epoch_ms
from data.model import Development, DevelopmentDetail, DevelopmentKind, DevelopmentState
from data.rules.development import development_state
from data.store.driver import Connection
from data.store.window import ticket_rows

RECENT_DAYS = 30
"""How long a finished epic or a published release stays on the timeline."""
_TICKETS_INSIDE = 500

_LATE_FIRST = (
    DevelopmentState.LATE,
    DevelopmentState.ON_SCHEDULE,
    DevelopmentState.PLANNED,
    DevelopmentState.UNDATED,
    DevelopmentState.DONE,
)


class _Found(NamedTuple):
    """A development as it is stored, whatever it is."""

    id: str
    group_id: str
    kind: DevelopmentKind
    key: str
    title: str
    project: str
    start_day: str
    end_day: str
    first_end_day: str
    is_done: bool


_EPIC = """
    SELECT id, key, summary, project, start_day, due_day, is_open,
        (SELECT substr(before, 1, 10) FROM change
         WHERE ticket_id = ticket.id AND field = 'duedate' AND before <> '' ORDER BY at_ms LIMIT 1)
    FROM ticket"""
# Jira keeps no history of releases and sprints: the source remembers the end that it saw first as a fact.
_RELEASE = """
    SELECT id, name, project, start_day, end_day, is_released,
        (SELECT value FROM fact WHERE source = 'jira' AND name = 'release.first_end.' || id)
    FROM version"""
_SPRINT = """
    SELECT id, name, start_day, end_day, state,
        (SELECT value FROM fact WHERE source = 'jira' AND name = 'sprint.first_end.' || id)
    FROM sprint"""


def load_developments(connection: Connection, today: date) -> tuple[Development, ...]:
    """What is under way, planned or finished within the last 30 days: late first, then by the end day."""
    since = today - timedelta(days=RECENT_DAYS)
    epics = connection.execute(
        f"{_EPIC} INDEXED BY ticket_epic WHERE is_epic = 1 AND is_open = 1"
        f" UNION ALL {_EPIC} INDEXED BY ticket_epic WHERE is_epic = 1 AND is_open = 0 AND resolved_ms >= ?",
        (epoch_ms(datetime.combine(since, time())),),
    ).fetchall()
    releases = connection.execute(
        f"{_RELEASE} WHERE is_archived = 0 AND (is_released = 0 OR end_day >= ?)", (since.isoformat(),)
    ).fetchall()
    sprints = connection.execute(f"{_SPRINT} WHERE state IN ('active', 'future')").fetchall()
    found = [*map(_epic, epics), *map(_release, releases), *map(_sprint, sprints)]
    figures = _figures(connection, [each.group_id for each in found])
    developments = [_development(each, figures.get(each.group_id, (0, 0, 0)), today) for each in found]
    return tuple(sorted(developments, key=_order))


def load_development(connection: Connection, development_id: str, today: date) -> DevelopmentDetail | None:
    """One development with the tickets inside it, open ones first and then the newest; None if there is none."""
    kind, _, number = development_id.partition(":")
    questions = {
        "epic": (_EPIC, _epic, "SELECT description FROM ticket WHERE id = ?"),
        "release": (_RELEASE, _release, "SELECT description FROM version WHERE id = ?"),
        "sprint": (_SPRINT, _sprint, "SELECT goal FROM sprint WHERE id = ?"),
    }
    if kind not in questions or not number.isdecimal():
        return None
    question, make, text = questions[kind]
    row = connection.execute(f"{question} WHERE id = ?", (int(number),)).fetchone()
    if row is None:
        return None
    found = make(row)
    figures = _figures(connection, [found.group_id])
    inside = connection.execute(
        "SELECT ticket_id FROM ticket_group WHERE group_id = ? ORDER BY is_open DESC, ticket_id DESC LIMIT ?",
        (found.group_id, _TICKETS_INSIDE),
    ).fetchall()
    return DevelopmentDetail(
        _development(found, figures.get(found.group_id, (0, 0, 0)), today),
        connection.execute(text, (int(number),)).fetchone()[0],
        ticket_rows(connection, [row[0] for row in inside]),
    )


def _epic(row: Sequence[Any]) -> _Found:
    ticket_id, key, summary, project, start_day, due_day, is_open, first = row
    return _Found(
        f"epic:{ticket_id}",
        f"epic:{key}",
        DevelopmentKind.EPIC,
        key,
        summary,
        project,
        start_day,
        due_day,
        _moved_from(first, due_day),
        not is_open,
    )


def _release(row: Sequence[Any]) -> _Found:
    version_id, name, project, start_day, end_day, is_released, first = row
    own_id = f"release:{version_id}"
    kind = DevelopmentKind.RELEASE
    first_end_day = _moved_from(first, end_day)
    return _Found(own_id, own_id, kind, name, name, project, start_day, end_day, first_end_day, bool(is_released))


def _sprint(row: Sequence[Any]) -> _Found:
    sprint_id, name, start_day, end_day, state, first = row
    own_id = f"sprint:{sprint_id}"
    kind = DevelopmentKind.SPRINT
    first_end_day = _moved_from(first, end_day)
    return _Found(own_id, own_id, kind, name, name, "", start_day, end_day, first_end_day, state == "closed")


def _moved_from(first_end_day: str | None, end_day: str) -> str:
    """The end that was first set, empty where it stands."""
    return first_end_day if first_end_day and first_end_day != end_day else ""


def _figures(connection: Connection, group_ids: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """Done, all and blocking tickets of each group, as the writer keeps them."""
    rows = connection.execute(
        "SELECT group_id, total - open, total, blockers FROM group_count"
        " WHERE group_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(group_ids)),),
    ).fetchall()
    return {group_id: (done, total, blockers) for group_id, done, total, blockers in rows}


def _development(found: _Found, figures: tuple[int, int, int], today: date) -> Development:
    done, total, blockers = figures
    state, slip_days = development_state(
        found.start_day, found.end_day, found.first_end_day, done, total, found.is_done, today.isoformat()
    )
    return Development(
        id=found.id,
        kind=found.kind,
        key=found.key,
        title=found.title,
        project=found.project,
        start_day=found.start_day,
        end_day=found.end_day,
        first_end_day=found.first_end_day,
        done=done,
        total=total,
        blockers=blockers,
        state=state,
        slip_days=slip_days,
    )


def _order(development: Development) -> tuple[int, str, str]:
    return _LATE_FIRST.index(development.state), development.end_day or "9999", development.id

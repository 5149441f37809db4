"""One ticket opened, or what is still known of one that cannot be seen."""

from __future__ import annotations

import json
from typing import Any

from data.model import AbsenceKind, Attachment, Change, Comment, Ticket, TicketAbsence, Worklog
from data.rules.sla import ClockRules
from data.store.clocks import load_clocks
from data.store.driver import Connection
from data.store.window import ticket_rows

_TICKET = """
    SELECT key, description, reporter, resolution, resolved_ms, labels, components, fix_versions, sprints, epic_key,
           parent_key
    FROM ticket WHERE id = ?
"""
_COMMENTS = "SELECT id, author, created_ms, updated_ms, body FROM comment WHERE ticket_id = ? ORDER BY created_ms, id"
_CHANGES = """
    SELECT at_ms, author, field, before, after FROM change WHERE ticket_id = ?
    ORDER BY at_ms DESC, history_id DESC, position
"""
_WORKLOGS = """
    SELECT id, author, started_ms, seconds, updated_ms, comment FROM worklog WHERE ticket_id = ? ORDER BY started_ms, id
"""
_ATTACHMENTS = """
    SELECT id, name, size, mime, author, created_ms FROM attachment WHERE ticket_id = ? ORDER BY created_ms, id
"""


def load_ticket(connection: Connection, ticket_id: int, rules: ClockRules | None = None) -> Ticket | None:
    """One ticket with everything of its own, its SLA clocks by `rules`; None if it is not shown."""
    row = connection.execute(_TICKET, (ticket_id,)).fetchone()
    if row is None:
        return None
    key, description, reporter, resolution, resolved_ms, labels, components, versions, sprints, epic, parent = row
    address = connection.execute("SELECT value FROM fact WHERE name = 'jira.url'").fetchone()

    def parts(question: str) -> list[Any]:
        return connection.execute(question, (ticket_id,)).fetchall()

    return Ticket(
        row=ticket_rows(connection, [ticket_id])[0],
        description=description,
        reporter=reporter,
        resolution=resolution,
        resolved_ms=resolved_ms,
        labels=tuple(json.loads(labels or "[]")),
        components=_names(connection, "SELECT id, text FROM name WHERE kind = 'component' AND id", components),
        fix_versions=_names(connection, "SELECT id, name FROM version WHERE id", versions),
        sprints=_names(connection, "SELECT id, name FROM sprint WHERE id", sprints),
        epic_key=epic,
        parent_key=parent,
        url=f"{address[0].rstrip('/')}/browse/{key}" if address and address[0] else "",
        comments=tuple(Comment(*each) for each in parts(_COMMENTS)),
        changes=tuple(Change(*each) for each in parts(_CHANGES)),
        worklogs=tuple(Worklog(*each) for each in parts(_WORKLOGS)),
        attachments=tuple(Attachment(*each) for each in parts(_ATTACHMENTS)),
        clocks=load_clocks(connection, [ticket_id], rules)[ticket_id],
    )


def _names(connection: Connection, known: str, listed: str) -> tuple[str, ...]:
    """The names that components, versions or sprints have now; that of the last update for one that is not `known`."""
    each = json.loads(listed or "[]")
    current = dict(
        connection.execute(f"{known} IN (SELECT value ->> 'id' FROM json_each(?))", (listed or "[]",)).fetchall()
    )
    return tuple(current.get(one["id"], one["name"]) for one in each)


def load_ticket_id(connection: Connection, key: str) -> int | None:
    """The id of the ticket that has this key, or had it, whether it can be seen or not."""
    wanted = key.strip().upper()
    row = connection.execute(
        "SELECT id, 1 AS place FROM ticket WHERE key = ?1"
        " UNION ALL SELECT ticket_id, 2 FROM alias WHERE key = ?1"
        " UNION ALL SELECT ticket_id, 3 FROM absence WHERE key = ?1 ORDER BY place LIMIT 1",
        (wanted,),
    ).fetchone()
    return row[0] if row else None


def load_absence(connection: Connection, ticket_id: int) -> TicketAbsence | None:
    """Why a ticket that was known cannot be seen; None when it can, or was never known."""
    row = connection.execute(
        "SELECT ticket_id, key, project, kind, since_ms, new_key FROM absence WHERE ticket_id = ?", (ticket_id,)
    ).fetchone()
    if row is None:
        return None
    known_id, known_key, project, kind, since_ms, new_key = row
    return TicketAbsence(known_id, known_key, project, AbsenceKind(kind), since_ms, new_key)

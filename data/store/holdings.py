"""What a source is told of the tickets that the cache holds: enough for a census, and no texts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from data.sources.batch import HeldTickets
from data.store.driver import Connection


def tickets_created(connection: Connection, from_ms: int, to_ms: int, projects: Collection[str]) -> HeldTickets:
    """The tickets of `projects` shown that were created in [from_ms, to_ms), from an index that holds all of it."""
    columns = ("id", "project || '-' || number", "updated_ms")
    lines = ", ".join(f"ifnull(group_concat({column}), '')" for column in columns)
    row = connection.execute(
        f"SELECT {lines} FROM ticket INDEXED BY ticket_all_created"
        f" WHERE created_ms >= ? AND created_ms < ? AND project IN ({', '.join('?' * len(projects))})",
        (from_ms, to_ms, *projects),
    ).fetchone()
    return HeldTickets(*row)


def tickets_of(connection: Connection, project: str, *, hidden: bool = False) -> Sequence[int]:
    """The ids of a project's tickets: those shown, or those `hidden`."""
    question = (
        "SELECT id FROM hidden_ticket WHERE project = ?"
        if hidden
        else "SELECT id FROM ticket INDEXED BY ticket_all_key WHERE project = ?"
    )
    return [row[0] for row in connection.execute(question, (project,)).fetchall()]


def ticket_totals(connection: Connection) -> dict[str, tuple[int, int]]:
    """How many tickets are shown and how many are hidden, by project."""
    shown = connection.execute("SELECT value, total FROM ticket_count WHERE facet = 'project'").fetchall()
    hidden = connection.execute("SELECT project, count(*) FROM absence WHERE kind = 'lost' GROUP BY project").fetchall()
    return {project: (dict(shown).get(project, 0), dict(hidden).get(project, 0)) for project in dict([*shown, *hidden])}


def odd_records(connection: Connection, source: str) -> Collection[str]:
    """The references of the records of `source` that were left out."""
    rows = connection.execute("SELECT reference FROM quarantine WHERE source = ?", (source,)).fetchall()
    return [row[0] for row in rows]


def tickets_by_assignee(connection: Connection) -> dict[str, int]:
    """An open ticket of each assignee, by the assignee's id."""
    rows = connection.execute(
        "SELECT assignee_id, max(id) FROM ticket INDEXED BY ticket_open_assignee"
        " WHERE is_open = 1 AND assignee_id <> '' GROUP BY assignee_id"
    ).fetchall()
    return dict(rows)


_UNKNOWN_WAYS = """
SELECT scope, ticket_id FROM (
    SELECT project || '/' || type_id || '/' || status_id AS scope, max(id) AS ticket_id FROM (
        SELECT id, project, type_id, status_id FROM ticket INDEXED BY ticket_all_updated
        ORDER BY updated_ms DESC LIMIT 5000
    ) WHERE type_id <> '' AND status_id <> '' GROUP BY scope
) AS seen WHERE NOT EXISTS (SELECT 1 FROM meta WHERE kind = 'ways' AND meta.scope = seen.scope AND at_ms >= ?) LIMIT ?
"""


def unknown_ways(connection: Connection, before_ms: int, limit: int) -> Sequence[tuple[str, int]]:
    """Statuses, as `project/type/status`, whose transitions were read before `before_ms` or never; a ticket each."""
    rows: list[tuple[str, int]] = connection.execute(_UNKNOWN_WAYS, (before_ms, limit)).fetchall()
    return rows

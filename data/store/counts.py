"""How many tickets there are, of each sort."""

from __future__ import annotations

from data.model import RISK_MS, TicketCounts
from data.store.driver import Connection


def load_counts(connection: Connection, now_ms: int) -> TicketCounts:
    """The figures of the tickets pane at `now_ms` (UTC epoch milliseconds), as the writer keeps them."""
    whole = connection.execute("SELECT open, total FROM ticket_count WHERE facet = ''").fetchone() or (0, 0)
    mine = connection.execute(
        "SELECT ifnull(sum(open), 0) FROM ticket_count WHERE facet = 'assignee_id' AND value <> ''"
        " AND value IN (SELECT value FROM fact WHERE name = 'jira.me')"
    ).fetchone()
    overdue, at_risk = (
        connection.execute(
            "SELECT count(*) FROM ticket INDEXED BY ticket_open_breach_up"
            " WHERE is_open = 1 AND ifnull(breach_ms, 9223372036854775807) < ?",
            (before_ms,),
        ).fetchone()[0]
        for before_ms in (now_ms, now_ms + RISK_MS)
    )
    return TicketCounts(open=whole[0], mine=mine[0], at_risk=at_risk, total=whole[1], overdue=overdue)


def load_facets(connection: Connection) -> dict[str, tuple[tuple[str, int], ...]]:
    """What tickets can be filtered by: the values of each facet with their open tickets, most first."""
    rows = connection.execute("SELECT facet, value, open FROM ticket_count ORDER BY open DESC, value").fetchall()
    return {
        name: tuple((value, count) for facet, value, count in rows if facet == name)
        for name in ("project", "status", "type", "priority", "assignee")
    }

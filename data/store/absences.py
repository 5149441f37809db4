"""Tickets that cannot be seen any more: what is told of them, what waits for access to return, and former keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from data.model import AbsenceKind
from data.sources.batch import Absence, Row
from data.store.bookkeeping import HIDDEN_TICKET
from data.store.driver import Connection
from data.store.tables import TICKET, TICKET_PARTS

_ID, _KEY = TICKET.names.index("id"), TICKET.names.index("key")
_COLUMNS = ", ".join(TICKET.names)
_GIVEN = "IN (SELECT value FROM json_each(?))"


def keys_left(connection: Connection, rows: Sequence[Row]) -> dict[int, tuple[str, str]]:
    """The tickets that `rows` (of `ticket`) bring under another key than the one known: that one, and the new one."""
    if not rows:
        return {}
    new = {row[_ID]: row[_KEY] for row in rows}
    ids = json.dumps([*new])
    known = connection.execute(
        f"SELECT id, key FROM ticket WHERE id {_GIVEN} UNION ALL SELECT ticket_id, key FROM absence"
        f" WHERE ticket_id {_GIVEN}",
        (ids, ids),
    ).fetchall()
    return {ticket_id: (key, new[ticket_id]) for ticket_id, key in known if key != new[ticket_id]}


def inside_epics(connection: Connection, keys: Iterable[str]) -> list[int]:
    """The tickets inside the epics with these keys."""
    groups = json.dumps([f"epic:{key}" for key in keys])
    rows = connection.execute(f"SELECT ticket_id FROM ticket_group WHERE group_id {_GIVEN}", (groups,)).fetchall()
    return [row[0] for row in rows]


def settle_seen(connection: Connection, rows: Sequence[Row], left: Mapping[int, tuple[str, str]]) -> None:
    """After `rows` of `ticket` were written: they are absent no more, and their former keys lead to them.

    Jira moves the link of an epic's tickets with its key, and touches none of those tickets.
    """
    ids = json.dumps([row[_ID] for row in rows])
    connection.execute(f"DELETE FROM absence WHERE ticket_id {_GIVEN}", (ids,))
    connection.execute(f"DELETE FROM hidden_ticket WHERE id {_GIVEN}", (ids,))
    if not left:
        return
    connection.executemany(
        "INSERT OR REPLACE INTO alias (key, ticket_id) VALUES (?, ?)",
        [(old, ticket_id) for ticket_id, (old, _new) in left.items()],
    )
    # A ticket that was moved back has its first key again.
    connection.executemany("DELETE FROM alias WHERE key = ?", [(new,) for _old, new in left.values()])
    for old, new in left.values():
        inside = json.dumps(inside_epics(connection, [old]))
        connection.execute(f"UPDATE ticket SET epic_key = ? WHERE epic_key = ? AND id {_GIVEN}", (new, old, inside))


def take_away(connection: Connection, absent: Sequence[Absence], now_ms: int) -> int:
    """Takes the tickets of `absent` out of sight, and remembers since when and why; how many were held.

    Those whose access was lost are kept hidden; of the others nothing stays but key, project and reason.
    """
    taken = 0
    latest = {each.ticket_id: each for each in absent}.values()
    for each in latest:
        for table in (TICKET, HIDDEN_TICKET):
            taken += connection.execute(
                f"INSERT OR REPLACE INTO absence (ticket_id, key, project, kind, since_ms, new_key)"
                f" SELECT id, key, project, ?, ?, ? FROM {table.name} WHERE id = ?",
                (each.kind.value, now_ms, each.new_key, each.ticket_id),
            ).rowcount
    hidden = json.dumps([each.ticket_id for each in latest if each.kind is AbsenceKind.LOST])
    connection.execute(
        f"INSERT OR REPLACE INTO hidden_ticket ({_COLUMNS}) SELECT {_COLUMNS} FROM ticket WHERE id {_GIVEN}", (hidden,)
    )
    gone = json.dumps([each.ticket_id for each in latest if each.kind is not AbsenceKind.LOST])
    for part in TICKET_PARTS:
        connection.execute(f"DELETE FROM {part.name} WHERE ticket_id {_GIVEN}", (gone,))
    connection.execute(f"DELETE FROM hidden_ticket WHERE id {_GIVEN}", (gone,))
    connection.execute(f"DELETE FROM ticket WHERE id {_GIVEN}", (json.dumps([each.ticket_id for each in latest]),))
    return taken


def bring_back(connection: Connection, ticket_ids: Sequence[int]) -> int:
    """Shows hidden tickets again, as they were when access was lost; how many."""
    ids = json.dumps(list(ticket_ids))
    connection.execute(
        f"INSERT OR IGNORE INTO ticket ({_COLUMNS}) SELECT {_COLUMNS} FROM hidden_ticket WHERE id {_GIVEN}", (ids,)
    )
    connection.execute(f"DELETE FROM absence WHERE ticket_id {_GIVEN}", (ids,))
    return connection.execute(f"DELETE FROM hidden_ticket WHERE id {_GIVEN}", (ids,)).rowcount

"""The SLA clocks of tickets: read for one that is opened, and kept in lists as the moment when the nearest runs out.

A list does not compute: that moment changes with a ticket, with the configuration and with what a status means, so the
writer settles it when one of them does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from data.model import ClockRun, SlaClock, StatusCategory, TicketClocks
from data.rules.sla import ClockRules, History, Standing, history, kind_of, nearest, own_clocks, standing, target_of
from data.store.driver import Connection
from data.store.pool import ReadingPool

_AT_ONCE = 1_000
_SETTLED = "clocks.settled"
"""The fact that tells by what all clocks were last settled."""
_EDITION = 1
"""Of the rules in this program; a change of theirs settles all clocks anew."""
_GIVEN = "IN (SELECT value FROM json_each(?))"
_TICKETS = f"""
    SELECT id, project, priority_name, priority_rank, status_id, status_name, category, is_open, created_ms, updated_ms,
           clocks, breach_ms, breach_name
    FROM ticket WHERE id {_GIVEN}
"""
_MOVES = f"""
    SELECT ticket_id, at_ms, before, after, before_id, after_id FROM change
    WHERE ticket_id {_GIVEN} AND field = 'status' ORDER BY ticket_id, at_ms, history_id, position
"""
_COMMENTS = f"""
    SELECT ticket_id, min(comment.created_ms) FROM comment JOIN ticket ON ticket.id = ticket_id
    WHERE ticket_id {_GIVEN} AND author_id NOT IN ('', reporter_id) GROUP BY ticket_id
"""
_NAMES = "SELECT kind, id, text FROM name WHERE kind IN ('status', 'category', 'clock')"
_MEANINGS = """
    SELECT json_group_array(json_array(kind, id, text)) FROM (
        SELECT kind, id, text FROM name WHERE kind IN ('status', 'category', 'clock', 'priority', 'rank')
        ORDER BY kind, id
    )
"""


class _Ticket(NamedTuple):
    """A ticket as far as its clocks depend on it."""

    id: int
    project: str
    priority_name: str
    priority_rank: int
    status_id: str
    status_name: str
    category: str
    is_open: int
    created_ms: int
    updated_ms: int
    clocks: str
    breach_ms: int | None
    breach_name: str


class Clocks:
    """The clocks of some tickets, of one state of the file."""

    def __init__(
        self,
        connection: Connection,
        ticket_ids: Collection[int],
        rules: ClockRules | None,
        *,
        only_open: bool = False,
    ) -> None:
        """Without `rules`, or with none for any ticket, there are Jira's alone; `only_open` reads no other history."""
        self._rules = rules if rules is not None and rules.sla.target else None
        self._sla = rules.sla if rules is not None else None
        ids = (json.dumps(list(ticket_ids)),)
        self.tickets = [_Ticket(*row) for row in connection.execute(_TICKETS, ids).fetchall()]
        self._names: dict[str, dict[str, str]] = {"status": {}, "category": {}, "clock": {}}
        for kind, own_id, text in connection.execute(_NAMES).fetchall():
            self._names[kind][own_id] = text
        self._moves: defaultdict[int, list[Sequence[Any]]] = defaultdict(list)
        self._comments: Mapping[int, int] = {}
        if self._rules is not None:
            self._waiting = self._rules.waiting
            self._id_of = {text: own_id for own_id, text in self._names["status"].items()}
            ids = (json.dumps([each.id for each in self.tickets if each.is_open or not only_open]),)
            for ticket_id, *move in connection.execute(_MOVES, ids).fetchall():
                self._moves[ticket_id].append(move)
            self._comments = dict(connection.execute(_COMMENTS, ids).fetchall())

    def of(self, ticket: _Ticket) -> TicketClocks:
        """All of one ticket."""
        jira = tuple(self._jira(ticket))
        if self._rules is None:
            return TicketClocks(jira)
        target = target_of(self._rules, ticket.project, ticket.priority_name, ticket.priority_rank)
        if target is None:
            return TicketClocks(jira)
        told, unknown = self._history(ticket)
        return TicketClocks(jira, own_clocks(told, target, self._rules.sla.answer), unknown)

    def _jira(self, ticket: _Ticket) -> Iterator[SlaClock]:
        for each in json.loads(ticket.clocks or "[]"):
            name = self._names["clock"].get(each["id"], each["name"])
            yield SlaClock(
                kind_of(name, self._sla),
                ClockRun(each["run"]),
                each["target"],
                each["due"],
                each["used"],
                each["since"],
                each["late"],
                name or each["id"],
            )

    def _history(self, ticket: _Ticket) -> tuple[History, tuple[str, ...]]:
        """What happened to the ticket, and the statuses of it that nobody knows."""
        moves = self._moves[ticket.id]
        unknown: dict[str, None] = {}

        def meaning(own_id: str, text: str) -> Standing:
            known_id = own_id or self._id_of.get(text, "")
            category = self._names["category"].get(known_id)
            if category is None and known_id in ("", ticket.status_id) and text == ticket.status_name:
                category = ticket.category  # the server's list is read less often than its tickets
            name = self._names["status"].get(known_id, text)
            found = standing(name, None if category is None else StatusCategory.of(category), self._waiting)
            if found is Standing.UNKNOWN:
                unknown[name] = None
            return found

        first = meaning(moves[0][3], moves[0][1]) if moves else meaning(ticket.status_id, ticket.status_name)
        steps = [(at_ms, meaning(after_id, after)) for at_ms, _before, after, _before_id, after_id in moves]
        if moves and moves[-1][4] not in ("", ticket.status_id):
            # The change log lacks the last move; the ticket tells its status, and not since when.
            steps.append((ticket.updated_ms, meaning(ticket.status_id, ticket.status_name)))
        return history(ticket.created_ms, first, steps, self._comments.get(ticket.id)), tuple(unknown)


def load_clocks(
    connection: Connection, ticket_ids: Collection[int], rules: ClockRules | None
) -> dict[int, TicketClocks]:
    """The clocks of tickets that can be seen, by id."""
    found = Clocks(connection, ticket_ids, rules)
    return {ticket.id: found.of(ticket) for ticket in found.tickets}


class StoredClocks:
    """The SLA clocks of many tickets, for whoever exports them."""

    def __init__(self, pool: ReadingPool, rules: ClockRules | None) -> None:
        self._pool = pool
        self.rules = rules

    def of(self, ticket_ids: Collection[int]) -> dict[int, TicketClocks]:
        """By id; those that cannot be seen are left out. Raises `StoreError`."""
        with self._pool.lend() as connection:
            return {} if connection is None else load_clocks(connection, ticket_ids, self.rules)


class ClockKeeper:
    """Keeps the nearest clock of each open ticket in the lists, for the one writer of the file."""

    def __init__(self, rules: ClockRules | None) -> None:
        self._rules = rules
        self._unsettled: list[int] = []
        """What is left of the open tickets, all of which are being settled."""
        self._meanings = ""
        """By what that is done."""

    def settle(self, connection: Connection, ticket_ids: Collection[int]) -> int:
        """Brings the lists to the nearest clock of each of these tickets; how many differed."""
        found = Clocks(connection, ticket_ids, self._rules, only_open=True)
        moved = []
        for ticket in found.tickets:
            if ticket.is_open and not ticket.clocks:
                continue  # not read again since the desk keeps what Jira tells: what the list knows of it stays
            breach_ms, name = nearest(found.of(ticket)) if ticket.is_open else (None, "")
            if (breach_ms, name) != (ticket.breach_ms, ticket.breach_name):
                moved.append((breach_ms, name, ticket.id))
        connection.executemany("UPDATE ticket SET breach_ms = ?, breach_name = ? WHERE id = ?", moved)
        return len(moved)

    def is_due(self, connection: Connection) -> bool:
        """Whether open tickets are to be settled because something else than they has changed."""
        if self._unsettled:
            return True
        self._meanings = self._told(connection)
        known = connection.execute("SELECT value FROM fact WHERE (source, name) = ('', ?)", (_SETTLED,)).fetchall()
        if known == [(self._meanings,)]:
            return False
        rows = connection.execute("SELECT id FROM ticket INDEXED BY ticket_open_updated WHERE is_open = 1").fetchall()
        self._unsettled = [row[0] for row in rows]
        return True

    def settle_some(self, connection: Connection) -> int:
        """Settles a part of what is due; how many differed. Call `go_on` once it is committed."""
        moved = self.settle(connection, self._unsettled[:_AT_ONCE])
        if len(self._unsettled) <= _AT_ONCE:
            connection.execute("INSERT OR REPLACE INTO fact VALUES ('', ?, ?)", (_SETTLED, self._meanings))
        return moved

    def go_on(self) -> bool:
        """Turns to the next part; whether there is one."""
        del self._unsettled[:_AT_ONCE]
        return bool(self._unsettled)

    def _told(self, connection: Connection) -> str:
        """All that clocks depend on beside their tickets, as a text that differs when any of it does."""
        # Imported here: who only reads does without.
        import msgspec

        rules = self._rules and msgspec.json.encode((_EDITION, self._rules.sla, self._rules.hours)).decode()
        return (rules or "") + str(connection.execute(_MEANINGS).fetchone()[0])

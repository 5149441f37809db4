"""What the writer keeps beside the tickets: figures, groups and the search index.

A ledger is opened on the tickets that a batch may touch, before the batch, and settled after it: what is kept moves by
the difference of the two states. So nothing is counted anew, and text that did not change is not indexed again.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from data.store.driver import Connection

_WORD = re.compile(r"\b[^\W\d_]{4,40}\b")

FACETS = ("project", "status", "type", "priority", "assignee", "assignee_id")
"""What tickets are counted by; the facet with the empty name counts them all."""


class _Ticket(NamedTuple):
    """A ticket as far as anything kept depends on it."""

    project: str
    status_name: str
    type_name: str
    priority_name: str
    assignee: str
    assignee_id: str
    is_open: int
    is_blocker: int
    epic_key: str
    fix_versions: str
    sprints: str
    key: str
    summary: str
    description: str

    def facets(self) -> Iterable[tuple[str, str]]:
        yield "", ""
        yield from zip(FACETS, self[: len(FACETS)], strict=True)

    def groups(self) -> set[str]:
        """The developments that it belongs to."""
        names = {f"release:{each['id']}" for each in _list(self.fix_versions)}
        names |= {f"sprint:{each['id']}" for each in _list(self.sprints)}
        if self.epic_key:
            names.add(f"epic:{self.epic_key}")
        return names


_TICKETS = """
    SELECT id, project, status_name, type_name, priority_name, assignee, assignee_id, is_open,
           is_open = 1 AND (is_flagged = 1 OR priority_rank = 1), epic_key, fix_versions, sprints,
           key, summary, description
    FROM ticket WHERE id IN (SELECT value FROM json_each(?))
"""
_COMMENTS = "SELECT ticket_id, body FROM comment WHERE ticket_id IN (SELECT value FROM json_each(?)) ORDER BY id"


class TicketLedger:
    """The state of some tickets before a batch; `settle` moves what is kept to the state after it."""

    def __init__(self, connection: Connection, ticket_ids: Collection[int]) -> None:
        self._connection = connection
        self._ids = json.dumps(list(ticket_ids))
        self._before, self._comments_before = self._state()

    def settle(self) -> None:
        """Writes the difference between the state at opening and now; nothing where there is none."""
        after, comments = self._state()
        changed = {each for each in self._before.keys() | after.keys() if self._before.get(each) != after.get(each)}
        spoken = {each for each in after if self._comments_before.get(each) != comments.get(each)}
        self._settle_counts(changed, after)
        self._settle_groups(changed, after)
        self._settle_search(sorted(changed | spoken), after, comments)

    def _state(self) -> tuple[dict[int, _Ticket], dict[int, str]]:
        rows = self._connection.execute(_TICKETS, (self._ids,)).fetchall()
        bodies: defaultdict[int, list[str]] = defaultdict(list)
        for ticket_id, body in self._connection.execute(_COMMENTS, (self._ids,)).fetchall():
            bodies[ticket_id].append(body)
        return {row[0]: _Ticket(*row[1:]) for row in rows}, {each: "\n".join(bodies[each]) for each in bodies}

    def _settle_counts(self, changed: Iterable[int], after: dict[int, _Ticket]) -> None:
        deltas: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for state, sign in ((self._before, -1), (after, 1)):
            for ticket in (state[each] for each in changed if each in state):
                for facet in ticket.facets():
                    deltas[facet][0] += sign * ticket.is_open
                    deltas[facet][1] += sign
        moved = [(*facet, *delta) for facet, delta in deltas.items() if any(delta)]
        if not moved:
            return
        self._connection.executemany(
            "INSERT INTO ticket_count (facet, value, open, total) VALUES (?, ?, ?, ?) ON CONFLICT (facet, value)"
            " DO UPDATE SET open = open + excluded.open, total = total + excluded.total",
            moved,
        )
        self._connection.execute("DELETE FROM ticket_count WHERE total = 0")

    def _settle_groups(self, changed: Iterable[int], after: dict[int, _Ticket]) -> None:
        deltas: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        removed, added = [], []
        for each in changed:
            links = [_links(self._before.get(each)), _links(after.get(each))]
            for sign, groups in zip((-1, 1), links, strict=True):
                for name, (is_open, is_blocker) in groups.items():
                    deltas[name][0] += sign * is_open
                    deltas[name][1] += sign * is_blocker
                    deltas[name][2] += sign
            old, new = links
            removed += [(name, each) for name in old.keys() - new.keys()]
            added += [(name, each, link[0]) for name, link in new.items() if old.get(name, (None,))[0] != link[0]]
        self._connection.executemany("DELETE FROM ticket_group WHERE group_id = ? AND ticket_id = ?", removed)
        self._connection.executemany("INSERT OR REPLACE INTO ticket_group VALUES (?, ?, ?)", added)
        moved = [(name, *delta) for name, delta in deltas.items() if any(delta)]
        if moved:
            self._connection.executemany(
                "INSERT INTO group_count (group_id, open, blockers, total) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (group_id) DO UPDATE SET open = open + excluded.open,"
                " blockers = blockers + excluded.blockers, total = total + excluded.total",
                moved,
            )
            self._connection.execute("DELETE FROM group_count WHERE total = 0")

    def _settle_search(self, touched: Iterable[int], after: dict[int, _Ticket], comments: dict[int, str]) -> None:
        stale, fresh = [], []
        for each in touched:
            old, new = self._before.get(each), after.get(each)
            old_texts = old and (old.key, old.summary, old.description, self._comments_before.get(each, ""))
            new_texts = new and (new.key, new.summary, new.description, comments.get(each, ""))
            if old_texts != new_texts:
                stale += [(each,)] if old else []
                fresh += [(each, *new_texts, endings(new_texts[1]))] if new_texts else []
        self._connection.executemany("DELETE FROM ticket_fts WHERE rowid = ?", stale)
        self._connection.executemany(
            "INSERT INTO ticket_fts (rowid, key, summary, description, comments, parts) VALUES (?, ?, ?, ?, ?, ?)",
            fresh,
        )


def _links(ticket: _Ticket | None) -> dict[str, tuple[int, int]]:
    """The groups of a ticket, each with whether it is open there and whether it blocks."""
    return dict.fromkeys(ticket.groups(), (ticket.is_open, ticket.is_blocker)) if ticket else {}


def _list(text: str) -> list[dict[str, str]]:
    return json.loads(text) if text else []


def endings(text: str) -> str:
    """The endings of the words in `text`, of three letters and more: `peretoetus` gives `eretoetus … toetus … tus`.

    A search for words that begin with `toetus` so finds it inside. Words with digits have no parts.
    """
    words = dict.fromkeys(_WORD.findall(text))
    return " ".join(dict.fromkeys(word[at:] for word in words for at in range(1, len(word) - 2)))

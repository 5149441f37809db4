"""Ordered lists of tickets, read a window at a time.

A long list is never loaded: its windows are found through an index that covers the order, walked on from bookmarks
(keyset), with OFFSET for jumps alone. A short list keeps its ticket ids, so that everything else is a look-up.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from data.model import RISK_MS, StatusCategory, TicketQuery, TicketRow, TicketSort, TicketView
from data.store.driver import Connection
from data.store.pool import ReadingPool
from data.store.search import found_ids

HELD_LIMIT = 1_000
"""Lists that are taken from no more tickets than this keep their ids: so many entries of an index are read in 1 ms, and
they are read again at each change, which a fill makes many of."""
RARE = 60
"""So do lists of fewer tickets than a window shows: to find them the whole index is read in any case."""


class TicketWindow(Protocol):
    """Random access over an ordered result. It follows the store: after a change the figures are taken anew."""

    def count(self) -> int:
        """How many tickets the list has."""
        ...

    def rows(self, start: int, stop: int) -> tuple[TicketRow, ...]:
        """The rows `start` up to `stop` (not included); fewer where the list is shorter."""
        ...

    def position(self, row_id: int) -> int | None:
        """Where the ticket with this id stands, from 0; None where it is not in the list."""
        ...

    @property
    def is_capped(self) -> bool:
        """Whether there are more hits than the list holds (searches stop at a limit)."""
        ...


class _Order(NamedTuple):
    name: str
    columns: tuple[str, ...]


_ORDERS = {
    TicketSort.UPDATED: _Order("updated", ("updated_ms", "id")),
    TicketSort.CREATED: _Order("created", ("created_ms", "id")),
    TicketSort.KEY: _Order("key", ("project", "number", "id")),
    TicketSort.PRIORITY: _Order("priority", ("priority_rank", "id")),
    TicketSort.STATUS: _Order("status", ("category_rank", "status_name", "id")),
    TicketSort.ASSIGNEE: _Order("assignee", ("assignee_sort", "id")),
    TicketSort.SUMMARY: _Order("summary", ("summary_sort", "id")),
    TicketSort.BREACH: _Order("breach_up", ("ifnull(breach_ms, 9223372036854775807)", "id")),
}
_BREACH_DOWN = _Order("breach_down", ("ifnull(breach_ms, -1)", "id"))

_MINE = "assignee_id <> '' AND assignee_id IN (SELECT value FROM fact WHERE name = 'jira.me')"
_ROW = f"""
    SELECT id, key, project, type_name, summary, status_name, category, priority_name, priority_rank, assignee,
           {_MINE},
           created_ms, updated_ms, due_day, breach_ms, breach_name
    FROM ticket
"""
_CATEGORIES = {category.value: category for category in StatusCategory}


def ticket_row(row: Sequence[Any]) -> TicketRow:
    """A row of `_ROW` as a record."""
    category = _CATEGORIES.get(row[6], StatusCategory.UNDEFINED)
    values: list[Any] = [*row[:6], category, *row[7:10], bool(row[10]), *row[11:]]
    return TicketRow(*values)


def ticket_rows(connection: Connection, ids: Sequence[int]) -> tuple[TicketRow, ...]:
    """The tickets with these ids, in this order; those that are gone are left out."""
    marks = ", ".join("?" * len(ids))
    rows = connection.execute(f"{_ROW} WHERE id IN ({marks})", tuple(ids)).fetchall()
    by_id = {row[0]: ticket_row(row) for row in rows}
    return tuple(by_id[each] for each in ids if each in by_id)


class Selection:
    """A query as SQL: which tickets, through which index, in which order."""

    def __init__(self, query: TicketQuery, now_ms: int) -> None:
        self.query = query
        self.descending = query.descending
        order = _ORDERS[query.sort]
        if query.sort is TicketSort.BREACH and query.descending:
            order = _BREACH_DOWN
        self.columns = order.columns
        self.is_open = query.view is not TicketView.ALL
        self.index = f"ticket_{'open' if self.is_open else 'all'}_{order.name}"
        self.conditions: list[str] = ["is_open = 1"] if self.is_open else []
        self.parameters: list[Any] = []
        self._add_view(now_ms)
        self._add_filters()

    def _add_view(self, now_ms: int) -> None:
        if self.query.view is TicketView.MINE:
            self.conditions.append(_MINE)
        elif self.query.view is TicketView.UNASSIGNED:
            self.conditions.append("assignee_id = ''")
        elif self.query.view is TicketView.AT_RISK:
            # In the order of the clocks the index is read as far as they are at risk; by the plain column, to its end.
            by_clock = self.columns is _ORDERS[TicketSort.BREACH].columns
            self.conditions.append(f"{self.columns[0] if by_clock else 'breach_ms'} < ?")
            self.parameters.append(now_ms + RISK_MS)

    def _add_filters(self) -> None:
        for column, value in self.filters():
            # The plus hides a fixed status from the planner, which would sort anew what the index has in order.
            self.conditions.append(f"{'+' * (column == 'status_name')}{column} = ?")
            self.parameters.append(value)

    def filters(self) -> list[tuple[str, str]]:
        """The columns that the query narrows, with the value asked for."""
        query = self.query
        asked = {
            "project": query.project,
            "status_name": query.status,
            "type_name": query.type_name,
            "priority_name": query.priority,
            "assignee": query.assignee,
        }
        return [(column, value) for column, value in asked.items() if value]

    def keys(self, *, backwards: bool = False, beyond: Sequence[Any] = (), limit: int = -1, offset: int = 0) -> _Sql:
        """Sort keys (the id is the last column) in order, from the key `beyond` on (which is left out)."""
        where, parameters = self._where(beyond, after=not backwards)
        direction = "DESC" if self.descending != backwards else "ASC"
        order = ", ".join(f"{column} {direction}" for column in self.columns)
        sql = f"SELECT {', '.join(self.columns)} FROM ticket INDEXED BY {self.index}{where} ORDER BY {order}"
        return _Sql(f"{sql} LIMIT ? OFFSET ?", (*parameters, limit, offset))

    def figure(self, *, before: Sequence[Any] = ()) -> _Sql:
        """How many there are, or how many stand before the key `before`."""
        where, parameters = self._where(before, after=False)
        return _Sql(f"SELECT count(*) FROM ticket INDEXED BY {self.index}{where}", parameters)

    def key_of(self, row_id: int) -> _Sql:
        """The sort key of one ticket, if it is in the list."""
        where = " AND ".join([*self.conditions, "id = ?"])
        sql = f"SELECT {', '.join(self.columns)} FROM ticket NOT INDEXED WHERE {where}"
        return _Sql(sql, (*self.parameters, row_id))

    def _where(self, key: Sequence[Any], *, after: bool) -> tuple[str, tuple[Any, ...]]:
        conditions, parameters = list(self.conditions), list(self.parameters)
        if key:
            sign = ">" if after != self.descending else "<"
            conditions.append(f"({', '.join(self.columns)}) {sign} ({', '.join('?' * len(key))})")
            parameters += key
            if "(" in self.columns[0]:
                # The planner enters an index on an expression by a plain comparison alone.
                conditions.append(f"{self.columns[0]} {sign}= ?")
                parameters.append(key[0])
        return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), tuple(parameters)


class _Sql(NamedTuple):
    text: str
    parameters: tuple[Any, ...]


def kept_count(connection: Connection, selection: Selection) -> int | None:
    """The length of a list as the writer keeps it; None where only counting would tell."""
    query, filters = selection.query, selection.filters()
    column = "open" if selection.is_open else "total"
    if query.text or query.view is TicketView.AT_RISK or len(filters) > 1:
        return None
    if query.view in (TicketView.MINE, TicketView.UNASSIGNED):
        if filters:
            return None
        value = "(SELECT value FROM fact WHERE name = 'jira.me' LIMIT 1)" if query.view is TicketView.MINE else "''"
        row = connection.execute(f"SELECT open FROM ticket_count WHERE facet = 'assignee_id' AND value = {value}")
        return int(next(iter(row.fetchall()), (0,))[0])
    facet, value = filters[0] if filters else ("", "")
    row = connection.execute(
        f"SELECT {column} FROM ticket_count WHERE facet = ? AND value = ?",
        (facet.removesuffix("_name"), value),
    )
    return int(next(iter(row.fetchall()), (0,))[0])


def kept_total(connection: Connection, selection: Selection) -> int:
    """How many tickets the index of a list has, whether they are in the list or not."""
    row = connection.execute("SELECT open, total FROM ticket_count WHERE facet = ''").fetchone() or (0, 0)
    return int(row[0 if selection.is_open else 1])


class StoredTickets(TicketWindow):
    """The window over the store: decides at each change of the tickets how the list is best held."""

    def __init__(self, pool: ReadingPool, query: TicketQuery, now_ms: int) -> None:
        self._pool = pool
        self._selection = Selection(query, now_ms)
        self._lock = threading.Lock()
        self._generation: tuple[int, int] | None = None
        self._list: _Held | _Walked = _Held(())

    def count(self) -> int:  # noqa: D102
        with self._lock, self._pool.lend() as connection:
            return self._current(connection).count if connection else 0

    def rows(self, start: int, stop: int) -> tuple[TicketRow, ...]:  # noqa: D102
        with self._lock, self._pool.lend() as connection:
            if connection is None:
                return ()
            current = self._current(connection)
            start, stop = max(0, start), min(stop, current.count)
            return ticket_rows(connection, current.ids(connection, start, stop)) if start < stop else ()

    def position(self, row_id: int) -> int | None:  # noqa: D102
        with self._lock, self._pool.lend() as connection:
            return self._current(connection).position(connection, row_id) if connection else None

    @property
    def is_capped(self) -> bool:  # noqa: D102
        with self._lock, self._pool.lend() as connection:
            return connection is not None and self._current(connection).is_capped

    def _current(self, connection: Connection) -> _Held | _Walked:
        found = connection.execute("SELECT number FROM generation WHERE kind = 'tickets'").fetchone()
        generation = self._pool.openings, (found[0] if found else 0)
        if generation != self._generation:
            self._list = self._read(connection)
            self._generation = generation
        return self._list

    def _read(self, connection: Connection) -> _Held | _Walked:
        selection = self._selection
        if selection.query.text.strip():
            return _Held(*found_ids(connection, selection))
        count = kept_count(connection, selection)
        read = kept_total(connection, selection)
        if count is not None and count >= RARE and read > HELD_LIMIT:
            return _Walked(selection, count)
        return _Held(row[-1] for row in connection.execute(*selection.keys()).fetchall())


class _Held:
    """A list whose ids are kept."""

    def __init__(self, ids: Iterable[int], is_capped: bool = False) -> None:
        self._ids = array("q", ids)
        self.count = len(self._ids)
        self.is_capped = is_capped

    def ids(self, _connection: Connection, start: int, stop: int) -> Sequence[int]:
        return self._ids[start:stop]

    def position(self, _connection: Connection, row_id: int) -> int | None:
        try:
            return self._ids.index(row_id)
        except ValueError:
            return None


class _Walked:
    """A list that is walked through its index: the keys at the edges of the windows read so far are its bookmarks."""

    is_capped = False

    def __init__(self, selection: Selection, count: int) -> None:
        self._selection = selection
        self.count = count
        self._places: list[int] = []  # of the bookmarks, ascending
        self._keys: dict[int, tuple[Any, ...]] = {}

    def ids(self, connection: Connection, start: int, stop: int) -> Sequence[int]:
        backwards, beyond, offset = self._nearest(start, stop)
        rows = connection.execute(
            *self._selection.keys(backwards=backwards, beyond=beyond, limit=stop - start, offset=offset)
        ).fetchall()
        if backwards:
            rows.reverse()
        if rows:
            self._mark(start, rows[0])
            self._mark(start + len(rows) - 1, rows[-1])
        return [row[-1] for row in rows]

    def position(self, connection: Connection, row_id: int) -> int | None:
        key = connection.execute(*self._selection.key_of(row_id)).fetchone()
        if key is None:
            return None
        before: int = connection.execute(*self._selection.figure(before=key)).fetchone()[0]
        self._mark(before, key)
        return before

    def _nearest(self, start: int, stop: int) -> tuple[bool, tuple[Any, ...], int]:
        """How to reach `start` in the fewest steps: backwards or not, from which key, and past how many."""
        ways: list[tuple[int, bool, tuple[Any, ...]]] = [(start, False, ()), (self.count - stop, True, ())]
        at = bisect_left(self._places, start)
        if at:
            before = self._places[at - 1]
            ways.append((start - before - 1, False, self._keys[before]))
        at = bisect_left(self._places, stop)
        if at < len(self._places):
            after = self._places[at]
            ways.append((after - stop, True, self._keys[after]))
        steps, backwards, key = min(ways, key=lambda way: way[0])
        return backwards, key, steps

    def _mark(self, place: int, key: tuple[Any, ...]) -> None:
        if place not in self._keys:
            self._places.insert(bisect_left(self._places, place), place)
            self._keys[place] = tuple(key)

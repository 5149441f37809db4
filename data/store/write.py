"""The one writer of a file: one transaction a batch, and not a byte for a batch that changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from data.model import Kind
from data.rules.sla import ClockRules
from data.rules.working_calendar import WorkingHours
from data.sources.batch import Batch, Row, Source, table_of
from data.store import rollup
from data.store.absences import bring_back, inside_epics, keys_left, settle_seen, take_away
from data.store.clocks import ClockKeeper
from data.store.driver import BUSY_SECONDS, Connection, broken_off, interrupt, open_writer, transaction, translated
from data.store.kept import TicketLedger
from data.store.migrations import Migration, migrate
from data.store.renames import changed_names, rename
from data.store.tables import COMMENT, EVENT, NAME, QUARANTINE, RESULT, TICKET, TICKET_PARTS, WATCHED, Table

_RECORDS = (TICKET, EVENT, WATCHED)
"""Tables whose rows are what a person would call the source's records."""
_COUNTED = (TICKET, EVENT, RESULT)
"""Tables whose rows a person counts when they come."""
_PIECE = 5_000
"""Rows written before it is asked whether to go on: an interrupt that falls between two of them is lost."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch did: rows written or deleted, and rows that stood there already (or were older than what did)."""

    changed: int
    unchanged: int
    records: int = 0
    """How many of those written are what a person counts: tickets, events, looks at an address."""


class Writer:
    """The only connection that writes a cache or history file; used by the sync process alone, from one thread."""

    def __init__(
        self,
        file: Path,
        key: str,
        tables: Sequence[Table],
        migrations: Sequence[Migration],
        patience: float = BUSY_SECONDS,
        rules: ClockRules | None = None,
    ) -> None:
        """Opens `file`, creates it if need be, and brings its schema up to date. Raises `StoreError`.

        `patience` is how many seconds a write waits for another process's. `rules` are those of the SLA clocks that the
        desk keeps itself.
        """
        self._file = file
        self._tables = tables
        self._by_name = {table.name: table for table in tables}
        self._clocks = ClockKeeper(rules)
        self._is_broken_off = False
        self._connection = open_writer(file, key, patience=patience)
        try:
            with translated(file):
                migrate(self._connection, migrations)
        except BaseException:
            self._connection.close()
            raise

    def apply(self, source: Source, batch: Batch, now_ms: int) -> Applied:
        """Commits the rows, deletions, cursor and facts of `batch` together, with everything that is kept by them.

        The generations of `source.kinds` rise only if a row or a fact changed. A ticket older (by `updated_ms`) than
        the stored one is left out with its comments and changes, but of a batch that `is_present`. Raises
        `StoreError`; then nothing was written.
        """
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            held = self._held(batch)
            applied = self._apply_rows(batch, now_ms)
            learned = self._settle_source(source, batch, applied.changed, self._held(batch) - held, now_ms)
            if applied.changed or learned:
                self._raise_generations(source.kinds)
        return applied

    def record_failure(self, source: Source, code: str, detail: str, now_ms: int) -> None:
        """Remembers that a poll failed; writes only when that is news."""
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            if (code, detail) == self._error_of(source.name):
                return
            self._upsert_source(source, {"tried_ms": now_ms, "error_code": code, "error_detail": detail})
            self._raise_generations((Kind.SOURCES,))

    def record_success(self, source: Source, now_ms: int) -> None:
        """Remembers that a poll went through to its end; writes only after a failure and after the first fill.

        Until the first one a source is *loading*, whatever it holds already.
        """
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            stored = self._connection.execute(
                "SELECT known_ms, error_code, error_detail, interval_ms FROM source WHERE name = ?", (source.name,)
            ).fetchone()
            if stored and stored[0] is not None and stored[1:] == ("", "", round(source.interval * 1000)):
                return
            well = {"known_ms": now_ms, "tried_ms": now_ms, "error_code": "", "error_detail": ""}
            self._upsert_source(source, well)
            self._raise_generations((Kind.SOURCES,))

    def record_end(self, source: Source, known_ms: int) -> None:
        """Remembers up to when `source` is known, which the pulse has told while the process lived."""
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            moved = self._connection.execute(
                "UPDATE source SET known_ms = ?, tried_ms = max(ifnull(tried_ms, 0), ?)"
                " WHERE name = ? AND known_ms < ? AND error_code = ''",
                (known_ms, known_ms, source.name, known_ms),
            ).rowcount
            if moved:
                self._raise_generations((Kind.SOURCES,))

    def position(self, source_name: str) -> tuple[str, dict[str, str]]:
        """The cursor where a source goes on (empty before its first fill) and the facts it remembers."""
        with translated(self._file):
            cursor = self._connection.execute("SELECT cursor FROM source WHERE name = ?", (source_name,)).fetchone()
            facts = self._connection.execute("SELECT name, value FROM fact WHERE source = ?", (source_name,)).fetchall()
        return (cursor[0] if cursor else ""), dict(facts)

    def ask(self, question: Callable[[Connection], _T]) -> _T:
        """What `question` finds out about the file as it stands. Raises `StoreError`."""
        with translated(self._file):
            return question(self._connection)

    def settle_clocks(self) -> bool:
        """Brings the SLA clocks of some open tickets to what they depend on now; whether there may be more to do.

        That is the configuration, and what statuses and priorities mean. Raises `StoreError`.
        """
        with translated(self._file):
            if not self._clocks.is_due(self._connection):
                return False
            with transaction(self._connection, "IMMEDIATE"):
                if self._clocks.settle_some(self._connection):
                    self._raise_generations((Kind.TICKETS,))
            return self._clocks.go_on()

    def roll_up(self, now_ms: int, hours: WorkingHours) -> bool:
        """Rolls up some of the hours of results that are over; whether there may be more to do. Raises `StoreError`."""
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            return rollup.roll_up(self._connection, now_ms, hours)

    def prune(self, now_ms: int) -> None:
        """Deletes what is too old of the results. Raises `StoreError`."""
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            rollup.prune(self._connection, now_ms)

    def interrupt(self) -> None:
        """Breaks off, from another thread, what is under way, for good; its transaction is rolled back."""
        self._is_broken_off = True
        interrupt(self._connection)

    def close(self) -> None:
        """Lets go of the file."""
        with translated(self._file):
            self._connection.close()

    # rows

    def _apply_rows(self, batch: Batch, now_ms: int) -> Applied:
        stale = set() if batch.is_present else self._stale_tickets(batch.rows.get(TICKET.name, ()))
        rows = {table: _without(stale, table, given) for table, given in table_of(batch, self._tables)}
        for name, (column, _) in batch.replace.items():
            if column not in self._by_name[name].names:
                raise KeyError(f"{name}.{column}")
        obsolete = {
            self._by_name[name]: (column, [value for value in values if column != "ticket_id" or value not in stale])
            for name, (column, values) in batch.replace.items()
        }
        seen = rows.get(TICKET, ())
        left = keys_left(self._connection, seen)
        touched = self._touched_tickets(rows, obsolete)
        touched.update((each.ticket_id for each in batch.absent), batch.returned)
        touched.update(inside_epics(self._connection, [old for old, _new in left.values()]) if left else ())
        renamed = changed_names(self._connection, rows.get(NAME, ()))
        ledger = TicketLedger(self._connection, touched) if touched else None
        changed = sum(self._delete(table, *rule, rows.get(table, ())) for table, rule in obsolete.items())
        if batch.absent:
            changed += take_away(self._connection, batch.absent, now_ms)
        if batch.returned:
            changed += bring_back(self._connection, batch.returned)
        guarded = not batch.is_present
        upserted = {table: self._upsert(table, given, guarded=guarded) for table, given in rows.items()}
        written = sum(upserted.values())
        if seen:
            settle_seen(self._connection, seen, left)
        if ledger and changed + written:
            ledger.settle()
            # A clock that moves because of its ticket is no change of its own.
            self._clocks.settle(self._connection, touched)
        changed += rename(self._connection, renamed)
        unchanged = sum(map(len, batch.rows.values())) - written
        return Applied(changed + written, unchanged, sum(upserted.get(table, 0) for table in _COUNTED))

    def _stale_tickets(self, rows: Sequence[Row]) -> set[int]:
        """Tickets that the store knows in a newer state than the batch brings."""
        if not rows:
            return set()
        updated = TICKET.names.index("updated_ms")
        incoming = {row[0]: row[updated] for row in rows}
        stored = self._connection.execute(
            "SELECT id, updated_ms FROM ticket WHERE id IN (SELECT value FROM json_each(?))", (json.dumps([*incoming]),)
        ).fetchall()
        return {ticket_id for ticket_id, updated_ms in stored if incoming[ticket_id] < updated_ms}

    def _touched_tickets(
        self, rows: Mapping[Table, Sequence[Row]], obsolete: Mapping[Table, tuple[str, Sequence[Any]]]
    ) -> set[int]:
        """Tickets whose row or comments the batch may change, so also those that a comment is taken from."""
        comments = rows.get(COMMENT, ())
        touched = {row[0] for row in rows.get(TICKET, ())} | {row[1] for row in comments}
        asked: list[tuple[str, Sequence[Any]]] = []
        if comments:
            asked.append(("SELECT ticket_id FROM comment WHERE id", [row[0] for row in comments]))
        for table, column in ((TICKET, "id"), (COMMENT, "ticket_id")):
            if table in obsolete:
                asked.append((f"SELECT {column} FROM {table.name} WHERE {obsolete[table][0]}", obsolete[table][1]))
        for question, values in asked:
            found = self._connection.execute(f"{question} IN (SELECT value FROM json_each(?))", (json.dumps(values),))
            touched.update(row[0] for row in found.fetchall())
        return touched

    def _delete(self, table: Table, column: str, values: Sequence[Any], rows: Sequence[Row]) -> int:
        """Deletes the rows of `table` with one of `values` in `column` that are not among `rows`; how many."""
        keys = table.names[: table.key]
        kept = {tuple(row[: table.key]) for row in rows}
        stored = self._connection.execute(
            f"SELECT {', '.join(keys)} FROM {table.name} WHERE {column} IN (SELECT value FROM json_each(?))",
            (json.dumps(list(values)),),
        ).fetchall()
        gone = [key for key in stored if key not in kept]
        match = " AND ".join(f"{key} = ?" for key in keys)
        self._connection.executemany(f"DELETE FROM {table.name} WHERE {match}", gone)
        if table is TICKET:
            for part in TICKET_PARTS:
                self._connection.executemany(f"DELETE FROM {part.name} WHERE ticket_id = ?", gone)
        return len(gone)

    def _upsert(self, table: Table, rows: Sequence[Row], *, guarded: bool) -> int:
        """Writes the rows that differ from what is stored; how many did. `guarded` keeps a ticket that is newer."""
        before, statement = self._connection.total_changes, _upsert_statement(table, guarded=guarded)
        for start in range(0, len(rows), _PIECE):
            if self._is_broken_off:
                raise broken_off()
            self._connection.executemany(statement, rows[start : start + _PIECE])
        return self._connection.total_changes - before

    # the source's own books

    def _held(self, batch: Batch) -> int:
        """How many records there are in the tables that the batch touches."""
        named = {*batch.rows, *batch.replace, *([TICKET.name] if batch.absent or batch.returned else ())}
        tables = [table for table in _RECORDS if table.name in named]
        return sum(self._count(table) for table in tables)

    def _count(self, table: Table) -> int:
        question = (
            "SELECT ifnull((SELECT total FROM ticket_count WHERE facet = ''), 0)"
            if table is TICKET
            else f"SELECT count(*) FROM {table.name}"
        )
        count: int = self._connection.execute(question).fetchone()[0]
        return count

    def _settle_source(self, source: Source, batch: Batch, changed: int, gained: int, now_ms: int) -> bool:
        """Writes cursor, facts and figures of the source if anything moved; whether a fact did."""
        cursor, facts = self.position(source.name)
        news = [(source.name, name, value) for name, value in batch.facts.items() if facts.get(name) != value]
        if not changed and cursor == batch.cursor and not news:
            return False
        self._connection.executemany("INSERT OR REPLACE INTO fact (source, name, value) VALUES (?, ?, ?)", news)
        self._upsert_source(
            source, {"cursor": batch.cursor, "tried_ms": now_ms, "done": batch.done, "total": batch.total}
        )
        self._connection.execute(
            "UPDATE source SET known_ms = iif(known_ms IS NULL, NULL, ?), generation = generation + ?, rows = rows + ?"
            " WHERE name = ?",
            (now_ms, changed > 0, gained, source.name),
        )
        if QUARANTINE.name in batch.rows or QUARANTINE.name in batch.replace:
            self._connection.execute(
                "UPDATE source SET quarantined = (SELECT count(*) FROM quarantine WHERE source = name) WHERE name = ?",
                (source.name,),
            )
        return bool(news)

    def _upsert_source(self, source: Source, values: Mapping[str, Any]) -> None:
        row = {"name": source.name, "kind": source.kind, "interval_ms": round(source.interval * 1000), **values}
        settings = ", ".join(f"{name} = excluded.{name}" for name in row if name != "name")
        self._connection.execute(
            f"INSERT INTO source ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
            f" ON CONFLICT (name) DO UPDATE SET {settings}",
            tuple(row.values()),
        )

    def _error_of(self, name: str) -> tuple[str, str]:
        row = self._connection.execute("SELECT error_code, error_detail FROM source WHERE name = ?", (name,)).fetchone()
        return (row[0], row[1]) if row else ("", "")

    def _raise_generations(self, kinds: Iterable[Kind]) -> None:
        self._connection.executemany(
            "INSERT INTO generation (kind, number) VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET number = number + 1",
            [(kind.value,) for kind in kinds],
        )


def _without(stale: set[int], table: Table, rows: Sequence[Row]) -> Sequence[Row]:
    """`rows` without those that belong to tickets known in a newer state."""
    if not stale or table not in (TICKET, *TICKET_PARTS):
        return rows
    place = table.names.index("id" if table is TICKET else "ticket_id")
    return [row for row in rows if row[place] not in stale]


def _upsert_statement(table: Table, *, guarded: bool) -> str:
    """The statement that writes a row only where it differs, so that an unchanged one leaves the file alone."""
    columns, key = ", ".join(table.names), ", ".join(table.names[: table.key])
    rest = [name for name in table.names[table.key :] if name not in table.once]
    marks = ", ".join("?" * len(table.names))
    settings = ", ".join(f"{name} = excluded.{name}" for name in rest)
    stored = ", ".join(f"{table.name}.{name}" for name in rest)
    incoming = ", ".join(f"excluded.{name}" for name in rest)
    guard = " AND excluded.updated_ms >= ticket.updated_ms" if guarded and table is TICKET else ""
    return (
        f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"
        f" ON CONFLICT ({key}) DO UPDATE SET {settings} WHERE ({stored}) IS NOT ({incoming}){guard}"
    )

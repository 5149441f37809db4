"""The schema of the three files: numbered steps, append-only. A step that was released is never edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlcipher3 import dbapi2

from data.language import _
from data.store.driver import Connection, StoreError, transaction
from data.store.migrations_2 import CACHE_2
from data.store.migrations_3 import CACHE_3, CACHE_4, CACHE_5
from data.store.migrations_measured import MEASURED_3, MEASURED_4


class Migration(NamedTuple):
    """One step: `number` is the file's `user_version` after it."""

    number: int
    name: str
    sql: str


def migrate(connection: Connection, migrations: Sequence[Migration]) -> int:
    """Brings a file up to the newest step and returns how many steps that took.

    The steps run in one transaction each and are safe against another process that migrates at the same time. Raises
    `StoreError` with the code `newer` for a file that a newer version of the program has written.
    """
    refuse_newer(version(connection), migrations, Path(connection.execute("PRAGMA database_list").fetchone()[2]))
    taken = 0
    for migration in migrations:
        if version(connection) >= migration.number:
            continue
        with transaction(connection, "IMMEDIATE"):
            if version(connection) >= migration.number:  # somebody else was faster
                continue
            for statement in statements(migration.sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {migration.number}")
        taken += 1
    return taken


def version(connection: Connection) -> int:
    """The number of the last step that the file has seen; 0 for a blank one."""
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return number


def refuse_newer(number: int, migrations: Sequence[Migration], file: Path) -> None:
    """Raises `StoreError` when `file`, at version `number`, was written by a newer program."""
    if number > migrations[-1].number:
        raise StoreError(
            "newer",
            _(
                "{file} was written by a newer version of the program (schema {number}, known here: {known}) "
                "and was left as it is. Update the program."
            ).format(file=file, number=number, known=migrations[-1].number),
        )


def statements(sql: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would commit the transaction that holds them."""
    statement = ""
    for piece in sql.split(";"):
        statement += piece + ";"
        if dbapi2.complete_statement(statement):
            if statement.strip() != ";":
                yield statement.strip()
            statement = ""


_SOURCE_BOOKS_1 = """
CREATE TABLE source (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    cursor TEXT NOT NULL DEFAULT '',
    generation INTEGER NOT NULL DEFAULT 0,
    interval_ms INTEGER NOT NULL DEFAULT 0,
    known_ms INTEGER,
    tried_ms INTEGER,
    error_code TEXT NOT NULL DEFAULT '',
    error_detail TEXT NOT NULL DEFAULT '',
    rows INTEGER NOT NULL DEFAULT 0,
    quarantined INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER
) WITHOUT ROWID;
CREATE TABLE fact (
    source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, name)
) WITHOUT ROWID;
CREATE TABLE generation (kind TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
"""

# `description` comes last: a long one spills into overflow pages, and a list must not walk through them to reach the
# columns behind.
_TICKET_1 = """
CREATE TABLE ticket (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    project TEXT NOT NULL,
    number INTEGER NOT NULL,
    type_name TEXT NOT NULL,
    is_epic INTEGER NOT NULL,
    summary TEXT NOT NULL,
    summary_sort TEXT NOT NULL,
    status_name TEXT NOT NULL,
    category TEXT NOT NULL,
    category_rank INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    priority_name TEXT NOT NULL,
    priority_rank INTEGER NOT NULL,
    assignee_id TEXT NOT NULL,
    assignee TEXT NOT NULL,
    assignee_sort TEXT NOT NULL,
    reporter TEXT NOT NULL,
    resolution TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    resolved_ms INTEGER,
    due_day TEXT NOT NULL,
    start_day TEXT NOT NULL,
    breach_ms INTEGER,
    breach_name TEXT NOT NULL,
    is_flagged INTEGER NOT NULL,
    labels TEXT NOT NULL,
    components TEXT NOT NULL,
    fix_versions TEXT NOT NULL,
    sprints TEXT NOT NULL,
    epic_key TEXT NOT NULL,
    parent_key TEXT NOT NULL,
    description TEXT NOT NULL
);
CREATE INDEX ticket_key ON ticket (key);
CREATE INDEX ticket_epic ON ticket (is_open, resolved_ms) WHERE is_epic = 1;
"""

# Every order on offer, for all tickets and for the open ones, with what the filters look at behind it: a window is
# found, counted and jumped through in the index alone.
_ORDERS_1 = {
    "updated": "updated_ms",
    "created": "created_ms",
    "key": "project, number",
    "priority": "priority_rank",
    "status": "category_rank, status_name",
    "assignee": "assignee_sort",
    "summary": "summary_sort",
    # Tickets without a clock come last, upwards and downwards. (A generated column would never be covered.)
    "breach_up": "ifnull(breach_ms, 9223372036854775807)",
    "breach_down": "ifnull(breach_ms, -1)",
}
_FACETS_1 = "project, status_name, type_name, priority_name, assignee"
_INDEXES_1 = "".join(
    f"CREATE INDEX ticket_all_{name} ON ticket ({columns}, id, {_FACETS_1});\n"
    f"CREATE INDEX ticket_open_{name} ON ticket ({columns}, id, {_FACETS_1}, assignee_id, breach_ms)"
    " WHERE is_open = 1;\n"
    for name, columns in _ORDERS_1.items()
)

_TICKET_PARTS_1 = """
CREATE TABLE comment (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL,
    author TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX comment_ticket ON comment (ticket_id);
CREATE TABLE change (
    ticket_id INTEGER NOT NULL,
    history_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    author TEXT NOT NULL,
    field TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (ticket_id, history_id, position)
) WITHOUT ROWID;
CREATE INDEX change_due ON change (ticket_id, at_ms, before) WHERE field = 'duedate';
CREATE TABLE version (
    id INTEGER PRIMARY KEY,
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    start_day TEXT NOT NULL,
    end_day TEXT NOT NULL,
    is_released INTEGER NOT NULL,
    is_archived INTEGER NOT NULL
);
CREATE TABLE sprint (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    goal TEXT NOT NULL,
    start_day TEXT NOT NULL,
    end_day TEXT NOT NULL,
    board_id INTEGER
);
CREATE TABLE event (
    id TEXT PRIMARY KEY,
    calendar TEXT NOT NULL,
    uid TEXT NOT NULL,
    title TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    is_all_day INTEGER NOT NULL,
    location TEXT NOT NULL,
    description TEXT NOT NULL,
    is_cancelled INTEGER NOT NULL,
    invited INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    declined INTEGER NOT NULL,
    capacity INTEGER,
    organizer TEXT NOT NULL
);
CREATE INDEX event_start ON event (start_ms);
CREATE INDEX event_calendar ON event (calendar);
CREATE TABLE quarantine (
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (source, reference)
) WITHOUT ROWID;
"""

# Search: the texts stand in `ticket` already, so the index keeps none (contentless). The default tokenizer would fold
# `tool` and `tööl` into one word. `parts` holds the endings of the summary's words: a question that begins one of them
# stands inside a compound. So one index answers a whole question; with a trigram index beside it, words that may stand
# in either would have to be joined outside, many times slower where they are common.
_TICKET_KEPT_1 = """
CREATE TABLE ticket_count (
    facet TEXT NOT NULL,
    value TEXT NOT NULL,
    open INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (facet, value)
) WITHOUT ROWID;
CREATE TABLE ticket_group (
    group_id TEXT NOT NULL,
    ticket_id INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    PRIMARY KEY (group_id, ticket_id)
) WITHOUT ROWID;
CREATE TABLE group_count (
    group_id TEXT PRIMARY KEY,
    open INTEGER NOT NULL,
    blockers INTEGER NOT NULL,
    total INTEGER NOT NULL
) WITHOUT ROWID;
CREATE VIRTUAL TABLE ticket_fts USING fts5 (
    key, summary, parts, description, comments,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
"""

_MEASURED_1 = """
CREATE TABLE watched (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    position INTEGER NOT NULL,
    interval_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE result (
    name TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    latency_ms INTEGER,
    evidence TEXT NOT NULL,
    PRIMARY KEY (name, at_ms)
) WITHOUT ROWID;
CREATE INDEX result_recent ON result (name, at_ms, outcome, latency_ms);
CREATE INDEX result_age ON result (at_ms);
CREATE TABLE transition (
    name TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (name, at_ms)
) WITHOUT ROWID;
"""

# Once all checks spoke HTTP, and the source was called so.
_CHECKS_2 = """
UPDATE source SET name = 'checks', kind = 'checks' WHERE name = 'http';
UPDATE fact SET source = 'checks' WHERE source = 'http';
ALTER TABLE watched ADD COLUMN needs TEXT NOT NULL DEFAULT '{}';
"""

_OPERATION_1 = """
CREATE TABLE operation (
    id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TRIGGER operation_stays BEFORE UPDATE ON operation
BEGIN SELECT RAISE(ABORT, 'operations are append-only'); END;
CREATE TRIGGER operation_remains BEFORE DELETE ON operation
BEGIN SELECT RAISE(ABORT, 'operations are append-only'); END;
"""

_CACHE_1 = _SOURCE_BOOKS_1 + _TICKET_1 + _INDEXES_1 + _TICKET_PARTS_1 + _TICKET_KEPT_1

CACHE = (
    Migration(1, "tickets, calendars", _CACHE_1),
    Migration(2, "names by id, work logs, attachments, absences, gaps", CACHE_2),
    Migration(3, "components by id", CACHE_3),
    Migration(4, "what may be done to tickets", CACHE_4),
    Migration(5, "SLA clocks", CACHE_5),
)
HISTORY = (
    Migration(1, "results of checks", _SOURCE_BOOKS_1 + _MEASURED_1),
    Migration(2, "checks of every type", _CHECKS_2),
    Migration(3, "critical checks, moments of detection, maintenance", MEASURED_3),
    Migration(4, "uptime by the hour and by the day, good looks by the minute", MEASURED_4),
)
DESK = (Migration(1, "operations", _OPERATION_1),)

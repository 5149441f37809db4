"""The second step of the cache's schema, append-only: names by id, parts of tickets, absences and gaps."""

from __future__ import annotations

# Names are told by id, so that a renaming is one statement and not a new fill. What was read before the ids were known
# is read once more.
_NAMES_2 = """
ALTER TABLE ticket ADD COLUMN type_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN status_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN priority_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN reporter_id TEXT NOT NULL DEFAULT '';
ALTER TABLE comment ADD COLUMN author_id TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN author_id TEXT NOT NULL DEFAULT '';
CREATE TABLE name (
    kind TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
UPDATE source SET cursor = '' WHERE kind = 'jira';
"""

# A census compares by the moment of creation, which never moves: its index tells key and `updated` too.
_CENSUS_2 = """
DROP INDEX ticket_all_created;
CREATE INDEX ticket_all_created ON ticket (
    created_ms, id, project, status_name, type_name, priority_name, assignee, number, updated_ms
);
"""

_TICKET_PARTS_2 = """
CREATE TABLE worklog (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL,
    author_id TEXT NOT NULL,
    author TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    comment TEXT NOT NULL
);
CREATE INDEX worklog_ticket ON worklog (ticket_id);
CREATE TABLE attachment (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    mime TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);
CREATE INDEX attachment_ticket ON attachment (ticket_id);
"""

# `ticket` holds what can be seen, and so do its indexes, its figures and the search. A ticket whose project cannot be
# read any more waits in `hidden_ticket`, its comments and the like where they are, until access comes back.
_ABSENCE_2 = """
CREATE TABLE alias (key TEXT PRIMARY KEY, ticket_id INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX alias_ticket ON alias (ticket_id);
CREATE TABLE absence (
    ticket_id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    project TEXT NOT NULL,
    kind TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    new_key TEXT NOT NULL
);
CREATE INDEX absence_key ON absence (key);
CREATE INDEX absence_project ON absence (project, kind);
CREATE TABLE hidden_ticket (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    project TEXT NOT NULL,
    number INTEGER NOT NULL,
    type_id TEXT NOT NULL,
    type_name TEXT NOT NULL,
    is_epic INTEGER NOT NULL,
    summary TEXT NOT NULL,
    summary_sort TEXT NOT NULL,
    status_id TEXT NOT NULL,
    status_name TEXT NOT NULL,
    category TEXT NOT NULL,
    category_rank INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    priority_id TEXT NOT NULL,
    priority_name TEXT NOT NULL,
    priority_rank INTEGER NOT NULL,
    assignee_id TEXT NOT NULL,
    assignee TEXT NOT NULL,
    assignee_sort TEXT NOT NULL,
    reporter_id TEXT NOT NULL,
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
CREATE TABLE gap (
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (source, reference)
) WITHOUT ROWID;
"""

CACHE_2 = _NAMES_2 + _CENSUS_2 + _TICKET_PARTS_2 + _ABSENCE_2

"""Later steps of the cache's schema, append-only."""

from __future__ import annotations

# What was read before keeps its names, without ids, until it is read again.
_COMPONENTS_3 = """
UPDATE {table} SET components = (
    SELECT json_group_array(json_object('id', '', 'name', value)) FROM json_each({table}.components)
) WHERE components <> '[]';
"""

CACHE_3 = _COMPONENTS_3.format(table="ticket") + _COMPONENTS_3.format(table="hidden_ticket")

# What may be done to tickets, and to whom they may be assigned: read ahead, so that acting works without a network.
CACHE_4 = """
CREATE TABLE meta (
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    body TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, scope)
) WITHOUT ROWID;
CREATE TABLE person (
    id TEXT PRIMARY KEY,
    word TEXT NOT NULL,
    sort TEXT NOT NULL,
    is_active INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX person_sort ON person (sort);
"""

# SLA clocks: what Jira tells of its own, and by which ids a ticket moved. What was read before is read once more.
CACHE_5 = """
ALTER TABLE ticket ADD COLUMN clocks TEXT NOT NULL DEFAULT '';
ALTER TABLE hidden_ticket ADD COLUMN clocks TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN before_id TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN after_id TEXT NOT NULL DEFAULT '';
UPDATE source SET cursor = '' WHERE kind = 'jira';
"""

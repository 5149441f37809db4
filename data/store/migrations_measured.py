"""Later steps of the history's schema, append-only."""

from __future__ import annotations

MEASURED_3 = """
ALTER TABLE watched ADD COLUMN is_critical INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transition ADD COLUMN detected_ms INTEGER NOT NULL DEFAULT 0;
UPDATE transition SET detected_ms = at_ms;
CREATE TABLE maintenance (
    name TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    notice TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (name, start_ms)
) WITHOUT ROWID;
"""

# Looks that are too old are found by the names: an index by age would be as large as the looks themselves.
MEASURED_4 = """
DROP INDEX result_age;
CREATE TABLE uptime_hours (
    name TEXT NOT NULL,
    day INTEGER NOT NULL,
    hours BLOB NOT NULL,
    PRIMARY KEY (name, day)
) WITHOUT ROWID;
CREATE TABLE uptime_day (
    day INTEGER NOT NULL,
    name TEXT NOT NULL,
    scheduled_ms INTEGER NOT NULL,
    up_ms INTEGER NOT NULL,
    down_ms INTEGER NOT NULL,
    maintenance_ms INTEGER NOT NULL,
    working_scheduled_ms INTEGER NOT NULL,
    working_up_ms INTEGER NOT NULL,
    working_down_ms INTEGER NOT NULL,
    working_maintenance_ms INTEGER NOT NULL,
    PRIMARY KEY (day, name)
) WITHOUT ROWID;
CREATE TABLE good_minutes (
    name TEXT NOT NULL,
    hour INTEGER NOT NULL,
    minutes BLOB NOT NULL,
    PRIMARY KEY (name, hour)
) WITHOUT ROWID;
CREATE TABLE rolled_up (
    name TEXT PRIMARY KEY,
    until_ms INTEGER NOT NULL
) WITHOUT ROWID;
"""

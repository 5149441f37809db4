"""The third step of the history's schema, append-only: what is critical, when a state was seen, planned maintenance."""

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

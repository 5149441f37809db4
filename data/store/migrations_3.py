"""The third step of the cache's schema, append-only: components as objects, so that their names follow by id."""

from __future__ import annotations

# What was read before keeps its names, without ids, until it is read again.
_COMPONENTS_3 = """
UPDATE {table} SET components = (
    SELECT json_group_array(json_object('id', '', 'name', value)) FROM json_each({table}.components)
) WHERE components <> '[]';
"""

CACHE_3 = _COMPONENTS_3.format(table="ticket") + _COMPONENTS_3.format(table="hidden_ticket")

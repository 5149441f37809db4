"""The tables that the store keeps about its own content, declared as `tables` declares those of the sources."""

from __future__ import annotations

from data.model import Privacy
from data.store.tables import TICKET, Column, Table

PUBLIC, STAFF, FREE = Privacy.PUBLIC, Privacy.STAFF, Privacy.FREE

SOURCE = Table(
    "source",
    (
        Column("name", "TEXT", PUBLIC),
        Column("kind", "TEXT", PUBLIC),
        Column("cursor", "TEXT", PUBLIC),
        Column("generation", "INTEGER"),
        Column("interval_ms", "INTEGER"),
        Column("known_ms", "INTEGER"),
        Column("tried_ms", "INTEGER"),
        Column("error_code", "TEXT", PUBLIC),
        Column("error_detail", "TEXT", FREE),
        Column("rows", "INTEGER"),
        Column("quarantined", "INTEGER"),
        Column("done", "INTEGER"),
        Column("total", "INTEGER"),
    ),
)
FACT = Table(
    "fact",
    (Column("source", "TEXT", PUBLIC), Column("name", "TEXT", PUBLIC), Column("value", "TEXT", FREE)),
    key=2,
)
GENERATION = Table("generation", (Column("kind", "TEXT", PUBLIC), Column("number", "INTEGER")))
TICKET_COUNT = Table(
    "ticket_count",
    (
        Column("facet", "TEXT", PUBLIC),
        Column("value", "TEXT", STAFF),  # a colleague's name under the facet `assignee`
        Column("open", "INTEGER"),
        Column("total", "INTEGER"),
    ),
    key=2,
)
TICKET_GROUP = Table(
    "ticket_group",
    (
        Column("group_id", "TEXT", PUBLIC),  # epic:KEY, release:ID, sprint:ID
        Column("ticket_id", "INTEGER"),
        Column("is_open", "INTEGER"),
    ),
    key=2,
)
GROUP_COUNT = Table(
    "group_count",
    (
        Column("group_id", "TEXT", PUBLIC),
        Column("open", "INTEGER"),
        Column("blockers", "INTEGER"),  # open ones that are flagged or of the most urgent priority
        Column("total", "INTEGER"),
    ),
)
TICKET_FTS = Table(
    "ticket_fts",
    (
        Column("key", "", PUBLIC),
        Column("summary", "", FREE),
        Column("parts", "", FREE),
        Column("description", "", FREE),
        Column("comments", "", FREE),
    ),
    key=0,
)
ALIAS = Table("alias", (Column("key", "TEXT", PUBLIC), Column("ticket_id", "INTEGER")))
ABSENCE = Table(
    "absence",
    (
        Column("ticket_id", "INTEGER"),
        Column("key", "TEXT", PUBLIC),
        Column("project", "TEXT", PUBLIC),
        Column("kind", "TEXT", PUBLIC),  # deleted, lost (its project cannot be read), left (for a project not followed)
        Column("since_ms", "INTEGER"),
        Column("new_key", "TEXT", PUBLIC),  # of a ticket that left
    ),
)
HIDDEN_TICKET = Table("hidden_ticket", TICKET.columns)
OPERATION = Table(
    "operation",
    (
        Column("id", "TEXT", PUBLIC),
        Column("at_ms", "INTEGER"),
        Column("actor", "TEXT", STAFF),
        Column("kind", "TEXT", PUBLIC),
        Column("subject", "TEXT", PUBLIC),
        Column("body", "TEXT", FREE),  # JSON object
    ),
)

UPTIME_HOURS = Table(
    "uptime_hours",
    (
        Column("name", "TEXT", PUBLIC),  # of the service
        Column("day", "INTEGER"),  # its ordinal, in Estonia
        Column("hours", "BLOB", PUBLIC),  # as `data.store.rollup` packs them
    ),
    key=2,
)
_LENGTHS = ("scheduled_ms", "up_ms", "down_ms", "maintenance_ms")
UPTIME_DAY = Table(
    "uptime_day",
    (
        Column("day", "INTEGER"),
        Column("name", "TEXT", PUBLIC),
        *(Column(name, "INTEGER") for name in _LENGTHS),  # of this and all days before
        *(Column(f"working_{name}", "INTEGER") for name in _LENGTHS),
    ),
    key=2,
)
GOOD_MINUTES = Table(
    "good_minutes",
    (
        Column("name", "TEXT", PUBLIC),
        Column("hour", "INTEGER"),  # since the epoch
        Column("minutes", "BLOB", PUBLIC),  # as `data.store.rollup` packs them
    ),
    key=2,
)
ROLLED_UP = Table("rolled_up", (Column("name", "TEXT", PUBLIC), Column("until_ms", "INTEGER")))

SOURCE_TABLES = (SOURCE, FACT, GENERATION)
CACHE_BOOKS = (*SOURCE_TABLES, TICKET_COUNT, TICKET_GROUP, GROUP_COUNT, TICKET_FTS, ALIAS, ABSENCE, HIDDEN_TICKET)
HISTORY_BOOKS = (*SOURCE_TABLES, UPTIME_HOURS, UPTIME_DAY, GOOD_MINUTES, ROLLED_UP)
DESK_TABLES = (OPERATION,)

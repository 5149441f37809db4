"""The tables that the sync writes, as declarations: columns, keys and how sensitive each text is.

The SQL that creates them stands in `migrations` (append-only); a test holds the two against each other. Rows travel
from a source to the writer as tuples in the order of the columns here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from data.model import Privacy

PUBLIC, STAFF, PERSONAL, FREE = Privacy.PUBLIC, Privacy.STAFF, Privacy.PERSONAL, Privacy.FREE


class Column(NamedTuple):
    """One column; `privacy` is None for numbers and identifiers that are not text."""

    name: str
    type: str
    privacy: Privacy | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its first `key` columns are the primary key; those in `once` keep what was written first."""

    name: str
    columns: tuple[Column, ...]
    key: int = 1
    once: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of a row."""
        return tuple(column.name for column in self.columns)


def _integer(name: str) -> Column:
    return Column(name, "INTEGER")


def _text(name: str, privacy: Privacy = PUBLIC) -> Column:
    return Column(name, "TEXT", privacy)


TICKET = Table(
    "ticket",
    (
        _integer("id"),
        _text("key"),
        _text("project"),
        _integer("number"),  # of the key, so that SKAH-9 sorts before SKAH-10
        _text("type_id"),
        _text("type_name"),
        _integer("is_epic"),
        _text("summary", FREE),
        _text("summary_sort", FREE),
        _text("description", FREE),
        _text("status_id"),
        _text("status_name"),
        _text("category"),
        _integer("category_rank"),  # new 1, in progress 2, undefined 3, done 4
        _integer("is_open"),
        _text("priority_id"),
        _text("priority_name"),
        _integer("priority_rank"),
        _text("assignee_id", STAFF),
        _text("assignee", STAFF),
        _text("assignee_sort", STAFF),
        _text("reporter_id", PERSONAL),
        _text("reporter", PERSONAL),
        _text("resolution"),
        _integer("created_ms"),
        _integer("updated_ms"),
        _integer("resolved_ms"),
        _text("due_day"),
        _text("start_day"),
        _integer("breach_ms"),  # of the nearest clock: Jira's when the row is new, then as `store.clocks` keeps it
        _text("breach_name"),
        _text("clocks"),  # JSON list of Jira's own, as `sources.jira_clocks` tells them; empty where never read
        _integer("is_flagged"),
        _text("labels"),  # JSON lists of text, here and below
        _text("components"),  # JSON list of {"id": …, "name": …}
        _text("fix_versions"),  # JSON list of {"id": …, "name": …}
        _text("sprints"),  # JSON list of {"id": …, "name": …}
        _text("epic_key"),
        _text("parent_key"),
    ),
    once=("breach_ms", "breach_name"),
)
COMMENT = Table(
    "comment",
    (
        _integer("id"),
        _integer("ticket_id"),
        _text("author_id", STAFF),
        _text("author", STAFF),
        _integer("created_ms"),
        _integer("updated_ms"),
        _text("body", FREE),
    ),
)
WORKLOG = Table(
    "worklog",
    (
        _integer("id"),
        _integer("ticket_id"),
        _text("author_id", STAFF),
        _text("author", STAFF),
        _integer("started_ms"),
        _integer("seconds"),
        _integer("updated_ms"),
        _text("comment", FREE),
    ),
)
ATTACHMENT = Table(
    "attachment",
    (
        _integer("id"),
        _integer("ticket_id"),
        _text("name", FREE),
        _integer("size"),  # bytes
        _text("mime"),
        _text("author_id", STAFF),
        _text("author", STAFF),
        _integer("created_ms"),
    ),
)
CHANGE = Table(
    "change",
    (
        _integer("ticket_id"),
        _integer("history_id"),
        _integer("position"),
        _integer("at_ms"),
        _text("author_id", STAFF),
        _text("author", STAFF),
        _text("field"),
        _text("before", FREE),
        _text("after", FREE),
        _text("before_id"),  # of a status
        _text("after_id"),
    ),
    key=3,
)
VERSION = Table(
    "version",
    (
        _integer("id"),
        _text("project"),
        _text("name"),
        _text("description", FREE),
        _text("start_day"),
        _text("end_day"),
        _integer("is_released"),
        _integer("is_archived"),
    ),
)
SPRINT = Table(
    "sprint",
    (
        _integer("id"),
        _text("name"),
        _text("state"),  # future, active, closed
        _text("goal", FREE),
        _text("start_day"),
        _text("end_day"),
        _integer("board_id"),
    ),
)
EVENT = Table(
    "event",
    (
        _text("id"),
        _text("calendar"),
        _text("uid"),
        _text("title", FREE),
        _integer("start_ms"),
        _integer("end_ms"),
        _integer("is_all_day"),
        _text("location", FREE),
        _text("description", FREE),
        _integer("is_cancelled"),
        _integer("invited"),
        _integer("accepted"),
        _integer("declined"),
        _integer("capacity"),
        _text("organizer", STAFF),
    ),
)
QUARANTINE = Table(
    "quarantine",
    (
        _text("source"),
        _text("reference"),  # key or id of the odd record, as far as it could be told
        _text("reason"),
        _integer("at_ms"),
    ),
    key=2,
)
NAME = Table(
    "name",
    (
        _text("kind"),  # status, category (of a status), type, priority, rank (of a priority), clock, component, user
        _text("id"),
        _text("text", PERSONAL),  # a client's name under the kind `user`
    ),
    key=2,
)
GAP = Table(
    "gap",
    (
        _text("source"),
        _text("reference"),  # the project or issue that could not be read in full
        _text("reason"),
        _integer("at_ms"),  # since when
        _text("detail", FREE),
    ),
    key=2,
    once=("at_ms",),
)
META = Table(
    "meta",
    (
        _text("kind"),  # project, types, create (of a project's type), ways (on from a status), links
        _text("scope"),  # what it is of: SKAH, SKAH/10001, SKAH/10001/3
        _text("body", FREE),  # JSON, as `data.ticket_meta` tells it
        _integer("at_ms"),  # when it was read
    ),
    key=2,
)
PERSON = Table(
    "person",
    (
        _text("id", STAFF),  # the user name, by which a ticket is assigned
        _text("word", STAFF),
        _text("sort", STAFF),
        _integer("is_active"),
    ),
)
WATCHED = Table(
    "watched",
    (
        _text("name"),
        _text("kind"),  # service, application, xroad, partner, batch
        _text("url"),
        _integer("position"),  # in the configuration
        _integer("interval_ms"),
        _text("needs"),  # `data.rules.dependencies.Needs` as JSON
        _integer("is_critical"),
    ),
)
RESULT = Table(
    "result",
    (
        _text("name"),
        _integer("at_ms"),
        _text("outcome"),
        _text("reason", FREE),
        _integer("latency_ms"),
        _text("evidence", FREE),
    ),
    key=2,
)
TRANSITION = Table(
    "transition",
    (
        _text("name"),
        _integer("at_ms"),
        _text("state"),
        _text("reason", FREE),
        _integer("detected_ms"),
    ),
    key=2,
)
MAINTENANCE = Table(
    "maintenance",
    (
        _text("name"),  # of the service
        _integer("start_ms"),
        _integer("end_ms"),
        _text("notice", FREE),
        _text("origin"),  # who plans it: `configuration`
    ),
    key=2,
)

CACHE_TABLES = (
    TICKET,
    COMMENT,
    CHANGE,
    WORKLOG,
    ATTACHMENT,
    VERSION,
    SPRINT,
    EVENT,
    QUARANTINE,
    NAME,
    GAP,
    META,
    PERSON,
)
TICKET_PARTS = (COMMENT, CHANGE, WORKLOG, ATTACHMENT)
"""What goes with its ticket, by `ticket_id`."""
HISTORY_TABLES = (WATCHED, RESULT, TRANSITION, MAINTENANCE)

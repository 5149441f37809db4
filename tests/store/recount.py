"""What the writer keeps by differences, counted anew from the tickets themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from data.store.driver import Connection
from data.store.kept import FACETS

Ask = Callable[[str], list[Any]]

COLUMNS = dict(
    zip(FACETS, ("project", "status_name", "type_name", "priority_name", "assignee", "assignee_id"), strict=True)
)


def assert_kept_is_recounted(connection: Connection, words: Iterable[str]) -> None:
    """Figures, groups, absences and the index entries of `words` are what the tickets themselves tell."""

    def ask(sql: str) -> list[Any]:
        return connection.execute(sql).fetchall()

    assert kept_counts(ask) == counted(ask)
    assert kept_groups(ask) == grouped(ask)
    assert_absent_are_apart(ask)
    for word in words:
        assert indexed(connection, word) == holding(ask, word), word


def assert_absent_are_apart(ask: Ask) -> None:
    assert ask("SELECT id FROM ticket WHERE id IN (SELECT ticket_id FROM absence)") == []
    lost = ask("SELECT ticket_id FROM absence WHERE kind = 'lost' ORDER BY 1")
    assert ask("SELECT id FROM hidden_ticket ORDER BY 1") == lost


def kept_counts(ask: Ask) -> set[tuple[str, str, int, int]]:
    return set(ask("SELECT facet, value, open, total FROM ticket_count"))


def counted(ask: Ask) -> set[tuple[str, str, int, int]]:
    plain = {
        (facet, *row)
        for facet, column in COLUMNS.items()
        for row in ask(f"SELECT {column}, sum(is_open), count(*) FROM ticket GROUP BY {column}")
    }
    whole = [("", "", *row) for row in ask("SELECT sum(is_open), count(*) FROM ticket HAVING count(*) > 0")]
    return plain | set(whole)


def kept_groups(ask: Ask) -> tuple[set[Any], set[Any]]:
    return (
        set(ask("SELECT group_id, ticket_id, is_open FROM ticket_group")),
        set(ask("SELECT group_id, open, blockers, total FROM group_count")),
    )


def grouped(ask: Ask) -> tuple[set[Any], set[Any]]:
    links = (
        "SELECT DISTINCT 'release:' || (value ->> 'id') AS name, ticket.* FROM ticket, json_each(fix_versions)"
        " UNION ALL SELECT DISTINCT 'sprint:' || (value ->> 'id'), ticket.* FROM ticket, json_each(sprints)"
        " UNION ALL SELECT 'epic:' || epic_key, ticket.* FROM ticket WHERE epic_key <> ''"
    )
    blocking = "is_open AND (is_flagged OR priority_rank = 1)"
    return (
        set(ask(f"SELECT name, id, is_open FROM ({links})")),
        set(ask(f"SELECT name, sum(is_open), sum({blocking}), count(*) FROM ({links}) GROUP BY name")),
    )


def indexed(connection: Connection, word: str) -> list[int]:
    rows = connection.execute(
        "SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ? ORDER BY rowid", (f'- parts : "{word}"',)
    )
    return [row[0] for row in rows.fetchall()]


def holding(ask: Ask, word: str) -> list[int]:
    rows = ask(
        f"SELECT id FROM ticket WHERE summary = '{word}' OR EXISTS"
        f" (SELECT 1 FROM comment WHERE ticket_id = ticket.id AND body = '{word}') ORDER BY id"
    )
    return [row[0] for row in rows]

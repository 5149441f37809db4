"""Windows over ordered tickets: the same as sorting everything in memory, without doing so."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.model import RISK_MS, TicketQuery, TicketRow, TicketSort, TicketView
from data.store import window as window_module
from data.store.driver import Connection, open_reader
from data.store.read import Reader
from data.store.tables import TICKET
from data.store.window import Selection
from data.store.write import Writer

from .world import JIRA, KEY, NOW, cache_writer, places_in, reader_of, ticket, tickets

ROWS = 700
HOUR = 3_600_000
NAMES = ["", "Õnne Öö", "Kati Katse", "Jüri Žanr"]

Filled = tuple[Reader, list[dict[str, Any]], Connection]

SORT_KEYS: dict[TicketSort, Callable[[dict[str, Any]], Any]] = {
    TicketSort.UPDATED: lambda row: row["updated_ms"],
    TicketSort.CREATED: lambda row: row["created_ms"],
    TicketSort.KEY: lambda row: (row["project"], row["number"]),
    TicketSort.PRIORITY: lambda row: row["priority_rank"],
    TicketSort.STATUS: lambda row: (row["category_rank"], row["status_name"]),
    TicketSort.ASSIGNEE: lambda row: row["assignee_sort"],
    TicketSort.SUMMARY: lambda row: row["summary_sort"],
    TicketSort.BREACH: lambda row: row["breach_ms"],
}
VIEWS: dict[TicketView, Callable[[dict[str, Any]], bool]] = {
    TicketView.OPEN: lambda row: row["is_open"] == 1,
    TicketView.ALL: lambda row: True,
    TicketView.MINE: lambda row: row["is_open"] == 1 and row["assignee"] == "Kati Katse",
    TicketView.UNASSIGNED: lambda row: row["is_open"] == 1 and not row["assignee"],
    TicketView.AT_RISK: lambda row: (
        row["is_open"] == 1 and row["breach_ms"] is not None and row["breach_ms"] < NOW + RISK_MS
    ),
}


def some_tickets(count: int) -> list[tuple[Any, ...]]:
    chance = random.Random(7)  # equal values on purpose: the id must decide
    return [
        ticket(
            1000 + each,
            project=chance.choice(["SKAH", "PEHU"]),
            number=each % 350 + 1,
            category=(category := chance.choice(["new", "indeterminate", "done"])),
            summary=chance.choice("abcõäöüšž") * 3,
            assignee=chance.choice(NAMES),
            priority_rank=(rank := chance.randint(1, 4)),
            priority_name=f"P{rank}",
            type_name=chance.choice(["Viga", "Ülesanne"]),
            created_ms=NOW - chance.randint(0, 90) * HOUR,
            updated_ms=NOW - chance.randint(0, 40) * HOUR,
            breach_ms=None if category == "done" else chance.choice([None, NOW + chance.randint(-5, 50) * HOUR]),
        )
        for each in range(count)
    ]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    places = places_in(tmp_path_factory.mktemp("window"))
    writer = cache_writer(places)
    rows = some_tickets(ROWS)
    writer.apply(JIRA, tickets(*rows, facts={"jira.me": "kati katse"}), NOW)
    writer.close()
    reader, connection = reader_of(places), open_reader(places.cache, KEY)
    yield reader, [dict(zip(TICKET.names, row, strict=True)) for row in rows], connection
    reader.close()
    connection.close()


@pytest.fixture(params=["held", "walked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to hold a list, whatever its length."""
    if request.param == "walked":
        monkeypatch.setattr(window_module, "HELD_LIMIT", 0)
        monkeypatch.setattr(window_module, "RARE", 0)
    return str(request.param)


def expected(rows: list[dict[str, Any]], query: TicketQuery) -> list[int]:
    """The list by plain sorting; tickets without a clock come last in both directions."""
    asked = {"project": query.project, "status_name": query.status, "type_name": query.type_name}
    asked |= {"priority_name": query.priority, "assignee": query.assignee}
    chosen = [row for row in rows if VIEWS[query.view](row)]
    chosen = [row for row in chosen if all(row[name] == value for name, value in asked.items() if value)]
    key = SORT_KEYS[query.sort]
    blank = [row for row in chosen if key(row) is None]
    placed = [row for row in chosen if key(row) is not None]
    placed.sort(key=lambda row: (key(row), row["id"]), reverse=query.descending)
    blank.sort(key=lambda row: row["id"], reverse=query.descending)
    return [row["id"] for row in (*placed, *blank)]


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("view", TicketView)
@pytest.mark.parametrize("sort", TicketSort)
def test_every_order_of_every_view_is_the_plain_one(
    filled: Filled,
    way: str,
    view: TicketView,
    sort: TicketSort,
    descending: bool,
) -> None:
    reader, rows, _ = filled
    query = TicketQuery(view=view, sort=sort, descending=descending)
    window, ids = reader.tickets(query), expected(rows, query)
    assert ids
    assert window.count() == len(ids)
    assert [row.id for row in window.rows(0, len(ids) + 10)] == ids
    for place in (0, len(ids) // 2, len(ids) - 1):
        assert window.position(ids[place]) == place


def test_windows_anywhere_in_any_sequence_are_pieces_of_the_whole(filled: Filled, way: str) -> None:
    reader, rows, _ = filled
    query = TicketQuery(view=TicketView.ALL, sort=TicketSort.STATUS)
    window, ids = reader.tickets(query), expected(rows, query)
    chance = random.Random(3)
    for _ in range(200):
        start = chance.randint(-5, ROWS + 5)
        stop = start + chance.randint(0, 60)
        assert [row.id for row in window.rows(start, stop)] == ids[max(0, start) : max(0, stop)]
        if chance.random() < 0.2:
            place = chance.randrange(ROWS)
            assert window.position(ids[place]) == place


@pytest.mark.parametrize(
    "query",
    [
        TicketQuery(project="PEHU"),
        TicketQuery(view=TicketView.ALL, project="PEHU", sort=TicketSort.SUMMARY),
        TicketQuery(view=TicketView.ALL, status="Valmis", descending=False),
        TicketQuery(view=TicketView.ALL, assignee="Õnne Öö", sort=TicketSort.BREACH),
        TicketQuery(type_name="Viga", priority="P1", sort=TicketSort.KEY),
        TicketQuery(view=TicketView.MINE, project="SKAH"),
        TicketQuery(view=TicketView.AT_RISK, assignee="Kati Katse"),
        TicketQuery(view=TicketView.UNASSIGNED, assignee="Kati Katse"),
        TicketQuery(view=TicketView.ALL, project="PUUDUB"),
    ],
    ids=repr,
)
def test_filters_narrow_a_view(filled: Filled, way: str, query: TicketQuery) -> None:
    reader, rows, _ = filled
    window, ids = reader.tickets(query), expected(rows, query)
    assert window.count() == len(ids)
    assert [row.id for row in window.rows(0, ROWS)] == ids
    if ids:
        assert window.position(ids[-1]) == len(ids) - 1


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("view", TicketView)
@pytest.mark.parametrize("sort", TicketSort)
def test_every_list_is_found_counted_and_jumped_through_in_its_index_alone(
    filled: Filled, view: TicketView, sort: TicketSort, descending: bool
) -> None:
    *_, connection = filled
    every = {"project": "PEHU", "status": "Töös", "type_name": "Viga", "priority": "P1", "assignee": "Kati Katse"}
    for filters in ({}, every):
        query = TicketQuery(view=view, sort=sort, descending=descending, **filters)
        selection = Selection(query, NOW)
        key = connection.execute(*selection.keys(limit=1)).fetchone() or (1,) * len(selection.columns)
        walked = (
            selection.keys(limit=60, offset=300),
            selection.keys(backwards=True, limit=60),
            selection.keys(beyond=key, limit=60),
            selection.keys(backwards=True, beyond=key, limit=60),
            selection.figure(before=key),
        )
        for sql, parameters in walked:
            plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall())
            assert f"USING COVERING INDEX {selection.index}" in plan, plan
            assert "TEMP B-TREE" not in plan, plan


def test_a_keyset_window_starts_at_its_bookmark_and_not_at_the_beginning(
    filled: Filled,
) -> None:
    *_, connection = filled
    for sort in TicketSort:
        selection = Selection(TicketQuery(view=TicketView.ALL, sort=sort), NOW)
        key = connection.execute(*selection.keys(limit=1, offset=300)).fetchone()
        sql, parameters = selection.keys(beyond=key, limit=60)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()[0][3]
        assert plan.startswith("SEARCH"), plan


def test_a_list_follows_the_store(tmp_path: Path, way: str) -> None:
    places = places_in(tmp_path)
    writer, reader = cache_writer(places), reader_of(places)
    window = reader.tickets(TicketQuery(view=TicketView.ALL))
    assert (window.count(), window.rows(0, 5), window.position(1)) == (0, (), None)
    writer.apply(JIRA, tickets(*(ticket(each, updated_ms=NOW - each) for each in range(1, 101))), NOW)
    assert (window.count(), window.position(7)) == (100, 6)
    rename(writer, 7)
    assert window.position(7) == 0
    assert [row.id for row in window.rows(0, 3)] == [7, 1, 2]
    reader.close()
    writer.close()


def rename(writer: Writer, ticket_id: int) -> None:
    writer.apply(JIRA, tickets(ticket(ticket_id, summary="Uus", updated_ms=NOW + 1)), NOW)


def test_a_ticket_that_is_not_in_the_list_has_no_position(filled: Filled, way: str) -> None:
    reader, rows, _ = filled
    done = next(row["id"] for row in rows if not row["is_open"])
    assert reader.tickets(TicketQuery()).position(done) is None
    assert reader.tickets(TicketQuery()).position(5) is None


def test_rows_come_as_records_with_what_is_mine_marked(
    filled: Filled,
) -> None:
    reader, rows, _ = filled
    window = reader.tickets(TicketQuery(view=TicketView.ALL))
    got = window.rows(0, ROWS)
    assert all(isinstance(row, TicketRow) for row in got)
    assert {row.id for row in got if row.mine} == {row["id"] for row in rows if row["assignee"] == "Kati Katse"}


def test_mine_is_empty_while_nobody_is_known(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    writer, reader = cache_writer(places), reader_of(places)
    writer.apply(JIRA, tickets(ticket(1, assignee=""), ticket(2, assignee="Kati")), NOW)
    assert reader.tickets(TicketQuery(view=TicketView.MINE)).count() == 0
    assert reader.ticket_counts().mine == 0
    reader.close()
    writer.close()

"""Search: a person's words, whatever they type, found whole, unfinished, or inside compounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.model import TicketQuery, TicketView
from data.store import search as search_module
from data.store.read import Reader

from .world import JIRA, NOW, cache_writer, comment, places_in, reader_of, ticket, tickets

Find = Callable[..., list[int]]

TICKETS = (
    ticket(1, summary="Peretoetuse arvutus annab vale summa", description="Kolmas laps jäeti arvestamata"),
    ticket(2, summary="Tool on katki", category="done", assignee="Kati Katse"),
    ticket(3, summary="Tööl katkeb ühendus", description="SKAH-1 võib olla sama viga", project="PEHU"),
    ticket(4127, summary="Õppetoetus [WIP] 50% maksmata", assignee="Kati Katse"),
    ticket(41270, summary="Makse läks vanale kontole"),
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    places = places_in(tmp_path_factory.mktemp("search"))
    writer = cache_writer(places)
    remark = comment(9, 3, "Kirjutas võrguosakond")
    writer.apply(JIRA, tickets(*TICKETS, comment=[remark], facts={"jira.me": "kati katse"}), NOW)
    writer.close()
    reader = reader_of(places)
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def find(reader: Reader) -> Find:
    def ids(text: str, view: TicketView = TicketView.ALL, **filters: Any) -> list[int]:
        window = reader.tickets(TicketQuery(view=view, text=text, **filters))
        rows = window.rows(0, 100)
        assert window.count() == len(rows)
        return [row.id for row in rows]

    return ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("vale", [1]),
        ("VALE summa", [1]),
        ("arvestamata", [1]),  # in the description
        ("võrguosakond", [3]),  # in a comment
        ("maksm", [4127]),  # unfinished
        ("maks", [41270, 4127]),  # newest first
        ("toetus", [4127, 1]),  # inside compounds
        ("etuse arvutus", [1]),  # a part, followed by another word
        ("arvutus laps", [1]),  # one in the summary, one in the description
        ("toetus laps", [1]),  # a part in the summary, a whole word in the description
        ("laps toetus puudub", []),  # every word is needed
        ("tool", [2]),
        ("tööl", [3]),  # Estonian letters are letters
        ("õppe", [4127]),
        ("[WIP]", [4127]),
        ("50%", [4127]),
        ("on katki", [2]),
        ("o katki", []),  # a single letter stands for itself
    ],
)
def test_words_are_found(find: Find, text: str, ids: list[int]) -> None:
    assert find(text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("SKAH-1", [1, 3]),  # the ticket itself comes before the one that speaks of it
        ("skah-1", [1, 3]),
        ("SKAH-4127", [4127, 41270]),  # and before those whose key only begins so
        ("4127", [4127, 41270]),
        ("PEHU-3", [3]),
        ("3", [3]),
        ("SKAH-99999", []),
        ("123456789012345678901234567890", []),
    ],
)
def test_a_key_or_a_bare_number_finds_its_ticket_first(find: Find, text: str, ids: list[int]) -> None:
    assert find(text) == ids


def test_a_search_keeps_to_its_view_and_filters(find: Find) -> None:
    assert find("katk", TicketView.OPEN) == [3]
    assert find("toetus", TicketView.MINE) == [4127]
    assert find("toetus", TicketView.UNASSIGNED) == [1]
    assert find("toetus", TicketView.AT_RISK) == []
    assert find("katk", project="PEHU") == [3]
    assert find("katk", status="Valmis") == [2]
    assert find("2", TicketView.OPEN) == []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("kati", [4127, 2]),  # newest first
        ("KATI KATSE", [4127, 2]),
        ("katse, kati", []),  # the comma is not in the name
        ("kats", [4127, 2]),  # unfinished
        ("kat", [4127, 3, 2]),  # in a name and in a summary
        ("ka", [3, 2]),  # two letters are no beginning of a name
        ("atse", []),  # nor is its end
        ("kati toetus", [4127]),  # a person and a word
        ("maksmata katse", [4127]),
        ("kati võrguosakond", []),
    ],
)
def test_words_are_found_in_the_name_of_the_assignee(find: Find, text: str, ids: list[int]) -> None:
    assert find(text) == ids


def test_people_are_found_within_view_and_filters(find: Find) -> None:
    assert find("kati", TicketView.OPEN) == [4127]
    assert find("kati", TicketView.MINE) == [4127]
    assert find("kati", TicketView.UNASSIGNED) == []
    assert find("kati", TicketView.AT_RISK) == []
    assert find("kati", status="Valmis") == [2]
    assert find("kati katki", status="Valmis") == [2]
    assert find("katse", assignee="Mari Mets") == []


def test_the_place_of_a_hit_is_told(reader: Reader) -> None:
    window = reader.tickets(TicketQuery(view=TicketView.ALL, text="toetus"))
    assert [window.position(each) for each in (4127, 1, 2)] == [0, 1, None]


def test_a_ticket_that_changes_hands_is_found_by_its_new_ones_alone(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    writer, reader = cache_writer(places), reader_of(places)
    writer.apply(JIRA, tickets(ticket(1, assignee="Kati Katse")), NOW)
    writer.apply(JIRA, tickets(ticket(1, assignee="Mari Mets", updated_ms=NOW + 1)), NOW)
    assert [reader.tickets(TicketQuery(text=text)).count() for text in ("kati", "mets")] == [0, 1]
    reader.close()
    writer.close()


HOSTILE = [
    '"', '""', "'", "*", "(", ")", "a OR", "AND", "NOT x", "NEAR(a b)", "summary:x", "- parts : x", "{a}", "^a", "a^2",
    "\\", "%", "_", ";", "--", "'; DROP TABLE ticket; --", "\0", "a\0b", "\x1b]52;c;x\x07", "[/]", "[@click=app.bell]",
    "\u202eabc", "a" * 10_000, "õ" * 500, "😀", "SKAH-", "-1", "SKAH-1-2", "SKAH--1", "+", ", ,", "\t", "١٢٣",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_hostile_words_are_words(find: Find, text: str) -> None:
    for view in TicketView:
        assert set(find(text, view)) <= {each[0] for each in TICKETS}
        find(f"{text} makse", view)
        find(f"makse {text}", view)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
def test_no_text_at_all_is_an_error(find: Find, text: str) -> None:
    find(text)


def test_a_search_for_signs_alone_finds_nothing_and_blank_is_no_search(find: Find) -> None:
    assert find("+++ !") == []
    assert len(find("   ")) == len(TICKETS)


def test_a_long_result_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_module, "SEARCH_LIMIT", 10)
    places = places_in(tmp_path)
    writer, reader = cache_writer(places), reader_of(places)
    writer.apply(JIRA, tickets(*(ticket(each) for each in range(1, 31))), NOW)
    capped = reader.tickets(TicketQuery(text="pilet"))
    assert (capped.count(), capped.is_capped) == (10, True)
    assert [row.id for row in capped.rows(0, 3)] == [30, 29, 28]
    writer.apply(JIRA, tickets(*(ticket(each, assignee="Kati Katse") for each in range(1, 31))), NOW)
    people = reader.tickets(TicketQuery(text="kati"))
    assert (people.count(), people.is_capped) == (10, True)
    assert [row.id for row in people.rows(0, 3)] == [30, 29, 28]
    exact = reader.tickets(TicketQuery(text="7"))
    assert (exact.count(), exact.is_capped) == (1, False)
    assert not reader.tickets(TicketQuery()).is_capped
    reader.close()
    writer.close()


def test_a_changed_text_is_found_by_its_new_words_alone(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    writer, reader = cache_writer(places), reader_of(places)

    def ids(text: str) -> list[int]:
        return [row.id for row in reader.tickets(TicketQuery(text=text)).rows(0, 10)]

    writer.apply(JIRA, tickets(ticket(1, summary="Peretoetus"), comment=[comment(1, 1, "esimene")]), NOW)
    writer.apply(JIRA, tickets(ticket(1, summary="Sünnitoetus", updated_ms=NOW + 1)), NOW)
    assert (ids("retoetus"), ids("nitoetus"), ids("esimene")) == ([], [1], [1])
    writer.apply(JIRA, tickets(comment=[comment(1, 1, "teine")]), NOW)
    assert (ids("esimene"), ids("teine"), ids("sünnitoetus")) == ([], [1], [1])
    reader.close()
    writer.close()

"""The world is a function of seed and clock, opens as an ordinary working day, and moves while it is watched."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from data.rules.mask import HIDDEN, mask_text
from data.simulator import catalog
from data.simulator.book import Book
from data.simulator.issue import Issue
from data.simulator.people import EVERYONE
from data.simulator.shapes import Shapes
from data.simulator.sla import resolution_cycle, response_cycle
from data.simulator.worktime import HOUR, WORKDAY, moment, worked
from data.simulator.world import World
from tests.simulator.factory import EVERYTHING, MINUTE, START_MS, HeldClock, client, search, world


def issues(of: World) -> list[Issue]:
    of.now_ms()
    return [issue for book in of.books.values() for number in book.numbers if (issue := book.get(number))]


def written(of: World) -> bytes:
    """Everything that the world's Jira can say of its tickets."""
    now = of.now_ms()
    shapes = Shapes(of, "http://jira.demo")
    names = shapes.field_names([], "*all")
    return msgspec.json.encode([shapes.issue(issue, names, now, changelog=True) for issue in issues(of)])


def test_the_same_seed_and_clock_give_the_same_bytes() -> None:
    assert written(world(after_ms=7 * MINUTE)) == written(world(after_ms=7 * MINUTE))
    assert written(world(seed=8)) != written(world(seed=7))


def test_a_ticket_of_which_much_is_said_takes_no_ids_of_the_next() -> None:
    one, other = issues(world(tickets=40))[:2]
    other.id = one.id + 1
    for each in (one, other):
        for place in range(1_001):
            each.say(START_MS + place, EVERYONE[0], "Märkus")
            each.spend(START_MS + place, EVERYONE[0], 60)
    for parts in ("notes", "worklogs"):
        ids = [part.id for each in (one, other) for part in getattr(each, parts)]
        assert len(ids) == len(set(ids)) >= 2_002


def test_it_does_not_matter_how_often_the_world_was_looked_at() -> None:
    clock = HeldClock()
    watched = World(7, clock, 500)
    for _ in range(200):
        clock.passed_ms += 9_731
        watched.now_ms()
    assert written(watched) == written(world(after_ms=200 * 9_731))


def test_it_opens_with_a_day_of_work() -> None:
    of = world()
    still_open = [issue for issue in issues(of) if issue.resolved_ms is None]
    assert len(still_open) == 47
    assert sum(issue.assignee is not None and issue.assignee.name == "kadri.tamm" for issue in still_open) == 6
    assert len({issue.summary for issue in still_open}) > 40


@pytest.mark.parametrize("seed", range(1, 9))
@pytest.mark.parametrize("hour", [9, 23])
def test_three_clocks_are_about_to_run_out_whatever_the_seed_and_the_hour(seed: int, hour: int) -> None:
    of = World(seed, HeldClock(START_MS + (hour - 9) * HOUR), 500)
    now = of.now_ms()
    near = []
    for issue in issues(of):
        if issue.project == catalog.SKAH and issue.resolved_ms is None:
            cycles = [response_cycle(issue, now), resolution_cycle(issue, now)]
            breaches = [cycle.breach_ms for cycle in cycles if cycle and cycle.breach_ms]
            if breaches and worked(min(breaches)) - worked(now) < WORKDAY and min(breaches) - now < 24 * HOUR:
                near.append(min(breaches) - now)
    assert len(near) == 3
    assert min(near) < 10 * MINUTE


def test_something_happens_every_few_seconds_for_a_person_who_watches() -> None:
    clock = HeldClock()
    of = World(7, clock, 500)
    last = START_MS
    for _ in range(10 * 60):
        clock.passed_ms += 1_000
        of.now_ms()
        newest = max(book.lines[-1][0] for book in of.books.values())
        assert clock.now_ms() - newest < 20_000 or clock.passed_ms < 20_000
        last = max(last, newest)
    assert last > START_MS + 9 * MINUTE


def test_the_first_ten_minutes_hold_every_kind_of_event() -> None:
    before, after = world(), world(after_ms=10 * MINUTE)
    old = {issue.key: issue for issue in issues(before)}
    new = {issue.key: issue for issue in issues(after)}
    assert set(new) - set(old), "a ticket arrives"
    assert any(len(new[key].notes) > len(issue.notes) for key, issue in old.items()), "somebody comments"
    assert any(new[key].status is not issue.status for key, issue in old.items()), "a ticket moves on"
    epics = [issue for issue in old.values() if issue.type is catalog.EPIC]
    assert any((new[epic.key].due_day or "") > (epic.due_day or "") for epic in epics), "an epic slips"
    finished = [issue for issue in new.values() if issue.project == catalog.PERE and issue.resolved_ms]
    assert len(finished) > sum(
        issue.project == catalog.PERE and issue.resolved_ms is not None for issue in old.values()
    )
    now = START_MS + 8 * MINUTE
    assert any(response_cycle(issue, now).breached for issue in old.values() if issue.project == catalog.SKAH
               and issue.status is catalog.NEW), "a clock runs out"  # fmt: skip


def test_weeks_later_the_world_is_neither_empty_nor_flooded() -> None:
    of = world(after_ms=21 * 24 * HOUR)
    still_open = [issue for issue in issues(of) if issue.resolved_ms is None and issue.project == catalog.SKAH]
    assert 20 <= len(still_open) <= 50
    assert of.books[catalog.SKAH].last > 4_500


def test_a_book_keeps_its_orders() -> None:
    of = world(after_ms=30 * MINUTE)
    of.now_ms()
    for book in of.books.values():
        assert book.lines == sorted(book.lines)
        assert book.births == sorted(book.births)
        made = [(issue.updated_ms, number) for number in book.numbers if (issue := book.get(number))]
        assert sorted(made) == book.lines


def test_every_change_is_within_the_life_of_its_ticket() -> None:
    of = world(after_ms=10 * MINUTE)
    for issue in issues(of):
        moments = [change.at_ms for change in issue.changes] + [note.at_ms for note in issue.notes]
        assert all(issue.created_ms <= at <= issue.updated_ms <= of.now_ms() for at in moments), issue.key
        assert [change.at_ms for change in issue.changes] == sorted(change.at_ms for change in issue.changes)


async def test_a_large_world_makes_only_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    of = world(tickets=100_000)
    assert sum(len(book) for book in of.books.values()) == 100_000
    made: list[int] = []
    get = Book.get

    def counted(book: Book, number: int) -> Issue | None:
        made.append(number)
        return get(book, number)

    monkeypatch.setattr(Book, "get", counted)
    of.now_ms()

    async with client(of) as jira:
        low = START_MS - 24 * HOUR
        jql = f"project in (SKAH) AND updated >= {low} ORDER BY updated ASC, key ASC"
        page = await search(jira, jql, maxResults=20)
        assert len(page["issues"]) == 20
        await search(jira, EVERYTHING, maxResults=1_000, fields="id")
    # A page of twenty, and what they link to: the census of a thousand ids makes no ticket at all.
    assert len(made) < 60


def test_personal_data_is_there_invented_and_caught_by_the_mask() -> None:
    texts = [issue.description or "" for issue in issues(world(tickets=1_500))]
    codes = [code for text in texts for code in re.findall(r"\b\d{11}\b", text)]
    assert len(codes) > 20
    from stdnum.ee import ik

    assert not any(ik.is_valid(code) for code in codes)
    for text in texts:
        if re.search(r"\b\d{11}\b|EE00|@naidis|\+372", text):
            assert "(demo" in text
            assert HIDDEN in mask_text(text)
            assert not re.search(r"\b\d{11}\b|EE00 0000|@naidis|\+372 5", mask_text(text))
    addresses = re.findall(r"EE(\d\d) ", " ".join(texts))
    assert set(addresses) == {"00"}


def test_no_template_leaves_a_hole() -> None:
    of = world(tickets=1_200, after_ms=20 * MINUTE)
    for issue in issues(of):
        for text in (issue.summary, issue.description or "", *(note.body for note in issue.notes)):
            assert not {"{", "}"} & set(text.replace("{noformat}", ""))
            assert text.strip() == text


@pytest.mark.parametrize("hours", [0.5, 3, 9, 20, 44, 45, 100])
def test_working_time_goes_forth_and_back(hours: float) -> None:
    """2026-12-04 is a Friday; 09:14 local."""
    end = moment(worked(START_MS) + int(hours * HOUR))
    assert worked(end) - worked(START_MS) == int(hours * HOUR)
    assert end > START_MS


def test_working_time_stands_still_at_night_and_on_days_off() -> None:
    friday_evening = START_MS + 8 * HOUR
    monday_morning = START_MS + 3 * 24 * HOUR - HOUR
    assert worked(monday_morning) - worked(friday_evening) == 14 * MINUTE
    assert worked(START_MS + 24 * HOUR) == worked(START_MS + 36 * HOUR)


async def test_a_sprint_is_told_in_javas_words_with_a_comma_in_its_name() -> None:
    of = world()
    async with client(of) as jira:
        found = await search(jira, "project = PERE", fields="customfield_10104", maxResults=100)
        board: dict[str, Any] = (await jira.get("/rest/agile/1.0/board/7/sprint", params={"state": "active"})).json()
    texts = [text for issue in found["issues"] for text in issue["fields"]["customfield_10104"] or []]
    active = board["values"]
    assert len(active) == 1
    assert "," in active[0]["name"]
    assert any(f"[id={active[0]['id']}," in text and f"name={active[0]['name']},startDate=" in text for text in texts)

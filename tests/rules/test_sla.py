"""SLA clocks: by a table of hand-computed cases, and by what must hold for any history."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import TALLINN, epoch_ms
from data.model import ClockKind, ClockRun, SlaClock, StatusCategory, TicketClocks, WorkTime
from data.rules.sla import (
    ClockRules,
    History,
    RoundTheClock,
    Standing,
    Target,
    elapsed_ms,
    forecast_ms,
    history,
    is_over,
    kind_of,
    nearest,
    own_clocks,
    remaining_ms,
    standing,
    target_of,
    worth_telling,
)
from data.rules.working_calendar import WorkingHours
from data.sla import Sla, SlaTarget

HOUR = 3_600_000
MINUTE = 60_000
OFFICE = WorkingHours()
ALWAYS = RoundTheClock()
NIGHT = WorkingHours(start="01:00", end="05:00", days=(1, 2, 3, 4, 5, 6, 7))
"""Hours around those at which the clocks change."""
NEW, ACTIVE, WAITING, DONE, UNKNOWN = Standing


def moment(text: str) -> int:
    """`2026-11-23 09:00` in Tallinn; a `!` behind it is the second such moment of the night the clocks go back."""
    told = datetime.fromisoformat(text.rstrip("!")).replace(tzinfo=TALLINN, fold=int(text.endswith("!")))
    return epoch_ms(told)


def clocks(
    created: str,
    *moves: tuple[str, Standing],
    first: Standing = NEW,
    comment: str = "",
    hours: float = 8,
    calendar: WorkTime = OFFICE,
    answer: str = "either",
) -> dict[ClockKind, SlaClock]:
    told = history(moment(created), first, [(moment(at), to) for at, to in moves], moment(comment) if comment else None)
    target = Target(round(hours * HOUR), round(hours * HOUR), calendar)
    return {each.kind: each for each in own_clocks(told, target, answer)}


def resolution(created: str, *moves: tuple[str, Standing], **given: object) -> SlaClock:
    return clocks(created, *moves, **given)[ClockKind.RESOLUTION]  # type: ignore[arg-type]


class Case(NamedTuple):
    """A clock of a ticket, computed by hand: hours used at a moment, and when a target of eight hours is reached."""

    told: str
    created: str
    moves: tuple[tuple[str, Standing], ...]
    at: str
    used: float
    due: str | None
    run: ClockRun = ClockRun.RUNNING
    calendar: WorkTime = OFFICE


STOPPED, PAUSED = ClockRun.STOPPED, ClockRun.PAUSED
TABLE = [
    Case("one day", "2026-11-23 09:00", (), "2026-11-23 13:00", 4, "2026-11-23 17:00"),
    Case("over a night", "2026-11-23 15:00", (), "2026-11-24 10:00", 3, "2026-11-24 15:00"),
    Case("over a weekend", "2026-11-20 15:00", (), "2026-11-23 10:00", 3, "2026-11-23 15:00"),
    Case("in a weekend nothing passes", "2026-11-20 15:00", (), "2026-11-22 12:00", 2, "2026-11-23 15:00"),
    Case("created on Saturday", "2026-11-21 12:00", (), "2026-11-23 10:00", 1, "2026-11-23 17:00"),
    Case("created before the office opens", "2026-11-23 07:30", (), "2026-11-23 10:00", 1, "2026-11-23 17:00"),
    Case("created after it closed", "2026-11-23 18:00", (), "2026-11-24 09:30", 0.5, "2026-11-24 17:00"),
    # 24 February is a holiday, and its eve ends at 14:00.
    Case("Independence Day and its eve", "2026-02-23 09:00", (), "2026-02-25 10:00", 6, "2026-02-25 12:00"),
    # 23 and 24 June are holidays; the eve of the first is 22 June, a Monday.
    Case("Victory Day, Midsummer and the eve", "2026-06-22 13:00", (), "2026-06-25 10:00", 2, "2026-06-25 16:00"),
    # 24 to 26 December are holidays, Thursday to Saturday; the eve of the first is 23 December.
    Case("Christmas and its eve", "2026-12-23 12:00", (), "2026-12-28 11:00", 4, "2026-12-28 15:00"),
    # 1 January is a Friday; the eve is 31 December.
    Case("New Year and its eve", "2026-12-31 09:00", (), "2027-01-04 12:00", 8, "2027-01-04 12:00"),
    Case("the holiday alone", "2026-08-20 08:00", (), "2026-08-20 20:00", 0, "2026-08-21 17:00"),
    Case("Good Friday", "2026-04-02 16:00", (), "2026-04-06 10:00", 2, "2026-04-06 16:00"),
    Case(
        "a pause of two hours",
        "2026-11-23 09:00",
        (("2026-11-23 10:00", WAITING), ("2026-11-23 12:00", ACTIVE)),
        "2026-11-23 13:00",
        2,
        "2026-11-24 11:00",
    ),
    Case(
        "a pause over a weekend",
        "2026-11-20 15:00",
        (("2026-11-20 16:00", WAITING), ("2026-11-23 11:00", ACTIVE)),
        "2026-11-23 12:00",
        2,
        "2026-11-24 10:00",
    ),
    Case(
        "a pause that began after work",
        "2026-11-23 15:00",
        (("2026-11-23 20:00", WAITING), ("2026-11-24 06:00", ACTIVE)),
        "2026-11-24 09:30",
        2.5,
        "2026-11-24 15:00",
    ),
    Case(
        "two pauses",
        "2026-11-23 09:00",
        (
            *(("2026-11-23 10:00", WAITING), ("2026-11-23 11:00", ACTIVE)),
            *(("2026-11-23 12:00", WAITING), ("2026-11-23 13:00", ACTIVE)),
        ),
        "2026-11-23 17:00",
        6,
        "2026-11-24 11:00",
    ),
    Case("paused", "2026-11-23 09:00", (("2026-11-23 12:00", WAITING),), "2026-11-24 12:00", 3, None, PAUSED),
    Case(
        "paused when it was over already",
        "2026-11-23 09:00",
        (("2026-11-24 11:00", WAITING),),
        "2026-11-25 12:00",
        10,
        "2026-11-23 17:00",
        PAUSED,
    ),
    Case("resolved", "2026-11-23 09:00", (("2026-11-23 12:00", DONE),), "2026-11-25 12:00", 3, None, STOPPED),
    Case(
        "resolved too late",
        "2026-11-23 09:00",
        (("2026-11-24 10:00", DONE),),
        "2026-11-25 12:00",
        9,
        "2026-11-23 17:00",
        STOPPED,
    ),
    Case(
        "resolved at the last moment",
        "2026-11-23 09:00",
        (("2026-11-23 17:00", DONE),),
        "2026-11-25 12:00",
        8,
        "2026-11-23 17:00",
        STOPPED,
    ),
    Case(
        "closed after it was resolved",
        "2026-11-23 09:00",
        (("2026-11-23 12:00", DONE), ("2026-11-24 12:00", DONE)),
        "2026-11-25 12:00",
        3,
        None,
        STOPPED,
    ),
    Case(
        "opened again goes on",
        "2026-11-23 09:00",
        (("2026-11-23 12:00", DONE), ("2026-11-25 10:00", ACTIVE)),
        "2026-11-25 12:00",
        5,
        "2026-11-25 15:00",
    ),
    Case(
        "opened again as waiting",
        "2026-11-23 09:00",
        (("2026-11-23 12:00", DONE), ("2026-11-25 10:00", WAITING)),
        "2026-11-25 12:00",
        3,
        None,
        PAUSED,
    ),
    Case(
        "in a status that nobody knows",
        "2026-11-23 09:00",
        (("2026-11-23 10:00", UNKNOWN), ("2026-11-23 12:00", ACTIVE)),
        "2026-11-23 13:00",
        4,
        "2026-11-23 17:00",
    ),
    # On 29 March 2026 the clocks go from 03:00 to 04:00, on 25 October from 04:00 back to 03:00.
    Case(
        "the clocks go on",
        "2026-03-28 20:00",
        (),
        "2026-03-29 06:00",
        9,
        "2026-03-29 05:00",
        calendar=ALWAYS,
    ),
    Case("a day on which they do", "2026-03-29 00:00", (), "2026-03-30 00:00", 23, "2026-03-29 09:00", calendar=ALWAYS),
    Case("the night they go back", "2026-10-24 22:00", (), "2026-10-25 06:00", 9, "2026-10-25 05:00", calendar=ALWAYS),
    Case(
        "the first of two hours",
        "2026-10-25 00:00",
        (),
        "2026-10-25 03:30",
        3.5,
        "2026-10-25 07:00",
        calendar=ALWAYS,
    ),
    Case("the second of them", "2026-10-25 00:00", (), "2026-10-25 03:30!", 4.5, "2026-10-25 07:00", calendar=ALWAYS),
    Case("night hours lose one", "2026-03-28 00:00", (), "2026-03-30 00:00", 7, "2026-03-30 02:00", calendar=NIGHT),
    Case("night hours gain one", "2026-10-24 00:00", (), "2026-10-26 00:00", 9, "2026-10-25 04:00", calendar=NIGHT),
    Case("office hours lose none in spring", "2026-03-27 13:00", (), "2026-03-30 11:00", 6, "2026-03-30 13:00"),
    Case("office hours gain none in autumn", "2026-10-23 13:00", (), "2026-10-26 11:00", 6, "2026-10-26 13:00"),
    Case(
        "a pause over the change of the clocks",
        "2026-10-24 22:00",
        (("2026-10-25 02:00", WAITING), ("2026-10-25 05:00", ACTIVE)),
        "2026-10-25 06:00",
        5,
        "2026-10-25 09:00",
        calendar=ALWAYS,
    ),
    Case(
        "Christmas round the clock",
        "2026-12-24 20:00",
        (),
        "2026-12-25 20:00",
        24,
        "2026-12-25 04:00",
        calendar=ALWAYS,
    ),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.told)
def test_a_clock_computed_by_hand(case: Case) -> None:
    clock = resolution(case.created, *case.moves, calendar=case.calendar)
    now_ms = moment(case.at)
    assert (elapsed_ms(clock, now_ms), clock.run) == (case.used * HOUR, case.run)
    assert clock.due_ms == (None if case.due is None else moment(case.due))
    assert remaining_ms(clock, now_ms) == (8 - case.used) * HOUR
    assert is_over(clock, now_ms) == (case.used > 8)
    is_forecast = case.run is ClockRun.RUNNING and case.used <= 8
    assert forecast_ms(clock, now_ms) == (clock.due_ms if is_forecast else None)


@pytest.mark.parametrize(
    ("answer", "given", "answered"),
    [
        ("either", {"comment": "2026-11-23 10:00"}, "2026-11-23 10:00"),
        ("either", {"comment": "2026-11-23 12:00"}, "2026-11-23 11:00"),
        ("comment", {"comment": "2026-11-23 12:00"}, "2026-11-23 12:00"),
        ("comment", {}, "2026-11-23 13:00"),
        ("status", {"comment": "2026-11-23 10:00"}, "2026-11-23 11:00"),
    ],
)
def test_what_counts_as_the_answer(answer: str, given: dict[str, str], answered: str) -> None:
    moves = (("2026-11-23 11:00", ACTIVE), ("2026-11-23 13:00", DONE))
    clock = clocks("2026-11-23 09:00", *moves, answer=answer, **given)[ClockKind.RESPONSE]  # type: ignore[arg-type]
    assert (clock.run, clock.since_ms) == (ClockRun.STOPPED, moment(answered))
    assert clock.used_ms == moment(answered) - moment("2026-11-23 09:00")


@pytest.mark.parametrize(
    ("moves", "run"),
    [
        ((), ClockRun.RUNNING),
        ((("2026-11-23 11:00", NEW),), ClockRun.RUNNING),
        ((("2026-11-23 11:00", UNKNOWN),), ClockRun.RUNNING),
        ((("2026-11-23 11:00", WAITING),), ClockRun.STOPPED),
        ((("2026-11-23 11:00", ACTIVE), ("2026-11-23 12:00", NEW)), ClockRun.STOPPED),
        ((("2026-11-23 11:00", DONE), ("2026-11-24 12:00", NEW)), ClockRun.STOPPED),
    ],
)
def test_the_first_move_to_anything_known_but_new_is_an_answer_for_good(
    moves: tuple[tuple[str, Standing], ...], run: ClockRun
) -> None:
    assert clocks("2026-11-23 09:00", *moves)[ClockKind.RESPONSE].run is run


def test_a_ticket_that_begins_as_waiting_waits_for_its_answer_too() -> None:
    found = clocks("2026-11-23 09:00", first=WAITING)
    assert [each.run for each in found.values()] == [ClockRun.PAUSED, ClockRun.PAUSED]
    assert {each.since_ms for each in found.values()} == {moment("2026-11-23 09:00")}


def test_a_ticket_that_was_created_as_done_took_no_time() -> None:
    clock = resolution("2026-11-23 09:00", first=DONE)
    assert (clock.run, clock.used_ms, clock.is_late) == (ClockRun.STOPPED, 0, False)


def test_what_seems_to_have_been_before_the_creation_was_at_once() -> None:
    clock = resolution("2026-11-23 12:00", ("2026-11-23 09:00", WAITING), ("2026-11-23 13:00", ACTIVE))
    assert elapsed_ms(clock, moment("2026-11-23 14:00")) == HOUR


def test_a_clock_that_was_set_back_shows_no_less_than_was_used() -> None:
    clock = resolution("2026-11-23 09:00", ("2026-11-23 10:00", WAITING), ("2026-11-24 10:00", ACTIVE))
    assert elapsed_ms(clock, moment("2026-11-23 08:00")) == HOUR


@pytest.mark.parametrize(
    ("name", "category", "meaning"),
    [
        ("Uus", StatusCategory.NEW, NEW),
        ("Töös", StatusCategory.IN_PROGRESS, ACTIVE),
        ("Kummaline", StatusCategory.UNDEFINED, ACTIVE),
        ("OOTEL", StatusCategory.IN_PROGRESS, WAITING),
        ("Ootel", StatusCategory.NEW, WAITING),
        ("Ootel", None, WAITING),
        ("Ootel", StatusCategory.DONE, DONE),
        ("Kadunud", None, UNKNOWN),
    ],
)
def test_what_a_status_means(name: str, category: StatusCategory | None, meaning: Standing) -> None:
    assert standing(name, category, frozenset({"ootel"})) is meaning


RULES = ClockRules(
    Sla(
        target=[
            SlaTarget("Kõrge", response=1, resolution=4),
            SlaTarget(3, response=2, resolution=40),
            SlaTarget("kõrge", response=3, projects=["PERE"]),
            SlaTarget("Kriitiline", response=0.5, resolution=8, round_the_clock=True),
        ]
    ),
    OFFICE,
)


@pytest.mark.parametrize(
    ("project", "priority", "rank", "target"),
    [
        ("SKAH", "Kõrge", 2, Target(1 * HOUR, 4 * HOUR, OFFICE)),
        # One that was moved has the targets of the project where it is.
        ("PERE", "Kõrge", 2, Target(3 * HOUR, None, OFFICE)),
        # One whose priority was changed has the target of the present one, from its creation on.
        ("SKAH", "Tavaline", 3, Target(2 * HOUR, 40 * HOUR, OFFICE)),
        ("SKAH", "Madal", 4, None),
        ("SKAH", "", 99, None),
    ],
)
def test_the_target_is_that_of_the_present_project_and_priority(
    project: str, priority: str, rank: int, target: Target | None
) -> None:
    assert target_of(RULES, project, priority, rank) == target


def test_a_target_may_hold_round_the_clock() -> None:
    found = target_of(RULES, "SKAH", "Kriitiline", 1)
    assert found is not None
    assert (found.response_ms, type(found.calendar)) == (HOUR // 2, RoundTheClock)


def test_no_clock_is_kept_without_a_target() -> None:
    told = History(0, ())
    assert own_clocks(told, None, "either") == ()
    assert own_clocks(history(0, NEW, ()), Target(None, None, OFFICE), "either") == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Time to first response", ClockKind.RESPONSE),
        ("Reageerimisaeg", ClockKind.RESPONSE),
        ("Esmase vastamise aeg", ClockKind.RESPONSE),
        ("Time to resolution", ClockKind.RESOLUTION),
        ("Lahendamisaeg", ClockKind.RESOLUTION),
        ("Time to close after resolution", ClockKind.OTHER),
        ("Kinnitamise aeg", ClockKind.OTHER),
    ],
)
def test_what_a_clock_of_jiras_measures_is_told_by_its_name(name: str, kind: ClockKind) -> None:
    assert kind_of(name, None) is kind


def test_the_configuration_may_name_jiras_clocks() -> None:
    sla = Sla(response_clock="Kinnitamise aeg")
    assert kind_of("kinnitamise aeg", sla) is ClockKind.RESPONSE
    assert kind_of("Reageerimisaeg", sla) is ClockKind.OTHER
    assert kind_of("Lahendamisaeg", sla) is ClockKind.RESOLUTION


def jiras(
    kind: ClockKind, due_ms: int | None, run: ClockRun = ClockRun.RUNNING, used_ms: int | None = None
) -> SlaClock:
    return SlaClock(kind, run, 8 * HOUR, due_ms, used_ms, None, name=f"Jira {kind.value}")


def own(kind: ClockKind, due_ms: int | None, run: ClockRun = ClockRun.RUNNING, used_ms: int = 0) -> SlaClock:
    return SlaClock(kind, run, 8 * HOUR, due_ms, used_ms, 0, calendar=OFFICE)


RESPONSE, RESOLUTION, OTHER = ClockKind


@pytest.mark.parametrize(
    ("clocks", "found"),
    [
        (TicketClocks(), (None, "")),
        (TicketClocks(own=(own(RESPONSE, 9), own(RESOLUTION, 5))), (5, "resolution")),
        (TicketClocks((jiras(RESOLUTION, 7),), (own(RESPONSE, 9), own(RESOLUTION, 5))), (7, "Jira resolution")),
        (TicketClocks((jiras(RESOLUTION, 9),), (own(RESPONSE, 7),)), (7, "response")),
        (TicketClocks((jiras(RESOLUTION, None, PAUSED),), (own(RESOLUTION, 5),)), (None, "")),
        (TicketClocks((jiras(OTHER, 9),), (own(RESOLUTION, 5),)), (5, "resolution")),
        (TicketClocks(own=(own(RESPONSE, 3, STOPPED), own(RESOLUTION, None, PAUSED))), (None, "")),
    ],
)
def test_the_nearest_clock_is_jiras_where_it_tells_one(clocks: TicketClocks, found: tuple[int | None, str]) -> None:
    assert nearest(clocks) == found


@pytest.mark.parametrize(
    ("jira", "ours", "both"),
    [
        (jiras(RESPONSE, 10 * HOUR), own(RESPONSE, 10 * HOUR + MINUTE), False),
        (jiras(RESPONSE, 10 * HOUR), own(RESPONSE, 10 * HOUR + MINUTE + 1), True),
        (jiras(RESPONSE, None, PAUSED, HOUR), own(RESPONSE, None, PAUSED, HOUR), False),
        (jiras(RESPONSE, None, PAUSED, HOUR), own(RESPONSE, None, PAUSED, 2 * HOUR), True),
        (jiras(RESPONSE, None, PAUSED, HOUR), own(RESPONSE, 10 * HOUR), True),
        (jiras(RESPONSE, None, STOPPED, HOUR), own(RESPONSE, None, STOPPED, HOUR + 1000), False),
        (jiras(RESOLUTION, 10 * HOUR), own(RESPONSE, 10 * HOUR), True),
    ],
)
def test_both_clocks_are_told_where_they_differ_by_more_than_a_minute(
    jira: SlaClock, ours: SlaClock, both: bool
) -> None:
    told = worth_telling(TicketClocks((jira,), (ours,)))
    assert [each.name for each in told if each.name] == [jira.name]
    assert (ours in told) is both


DAY = 24 * HOUR
START = moment("2026-01-01 00:00")
MOMENTS = st.integers(START, START + 700 * DAY)
CALENDARS = st.sampled_from([OFFICE, ALWAYS, NIGHT, WorkingHours("08:00", "16:30", (2, 4, 6))])
MOVES = st.lists(st.tuples(MOMENTS, st.sampled_from(Standing)), max_size=6)
TARGETS = st.integers(1, 400 * HOUR)


@given(MOMENTS, MOMENTS, MOMENTS, CALENDARS)
def test_splitting_a_span_never_changes_the_sum(one: int, two: int, three: int, calendar: WorkTime) -> None:
    start, middle, end = sorted((one, two, three))
    assert calendar.overlap_ms(start, middle) + calendar.overlap_ms(middle, end) == calendar.overlap_ms(start, end)


@given(MOMENTS, TARGETS, CALENDARS)
def test_the_due_moment_is_the_first_at_which_so_much_was_worked(start: int, work_ms: int, calendar: WorkTime) -> None:
    due_ms = calendar.after_ms(start, work_ms)
    assert due_ms is not None
    assert calendar.overlap_ms(start, due_ms) == work_ms
    assert calendar.overlap_ms(start, due_ms - 1) == work_ms - 1


@given(MOMENTS, MOVES, st.none() | MOMENTS, TARGETS, CALENDARS, st.sampled_from(["either", "comment", "status"]))
def test_what_holds_of_every_clock(
    created: int, moves: list[tuple[int, Standing]], comment: int | None, target: int, calendar: WorkTime, answer: str
) -> None:
    told = history(created, NEW, moves, comment)
    for clock in own_clocks(told, Target(target, target, calendar), answer):
        looks = [created + number * 37 * DAY // 3 for number in range(60)]
        used = [elapsed_ms(clock, at_ms) for at_ms in looks]
        assert all(each is not None and each >= 0 for each in used)
        assert all(before <= after for before, after in pairwise(filter(None, used)))
        assert all(remaining_ms(clock, at_ms) == target - (elapsed_ms(clock, at_ms) or 0) for at_ms in looks)
        if clock.run is ClockRun.RUNNING:
            assert clock.due_ms is not None
            if clock.since_ms is not None and clock.due_ms >= clock.since_ms:
                assert elapsed_ms(clock, clock.due_ms) == target
                assert not is_over(clock, clock.due_ms)
                assert is_over(clock, clock.due_ms + 1)
        else:
            assert clock.is_late == ((clock.used_ms or 0) > target)
            assert (clock.due_ms is None) == ((clock.used_ms or 0) < target)


@given(MOMENTS, MOVES, TARGETS, CALENDARS)
def test_a_ticket_that_waits_longer_is_due_no_sooner(
    created: int, moves: list[tuple[int, Standing]], target: int, calendar: WorkTime
) -> None:
    def due(waiting: Standing) -> int | None:
        moved = [(at, waiting if to is WAITING else to) for at, to in moves]
        found = own_clocks(history(created, NEW, moved), Target(None, target, calendar), "either")
        return found[0].due_ms

    run_on, waited = due(ACTIVE), due(WAITING)
    assert run_on is None or waited is None or run_on <= waited

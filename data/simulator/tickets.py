"""The maintenance project's past: every ticket a function of seed and number, made again whenever it is asked for."""

from __future__ import annotations

from typing import NamedTuple

from data.simulator import catalog
from data.simulator.book import Book
from data.simulator.catalog import Status
from data.simulator.dice import Dice
from data.simulator.issue import Issue
from data.simulator.opening import SCENE
from data.simulator.people import CASE_HANDLERS, KEY_USERS, MAINTENANCE, ME
from data.simulator.sla import RESOLUTION_GOALS
from data.simulator.texts import applications, payments, talk, xroad
from data.simulator.texts.words import Case, Words
from data.simulator.worktime import HOUR, WORKDAY, moment, worked

ID_BASE = 1_000_000
CASES: tuple[Case, ...] = payments.CASES + applications.CASES + xroad.CASES
_TYPES = {each.id: each for each in catalog.ISSUE_TYPES}
_OPEN_SHARE = 0.045
_QUIET_MS = 2 * HOUR
"""The past ends this long before the world begins; `opening` tells the rest."""
_LAST_NUMBER = 4127


class Life(NamedTuple):
    """When a ticket moved: creation, first and last act, end; None for what has not happened."""

    created_ms: int
    priority: str
    status: Status
    taken_ms: int | None
    waiting_ms: int | None
    resolved_ms: int | None
    closed_ms: int | None
    updated_ms: int


class Past:
    """The tickets that stood in the project when the world began."""

    def __init__(self, seed: int, count: int, start_ms: int, room: int, comments: int = 0) -> None:
        """`count` tickets before `start_ms`, numbered so that `room` more bring the project to its well-known keys.

        They have `comments` comments at least, as evenly as can be.
        """
        self._seed = seed
        self._start_ms = start_ms
        self._count = count
        self._comments = comments
        self.first = max(1, _LAST_NUMBER + 1 - room - count)
        self._end_worked = worked(start_ms - _QUIET_MS)
        self._gap = max(1, min(2 * HOUR + HOUR // 4, 2000 * WORKDAY // max(1, count)))
        self._open = _open_places(seed, count)

    @property
    def open_numbers(self) -> list[int]:
        """Numbers of the tickets that are open when the world begins, oldest first."""
        return sorted(self.first + self._count - 1 - place for place in self._open)

    def book(self) -> Book:
        """The project with all its past."""
        lives = [self.life(number) for number in range(self.first, self.first + self._count)]
        created = [life.created_ms for life in lives]
        return Book(
            catalog.PROJECTS[catalog.SKAH], ID_BASE, self.first, created, [life.updated_ms for life in lives], self.make
        )

    def life(self, number: int) -> Life:
        """When the ticket with this number moved, without its texts."""
        place = self.first + self._count - 1 - number
        dice = Dice(self._seed, number, 1)
        created = moment(self._end_worked - place * self._gap - dice.below(max(1, self._gap * 4 // 5)))
        if place in self._open:
            return self._open_life(created, dice)
        roll = dice.below(100)
        priority = "1" if roll < 3 else "2" if roll < 22 else "3" if roll < 78 else "4"
        span = (
            dice.between(1, 9)
            if dice.chance(0.6)
            else dice.between(9, 72)
            if dice.chance(0.75)
            else dice.between(72, 220)
        )
        resolved = moment(worked(created) + span * HOUR)
        limit = self._start_ms - 10 * 60_000
        if resolved >= limit:
            resolved = created + int((limit - created) * (0.3 + 0.6 * dice.part()))
        taken = created + int((resolved - created) * (0.05 + 0.25 * dice.part()))
        waiting = taken + int((resolved - taken) * 0.4) if dice.chance(0.2) else None
        closed = resolved + 5 * 24 * HOUR
        if closed >= limit:
            return Life(created, priority, catalog.RESOLVED, taken, waiting, resolved, None, resolved)
        return Life(created, priority, catalog.CLOSED, taken, waiting, resolved, closed, closed)

    def _open_life(self, created: int, dice: Dice) -> Life:
        """An open ticket, so placed that none of the past's clocks runs out within the first days."""
        age = self._end_worked - worked(created)
        roll = dice.below(100)
        priority = "2" if roll < 25 else "3" if roll < 80 else "4"
        span = self._start_ms - _QUIET_MS - created
        taken = created + int(span * (0.05 + 0.1 * dice.part())) if span > 0 else created
        last = taken + int(max(0, span - (taken - created)) * (0.2 + 0.7 * dice.part()))
        if priority != "2" and age < 7 * HOUR:
            return Life(created, priority, catalog.NEW, None, None, None, None, created)
        runs_safely = (
            priority == "4"
            or (priority == "3" and age < RESOLUTION_GOALS["3"] - 5 * WORKDAY)
            or (priority == "2" and self._start_ms - created < 30 * HOUR)
        )
        if runs_safely and dice.chance(0.75):
            return Life(created, priority, catalog.WORKING, taken, None, None, None, last)
        return Life(created, priority, catalog.WAITING, taken, last, None, None, last)

    def make(self, number: int) -> Issue:
        """The whole ticket."""
        life = self.life(number)
        dice = Dice(self._seed, number, 2)
        case = self._case(number, is_open=life.resolved_ms is None)
        words = Words((self._seed, number, 3), life.created_ms)
        reporter = dice.pick(CASE_HANDLERS) if dice.chance(0.8) else dice.pick(KEY_USERS)
        solver = dice.pick(MAINTENANCE)
        issue = Issue(
            id=ID_BASE + number, project=catalog.SKAH, number=number, type=_TYPES[case.type],
            summary=case.summary.format_map(words), description=case.description.format_map(words), status=catalog.NEW,
            priority=life.priority, reporter=reporter, created_ms=life.created_ms, updated_ms=life.created_ms,
            labels=case.labels, components=(case.component,),
        )  # fmt: skip
        if number > self.first and dice.chance(0.06):
            issue.links = (("relates", True, f"{catalog.SKAH}-{max(self.first, number - dice.between(1, 40))}"),)
        if life.taken_ms is not None:
            mine = life.resolved_ms is None and number % 7 == 3
            issue.assign(life.taken_ms, ME if mine else solver, ME if mine else solver)
            issue.move(life.taken_ms, solver, catalog.WORKING)
            self._tell(issue, life, case, words)
        self._add(issue, life)
        issue.updated_ms = life.updated_ms
        return issue

    def _add(self, issue: Issue, life: Life) -> None:
        """What no story depends on: files, time spent, and talk where much of it is wanted."""
        dice = Dice(self._seed, issue.number, 5)
        end = life.resolved_ms or life.updated_ms
        if dice.chance(0.2):
            issue.attach(life.created_ms, issue.reporter, "ekraanipilt.png", dice.between(20_000, 900_000), "image/png")
        if life.resolved_ms is not None and dice.chance(0.3):
            # Few tickets have more than the twenty work logs that come with a ticket.
            for _ in range(23 if dice.chance(0.02) else dice.between(1, 3)):
                issue.spend(end, issue.assignee or MAINTENANCE[0], 900 * dice.between(1, 12), "Analüüs ja parandus")
        place = issue.number - self.first
        wanted = (place + 1) * self._comments // self._count - place * self._comments // self._count
        for _ in range(wanted - len(issue.notes)):
            text = dice.pick(talk.MAINTENANCE)
            issue.say(end, issue.assignee or MAINTENANCE[0], text)

    def _case(self, number: int, *, is_open: bool) -> Case:
        """What the ticket is about: neighbours differ, and what is open does not repeat what the scene shows."""
        place = (number * 29 + self._seed) % len(CASES)
        shown = [part.case for part in SCENE]
        while is_open and CASES[place] in shown:
            place = (place + 1) % len(CASES)
        return CASES[place]

    def _tell(self, issue: Issue, life: Life, case: Case, words: Words) -> None:
        """The middle and the end of a ticket's story: talk, waiting, resolution."""
        person = issue.assignee or MAINTENANCE[0]
        taken, end = life.taken_ms or life.created_ms, life.resolved_ms or life.updated_ms
        talk = case.talk if life.resolved_ms else case.talk[: max(1, len(case.talk) - 1)]
        for place, text in enumerate(talk, 1):
            author = person if place % 2 else issue.reporter
            issue.say(taken + (end - taken) * place // (len(talk) + 1), author, text.format_map(words))
        if life.waiting_ms is not None:
            issue.move(life.waiting_ms, person, catalog.WAITING)
            if life.resolved_ms is not None:
                issue.move((life.waiting_ms + life.resolved_ms) // 2, issue.reporter, catalog.WORKING)
        if life.resolved_ms is not None:
            issue.move(life.resolved_ms, person, catalog.RESOLVED)
        if life.closed_ms is not None:
            issue.move(life.closed_ms, issue.reporter, catalog.CLOSED)


def _open_places(seed: int, count: int) -> frozenset[int]:
    """How far from the newest the open tickets stand: mostly near, a few long forgotten."""
    dice = Dice(seed, 4)
    wanted = min(count, max(1, round(count * _OPEN_SHARE)))
    places: set[int] = set()
    while len(places) < wanted:
        places.add(int(count * 0.7 * dice.part() ** 3))
    return frozenset(places)

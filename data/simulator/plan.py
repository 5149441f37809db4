"""The development project: epics with their work, releases, and two-week sprints on an Agile board."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from data.clock import epoch_ms, tallinn
from data.simulator import catalog
from data.simulator.book import Book
from data.simulator.dice import Dice
from data.simulator.issue import PARTS, Issue, Item
from data.simulator.people import KEY_USERS, MAINTENANCE, ME
from data.simulator.texts.developments import PLANS, RELEASES, SPRINT_NAMES, Plan
from data.simulator.texts.talk import DEVELOPERS
from data.simulator.worktime import DAY, HOUR

ID_BASE = 900_000
BOARD_ID = 7
BOARD_NAME = "Perehüvitiste arendustahvel"
_FIRST_SPRINT = 33
_FIRST_KEY = 201
SPRINT_DAYS = 14


@dataclass(slots=True)
class Version:
    """A release of the development project; its end can slip."""

    id: int
    name: str
    description: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint as it stands at one moment; `state` is `closed`, `active` or `future`."""

    id: int
    name: str
    state: str
    start_ms: int
    end_ms: int
    goal: str


class Developments:
    """Everything of the development project that is not a ticket, and the tickets as they began."""

    def __init__(self, seed: int, start_ms: int) -> None:
        self._seed = seed
        self.start_ms = start_ms
        self.today = tallinn(start_ms).date()
        monday = self.today - timedelta(days=self.today.weekday() + 7)
        self._sprint_zero = monday
        self.versions = [
            Version(11_000 + place, name, text, self._day(begin), self._day(end))
            for place, (name, text, begin, end) in enumerate(RELEASES)
        ]

    def _day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def sprint(self, number: int, now_ms: int) -> Sprint:
        """The sprint with this id, whichever it is: they follow each other without a gap."""
        begin = self._sprint_zero + timedelta(days=SPRINT_DAYS * (number - _FIRST_SPRINT))
        start_ms = epoch_ms(tallinn(epoch_ms_of(begin)).replace(hour=9))
        end_ms = epoch_ms(tallinn(epoch_ms_of(begin + timedelta(days=SPRINT_DAYS - 3))).replace(hour=16))
        name = f"Sprint {number}, {SPRINT_NAMES[number % len(SPRINT_NAMES)]}"
        state = "future" if now_ms < start_ms else "active" if now_ms < start_ms + SPRINT_DAYS * DAY else "closed"
        return Sprint(number, name, state, start_ms, end_ms, f"Valmis saab: {SPRINT_NAMES[number % len(SPRINT_NAMES)]}")

    def sprint_number(self, at_ms: int) -> int:
        """The id of the sprint that runs at a moment."""
        days = (tallinn(at_ms - 9 * HOUR).date() - self._sprint_zero).days
        return _FIRST_SPRINT + days // SPRINT_DAYS

    def sprints(self, now_ms: int) -> list[Sprint]:
        """What the board shows: six sprints behind, the one that runs, and two ahead."""
        present = self.sprint_number(now_ms)
        return [self.sprint(number, now_ms) for number in range(_FIRST_SPRINT - 6, present + 3)]

    def version(self, version_id: int) -> Version | None:
        """The release with this id."""
        return next((version for version in self.versions if version.id == version_id), None)

    def book(self) -> Book:
        """The development project's tickets as the world begins."""
        issues: list[Issue] = []
        for plan in PLANS:
            issues += self._epic(plan, _FIRST_KEY + len(issues))
        book = Book(catalog.PROJECTS[catalog.PERE], ID_BASE, _FIRST_KEY, [], [], _never)
        # Keys follow creation everywhere, so the epics' work is numbered in the order in which it was written down.
        issues.sort(key=lambda issue: (issue.created_ms, issue.number))
        renamed = {issue.key: f"{catalog.PERE}-{_FIRST_KEY + place}" for place, issue in enumerate(issues)}
        for place, issue in enumerate(issues):
            issue.number = _FIRST_KEY + place
            issue.epic_key = renamed.get(issue.epic_key or "")
            issue.parent_key = renamed.get(issue.parent_key or "")
            issue.subtasks = tuple(renamed[key] for key in issue.subtasks)
            issue.links = tuple((kind, outward, renamed.get(key, key)) for kind, outward, key in issue.links)
            issue.id = ID_BASE + issue.number
            issue.notes = [replace(note, id=issue.id * PARTS + at) for at, note in enumerate(issue.notes)]
            issue.changes = [replace(entry, id=issue.id * PARTS + at) for at, entry in enumerate(issue.changes)]
            book.add(issue)
        return book

    def _epic(self, plan: Plan, number: int) -> list[Issue]:
        dice = Dice(self._seed, number, 10)
        created = self.start_ms + min(plan.start - 21, -3) * DAY + dice.below(5 * HOUR)
        epic = Issue(
            id=0, project=catalog.PERE, number=number, type=catalog.EPIC, summary=plan.summary,
            description=plan.description,
            status=catalog.TO_DO, priority="3", reporter=ME, created_ms=created, updated_ms=created,
            assignee=MAINTENANCE[number % len(MAINTENANCE)], epic_name=plan.name, labels=("perehüvitised",),
            start_day=self._day(plan.start).isoformat(), end_day=self._day(plan.end - plan.slip).isoformat(),
            due_day=self._day(plan.end - plan.slip).isoformat(), fix_versions=(self.versions[plan.release].id,),
        )  # fmt: skip
        issues = [epic]
        for place, title in enumerate(plan.work):
            issues.append(self._work(plan, epic, place, title, number + 1 + place))
        if plan.start <= 0:
            epic.move(self.start_ms + plan.start * DAY, KEY_USERS[1], catalog.DEVELOPING)
        if plan.slip:
            epic.postpone(self.start_ms - 5 * DAY, ME, self._day(plan.end).isoformat())
            epic.say(
                self.start_ms - 5 * DAY + HOUR, ME, "Kohtutäiturite liidese testkeskkond avaneb hiljem, tähtaeg nihkub."
            )
        if plan.done >= 1:
            epic.move(self.start_ms + plan.end * DAY, ME, catalog.READY)
        return issues

    def _work(self, plan: Plan, epic: Issue, place: int, title: str, number: int) -> Issue:
        dice = Dice(self._seed, number, 11)
        created = epic.created_ms + (place + 1) * 20 * 60_000
        span = min(plan.end, 0) - plan.start
        share = place / len(plan.work)
        issue = Issue(
            id=0, project=catalog.PERE, number=number, type=catalog.STORY if place % 3 else catalog.TASK, summary=title,
            description=f"{plan.description}\n\nOsa: {title}. Vastuvõtutingimused on lähteülesandes.",
            status=catalog.TO_DO,
            priority="2" if place == plan.flagged else "3", reporter=KEY_USERS[place % 3], created_ms=created,
            updated_ms=created,
            assignee=dice.pick(MAINTENANCE), epic_key=epic.key, fix_versions=epic.fix_versions,
            labels=("perehüvitised",),
        )  # fmt: skip
        begun = self.start_ms + int((plan.start + span * share) * DAY) + dice.below(3 * HOUR)
        ended = min(begun + max(1, span // (len(plan.work) + 1)) * DAY, self.start_ms - HOUR)
        person = issue.assignee or ME
        if place < plan.done * len(plan.work):
            issue.sprints = (self.sprint_number(begun),)
            issue.move(begun, person, catalog.DEVELOPING)
            issue.say((begun + ended) // 2, person, dice.pick(DEVELOPERS))
            issue.move(ended - HOUR, person, catalog.TESTING)
            issue.move(ended, KEY_USERS[place % 3], catalog.READY)
        elif plan.start <= 0 and place < plan.done * len(plan.work) + 2:
            issue.sprints = (self.sprint_number(self.start_ms) - 1, self.sprint_number(self.start_ms))
            issue.move(self.start_ms - dice.between(20, 90) * HOUR, person, catalog.DEVELOPING)
        elif plan.start <= 0:
            issue.sprints = (self.sprint_number(self.start_ms) + place % 2,)
        if place == plan.flagged:
            issue.is_flagged = True
            issue.links = (("blocks", False, f"{catalog.PERE}-{number + 1}"),)
            issue.change(self.start_ms - 30 * HOUR, ME,
                         Item("Flagged", "custom", None, None, "[10500]", "Impediment"))  # fmt: skip
        return issue


def epoch_ms_of(day: date) -> int:
    """Noon of a day in Europe/Tallinn, UTC epoch milliseconds: safe from the change of the clocks."""
    return epoch_ms(datetime.combine(day, time(12)))


def _never(number: int) -> Issue:
    raise KeyError(number)

"""What happens as the clock moves: a chain of small acts, each at its own fixed moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from data.simulator import catalog
from data.simulator.dice import Dice
from data.simulator.issue import Issue
from data.simulator.opening import SCENE, UNTOUCHED
from data.simulator.people import CASE_HANDLERS, KEY_USERS, MAINTENANCE, ME
from data.simulator.texts import talk
from data.simulator.texts.words import Words
from data.simulator.tickets import CASES
from data.simulator.worktime import HOUR, is_working

if TYPE_CHECKING:
    from data.simulator.world import World

MINUTE = 60_000
_LIVELY_MS = 20 * MINUTE
_SLIP_FIRST_MS, _SLIP_EVERY_MS = 140_000, 30 * HOUR
_ANSWER_MS = 9 * MINUTE + 10_000

_RESUMED_WITHIN = {"1": 6 * HOUR, "2": 48 * HOUR, "3": 480 * HOUR, "4": 10_000 * HOUR}
"""By priority: an older ticket that waits goes on waiting, so that its long overdue clock does not run again."""

_WEIGHTS = (
    ("comment", 34), ("arrive", 15), ("take", 14), ("wait", 6), ("resume", 6), ("resolve", 15), ("urge", 3), ("build",
     14),
)  # fmt: skip
_ACTS = tuple(name for name, weight in _WEIGHTS for _ in range(weight))


class Day:
    """Carries out, in order, every act whose moment has come."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._step = 0
        self._next_ms = world.start_ms + 6_000
        self._slips = 0
        self._answered = False
        self._wanted = len(world.open_numbers)
        self._untouched = world.open_numbers[UNTOUCHED - len(SCENE)]
        self._building = [
            number for number in world.books[catalog.PERE].numbers
            if (issue := world.books[catalog.PERE].get(number)) and issue.resolved_ms is None
            and issue.type is not catalog.EPIC and issue.sprints
        ]  # fmt: skip

    def advance(self, now_ms: int) -> None:
        """Does everything that falls before or on `now_ms`."""
        while True:
            slip_ms = self._world.start_ms + _SLIP_FIRST_MS + self._slips * _SLIP_EVERY_MS
            answer_ms = now_ms + 1 if self._answered else self._world.start_ms + _ANSWER_MS
            at = min(self._next_ms, slip_ms, answer_ms)
            if at > now_ms:
                return
            if at == answer_ms:
                self._answered = True
                self._take(at, Dice(self._world.seed, 31), self._world.books[catalog.SKAH].get(self._untouched))
            elif at == slip_ms:
                self._slip(at)
            else:
                self._act(at)

    def _act(self, at: int) -> None:
        dice = Dice(self._world.seed, self._step, 30)
        name = dice.pick(_ACTS)
        held = len(self._world.open_numbers)
        if name == "arrive" and held > self._wanted + 4:
            name = "resolve"
        elif name == "resolve" and held < self._wanted - 3:
            name = "arrive"
        if self._step == 1:
            name = "arrive"
        acts: dict[str, Callable[[int, Dice], bool]] = {
            "arrive": self._arrive, "take": self._take, "wait": self._wait, "resume": self._resume,
            "resolve": self._resolve, "urge": self._urge, "build": self._build,
        }  # fmt: skip
        if name not in acts or not acts[name](at, dice):
            self._comment(at, dice)
        self._step += 1
        self._next_ms = at + self._gap(at, dice)

    def _gap(self, at: int, dice: Dice) -> int:
        if at - self._world.start_ms < _LIVELY_MS:
            return dice.between(7_000, 14_000)
        return dice.between(20_000, 50_000) if is_working(at) else dice.between(4 * MINUTE, 12 * MINUTE)

    def _pick(self, dice: Dice, *statuses: catalog.Status) -> Issue | None:
        """An open ticket in one of the given states, rather a new one than an old one."""
        numbers, book = self._world.open_numbers, self._world.books[catalog.SKAH]
        for _ in range(12):
            place = len(numbers) - 1 - int(len(numbers) * dice.part() ** 2)
            issue = book.get(numbers[place])
            if issue and issue.status in statuses and (self._answered or issue.number != self._untouched):
                return issue
        return None

    def _comment(self, at: int, dice: Dice) -> None:
        issue = self._pick(dice, catalog.NEW, catalog.WORKING, catalog.WAITING)
        if issue is None:
            return
        words = Words((self._world.seed, self._step, 32), at)
        person, texts = dice.pick((
            (issue.assignee or dice.pick(MAINTENANCE), talk.MAINTENANCE),
            (issue.reporter, talk.REPORTERS),
            (dice.pick(KEY_USERS), talk.KEY_USERS),
        ))  # fmt: skip
        if issue.status is catalog.NEW:
            person, texts = issue.reporter, talk.REPORTERS
        text = dice.pick(texts).format_map(words)
        self._world.change(issue, lambda issue: issue.say(at, person, text))

    def _arrive(self, at: int, dice: Dice) -> bool:
        case = CASES[(self._step * 31 + self._world.seed) % len(CASES)]
        words = Words((self._world.seed, self._step, 33), at)
        priority = "2" if dice.chance(0.12) else "4" if dice.chance(0.2) else "3"
        book = self._world.books[catalog.SKAH]
        number = book.last + 1
        book.add(Issue(
            id=book.id_base + number, project=catalog.SKAH, number=number,
            type=next(each for each in catalog.ISSUE_TYPES if each.id == case.type),
            summary=case.summary.format_map(words), description=case.description.format_map(words), status=catalog.NEW,
            priority=priority, reporter=dice.pick(CASE_HANDLERS), created_ms=at, updated_ms=at, labels=case.labels,
            components=(case.component,),
        ))  # fmt: skip
        self._world.open_numbers.append(number)
        return True

    def _take(self, at: int, dice: Dice, issue: Issue | None = None) -> bool:
        issue = issue or self._pick(dice, catalog.NEW)
        if issue is None:
            return False
        person, text = ME if dice.chance(0.15) else dice.pick(MAINTENANCE), dice.pick(talk.MAINTENANCE)

        def act(issue: Issue) -> None:
            if issue.assignee is None:
                issue.assign(at, person, person)
            issue.move(at, person, catalog.WORKING)
            issue.say(at, person, text)

        self._world.change(issue, act)
        return True

    def _wait(self, at: int, dice: Dice) -> bool:
        issue = self._pick(dice, catalog.WORKING)
        if issue is None:
            return False
        person = issue.assignee or dice.pick(MAINTENANCE)
        self._world.change(issue, lambda issue: issue.move(at, person, catalog.WAITING))
        return True

    def _resume(self, at: int, dice: Dice) -> bool:
        issue = self._pick(dice, catalog.WAITING)
        if issue is None or at - issue.created_ms >= _RESUMED_WITHIN[issue.priority]:
            return False
        person = issue.assignee or dice.pick(MAINTENANCE)
        self._world.change(issue, lambda issue: issue.move(at, person, catalog.WORKING))
        return True

    def _resolve(self, at: int, dice: Dice) -> bool:
        issue = self._pick(dice, catalog.WORKING)
        if issue is None:
            return False
        person, text = issue.assignee or dice.pick(MAINTENANCE), dice.pick(talk.RESOLVED)

        def act(issue: Issue) -> None:
            issue.say(at, person, text)
            issue.move(at, person, catalog.RESOLVED)

        self._world.change(issue, act)
        self._world.open_numbers.remove(issue.number)
        return True

    def _urge(self, at: int, dice: Dice) -> bool:
        issue = self._pick(dice, catalog.WORKING, catalog.WAITING)
        if issue is None or issue.priority not in "34" or at - issue.created_ms > 12 * HOUR:
            return False
        higher = str(int(issue.priority) - 1)
        self._world.change(issue, lambda issue: issue.prioritise(at, KEY_USERS[0], higher))
        return True

    def _build(self, at: int, dice: Dice) -> bool:
        """A piece of development work moves on."""
        if not self._building:
            return False
        book = self._world.books[catalog.PERE]
        number = self._building[int(len(self._building) * dice.part() ** 2)]
        issue = book.get(number)
        if issue is None:
            self._building.remove(number)
            return False
        person = issue.assignee or ME
        if issue.status is not catalog.TO_DO and dice.chance(0.35):
            text = dice.pick(talk.DEVELOPERS)
            self._world.change(issue, lambda issue: issue.say(at, person, text))
            return True
        status = catalog.NEXT[issue.status][0]
        self._world.change(issue, lambda issue: issue.move(at, person, status))
        if status is catalog.READY:
            self._building.remove(number)
            self._go_on(issue.epic_key or "", at)
        return True

    def _go_on(self, epic_key: str, at: int) -> None:
        """The next piece of an epic comes into the sprint; without one left, the epic is done."""
        book, plans = self._world.books[catalog.PERE], self._world.developments
        left = [
            issue for number in book.numbers
            if (issue := book.get(number)) and issue.epic_key == epic_key and issue.resolved_ms is None
        ]  # fmt: skip
        waiting = next((issue for issue in left if not issue.sprints), None)
        epic = self._world.find(epic_key)
        if waiting:
            sprint = plans.sprint(plans.sprint_number(at), at)
            self._world.change(waiting, lambda issue: issue.plan(at, ME, (sprint.id,), sprint.name))
            self._building.append(waiting.number)
        elif epic and not left:
            self._world.change(epic, lambda issue: issue.move(at, ME, catalog.READY))

    def _slip(self, at: int) -> None:
        """An epic's end moves, and the release that waits for it."""
        dice = Dice(self._world.seed, self._slips, 34)
        book = self._world.books[catalog.PERE]
        epics = [
            issue for number in book.numbers
            if (issue := book.get(number)) and issue.type is catalog.EPIC
            and issue.resolved_ms is None and issue.due_day
        ]  # fmt: skip
        self._slips += 1
        if not epics:
            return
        chosen = epics[(1 + self._slips) % len(epics)]
        assert chosen.due_day is not None
        days = dice.between(4, 11)
        new_day = (date.fromisoformat(chosen.due_day) + timedelta(days=days)).isoformat()

        def act(issue: Issue) -> None:
            issue.postpone(at, ME, new_day)
            issue.say(at, ME, f"Tähtaeg nihkub {days} päeva: partneri testkeskkond ei ole valmis.")

        self._world.change(chosen, act)
        for version_id in chosen.fix_versions:
            version = self._world.developments.version(version_id)
            if version and version.end < date.fromisoformat(new_day):
                version.end = date.fromisoformat(new_day)

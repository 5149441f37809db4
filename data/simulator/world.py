"""The demo world: a function of seed and clock that moves on whenever it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from data.simulator import catalog
from data.simulator.book import Book
from data.simulator.day import Day
from data.simulator.issue import Issue, Item
from data.simulator.opening import SCENE, opening
from data.simulator.people import MAINTENANCE
from data.simulator.plan import Developments
from data.simulator.tickets import Past

DEFAULT_TICKETS = 500
MOVED_BASE = 7_000_000
"""Ids of tickets in projects that were opened since the world began."""


class Time(Protocol):
    """What the world needs of a clock."""

    @property
    def anchor_ms(self) -> int:
        """Where the clock began: the moment at which the world opens."""
        ...

    def now_ms(self) -> int:
        """The present, UTC epoch milliseconds."""
        ...


class World:
    """Tickets, developments, trainings and services of an invented working day.

    The past before `start_ms` is made from the seed alone; what happens afterwards is a chain of acts at fixed
    moments, each of which happens as soon as somebody looks after its moment. Two worlds with the same seed, size and
    beginning that are looked at at the same time are the same, however often they were looked at before.
    """

    def __init__(self, seed: int, clock: Time, tickets: int = DEFAULT_TICKETS, comments: int = 0) -> None:
        """A world that begins where `clock` is anchored, or now where the clock has no anchor.

        `comments` is how many there are at least; 0 leaves each ticket its own story.
        """
        self.seed = seed
        self.clock = clock
        self.skipped_ms = 0
        self.off_ms = 0
        """How wrong the servers' clock is."""
        self.start_ms = clock.anchor_ms or clock.now_ms()
        self.developments = Developments(seed, self.start_ms)
        planned = self.developments.book()
        past = Past(seed, max(1, tickets - len(planned) - len(SCENE)), self.start_ms, len(SCENE), comments)
        self.books: dict[str, Book] = {catalog.SKAH: past.book(), catalog.PERE: planned}
        scene = opening(seed, self.start_ms, self.books[catalog.SKAH])
        self.open_numbers: list[int] = past.open_numbers + [issue.number for issue in scene]
        self.closed: set[str] = set()
        """Keys of the projects that nobody may see."""
        self.projects = dict(catalog.PROJECTS)
        self.words: dict[tuple[str, str], str] = {}
        """Names given since the world began, by kind (`user`, `status`, `field`, `version`, `component`) and id.

        A `project` has its new key there, by the one that it began with, which is what everything in here calls it.
        """
        self.zone = "Europe/Tallinn"
        """The zone that the person has chosen in Jira."""
        self.gone_worklogs: list[tuple[int, int]] = []
        """(ms, id) of the work logs that were deleted, oldest first."""
        self._former: dict[str, int] = {}
        self._day = Day(self)

    @property
    def readable(self) -> dict[str, Book]:
        """The projects that the person may see."""
        return {key: book for key, book in self.books.items() if key not in self.closed}

    def now_ms(self) -> int:
        """The world's present; everything that should have happened by then has happened."""
        now = max(self.start_ms, self.clock.now_ms() + self.skipped_ms + self.off_ms)
        self._day.advance(now)
        return now

    def skip(self, milliseconds: int) -> None:
        """Puts the world's clock forward, for tests that will not wait."""
        self.skipped_ms += max(0, milliseconds)

    def find(self, reference: str) -> Issue | None:
        """A ticket by id, key or former key, as the person sees it; None when there is none."""
        reference = self.meant(reference)
        reference = str(self._former.get(reference.upper(), reference))
        return _find(self.readable.values(), reference)

    def find_any(self, reference: str) -> Issue | None:
        """A ticket by id or key, whether anybody may see it or not."""
        reference = self.meant(reference)
        found = _find(self.books.values(), reference)
        project, _, number = reference.upper().rpartition("-")
        return found or (self.books[project].hidden(int(number)) if project in self.books else None)

    def told(self, key: str) -> str:
        """How the key of a project or ticket is told now."""
        project, dash, number = key.partition("-")
        return self.words.get(("project", project), project) + dash + number

    def meant(self, key: str) -> str:
        """The first key of a project or ticket, from the one that it has now."""
        project, dash, number = key.upper().partition("-")
        first = {now: id_ for (kind, id_), now in self.words.items() if kind == "project"}
        return first.get(project, project) + dash + number

    def change(self, issue: Issue, act: Callable[[Issue], object]) -> Issue:
        """Lets `act` change a ticket."""
        return self.books[issue.project].change(issue.number, act)

    def open_project(self, key: str, name: str) -> None:
        """A new project without tickets."""
        number = 10_600 + len(self.projects)
        self.projects[key] = catalog.Project(number, key, name, "software", "Avatud pärast algust (demo)")
        self.books[key] = Book(self.projects[key], MOVED_BASE * number, 1, [], [], _none)

    def move(self, issue: Issue, project: str) -> Issue:
        """Moves a ticket to another project: it keeps its id, gets a new key and is found by the former one too."""
        former, now = issue.key, self.now_ms()
        self.books[issue.project].remove(issue.number)
        issue.project, issue.number = project, self.books[project].last + 1
        # Those belong to a project.
        issue.components = issue.fix_versions = ()
        issue.change(now, MAINTENANCE[0], Item("Key", "jira", None, former, None, issue.key))
        self._former[former] = issue.id
        self.books[project].add(issue)
        return issue


def _find(books: Iterable[Book], reference: str) -> Issue | None:
    if reference.isdigit():
        return next((found for book in books if (found := book.by_id(int(reference)))), None)
    project, _, number = reference.upper().rpartition("-")
    book = next((each for each in books if each.project.key == project), None)
    return book.get(int(number)) if book and number.isdigit() else None


def _none(number: int) -> Issue:
    raise KeyError(number)

"""The demo world: a function of seed and clock that moves on whenever it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from data.simulator import catalog
from data.simulator.book import Book
from data.simulator.day import Day
from data.simulator.issue import Issue
from data.simulator.opening import SCENE, opening
from data.simulator.plan import Developments
from data.simulator.tickets import Past

DEFAULT_TICKETS = 500


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

    def __init__(self, seed: int, clock: Time, tickets: int = DEFAULT_TICKETS) -> None:
        """A world that begins where `clock` is anchored, or now where the clock has no anchor."""
        self.seed = seed
        self.clock = clock
        self.skipped_ms = 0
        self.start_ms = clock.anchor_ms or clock.now_ms()
        self.developments = Developments(seed, self.start_ms)
        planned = self.developments.book()
        past = Past(seed, max(1, tickets - len(planned) - len(SCENE)), self.start_ms, len(SCENE))
        self.books: dict[str, Book] = {catalog.SKAH: past.book(), catalog.PERE: planned}
        scene = opening(seed, self.start_ms, self.books[catalog.SKAH])
        self.open_numbers: list[int] = past.open_numbers + [issue.number for issue in scene]
        self._day = Day(self)

    def now_ms(self) -> int:
        """The world's present; everything that should have happened by then has happened."""
        now = max(self.start_ms, self.clock.now_ms() + self.skipped_ms)
        self._day.advance(now)
        return now

    def skip(self, milliseconds: int) -> None:
        """Puts the world's clock forward, for tests that will not wait."""
        self.skipped_ms += max(0, milliseconds)

    def find(self, reference: str) -> Issue | None:
        """A ticket by key or id, None when there is none."""
        if reference.isdigit():
            return next((found for book in self.books.values() if (found := book.by_id(int(reference)))), None)
        project, _, number = reference.upper().rpartition("-")
        book = self.books.get(project)
        return book.get(int(number)) if book and number.isdigit() else None

    def change(self, issue: Issue, act: Callable[[Issue], None]) -> Issue:
        """Lets `act` change a ticket."""
        return self.books[issue.project].change(issue.number, act)

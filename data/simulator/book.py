"""The tickets of one project, in order of key and of last change; most of them are made only when asked for."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable

from data.simulator.catalog import Project
from data.simulator.issue import Issue


class Book:
    """One project's tickets.

    `make` builds the ticket of a number again whenever it is asked for; a ticket that was changed since the world
    began is kept. `created` and `updated` are the times (ms) of the tickets `first`, `first + 1`, … A hidden ticket is
    in no order and in no answer, as one that the asking person has no right to.
    """

    def __init__(
        self, project: Project, id_base: int, first: int, created: list[int], updated: list[int],
        make: Callable[[int], Issue],
    ) -> None:  # fmt: skip
        self.project = project
        self.id_base = id_base
        self._make = make
        self._kept: dict[int, Issue] = {}
        self._hidden: dict[int, Issue] = {}
        self._strange: dict[int, int] = {}
        """Ids of the tickets that were moved here from another project, by number."""
        self.numbers = list(range(first, first + len(created)))
        self.last = self.numbers[-1] if created else 0
        """The highest number given so far; no number is given twice."""
        self.births = sorted(zip(created, self.numbers, strict=True))
        """(created ms, number), oldest first."""
        self.lines = sorted(zip(updated, self.numbers, strict=True))
        """(updated ms, number), oldest change first: the order that a keyset reader walks."""

    def __len__(self) -> int:
        return len(self.numbers)

    def get(self, number: int) -> Issue | None:
        """The ticket with this number, for reading; None when there is none."""
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        at = bisect_left(self.numbers, number)
        if at == len(self.numbers) or self.numbers[at] != number:
            return None
        return self._make(number)

    def id_of(self, number: int) -> int:
        """The id of the ticket with this number."""
        return self._strange.get(number, self.id_base + number)

    def by_id(self, issue_id: int) -> Issue | None:
        """The ticket with this id."""
        number = next((n for n, each in self._strange.items() if each == issue_id), issue_id - self.id_base)
        return self.get(number) if self.id_of(number) == issue_id else None

    def change(self, number: int, act: Callable[[Issue], object]) -> Issue:
        """Lets `act` change a ticket and keeps the order right; raises KeyError for a number that is not there."""
        issue = self._hidden.get(number) or self.get(number)
        if issue is None:
            raise KeyError(number)
        before = (issue.updated_ms, number)
        act(issue)
        if number in self._hidden:
            return issue
        self._kept[number] = issue
        if issue.updated_ms != before[0]:
            del self.lines[bisect_left(self.lines, before)]
            insort(self.lines, (issue.updated_ms, number))
        return issue

    def add(self, issue: Issue) -> None:
        """Puts a ticket in under its number, which is a new one or was removed from here."""
        self._kept[issue.number] = issue
        if issue.id != self.id_base + issue.number:
            self._strange[issue.number] = issue.id
        self.last = max(self.last, issue.number)
        insort(self.numbers, issue.number)
        insort(self.births, (issue.created_ms, issue.number))
        insort(self.lines, (issue.updated_ms, issue.number))

    def remove(self, number: int) -> Issue:
        """Takes a ticket out as if it had never been; raises KeyError for a number that is not there."""
        issue = self.get(number)
        if issue is None:
            raise KeyError(number)
        del self.lines[bisect_left(self.lines, (issue.updated_ms, number))]
        del self.births[bisect_left(self.births, (issue.created_ms, number))]
        del self.numbers[bisect_left(self.numbers, number)]
        self._kept.pop(number, None)
        self._strange.pop(number, None)
        return issue

    def hide(self, number: int) -> None:
        """Nobody may see this ticket any more; it lives on."""
        self._hidden[number] = self.remove(number)

    def show(self, number: int) -> None:
        """Everybody may see this ticket again."""
        self.add(self._hidden.pop(number))

    def hidden(self, number: int) -> Issue | None:
        """The ticket with this number, if nobody may see it."""
        return self._hidden.get(number)

    def updated_range(self, low_ms: int | None, high_ms: int | None) -> tuple[int, int]:
        """Places in `lines` whose change lies in [low_ms, high_ms], either end open when None."""
        start = 0 if low_ms is None else bisect_left(self.lines, (low_ms, -1))
        stop = len(self.lines) if high_ms is None else bisect_left(self.lines, (high_ms + 1, -1))
        return start, max(start, stop)

    def created_range(self, low_ms: int | None, high_ms: int | None) -> tuple[int, int]:
        """Places in `births` of the tickets created in [low_ms, high_ms]."""
        start = 0 if low_ms is None else bisect_left(self.births, (low_ms, -1))
        stop = len(self.births) if high_ms is None else bisect_left(self.births, (high_ms + 1, -1))
        return start, max(start, stop)

"""The tickets of one project, in order of key and of last change; most of them are made only when asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator

from data.simulator.catalog import Project
from data.simulator.issue import Issue


class Book:
    """One project's tickets.

    `make` builds the ticket of a number again whenever it is asked for; a ticket that was changed since the world
    began is kept. `created` and `updated` are the times (ms) of the tickets `first`, `first + 1`, …
    """

    def __init__(
        self, project: Project, id_base: int, first: int, created: list[int], updated: list[int],
        make: Callable[[int], Issue],
    ) -> None:  # fmt: skip
        self.project = project
        self.id_base = id_base
        self._make = make
        self._kept: dict[int, Issue] = {}
        self.numbers = list(range(first, first + len(created)))
        self.created = created
        self.lines = sorted(zip(updated, self.numbers, strict=True))
        """(updated ms, number), oldest change first: the order that a keyset reader walks."""

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def last(self) -> int:
        """The highest number given so far."""
        return self.numbers[-1] if self.numbers else 0

    def get(self, number: int) -> Issue | None:
        """The ticket with this number, for reading; None when there is none."""
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        at = bisect_left(self.numbers, number)
        if at == len(self.numbers) or self.numbers[at] != number:
            return None
        return self._make(number)

    def by_id(self, issue_id: int) -> Issue | None:
        """The ticket with this id."""
        return self.get(issue_id - self.id_base)

    def change(self, number: int, act: Callable[[Issue], None]) -> Issue:
        """Lets `act` change a ticket and keeps the order right; raises KeyError for a number that is not there."""
        issue = self.get(number)
        if issue is None:
            raise KeyError(number)
        before = (issue.updated_ms, number)
        act(issue)
        self._kept[number] = issue
        if issue.updated_ms != before[0]:
            del self.lines[bisect_left(self.lines, before)]
            insort(self.lines, (issue.updated_ms, number))
        return issue

    def add(self, issue: Issue) -> None:
        """Puts a new ticket in; its number is the highest."""
        self._kept[issue.number] = issue
        self.numbers.append(issue.number)
        self.created.append(issue.created_ms)
        insort(self.lines, (issue.updated_ms, issue.number))

    def remove(self, number: int) -> None:
        """Deletes a ticket as if it had never been; raises KeyError for a number that is not there."""
        issue = self.get(number)
        if issue is None:
            raise KeyError(number)
        del self.lines[bisect_left(self.lines, (issue.updated_ms, number))]
        at = bisect_left(self.numbers, number)
        del self.numbers[at], self.created[at]
        self._kept.pop(number, None)

    def updated_range(self, low_ms: int | None, high_ms: int | None) -> tuple[int, int]:
        """Places in `lines` whose change lies in [low_ms, high_ms], either end open when None."""
        start = 0 if low_ms is None else bisect_left(self.lines, (low_ms, -1))
        stop = len(self.lines) if high_ms is None else bisect_left(self.lines, (high_ms + 1, -1))
        return start, max(start, stop)

    def created_range(self, low_ms: int | None, high_ms: int | None) -> tuple[int, int]:
        """Places in `numbers` of the tickets created in [low_ms, high_ms]."""
        start = 0 if low_ms is None else bisect_left(self.created, low_ms)
        stop = len(self.created) if high_ms is None else bisect_right(self.created, high_ms)
        return start, max(start, stop)

    def kept(self) -> Iterator[Issue]:
        """Every ticket that is held in memory."""
        return iter(self._kept.values())

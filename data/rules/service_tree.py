"""The watched services as a tree: on top what nothing else depends on, below each service what it depends on itself.

What several others need stands below each of them. Only its first place is open by itself: however the services are
woven, there are no more lines than services and dependencies together until the person opens more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from data.model import Needs, Service
from data.rules.dependencies import FAILING

Path = tuple[str, ...]
"""Names from the top of the tree to a line."""


class Link(NamedTuple):
    """How the service above depends on that of a line: it does not work without it unless something else is told."""

    is_soft: bool = False
    """It works worse without it."""
    least: int = 0
    """It does not work without so many …"""
    of: int = 0
    """… of so many; 0 where each one counts."""


class ServiceLine(NamedTuple):
    """A service in a list or in a tree of them."""

    service: Service
    path: Path
    link: Link = Link()
    is_open: bool | None = None
    """Whether what it depends on stands below it; None where it depends on nothing."""
    hidden: int = 0
    """How many of those that are folded away below it fail."""

    @property
    def id(self) -> Path:
        """What tells it apart from other lines, of the same service too."""
        return self.path


class ServiceTree:
    """The tree of some services, in the order of the configuration."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = {each.name: each for each in sorted(services, key=lambda each: each.place)}
        self._below = {name: _links(each.needs, self._services) for name, each in self._services.items()}
        needed = {name for below in self._below.values() for name in below}
        tops = [name for name, each in self._services.items() if name not in needed or each.group == "service"]
        self._tops = sorted(tops, key=self._rank)
        self._first = self._first_places()
        self._numbers = {name: number for number, name in enumerate(self._services)}
        self._failing: dict[str, int] = {}

    def _rank(self, name: str) -> tuple[bool, bool]:
        """Business services first, what depends on nothing last."""
        return self._services[name].group != "service", not self._below[name]

    def _first_places(self) -> dict[str, Path]:
        first: dict[str, Path] = {}
        waiting: list[Path] = [(name,) for name in reversed(self._tops)]
        while waiting:
            path = waiting.pop()
            if path[-1] not in first:
                first[path[-1]] = path
                waiting += [(*path, name) for name in reversed(self._below[path[-1]])]
        return first

    def place_of(self, name: str) -> Path | None:
        """The path of the first line of a service when all are open; None where there is no such service."""
        return self._first.get(name)

    def lines(self, chosen: Mapping[Path, bool]) -> list[ServiceLine]:
        """The lines that are not folded away; `chosen` tells which lines the person has opened or folded."""
        lines: list[ServiceLine] = []
        waiting: list[tuple[Path, Link]] = [((name,), Link()) for name in reversed(self._tops)]
        while waiting:
            path, link = waiting.pop()
            name = path[-1]
            service, below = self._services[name], self._below[name]
            if not below:
                lines.append(ServiceLine(service, path, link))
                continue
            is_open = chosen.get(path, self._first.get(name) == path)
            hidden = 0 if is_open else self._failing_below(name).bit_count()
            lines.append(ServiceLine(service, path, link, is_open, hidden))
            if is_open:
                waiting += [((*path, each), how) for each, how in reversed(below.items())]
        return lines

    def _failing_below(self, name: str) -> int:
        """The services below `name` that fail, each as the bit of its number: a set of 1,200 in a few words."""
        known, waiting = self._failing, [name]
        while waiting:
            open_ones = [each for each in self._below[waiting[-1]] if each not in known]
            if open_ones:
                waiting += open_ones
                continue
            each, found = waiting.pop(), 0
            for below in self._below[each]:
                found |= known[below] | (self._services[below].state in FAILING) << self._numbers[below]
            known[each] = found
        return known[name]


def _links(needs: Needs, known: Mapping[str, Service]) -> dict[str, Link]:
    """What a service depends on, of what is watched; what it cannot do without counts before the rest."""
    some = Link(least=needs.least, of=len(needs.some))
    told = [(needs.hard, Link()), (needs.some, some), (needs.soft, Link(is_soft=True))]
    links: dict[str, Link] = {}
    for names, link in told:
        for name in names:
            if name in known:
                links.setdefault(name, link)
    return links

"""Answers a JQL query from the world's books: how many tickets, and which stand on one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any

from data.simulator.book import Book
from data.simulator.issue import Issue
from data.simulator.jql import Clause, Dates, Group, JqlError, Node, Query, matches
from data.simulator.world import World

Place = tuple[Book, int]
"""A ticket as the book that it stands in and its number: enough for its id and key."""


@dataclass(slots=True)
class _Plan:
    """What the order of the books answers, and what is left to be looked at ticket by ticket."""

    books: list[Book]
    updated: list[int | None] = field(default_factory=lambda: [None, None])
    created: list[int | None] = field(default_factory=lambda: [None, None])
    references: set[str] | None = None
    rest: list[Node] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def select(
    world: World, query: Query, start: int, count: int, dates: Dates, *, strict: bool = True
) -> tuple[int, list[Place], list[str]]:
    """The number of tickets that answer, those on the page, and warnings.

    Raises `JqlError` for a project or ticket that is not there when `strict`; otherwise it becomes a warning.
    """
    plan = _plan(world, query.where, dates)
    if plan.warnings and strict:
        raise JqlError(plan.warnings[0])
    order = query.order or (("key", True),)
    first, descending = order[0]
    simple = not plan.rest and plan.references is None and _is_natural(order)
    if simple and first == "updated" and plan.created == [None, None]:
        return (*_by_moment(plan, first, descending, start, count), plan.warnings)
    if simple and first == "created" and plan.updated == [None, None]:
        return (*_by_moment(plan, first, descending, start, count), plan.warnings)
    if simple and first == "key" and plan.updated == plan.created == [None, None]:
        return (*_by_key(plan, descending, start, count), plan.warnings)
    found = sorted(_walk(world, plan, dates), key=_sort_key("key"))
    for name, is_descending in reversed(order):
        found.sort(key=_sort_key(name), reverse=is_descending)
    page = [(world.books[issue.project], issue.number) for issue in found[start : start + count]]
    return len(found), page, plan.warnings


def _is_natural(order: tuple[tuple[str, bool], ...]) -> bool:
    """Whether the order is one that the books keep: by update then key, by key, or by creation, all one way."""
    names = tuple(name for name, _ in order)
    return len({way for _, way in order}) == 1 and names in (
        ("updated",),
        ("updated", "key"),
        ("key",),
        ("created",),
        ("created", "key"),
    )


def _plan(world: World, where: Node | None, dates: Dates) -> _Plan:
    plan = _Plan(list(world.readable.values()))
    nodes = list(where.parts) if isinstance(where, Group) and where.joint == "and" else [where] if where else []
    while nodes:
        node = nodes.pop(0)
        if isinstance(node, Group) and node.joint == "and":
            nodes[:0] = node.parts
        elif isinstance(node, Clause) and node.field == "project" and node.operator == "in":
            _keep_projects(world, plan, node)
        elif isinstance(node, Clause) and node.field in ("key", "id") and node.operator == "in":
            _keep_references(world, plan, node)
        elif (
            isinstance(node, Clause)
            and node.field in ("updated", "created")
            and node.operator in (">=", ">", "<=", "<")
        ):
            bounds = plan.updated if node.field == "updated" else plan.created
            value = dates.moment_of(node.field, node.values[0])
            if node.operator[0] == ">":
                low = value + (node.operator == ">")
                bounds[0] = low if bounds[0] is None else max(bounds[0], low)
            else:
                high = value - (node.operator == "<")
                bounds[1] = high if bounds[1] is None else min(bounds[1], high)
        else:
            plan.rest.append(node)
    return plan


def _keep_projects(world: World, plan: _Plan, clause: Clause) -> None:
    known = {
        word: book
        for key, book in world.readable.items()
        for word in (key, str(book.project.id), book.project.name.upper())
    }
    wanted = []
    for value in clause.values:
        if (meant := world.meant(value)) in known:
            wanted.append(known[meant])
        else:
            plan.warnings.append(f"The value '{value}' does not exist for the field 'project'.")
    plan.books = [book for book in plan.books if book in wanted]


def _keep_references(world: World, plan: _Plan, clause: Clause) -> None:
    found = set()
    for value in clause.values:
        issue = world.find(value)
        if issue is not None:
            found.add(issue.key)
        elif value.isdigit():
            plan.warnings.append(f"A value with ID '{value}' does not exist for the field 'id'.")
        else:
            plan.warnings.append(f"An issue with key '{value}' does not exist for field 'key'.")
    plan.references = found if plan.references is None else plan.references & found


def _by_moment(plan: _Plan, name: str, descending: bool, start: int, count: int) -> tuple[int, list[Place]]:
    """A page in order of update or creation, then key, by bisection; projects are merged up to the page's end."""
    ranges = [
        (book, book.lines, *book.updated_range(*plan.updated))
        if name == "updated"
        else (book, book.births, *book.created_range(*plan.created))
        for book in plan.books
    ]
    total = sum(stop - begin for _, _, begin, stop in ranges)
    if len(ranges) == 1:
        book, lines, begin, stop = ranges[0]
        window = (
            lines[max(begin, stop - start - count) : max(begin, stop - start)][::-1]
            if descending
            else lines[begin + start : min(stop, begin + start + count)]
        )
        return total, [(book, number) for _, number in window]

    def walk(book: Book, lines: list[tuple[int, int]], begin: int, stop: int) -> Iterator[tuple[int, str, int, Book]]:
        for place in range(stop - 1, begin - 1, -1) if descending else range(begin, stop):
            at, number = lines[place]
            yield at, book.project.key, number, book

    merged = merge(*(walk(*each) for each in ranges), key=lambda line: line[:3], reverse=descending)
    return total, [(book, number) for _, _, number, book in islice(merged, start, start + count)]


def _by_key(plan: _Plan, descending: bool, start: int, count: int) -> tuple[int, list[Place]]:
    found: list[Place] = []
    for book in sorted(plan.books, key=lambda book: book.project.key, reverse=descending):
        found += [(book, number) for number in (book.numbers[::-1] if descending else book.numbers)]
    return len(found), found[start : start + count]


def _walk(world: World, plan: _Plan, dates: Dates) -> Iterator[Issue]:
    """Every ticket that answers, one by one, from the narrowest index."""
    for book in plan.books:
        if plan.references is not None:
            candidates = [
                issue.number
                for key in plan.references
                if (issue := world.find(key)) and issue.project == book.project.key
            ]
        else:
            by_update, by_creation = book.updated_range(*plan.updated), book.created_range(*plan.created)
            is_few = by_update[1] - by_update[0] <= by_creation[1] - by_creation[0]
            lines = book.lines[slice(*by_update)] if is_few else book.births[slice(*by_creation)]
            candidates = [number for _, number in lines]
        for number in candidates:
            issue = book.get(number)
            if issue is None or not _within(issue.updated_ms, plan.updated):
                continue
            if _within(issue.created_ms, plan.created) and all(matches(node, issue, dates) for node in plan.rest):
                yield issue


def _within(at: int, bounds: list[int | None]) -> bool:
    return (bounds[0] is None or at >= bounds[0]) and (bounds[1] is None or at <= bounds[1])


def _sort_key(name: str) -> Any:
    return {
        "updated": lambda issue: issue.updated_ms,
        "created": lambda issue: issue.created_ms,
        "key": lambda issue: (issue.project, issue.number),
        "id": lambda issue: issue.id,
        "priority": lambda issue: -int(issue.priority),
        "status": lambda issue: issue.status.id,
        "assignee": lambda issue: issue.assignee.display_name if issue.assignee else "",
    }.get(name, lambda issue: issue.number)

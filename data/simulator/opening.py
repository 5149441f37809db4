"""The tickets on which the eye falls first: the last hours before the world begins."""

from __future__ import annotations

from dataclasses import dataclass

from data.simulator import catalog
from data.simulator.book import Book
from data.simulator.issue import Issue
from data.simulator.people import CASE_HANDLERS, KEY_USERS, MAINTENANCE, ME
from data.simulator.texts import applications, payments, xroad
from data.simulator.texts.words import Case, Words

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Part:
    """One ticket of the scene: how old it is, how urgent, and who has it."""

    case: Case
    minutes: int
    priority: str
    taken_after: int | None = None
    """Minutes from its creation until somebody took it; None while nobody has."""
    mine: bool = False


SCENE = (
    Part(payments.CASES[4], 105, "1", 6, mine=True),
    Part(applications.CASES[1], 88, "3"),
    Part(payments.CASES[0], 71, "2", 20, mine=True),
    Part(payments.CASES[2], 53, "1", mine=True),
    Part(applications.CASES[0], 50, "2"),
    Part(applications.CASES[2], 34, "3"),
    Part(xroad.CASES[0], 12, "3"),
)
"""Oldest first. The fourth must be answered within seven minutes of the beginning; its clock runs out on the screen."""

UNTOUCHED = 3
"""Place in the scene of the ticket that nobody takes until its clock has run out."""


def opening(seed: int, start_ms: int, book: Book) -> list[Issue]:
    """Puts the scene into the maintenance project."""
    types = {each.id: each for each in catalog.ISSUE_TYPES}
    issues = []
    for place, part in enumerate(SCENE):
        created = start_ms - part.minutes * MINUTE + place * 1_700
        number = book.last + 1
        words = Words((seed, place, 20), created)
        issue = Issue(
            id=book.id_base + number, project=catalog.SKAH, number=number, type=types[part.case.type],
            summary=part.case.summary.format_map(words), description=part.case.description.format_map(words),
            status=catalog.NEW, priority=part.priority, reporter=CASE_HANDLERS[(place * 5 + seed) % len(CASE_HANDLERS)],
            created_ms=created, updated_ms=created, labels=part.case.labels, components=(part.case.component,),
            assignee=ME if part.mine else None,
        )  # fmt: skip
        if part.taken_after is not None:
            taken = created + part.taken_after * MINUTE
            issue.move(taken, MAINTENANCE[place % len(MAINTENANCE)], catalog.WORKING)
            issue.say(taken + MINUTE, MAINTENANCE[place % len(MAINTENANCE)], part.case.talk[0].format_map(words))
        if part.priority == "1":
            issue.say(created + 9 * MINUTE, KEY_USERS[0], "Edastasin teenuse juhile. Palun hinnangut, millal laheneb.")
        book.add(issue)
        issues.append(issue)
    return issues

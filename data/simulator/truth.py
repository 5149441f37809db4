"""What a permitted reader must end up with: the tickets that can be seen now, with a checksum of their texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from data.simulator.issue import Issue
from data.simulator.world import World

Part = tuple[Any, ...]


def truth(world: World) -> Iterator[tuple[int, str, int, str]]:
    """Id, key, `updated` in epoch milliseconds and checksum of every ticket that can be seen."""
    world.now_ms()
    for book in world.readable.values():
        for number in book.numbers:
            issue = book.get(number)
            if issue is not None:
                yield issue.id, world.told(issue.key), issue.updated_ms, checksum_of(issue)


def checksum_of(issue: Issue) -> str:
    """The checksum of a ticket, for texts in which there is nothing to clean."""
    return checksum(
        issue.summary,
        issue.description or "",
        [(note.id, note.body) for note in issue.notes],
        [(log.id, log.seconds, log.comment) for log in issue.worklogs],
        [(file.id, file.filename, file.size) for file in issue.attachments],
    )


def checksum(
    summary: str, description: str, comments: Iterable[Part], worklogs: Iterable[Part], attachments: Iterable[Part]
) -> str:
    """SHA-256 of a ticket's texts, comments (id, text), work logs (id, seconds, text) and files (id, name, bytes)."""
    parts = [summary, description, sorted(comments), sorted(worklogs), sorted(attachments)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

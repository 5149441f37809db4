"""Search in tickets: words that a person typed, never as FTS5 syntax.

A word matches where it stands in the key, summary, description or a comment, and, from three characters on, also as a
part of a word of the key or summary (`toetus` finds `peretoetuse`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from data.store.driver import Connection

if TYPE_CHECKING:
    from data.store.window import Selection

SEARCH_LIMIT = 5_000
"""Hits kept, newest first: nobody reads further, and the search stays quick for a word that is everywhere."""

_WORDS_AS_PARTS = 3
"""Up to this many words each may be a part while the others are whole; longer questions allow one part, or all."""

_KEY = re.compile(r"(?:([A-Za-z][A-Za-z0-9_]*)-)?(\d{1,15})")


def words_of(text: str) -> list[str]:
    """The words of a typed text that an index can know: a run of signs alone (`+++`) is none."""
    return [word for word in text.replace("\0", " ").split() if any(map(str.isalnum, word))]


def found_ids(connection: Connection, selection: Selection) -> tuple[list[int], bool]:
    """Ids of the tickets of `selection` that hold every word, newest first, and whether there were more.

    A ticket whose key or number was typed whole comes first.
    """
    words = words_of(selection.query.text)
    if not words:
        return [], False
    exact = _by_key(connection, selection, words)
    found: set[int] = set()
    capped = False
    for whole, parts in _splits(words):
        ids = _matching(connection, selection, whole, parts, words[-1])
        capped = capped or len(ids) > SEARCH_LIMIT
        found.update(ids)
    newest = sorted(found.difference(exact), reverse=True)
    return (exact + newest)[:SEARCH_LIMIT], capped or len(found) > SEARCH_LIMIT


def _splits(words: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """The ways to find every word: some as whole words, the others (of three characters or more) as parts."""
    able = [place for place, word in enumerate(words) if len(word) >= 3]
    if len(words) <= _WORDS_AS_PARTS:
        choices = [{able[bit] for bit in range(len(able)) if mask >> bit & 1} for mask in range(1 << len(able))]
    else:
        choices = [set(), *({place} for place in able), set(able)]
    for chosen in choices:
        yield (
            [word for place, word in enumerate(words) if place not in chosen],
            [word for place, word in enumerate(words) if place in chosen],
        )


def _matching(connection: Connection, selection: Selection, whole: list[str], parts: list[str], last: str) -> list[int]:
    parameters: list[object] = []
    conditions = []
    source = "ticket_fts" if whole else "ticket_trigram"
    if whole:
        conditions.append("ticket_fts MATCH ?")
        parameters.append(_quoted(whole, last))
    if parts:
        inside = "ticket_trigram MATCH ?"
        conditions.append(f"rowid IN (SELECT rowid FROM ticket_trigram WHERE {inside})" if whole else inside)
        parameters.append(_quoted(parts))
    if selection.conditions:
        narrowed = " AND ".join(selection.conditions)
        conditions.append(f"rowid IN (SELECT id FROM ticket INDEXED BY {selection.index} WHERE {narrowed})")
        parameters += selection.parameters
    rows = connection.execute(
        f"SELECT rowid FROM {source} WHERE {' AND '.join(conditions)} ORDER BY rowid DESC LIMIT ?",
        (*parameters, SEARCH_LIMIT + 1),
    )
    return [row[0] for row in rows.fetchall()]


def _quoted(words: list[str], prefix: str = "") -> str:
    """An FTS5 expression of quoted words, all of them needed; the last one also as a beginning if it is `prefix`."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    if words[-1] == prefix:
        quoted[-1] += " *"
    return " AND ".join(quoted)


def _by_key(connection: Connection, selection: Selection, words: list[str]) -> list[int]:
    match = _KEY.fullmatch(words[0]) if len(words) == 1 else None
    if match is None:
        return []
    project, number = match.groups()
    projects = (
        [project.upper()]
        if project
        else [row[0] for row in connection.execute("SELECT value FROM ticket_count WHERE facet = 'project'").fetchall()]
    )
    keys = [f"{each}-{int(number)}" for each in projects]
    conditions = [*selection.conditions, f"key IN ({', '.join('?' * len(keys))})"]
    rows = connection.execute(
        f"SELECT id FROM ticket INDEXED BY ticket_key WHERE {' AND '.join(conditions)} ORDER BY id DESC",
        (*selection.parameters, *keys),
    )
    return [row[0] for row in rows.fetchall()]

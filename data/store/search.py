"""Search in tickets: words that a person typed, never as FTS5 syntax.

A word matches where it stands in the key, summary, description or a comment, and, from three characters on, also as a
part of a word of the summary (`toetus` finds `peretoetuse`). It also matches in the name of the assignee: `kadri makse`
finds the payments that are in Kadri's hands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from data.store.driver import Connection
from data.text import sort_key

if TYPE_CHECKING:
    from data.store.window import Selection

SEARCH_LIMIT = 5_000
"""Hits kept, newest first: nobody reads further, and the search stays quick for a word that is everywhere."""

FEW_HITS = 1_000
"""So many are looked up one by one; for more it is quicker to read an index of all the tickets that may be listed."""

_PART = 3
"""Characters from which on a word may be a part of another."""

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
    found = _by_words(connection, selection.index, selection.conditions, selection.parameters, words)
    people = _people(connection, words)
    for rest, names in people.items():
        found += _by_people(connection, selection, names, rest)
    if people:
        found = sorted(set(found), reverse=True)
    ids = [*exact, *(each for each in found if each not in exact)]
    return ids[:SEARCH_LIMIT], len(found) > SEARCH_LIMIT


def _by_words(
    connection: Connection, index: str, conditions: Sequence[str], parameters: Sequence[Any], words: Sequence[str]
) -> list[int]:
    """The tickets under `conditions` whose texts hold every one of `words`, newest first; one more than the limit."""
    expression = _expression(words)
    few = _few_hits(connection, expression) if conditions else None
    if few is not None:
        return _passing(connection, conditions, parameters, few)
    narrowed = ["ticket_fts MATCH ?"]
    if conditions:
        # The plus keeps the planner from asking the full-text index about each of those tickets in turn.
        narrowed.append(f"+rowid IN (SELECT id FROM ticket INDEXED BY {index} WHERE {' AND '.join(conditions)})")
    rows = connection.execute(
        f"SELECT rowid FROM ticket_fts WHERE {' AND '.join(narrowed)} ORDER BY rowid DESC LIMIT ?",
        (expression, *parameters, SEARCH_LIMIT + 1),
    )
    return [row[0] for row in rows.fetchall()]


def _people(connection: Connection, words: Sequence[str]) -> dict[tuple[str, ...], list[str]]:
    """The assignees in whose names one of `words` stands, by the words that do not."""
    patterns = [re.compile(rf"\b{re.escape(word)}" + r"\b" * (len(word) < _PART), re.IGNORECASE) for word in words]
    found: dict[tuple[str, ...], list[str]] = {}
    rows = connection.execute("SELECT value FROM ticket_count WHERE facet = 'assignee' AND value <> ''").fetchall()
    for (name,) in rows:
        rest = tuple(word for word, pattern in zip(words, patterns, strict=True) if not pattern.search(name))
        if len(rest) < len(words):
            found.setdefault(rest, []).append(name)
    return found


def _by_people(connection: Connection, selection: Selection, names: Collection[str], rest: Sequence[str]) -> list[int]:
    """The tickets of `selection` that are in the hands of `names` and hold the `rest` of the words, newest first."""
    index = f"ticket_{'open' if selection.is_open else 'all'}_assignee"
    listed = "IN (SELECT value FROM json_each(?))"
    conditions = [*selection.conditions, f"assignee_sort {listed}", f"assignee {listed}"]
    parameters = [*selection.parameters, json.dumps([*map(sort_key, names)]), json.dumps([*names])]
    if rest:
        return _by_words(connection, index, conditions, parameters, rest)
    rows = connection.execute(
        f"SELECT id FROM ticket INDEXED BY {index} WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?",
        (*parameters, SEARCH_LIMIT + 1),
    )
    return [row[0] for row in rows.fetchall()]


def _expression(words: Sequence[str]) -> str:
    """The FTS5 expression for `words`, all of them quoted and needed; the last may be unfinished.

    The beginnings of one letter are too many to be of use, and slow.
    """
    *earlier, last = (f'"{word.replace(chr(34), chr(34) * 2)}"' for word in words)
    sizes = [len(word) for word in words]
    each = [
        f"({word} OR {{key summary parts}} : {word} *)" if size >= _PART else f"- parts : {word}"
        for word, size in zip(earlier, sizes, strict=False)
    ]
    end = f"{last} *" if sizes[-1] >= _PART else f"- parts : {last}{' *' * (sizes[-1] > 1)}"
    return " AND ".join(f"({part})" for part in (*each, end))


def _few_hits(connection: Connection, expression: str) -> list[int] | None:
    """The ids of every hit, newest first; None when there are more than `FEW_HITS`."""
    rows = connection.execute(
        "SELECT rowid FROM ticket_fts WHERE ticket_fts MATCH ? ORDER BY rowid DESC LIMIT ?", (expression, FEW_HITS + 1)
    ).fetchall()
    return [row[0] for row in rows] if len(rows) <= FEW_HITS else None


def _passing(
    connection: Connection, conditions: Sequence[str], parameters: Sequence[Any], ids: Sequence[int]
) -> list[int]:
    """Those of `ids` that are under `conditions`, in the same order."""
    where = " AND ".join([f"id IN ({', '.join('?' * len(ids))})", *conditions])
    rows = connection.execute(f"SELECT id FROM ticket NOT INDEXED WHERE {where}", (*ids, *parameters))
    passing = {row[0] for row in rows.fetchall()}
    return [each for each in ids if each in passing]


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

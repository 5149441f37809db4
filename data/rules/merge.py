"""Putting what the person wants into what somebody else may have changed meanwhile, without losing either."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Sequence

from data.action import FieldEdit, Value
from data.text import TEXT_LIMIT, clean

_BREAK = re.compile("(\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])")
"""Where `data.text.clean` ends a line."""
_CUT = "…"


class CutTextError(Exception):
    """The text was too long to be shown whole, and its end, which nobody saw, was taken away."""


def merged(edit: FieldEdit, now: Sequence[Value]) -> tuple[Value, ...] | None:
    """What the field is to hold, where Jira holds `now`; None where the person and somebody else disagree.

    Of a field of several values what the person added is added and what they took away is taken away. Of any other it
    is theirs as long as nobody else has changed it, or has changed it to the same.
    """
    if edit.shape.is_many:
        added = [each for each in edit.after if each not in edit.before]
        removed = [each for each in edit.before if each not in edit.after]
        kept = [each for each in now if not _in(each, removed)]
        return (*kept, *(each for each in added if not _in(each, kept)))
    if is_same(edit.before, now) or is_same(edit.after, now):
        return edit.after
    return None


def is_same(some: Sequence[Value], others: Sequence[Value]) -> bool:
    """Whether they are the same values; a choice is known by its id, whatever it is called now."""
    return len(some) == len(others) and all(map(_equal, some, others))


def _equal(one: Value, other: Value) -> bool:
    return one.id == other.id if one.id and other.id else one.word == other.word


def _in(value: Value, values: Sequence[Value]) -> bool:
    return any(_equal(value, each) for each in values)


def patched(raw: str, wanted: str) -> str:
    """`wanted`, which a person made out of `clean(raw)`, with every line they left alone as it stands in `raw`.

    What is shown is cleaned, and cleaned text is not to be written back. New lines end as those of `raw` do. Of a text
    that was too long to be shown whole the rest stays. Raises CutTextError.
    """
    rest = ""
    if len(raw) > TEXT_LIMIT:
        raw, rest = raw[: TEXT_LIMIT - 1], raw[TEXT_LIMIT - 1 :]
        if not wanted.endswith(_CUT):
            raise CutTextError
        wanted = wanted.removesuffix(_CUT)
    parts = _BREAK.split(raw)
    breaks = parts[1::2]
    end = max(set(breaks), key=breaks.count) if breaks else "\r\n" if "\n" in wanted else ""
    raw_lines: dict[str, deque[tuple[str, str]]] = defaultdict(deque)
    for line, after in zip(parts[::2], [*breaks, end], strict=True):
        raw_lines[clean(line)].append((line, after))
    lines = wanted.split("\n")
    found = [raw_lines[line].popleft() if raw_lines.get(line) else (line, end) for line in lines]
    text = found[-1][0]
    for line, after in reversed(found[:-1]):
        # An old line end before an empty line would become one line end with that of the empty line.
        text = line + ("\r\n" if after == "\r" and text.startswith("\n") else after) + text
    return text + rest

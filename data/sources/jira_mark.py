"""The cursor of a Jira source: how far it has read, and how the last census ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from data.sources.batch import Batch, Row


class Slice(msgspec.Struct, omit_defaults=True):
    """One part of a first fill: what of a project was updated from `from_ms` until before `to_ms`.

    `from_ms` is the part's own watermark. The newest part has no end.
    """

    project: str
    from_ms: int = 0
    to_ms: int | None = None
    total: int = 0
    done: int = 0


class Owed(msgspec.Struct, array_like=True):
    """What is still to be read of one issue, because an answer held only a part of it."""

    id: int
    key: str
    part: str
    """`comment` or `worklog`."""
    at_ms: int = 0
    """When the issue was updated."""
    tries: int = 0
    next_ms: int = 0
    """When to try again, by the domain's clock."""


class Mark(msgspec.Struct, omit_defaults=True):
    """How far a source has read: written with the rows, so that nothing is lost and little read twice."""

    reached_ms: int = 0
    """The watermark: everything updated before it is in the store."""
    filled: bool = False
    """Whether the first fill is through."""
    done: int = 0
    """Issues of the first fill in the parts that are through."""
    total: int | None = None
    """Issues that there were when it began."""
    begun_ms: int = 0
    """When the newest of them was updated: what changed during the fill is later."""
    slices: list[Slice] = []
    """The parts of an unfinished fill that are not through, newest first."""
    owed: list[Owed] = []
    wide_day: str = ""
    """The night for which a day and not ten minutes were read again."""
    worklogs_ms: list[int] = []
    """Until when work logs were asked for: the changed ones, the deleted ones; by the server's clock."""
    census_ms: int = 0
    """When all projects were last compared."""
    drift: dict[str, int] = {}
    """By how many issues the server told more than the store shows, by project; as long as it stays, it is known."""


def mark_of(cursor: str) -> Mark:
    """The mark that `cursor` holds; a new one where it holds none."""
    try:
        return msgspec.json.decode(cursor, type=Mark) if cursor else Mark()
    except msgspec.MsgspecError:
        # A cursor that cannot be read costs a new fill, which changes nothing that is right already.
        return Mark()


def cursor_of(mark: Mark) -> str:
    """`mark` as the store keeps it; empty before anything was read."""
    return msgspec.json.encode(mark).decode() if mark != Mark() else ""


def progress(mark: Mark) -> int:
    """How many issues a fill has read; never less than it was."""
    return mark.done + sum(min(each.done, each.total) for each in mark.slices)


def batch_at(mark: Mark, rows: Mapping[str, Sequence[Row]] | None = None, **more: Any) -> Batch:
    """A batch that leaves cursor and progress where `mark` has them; `more` are other parts of a batch."""
    return Batch(rows or {}, cursor_of(mark), done=progress(mark), total=mark.total, **more)

"""What a source hands to the sync: cleaned, typed rows and how far they reach."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from data.language import _
from data.model import AbsenceKind, Kind
from data.store.tables import Table

Row = tuple[Any, ...]


class SourceError(Exception):
    """A source cannot be read now.

    `code` is one of the error codes of `data.model.SourceState`; the message says what happened and what to do, and
    holds neither secrets nor personal data. `retry_after` is in real seconds where the server asked for a pause.
    """

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after


class AnotherServerError(SourceError):
    """The server is well, and is not the one that the store was filled from: the same numbers mean others there."""

    def __init__(self) -> None:
        super().__init__(
            "config", _("The configuration names another server than before. A new cache is being filled.")
        )


class Absence(NamedTuple):
    """A ticket that can be seen no more."""

    ticket_id: int
    kind: AbsenceKind
    new_key: str = ""
    """Where it is now, if it left for a project that is not followed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One transaction's worth: the writer commits rows and cursor together.

    `rows` holds tuples in the column order of their table, with the same columns in each. `replace` names, for a
    table, the column and the values whose other rows this batch makes obsolete: `{CHANGE: ("ticket_id", [7, 8])}`
    deletes the changes of tickets 7 and 8 that are not in `rows`. `facts` are small remembered values
    (`jira.me` → the user's key). `done` and `total` tell the progress of a fill. `absent` takes tickets out of sight,
    `returned` shows those again that were hidden when access to them was lost.
    """

    rows: Mapping[str, Sequence[Row]]
    """By the name of the table."""
    cursor: str = ""
    """The source's own mark of how far it has read, opaque to the store; written with the rows."""
    replace: Mapping[str, tuple[str, Sequence[Any]]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    done: int = 0
    total: int | None = None
    absent: Sequence[Absence] = ()
    returned: Sequence[int] = ()
    is_present: bool = False
    """Whether the tickets were asked for one by one just now: then they replace also what seems newer. A server that
    was restored from a copy, or whose clock was put right, tells an older state, and that one is true."""


HeldTicket = tuple[int, str, int]
"""A ticket that the store holds and shows, as far as a census compares it: its id, its key, when it was updated."""


class HeldTickets(NamedTuple):
    """Some of them, in the order of their creation: a column is one text, parted by commas.

    Nearly all of them are as the server tells them, and to see that of a text costs a fraction of what records do.
    """

    ids: str
    keys: str
    updated: str
    """UTC epoch milliseconds."""

    @property
    def updated_ms(self) -> list[int]:
        """When each was updated."""
        return msgspec.json.decode(f"[{self.updated}]", type=list[int])

    def records(self) -> list[HeldTicket]:
        """One by one."""
        keys = self.keys.split(",") if self.keys else ()
        return list(zip(msgspec.json.decode(f"[{self.ids}]", type=list[int]), keys, self.updated_ms, strict=True))


class Holdings(Protocol):
    """What a source may ask about that which the store holds of it already. All methods raise `StoreError`."""

    async def tickets_created(self, from_ms: int, to_ms: int, projects: Collection[str]) -> HeldTickets:
        """The tickets of `projects` that were created in [from_ms, to_ms)."""
        ...

    async def tickets_of(self, project: str, *, hidden: bool = False) -> Sequence[int]:
        """The ids of a project's tickets: those that are shown, or those that are `hidden`."""
        ...

    async def ticket_totals(self) -> Mapping[str, tuple[int, int]]:
        """How many tickets are shown and how many are hidden, by project."""
        ...

    async def odd_records(self) -> Collection[str]:
        """The references of the records that were left out."""
        ...

    async def tickets_by_assignee(self) -> Mapping[str, int]:
        """An open ticket of each assignee, by the assignee's id."""
        ...

    async def unknown_ways(self, before_ms: int, limit: int) -> Sequence[tuple[str, int]]:
        """Statuses, as `project/type/status`, whose transitions were read before `before_ms` or never; a ticket each.

        Those of the tickets that changed last.
        """
        ...


class Source(Protocol):
    """An upstream system that the sync polls."""

    name: str
    """Unique among the sources of one desk: `jira`, `http`, `calendar:Koolitused`."""
    kind: str
    """`jira`, `http` or `calendar`."""
    kinds: tuple[Kind, ...]
    """Which panes its rows change."""
    interval: float
    """Seconds of the domain's clock between polls."""

    def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """Batches of everything that changed since `cursor` (empty on the first fill).

        Raises `SourceError` when the system cannot be read; batches handed over before that stay.
        """
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A source of several parts, each of which falls due by itself."""

    news: asyncio.Event
    """Set when something has come by itself, which a poll should take; the poll clears it."""

    def wait_seconds(self) -> float:
        """Seconds of the domain's clock until the next part is due."""
        ...

    def hasten(self) -> None:
        """Makes every part due: the person wishes to know now."""
        ...


def table_of(batch: Batch, tables: Sequence[Table]) -> list[tuple[Table, Sequence[Row]]]:
    """The batch's rows with the declarations of their tables; raises KeyError for a table that nobody declared."""
    known = {table.name: table for table in tables}
    return [(known[name], rows) for name, rows in batch.rows.items()]

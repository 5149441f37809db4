"""Windows over an ordered list of records: what a `VirtualTable` asks for, and the part of it that it keeps."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class RowWindow(Protocol[R_co]):
    """Random access to an ordered result. A table calls it from one background thread of its own, never from two."""

    def count(self) -> int:
        """How many records there are."""

    def rows(self, start: int, stop: int, /) -> Sequence[R_co]:
        """The records from `start` up to, not including, `stop`; fewer when the result has become shorter."""

    def position(self, row_id: Any, /) -> int | None:
        """Where the record of this id stands; None when it is not in the result."""


def record_id(row: Any) -> Hashable:
    """What tells a record apart from others: its `id`, else its `name`."""
    found: Hashable = row.id if hasattr(row, "id") else row.name
    return found


class ListWindow(Generic[R]):
    """A window over records that are in memory already. A table shows it at once, without a thread."""

    def __init__(self, rows: Sequence[R], row_id: Callable[[R], Hashable] = record_id) -> None:
        self._rows = rows
        self._row_id = row_id
        self._positions: dict[Hashable, int] | None = None

    def count(self) -> int:
        """How many records there are."""
        return len(self._rows)

    def rows(self, start: int, stop: int, /) -> Sequence[R]:
        """The records from `start` up to, not including, `stop`."""
        return self._rows[start:stop]

    def position(self, row_id: Any, /) -> int | None:
        """Where the record of this id stands; None when it is not in the list."""
        if self._positions is None:
            self._positions = {self._row_id(row): index for index, row in enumerate(self._rows)}
        return self._positions.get(row_id)


class KeptRows(Generic[R]):
    """The records that a table has at hand, in blocks of `BLOCK`, out of `count`."""

    BLOCK = 64

    def __init__(self, count: int = 0) -> None:
        self.count = count
        self._blocks: dict[int, Sequence[R]] = {}

    def get(self, index: int) -> R | None:
        """The record at `index`, or None when it is not at hand."""
        block = self._blocks.get(index // self.BLOCK)
        if block is None:
            return None
        place = index % self.BLOCK
        return block[place] if place < len(block) else None

    def items(self) -> list[tuple[int, R]]:
        """Every record at hand with its index, in order."""
        return [
            (number * self.BLOCK + place, row)
            for number, block in sorted(self._blocks.items())
            for place, row in enumerate(block)
        ]

    def missing(self, start: int, stop: int) -> tuple[int, int] | None:
        """The whole blocks that hold what is not at hand from `start` to `stop`; None when nothing is missing."""
        first, last = max(0, start) // self.BLOCK, (min(stop, self.count) - 1) // self.BLOCK
        absent = [number for number in range(first, last + 1) if number not in self._blocks]
        if not absent:
            return None
        return absent[0] * self.BLOCK, min((absent[-1] + 1) * self.BLOCK, self.count)

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """`start` to `stop` widened to whole blocks and cut to what exists."""
        first, last = max(0, start) // self.BLOCK, -(-max(0, stop) // self.BLOCK)
        return min(first * self.BLOCK, self.count), min(last * self.BLOCK, self.count)

    def put(self, start: int, rows: Sequence[R]) -> None:
        """Keeps `rows`, the first of which stands at `start`, a whole number of blocks from the top."""
        for offset in range(0, len(rows), self.BLOCK):
            self._blocks[(start + offset) // self.BLOCK] = rows[offset : offset + self.BLOCK]

    def trim(self, start: int, stop: int) -> None:
        """Lets go of the blocks that lie wholly outside `start` to `stop`."""
        first, last = max(0, start) // self.BLOCK, max(0, stop - 1) // self.BLOCK
        for number in [number for number in self._blocks if not first <= number <= last]:
            del self._blocks[number]

"""How a table reads its window: one background thread a table, one reading at a time, the latest wish wins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from tui.widgets.window import KeptRows, ListWindow, RowWindow

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from tui.widgets.table import VirtualTable

R = TypeVar("R")
T = TypeVar("T")


class Arrival(NamedTuple, Generic[R]):
    """The first rows of a window, and where the cursor belongs in it."""

    request: Request[R]
    kept: KeptRows[R]
    listed: Sequence[R] | None
    """All rows, when they were in memory."""
    cursor: int

    def items(self) -> list[tuple[int, R]]:
        """Every record at hand with its index."""
        return self.kept.items() if self.listed is None else list(enumerate(self.listed))


class Request(NamedTuple, Generic[R]):
    """A window to be shown, and what must stay as it is."""

    window: RowWindow[R]
    row_id: Hashable
    """The record that the cursor is to stay on; None for an index only."""
    asked_at: int
    """Where the cursor is now."""
    cursor: int
    """Where it goes when that record is not there."""
    line: int
    """How many rows the cursor is below the top of the view."""
    page: int
    """Rows of the view."""
    mark_new: bool

    def read(self) -> Arrival[R]:
        """Reads the count, the place of the record and the rows around it."""
        count = self.window.count()
        position = self.window.position(self.row_id) if self.row_id is not None else None
        cursor = max(0, min(self.cursor if position is None else position, count - 1))
        kept: KeptRows[R] = KeptRows(count)
        if isinstance(self.window, ListWindow):
            return Arrival(self, kept, self.window.rows(0, count), cursor)
        top = cursor - self.line
        start, stop = kept.span(top - self.page, top + 2 * self.page)
        kept.put(start, self.window.rows(start, stop))
        return Arrival(self, kept, None, cursor)


class WindowReader(Generic[R]):
    """The reading thread of one table.

    Nothing is cancelled: what was overtaken is skipped when the thread comes to it, and dropped when it arrives late.
    """

    def __init__(self, table: VirtualTable[R]) -> None:
        self._table = table
        self._thread: ThreadPoolExecutor | None = None
        self._turn = 0
        self._filling: KeptRows[R] | None = None

    def read_window(self, request: Request[R]) -> None:
        """Brings the first rows of `request`; a later one makes an earlier one void."""
        self._turn += 1
        self._table.run_worker(self._bring_window(request, self._turn), group="table")

    def read_rows(
        self, window: RowWindow[R], kept: KeptRows[R], start: int, stop: int, visible: tuple[int, int]
    ) -> None:
        """Brings what `kept` lacks from `start` to `stop`, the visible rows first.

        One reading at a time: when it is done the table asks again for what it needs by then.
        """
        if self._filling is not kept:
            self._filling = kept
            self._table.run_worker(self._bring_rows(window, kept, start, stop, visible), group="table")

    def forget(self) -> None:
        """Makes whatever is being read void."""
        self._turn += 1
        self._filling = None

    def close(self) -> None:
        """Ends the thread after what it is doing now."""
        self.forget()
        if self._thread is not None:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, read: Callable[[], T]) -> T:
        if self._thread is None:
            # Imported here: a table over records in memory never needs it.
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, thread_name_prefix="table")
        return await asyncio.get_running_loop().run_in_executor(self._thread, read)

    async def _bring_window(self, request: Request[R], turn: int) -> None:
        try:
            arrival = await self._in_thread(lambda: request.read() if turn == self._turn else None)
        except Exception as error:
            # Whatever a store can raise: the owner knows it and says it; the table keeps what it shows.
            self._table.post_message(self._table.Failed(self._table, error))
            return
        if arrival is not None and turn == self._turn:
            self._table.show_arrival(arrival)

    async def _bring_rows(
        self, window: RowWindow[R], kept: KeptRows[R], start: int, stop: int, visible: tuple[int, int]
    ) -> None:
        span = kept.missing(*visible) or kept.missing(start, stop)
        try:
            rows = await self._in_thread(lambda: window.rows(*span)) if span is not None else ()
        except Exception as error:
            # Asked again at the next scroll, not at once: a fault that stays would be asked for ever.
            self._table.post_message(self._table.Failed(self._table, error))
            rows = None
        if self._filling is not kept:
            return
        self._filling = None
        if rows is not None and span is not None:
            kept.put(span[0], rows)
            kept.trim(start, stop)
            self._table.show_rows(kept)

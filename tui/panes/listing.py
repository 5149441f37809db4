"""A pane whose body is one table of records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len

from data.language import _, ngettext
from data.model import SourcePhase
from tui.format import shorten
from tui.layout import TALL
from tui.panes.base import Pane, fault_code
from tui.widgets.column import Column
from tui.widgets.line import Runs
from tui.widgets.table import VirtualTable
from tui.widgets.window import ListWindow, RowWindow
from tui.widgets.wrapping import wrap

S = TypeVar("S")
R = TypeVar("R")


class ListPane(Pane[S], Generic[S, R]):
    """A pane over one table; rows open with Enter or the mouse."""

    has_heads: ClassVar[bool] = False
    """Whether the titles of the columns stand there on every dashboard; else only where the window is tall."""

    def target_of(self, row: R) -> str:
        """What opening `row` means."""
        raise NotImplementedError

    def row_of_target(self, target: str) -> Any:
        """The id of the row that `target` names."""
        raise NotImplementedError

    def columns(self, width: int) -> list[Column[R]]:
        """The columns for a list of `width` cells: what is long gets its share before more columns come in."""
        raise NotImplementedError

    _longest: Mapping[str, int] = MappingProxyType({})

    only_titled: ClassVar[frozenset[str]] = frozenset()
    """Columns that make no sense without their titles."""

    @property
    def shows_heads(self) -> bool:
        """Whether the columns have their titles."""
        return self.full or self.has_heads or self.app.size.height >= TALL

    def measured(self, row: R) -> Sequence[tuple[str, str]]:
        """Ids of columns that are as wide as their longest text, each with what `row` has there."""
        return ()

    def longest(self, column_id: str, least: int, most: int) -> int:
        """Cells that a measured column needs, within bounds of which the lower one counts."""
        return max(least, min(self._longest.get(column_id, 0), most))

    def _measure(self, rows: Sequence[R]) -> None:
        longest: dict[str, int] = {}
        for row in rows:
            for column_id, text in self.measured(row):
                longest[column_id] = max(longest.get(column_id, 0), cell_len(text))
        if longest != self._longest:
            self._longest = longest
            self.fit_columns()

    def fit_columns(self) -> None:
        """Chooses the columns for the width and the language."""
        chosen = self.columns(self.size.width)
        self.table.show_columns([each for each in chosen if self.shows_heads or each.id not in self.only_titled])

    def on_resize(self) -> None:
        """Chooses the columns for the new width, and titles for the new height."""
        self.fit_columns()
        self.table.show_header(self.shows_heads)

    def words_changed(self) -> None:
        """Days and words of another language take other widths."""
        self.fit_columns()
        super().words_changed()

    @property
    def table(self) -> VirtualTable[R]:
        """The list."""
        return self.query_one(VirtualTable)

    def make_table(self, columns: Sequence[Column[R]], *, row_id: Callable[[R], Any]) -> VirtualTable[R]:
        """The list widget of this pane."""
        return VirtualTable(
            columns,
            row_id=row_id,
            header=self.shows_heads,
            empty_text=self._wrapped_emptiness,
            gap=2 if self.full else 1,
            follows=self.full,
        )

    def _wrapped_emptiness(self) -> str:
        return "\n".join(wrap(self.emptiness(), self.table.size.width - 2))

    words: str = ""
    """What a list in memory is narrowed to; empty for the whole of it."""
    _words_shown: str = ""

    def words_of(self, row: R) -> str:
        """What the words of a search are looked for in."""
        raise NotImplementedError

    def narrow(self, words: str) -> None:
        """Leaves in the list the rows that hold every one of `words`, in whatever case; all of them for none."""
        self.words = words
        if self.snapshot is not None:
            self.show(self.snapshot)
        self.show_frame()

    def list_rows(self, rows: Sequence[R]) -> None:
        """Lists records that are in memory, as far as the search lets them pass."""
        self._measure(rows)
        wanted = self.words.casefold().split()
        if wanted:
            rows = [row for row in rows if all(word in self.words_of(row).casefold() for word in wanted)]
        same, self._words_shown = self.words == self._words_shown, self.words
        self.list_window(ListWindow(rows), same_question=same)

    def figures(self, snapshot: S) -> Runs:
        """The figures of the title; of a narrowed list how many rows it has."""
        if not self.words:
            return super().figures(snapshot)
        count = self.table.row_count
        return ((ngettext("{n} found", "{n} found", count).format(n=count), "quiet"),)

    def emptiness(self) -> str:
        """Of a narrowed list, that nothing passed."""
        if self.words and self.snapshot is not None:
            return _("Nothing is found for “{words}”. Esc clears the search.").format(words=shorten(self.words, 16))
        return super().emptiness()

    def list_window(self, window: RowWindow[R], *, same_question: bool = True) -> None:
        """Lists the records of a window: the cursor stays on its record, and what came is marked.

        The answer to another question (order, filter, search) begins at its first row.
        """
        (wanted, line), self._wanted, self._line = (self._wanted, self._line), "", None
        self.table.show_window(window, keep_cursor=same_question, mark_new=self.mark_new and same_question)
        if wanted:
            self.table.move_to(self.row_of_target(wanted), line)

    @property
    def marks_new(self) -> bool:
        """Whether rows that slide in are marked: not while the first fill brings everything."""
        return self.mark_new and self.desk.note(self.source_kind).phase != SourcePhase.LOADING

    def on_descendant_blur(self) -> None:
        """The person has looked: what was new no longer is."""
        super().on_descendant_blur()
        self.table.clear_new()

    def open_target(self, target: str) -> None:
        """Puts the cursor on a record, at once or when the records have come."""
        if self.snapshot is None:
            self._wanted = target
        else:
            self.table.move_to(self.row_of_target(target))

    _line: int | None = None
    """On which line of the view the record that is waited for belongs."""

    def come_back_to(self, target: str, line: int) -> None:
        """Puts the cursor on a record of the list that is asked for next, `line` rows below the top of the view."""
        self._wanted, self._line = target, line

    def redraw(self) -> None:
        """Draws the visible rows again."""
        self.table.refresh_cells()

    @property
    def is_empty(self) -> bool:
        """Whether the list was read and has nothing in it."""
        return self.snapshot is not None and not self.table.row_count

    def emptiness_changed(self) -> None:
        """Paints the word of emptiness anew: the table itself does not hear of its source."""
        if not self.table.row_count:
            self.table.refresh_cells()

    def focus_list(self) -> None:
        """Puts the cursor into the list, at once: what is focused next must not be undone later."""
        self.screen.set_focus(self.table)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Tells which record was opened."""
        event.stop()
        self.post_message(self.Opened(self.target_of(event.row)))

    def on_virtual_table_highlighted(self, event: VirtualTable.Highlighted) -> None:
        """Tells where the cursor came."""
        event.stop()
        self.post_message(self.Highlighted(self.target_of(event.row)))

    def on_virtual_table_arrived(self, event: VirtualTable.Arrived) -> None:
        """The answer is in the list."""
        event.stop()
        self.post_message(self.Shown(self.pane_id))

    def on_virtual_table_failed(self, event: VirtualTable.Failed) -> None:
        """Says that rows could not be read."""
        event.stop()
        self.post_message(self.LoadFailed(fault_code(event.error)))

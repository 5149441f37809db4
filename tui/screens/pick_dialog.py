"""Choosing by typing: a line to type into, and under it what it finds; one of them, or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input
from textual.worker import get_current_worker

from data.action import Value
from data.language import N_, _
from tui.glyphs import Glyphs
from tui.panes.base import fault_code
from tui.panes.fault_words import store_fault_text
from tui.widgets.column import Column, Piece
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line
from tui.widgets.table import VirtualTable
from tui.widgets.window import ListWindow

ROWS = 10
LENGTH = 100
Find = Callable[[str], Sequence[Value]]
"""What is found for what was typed; called in a worker thread."""


class PickDialog(ModalScreen[tuple[Value, ...]]):
    """Ends with what was chosen (nothing where the field shall be empty), or with None after Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="pick.leave", tooltip=N_("Close without choosing")),
        Binding("down", "step(1)", N_("down"), show=False, priority=True, id="pick.down", tooltip=N_("One line down")),
        Binding("up", "step(-1)", N_("up"), show=False, priority=True, id="pick.up", tooltip=N_("One line up")),
        Binding("f5", "done", N_("done"), priority=True, id="pick.done", tooltip=N_("Take what is chosen")),
        Binding(
            "f8", "empty", N_("none"), priority=True, id="pick.empty", tooltip=N_("Leave the field without a value")
        ),
    ]

    class Found(Message):
        """What was typed was looked for."""

        def __init__(self, typed: str, values: Sequence[Value]) -> None:
            super().__init__()
            self.typed = typed
            self.values = values

    class Failed(Message):
        """It could not be looked for."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    def __init__(
        self,
        glyphs: Glyphs,
        title: str,
        find: Find,
        chosen: Sequence[Value] = (),
        *,
        subject: str = "",
        many: bool = False,
        can_be_new: bool = False,
        can_be_empty: bool = False,
    ) -> None:
        """`many` lets several be chosen; `can_be_new` lets what was typed be a value itself."""
        super().__init__()
        self._glyphs = glyphs
        self._title = title
        self._subject = subject
        self._find = find
        self._chosen = list(chosen)
        self._many = many
        self._can_be_new = can_be_new
        self._can_be_empty = can_be_empty
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Title, what is chosen, the line, what was found, keys."""
        with Container(classes="dialog"):
            yield Line(classes="dialog-title")
            yield Input(placeholder=_("Type to find"), max_length=LENGTH)
            yield VirtualTable(
                [
                    Column("mark", str, self._mark, 1, keep=9),
                    Column("words", str, self._words, 20, grow=1, keep=8),
                    Column("id", str, lambda one, width: (one.id, "muted"), 14, align="right"),
                ],
                row_id=lambda one: one.id or one.word,
                header=False,
                empty_text=self._nothing,
            )
            keys = [("enter", _("choose"))]
            keys += [("f5", _("done"))] if self._many else []
            keys += [("f8", _("none"))] if self._can_be_empty else []
            yield DialogKeys([*keys, ("escape", _("back"))], ascii_only=self._glyphs.is_plain)

    def _nothing(self) -> str:
        if self._can_be_new and self._typed:
            return _("Enter adds “{word}”.").format(word=self._typed)
        return _("Nothing is found.") if self._typed else ""

    def _is_chosen(self, one: Value) -> bool:
        return any(each.word == one.word and (not each.id or not one.id or each.id == one.id) for each in self._chosen)

    def _mark(self, one: Value, width: int) -> Piece:
        return (self._glyphs.ok if self._is_chosen(one) else "", "accent")

    def _words(self, one: Value, width: int) -> Piece:
        return (one.word, "strong" if self._is_chosen(one) else "")

    def on_mount(self) -> None:
        """Looks for everything."""
        self._show_title()
        self.table.styles.height = ROWS
        self.query_one(Input).focus()
        self._look()

    def on_resize(self, event: events.Resize) -> None:
        """Leaves room for what stands around the list."""
        self.table.styles.height = max(1, min(ROWS, event.size.height * 9 // 10 - 11))

    def _show_title(self) -> None:
        chosen = ", ".join(each.word for each in self._chosen) if self._many else ""
        self.query_one(".dialog-title", Line).write(
            ((f"{self._title}  ", "strong"), (self._subject, "quiet"), (f"  {chosen}" if chosen else "", "accent"))
        )

    @property
    def table(self) -> VirtualTable[Value]:
        """What was found."""
        return self.query_one(VirtualTable)

    # Finding

    def on_input_changed(self, event: Input.Changed) -> None:
        """Looks while it is typed."""
        event.stop()
        self._typed = event.value.strip()
        self._look()

    def _look(self) -> None:
        task = partial(self._find_in_thread, self._typed)
        self.run_worker(task, thread=True, group="read.pick", exclusive=True, exit_on_error=False)

    def _find_in_thread(self, typed: str) -> None:
        worker = get_current_worker()
        try:
            found = tuple(self._find(typed))
        except Exception as fault:  # shown in the dialog; what is chosen stays
            self.post_message(self.Failed(fault_code(fault)))
            return
        if not worker.is_cancelled:
            self.post_message(self.Found(typed, found))

    def on_pick_dialog_found(self, event: Found) -> None:
        """Lists it."""
        if event.typed == self._typed:
            self.table.show_window(ListWindow(event.values), keep_cursor=False)

    def on_pick_dialog_failed(self, event: Failed) -> None:
        """Says so."""
        self.query_one(DialogKeys).write(((store_fault_text(event.reason), "bad"),))

    # Choosing

    def action_step(self, lines: int) -> None:
        """Moves in the list while the cursor stays in the line."""
        self.table.action_move(lines)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Chooses the row under the cursor; where nothing was found, what was typed, if that may be."""
        event.stop()
        row = self.table.cursor_row
        if row is not None and self.table.row_count:
            self._choose(row)
        elif self._can_be_new and self._typed:
            self._choose(Value("", self._typed))

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Chooses the row that was clicked."""
        event.stop()
        self._choose(event.row)

    def on_virtual_table_highlighted(self, event: VirtualTable.Highlighted) -> None:
        """Nothing follows the cursor here."""
        event.stop()

    def _choose(self, value: Value) -> None:
        if not self._many:
            self.dismiss((value,))
            return
        if self._is_chosen(value):
            self._chosen = [each for each in self._chosen if each.word != value.word]
        else:
            self._chosen.append(value)
        self._show_title()
        self.query_one(Input).value = ""
        self.table.refresh_cells()

    def action_done(self) -> None:
        """Ends with what is chosen."""
        if self._many:
            self.dismiss(tuple(self._chosen))

    def action_empty(self) -> None:
        """Ends with nothing chosen."""
        if self._can_be_empty:
            self.dismiss(())

    def action_leave(self) -> None:
        """Closes without choosing."""
        self.dismiss(None)


def among(choices: Sequence[Value]) -> Find:
    """Finds among `choices` those in which every word that was typed occurs."""

    def find(typed: str) -> Sequence[Value]:
        words = typed.casefold().split()
        return [each for each in choices if all(word in each.word.casefold() for word in words)]

    return find

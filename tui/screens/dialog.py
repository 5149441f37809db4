"""Small windows over the desk: a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen

from data.language import N_, _
from tui.glyphs import Glyphs
from tui.widgets.column import Column, Piece
from tui.widgets.dialog_keys import DialogKeys
from tui.widgets.line import Line
from tui.widgets.table import VirtualTable
from tui.widgets.window import ListWindow

AROUND = 8
"""Lines of a window that its list may not take: border, padding, title, keys."""
MOST_ROWS = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from; its words are drawn as they are."""

    id: str
    words: str
    note: str = ""
    is_chosen: bool = False


class ListDialog(ModalScreen[str]):
    """A window with a list that ends with a choice, or with nothing after Esc or a click beside it."""

    rows: int
    """Lines of the list, where the window has room for them."""

    def on_resize(self, event: events.Resize) -> None:
        """Leaves room for what stands around the list."""
        self.query_one(VirtualTable).styles.height = max(1, min(self.rows, event.size.height * 9 // 10 - AROUND))

    def on_virtual_table_highlighted(self, event: VirtualTable.Highlighted) -> None:
        """Nothing follows the cursor here."""
        event.stop()

    def on_click(self) -> None:
        """A click beside the window closes it; clicks inside end at the list."""
        if not self.query_one(Container).is_mouse_over:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Closes without choosing."""
        self.dismiss(None)


class ChoiceDialog(ListDialog):
    """A title and a list; ends with the id of the choice, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", N_("back"), id="dialog.leave", tooltip=N_("Close without choosing")),
    ]

    def __init__(self, glyphs: Glyphs, title: str, choices: Sequence[Choice], *, advice: str = "") -> None:
        """`advice` stands beside the title."""
        super().__init__()
        self._glyphs = glyphs
        self._title = title
        self._choices = choices
        self._advice = advice
        self.rows = min(len(choices), MOST_ROWS)

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        with Container(classes="dialog"):
            yield Line(classes="dialog-title")
            yield VirtualTable(
                [
                    Column("mark", str, self._mark, 1, keep=9),
                    Column("words", str, self._words, 10, grow=1, keep=8),
                    Column("note", str, lambda one, width: (one.note, "muted"), 8, align="right"),
                ],
                header=False,
            )
            keys = [("up", _("up")), ("down", _("down")), ("enter", _("choose")), ("escape", _("back"))]
            yield DialogKeys(keys, ascii_only=self._glyphs.is_plain)

    def _mark(self, one: Choice, width: int) -> Piece:
        return (self._glyphs.chosen if one.is_chosen else "", "accent")

    def _words(self, one: Choice, width: int) -> Piece:
        return (one.words, "strong" if one.is_chosen else "")

    def on_mount(self) -> None:
        """Puts the cursor on what is chosen now."""
        self.query_one(".dialog-title", Line).write(((f"{self._title}  ", "strong"), (self._advice, "quiet")))
        table: VirtualTable[Choice] = self.query_one(VirtualTable)
        table.show_window(ListWindow(self._choices))
        chosen = next((each.id for each in self._choices if each.is_chosen), None)
        table.focus()
        if chosen is not None:
            table.move_to(chosen)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Ends with the choice."""
        event.stop()
        self.dismiss(event.row.id)

"""Small windows over the desk: a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen

from data.language import N_
from tui.widgets.column import Column
from tui.widgets.line import Line
from tui.widgets.table import VirtualTable
from tui.widgets.window import ListWindow


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from; its words are drawn as they are."""

    id: str
    words: str
    note: str = ""
    is_chosen: bool = False


class ListDialog(ModalScreen[str]):
    """A window with a list that ends with a choice, or with nothing after Esc or a click beside it."""

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

    def __init__(self, title: str, choices: Sequence[Choice], note_width: int = 8) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._note_width = note_width

    def compose(self) -> ComposeResult:
        """Title and list."""
        with Container(classes="dialog"):
            yield Line(classes="dialog-title")
            yield VirtualTable(
                [
                    Column("mark", str, lambda one, width: ("›" if one.is_chosen else "", "accent"), 1, keep=9),
                    Column(
                        "words",
                        str,
                        lambda one, width: (one.words, "strong" if one.is_chosen else ""),
                        10,
                        grow=1,
                        keep=8,
                    ),
                    Column("note", str, lambda one, width: (one.note, "muted"), self._note_width, align="right"),
                ],
                header=False,
            )

    def on_mount(self) -> None:
        """Puts the cursor on what is chosen now."""
        self.query_one(Line).write(((self._title, "strong"),))
        table: VirtualTable[Choice] = self.query_one(VirtualTable)
        table.styles.height = max(1, min(len(self._choices), 16))
        table.show_window(ListWindow(self._choices))
        chosen = next((each.id for each in self._choices if each.is_chosen), None)
        table.focus()
        if chosen is not None:
            table.move_to(chosen)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Ends with the choice."""
        event.stop()
        self.dismiss(event.row.id)

"""The box that words to search for are typed into."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from data.language import N_


class SearchBox(Input):
    """One line; Enter and the down key lead to what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", N_("to the list"), id="search.enter", tooltip=N_("To what was found")),
        Binding("down", "submit", N_("to the list"), show=False, id="search.down", tooltip=N_("To what was found")),
    ]

    def __init__(self, placeholder: str = "") -> None:
        super().__init__(placeholder=placeholder, id="search", compact=True, select_on_focus=False)

    def open(self, placeholder: str) -> None:
        """Shows the box and puts the cursor into it, at once: `focus` would leave the next keys to the list."""
        self.placeholder = placeholder
        self.display = True
        self.screen.set_focus(self)

    def close(self) -> None:
        """Empties the box and hides it."""
        self.value = ""
        self.display = False

"""The last line of a small window: the keys that work in it, each also a place for the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events

from tui.widgets.footer import GAP, key_name
from tui.widgets.line import Line, Run, width_of


class DialogKeys(Line):
    """Keys with what each does."""

    def __init__(self, keys: Sequence[tuple[str, str]], *, ascii_only: bool = False) -> None:
        """`keys` are pairs of Textual's name of a key and a word."""
        super().__init__(classes="dialog-keys")
        self._places: list[tuple[range, str]] = []
        runs: list[Run] = []
        for key, words in keys:
            name, start = key_name(key, ascii_only=ascii_only), width_of(runs)
            runs += [(name, "accent"), (f" {words}", "quiet"), (GAP, "")]
            self._places.append((range(start, start + cell_len(f"{name} {words}")), key))
        self.write(runs[:-1])

    def on_click(self, event: events.Click) -> None:
        """Does what the key under the pointer does."""
        for place, key in self._places:
            if event.x in place:
                self.app.simulate_key(key)

"""What every program of ours on a terminal has in common: nothing of what it met leaves it unguarded."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import App, ReturnType
from textual.filter import LineFilter

from tui.faults import fault_text, is_debugging
from tui.inert import INERT


class GuardedApp(App[ReturnType]):
    """A program whose screen and last words hold nothing that could act on the terminal or tell personal data."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What has slipped through every other gate is made inert before it reaches the terminal."""
        return [*super().get_line_filters(), INERT]

    def _fatal_error(self) -> None:
        # Textual's own report would print the values of variables.
        if self._exception is None or is_debugging():
            super()._fatal_error()
            return
        self._exit_renderables.append(Text(fault_text(self._exception)))
        self._close_messages_no_wait()

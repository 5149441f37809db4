"""The first picture: painted once, when all of it is there, and not again for each part that comes in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

from textual.app import App, ScreenStackError

PATIENCE_SECONDS = 0.4
"""How long the first picture waits for its parts; then it is shown as it is, with words about what is missing."""


class Opening:
    """Keeps the screen from being painted until it is complete."""

    def __init__(self, app: App[Any], shown: Callable[[], object]) -> None:
        """`shown` is called once, after the first picture has been painted."""
        self._app = app
        self._shown = shown
        self._held = ExitStack()
        self.is_over = False

    def hold(self) -> None:
        """Begins to keep what is painted back."""
        self._held.enter_context(self._app.batch_update())

    def end(self) -> None:
        """Shows what is there; does nothing when it has been shown."""
        if self.is_over:
            return
        self.is_over = True
        self._held.close()
        with suppress(ScreenStackError):  # closed before it was ever shown
            self._app.screen.refresh(layout=True)
            self._app.call_after_refresh(self._shown)

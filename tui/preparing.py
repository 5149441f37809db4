"""Opening a dialog that needs something from the store: it is read in a worker, and the screen never waits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.message import Message
from textual.message_pump import MessagePump

from tui.acting import Acting
from tui.panes.base import fault_code
from tui.panes.fault_words import store_fault_text

if TYPE_CHECKING:
    from tui.screens.base import DeskScreen

    Base = DeskScreen
else:
    Base = MessagePump


class Prepared(Message):
    """What a dialog needs was read."""

    def __init__(self, go_on: Callable[[Any], object], read: Any) -> None:
        super().__init__()
        self.go_on = go_on
        self.read = read


class Preparing(Base):
    """A screen from which something is done to tickets."""

    def prepare(self, read: Callable[[], Any], go_on: Callable[[Any], object]) -> None:
        """Reads in a worker, then goes on with what was read."""
        task = partial(self._read_for, read, go_on)
        self.run_worker(task, thread=True, group="read.dialog", exclusive=True, exit_on_error=False)

    def _read_for(self, read: Callable[[], Any], go_on: Callable[[Any], object]) -> None:
        try:
            self.post_message(Prepared(go_on, read()))
        except Exception as fault:  # shown to the person, who decides what to do
            words = store_fault_text(fault_code(fault))
            self.app.call_from_thread(self.notify, words, severity="error", timeout=8, markup=False)

    def on_prepared(self, event: Prepared) -> None:
        """Opens the dialog."""
        event.stop()
        event.go_on(event.read)

    @property
    def acting(self) -> Acting:
        """The part of the app that writes actions down."""
        app = self.app
        assert isinstance(app, Acting)
        return app

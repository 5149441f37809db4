"""Calling the person who looks elsewhere: the terminal's bell, and a message that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from data.language import _
from data.rules.ringing import Ringer, quiet_hours
from tui.panes.base import fault_code

if TYPE_CHECKING:
    from textual.app import App

    from tui.desk import Desk

    Base = App[None]
else:
    Base = MessagePump


class Ringing(Base):
    """What the application does when services change."""

    desk: Desk
    _ringer: Ringer | None = None

    class FaultsHeard(Message):
        """New critical faults."""

        def __init__(self, names: tuple[str, ...]) -> None:
            super().__init__()
            self.names = names

    def listen_for_faults(self) -> None:
        """Looks, in a thread, whether there is a critical fault that the person has not been called for."""
        if self.desk.config.desk.ring:
            self.run_worker(self._listen, thread=True, group="read.faults", exclusive=True, exit_on_error=False)

    def _listen(self) -> None:
        if self._ringer is None:
            self._ringer = Ringer([quiet_hours(each) for each in self.desk.config.desk.quiet])
        try:
            services = self.desk.reader.services()
        except Exception as fault:  # the panes say what is wrong with the store
            self.log.error(f"services: the store cannot be read: {fault_code(fault)}")
            return
        if names := self._ringer.called_for(services, self.desk.format.now_ms()):
            self.post_message(self.FaultsHeard(names))

    def on_ringing_faults_heard(self, event: FaultsHeard) -> None:
        """Rings once, however many they are."""
        self.bell()
        told = _("{names}: down. n tells the service manager.").format(names=", ".join(event.names))
        self.notify(told, severity="error", timeout=15, markup=False)

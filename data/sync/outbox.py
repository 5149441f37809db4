"""Sending what waits in the outbox: a thread of the sync process, since a mail server may take its time.

That a message is being handed over is written before it is, and how it ended after it. What a process that was
killed has begun may have been taken, so it is never sent again by itself: the person is told and decides.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from data.clock import Clock
from data.mail import Mail, message
from data.paths import Places
from data.post import PostError, Refusal, send
from data.store.desk import DeskFile
from data.store.driver import StoreError
from data.store.operations import FAILED, SENDING, SENT
from data.store.outbox import Outgoing, waiting
from data.sync.log import LOG

ACTOR = "sync"
LOOK_SECONDS = 0.5
"""How often the outbox is looked into."""
PAUSES = (30.0, 60.0, 120.0, 300.0, 900.0)
GIVE_UP_SECONDS = 24 * 3600.0
"""How long a message is tried."""


class Outbox:
    """The thread. It writes how each message ended into the desk file, and never logs whom or what it sends."""

    def __init__(
        self,
        mail: Mail,
        places: Places,
        key: str,
        clock: Clock,
        password: Callable[[], str | None],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`pauses` are seconds from a failure to the next try; the last one is repeated."""
        self._mail = mail
        self._file = places.desk
        self._records = DeskFile(places, key, clock, ACTOR)
        self._password = password
        self._pauses = pauses
        self._next_try: dict[str, float] = {}
        self._seen = -1
        """The newest operation that was looked at."""
        self._is_owing = False
        """Whether something waits."""
        self._stopping = threading.Event()
        # A server that does not answer must not hold up the end of the process.
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    @property
    def has_looked(self) -> bool:
        """Whether all that was written when it began has been looked at."""
        return self._seen >= 0

    def start(self) -> None:
        """Begins to look."""
        self._thread.start()

    def stop(self, seconds: float = 0.5) -> None:
        """Ends; a conversation that takes longer than `seconds` is left behind."""
        self._stopping.set()
        self._thread.join(seconds)
        if not self._thread.is_alive():
            self._records.close()

    def _run(self) -> None:
        is_first = True
        while not self._stopping.is_set():
            try:
                if self._file.exists():
                    self._look(is_first=is_first)
                    is_first = False
            except StoreError as error:
                LOG.warning("the outbox cannot be read: %s", error.code)
                self._stopping.wait(PAUSES[0])
            self._stopping.wait(LOOK_SECONDS)

    def _look(self, *, is_first: bool) -> None:
        newest = self._records.newest()
        if newest == self._seen and not self._is_owing:
            return
        self._seen, left = newest, waiting(self._records.operations())
        self._is_owing = bool(left)
        for each in left:
            if each.is_begun and is_first:
                LOG.warning("a message was being sent when the process ended: whether it was taken is not known")
                self._end(FAILED, each, {"code": "mail uncertain", "detail": "", "is_final": True})
            elif not each.is_begun and self._is_due(each):
                self._send(each)
            if self._stopping.is_set():
                return

    def _is_due(self, each: Outgoing) -> bool:
        age = time.time() - each.written_ms / 1000
        if not each.tries:
            return age >= self._mail.delay or age < 0
        return time.monotonic() >= self._next_try.get(each.id, 0.0)

    def _send(self, each: Outgoing) -> None:
        made = message(self._mail, each.id, each.at_ms, each.to, each.title, each.text)
        if not self._records.begin(SENDING, each.subject, each.id):
            return  # it was taken back in this moment
        try:
            refused = send(self._mail, self._password(), made, [address for _name, address in each.to if address])
        except PostError as error:
            is_old = time.time() - each.written_ms / 1000 > GIVE_UP_SECONDS
            self._next_try[each.id] = time.monotonic() + self._pauses[min(each.tries, len(self._pauses) - 1)]
            LOG.warning("a message could not be sent: %s", error.code)
            body = {"code": error.code, "detail": error.detail, "is_final": error.is_final or is_old}
            self._end(FAILED, each, body)
        else:
            LOG.info("a message was sent")
            self._end(SENT, each, {"refused": [_plain(one) for one in refused]})

    def _end(self, kind: str, each: Outgoing, body: dict[str, object]) -> None:
        self._records.record(kind, each.subject, {"operation": each.id, **body})


def _plain(refusal: Refusal) -> list[str]:
    return list(refusal)

"""When Python looks for garbage: while the person rests, since a look through all that lives would hold up a key."""

from __future__ import annotations

import gc
import time

REST_SECONDS = 2.0
"""How long no key has been pressed when a rest is one."""
LEAST_SECONDS = 30.0
"""Between two looks through everything."""
_YOUNG = 2_000
_NEVER = 1_000_000


class Garbage:
    """Collects young objects as Python does, old ones only at rest."""

    def __init__(self) -> None:
        self._last_key = time.monotonic()
        self._last_look = time.monotonic()

    def begin(self) -> None:
        """Called when the first picture stands: what the start has made stays for good and is never looked at again.

        Does nothing where nobody has put the collection off (`gc.disable`) for the start.
        """
        if not gc.isenabled():
            gc.freeze()
            gc.set_threshold(_YOUNG, 10, _NEVER)
            gc.enable()

    def key_pressed(self) -> None:
        """The person is at work."""
        self._last_key = time.monotonic()

    def look_at_rest(self) -> bool:
        """Looks through everything if the person rests and it is time to; whether it did."""
        now = time.monotonic()
        if now - self._last_key < REST_SECONDS or now - self._last_look < LEAST_SECONDS:
            return False
        gc.collect()
        self._last_look = now
        return True

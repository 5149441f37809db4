"""Notices that the computer slept or its clock was set: both leave plans behind that were made for another time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

LEAP_SECONDS = 30.0
"""Between two looks, which are fractions of a second apart, no busy machine loses so much."""


@dataclass(slots=True)
class Vigil:
    """Compares how far the wall clock and the monotonic one went from one look to the next.

    While a computer sleeps the monotonic clock stands still on Linux and macOS and goes on on Windows; the wall clock
    has moved everywhere.
    """

    _wall: float = field(default_factory=time.time)
    _steady: float = field(default_factory=time.monotonic)

    def look(self) -> float:
        """Seconds by which time leapt since the last look (negative: the clock was set back); 0 when it did not."""
        wall, steady = time.time(), time.monotonic()
        leap, pause = wall - self._wall, steady - self._steady
        self._wall, self._steady = wall, steady
        return leap if abs(leap) > LEAP_SECONDS or pause > LEAP_SECONDS else 0.0

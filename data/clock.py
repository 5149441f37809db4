"""One clock for simulator, sync and desk: an anchor and a speed, given by configuration.

"Now" of the domain (ages, due dates, schedules) comes from here; timeouts and TLS use real time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TALLINN = ZoneInfo("Europe/Tallinn")


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that showed `anchor_ms` at the real instant `real_anchor_ms` and runs `speed` times as fast.

    Both anchors are UTC epoch milliseconds, so that every process that holds the same three numbers tells the
    same time. The defaults are the ordinary clock. Speed 0 stands still.
    """

    anchor_ms: int = 0
    real_anchor_ms: int = 0
    speed: float = 1.0

    def now_ms(self) -> int:
        """The present time of the domain in UTC epoch milliseconds."""
        return self.anchor_ms + int((time.time_ns() // 1_000_000 - self.real_anchor_ms) * self.speed)

    def now(self) -> datetime:
        """The present time of the domain in Europe/Tallinn."""
        return tallinn(self.now_ms())

    def real_seconds(self, milliseconds: float) -> float:
        """How many real seconds pass while this clock moves on by `milliseconds`; infinite when it stands still."""
        return milliseconds / 1000 / self.speed if self.speed else float("inf")


def tallinn(at_ms: int) -> datetime:
    """The moment `at_ms` (UTC epoch milliseconds) on the wall clock of Europe/Tallinn."""
    return datetime.fromtimestamp(at_ms / 1000, TALLINN)


def epoch_ms(moment: datetime) -> int:
    """UTC epoch milliseconds of `moment`; a naive one is read as Europe/Tallinn."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=TALLINN)
    return int(moment.astimezone(UTC).timestamp() * 1000)

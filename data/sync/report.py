"""What a poll tells of itself while it goes on and when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from data.sources.batch import Source, SourceError


@dataclass(frozen=True, slots=True)
class SourceReport:
    """How a poll of one source goes, or went (`is_finished`). `seconds` are real ones."""

    name: str
    kind: str
    changed: int = 0
    unchanged: int = 0
    done: int = 0
    total: int | None = None
    seconds: float = 0.0
    error_code: str = ""
    error_detail: str = ""
    is_finished: bool = True
    records: int = 0
    """Tickets, events or looks that are new or changed; `changed` counts every row of the store."""


Report = Callable[[SourceReport], None]


@dataclass(slots=True)
class Tally:
    """What a poll has done so far; `started` is a moment of `time.perf_counter`."""

    source: Source
    started: float
    changed: int = 0
    unchanged: int = 0
    records: int = 0
    done: int = 0
    total: int | None = None

    def seconds(self) -> float:
        """How long it has taken."""
        return time.perf_counter() - self.started

    def report(self, code: str, detail: str, *, is_finished: bool) -> SourceReport:
        """The report as it stands; `code` and `detail` are those of the failure, or empty."""
        return SourceReport(
            self.source.name,
            self.source.kind,
            self.changed,
            self.unchanged,
            self.done,
            self.total,
            self.seconds(),
            code,
            detail,
            is_finished,
            self.records,
        )


def told(failure: SourceError | None) -> tuple[str, str]:
    """Code and words of `failure`; two empty texts when there is none."""
    return (failure.code, str(failure)) if failure else ("", "")

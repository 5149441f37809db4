"""The maintenance that a desk has written down, for the source that looks at the services."""

from __future__ import annotations

from contextlib import closing, suppress

from data.clock import Clock
from data.paths import Places
from data.sources.batch import Row
from data.store.desk import DeskFile
from data.store.driver import StoreError
from data.store.plans import folded_plans
from data.sync.log import LOG


def desk_state(places: Places) -> tuple[int, ...]:
    """What is different whenever the desk file was written; empty while there is none."""
    found = []
    for name in (places.desk.name, f"{places.desk.name}-wal"):
        with suppress(OSError):
            state = places.desk.with_name(name).stat()
            found += [state.st_mtime_ns, state.st_size]
    return tuple(found)


class DeskPlans:
    """Reads the desk file whenever it has changed; a file that cannot be read keeps what was planned before."""

    def __init__(self, places: Places, key: str, clock: Clock) -> None:
        self._places = places
        self._key = key
        self._clock = clock
        self._seen: tuple[int, ...] | None = None
        self._fault: str = ""

    def read(self, origin: str = "desk") -> list[Row] | None:
        """The rows of `maintenance` with `origin`; None where nothing has changed since the last time."""
        state = desk_state(self._places)
        if not state or state == self._seen:
            return None
        try:
            with closing(DeskFile(self._places, self._key, self._clock, "sync")) as desk:
                plans = folded_plans(desk.operations())
        except StoreError as error:
            if error.code != self._fault:  # told once, however often it is tried
                LOG.warning("what the desk has planned cannot be read: %s", error.code)
            self._fault = error.code
            return None
        self._seen, self._fault = state, ""
        return [(each.service, each.start_ms, each.end_ms, each.text, origin) for each in plans]

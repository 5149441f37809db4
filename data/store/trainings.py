"""The trainings that the cache holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.model import Training
from data.store.driver import Connection

_TRAINING = """
    SELECT id, calendar, title, start_ms, end_ms, is_all_day, location, description, is_cancelled, invited, accepted,
           declined, capacity, organizer
    FROM event
"""


def load_trainings(connection: Connection, from_ms: int, to_ms: int) -> tuple[Training, ...]:
    """Trainings that overlap [from_ms, to_ms) (UTC epoch milliseconds), by their start."""
    rows = connection.execute(
        f"{_TRAINING} WHERE start_ms < ? AND (end_ms > ? OR start_ms >= ?) ORDER BY start_ms, id",
        (to_ms, from_ms, from_ms),
    ).fetchall()
    return tuple(_training(row) for row in rows)


def load_training(connection: Connection, id: str) -> Training | None:
    """One training; None if there is none of this id."""
    row = connection.execute(f"{_TRAINING} WHERE id = ?", (id,)).fetchone()
    return _training(row) if row else None


def _training(row: Sequence[Any]) -> Training:
    values: list[Any] = [*row[:5], bool(row[5]), *row[6:8], bool(row[8]), *row[9:]]
    return Training(*values)

"""How a development stands against its dates."""

from __future__ import annotations

from datetime import date

from data.model import DevelopmentState


def development_state(
    start_day: str, end_day: str, first_end_day: str, done: int, total: int, is_done: bool, today: str
) -> tuple[DevelopmentState, int]:
    """The state of a development and its slip in whole days (negative when it was brought forward).

    Days are ISO dates, empty where nobody set one; a text that is no date counts as empty. `done` of `total` tickets
    inside are finished; `is_done` says that the development itself is (epic closed, version released, sprint closed).

    The slip is measured from the end that was first set (`first_end_day`, or `end_day` if it never moved) to the end
    now foreseen, which for unfinished work cannot be earlier than today. Any slip of unfinished work makes it late,
    also while the moved end is still ahead: those who were told the first date are waiting.
    """
    end, now = _day(end_day), date.fromisoformat(today)
    if end is None:
        return (DevelopmentState.DONE if is_done else DevelopmentState.UNDATED), 0
    first_end = _day(first_end_day) or end
    if is_done:
        return DevelopmentState.DONE, (end - first_end).days
    slip = (max(end, now) - first_end).days
    if slip > 0:
        return DevelopmentState.LATE, slip
    start = _day(start_day)
    begun = done > 0 or (start <= now if start is not None else total > 0)
    return (DevelopmentState.ON_SCHEDULE if begun else DevelopmentState.PLANNED), slip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""Moments as a person writes them: 20:00, homme 20:00, 5.12 20:00, 05.12.2026 20:00."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from data.clock import TALLINN, epoch_ms
from data.language import _

_TIME = r"(\d{1,2}):(\d{2})"
_FORMS = re.compile(
    rf"(?:(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})(?:\.(?P<year>\d{{4}})?)?\s+|(?P<word>\w+)\s+)?{_TIME}"
)
_DAY = timedelta(days=1)
_HALF_YEAR = timedelta(days=183)
EVENING = time(20, 0)
LASTS = timedelta(hours=2)


def written_moment(text: str, now: datetime) -> int | None:
    """What `text` says, as UTC epoch milliseconds; None for what is no moment. A time alone is one of today.

    Of a day without a year the nearest to `now` is meant, a time in Estonia always.
    """
    match = _FORMS.fullmatch(text.strip().lower())
    if match is None:
        return None
    hour, minute = int(match[5]), int(match[6])
    try:
        at, day = time(hour, minute), _day(match, now.date())
    except ValueError:
        return None
    return None if day is None else epoch_ms(datetime.combine(day, at, TALLINN))


_DAYS = re.compile(r"(?:(?P<day>\d{1,2})\.(?P<month>\d{1,2})(?:\.(?P<year>\d{4})?)?|(?P<word>\w+))")


def written_day(text: str, today: date) -> date | None:
    """The day that `text` names (5.12, 05.12.2026, homme, 2026-12-05); None for what is no day."""
    wanted = text.strip().lower()
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        match = _DAYS.fullmatch(wanted)
    try:
        return _day(match, today) if match else None
    except ValueError:
        return None


def is_time_alone(text: str) -> bool:
    """Whether `text` names a time and no day."""
    match = _FORMS.fullmatch(text.strip().lower())
    return match is not None and not match["day"] and not match["word"]


def _day(match: re.Match[str], today: date) -> date | None:
    if match["word"]:
        words = {_("today"): 0, _("tomorrow"): 1, "today": 0, "tomorrow": 1}
        return today + words[match["word"]] * _DAY if match["word"] in words else None
    if not match["day"]:
        return today
    day, month = int(match["day"]), int(match["month"])
    if match["year"]:
        return date(int(match["year"]), month, day)
    near = date(today.year, month, day)
    if near < today - _HALF_YEAR:
        return date(today.year + 1, month, day)
    return near


def evening(now: datetime) -> tuple[datetime, datetime]:
    """When work is usually planned: the next eight in the evening, for two hours."""
    start = datetime.combine(now.date(), EVENING, TALLINN)
    if start <= now:
        start = datetime.combine(now.date() + _DAY, EVENING, TALLINN)
    return start, start + LASTS

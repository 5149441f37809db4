"""Expanding a calendar (RFC 5545) into occurrences, one UID at a time.

Run as `python -m data.sources.calendar_expand` it is the worker of `calendar`: real calendars hold series that take
for ever, and only a process can be stopped in the middle of one. Standard input is a line of JSON (`Task`) and then
the calendar; standard output is a line of JSON for each step.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty

from data.clock import TALLINN, epoch_ms, tallinn
from data.text import clean, clean_line

MOST_COUNT = 5_000
"""Repetitions that a rule may count."""
MOST_OCCURRENCES = 1_000
"""Occurrences of one UID that are shown."""
MOST_MOMENTS_A_DAY = 4
"""Times of day that a rule may name."""
_SUB_DAILY = ("HOURLY", "MINUTELY", "SECONDLY")
_BLOCK = re.compile(rb"^BEGIN:VEVENT\r?\n.*?^END:VEVENT\r?$", re.MULTILINE | re.DOTALL | re.IGNORECASE)


class OddError(Exception):
    """A series that cannot be shown; the message is the reason, without content."""


class Task(msgspec.Struct):
    """What to expand: the window in UTC epoch milliseconds, and the UIDs that are done or have to be left out."""

    calendar: str
    from_ms: int
    to_ms: int
    skip: list[str] = []


class Step(msgspec.Struct, omit_defaults=True):
    """One line from the worker: a UID begun, or done with its rows (in the order of the table `event`) or reasons."""

    uid: str = ""
    begun: bool = False
    rows: list[list[Any]] = []
    odd: list[str] = []
    """Reasons why the series is left out, or what is doubtful about it."""
    is_end: bool = False


def expand(content: bytes, task: Task) -> Iterator[Step]:
    """The steps of expanding `content`; raises ValueError when it is no calendar at all."""
    series, broken = _series(content)
    for reference, reason in broken:
        yield Step(uid=reference, odd=[reason])
    for uid, events in series.items():
        if uid in task.skip:
            continue
        yield Step(uid=uid, begun=True)
        yield _expand_series(uid, events, task)
    yield Step(is_end=True)


def _expand_series(uid: str, events: Sequence[Component], task: Task) -> Step:
    odd: list[str] = []
    try:
        usable = _usable(events, odd)
        occurrences = list(_occurrences(usable, task))
        if len(occurrences) > MOST_OCCURRENCES:
            odd.append(f"more than {MOST_OCCURRENCES} occurrences: the rest is left out")
        rows = [row for each in occurrences[:MOST_OCCURRENCES] if (row := _row(each, uid, task, odd)) is not None]
    except OddError as error:
        return Step(uid=uid, odd=[clean_line(str(error), 200) or "cannot be read"])
    except Exception as error:  # the libraries raise whatever a bad property makes them raise
        return Step(uid=uid, odd=[f"cannot be read ({type(error).__name__})"])
    return Step(uid=uid, rows=rows, odd=list(dict.fromkeys(odd)))


# reading


def _series(content: bytes) -> tuple[dict[str, list[Component]], list[tuple[str, str]]]:
    """The events by UID, and what could not be parsed; raises ValueError when nothing is a calendar."""
    broken: list[tuple[str, str]] = []
    events: list[Component] = []
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except Exception:
        calendars = []
    for calendar in calendars:
        events += calendar.walk("VEVENT")
    if not calendars:
        # One bad line, or one event that does not end, must not cost the other events.
        for place, block in enumerate(_BLOCK.findall(content), start=1):
            try:
                events += _alone(content, block)
            except Exception as error:
                broken.append((f"event {place}", f"cannot be parsed ({type(error).__name__})"))
    series: dict[str, list[Component]] = {}
    for event in events:
        series.setdefault(_uid(event), []).append(event)
    return series, broken


def _alone(content: bytes, block: bytes) -> list[Component]:
    """The event of a block with its time zones; without them where it is one of these that cannot be parsed."""
    zones = re.findall(
        rb"^BEGIN:VTIMEZONE\r?\n.*?^END:VTIMEZONE\r?$", content, re.MULTILINE | re.DOTALL | re.IGNORECASE
    )
    try:
        return _parsed(*zones, block)
    except Exception:
        return _parsed(block)


def _parsed(*parts: bytes) -> list[Component]:
    lines = (b"BEGIN:VCALENDAR", b"VERSION:2.0", *parts, b"END:VCALENDAR", b"")
    events: list[Component] = Calendar.from_ical(b"\r\n".join(lines)).walk("VEVENT")
    return events


def _uid(event: Component) -> str:
    uid = clean_line(_text(event, "UID"), 250)
    # Some makers leave it out; the content then has to stand for it.
    return uid or "content-" + hashlib.sha256(event.to_ical()).hexdigest()[:16]


def _usable(events: Iterable[Component], odd: list[str]) -> list[Component]:
    """The events with a start, the one with the highest SEQUENCE for each RECURRENCE-ID."""
    best: dict[str, tuple[int, str, Component]] = {}
    for event in events:
        if not isinstance(_moment(event, "DTSTART"), date):
            odd.append("an event without a usable start is left out")
            continue
        place = str(_moment(event, "RECURRENCE-ID") or "")
        rank = (_number(_get(event, "SEQUENCE")) or 0, _stamp(event))
        if place not in best or rank >= best[place][:2]:
            best[place] = (*rank, event)
    return [event for _sequence, _changed, event in best.values()]


def _stamp(event: Component) -> str:
    for name in ("LAST-MODIFIED", "DTSTAMP"):
        stamp = _moment(event, name)
        if isinstance(stamp, datetime):
            return stamp.isoformat()
    return ""


# expanding


def _occurrences(events: list[Component], task: Task) -> Iterator[Component]:
    if not any(_get(event, "RRULE") or _get(event, "RDATE") for event in events):
        yield from events
        return
    # Imported here: most calendars hold single events only.
    import recurring_ical_events

    for event in events:
        _tame(event)
    calendar = Calendar()
    calendar.subcomponents = list(events)
    query = recurring_ical_events.of(calendar, components=["VEVENT"])
    yield from query.between(tallinn(task.from_ms), tallinn(task.to_ms))


def _tame(event: Component) -> None:
    """Caps what a rule may ask for; raises OddError for a rule that repeats within a day."""
    rules = _many(_get(event, "RRULE"))
    for rule in rules:
        frequency = str((rule.get("FREQ") or [""])[0]).upper()
        moments = 1
        for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            moments *= max(len(rule.get(part) or []), 1)
        if frequency in _SUB_DAILY or moments > MOST_MOMENTS_A_DAY:
            raise OddError("repeats within a day, which no training does")
        count = rule.get("COUNT")
        if count and int(count[0]) > MOST_COUNT:
            rule["COUNT"] = [MOST_COUNT]


# rows


def _row(event: Component, uid: str, task: Task, odd: list[str]) -> list[Any] | None:
    """The row of one occurrence, None outside of the window."""
    start, end = _span(event)
    is_all_day = not isinstance(start, datetime)
    start_ms, end_ms = _ms(start), max(_ms(end), _ms(start))
    if start_ms >= task.to_ms or max(end_ms, start_ms + 1) <= task.from_ms:
        return None
    if isinstance(start, datetime) and start.tzinfo is None and (zone := _get(event, "DTSTART").params.get("TZID")):
        odd.append(f"time zone {clean_line(str(zone), 80)} is not known: read as Tallinn time")
    recurrence = _moment(event, "RECURRENCE-ID")
    attendees = [each for each in _many(_get(event, "ATTENDEE")) if _param(each, "CUTYPE") not in ("ROOM", "RESOURCE")]
    answers = [_param(each, "PARTSTAT") for each in attendees]
    return [
        f"{task.calendar}/{uid}/{_ms(recurrence) if isinstance(recurrence, date) else ''}",
        task.calendar,
        uid,
        clean_line(_text(event, "SUMMARY")),
        start_ms,
        end_ms,
        int(is_all_day),
        clean_line(_text(event, "LOCATION")),
        clean(_text(event, "DESCRIPTION"), 20_000),
        int(_text(event, "STATUS").upper() == "CANCELLED"),
        len(attendees),
        answers.count("ACCEPTED"),
        answers.count("DECLINED"),
        _capacity(event),
        _organizer(event),
    ]


def _span(event: Component) -> tuple[date, date]:
    """Start and end; an all-day end is the first day after it (DTEND is exclusive). Raises OddError."""
    start = _moment(event, "DTSTART")
    is_all_day = not isinstance(start, datetime)
    end = _moment(event, "DTEND")
    length = _moment(event, "DURATION")
    if isinstance(end, date) and isinstance(end, datetime) is is_all_day:
        end = None
    if not isinstance(end, date):
        usual = timedelta(days=1) if is_all_day else timedelta()
        end = start + (length if isinstance(length, timedelta) else usual)
    if is_all_day and end <= start:
        end = start + timedelta(days=1)
    return start, end


def _ms(moment: date) -> int:
    if isinstance(moment, datetime):
        return epoch_ms(moment)
    return epoch_ms(datetime(moment.year, moment.month, moment.day, tzinfo=TALLINN))


def _text(event: Component, name: str) -> str:
    value = _get(event, name)
    return str(next(iter(_many(value)), ""))


def _get(event: Component, name: str) -> Any:
    return event.get(name)


def _moment(event: Component, name: str) -> Any:
    """The date, moment or length in a property; None where there is none that can be read."""
    try:
        return getattr(_get(event, name), "dt", None)
    except BrokenCalendarProperty:
        return None


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _param(value: Any, name: str) -> str:
    return str(getattr(value, "params", {}).get(name, "")).upper()


def _capacity(event: Component) -> int | None:
    """Places in the room, from a property of our own or a common one; RFC 5545 has none."""
    for name in ("X-PEAKASUTAJA-CAPACITY", "X-CAPACITY"):
        capacity = _number(_get(event, name))
        if capacity and 0 < capacity < 1_000_000:
            return capacity
    return None


def _number(value: Any) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _organizer(event: Component) -> str:
    organizer = _get(event, "ORGANIZER")
    name = getattr(organizer, "params", {}).get("CN") or re.sub(r"(?i)^mailto:", "", str(organizer or ""))
    return clean_line(str(name), 200)


def main() -> None:
    """Reads a task and a calendar from standard input and writes the steps to standard output."""
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    for step in expand(sys.stdin.buffer.read(), task):
        sys.stdout.buffer.write(msgspec.json.encode(step) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

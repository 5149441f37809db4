"""The trainings as calendar programs read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import icalendar
import recurring_ical_events

from data.clock import tallinn
from data.simulator.trainings import COURSES, PATH, Trainings
from tests.simulator.factory import MINUTE, START_MS, client, world


def calendar(after_ms: int = 0) -> icalendar.Calendar:
    read = icalendar.Calendar.from_ical(Trainings(world(after_ms=after_ms)).text())
    assert isinstance(read, icalendar.Calendar)
    return read


def event(read: icalendar.Calendar, uid: str) -> Any:
    return next(found for found in read.walk("VEVENT") if str(found["UID"]).startswith(uid))


def words(found: Any) -> list[str]:
    return [guest.params["PARTSTAT"] for guest in found["ATTENDEE"]]


def test_every_event_is_whole_and_nothing_is_broken() -> None:
    read = calendar()
    events = list(read.walk("VEVENT"))
    assert len(events) == len(COURSES) + 4
    for found in events:
        assert not found.errors
        assert found["UID"]
        assert found["DTSTAMP"]
        assert found["DTSTART"]
    assert next(iter(read.walk("VTIMEZONE")))["TZID"] == "Europe/Tallinn"


def test_a_training_says_when_where_for_how_many_and_who_answered() -> None:
    found = event(calendar(), "vanemahuvitis")
    assert found["SUMMARY"] == "Vanemahüvitise muudatused"
    assert found["LOCATION"] == "Tallinn, Paldiski mnt 80, ruum 204"
    assert found["DTSTART"].dt.isoformat() == "2026-12-08T10:00:00+02:00"
    assert found["ORGANIZER"].params["CN"] == "Kadri Tamm"
    assert found["X-PEAKASUTAJA-CAPACITY"] == "16"
    assert (words(found).count("ACCEPTED"), words(found).count("DECLINED"), len(words(found))) == (14, 1, 18)


def test_a_training_fills_up_while_one_watches() -> None:
    found = event(calendar(after_ms=5 * MINUTE), "vanemahuvitis")
    assert words(found).count("ACCEPTED") == 16
    assert found["LAST-MODIFIED"].dt > event(calendar(), "vanemahuvitis")["LAST-MODIFIED"].dt


def test_the_series_has_one_hour_left_out_one_cancelled_and_one_moved() -> None:
    today = tallinn(START_MS)
    between = recurring_ical_events.of(calendar()).between(today - timedelta(days=40), today + timedelta(days=140))
    meetings = sorted(
        (found for found in between if found["UID"].startswith("infotund")), key=lambda each: each["DTSTART"].dt
    )
    assert len(meetings) == 19
    assert sum(found.get("STATUS") == "CANCELLED" for found in meetings) == 1
    assert {found["DTSTART"].dt.hour for found in meetings} == {14, 16}
    assert {found["DTSTART"].dt.astimezone(today.tzinfo).weekday() for found in meetings} == {2}


def test_lines_are_folded_as_the_standard_wants() -> None:
    raw = Trainings(world()).text().encode()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert all(line.decode() is not None for line in raw.split(b"\r\n"))


async def test_an_unchanged_calendar_is_not_sent_again() -> None:
    of = world()
    async with client(of, admin=True) as reader:
        first = await reader.get(PATH)
        assert first.headers["content-type"].startswith("text/calendar")
        again = await reader.get(PATH, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        await reader.post("/_admin/skip", json={"ms": 5 * MINUTE})
        assert (await reader.get(PATH, headers={"If-None-Match": first.headers["etag"]})).status_code == 200

"""Calendars: what becomes of events, and what a bad one costs."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from data.clock import Clock, epoch_ms
from data.config import Calendar
from data.processes import ROOT
from data.sources.batch import Batch, SourceError
from data.sources.calendar import CalendarSource
from data.sources.calendar_expand import Step, Task, expand
from data.store.tables import EVENT

NOW = epoch_ms(datetime(2026, 12, 4, 9, 14))
DAY = 86_400_000
FIXTURES = ROOT.parent / "shared" / "fixtures" / "ics"


def event(*lines: str, uid: str = "u1", start: str = "DTSTART:20261208T080000Z") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, *lines, "END:VEVENT"])


def calendar(*parts: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//demo//", *parts, "END:VCALENDAR", ""]).encode()


def expanded(content: bytes) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows by column, in order of start, and the reasons for what is doubtful or left out."""
    steps = list(expand(content, Task("K", NOW - 30 * DAY, NOW + 180 * DAY)))
    assert steps[-1].is_end
    rows = [dict(zip(EVENT.names, row, strict=True)) for step in steps for row in step.rows]
    return sorted(rows, key=lambda row: int(row["start_ms"])), [reason for step in steps for reason in step.odd]


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> int:
    """A wall-clock moment in Tallinn of 2026."""
    return epoch_ms(datetime(2026, month, day, hour, minute))


def test_an_event_has_its_end_place_people_and_room() -> None:
    rows, odd = expanded(
        calendar(
            event(
                "DTEND:20261208T100000Z",
                "SUMMARY:SKAIS2 uued\\, vaated",
                "LOCATION:Saal\x1b[31m 2",
                "ORGANIZER;CN=Jaan Tamm:mailto:jaan@example.ee",
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.ee",
                "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.ee",
                "ATTENDEE:mailto:c@example.ee",
                "ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED:mailto:saal@example.ee",
                "X-PEAKASUTAJA-CAPACITY:20",
            )
        )
    )

    (row,) = rows
    assert odd == []
    assert (row["id"], row["title"], row["location"]) == ("K/u1/", "SKAIS2 uued, vaated", "Saal 2")
    assert (row["start_ms"], row["end_ms"], row["is_all_day"]) == (at(8, 10), at(8, 12), 0)
    assert (row["invited"], row["accepted"], row["declined"], row["capacity"]) == (3, 1, 1, 20)
    assert row["organizer"] == "Jaan Tamm"


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        pytest.param(["DURATION:PT90M"], at(8, 11, 30), id="a length"),
        pytest.param([], at(8, 10), id="no end"),
        pytest.param(["DTEND:20261208T070000Z"], at(8, 10), id="an end before the start"),
        pytest.param(["DTEND;VALUE=DATE:20261209"], at(8, 10), id="an end of another sort"),
        pytest.param(["DURATION:nonsense"], at(8, 10), id="a length that is none"),
    ],
)
def test_ends(lines: list[str], end: int) -> None:
    rows, _ = expanded(calendar(event(*lines)))

    assert [row["end_ms"] for row in rows] == [end]


def test_an_all_day_event_ends_before_its_dtend() -> None:
    rows, _ = expanded(calendar(event("DTEND;VALUE=DATE:20261210", start="DTSTART;VALUE=DATE:20261208")))

    assert [(row["start_ms"], row["end_ms"], row["is_all_day"]) for row in rows] == [(at(8, 0), at(10, 0), 1)]


def test_an_all_day_event_that_ends_before_it_begins_is_one_day() -> None:
    (row,), odd = expanded(calendar(event("DTEND;VALUE=DATE:20261205", start="DTSTART;VALUE=DATE:20261208")))
    assert odd == []
    assert (row["start_ms"], row["end_ms"], row["is_all_day"]) == (at(8, 0), at(9, 0), 1)


def test_a_series_gives_its_occurrences_in_the_window_with_lasting_ids() -> None:
    rows, _ = expanded(calendar(event("RRULE:FREQ=WEEKLY", start="DTSTART;TZID=Europe/Tallinn:20250107T100000")))

    starts = [row["start_ms"] for row in rows]
    assert len(rows) == 30
    assert starts[:2] == [at(10, 10, month=11), at(17, 10, month=11)]
    assert len({row["id"] for row in rows}) == 30
    later = list(expand(calendar(event("RRULE:FREQ=WEEKLY", start="DTSTART;TZID=Europe/Tallinn:20250107T100000")),
                        Task("K", NOW - 23 * DAY, NOW + 187 * DAY)))  # fmt: skip
    assert {row[0] for step in later for row in step.rows} >= {row["id"] for row in rows[1:]}


def test_a_series_keeps_the_wall_clock_when_the_clocks_change() -> None:
    rows, _ = expanded(calendar(event("RRULE:FREQ=WEEKLY", start="DTSTART;TZID=FLE Standard Time:20250107T100000")))

    assert {datetime.fromtimestamp(row["start_ms"] / 1000, tz=None).minute for row in rows} == {0}
    assert epoch_ms(datetime(2027, 4, 6, 10, 0)) in {row["start_ms"] for row in rows}


def test_the_higher_sequence_wins_wherever_it_stands() -> None:
    old, new = event("SEQUENCE:1", "SUMMARY:Vana"), event("SEQUENCE:2", "SUMMARY:Uus")

    assert [row["title"] for row in expanded(calendar(new, old))[0]] == ["Uus"]
    assert [row["title"] for row in expanded(calendar(old, new))[0]] == ["Uus"]


def test_a_cancelled_occurrence_is_there_and_cancelled() -> None:
    series = event("RRULE:FREQ=DAILY;COUNT=3")
    moved = event("RECURRENCE-ID:20261209T080000Z", "STATUS:CANCELLED", start="DTSTART:20261209T080000Z")

    assert [row["is_cancelled"] for row in expanded(calendar(series, moved))[0]] == [0, 1, 0]


def test_a_moved_occurrence_keeps_its_id() -> None:
    series = event("RRULE:FREQ=DAILY;COUNT=3")
    moved = event("RECURRENCE-ID:20261209T080000Z", start="DTSTART:20261209T120000Z")
    before, after = expanded(calendar(series))[0], expanded(calendar(series, moved))[0]

    assert {row["id"] for row in before} == {row["id"] for row in after}
    assert [row["start_ms"] for row in after][1] == at(9, 14)


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY", "FREQ=SECONDLY;COUNT=5", "FREQ=DAILY;BYHOUR=1,2,3,4,5,6", "FREQ=MINUTELY;BYDAY=MO"]
)
def test_a_series_that_repeats_within_a_day_is_refused_and_the_rest_kept(rule: str) -> None:
    rows, odd = expanded(calendar(event(f"RRULE:{rule}", uid="bad"), event(uid="good")))

    assert [row["uid"] for row in rows] == ["good"]
    assert odd == ["repeats within a day, which no training does"]


def test_a_huge_count_is_cut_to_what_can_be_shown() -> None:
    rows, odd = expanded(calendar(event("RRULE:FREQ=DAILY;COUNT=99999999")))

    assert (len(rows), odd) == (176, [])


@pytest.mark.parametrize(
    "start", ["DTSTART:nonsense", "DTSTART:20261399T000000Z", "SUMMARY:no start", "DTSTART;TZID=Europe/Tallinn:"]
)
def test_an_event_without_a_start_is_left_out_and_told(start: str) -> None:
    rows, odd = expanded(calendar(event(uid="bad", start=start), event(uid="good")))

    assert [row["uid"] for row in rows] == ["good"]
    assert len(odd) == 1


@pytest.mark.parametrize("zone", ["Customized Time Zone", "(UTC+02:00) Helsinki\\, Kyiv"])
def test_a_zone_that_nobody_knows_is_read_as_ours_and_told(zone: str) -> None:
    rows, odd = expanded(calendar(event(start=f'DTSTART;TZID="{zone}":20261208T100000')))

    assert [row["start_ms"] for row in rows] == [at(8, 10)]
    assert len(odd) == 1
    assert "read as Tallinn time" in odd[0]


def test_a_line_that_is_no_property_costs_nothing() -> None:
    rows, odd = expanded(calendar(event("THIS IS NO PROPERTY", uid="a"), event(uid="b")))
    assert ({row["uid"] for row in rows}, odd) == ({"a", "b"}, [])


BAD_ZONE = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nDTSTART:nonsense\r\nEND:STANDARD\r\nEND:VTIMEZONE"
UNENDED = "BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:20261208T080000Z"


@pytest.mark.parametrize(
    ("parts", "kept", "reasons"),
    [
        pytest.param(["no property", event(uid="a"), event(uid="b")], {"a", "b"}, 0, id="a line beside the events"),
        pytest.param([event(uid="a"), "END:VEVENT", event(uid="b")], {"a", "b"}, 0, id="an end too many"),
        pytest.param([event(uid="a"), event("END:VALARM", uid="bad"), event(uid="b")], {"a", "b"}, 1, id="another end"),
        pytest.param([event(uid="a"), UNENDED, event(uid="c"), event(uid="b")], {"a", "b"}, 1, id="no end"),
        pytest.param([BAD_ZONE, event(uid="a"), event(uid="b")], {"a", "b"}, 0, id="a time zone that nobody needs"),
        pytest.param(
            [BAD_ZONE, event(uid="a", start="DTSTART;TZID=X:20261208T100000"), event(uid="b")],
            {"a", "b"},
            1,
            id="and one",
        ),
    ],
)
def test_what_cannot_be_parsed_costs_one_event_at_most(parts: list[str], kept: set[str], reasons: int) -> None:
    rows, odd = expanded(calendar(*parts))
    assert {row["uid"] for row in rows} == kept
    assert {row["start_ms"] for row in rows} == {at(8, 10)}
    assert len(odd) == reasons


# the source


def source(content: Any, tmp_path: Path, now_ms: int = NOW, seconds: float = 20.0) -> CalendarSource:
    if isinstance(content, bytes):
        file = tmp_path / "k.ics"
        file.write_bytes(content)
        return CalendarSource(Calendar("Koolitused", file=str(file)), Clock(now_ms, 0, 0.0), None, seconds)
    transport = httpx.MockTransport(lambda _request: content)
    settings = Calendar("Koolitused", url="https://calendar.example/private-9f8e7d/basic.ics?key=s3cret")
    return CalendarSource(settings, Clock(now_ms, 0, 0.0), transport, seconds)


async def poll(calendar_source: CalendarSource, cursor: str = "") -> list[Batch]:
    return [batch async for batch in calendar_source.fetch(cursor, {})]


async def test_a_poll_of_the_same_calendar_on_the_same_day_does_nothing(tmp_path: Path) -> None:
    content = calendar(event())
    (batch,) = await poll(source(content, tmp_path))

    assert batch.rows["event"][0][0] == "Koolitused/u1/"
    assert await poll(source(content, tmp_path), batch.cursor) == []
    assert len(await poll(source(content, tmp_path, NOW + DAY), batch.cursor)) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "format", id="nothing"),
        pytest.param(b"<!DOCTYPE html><html></html>", "html", id="a web page"),
        pytest.param(calendar(event())[:-20], "format", id="broken off"),
        pytest.param(b"hello", "format", id="no calendar"),
        pytest.param(calendar(), "format", id="no events"),
        pytest.param(httpx.Response(200, text="<html>", headers={"content-type": "text/html"}), "html", id="page"),
        pytest.param(httpx.Response(302, headers={"location": "https://x.example"}), "html", id="sent on"),
        pytest.param(httpx.Response(404), "absent", id="gone"),
        pytest.param(httpx.Response(500), "server", id="an error"),
    ],
)
async def test_an_answer_that_is_no_calendar_deletes_nothing(content: Any, code: str, tmp_path: Path) -> None:
    (before,) = await poll(source(calendar(event()), tmp_path))

    with pytest.raises(SourceError) as caught:
        await poll(source(content, tmp_path), before.cursor)
    assert caught.value.code == code
    assert "token" not in str(caught.value)  # a calendar has none
    assert "s3cret" not in str(caught.value)
    assert "private-9f8e7d" not in str(caught.value)


async def test_a_new_calendar_may_be_empty(tmp_path: Path) -> None:
    (batch,) = await poll(source(calendar(), tmp_path))

    assert list(batch.rows["event"]) == []


async def test_a_series_that_takes_too_long_is_stopped_and_the_rest_kept(tmp_path: Path) -> None:
    # There is no 30 February, and each rule looks for one until the end of time: one alone is through too soon.
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    rules = "\r\n".join(f"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;WKST={day}" for day in days)
    endless = event(rules, uid="bad", start="DTSTART:20200101T000000Z")
    content = calendar(event(uid="first"), endless, event(uid="last"))
    (batch,) = await poll(source(content, tmp_path, seconds=5.0))

    assert {row[2] for row in batch.rows["event"]} == {"first", "last"}
    assert [row[1:3] for row in batch.rows["quarantine"]] == [("bad", "takes too long to expand: left out")]


async def test_a_reading_that_is_stopped_just_as_a_line_arrives_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def line(_worker: object) -> Any:
        asked.set()
        return await answer

    monkeypatch.setattr("data.sources.calendar._line", line)
    reading = asyncio.create_task(poll(source(calendar(event()), tmp_path)))
    await asked.wait()
    answer.set_result(msgspec.json.encode(Step(is_end=True)))
    reading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reading


# real files of several makers

REAL = sorted(FIXTURES.rglob("*.ics")) if FIXTURES.is_dir() else []


@pytest.mark.skipif(not REAL, reason="../shared/fixtures/ics is not here")
def test_no_real_file_breaks_the_reading() -> None:
    for file in REAL:
        content = file.read_bytes()
        steps = list(expand(content, Task("K", epoch_ms(datetime(1997, 1, 1)), epoch_ms(datetime(1997, 7, 1)))))
        assert steps[-1].is_end, file.name
        for step in steps:
            assert {len(row) for row in step.rows} <= {len(EVENT.columns)}, file.name


@pytest.mark.skipif(not REAL, reason="../shared/fixtures/ics is not here")
@pytest.mark.parametrize(
    ("name", "since", "rows", "odd"),
    [
        ("mozilla/ical.net__Hourly1.ics", datetime(1997, 9, 1), 0, 1),
        ("mozilla/ical.net__Secondly1.ics", datetime(1997, 9, 1), 0, 1),
        ("mozilla/ical.net__DailyCount1.ics", datetime(2006, 7, 1), 10, 0),
        ("google/ical__recurring_with_single_change.ics", datetime(2026, 1, 1), 3, 0),
        ("other/ical__comma.ics", datetime(2018, 6, 1), 0, 1),
        ("other/icalendar__broken_dtstart.ics", datetime(2018, 6, 1), 0, 1),
        ("other/icalendar__empty.ics", datetime(2018, 6, 1), 0, 0),
    ],
)
def test_named_real_files(name: str, since: datetime, rows: int, odd: int) -> None:
    start = epoch_ms(since)
    steps = list(expand((FIXTURES / name).read_bytes(), Task("K", start, start + 180 * DAY)))

    assert (sum(len(step.rows) for step in steps), sum(len(step.odd) for step in steps)) == (rows, odd)

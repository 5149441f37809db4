"""Where a calendar comes from, and what it means when it cannot be had or read from there."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from data.clock import Clock
from data.config import Calendar
from data.sources import calendar as calendar_source
from data.sources.batch import SourceError
from data.sources.calendar import CalendarSource
from tests.sources.test_calendar import NOW, calendar, event, poll, source

CLOCK = Clock(NOW, 0, 0.0)


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("webcal://kalender.invalid/k.ics", "http://kalender.invalid/k.ics"),
        ("WEBCALS://kalender.invalid/k.ics", "https://kalender.invalid/k.ics"),
        ("https://kalender.invalid/k.ics", "https://kalender.invalid/k.ics"),
    ],
)
async def test_a_published_address_is_one_of_the_web_under_another_name(address: str, asked: str) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, content=calendar(event()))

    of = CalendarSource(Calendar("Koolitused", url=address), CLOCK, httpx.MockTransport(answer))
    [batch] = await poll(of)
    await of.close()
    assert (seen, len(batch.rows["event"])) == ([asked], 1)


async def test_a_file_that_is_not_there_is_told_by_its_name_alone(tmp_path: Path) -> None:
    of = CalendarSource(Calendar("Koolitused", file=str(tmp_path / "k.ics")), CLOCK)
    with pytest.raises(SourceError) as caught:
        await poll(of)
    assert caught.value.code == "config"
    assert "The calendar file k.ics cannot be read" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("is_file", [True, False])
async def test_a_calendar_that_is_too_long_is_not_read_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_file: bool
) -> None:
    content = calendar(*(event(uid=f"u{number}") for number in range(20)))
    monkeypatch.setattr(calendar_source, "CAP", len(content) - 1)
    with pytest.raises(SourceError) as caught:
        await poll(source(content if is_file else httpx.Response(200, content=content), tmp_path))
    assert caught.value.code == "format"
    monkeypatch.setattr(calendar_source, "CAP", len(content))
    [batch] = await poll(source(content if is_file else httpx.Response(200, content=content), tmp_path))
    assert len(batch.rows["event"]) == 20


async def test_a_calendar_of_nothing_but_endless_series_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_source, "MOST_KILLS", 1)
    rule, start = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "DTSTART:20200101T000000Z"
    content = calendar(*(event(rule, uid=f"u{number}", start=start) for number in range(3)))
    with pytest.raises(SourceError) as caught:
        await poll(source(content, tmp_path, seconds=0.5))
    assert (caught.value.code, "too many series that take too long" in str(caught.value)) == ("format", True)

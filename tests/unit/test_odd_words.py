"""Why records were left out is told in the language of whoever looks, whatever the source wrote down."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from data.language import use_language
from data.model import Quarantined
from data.odd_words import odd_words
from data.sources.calendar_expand import Task, expand
from data.sources.jira_rows import instant
from data.sources.jira_wire import IssueFields

NOW_MS = 1_796_000_000_000
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
UNKNOWN = "aru ("


def said(reason: str, reference: str = "SKAH-7", language: str = "et") -> str:
    use_language(language)
    return odd_words(Quarantined(reference, reason, 0))


@pytest.mark.parametrize(
    ("reason", "estonian", "english"),
    [
        ("updated is no moment", "„updated“ ei ole ajahetk", "“updated” is not a moment in time"),
        ("sprint date is no moment", "„sprint date“ ei ole ajahetk", "“sprint date” is not a moment in time"),
        ("duedate is no day", "„duedate“ ei ole kuupäev", "“duedate” is not a date"),
        ("comment.id is no number", "„comment.id“ ei ole arv", "“comment.id” is not a number"),
        ("takes too long to expand: left out", "sarja arvutamine võtab liiga kaua", "the series takes too long"),
        ("more than 1000 occurrences: the rest is left out", "üle 1000 toimumiskorra", "more than 1000 occurrences"),
        ("time zone Mars/Base is not known: read as Tallinn time", "ajavööndit „Mars/Base“ ei tunta", "“Mars/Base”"),
        ("cannot be read (ValueError)", "ei ole loetav", "cannot be read"),
        ("RecursionError", "sellest ei saa aru (RecursionError)", "cannot be understood (RecursionError)"),
    ],
)
def test_a_reason_is_told_in_both_languages(reason: str, estonian: str, english: str) -> None:
    assert said(reason).startswith(f"SKAH-7: {estonian}")
    assert english in said(reason, language="en")


@pytest.mark.parametrize(
    ("reference", "estonian"),
    [("event 3", "sündmus 3"), ("version 12", "väljalase 12"), ("sprint 5", "sprint 5"), ("SKAH-7", "SKAH-7")],
)
def test_what_was_left_out_is_named_in_words(reference: str, estonian: str) -> None:
    assert said("cannot be read", reference) == f"{estonian}: ei ole loetav"


@pytest.mark.parametrize(
    "event",
    [
        "UID:a\r\nSUMMARY:x",
        "UID:a\r\nDTSTART:20261204T090000\r\nRRULE:FREQ=MINUTELY",
        "UID:a\r\nDTSTART;TZID=Mars/Base:20261204T090000",
        "UID:a\r\nDTSTART:20261204T090000\r\nRRULE:FREQ=NEVER;;=",
    ],
)
def test_what_the_calendar_writes_down_has_its_words(event: str) -> None:
    day = 86_400_000
    content = f"{HEAD}BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()
    steps = expand(content, Task("K", NOW_MS - 400 * day, NOW_MS + 400 * day))
    reasons = [(step.uid, reason) for step in steps for reason in step.odd]
    assert reasons
    for uid, reason in reasons:
        words = said(reason, uid)
        assert UNKNOWN not in words
        assert not re.search("left out|read as|cannot", words)


@pytest.mark.parametrize("raw", [{"summary": 5}, {"status": None}, {"updated": {}}, [], "x"])
def test_what_the_decoder_says_of_an_issue_has_its_words(raw: Any) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"fields": raw}, msgspec.defstruct("Issue", [("fields", IssueFields)]))
    words = said(str(caught.value))
    assert UNKNOWN not in words
    assert "Expected" not in words


def test_a_moment_that_is_none_has_its_words() -> None:
    with pytest.raises(ValueError, match="updated") as caught:
        instant("eile", "updated")
    assert said(str(caught.value)) == "SKAH-7: „updated“ ei ole ajahetk"

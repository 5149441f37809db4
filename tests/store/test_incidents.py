"""Incidents out of the history and the desk file, as the screen and the command line read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.clock import Clock
from data.incident import Channel, Stage
from data.rules.notice import Draft
from data.sources.batch import Batch
from data.store.desk import DeskFile
from data.store.operations import ANSWER, DECLARE, DRAFT, FAILED, MEASURE, NOTICE, RESTORED, SENDING, SENT, TOLD
from data.store.read import Reader
from data.store.write import Writer

from .world import KEY, NOW, FakeSource, history_writer, places_in, reader_of, result, watched

HTTP = FakeSource("checks")
MINUTE = 60_000
INCIDENT = f"RR:{NOW - 10 * MINUTE}"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Writer]:
    writer = history_writer(places_in(tmp_path))
    rows = {
        "watched": [watched("RR", 0, is_critical=1), watched("menetlus", 1, needs='{"hard":["RR"]}')],
        "result": [result(name, NOW, "fail", reason="http 503") for name in ("RR", "menetlus")],
        "transition": [
            ("RR", NOW - 90 * MINUTE, "down", "refused", NOW - 89 * MINUTE),
            ("RR", NOW - 80 * MINUTE, "up", "", NOW - 80 * MINUTE),
            ("RR", NOW - 10 * MINUTE, "down", "http 503", NOW - 9 * MINUTE),
            ("menetlus", NOW - 9 * MINUTE, "down", "http 502", NOW - 8 * MINUTE),
        ],
    }
    writer.apply(HTTP, Batch(rows), NOW)
    yield writer
    writer.close()


@pytest.fixture
def reader(tmp_path: Path, history: Writer) -> Iterator[Reader]:
    reader = reader_of(places_in(tmp_path))
    yield reader
    reader.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskFile]:
    file = DeskFile(places_in(tmp_path), KEY, Clock(NOW - MINUTE, 0, 0.0), "Kati Katse")
    yield file
    file.close()


def notice(channel: Channel = Channel.EMAIL) -> dict[str, object]:
    to = [["Mari Mets", "mari@asutus.example"]]
    return {"incident": INCIDENT, "stage": "first", "to": to, "title": "T", "text": "t", "channel": channel.value}


def test_an_open_outage_comes_first_with_what_fails_because_of_it(reader: Reader) -> None:
    assert [(each.id, each.affected, each.is_critical) for each in reader.incidents()] == [
        (INCIDENT, ("menetlus",), True),
        (f"RR:{NOW - 90 * MINUTE}", (), True),
    ]
    assert [each.is_untold for each in reader.overview().attention] == [True]


def test_old_outages_are_left_out_and_one_that_goes_on_is_told_however_old_it_is(
    reader: Reader, history: Writer
) -> None:
    day = 24 * 60 * MINUTE
    changes = [
        ("pank", NOW - 300 * day, "down", "timeout", NOW - 300 * day),
        ("pank", NOW - 299 * day, "up", "", NOW - 299 * day),
        ("pank", NOW - 120 * day, "down", "timeout", NOW - 120 * day),
        ("pank", NOW - 110 * day, "unknown", "", NOW - 110 * day),
        ("menetlus", NOW - 100 * day, "down", "timeout", NOW - 100 * day),
        ("menetlus", NOW - 95 * day, "up", "", NOW - 95 * day),
    ]
    history.apply(HTTP, Batch({"transition": changes}), NOW)
    assert [each.id for each in reader.incidents() if each.service in ("pank", "menetlus")] == [
        f"pank:{NOW - 120 * day}"
    ]


def test_what_works_worse_because_of_an_outage_is_affected_too(reader: Reader, history: Writer) -> None:
    rows = {
        "watched": [watched("iseteenindus", 2, needs='{"soft":["RR"]}')],
        "transition": [("iseteenindus", NOW - 8 * MINUTE, "degraded", "slow", NOW - 7 * MINUTE)],
    }
    history.apply(HTTP, Batch(rows), NOW)
    assert reader.incidents()[0].affected == ("menetlus", "iseteenindus")


def test_what_the_person_did_is_told_and_can_be_taken_back(reader: Reader, desk: DeskFile) -> None:
    noted = desk.acknowledge(f"service_down:{INCIDENT}", "RR")
    measure = desk.record(MEASURE, "RR", {"incident": INCIDENT, "text": "varuserver"})
    desk.record(ANSWER, "RR", {"incident": INCIDENT, "text": "RIA otsib põhjust"})
    incident = reader.incidents()[0]
    assert (incident.acknowledged_by, incident.to_acknowledge_ms) == ("Kati Katse", 8 * MINUTE)
    assert [each.text for each in incident.measures + incident.answers] == ["varuserver", "RIA otsib põhjust"]

    desk.withdraw(noted)
    desk.withdraw(measure)
    incident = reader.incidents()[0]
    assert (incident.acknowledged_ms, incident.measures) == (None, ())
    assert len(incident.answers) == 1


@pytest.mark.parametrize(
    ("ends", "state", "is_told"),
    [
        ([], "pending", False),
        ([SENDING], "sending", False),
        ([SENDING, SENT], "sent", True),
        ([SENDING, FAILED], "failed", False),
        ([SENDING, FAILED, SENDING, SENT], "sent", True),
        ([TOLD], "told", True),
    ],
)
def test_what_became_of_a_notice(reader: Reader, desk: DeskFile, ends: list[str], state: str, is_told: bool) -> None:
    sent = desk.record(NOTICE, "RR", notice())
    for each in ends:
        desk.record(each, "RR", {"operation": sent, "detail": "kinni" if each == FAILED else ""})

    (found,) = reader.incidents()[0].notices
    assert (found.state, found.told_ms is not None, found.to) == (state, is_told, ("Mari Mets",))
    assert reader.overview().attention[0].is_untold is not is_told


def test_a_notice_is_taken_back_only_before_it_is_on_its_way(reader: Reader, desk: DeskFile) -> None:
    desk.withdraw(desk.record(NOTICE, "RR", notice()))
    assert reader.incidents()[0].notices == ()

    late = desk.record(NOTICE, "RR", notice())
    desk.record(SENDING, "RR", {"operation": late})
    desk.withdraw(late)
    assert [each.state for each in reader.incidents()[0].notices] == ["sending"]


def test_that_it_was_sent_by_hand_can_be_taken_back(reader: Reader, desk: DeskFile) -> None:
    told = desk.record(TOLD, "RR", {"operation": desk.record(NOTICE, "RR", notice(Channel.COPIED))})
    assert reader.incidents()[0].told_ms == NOW - MINUTE
    desk.withdraw(told)
    assert [each.state for each in reader.incidents()[0].notices] == ["pending"]


def test_a_draft_is_kept_until_its_notice_has_left(reader: Reader, desk: DeskFile) -> None:
    assert reader.draft(INCIDENT, Stage.FIRST) is None
    desk.record(DRAFT, "RR", {"incident": INCIDENT, "stage": "first", "title": "Vana", "text": ""})
    desk.record(DRAFT, "RR", {"incident": INCIDENT, "stage": "first", "title": "Uus", "text": "tekst"})
    assert reader.draft(INCIDENT, Stage.FIRST) == Draft("Uus", "tekst")
    assert reader.draft(INCIDENT, Stage.UPDATE) is None
    desk.record(NOTICE, "RR", notice())
    assert reader.draft(INCIDENT, Stage.FIRST) is None


def test_a_declared_outage_is_one_until_the_person_ends_it(reader: Reader, desk: DeskFile) -> None:
    desk.record(DECLARE, "maksed", {"service": "maksed", "started_ms": NOW - 5 * MINUTE, "text": "vale konto"})
    declared = next(each for each in reader.incidents() if each.is_declared)
    assert (declared.service, declared.reason, declared.restored_ms) == ("maksed", "vale konto", None)
    desk.record(RESTORED, "maksed", {"incident": declared.id, "at_ms": NOW})
    assert next(each for each in reader.incidents() if each.is_declared).restored_ms == NOW


def test_there_are_none_where_nothing_is_watched(tmp_path: Path) -> None:
    reader = reader_of(places_in(tmp_path / "tühi"))
    assert reader.incidents() == ()
    reader.close()

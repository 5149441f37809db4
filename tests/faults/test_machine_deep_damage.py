"""Damage deep in a file that opens: from the moment when anybody meets it the file is told of and left as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from data.clock import Clock
from data.diagnosis import Level
from data.diagnosis.computer import look_at_store
from data.model import AttentionKind
from data.store.desk import DeskFile
from data.store.driver import StoreError, open_reader, open_writer, translated
from tests.faults.rows import holds
from tests.faults.test_machine_damage import PAGE, overwrite, page_of
from tests.upstream import KEY, SyncedDesk, Upstream, upstream, wait_for

WAY_OUT = "is damaged and was left as it is. Close the desk and move aside every file whose name begins with {name}"


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=60) as running:
        yield running


@pytest.fixture
def measuring(desk: SyncedDesk) -> SyncedDesk:
    """A desk with a history."""
    desk.checks = f'[[check]]\nname = "dhx"\nurl = "{desk.server.base}/health/dhx"\ninterval = 0.5\n'
    desk.write()
    assert desk.once() == 0
    return desk


def spoil(file: Path, table: str) -> bytes:
    """Makes the first page of `table` unreadable; the file's content then."""
    place = page_of(file, table)
    overwrite(file, place, place + 1)
    return file.read_bytes()


def test_a_history_in_which_the_sync_meets_damage_is_written_no_more(measuring: SyncedDesk) -> None:
    file = measuring.places.history
    content = spoil(file, "result")

    for _process in range(2):
        assert measuring.once() == 1
        assert WAY_OUT.format(name="history.db") in measuring.report("checks").error_detail
        assert file.read_bytes() == content
    assert measuring.report("jira").error_code == ""


@holds(
    "damage deep in a desk or history file that opens",
    "told once anybody meets it, and nothing more is written there; the way out is told",
)
def test_a_history_in_which_a_reader_meets_damage_is_written_no_more(measuring: SyncedDesk) -> None:
    file = measuring.places.history
    with measuring.following(), closing(measuring.reader()) as reader:
        wait_for(lambda: measuring.polls("checks") > 1, "looks")
        with pytest.raises(StoreError, match="is damaged"):
            checkpointed(file)
            spoil(file, "transition")
            reader.services()
        wait_for(lambda: measuring.pulse("checks").get("error_code") == "store.damaged", "the word of it")
    content = file.read_bytes()

    assert measuring.once() == 1
    assert WAY_OUT.format(name="history.db") in measuring.report("checks").error_detail
    assert file.read_bytes() == content


def checkpointed(file: Path) -> None:
    """What stands in the log of a file in use is moved into it, so that damage in the file is met."""
    with closing(open_writer(file, KEY)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_history_that_was_replaced_by_a_sound_one_is_written_again(measuring: SyncedDesk) -> None:
    file = measuring.places.history
    backup = file.read_bytes()
    spoil(file, "transition")
    with closing(measuring.reader()) as reader, pytest.raises(StoreError):
        reader.services()
    with measuring.following():
        wait_for(lambda: measuring.pulse("checks").get("error_code") == "store.damaged", "the word of it")
        for each in file.parent.glob("history.db*"):
            each.unlink()
        file.write_bytes(backup)

        wait_for(lambda: measuring.pulse("checks").get("error_code") == "", "the recovery")
    assert measuring.once() == 0
    with closing(measuring.reader()) as reader:
        assert [each.name for each in reader.services()] == ["dhx"]


def test_own_records_in_which_damage_was_met_are_written_no_more(desk: SyncedDesk) -> None:
    file = desk.places.desk
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        for number in range(200):
            records.acknowledge(f"ticket:{number}", f"ticket:{number}")
    sound = file.read_bytes()
    oldest = first_records(file)
    overwrite(file, oldest, oldest + 1)
    content = file.read_bytes()

    with closing(desk.reader()) as reader, pytest.raises(StoreError, match="is damaged"):
        reader.acknowledgements()
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        with pytest.raises(StoreError) as caught:
            records.acknowledge("ticket:200", "ticket:200")
        assert WAY_OUT.format(name="desk.db") in str(caught.value)
        assert file.read_bytes() == content
        for each in file.parent.glob("desk.db*"):
            each.unlink()
        file.write_bytes(sound)
        records.acknowledge("ticket:200", "ticket:200")
    with closing(desk.reader()) as reader:
        assert "ticket:200" in reader.acknowledgements()


def first_records(file: Path) -> int:
    """The place of the page with the oldest records, which nobody reads who adds one."""
    sound = file.read_bytes()
    for place in range(1, len(sound) // PAGE):
        overwrite(file, place, place + 1)
        readable = [is_readable(file, f"(SELECT {end}(rowid) FROM operation)") for end in ("max", "min")]
        file.write_bytes(sound)
        if readable == [True, False]:
            return place
    raise AssertionError("all records are on one page")


def is_readable(file: Path, rowid: str) -> bool:
    with closing(open_reader(file, KEY)) as connection, suppress(StoreError), translated(file):
        return bool(connection.execute(f"SELECT body FROM operation WHERE rowid = {rowid}").fetchall())
    return False


def test_the_doctor_tells_the_way_out_of_damage_deep_in_a_file(measuring: SyncedDesk) -> None:
    spoil(measuring.places.history, "transition")

    found = [each.text for each in look_at_store(measuring.places, measuring.config) if each.level is Level.BAD]
    assert [WAY_OUT.format(name="history.db") in text for text in found] == [True]


@pytest.mark.parametrize(
    ("file", "table", "source"), [("history", "watched", "checks"), ("cache", "event", "calendar")]
)
def test_what_cannot_be_read_is_told_in_what_needs_attention(
    measuring: SyncedDesk, file: str, table: str, source: str
) -> None:
    spoil(getattr(measuring.places, file), table)

    with closing(measuring.reader()) as reader:
        lines = [each for each in reader.overview().attention if each.kind is AttentionKind.SOURCE_FAILED]
    assert [each.subject.partition(":")[0] for each in lines] == [source]

"""Files without a byte in them, as a disk leaves them: what was lost is told, and nothing silently takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from data.clock import Clock
from data.diagnosis import Level
from data.diagnosis.computer import look_at_store
from data.model import AttentionKind, Kind, SourcePhase
from data.store.desk import DeskFile
from data.store.driver import StoreError, open_reader, open_writer
from data.store.read import Reader
from tests.faults.rows import holds
from tests.upstream import KEY, SyncedDesk, Upstream, upstream

WORDS = "is empty: what it held is lost. Close the desk and move aside every file whose name begins with {name}."


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=40) as running:
        yield running


def empty(file: Path) -> None:
    """Leaves the file and its log, in which SQLite would look for more."""
    file.write_bytes(b"")
    file.with_name(f"{file.name}-wal").write_bytes(b"log")


def is_as_it_was_left(file: Path) -> bool:
    return not file.read_bytes() and file.with_name(f"{file.name}-wal").read_bytes() == b"log"


def remove(file: Path) -> None:
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


def test_an_emptied_history_is_told_and_left_alone_until_it_is_removed(desk: SyncedDesk) -> None:
    desk.checks = f'[[check]]\nname = "dhx"\nurl = "{desk.server.base}/health/dhx"\ninterval = 0.5\n'
    desk.write()
    assert desk.once() == 0
    empty(desk.places.history)

    assert desk.once() == 1
    assert WORDS.format(name="history.db") in desk.report("checks").error_detail
    assert desk.report("jira").error_code == desk.report("calendar:Koolitused").error_code == ""
    with pytest.raises(StoreError, match="what it held is lost"), closing(desk.reader()) as reader:
        reader.services()
    found = [each.text for each in look_at_store(desk.places, desk.config) if each.level is Level.BAD]
    assert [WORDS.format(name="history.db") in text for text in found] == [True]
    assert is_as_it_was_left(desk.places.history)
    remove(desk.places.history)
    assert desk.once() == 0


@holds("an emptied desk or history file", "told and left alone, not taken for a new one")
def test_emptied_records_of_the_person_are_told_and_left_alone_until_they_are_removed(desk: SyncedDesk) -> None:
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        records.acknowledge("ticket:1", "ticket:1")
    empty(desk.places.desk)

    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records, pytest.raises(StoreError) as caught:
        records.acknowledge("ticket:2", "ticket:2")
    assert caught.value.code == "damaged"
    assert str(caught.value).startswith(f"{desk.places.desk} {WORDS.format(name='desk.db')}")
    with pytest.raises(StoreError, match="what it held is lost"), closing(desk.reader()) as reader:
        reader.acknowledgements()
    assert is_as_it_was_left(desk.places.desk)
    remove(desk.places.desk)
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        records.acknowledge("ticket:2", "ticket:2")
        assert list(records.acknowledgements()) == ["ticket:2"]


def test_an_emptied_cache_is_filled_anew_and_that_is_told(desk: SyncedDesk) -> None:
    assert desk.once() == 0
    empty(desk.places.cache)

    assert desk.once() == 0
    assert [each.error_code for each in desk.reports if each.name == "sync"] == ["rebuilt"]
    assert not list(desk.places.data_dir.glob("*.damaged*"))
    with closing(desk.reader()) as reader:
        assert reader.ticket_counts().total >= desk.server.tickets


@pytest.mark.parametrize("was_there", [False, True])
def test_a_file_whose_making_was_broken_off_is_made_when_it_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was_there: bool
) -> None:
    file = tmp_path / "desk.db"
    if was_there:
        open_writer(file, KEY).close()
        file.unlink()

    def broken_off(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(dbapi2, "connect", broken_off)
        open_writer(file, KEY)
    assert not file.stat().st_size
    with closing(open_reader(file, KEY)) as connection:
        assert not connection.execute("PRAGMA user_version").fetchone()[0]
    with closing(open_writer(file, KEY)):
        assert file.stat().st_size
    file.write_bytes(b"")
    with pytest.raises(StoreError, match="what it held is lost"):
        open_writer(file, KEY)


def test_files_of_an_earlier_version_are_known_once_they_were_opened(tmp_path: Path) -> None:
    file, note = tmp_path / "desk.db", tmp_path / "store.check"
    open_writer(file, KEY).close()
    note.write_text(note.read_text().split()[0])
    open_writer(file, KEY).close()
    file.write_bytes(b"")

    with pytest.raises(StoreError, match="what it held is lost"):
        open_writer(file, KEY)


def test_a_history_that_cannot_be_read_hides_nothing_of_the_other_sources(desk: SyncedDesk) -> None:
    desk.checks = f'[[check]]\nname = "dhx"\nurl = "{desk.server.base}/health/dhx"\ninterval = 0.5\n'
    desk.write()
    assert desk.once() == 0
    with closing(desk.reader()) as reader:
        seen, before = reader.data_versions(), reader.generations()
    desk.places.history.write_bytes(b"garbage" * 1000)

    with closing(desk.reader()) as reader:
        states = {each.name: each for each in reader.sources()}
        assert {name: each.phase for name, each in states.items()} == {
            "jira": SourcePhase.FRESH,
            "calendar:Koolitused": SourcePhase.FRESH,
            "checks": SourcePhase.FAILED,
        }
        assert states["checks"].error_code == "damaged"
        assert "history.db is damaged and was left as it is" in states["checks"].error_detail
        told = {each.subject for each in reader.overview().attention if each.kind is AttentionKind.SOURCE_FAILED}
        assert told == {"checks"}
        # What the screen follows: the cache's changes go on being seen.
        now = reader.data_versions()
        assert now != seen
        assert reader.generations()[Kind.TICKETS] == before[Kind.TICKETS]
        desk.server.admin("issue", {"summary": "Uus pilet"})
        assert desk.once() == 1
        assert reader.data_versions() != now
        assert reader.generations()[Kind.TICKETS] > before[Kind.TICKETS]


def test_damaged_records_of_the_person_hide_nothing_that_needs_them(desk: SyncedDesk) -> None:
    assert desk.once() == 0
    with closing(desk.reader()) as reader:
        line = reader.overview().attention[0]
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        records.acknowledge(line.id, line.subject)
    desk.places.desk.write_bytes(b"garbage" * 1000)

    with closing(desk.reader()) as reader:
        shown = reader.overview().attention
    assert line in shown
    assert [each.subject for each in shown if each.kind is AttentionKind.SOURCE_FAILED] == ["desk"]


def test_files_of_which_none_can_be_read_are_no_calm_desk(desk: SyncedDesk) -> None:
    assert desk.once() == 0
    with closing(Reader(desk.places, "aa" * 32, desk.config.domain_clock())) as reader:
        for question in (reader.sources, reader.overview, reader.generations):
            with pytest.raises(StoreError) as caught:
                question()
            assert caught.value.code == "key"

"""Damaged, newer and foreign files: the cache comes back by itself, nothing else is touched, and both are told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.clock import Clock
from data.diagnosis import Level
from data.diagnosis.computer import look_at_store
from data.model import SourcePhase
from data.store import aside
from data.store.desk import DeskFile
from data.store.driver import StoreError, open_reader, open_writer
from data.sync.ends import code_of
from data.sync.process import run
from data.sync.report import SourceReport
from data.sync.supervise import Supervisor, SyncPhase
from tests.faults.contents import contents, differences
from tests.faults.rows import holds
from tests.upstream import KEY, SyncedDesk, Upstream, upstream, wait_for

PAGE = 4096


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=120) as running:
        yield running


def overwrite(file: Path, first: int, last: int | None = None) -> None:
    """Spoils the pages from `first` (counted from 0) on, as a failing disk does."""
    content = bytearray(file.read_bytes())
    end = len(content) if last is None else last * PAGE
    content[first * PAGE : end] = b"\xa5" * (end - first * PAGE)
    file.write_bytes(content)


def page_of(file: Path, table: str) -> int:
    """The place of the first page of `table`, counted from 0."""
    with closing(open_reader(file, KEY)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    return int(root) - 1


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 10 * PAGE + 1000])


def garbage(file: Path) -> None:
    file.write_bytes(b"garbage" * 1000)


def another_salt(file: Path) -> None:
    file.write_bytes(bytes(16) + file.read_bytes()[16:])


DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut off": cut,
    "garbage from the beginning": garbage,
    "another salt": another_salt,
    "all pages but the first": lambda file: overwrite(file, 1),
    "the tickets, found when the first of them is written": lambda file: overwrite(
        file, page_of(file, "ticket"), page_of(file, "ticket") + 1
    ),
    "the search index, found when it is kept": lambda file: overwrite(
        file, page_of(file, "ticket_fts_data"), page_of(file, "ticket_fts_data") + 1
    ),
}


@holds("a damaged cache", "told, set aside and filled anew by itself")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_filled_anew_and_that_is_told(desk: SyncedDesk, damage: str) -> None:
    assert desk.once() == 0
    before = contents(desk.places.cache, KEY)
    DAMAGES[damage](desk.places.cache)
    desk.server.admin("skip", {"ms": 1000})
    desk.server.admin("touch", {"project": "SKAH", "count": 30})

    assert desk.once() == 0
    told = [each for each in desk.reports if each.name == "sync"]
    assert [(each.error_code, each.error_detail) for each in told] == [
        ("rebuilt", "The cache was damaged. A new one is being filled.")
    ]
    after = contents(desk.places.cache, KEY)
    assert {row[0] for row in after["ticket"]} == {row[0] for row in before["ticket"]}
    assert len(after["event"]) == len(before["event"])
    log = desk.places.log.read_text()
    assert "the cache was damaged: it is set aside, and a new one is filled" in log
    assert "the new cache holds everything; the damaged one is removed" in log
    assert not list(desk.places.data_dir.glob("*.damaged*"))
    assert desk.once() == 0
    assert not [each for each in desk.reports if each.name == "sync"]


def test_a_process_of_its_own_mends_the_cache_and_the_desk_says_so(desk: SyncedDesk) -> None:
    desk.once()
    garbage(desk.places.cache)
    desk.server.fault("slow", prefix="/rest/api/2/search", seconds=0.5)
    supervisor = Supervisor(desk.places)
    try:
        wait_for(lambda: (state := supervisor.look()).phase is SyncPhase.RUNNING and state.is_refilling, "the rebuild")
        found = list(look_at_store(desk.places, desk.config))
        assert [each.level for each in found if "set aside" in each.text] == [Level.WARNING]
        desk.server.heal()
        wait_for(lambda: not supervisor.look().is_refilling, "the new cache to be full")

        assert all(each.phase is SourcePhase.FRESH for each in desk.reader().sources())
        assert desk.reader().ticket_counts().total >= desk.server.tickets
    finally:
        desk.server.heal()
        supervisor.close(stop_sync=True)


def test_a_rebuild_that_is_killed_is_carried_on(desk: SyncedDesk) -> None:
    desk.once()
    garbage(desk.places.cache)
    desk.server.fault("slow", prefix="/rest/api/2/search", seconds=30)
    process = desk.process()
    wait_for(lambda: aside.damaged(desk.places.cache).exists() and desk.pulse().get("phase"), "the old file set aside")
    process.kill()
    process.wait()
    desk.server.heal()
    # A reader that was asked to let go when the process died is let in again.
    desk.places.cache.with_name("cache.db.release").touch()

    assert desk.once() == 0
    assert not list(desk.places.data_dir.glob("*.damaged*"))
    assert not aside.is_released(desk.places.cache)
    assert desk.reader().ticket_counts().total >= desk.server.tickets


def test_damage_that_only_a_reader_meets_is_mended_under_its_eyes(desk: SyncedDesk) -> None:
    desk.once()
    reader = desk.reader()
    ticket_id = contents(desk.places.cache, KEY)["comment"][0][1]
    place = page_of(desk.places.cache, "change")
    overwrite(desk.places.cache, place, place + 1)
    desk.interval = 3600
    desk.write()
    desk.server.fault("unavailable")
    with desk.following():
        wait_for(lambda: desk.polls(), "a poll that cannot meet it")
        desk.server.heal()
        openings = reader.data_versions()[0]
        with pytest.raises(StoreError, match="The sync fills a new one by itself") as caught:
            reader.ticket(ticket_id)
        assert caught.value.code == "damaged"

        wait_for(lambda: reader.data_versions()[0] > openings, "the new file")
        wait_for(lambda: reader.ticket_counts().total >= desk.server.tickets, "its content, through the same reader")
        wait_for(lambda: reader.ticket(ticket_id), "the ticket")
    assert "the cache was damaged" in desk.places.log.read_text()
    reader.close()


def test_a_doubt_without_reason_changes_nothing(desk: SyncedDesk) -> None:
    desk.once()
    with desk.following():
        wait_for(lambda: desk.polls(), "a poll")
        before = desk.places.cache.stat().st_ino
        aside.doubt(desk.places.cache)
        wait_for(lambda: not desk.places.cache.with_name("cache.db.doubt").exists(), "the look")
        polls = desk.polls()
        wait_for(lambda: desk.polls() > polls + 1, "two more polls")

        assert desk.places.cache.stat().st_ino == before
    assert "damaged" not in desk.places.log.read_text()


def test_a_cache_that_is_removed_under_a_running_sync_comes_back(desk: SyncedDesk) -> None:
    with desk.following():
        wait_for(lambda: desk.polls() and desk.polls("calendar:Koolitused"), "the fill")
        reader = desk.reader()
        assert reader.ticket_counts().total
        for file in desk.places.data_dir.glob("cache.db*"):
            file.unlink()

        wait_for(lambda: not reader.ticket_counts().total or reader.data_versions()[0] > 1, "the reader to notice")
        wait_for(
            lambda: reader.ticket_counts().total >= desk.server.tickets and reader.trainings(0, 2**50), "the new one"
        )


@holds("a wrong key", "told apart from damage, nothing changed")
@pytest.mark.parametrize("with_value", [True, False])
def test_a_wrong_key_wipes_nothing(desk: SyncedDesk, with_value: bool) -> None:
    desk.once()
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        records.acknowledge("ticket:1", "ticket:1")
    if not with_value:
        (desk.places.data_dir / "store.check").unlink()
    before = {file.name: file.read_bytes() for file in desk.places.data_dir.glob("*.db*")}
    told: list[SourceReport] = []

    code = run(desk.config, desk.places, "aa" * 32, once=True, owned=False, report=told.append)
    with pytest.raises(StoreError) as caught, closing(DeskFile(desk.places, "aa" * 32, Clock(), "Mari")) as records:
        records.acknowledge("ticket:2", "ticket:2")
    assert (code, caught.value.code) == (code_of("key"), "key")
    assert "the key of the store is not the one that closed it. Nothing was changed." in told[0].error_detail
    assert {file.name: file.read_bytes() for file in desk.places.data_dir.glob("*.db*")} == before


def spoil_history(desk: SyncedDesk, how: str) -> bytes:
    """Makes the history unusable; returns its content then."""
    if how == "damaged":
        garbage(desk.places.history)
    else:
        with closing(open_writer(desk.places.history, KEY)) as connection:
            connection.execute("PRAGMA user_version = 999")
    return desk.places.history.read_bytes()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("damaged", "history.db is damaged and was left as it is. Close the desk and move aside every file"),
        ("newer", "history.db was written by a newer version of the program"),
    ],
)
def test_a_history_that_cannot_be_used_is_left_alone_and_the_rest_goes_on(
    desk: SyncedDesk, how: str, words: str
) -> None:
    desk.checks = f'[[check]]\nname = "dhx"\nurl = "{desk.server.base}/health/dhx"\ninterval = 0.5\n'
    desk.write()
    desk.once()
    content = spoil_history(desk, how)

    assert desk.once() == 1
    assert words in desk.report("checks").error_detail
    assert desk.report("jira").error_code == desk.report("calendar:Koolitused").error_code == ""
    assert desk.places.history.read_bytes() == content
    assert desk.reader().ticket_counts().total >= desk.server.tickets
    found = [each for each in look_at_store(desk.places, desk.config) if each.level is Level.BAD]
    assert [words in each.text for each in found] == [True] or how == "newer"
    desk.places.history.unlink()
    assert desk.once() == 0


def test_a_cache_of_a_newer_program_is_not_wiped_and_the_way_out_is_told(desk: SyncedDesk) -> None:
    desk.once()
    with closing(open_writer(desk.places.cache, KEY)) as connection:
        connection.execute("PRAGMA user_version = 999")
    content = desk.places.cache.read_bytes()

    assert desk.once() == 1
    assert desk.report("jira").error_detail.endswith(
        f"Update the program. To stay with this version, remove {desk.places.cache}: it is a copy and fills itself."
    )
    assert desk.places.cache.read_bytes() == content
    desk.places.cache.unlink()
    assert desk.once() == 0


@holds("a damaged or newer desk or history file", "never touched; the way out is told")
@pytest.mark.parametrize("how", ["damaged", "newer"])
def test_the_persons_own_records_are_never_touched(desk: SyncedDesk, how: str) -> None:
    desk.once()
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        records.acknowledge("ticket:1", "ticket:1")
    if how == "damaged":
        garbage(desk.places.desk)
    else:
        with closing(open_writer(desk.places.desk, KEY)) as connection:
            connection.execute("PRAGMA user_version = 999")
    content = desk.places.desk.read_bytes()

    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records, pytest.raises(StoreError) as caught:
        records.acknowledge("ticket:2", "ticket:2")
    assert caught.value.code == how
    assert str(desk.places.desk) in str(caught.value)
    assert desk.places.desk.read_bytes() == content


def test_the_way_out_that_is_told_brings_back_a_backup_whole_beside_the_log_of_a_killed_process(
    desk: SyncedDesk, tmp_path: Path
) -> None:
    file, log = desk.places.desk, desk.places.desk.with_name("desk.db-wal")
    backup = tmp_path / "backup.db"
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        records.acknowledge("ticket:1", "ticket:1")
    shutil.copy(file, backup)
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        for number in range(2, 60):
            records.acknowledge(f"ticket:{number}", f"ticket:{number}")
        left = log.read_bytes()
    garbage(file)
    log.write_bytes(left)

    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records, pytest.raises(StoreError) as caught:
        records.acknowledge("ticket:60", "ticket:60")
    told = re.search(r"move aside every file whose name begins with (\S+)\. Then restore", str(caught.value))
    assert told is not None, caught.value
    for each in file.parent.glob(f"{told[1]}*"):
        each.rename(tmp_path / f"aside-{each.name}")
    shutil.copy(backup, file)
    with closing(DeskFile(desk.places, KEY, Clock(), "Mari")) as records:
        assert list(records.acknowledgements()) == ["ticket:1"]
    assert (tmp_path / "aside-desk.db-wal").read_bytes() == left


def test_two_caches_are_equal_after_a_rebuild_and_without_one(desk: SyncedDesk, tmp_path: Path) -> None:
    desk.calendar = ""
    desk.write()
    desk.once()
    overwrite(desk.places.cache, 1)
    assert desk.once() == 0
    (tmp_path / "calm").mkdir()
    calm = SyncedDesk(desk.server, tmp_path / "calm", calendar="")
    assert calm.once() == 0

    assert not differences(contents(desk.places.cache, KEY), contents(calm.places.cache, KEY))

"""Disks and folders that take nothing, locks that others hold: told as they are, and over when they are over."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data import volumes
from data.checks.http import HttpCheck
from data.diagnosis import Level
from data.diagnosis.computer import look_at_disk, look_at_store
from data.secrets import SecretError, store_key
from data.sources.checks import CheckSource
from data.store.driver import BUSY_SECONDS, Connection, StoreError, open_reader, open_writer, transaction
from data.sync.books import Books
from data.sync.ends import code_of, reason_of
from data.sync.supervise import Supervisor, SyncPhase, spawn
from tests.faults.contents import contents, differences
from tests.faults.rows import holds
from tests.upstream import KEY, SyncedDesk, Upstream, upstream, wait_for

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with upstream(tickets=120) as running:
        yield running


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 8 MB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a disk for the test; the library's own limit is tested beside it")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here; the library's own limit is tested beside it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def stuff(folder: Path, spare: int = 0) -> Path:
    """Fills the disk of `folder` but for `spare` bytes; the file to remove to make room again."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize  # type: ignore[attr-defined, unused-ignore]
    ballast.write_bytes(bytes(max(free - spare, 0)))
    return ballast


def edit_much(server: Upstream) -> None:
    server.admin("skip", {"ms": 1000})
    server.admin("touch", {"project": "SKAH", "count": 100})


def test_a_full_disk_is_told_loses_nothing_and_is_over_when_there_is_room(
    desk: SyncedDesk, small_disk: Path, tmp_path: Path
) -> None:
    full = SyncedDesk(desk.server, small_disk, calendar="")
    assert full.once() == 0
    ballast = stuff(small_disk, spare=60_000)
    edit_much(desk.server)

    assert full.once() == 1
    assert "is full: make room and try again" in full.report("jira").error_detail
    ballast.unlink()
    assert full.once() == 0
    desk.calendar = ""
    desk.write()
    assert desk.once() == 0
    assert not differences(contents(full.places.cache, KEY), contents(desk.places.cache, KEY))
    full.close()


@holds("a full disk", "told, nothing lost, goes on by itself")
def test_a_desk_on_a_full_disk_says_so_and_goes_on_by_itself(server: Upstream, small_disk: Path) -> None:
    full = SyncedDesk(server, small_disk)
    assert full.once() == 0
    ballast = stuff(small_disk)
    supervisor = Supervisor(full.places)
    try:
        wait_for(lambda: supervisor.look().reason == "full", "the reason")
        assert supervisor.state.phase is SyncPhase.FAILING
        # It is tried again, and the reason stands until it works.
        wait_for(lambda: supervisor.look().restarts, "another try")
        assert supervisor.state.reason == "full"
        ballast.unlink()
        wait_for(lambda: supervisor.look().phase is SyncPhase.RUNNING, "the recovery")
        assert supervisor.state.reason == ""
    finally:
        supervisor.close(stop_sync=True)
        full.close()


def test_the_library_s_own_word_of_a_full_disk_is_understood(desk: SyncedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    from data.store import write

    def cramped(*arguments: object, **options: object) -> Connection:
        connection = open_writer(*arguments, **options)  # type: ignore[arg-type]
        connection.execute("PRAGMA max_page_count = 1")  # the least that the file's present size allows
        return connection

    desk.once()
    edit_much(desk.server)
    for _each in range(40):
        desk.server.admin("issue", {"description": "pikk " * 2000})
    with monkeypatch.context() as patched:
        patched.setattr(write, "open_writer", cramped)
        assert desk.once() == 1
    assert desk.report("jira").error_code == "store.full"
    assert "is full: make room and try again" in desk.report("jira").error_detail
    assert desk.once() == 0
    assert contents(desk.places.cache, KEY)["ticket"]


def test_a_disk_that_became_read_only_is_told_by_the_sync_the_desk_and_the_doctor(
    server: Upstream, small_disk: Path
) -> None:
    desk = SyncedDesk(server, small_disk)
    assert desk.once() == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    process = desk.process("--once")
    assert reason_of(process.wait(20)) == "io"
    assert str(desk.places.data_dir) in process.communicate()[1].decode()
    supervisor = Supervisor(desk.places)
    assert supervisor.look().reason == "io"
    assert supervisor.look().phase is SyncPhase.FAILING
    found = list(look_at_disk(desk.places))
    assert found[0].level is Level.BAD
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert desk.process("--once").wait(60) == 0
    assert desk.reader().ticket_counts().total >= server.tickets
    desk.close()
    supervisor.close()


@holds("a disk that takes no writes", "told; what lies there whole is read")
def test_a_desk_reads_what_lies_on_a_read_only_disk_and_follows_it_when_it_is_written_again(
    server: Upstream, small_disk: Path
) -> None:
    desk = SyncedDesk(server, small_disk)
    assert desk.once() == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with closing(desk.reader()) as reader:
        before, seen = reader.ticket_counts(), reader.data_versions()
        assert before.total >= server.tickets
        assert reader.data_versions() == seen
        told = [each for each in look_at_store(desk.places, desk.config) if str(desk.places.cache) in each.text]
        assert [each.level for each in told] == [Level.GOOD]

        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
        server.admin("issue", {"summary": "Uus pilet"})
        assert desk.once() == 0
        assert reader.data_versions() != seen
        assert reader.ticket_counts().total == before.total + 1
    desk.close()


def test_a_log_that_cannot_be_read_on_a_read_only_disk_is_told_and_not_passed_over(
    desk: SyncedDesk, small_disk: Path
) -> None:
    desk.once()
    with closing(open_writer(desk.places.cache, KEY)) as other:
        other.execute("UPDATE ticket SET summary = 'in the log alone'")
        for part in ("", "-wal"):  # as a copy of a folder in use brings them, without the index
            shutil.copy(desk.places.cache.with_name(f"cache.db{part}"), small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with pytest.raises(StoreError, match="look at its permissions and those of its folder"):
        open_reader(small_disk / "cache.db", KEY)


def test_a_folder_that_is_a_file_is_told_without_a_traceback(desk: SyncedDesk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    desk.places = type(desk.places)(desk.places.config_file, tmp_path / "file" / "data")

    assert reason_of(desk.once()) == "io"
    assert "cannot be opened" in desk.report("sync").error_detail


@holds("a file held by another program", "told and tried again")
def test_a_file_that_another_program_holds_is_told_and_tried_again(desk: SyncedDesk) -> None:
    desk.once()
    with closing(open_writer(desk.places.cache, KEY)) as other, transaction(other, "IMMEDIATE"), desk.following():
        edit_much(desk.server)
        wait_for(lambda: "locked by another program" in desk.pulse().get("error_detail", ""), "the word of it")
        assert desk.pulse()["error_code"] == "store.locked"
        other.execute("ROLLBACK")
        wait_for(lambda: desk.pulse().get("error_code") == "", "the recovery")


def test_a_stop_does_not_wait_for_a_file_that_another_program_holds(desk: SyncedDesk) -> None:
    desk.once()
    edit_much(desk.server)
    with closing(open_writer(desk.places.cache, KEY)) as other, transaction(other, "IMMEDIATE"):
        process = desk.process()
        wait_for(lambda: desk.pulse().get("phase") == "fetching", "the poll that waits for the file")
        asked = time.monotonic()
        desk.places.stop.touch()

        assert process.wait(10) == 0
        # It is there at once, but for a busy machine; for the file it would wait this long.
        assert time.monotonic() - asked < BUSY_SECONDS


@holds("several fetching processes at once", "one works, the others say so")
def test_of_several_syncs_started_at_once_one_works_and_the_others_say_so(desk: SyncedDesk) -> None:
    processes = [desk.process() for _each in range(3)]
    processes.append(spawn(desk.places))
    desk.processes.append(processes[-1])
    wait_for(lambda: sum(process.poll() is None for process in processes) == 1, "one to be left")

    assert {process.poll() for process in processes} == {None, code_of("busy")}
    wait_for(lambda: desk.pulse().get("known_ms"), "the one that works")
    said = [process.communicate()[1] for process in processes[:3] if process.poll() is not None]
    assert all(b"Another sync" in each for each in said)
    desk.places.stop.touch()
    assert next(process for process in processes if process.poll() is None).wait(5) == 0


@holds("data on a network drive", "refused before anything is written")
def test_a_network_drive_is_refused_before_anything_is_written(
    desk: SyncedDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts, share = tmp_path / "mounts", tmp_path / "share"
    mounts.write_text(f"1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / {share} rw - cifs //server/share rw\n")
    if sys.platform == "linux":
        monkeypatch.setattr(volumes, "MOUNTS", mounts)
    else:
        monkeypatch.setattr(volumes, "_network_kind", lambda folder: "cifs" if folder.is_relative_to(share) else "")
    desk.places = type(desk.places)(desk.places.config_file, share / "data")

    assert reason_of(desk.once()) == "network"
    told = desk.report("sync").error_detail
    assert "is on a network drive (cifs)" in told
    assert "--data-dir" in told
    with pytest.raises(SecretError, match="network drive"):
        store_key(desk.places, create=True, demo=True)
    with pytest.raises(Exception, match="network drive"):
        Books(desk.places, KEY)
    assert not share.exists()


async def test_books_that_cannot_be_opened_are_opened_when_they_can(desk: SyncedDesk) -> None:
    """A history that appears as a folder, as a synchronising program may make it for a moment."""
    desk.places.history.mkdir()
    source = CheckSource([HttpCheck(name="dhx", url="http://127.0.0.1:9/")], desk.config.domain_clock())
    books = Books(desk.places, KEY)
    try:
        with pytest.raises(Exception, match="cannot be") as caught:
            await books.position(source)
        assert getattr(caught.value, "code", "") == "io"
        desk.places.history.rmdir()
        assert await books.position(source) == ("", {})
    finally:
        await asyncio.to_thread(books.close)
        await source.close()

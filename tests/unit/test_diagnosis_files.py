"""What stands in the way of a file is told of that file, whatever else of the folder is well.

The tests may run as root, whom no mode bits stop: refusals are made by a folder in the file's place, or by hand.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from data.config import Config
from data.diagnosis import Finding, Level, computer, files
from data.paths import Places, make_private_dir, write_private
from data.store.driver import open_writer
from tui.cli import doctor

KEY = "5c" * 32


@pytest.fixture
def where(tmp_path: Path) -> Places:
    """The places of a desk that has run."""
    found = Places(tmp_path / "config.toml", make_private_dir(tmp_path / "data"))
    write_private(found.key_file, KEY.encode())
    for file in (found.cache, found.history, found.desk):
        with closing(open_writer(file, KEY)) as connection:
            connection.execute("CREATE TABLE note (text TEXT)")
    found.lock.touch()
    found.log.touch()
    return found


def everything(where: Places) -> list[Finding]:
    """What the diagnosis finds in the folder, line by line."""
    return list(doctor.look_at_data(where, Config(demo=True)))


def wrong(findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if each.level is Level.BAD]


def test_files_that_can_be_written_are_no_finding(where: Places) -> None:
    assert wrong(everything(where)) == []


@pytest.mark.parametrize("name", ["cache", "history", "desk", "lock", "log", "pulse", "preferences"])
def test_a_folder_in_the_place_of_a_file_is_told_of_that_file(where: Places, name: str) -> None:
    file: Path = getattr(where, name)
    file.unlink(missing_ok=True)
    file.mkdir()
    [finding] = wrong(everything(where))
    assert f"is a folder where a file belongs ({file})" in finding.text
    assert finding.advice


def test_a_file_in_the_place_of_the_desks_is_told(where: Places) -> None:
    where.desks.touch()
    [finding] = wrong(everything(where))
    assert str(where.desks) in finding.text


@pytest.mark.parametrize("name", ["cache", "history", "desk", "lock", "log"])
def test_a_file_that_may_not_be_written_is_told_with_what_to_do(
    where: Places, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    refuse(monkeypatch, getattr(where, name), errno.EACCES)
    [finding] = wrong(everything(where))
    assert str(getattr(where, name)) in finding.text
    if sys.platform != "win32":
        assert finding.advice == f"chmod 600 {getattr(where, name)}"


def test_a_disk_that_takes_no_writes_is_not_told_of_each_file(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, where.cache, errno.EROFS)
    assert wrong(everything(where)) == []


def test_looking_changes_no_file(where: Places) -> None:
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in where.data_dir.glob("*.db")}
    everything(where)
    assert before == {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in where.data_dir.glob("*.db")}


def test_a_lock_that_another_holds_is_no_finding(where: Places) -> None:
    with FileLock(where.lock):
        assert list(files.look_at_files(where)) == []


def test_a_folder_that_cannot_be_entered_is_the_only_thing_told_of_it(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != where.data_dir)
    [finding] = everything(where)
    assert (finding.level, str(where.data_dir) in finding.text) == (Level.BAD, True)


def test_a_look_that_stumbles_is_told_and_the_rest_follows(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(computer, "look_at_store", stumble)
    found = everything(where)
    assert ["ZeroDivisionError" in each.text for each in wrong(found)] == [True]
    assert found[-1].text == str(where.log)


def refuse(monkeypatch: pytest.MonkeyPatch, file: Path, number: int) -> None:
    """Lets the system refuse to open `file`."""
    opened = os.open

    def refusing(path: Path, *arguments: int) -> int:
        if Path(path) == file:
            raise OSError(number, os.strerror(number), str(path))
        return opened(path, *arguments)

    monkeypatch.setattr(os, "open", refusing)

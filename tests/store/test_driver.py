"""The files on disk: closed to everybody without the key, and honest about what is wrong with them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from data.store import driver
from data.store.driver import StoreError, open_reader, open_writer, transaction, translated

from .world import JIRA, KEY, NOW, cache_writer, comment, places_in, ticket, tickets

SECRET = "Taotleja pangakonto muutus kolmapäeval"


def filled(file: Path) -> Path:
    connection = open_writer(file, KEY)
    connection.execute("CREATE TABLE note (text TEXT)")
    connection.execute("INSERT INTO note VALUES (?)", (SECRET,))
    connection.close()
    return file


def test_neither_the_file_nor_its_log_holds_a_readable_word(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    writer = cache_writer(places)
    writer.apply(JIRA, tickets(ticket(1, summary=SECRET), comment=[comment(1, 1, SECRET)], cursor="c"), NOW)
    files = sorted(tmp_path.glob("cache.db*"))
    assert [file.name for file in files] == ["cache.db", "cache.db-shm", "cache.db-wal"]
    content = b"".join(file.read_bytes() for file in files)
    writer.close()
    content += places.cache.read_bytes()
    assert len(content) > 50_000
    for word in (SECRET, "pangakonto", "SKAH-1", "CREATE TABLE", "SQLite format 3"):
        assert word.encode() not in content


@pytest.mark.skipif(sys.platform == "win32", reason="mode bits are POSIX")
def test_file_and_log_are_for_this_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        connection = open_writer(tmp_path / "x.db", KEY)
        connection.execute("CREATE TABLE note (text TEXT)")
    finally:
        os.umask(before)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(["x.db", "x.db-shm", "x.db-wal", "store.check"], 0o600)
    connection.close()


@pytest.mark.parametrize("opener", [open_reader, open_writer])
def test_a_wrong_key_is_told_in_our_words_with_the_cause_kept(tmp_path: Path, opener, capfd) -> None:  # type: ignore[no-untyped-def]
    file = filled(tmp_path / "x.db")
    with pytest.raises(StoreError, match="the key of the store is not the one that closed it") as caught:
        opener(file, "a" * 64)
    assert caught.value.code == "key"
    assert caught.value.__cause__ is not None
    assert "a" * 64 not in str(caught.value)
    assert capfd.readouterr() == ("", "")  # the library would write over the screen


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "another salt": lambda content: bytes(16) + content[16:],
    "a header of garbage": lambda content: content[:16] + b"x" * 84 + content[100:],
    "a first page overwritten at its end": lambda content: content[:4000] + bytes(96) + content[4096:],
    "cut off in the first page": lambda content: content[:1000],
    "cut off after it": lambda content: content[:4096],
    "something else": lambda _content: b"SQLite format 3\0" + bytes(8000),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("opener", [open_reader, open_writer])
def test_a_damaged_file_is_told_from_a_wrong_key(tmp_path: Path, opener, damage: str) -> None:  # type: ignore[no-untyped-def]
    file = filled(tmp_path / "x.db")
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    content = file.read_bytes()
    with pytest.raises(StoreError, match="is damaged") as caught:
        opener(file, KEY)
    assert caught.value.code == "damaged"
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("key", "damage", "code"),
    [("a" * 64, None, "key"), (KEY, "another salt", "damaged"), (KEY, "something else", "damaged")],
)
def test_what_cannot_be_opened_keeps_the_log_that_a_killed_process_has_left(
    tmp_path: Path, key: str, damage: str | None, code: str
) -> None:
    file, log = filled(tmp_path / "x.db"), tmp_path / "x.db-wal"
    connection = open_writer(file, KEY)
    content = file.read_bytes()
    connection.execute("INSERT INTO note VALUES ('later')")
    left = log.read_bytes()
    connection.close()
    file.write_bytes(DAMAGES[damage](content) if damage else content)
    log.write_bytes(left)
    content = file.read_bytes()

    for _attempt in range(2):
        with pytest.raises(StoreError) as caught:
            open_writer(file, key)
        assert caught.value.code == code
        assert (file.read_bytes(), log.read_bytes()) == (content, left)


@pytest.mark.parametrize("opener", [open_reader, open_writer])
def test_without_the_kept_value_the_other_files_tell_whether_the_key_is_right(tmp_path: Path, opener) -> None:  # type: ignore[no-untyped-def]
    file, _other = filled(tmp_path / "x.db"), filled(tmp_path / "y.db")
    (tmp_path / "store.check").unlink()
    file.write_bytes(bytes(16) + file.read_bytes()[16:])
    for key, code in ((KEY, "damaged"), ("a" * 64, "key")):
        with pytest.raises(StoreError) as caught:
            opener(file, key)
        assert caught.value.code == code
        (tmp_path / "store.check").unlink(missing_ok=True)


def test_where_nothing_tells_them_apart_both_are_named(tmp_path: Path) -> None:
    file = filled(tmp_path / "x.db")
    (tmp_path / "store.check").unlink()
    with pytest.raises(StoreError, match="key is not the right one, or the file is damaged") as caught:
        open_reader(file, "a" * 64)
    assert caught.value.code == "key"


def test_no_file_is_made_with_a_key_that_the_others_do_not_take(tmp_path: Path) -> None:
    filled(tmp_path / "x.db")
    for _with_and_without_what_is_kept in range(2):
        with pytest.raises(StoreError, match="the key of the store is not the one that closed it"):
            open_writer(tmp_path / "y.db", "a" * 64)
        assert not (tmp_path / "y.db").exists()
        (tmp_path / "store.check").unlink(missing_ok=True)


def test_a_new_key_is_taken_where_the_files_of_the_old_one_are_gone(tmp_path: Path) -> None:
    filled(tmp_path / "x.db").unlink()
    for name in ("x.db", "y.db"):
        open_writer(tmp_path / name, "a" * 64).close()
        open_reader(tmp_path / name, "a" * 64).close()


def test_a_network_drive_is_refused_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "network_kind", lambda _folder: "cifs")
    for opener in (open_reader, open_writer):
        with pytest.raises(StoreError, match=r"on a network drive \(cifs\).*--data-dir") as caught:
            opener(tmp_path / "x.db", KEY)
        assert caught.value.code == "network"
    assert list(tmp_path.iterdir()) == []


def test_a_page_changed_on_disk_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    connection = open_writer(file, KEY)
    connection.execute("CREATE TABLE note (text TEXT)")
    connection.executemany("INSERT INTO note VALUES (?)", [("x" * 1000,)] * 100)
    connection.close()
    content = bytearray(file.read_bytes())
    content[8 * 4096 + 50] ^= 1
    file.write_bytes(content)
    reader = open_reader(file, KEY)
    with pytest.raises(StoreError) as caught, translated(file):
        reader.execute("SELECT sum(length(text)) FROM note").fetchall()
    assert caught.value.code == "damaged"
    reader.close()


@pytest.mark.parametrize("key", ["", "short", "g" * 64, "a" * 64 + "'"])
def test_a_key_that_is_none_is_refused_without_being_repeated(tmp_path: Path, key: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_writer(tmp_path / "x.db", key)
    assert caught.value.code == "key"
    assert not key or key not in str(caught.value)


def test_a_file_that_is_not_there_is_missing_for_a_reader(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_reader(tmp_path / "x.db", KEY)
    assert caught.value.code == "missing"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_input_output_error_for_the_writer(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_writer(tmp_path / "no" / "x.db", KEY)
    assert caught.value.code == "io"


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    file = filled(tmp_path / "x.db")
    reader = open_reader(file, KEY)
    with pytest.raises(StoreError) as caught, translated(file):
        reader.execute("DELETE FROM note")
    assert caught.value.code == "io"
    assert reader.execute("PRAGMA query_only").fetchone() == (1,)
    reader.close()


def test_a_writer_waits_no_longer_than_it_says_for_another(tmp_path: Path) -> None:
    file = filled(tmp_path / "x.db")
    first, second = open_writer(file, KEY), open_writer(file, KEY)
    assert second.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    second.execute("PRAGMA busy_timeout = 1")
    with transaction(first, "IMMEDIATE"):  # noqa: SIM117 - what is expected to fail stands apart
        with pytest.raises(StoreError) as caught, translated(file), transaction(second, "IMMEDIATE"):
            pass
    assert caught.value.code == "locked"
    first.close()
    second.close()


@pytest.mark.parametrize(("durable", "synchronous"), [(False, 1), (True, 2)])
def test_a_writer_has_its_pragmas(tmp_path: Path, durable: bool, synchronous: int) -> None:
    connection = open_writer(tmp_path / "x.db", KEY, durable=durable)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.execute("PRAGMA synchronous").fetchone() == (synchronous,)
    connection.close()


def test_temporary_tables_never_reach_the_disk(tmp_path: Path) -> None:
    connection = open_writer(tmp_path / "x.db", KEY)
    options = {row[0] for row in connection.execute("PRAGMA compile_options").fetchall()}
    assert options & {"TEMP_STORE=2", "TEMP_STORE=3"}
    connection.close()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    connection = open_writer(filled(tmp_path / "x.db"), KEY)
    with pytest.raises(ZeroDivisionError), transaction(connection, "IMMEDIATE"):
        connection.execute("DELETE FROM note")
        _ = 1 / 0
    assert connection.execute("SELECT text FROM note").fetchall() == [(SECRET,)]
    connection.close()

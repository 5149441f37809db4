"""The cache as the process that writes it holds it: rebuilt once when it is damaged, broken off when it must end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.store import aside
from data.store.driver import Connection, StoreError
from data.store.migrations import CACHE
from data.store.tables import CACHE_TABLES
from data.store.write import Writer
from data.sync.book import Book
from tests.store.world import JIRA, KEY, NOW, ticket, tickets


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    made = Book(tmp_path / "cache.db", KEY, CACHE_TABLES, CACHE, is_copy=True)
    yield made
    made.close()


def count(writer: Writer) -> int:
    found: int = writer.ask(lambda file: file.execute("SELECT count(*) FROM ticket").fetchone()[0])
    return found


def fill(book: Book) -> None:
    book.use(lambda writer: writer.apply(JIRA, tickets(ticket(1), cursor="c"), NOW))


def test_a_rebuild_sets_the_copy_aside_once_for_all_who_saw_the_damage(book: Book) -> None:
    fill(book)
    edition = book.edition
    assert book.rebuild(edition) is True
    assert book.rebuild(edition) is False
    assert (book.edition, book.use(count)) == (edition + 1, 0)
    assert aside.damaged(book.file).exists()


def test_a_copy_that_is_damaged_again_at_once_is_told_and_not_rebuilt_in_a_circle(book: Book) -> None:
    fill(book)
    book.rebuild(book.edition)
    fill(book)
    with pytest.raises(StoreError, match="look at the disk") as caught:
        book.rebuild(book.edition)
    assert caught.value.code == "damaged"
    assert book.use(count) == 1


def test_what_is_under_way_is_broken_off_from_another_thread(book: Book) -> None:
    book.interrupt()  # nothing is under way yet
    begun = threading.Event()

    def endless(file: Connection) -> object:
        begun.set()
        return file.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        ).fetchone()

    ended: list[BaseException] = []

    def work() -> None:
        try:
            book.use(lambda writer: writer.ask(endless))
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(60)
    while thread.is_alive():
        # The first one may come before the statement runs, when there is nothing to break off.
        book.interrupt()
        thread.join(0.05)
    assert len(ended) == 1
    assert book.use(count) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be deleted there")
def test_a_copy_that_is_deleted_is_begun_anew(book: Book) -> None:
    fill(book)
    edition = book.edition
    book.file.unlink()
    assert (book.use(count), book.edition) == (0, edition + 1)

"""Every fault of an upstream system and what must come of it: the tests carry them out, README shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from data.model import AbsenceKind
from data.simulator.issue import PARTS
from tests.upstream import SyncedDesk, Upstream


@dataclass(frozen=True)
class Refusal:
    """A fault that hides the server's truth for a while. `code` is empty where the desk reads on all the same."""

    name: str
    mode: str
    code: str
    words: str = ""
    """What a person is told, in part."""
    more: tuple[tuple[str, Any], ...] = ()
    timeout: float = 20
    """The desk's, in seconds."""

    def begin(self, server: Upstream) -> None:
        """From now on the fault is there, until the server heals."""
        server.fault(self.mode, **dict(self.more))


def _limited(name: str, style: str) -> Refusal:
    return Refusal(f"429, {name}", "limited", "paused", "asks for a pause", (("style", style), ("seconds", 40)))


REFUSALS = (
    Refusal("a sign-in page with HTTP 200", "html200", "html", "web page instead of data"),
    Refusal("an expired token (401)", "unauthorized", "auth", "refused access"),
    Refusal("a CAPTCHA (AUTHENTICATION_DENIED)", "captcha", "captcha", "wants to see a person"),
    Refusal("403", "forbidden", "auth", "refused access"),
    Refusal("404", "missing", "absent", "does not know this address"),
    Refusal("410", "gone", "absent", "does not know this address"),
    _limited("Retry-After in seconds", "seconds"),
    _limited("Retry-After as a date", "date"),
    _limited("Retry-After 0 and an empty bucket", "zero"),
    _limited("X-RateLimit-* alone", "bucket"),
    _limited("no header", "none"),
    Refusal("503", "unavailable", "server", "answers with an error"),
    Refusal("503 with Retry-After", "unavailable", "server", "", (("told", True), ("seconds", 40))),
    Refusal("a connection that ends in mid-body", "drop", "unreachable", "broke off the connection"),
    Refusal("a connection that ends without an answer", "refuse", "unreachable", "broke off the connection"),
    Refusal("a compressed body that ends too early", "gzip", "server", "broke off its answer in the middle"),
    Refusal("a body of 100 MB", "huge", "format", "which is not read"),
    Refusal("a body that drips", "drip", "timeout", "did not answer in time", timeout=0.3),
    Refusal("an answer that is too slow", "slow", "timeout", "did not answer in time", (("seconds", 2),), 0.3),
    Refusal("a redirect to another host", "elsewhere", "html", "another address"),
    Refusal("good data called plain text", "type", "", more=(("style", "text/plain"),)),
    Refusal("good data called a web page", "type", "", more=(("style", "text/html;charset=UTF-8"),)),
)


@dataclass(frozen=True)
class Change:
    """Something that happens in Jira, after which the cache is to be the truth. It takes `hours` until it is."""

    name: str
    outcome: str
    act: Callable[[SyncedDesk], None]
    hours: float = 0.0
    check: Callable[[SyncedDesk], None] = lambda desk: None
    """What must hold beyond the truth of the tickets that can be seen."""


def _touch(desk: SyncedDesk, count: int) -> None:
    desk.server.admin("touch", {"count": count})


def _settings(desk: SyncedDesk, **settings: Any) -> None:
    desk.server.admin("settings", settings)


def _lower_pages(desk: SyncedDesk) -> None:
    _settings(desk, page_cap=7)
    _touch(desk, 60)


def _shorten_pages(desk: SyncedDesk) -> None:
    _settings(desk, page_cap=40, short_by=3)
    _touch(desk, 120)


def _edit_between_pages(desk: SyncedDesk) -> None:
    _settings(desk, page_cap=30)
    _touch(desk, 100)
    for key in ("SKAH-4100", "SKAH-3900"):
        desk.server.admin("after-page", {"key": key, "summary": "Muudetud lehtede vahel"})


def _move(desk: SyncedDesk) -> None:
    desk.server.admin("issue/SKAH-4000/move", {"project": "PERE"})


def _move_away(desk: SyncedDesk) -> None:
    desk.server.admin("project/MUU", {"name": "Muu projekt"})
    desk.server.admin("issue/SKAH-4001/move", {"project": "MUU"})


def _is_alias(desk: SyncedDesk) -> None:
    reader = desk.reader()
    assert reader.ticket_id("SKAH-4000") == 1_004_000
    ticket = reader.ticket(1_004_000)
    assert ticket is not None
    assert ticket.row.project == "PERE"
    reader.close()


def _is_gone(number: int, *kinds: AbsenceKind) -> Callable[[SyncedDesk], None]:
    """A check that a ticket of SKAH is told as gone in one of these ways."""

    def check(desk: SyncedDesk) -> None:
        reader = desk.reader()
        absence = reader.absence(1_000_000 + number)
        assert absence is not None
        assert absence.kind in kinds
        assert (absence.new_key == "") == (absence.kind is not AbsenceKind.LEFT)
        reader.close()

    return check


def _is_project_missing(desk: SyncedDesk) -> None:
    reader = desk.reader()
    (source,) = reader.sources()
    assert [(gap.reference, gap.reason) for gap in source.gaps] == [("PERE", "unreadable")]
    assert source.error_code == ""
    reader.close()


def _is_nothing_missing(desk: SyncedDesk) -> None:
    reader = desk.reader()
    assert not any(source.gaps for source in reader.sources())
    reader.close()


def _delete(desk: SyncedDesk) -> None:
    desk.server.admin("issue/SKAH-4002", method="DELETE")


def _hide(desk: SyncedDesk) -> None:
    desk.server.admin("issue/SKAH-4003/right", method="DELETE")


def _hide_and_show(desk: SyncedDesk) -> None:
    """Another ticket, hidden for so long that the desk has noticed."""
    desk.server.admin("issue/SKAH-4004/right", method="DELETE")
    desk.once()
    assert desk.reader().ticket(1_004_004) is None
    desk.server.admin("issue/SKAH-4004/right")


def _close_project(desk: SyncedDesk) -> None:
    desk.server.admin("project/PERE/right", method="DELETE")


def _close_and_open_project(desk: SyncedDesk) -> None:
    _close_project(desk)
    desk.once()
    _is_project_missing(desk)
    desk.server.admin("project/PERE/right")


def _change_zone(desk: SyncedDesk) -> None:
    _settings(desk, numbers=False, zone="America/New_York")
    desk.later(0.2)
    _touch(desk, 12)


def _put_clock(desk: SyncedDesk, hours: float) -> None:
    """The server's clock is wrong while a ticket changes and the desk reads, and right again after that."""
    desk.later(3)
    _settings(desk, off_ms=round(hours * 3_600_000))
    _touch(desk, 5)
    desk.once()
    desk.server.admin("issue/SKAH-4010", {"summary": "Kellaga oli midagi", "comment": "Kell"})
    _settings(desk, off_ms=0)
    desk.server.admin("issue/SKAH-4011", {"summary": "Kell on jälle õige"})


def _add_parts(desk: SyncedDesk) -> None:
    for _ in range(25):
        desk.server.admin("issue/SKAH-4020", {"worklog": 900, "comment": "Veel üks"})
    desk.server.admin("issue/SKAH-4020", {"attachment": "väljavõte.txt"})


def _drop_worklog(desk: SyncedDesk) -> None:
    for _ in range(4):
        desk.server.admin("issue/SKAH-4021", {"worklog": 900})
    desk.once()
    desk.later(1)
    desk.server.admin("issue/SKAH-4021", {"gone_worklog": 1_004_021 * PARTS + 3})
    desk.later(1)


CHANGES = (
    Change("a server that lowers maxResults", "read to the end with smaller pages", _lower_pages),
    Change("pages shorter than asked for", "read to the end; a short page is not the last", _shorten_pages),
    Change("edits between two pages", "nothing is skipped, nothing stands there twice", _edit_between_pages),
    Change(
        "a ticket moved to another followed project",
        "same ticket, new key; the old key finds it",
        _move,
        check=_is_alias,
    ),
    Change(
        "a ticket moved to a project that is not followed",
        "gone from the lists, told as moved away",
        _move_away,
        check=_is_gone(4001, AbsenceKind.LEFT),
    ),
    Change(
        "a ticket deleted", "gone from the lists, told as deleted", _delete, check=_is_gone(4002, AbsenceKind.DELETED)
    ),
    Change(
        "the right to see a ticket lost",
        "gone from the lists; Jira answers as if it were deleted",
        _hide,
        check=_is_gone(4003, AbsenceKind.DELETED),
    ),
    Change("the right to see a ticket given back", "there again", _hide_and_show, 25),
    Change(
        "the right to see a project lost",
        "its tickets hidden and kept; the project is told",
        _close_project,
        check=_is_project_missing,
    ),
    Change(
        "the right to see a project given back",
        "its tickets are there again",
        _close_and_open_project,
        check=_is_nothing_missing,
    ),
    Change("a server without numeric dates, user's zone changed", "nothing is missed", _change_zone),
    Change("more work logs and comments than come with a ticket", "all of them are read", _add_parts),
    Change("a work log deleted", "gone", _drop_worklog),
    Change("the server's clock an hour fast", "complete within a day", lambda desk: _put_clock(desk, 1), 25),
    Change("the server's clock an hour slow", "complete within a day", lambda desk: _put_clock(desk, -1), 25),
)

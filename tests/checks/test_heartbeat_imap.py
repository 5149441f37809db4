"""A job that tells of its runs in a mailbox: read over IMAP, examined and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from data.checks import heartbeat_mail
from data.checks.heartbeat_imap import encoded_name
from data.checks.heartbeat_mail import MailFeed
from data.config import ConfigError, decode
from data.model import Outcome
from tests.checks.imap import ImapServer, imap_server
from tests.checks.test_heartbeat import BASE, Desk, message, nightly
from tests.rules.test_jobs import at


@pytest.fixture(autouse=True)
def _nothing_read() -> Iterator[None]:
    heartbeat_mail._runs.clear()
    yield
    heartbeat_mail._runs.clear()


class Reader(Desk):
    """Knows the password."""

    password = "salasõna-1"

    async def secret(self, name: str) -> str:
        assert name == "imap"
        return self.password


def feed(server: ImapServer, **told: Any) -> MailFeed:
    given: dict[str, Any] = {
        "server": "127.0.0.1",
        "port": server.port,
        "user": "tood",
        "security": "none",
        "subject": "^Öine arvutus",
    }
    return MailFeed(**(given | {"figures": ("Ridu: (?P<rows>[0-9 ]+)",)} | told))


async def test_the_messages_of_the_job_are_its_runs() -> None:
    async with imap_server(ImapServer({4: message(), 5: message("Muu töö"), 9: b"\xff\x00"})) as server:
        look = await nightly(mail=feed(server)).look(Reader())
    assert look.outcome is Outcome.OK
    assert [(run.ended_ms, run.rows) for run in look.runs] == [(at("2026-12-04 03:10:05"), 182_734)]
    # It is read, and nothing of it is changed: examined, peeked at, and only what is the job's in full.
    assert 'EXAMINE "INBOX"' in server.said
    assert [each for each in server.said if "BODY.PEEK[]" in each] == ["UID FETCH 4 (UID BODY.PEEK[]<0.65536>)"]
    assert not [each for each in server.said if each.split()[0] in ("SELECT", "STORE", "EXPUNGE", "COPY", "APPEND")]
    assert "UID SEARCH SINCE 3-Oct-2026" in server.said


async def test_a_message_is_fetched_once() -> None:
    async with imap_server(ImapServer({4: message(), 5: message("Muu töö")})) as server:
        one = feed(server)
        first = await one.read_runs(Reader(), 30)
        server.said.clear()
        assert await one.read_runs(Reader(), 30) == first
        assert not [each for each in server.said if "FETCH" in each]

        server.messages[6] = message(date="Fri, 04 Dec 2026 05:00:00 +0200")
        assert len(await one.read_runs(Reader(), 30)) == 2
        assert [each for each in server.said if "PEEK[]" in each] == ["UID FETCH 6 (UID BODY.PEEK[]<0.65536>)"]

        server.said.clear()
        server.validity = 8  # the mailbox was made anew: the same numbers mean others
        assert len(await one.read_runs(Reader(), 30)) == 2
        assert [each for each in server.said if "PEEK[]" in each] == ["UID FETCH 4,6 (UID BODY.PEEK[]<0.65536>)"]

        del server.messages[4]
        assert len(await one.read_runs(Reader(), 30)) == 1


async def test_a_plain_password_is_told_by_the_plain_command() -> None:
    async with imap_server(ImapServer({4: message()}, password="plain-1")) as server:
        desk = Reader()
        desk.password = "plain-1"
        assert len(await feed(server).read_runs(desk, 30)) == 1
    assert 'LOGIN tood "plain-1"' in server.said


async def test_what_stands_in_the_way_is_told() -> None:
    async with imap_server(ImapServer({4: message()})) as server:

        async def reason(desk: Reader | None = None, **told: Any) -> str:
            look = await nightly(mail=feed(server, **told)).look(desk or Reader())
            assert look.outcome is Outcome.UNKNOWN
            return look.reason

        stranger = Reader()
        stranger.password = "vale"
        assert await reason(stranger) == "mail auth"
        stranger.password = ""
        assert await reason(stranger) == "secret imap"
        assert await reason(mailbox="Ei ole") == "no folder"
        assert await reason(security="tls") in ("tls handshake", "unreachable")
        server.answers_nonsense = True
        assert await reason() == "other answer"
    assert await reason() in ("refused", "unreachable")


async def test_a_server_that_breaks_off_is_told() -> None:
    class Broken(ImapServer):
        def _answer(self, tag: str, command: str) -> bytes:
            return b"* BYE\r\n" if command.startswith("UID FETCH") else super()._answer(tag, command)

    async with imap_server(Broken({4: message()})) as server:
        look = await nightly(mail=feed(server), timeout=1).look(Reader())
    assert (look.outcome, look.reason) in ((Outcome.UNKNOWN, "other answer"), (Outcome.UNKNOWN, "timeout"))


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("INBOX", "INBOX"),
        ("Tööd", "T&APYA9g-d"),
        ("Tööd/Öised", "T&APYA9g-d/&ANY-ised"),
        ("A&B", "A&-B"),
        ('a"b', 'a\\"b'),
        ("a\r\nA2 DELETE INBOX", "aA2 DELETE INBOX"),
    ],
)
def test_the_name_of_a_mailbox_is_sent_as_the_protocol_wants(name: str, sent: str) -> None:
    assert encoded_name(name) == sent


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"server": "imap.example", "user": "a", "folder": "b"}, "mail.folder"),
        ({}, "mail.folder"),
        ({"server": "imap.example"}, "mail.user"),
        ({"server": "imap.example", "user": "a", "security": "none"}, "mail.security"),
    ],
)
def test_a_bad_mailbox_is_named_by_its_key(told: dict[str, str], path: str) -> None:
    with pytest.raises(ConfigError) as raised:
        decode({"check": [BASE | {"ping": "", "mail": {"subject": "x"} | told}]})
    assert any(problem.startswith(f"[[check]] 1 {path}") for problem in raised.value.problems), raised.value.problems

"""The outbox against a real mail server on loopback: what leaves, what does not, and what is never sent twice."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from data.clock import Clock
from data.incident import Incident, Notice
from data.mail import Mail
from data.paths import Places, make_private_dir
from data.post import PostError, probe
from data.simulator.letters import PostOffice
from data.store.desk import DeskFile
from data.store.operations import NOTICE, SENDING
from data.store.read import Reader
from data.sync.outbox import Outbox
from tests.upstream import wait_for

KEY = "5c" * 32
MARI = ["Mari Mets", "mari@asutus.example"]
RAIN = ["Rain Rand", "rain@asutus.example"]
INCIDENT = "maksed:1000"
TLS = Path(__file__).parent.parent / "fixtures" / "tls"


class Letters:
    """A mail server's answers, and what it took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answers: list[str] = []
        """What it says to the next messages; then it takes everything."""
        self.refused: dict[str, str] = {}
        self.release = threading.Event()
        self.release.set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            self.taken.append(envelope)
            server.transport.abort()
            return "250 OK"
        if answer.startswith("2"):
            self.taken.append(envelope)
        return answer

    def only(self) -> EmailMessage:
        """The only message that was taken."""
        (envelope,) = self.taken
        assert isinstance(envelope.content, bytes)
        return message_from_bytes(envelope.content, EmailMessage)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def server(letters: Letters) -> Iterator[PostOffice]:
    controller = PostOffice(letters)
    controller.start()
    yield controller
    controller.stop()


class Desk:
    """A desk file, the outbox over it, and what the screen reads of both."""

    def __init__(self, folder: Path, mail: Mail) -> None:
        self.places = Places(folder / "config.toml", folder / "data")
        make_private_dir(self.places.data_dir)
        self.mail = mail
        self.records = DeskFile(self.places, KEY, Clock(), "Kati Katse")
        self.records.record("declare", "maksed", {"service": "maksed", "started_ms": 1000, "text": "vale konto"})
        self.reader = Reader(self.places, KEY, Clock())
        self.outboxes: list[Outbox] = []

    def write(self, *to: list[str], title: str = "Katkestus", text: str = "Tere\n") -> str:
        body = {"incident": INCIDENT, "stage": "first", "to": list(to), "title": title, "text": text}
        return self.records.record(NOTICE, "maksed", body | {"channel": "email"})

    def open(self) -> Outbox:
        outbox = Outbox(self.mail, self.places, KEY, Clock(), lambda: "parool", pauses=(0.1,))
        self.outboxes.append(outbox)
        outbox.start()
        return outbox

    @property
    def incident(self) -> Incident:
        return self.reader.incidents()[0]

    def notice(self, holds: Callable[[Notice], object]) -> Notice:
        return (
            wait_for(lambda: next((each for each in self.incident.notices if holds(each)), None), "the notice")
            or (self.incident.notices[0])
        )

    def close(self) -> None:
        for each in self.outboxes:
            each.stop(30)
        self.records.close()
        self.reader.close()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make_(port: int, **given: Any) -> Desk:
        known: dict[str, Any] = {"host": "127.0.0.1", "sender": "desk@asutus.example", "security": "none", "delay": 0}
        made.append(Desk(tmp_path, Mail(port=port, **known | given)))
        return made[-1]

    yield make_
    for each in made:
        each.close()


def test_a_notice_leaves_once_with_personal_data_taken_out(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    desk = make(server.port, sender_name="Õie\r\nBcc: x@y.example")
    desk.write(MARI, title="Katkestus\r\nBcc: vargad@x.example", text="Isik 39001010000, õäöü\n.\nlõpp\n")
    desk.open()

    notice = desk.notice(lambda each: each.state == "sent")
    assert notice.told_ms is not None
    assert desk.incident.told_ms == notice.told_ms
    made = letters.only()
    assert (letters.taken[0].mail_from, letters.taken[0].rcpt_tos) == ("desk@asutus.example", [MARI[1]])
    assert made["Bcc"] is None
    assert made["Message-ID"] == f"<{notice.id}@peakasutaja>"
    body = made.get_payload(decode=True)
    assert isinstance(body, bytes)
    text = body.decode()
    assert "39001010000" not in text
    assert "õäöü\n.\nlõpp" in text.replace("\r\n", "\n")
    assert len(letters.taken) == 1


def test_what_the_server_cannot_take_now_is_tried_again(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    letters.answers = ["451 try later", "452 full"]
    desk = make(server.port)
    desk.write(MARI)
    desk.open()

    desk.notice(lambda each: each.state == "sent")
    assert len(letters.taken) == 1


def test_what_the_server_will_never_take_is_told_and_not_tried_again(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    letters.answers = ["554 no thanks to 39001010000"]
    desk = make(server.port)
    desk.write(MARI)
    desk.open()

    notice = desk.notice(lambda each: each.is_final)
    assert (notice.state, notice.reason) == ("failed", "mail refused")
    assert "554 no thanks" in notice.detail
    assert "39001010000" not in notice.detail
    assert (desk.incident.told_ms, letters.taken) == (None, [])


def test_one_refused_recipient_is_named_and_the_other_gets_it(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    letters.refused = {RAIN[1]: "550 no such user"}
    desk = make(server.port)
    desk.write(MARI, RAIN)
    desk.open()

    notice = desk.notice(lambda each: each.state == "sent")
    assert notice.detail == RAIN[1]
    assert letters.taken[0].rcpt_tos == [MARI[1]]


def test_where_every_recipient_is_refused_nothing_is_sent(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    letters.refused = {MARI[1]: "550 no such user"}
    desk = make(server.port)
    desk.write(MARI)
    desk.open()

    notice = desk.notice(lambda each: each.is_final)
    assert (notice.reason, notice.detail, letters.taken) == ("mail recipients", "550 no such user", [])


def test_a_dead_server_is_told_and_the_notice_leaves_when_it_lives(make: Callable[..., Desk], letters: Letters) -> None:
    gone = PostOffice(letters)
    gone.start()
    gone.stop()
    desk = make(gone.port)
    desk.write(MARI)
    desk.open()
    notice = desk.notice(lambda each: each.state == "failed")
    assert (notice.reason, notice.is_final, desk.incident.told_ms) == ("refused", False, None)

    back = PostOffice(letters, gone.port)
    back.start()
    desk.notice(lambda each: each.state == "sent")
    back.stop()
    assert len(letters.taken) == 1


def test_a_connection_that_breaks_while_the_message_is_taken_leaves_it_uncertain(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    letters.answers = ["drop"]
    desk = make(server.port)
    desk.write(MARI)
    desk.open()

    notice = desk.notice(lambda each: each.is_final)
    assert notice.reason == "mail uncertain"
    assert len(letters.taken) == 1  # and it is not sent again


def test_what_a_killed_process_had_begun_is_never_sent_again(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    desk = make(server.port)
    begun = desk.write(MARI)
    desk.records.record(SENDING, "maksed", {"operation": begun})
    later = desk.write(MARI, title="Teine")
    desk.open()

    desk.notice(lambda each: each.id == later and each.state == "sent")
    notice = desk.notice(lambda each: each.id == begun)
    assert (notice.reason, notice.is_final, notice.told_ms) == ("mail uncertain", True, None)
    assert letters.only()["Subject"] == "Teine"


def test_what_is_taken_back_in_time_does_not_leave(
    make: Callable[..., Desk], server: PostOffice, letters: Letters
) -> None:
    desk = make(server.port, delay=3600)
    desk.records.withdraw(desk.write(MARI))
    kept = desk.write(MARI, title="Ootab")
    outbox = desk.open()
    wait_for(lambda: outbox.has_looked, "a look")

    assert [(each.id, each.state) for each in desk.incident.notices] == [(kept, "pending")]
    assert letters.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_said(letters: Letters) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "unknown_ca.pem")
    controller = PostOffice(letters, tls_context=context, require_starttls=True)
    controller.start()
    mail = Mail(host="127.0.0.1", sender="a@b.example", port=controller.port, user="desk")
    with pytest.raises(PostError) as caught:
        probe(mail, "parool")
    controller.stop()
    assert caught.value.code == "tls untrusted"


def test_a_server_without_starttls_is_not_told_the_password(server: PostOffice) -> None:
    mail = Mail(host="127.0.0.1", sender="a@b.example", port=server.port, user="desk")
    with pytest.raises(PostError) as caught:
        probe(mail, "parool")
    assert caught.value.code == "mail unsecured"


def test_a_server_with_tls_from_the_first_byte_must_be_vouched_for_too(letters: Letters) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "unknown_ca.pem")
    controller = PostOffice(letters, ssl_context=context)
    controller.start()
    with pytest.raises(PostError) as caught:
        probe(Mail(host="127.0.0.1", sender="a@b.example", port=controller.port, security="tls", user="desk"), "parool")
    controller.stop()
    assert caught.value.code == "tls untrusted"


def test_a_server_that_speaks_no_tls_where_it_should_is_told(server: PostOffice) -> None:
    with pytest.raises(PostError) as caught:
        probe(Mail(host="127.0.0.1", sender="a@b.example", port=server.port, security="tls"), None, 5)
    assert caught.value.code in ("tls handshake", "timeout")

"""Messages of a mailbox over IMAP (RFC 3501), read and never changed: the mailbox is only examined."""

from __future__ import annotations

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any, NamedTuple

from data.checks.base import FeedError

DAYS_BACK = 62
"""How old a message may be: a job that runs once a month has two."""
MESSAGES_READ = 300
"""The newest ones; older ones are not looked at."""
MESSAGE_BYTES = 65_536
"""Read of a message."""
_AT_ONCE = 20
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"UID (\d+)")
_HEADERS = "(UID BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])"
_WHOLE = f"(UID BODY.PEEK[]<0.{MESSAGE_BYTES}>)"


class Mailbox(NamedTuple):
    """Where the messages are, and how they are reached."""

    server: str
    port: int
    user: str
    name: str
    is_open: bool
    """Whether the connection is not encrypted: for loopback alone."""


def read_messages(
    box: Mailbox, password: str, today: date, is_wanted: Callable[[bytes], bool], known: Iterable[bytes], seconds: float
) -> tuple[set[bytes], dict[bytes, bytes]]:
    """The ids of the newest messages, and the wanted ones among those that are not `known`, by id.

    An id is good for as long as the mailbox is the same. `is_wanted` is asked of the headers. Raises FeedError.
    """
    with _signed_in(box, password, seconds) as server:
        _expect(server.select(f'"{encoded_name(box.name)}"', readonly=True), "no folder")
        (validity, *_rest) = server.response("UIDVALIDITY")[1] or [b""]
        mark = (validity or b"") + b"."
        since = today - timedelta(days=DAYS_BACK)
        asked = f"SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        found = _expect(server.uid("SEARCH", asked), "other answer")
        uids = (found[0] or b"").split()[-MESSAGES_READ:] if found else []
        read = set(known)
        new = [uid for uid in uids if mark + uid not in read]
        wanted = [uid for uid, headers in _fetched(server, new, _HEADERS) if is_wanted(headers)]
        return {mark + uid for uid in uids}, {mark + uid: text for uid, text in _fetched(server, wanted, _WHOLE)}


def encoded_name(name: str) -> str:
    """The name of a mailbox as it is sent (RFC 3501, 5.1.3): `Tööd` is `T&APYA9g-d`."""
    parts = re.split(r"([^\x20-\x7e]+)", name.replace("\r", "").replace("\n", ""))
    sent = []
    for part in parts:
        if part and not part.isascii():
            code = base64.b64encode(part.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",").decode()
            sent.append(f"&{code}-")
        else:
            sent.append(part.replace("&", "&-").replace("\\", "\\\\").replace('"', '\\"'))
    return "".join(sent)


def _fetched(server: imaplib.IMAP4, uids: list[bytes], what: str) -> Iterator[tuple[bytes, bytes]]:
    """Id and text of each message that the server still has."""
    for start in range(0, len(uids), _AT_ONCE):
        chosen = b",".join(uids[start : start + _AT_ONCE]).decode("ascii")
        for part in _expect(server.uid("FETCH", chosen, what), "other answer"):
            if isinstance(part, tuple) and (match := _UID.search(part[0])):
                yield match[1], part[1][:MESSAGE_BYTES]


def _expect(answer: tuple[str, list[Any]], reason: str) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise FeedError(reason)
    return [part for part in data if part is not None]


@contextmanager
def _signed_in(box: Mailbox, password: str, seconds: float) -> Iterator[imaplib.IMAP4]:
    """A connection that has signed in. Raises FeedError for whatever goes wrong on it."""
    try:
        server = _connected(box, seconds)
        try:
            try:
                _sign_in(server, box.user, password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                raise FeedError("mail auth") from None
            yield server
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()
    except ssl.SSLCertVerificationError:
        raise FeedError("tls untrusted") from None
    except ssl.SSLError:
        raise FeedError("tls handshake") from None
    except TimeoutError:
        raise FeedError("timeout") from None
    except ConnectionRefusedError:
        raise FeedError("refused") from None
    except socket.gaierror:
        raise FeedError("dns") from None
    except OSError:
        raise FeedError("unreachable") from None
    except imaplib.IMAP4.error:
        raise FeedError("other answer") from None


def _sign_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    """By the plain command; what is not ASCII needs the other way (RFC 4616), which the library encodes for us."""
    if f"{user}{password}".isascii():
        server.login(user, password)
    else:
        server.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())


def _connected(box: Mailbox, seconds: float) -> imaplib.IMAP4:
    if box.is_open:
        return imaplib.IMAP4(box.server, box.port, timeout=seconds)
    # Imported here: a mailbox on loopback is read without it.
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return imaplib.IMAP4_SSL(box.server, box.port, ssl_context=context, timeout=seconds)

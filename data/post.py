"""Handing a message to the mail server (RFC 5321), step by step, so that it is known how far it came."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.policy import SMTP
from typing import TYPE_CHECKING, NamedTuple

from data.mail import Mail
from data.rules.mask import mask_text
from data.text import clean_line

if TYPE_CHECKING:
    from email.message import EmailMessage

SECONDS = 20.0
"""How long the server may take for a step."""
_WORDS = 200
"""Characters kept of what the server said."""


class PostError(Exception):
    """The message did not leave. `code` is a cause as `data.words.reason_words` reads it."""

    def __init__(self, code: str, detail: str = "", *, is_final: bool = False) -> None:
        """`is_final`: to try again would not help, or might send it twice. `detail` is what the server said."""
        super().__init__(code)
        self.code = code
        self.detail = mask_text(clean_line(detail, _WORDS))
        self.is_final = is_final


class Refusal(NamedTuple):
    """A recipient whom the server did not take."""

    address: str
    words: str


def send(
    mail: Mail, password: str | None, message: EmailMessage, to: list[str], seconds: float = SECONDS
) -> list[Refusal]:
    """Hands `message` over for the addresses `to`; the refused ones, where others were taken. Raises PostError."""
    with _conversation(mail, password, seconds) as server:
        _expect(server.mail(mail.sender), "mail sender")
        answers = {address: server.rcpt(address) for address in to}
        refused = [
            Refusal(address, _said(answer)) for address, answer in answers.items() if answer[0] not in (250, 251)
        ]
        if len(refused) == len(to):
            is_final = all(answer[0] >= 500 for answer in answers.values())
            raise PostError("mail recipients", refused[0].words if refused else "", is_final=is_final)
        try:
            answer = server.data(message.as_bytes(policy=SMTP))
        except (smtplib.SMTPServerDisconnected, OSError):
            # It may have been taken: sent again it would come twice.
            raise PostError("mail uncertain", is_final=True) from None
        _expect(answer, "mail refused")
        return refused


def probe(mail: Mail, password: str | None, seconds: float = SECONDS) -> None:
    """Connects and signs in, and sends nothing. Raises PostError."""
    with _conversation(mail, password, seconds):
        pass


@contextmanager
def _conversation(mail: Mail, password: str | None, seconds: float) -> Iterator[smtplib.SMTP]:
    """A connection on which mail may be handed over."""
    try:
        server = _connected(mail, seconds)
        try:
            server.ehlo_or_helo_if_needed()
            if mail.user:
                server.login(mail.user, password or "")
            yield server
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    except smtplib.SMTPAuthenticationError as error:
        raise PostError("mail auth", _said((error.smtp_code, error.smtp_error))) from None
    except smtplib.SMTPNotSupportedError:
        raise PostError("mail unsecured") from None
    except smtplib.SMTPResponseException as error:
        said = _said((error.smtp_code, error.smtp_error))
        raise PostError("mail refused", said, is_final=error.smtp_code >= 500) from None
    except smtplib.SMTPException:
        raise PostError("other answer") from None
    except ssl.SSLCertVerificationError:
        raise PostError("tls untrusted") from None
    except ssl.SSLError:
        raise PostError("tls handshake") from None
    except TimeoutError:
        raise PostError("timeout") from None
    except ConnectionRefusedError:
        raise PostError("refused") from None
    except socket.gaierror:
        raise PostError("dns") from None
    except OSError:
        raise PostError("unreachable") from None


def _connected(mail: Mail, seconds: float) -> smtplib.SMTP:
    # Imported here: a server on loopback is spoken to without it.
    import truststore

    if mail.security == "none":
        return smtplib.SMTP(mail.host, mail.port, timeout=seconds)
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=seconds, context=context)
    server = smtplib.SMTP(mail.host, mail.port, timeout=seconds)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _expect(answer: tuple[int, bytes], code: str) -> None:
    if answer[0] >= 400:
        raise PostError(code, _said(answer), is_final=answer[0] >= 500)


def _said(answer: tuple[int, bytes | str]) -> str:
    """The server's answer as it is told: 550 no such user."""
    code, words = answer
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"

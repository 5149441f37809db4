"""E-mail: the mail server that the configuration names, and a notice as a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from data.clock import tallinn
from data.rules.mask import mask_text
from data.text import clean_line

if TYPE_CHECKING:
    from email.message import EmailMessage

_DOMAIN = "peakasutaja"
"""What stands behind the @ of a Message-ID (RFC 5322, section 3.6.4): a name that tells nothing of the computer."""


class Mail(Struct, forbid_unknown_fields=True):
    """`[mail]`: the server that takes what the desk sends; the password is kept elsewhere, as Jira's token is."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    sender: Annotated[str, Meta(min_length=1, max_length=254)]
    """The address that it comes from."""
    sender_name: str = ""
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    """Empty where the server asks for none."""
    delay: Annotated[float, Meta(ge=0, le=600)] = 10
    """Seconds for which a notice can be taken back before it leaves."""


def message(
    mail: Mail | None, notice_id: str, at_ms: int, to: Sequence[tuple[str, str]], title: str, text: str
) -> EmailMessage:
    """A notice as a message, with personal data taken out; `to` are names and addresses.

    Its Message-ID is made of `notice_id`, so that a message sent twice is known to be one.
    """
    # Imported here: the configuration is read at every start, and e-mail is heavy.
    from email.message import EmailMessage
    from email.utils import format_datetime, formataddr

    made = EmailMessage()
    if mail is not None:
        made["From"] = formataddr((clean_line(mail.sender_name, 100), mail.sender))
    made["To"] = ", ".join(formataddr((clean_line(name, 100), address)) for name, address in to if address)
    made["Subject"] = clean_line(mask_text(title), 200)
    made["Date"] = format_datetime(tallinn(at_ms))
    made["Message-ID"] = f"<{notice_id}@{_DOMAIN}>"
    made["Auto-Submitted"] = "no"  # a person has written it (RFC 3834)
    # Any server takes it so, whatever it offers (RFC 2045, section 6.7).
    made.set_content(mask_text(text), charset="utf-8", cte="quoted-printable")
    return made


def draft_file(
    mail: Mail | None, notice_id: str, at_ms: int, to: Sequence[tuple[str, str]], title: str, text: str
) -> bytes:
    """A notice as the file (`.eml`) that a mail program opens for sending."""
    from email.policy import SMTP

    made = message(mail, notice_id, at_ms, to, title, text)
    made["X-Unsent"] = "1"  # Outlook opens it as a draft
    return made.as_bytes(policy=SMTP)

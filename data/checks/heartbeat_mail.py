"""Runs of a job by the e-mails that it sends, in a folder of `.eml` files or in a mailbox: one for each run that ended.

What stands in a message may come from anybody: nothing of it is kept but the moment and the figures that the
configuration's own patterns find.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from datetime import date
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from data.checks.base import FeedError, Web, unhurried
from data.clock import tallinn
from data.config_rules import LOOPBACK
from data.job import JobRun
from data.language import _
from data.rules.jobs import KEPT_RUNS
from data.text import clean_line

MESSAGES_READ = 5 * KEPT_RUNS
"""The newest files of the folder; older ones are not opened."""
MESSAGE_BYTES = 1024 * 1024
BODY_CHARACTERS = 20_000
"""Looked at of a message's text: patterns take longer the longer it is."""
FIGURES = ("rows", "total", "rejects")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

Pattern = Annotated[str, Meta(min_length=1, max_length=200)]


_runs: dict[tuple[object, ...], dict[bytes, JobRun | None]] = {}
"""What the messages of mailboxes were read as, by what was looked for and their ids: each is fetched once."""


class MailFeed(Struct, forbid_unknown_fields=True):
    """`mail = { folder = …, subject = … }`, or with `server` and `user` for a mailbox."""

    subject: Pattern
    """Pattern that the subject of the job's messages holds."""
    folder: str = ""
    """Where the messages are, as `.eml` files."""
    server: str = ""
    """That keeps the mailbox, for IMAP."""
    port: Annotated[int, Meta(ge=1, le=65_535)] = 993
    user: str = ""
    mailbox: str = "INBOX"
    security: Literal["tls", "none"] = "tls"
    """`none` is for a server on this computer."""
    key_name: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")] = "imap"
    """The name under which `config secret` keeps the password."""
    sender: str = ""
    """The address that they come from; empty takes anybody's."""
    failed: str = ""
    """Pattern in subject or text that tells of a failure."""
    figures: tuple[Pattern, ...] = ()
    """Patterns with groups named `rows`, `total` and `rejects`: `Ridu: (?P<rows>[0-9 ]+)`."""

    @property
    def target(self) -> str:
        """What is looked for."""
        place = f"{self.server} {self.mailbox}" if self.server else Path(self.folder).name
        return clean_line(f"{place} {self.subject}")

    def place(self, folder: Path) -> None:
        """As `Check.place`."""
        if self.folder:
            self.folder = str(folder / Path(self.folder).expanduser())

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if bool(self.folder) == bool(self.server):
            yield "folder", _("give either folder or server, exactly one of the two.")
        if self.server and not self.user:
            yield "user", _("say who signs in at the server.")
        if self.security == "none" and self.server and self.server not in LOOPBACK:
            yield "security", _("“none” would send the password unencrypted. Use tls.")
        for key, patterns in (("subject", (self.subject,)), ("failed", (self.failed,)), ("figures", self.figures)):
            for pattern in patterns:
                try:
                    groups = re.compile(pattern).groupindex
                except re.error:
                    yield key, _("this is not a pattern (a regular expression).")
                    continue
                if key == "figures" and not set(groups) & set(FIGURES):
                    told = _("name the group of the number {names}: {example}")
                    yield key, told.format(names=" | ".join(FIGURES), example="Ridu: (?P<rows>[0-9 ]+)")

    async def read_runs(self, web: Web, seconds: float) -> Sequence[JobRun]:
        """The newest runs that messages tell of. Raises FeedError."""
        if not self.server:
            return await unhurried(f"{self.folder} {self.subject}", self._read_folder, seconds)
        password = await web.secret(self.key_name)
        if not password:
            raise FeedError(f"secret {self.key_name}")
        today = tallinn(web.now_ms()).date()
        read = partial(self._read_mailbox, password, today, seconds)
        return await unhurried(f"{self.server} {self.user} {self.mailbox} {self.subject}", read, seconds)

    def _read_mailbox(self, password: str, today: date, seconds: float) -> list[JobRun]:
        # Imported here: most jobs tell of themselves in other ways.
        from data.checks.heartbeat_imap import Mailbox, read_messages

        box = Mailbox(self.server, self.port, self.user, self.mailbox, self.security == "none")
        known = _runs.setdefault((box, self.subject, self.sender, self.failed, self.figures), {})
        ids, new = read_messages(box, password, today, self._is_ours, known, seconds)
        runs = {each: known.get(each) for each in ids} | {each: self.run_of(content) for each, content in new.items()}
        known.clear()
        known.update(runs)
        return sorted(run for run in runs.values() if run is not None)[-KEPT_RUNS:]

    def _is_ours(self, headers: bytes) -> bool:
        """Whether subject and sender are those of the job's messages."""
        return self._read_headers(email.message_from_bytes(headers, policy=email.policy.default)) is not None

    def _read_headers(self, message: EmailMessage) -> str | None:
        """The subject of a message of the job; None where it is none."""
        # The parser raises whatever a header that makes no sense makes it raise.
        try:
            subject, sender = clean_line(str(message["Subject"] or "")), parseaddr(str(message["From"] or ""))[1]
        except Exception:
            return None
        is_ours = re.search(self.subject, subject) and self.sender.lower() in ("", sender.lower())
        return subject if is_ours else None

    def _read_folder(self) -> list[JobRun]:
        try:
            files = [each for each in Path(self.folder).iterdir() if each.suffix.lower() == ".eml"]
            newest = sorted(files, key=lambda each: each.stat().st_mtime, reverse=True)[:MESSAGES_READ]
            runs = [run for each in newest if (run := self._read_file(each)) is not None]
        except OSError:
            raise FeedError("no folder") from None
        return sorted(runs)[-KEPT_RUNS:]

    def _read_file(self, file: Path) -> JobRun | None:
        with file.open("rb") as stream:
            content = stream.read(MESSAGE_BYTES)
        return self.run_of(content)

    def run_of(self, content: bytes) -> JobRun | None:
        """The run that a message (RFC 5322) tells of; None where it is not one of the job's, or has no date."""
        message = email.message_from_bytes(content, policy=email.policy.default)
        subject = self._read_headers(message)
        if subject is None:
            return None
        # As above, for the date and the body.
        try:
            sent = message["Date"].datetime if message["Date"] else None
            text = _text_of(message)
        except Exception:
            return None
        if sent is None:
            return None
        ended_ms = round(sent.timestamp() * 1000)
        is_failed = bool(self.failed and re.search(self.failed, f"{subject}\n{text}"))
        found: dict[str, float | None] = dict.fromkeys(FIGURES)
        for pattern in self.figures:
            if match := re.search(pattern, text):
                found |= {name: _figure(value) for name, value in match.groupdict().items() if name in FIGURES}
        rows, total, rejects = (found[name] for name in FIGURES)
        return JobRun(ended_ms, ended_ms, not is_failed, _count(rows), total, _count(rejects))


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    return str(body.get_content())[:BODY_CHARACTERS] if body is not None else ""


def _figure(text: str | None) -> float | None:
    """`1 234,50` as a number; None for what is none."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text or "").replace(",", ".")
    return float(plain) if _NUMBER.fullmatch(plain) and len(plain) < 17 else None


def _count(value: float | None) -> int | None:
    return round(value) if value is not None and value >= 0 else None

"""Runs of a job by the e-mails that it sends, in a folder of `.eml` files: one message for each run that has ended.

What stands in a message may come from anybody: nothing of it is kept but the moment and the figures that the
configuration's own patterns find.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from data.checks.base import FeedError, Web, unhurried
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


class MailFeed(Struct, forbid_unknown_fields=True):
    """`mail = { folder = …, subject = … }`."""

    folder: Pattern
    """Where the messages are, as `.eml` files."""
    subject: Pattern
    """Pattern that the subject of the job's messages holds."""
    sender: str = ""
    """The address that they come from; empty takes anybody's."""
    failed: str = ""
    """Pattern in subject or text that tells of a failure."""
    figures: tuple[Pattern, ...] = ()
    """Patterns with groups named `rows`, `total` and `rejects`: `Ridu: (?P<rows>[0-9 ]+)`."""

    @property
    def target(self) -> str:
        """What is looked for."""
        return clean_line(f"{Path(self.folder).name} {self.subject}")

    def place(self, folder: Path) -> None:
        """As `Check.place`."""
        self.folder = str(folder / Path(self.folder).expanduser())

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
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
        return await unhurried(f"{self.folder} {self.subject}", self._read_folder, seconds)

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
        # The parser raises whatever a header that makes no sense makes it raise.
        try:
            subject, sender = str(message["Subject"] or ""), parseaddr(str(message["From"] or ""))[1]
            sent = message["Date"].datetime if message["Date"] else None
            text = _text_of(message)
        except Exception:
            return None
        is_ours = re.search(self.subject, clean_line(subject)) and self.sender.lower() in ("", sender.lower())
        if sent is None or not is_ours:
            return None
        ended_ms = round(sent.timestamp() * 1000)
        is_failed = bool(self.failed and re.search(self.failed, f"{clean_line(subject)}\n{text}"))
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

"""Calendars: an ICS address (which is a secret) or file, read whole at each poll.

Nothing is ever deleted because an answer was empty, cut off or a web page. A calendar that did not change, on a day
that did not change, is not expanded again.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from data.clock import TALLINN, Clock, epoch_ms
from data.config import Calendar
from data.language import _
from data.model import Kind
from data.processes import module_command, quiet
from data.rules.mask import mask_text
from data.sources.answers import require_data
from data.sources.batch import Batch, Row, SourceError
from data.sources.budget import Budgets
from data.sources.calendar_expand import Step, Task
from data.sources.client import Client, host_of
from data.text import clean_line

CAP = 16 * 1024 * 1024
"""Bytes of a calendar that are read."""
DAYS_BACK = 30
DAYS_AHEAD = 180
SERIES_SECONDS = 5.0
"""Real time that one series may take; what needs longer is left out."""
PARSE_SECONDS = 60.0
MOST_KILLS = 5
"""Series that may be left out for time in one calendar before the whole of it is refused."""


@dataclass(slots=True)
class _Expanded:
    rows: list[Row] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)
    """UID and reason."""
    finished: list[str] = field(default_factory=list)


class CalendarSource:
    """One configured calendar."""

    kind = "calendar"
    kinds: tuple[Kind, ...] = (Kind.TRAININGS,)

    def __init__(
        self,
        config: Calendar,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        series_seconds: float = SERIES_SECONDS,
        budgets: Budgets | None = None,
    ) -> None:
        self.name = f"calendar:{config.name}"
        self.interval = config.interval
        self._config = config
        self._clock = clock
        self._series_seconds = series_seconds
        self._client = Client(timeout=config.timeout, connections=2, transport=transport, budgets=budgets)

    async def fetch(self, cursor: str, facts: Mapping[str, str]) -> AsyncIterator[Batch]:
        """One batch with every occurrence from 30 days ago to 180 days ahead, if it can have changed.

        Raises SourceError `format` for what is no whole calendar; what was known then stays.
        """
        content = await self._content()
        today = self._clock.now().date()
        digest = hashlib.sha256(content).hexdigest()[:32]
        print_ = f"{digest} {today}"
        if cursor.rpartition(" ")[0] == print_:
            return
        self._require_whole(content)
        start = datetime(today.year, today.month, today.day, tzinfo=TALLINN)
        task = Task(
            clean_line(self._config.name, 80),
            epoch_ms(start - timedelta(days=DAYS_BACK)),
            epoch_ms(start + timedelta(days=DAYS_AHEAD)),
        )
        found = await self._expand(content, task)
        if not found.finished and cursor and not cursor.endswith(" 0"):
            raise self._odd_calendar(_("an empty calendar"))
        odd: dict[str, str] = {}
        for uid, reason in found.odd:
            odd[mask_text(clean_line(uid, 100))] = reason
        rows: dict[str, list[Row]] = {
            "event": list({row[0]: row for row in found.rows}.values()),
            "quarantine": [(self.name, uid, reason, epoch_ms(start)) for uid, reason in odd.items()],
        }
        yield Batch(
            rows,
            f"{print_} {len(found.finished)}",
            {"event": ("calendar", [task.calendar]), "quarantine": ("source", [self.name])},
            done=len(found.rows),
            total=len(found.rows),
        )

    async def close(self) -> None:
        """Lets go of connections."""
        await self._client.close()

    async def _content(self) -> bytes:
        if self._config.file:
            return await asyncio.to_thread(self._read_file)
        url = self._config.url
        if url.lower().startswith("webcal"):
            url = "http" + url[6:]
        return require_data(await self._client.get(url, cap=CAP), host_of(url), has_token=False)

    def _read_file(self) -> bytes:
        name = Path(self._config.file).name
        try:
            with Path(self._config.file).expanduser().open("rb") as stream:
                content = stream.read(CAP + 1)
        except OSError as error:
            raise SourceError(
                "config",
                _("The calendar file {name} cannot be read. Correct it in the configuration.").format(name=name),
            ) from error
        if len(content) > CAP:
            raise self._odd_calendar(_("a file that is too large"))
        return content

    def _require_whole(self, content: bytes) -> None:
        start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").upper()
        if start.startswith(b"<"):
            raise SourceError("html", self._words(_("a web page, probably a sign-in page")))
        if not start.strip():
            raise self._odd_calendar(_("nothing"))
        if not start.startswith(b"BEGIN:VCALENDAR"):
            raise self._odd_calendar(_("something that is no calendar"))
        if b"END:VCALENDAR" not in content[-4096:].upper():
            raise self._odd_calendar(_("a calendar that breaks off in the middle"))

    def _odd_calendar(self, what: str) -> SourceError:
        return SourceError("format", self._words(what))

    def _words(self, what: str) -> str:
        return _("Calendar {name}: instead of events came {what}. What was known is kept; check the address.").format(
            name=self._config.name, what=what
        )

    # expanding in a process of its own

    async def _expand(self, content: bytes, task: Task) -> _Expanded:
        """Everything in `content`; a series that takes too long is left out and told. Raises SourceError."""
        found = _Expanded()
        for _attempt in range(MOST_KILLS + 1):
            stuck = await self._run_worker(content, task, found)
            if stuck is None:
                return found
            found.odd.append((stuck, "takes too long to expand: left out"))
            found.finished.append(stuck)
            task = msgspec.structs.replace(task, skip=list(found.finished))
        raise self._odd_calendar(_("too many series that take too long"))

    async def _run_worker(self, content: bytes, task: Task, found: _Expanded) -> str | None:
        """Runs a worker into `found`; None at its end, else the UID that it was stopped at."""
        worker = await asyncio.create_subprocess_exec(
            *module_command("data.sources.calendar_expand"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            limit=2 * CAP,
            **quiet(),
        )
        feeder = asyncio.create_task(_feed(worker, msgspec.json.encode(task) + b"\n" + content))
        begun: str | None = None
        try:
            while True:
                limit = PARSE_SECONDS if begun is None else self._series_seconds
                try:
                    async with asyncio.timeout(limit):
                        step = msgspec.json.decode(await _line(worker), type=Step)
                except (TimeoutError, msgspec.MsgspecError, ValueError):
                    if begun is None:
                        raise self._odd_calendar(_("something that is no calendar")) from None
                    return begun
                if step.is_end:
                    return None
                if step.begun:
                    begun = step.uid
                    continue
                found.rows += [tuple(row) for row in step.rows]
                found.odd += [(step.uid, reason) for reason in step.odd]
                found.finished.append(step.uid)
        finally:
            feeder.cancel()
            with suppress(ProcessLookupError):
                worker.kill()
            await asyncio.gather(feeder, worker.wait(), return_exceptions=True)


async def _line(worker: asyncio.subprocess.Process) -> bytes:
    stream: Any = worker.stdout
    line: bytes = await stream.readline()
    return line


async def _feed(worker: asyncio.subprocess.Process, content: bytes) -> None:
    stream: Any = worker.stdin
    with suppress(ConnectionError):
        stream.write(content)
        await stream.drain()
        stream.close()

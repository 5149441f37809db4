"""Runs of a job in a file: a line of JSON for each, the newest last.

    {"began": "2026-12-04T01:00:00+02:00", "ended": "2026-12-04T03:10:05+02:00", "rows": 1000, "sum": 5.5, "rejects": 0}

`began` or `ended` is enough; a line without `ended` is a run that goes on, until one with the same `began` tells its
end. A job that failed writes `"ok": false`. Times without an offset are of the job's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from data.checks.base import FeedError, Reply, Web, unhurried
from data.job import JobRun
from data.rules.jobs import KEPT_RUNS
from data.text import clean_line

READ_BYTES = 64 * 1024
"""Read of the end of the file."""
Count = Annotated[int, Meta(ge=0, le=2**53)]
Sum = Annotated[float, Meta(ge=-1e15, le=1e15)]


class _Line(Struct):
    began: datetime | None = None
    ended: datetime | None = None
    ok: bool = True
    rows: Count | None = None
    sum: Sum | None = None
    rejects: Count | None = None


def is_address(file: str) -> bool:
    """Whether `file` is served by somebody."""
    return file.startswith(("http://", "https://"))


async def read_runs(web: Web, file: str, zone: str, seconds: float) -> Sequence[JobRun]:
    """The newest runs that `file` tells of. Raises FeedError, and what `web` raises."""
    if not is_address(file):
        return decoded(await unhurried(file, lambda: _end_of(Path(file)), seconds), zone)
    reply = await web.get(file, cap=READ_BYTES, seconds=seconds)
    if reply.status != 200:
        raise FeedError(f"http {reply.status}", _shown(reply))
    return decoded(reply.body, zone)


def _end_of(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - READ_BYTES))
            content = stream.read(READ_BYTES)
    except FileNotFoundError:
        if file.parent.is_dir():
            return b""  # the job has not run yet
        raise FeedError("no folder") from None
    except OSError:
        raise FeedError("no file") from None
    # The first of the lines that are cut off is half a line.
    return content if size <= READ_BYTES else content.partition(b"\n")[2] or content


def decoded(content: bytes, zone: str) -> list[JobRun]:
    """The runs of `content`, oldest first; raises FeedError where there is not a line that can be read."""
    lines = [line for line in content.splitlines() if line.strip()]
    runs: list[JobRun] = []
    for line in lines[-2 * KEPT_RUNS :]:
        try:
            run = _run(msgspec.json.decode(line, type=_Line), zone)
        except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError, ValueError):
            continue  # half a line that is being written, or one that means nothing
        if run is not None:
            runs.append(run)
    if lines and not runs:
        raise FeedError("other answer", lines[-1].decode("utf-8", "replace"))
    return runs


def _run(line: _Line, zone: str) -> JobRun | None:
    ended_ms = _moment(line.ended, zone)
    began_ms = _moment(line.began, zone)
    if began_ms is None:
        began_ms = ended_ms
    if began_ms is None or (ended_ms is not None and ended_ms < began_ms):
        return None
    return JobRun(began_ms, ended_ms, line.ok, line.rows, line.sum, line.rejects)


def _moment(told: datetime | None, zone: str) -> int | None:
    if told is None:
        return None
    return round((told if told.tzinfo else told.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)


def _shown(reply: Reply) -> str:
    return clean_line(reply.body[:4_000].decode("utf-8", "replace"))

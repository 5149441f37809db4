"""How the sources stand: what the files remember, and what the sync process says it is doing now."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from data.model import Gap, Quarantined, SourcePhase, SourceState
from data.store.driver import Connection

_STALE_AFTER = 3
"""Intervals without a good poll."""
_BEATS_WITHIN_SECONDS = 20.0
"""A living process beats every 5 s, by the wall clock."""
_TOLD = 100
"""Gaps and odd records of a source that are told one by one."""


COPIED, MEASURED = ("jira", "calendar"), ("checks",)
"""The kinds of source whose state is in the cache, and in the history."""


class Troubles(NamedTuple):
    """What a source could not read, the records that it left out, and how many projects it follows."""

    gaps: tuple[Gap, ...] = ()
    odd: tuple[Quarantined, ...] = ()
    followed: int = 0


_COLUMNS = (
    "name", "kind", "interval_ms", "known_ms", "tried_ms", "error_code", "error_detail", "rows", "quarantined", "done",
    "total",
)  # fmt: skip


def load_source_rows(connection: Connection) -> Sequence[dict[str, Any]]:
    """What one file remembers of its sources."""
    rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM source ORDER BY kind, name").fetchall()
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def load_troubles(connection: Connection) -> dict[str, Troubles]:
    """What the cache remembers of that which its sources could not read or left out, by source."""
    gaps = connection.execute("SELECT source, reference, reason, at_ms, detail FROM gap").fetchall()
    odd = connection.execute(
        "SELECT source, reference, reason, nullif(at_ms, 0) FROM quarantine ORDER BY at_ms DESC, reference"
    ).fetchall()
    projects = connection.execute("SELECT source, value FROM fact WHERE name = 'jira.projects'").fetchall()
    followed = {source: len(json.loads(value)) for source, value in projects}
    return {
        name: Troubles(
            tuple(Gap(*rest) for source, *rest in gaps if source == name)[:_TOLD],
            tuple(Quarantined(*rest) for source, *rest in odd if source == name)[:_TOLD],
            followed.get(name, 0),
        )
        for name in {row[0] for row in (*gaps, *odd)} | followed.keys()
    }


def load_pulse(file: Path) -> dict[str, dict[str, Any]]:
    """What the sync process last said of each source; nothing when there is no pulse or it cannot be understood.

    One that no longer beats (killed, stopped, asleep) has left what it knew; what it planned comes to nothing.
    """
    try:
        pulse = json.loads(file.read_bytes())
        sources = {str(name): dict(said) for name, said in pulse["sources"].items()}
        if abs(time.time() - pulse["at_ms"] / 1000) > _BEATS_WITHIN_SECONDS:
            sources = {name: {**said, "next_ms": None} for name, said in sources.items()}
        return sources
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # It is a passing note, written over twice a second: the files hold what matters.
        return {}


def source_states(
    stored: Iterable[Mapping[str, Any]],
    pulse: Mapping[str, Mapping[str, Any]],
    now_ms: int,
    troubles: Mapping[str, Troubles],
    unreadable: Collection[str] = (),
) -> tuple[SourceState, ...]:
    """The files' and the pulse's word on each source as one, in the order of the files, then of the pulse.

    What a file does not hold is not known, whatever the pulse said of one that was there before, but for sources of the
    `unreadable` kinds.
    """
    rows = {row["name"]: row for row in stored}
    names = [*rows, *(name for name in pulse if name not in rows)]
    heard = {name: _heard(said, rows.get(name, {}), unreadable) for name, said in pulse.items()}
    return tuple(
        _state(name, rows.get(name, {}), heard.get(name, {}), now_ms, troubles.get(name, Troubles())) for name in names
    )


def failed(
    states: Iterable[SourceState], kinds: Sequence[str], error_code: str, error_detail: str
) -> tuple[SourceState, ...]:
    """`states` with those of `kinds` failed; where there is none of them, one stands for what cannot be read."""
    known = tuple(states)
    if not any(each.kind in kinds for each in known):
        known += (SourceState(kinds[0], kinds[0], SourcePhase.FAILED, None, None, None, 0, None, 0, 0),)
    return tuple(
        each._replace(phase=SourcePhase.FAILED, error_code=error_code, error_detail=error_detail)
        if each.kind in kinds
        else each
        for each in known
    )


def _heard(said: Mapping[str, Any], row: Mapping[str, Any], unreadable: Collection[str]) -> Mapping[str, Any]:
    """What the pulse may tell of a source whose `row` is the store's."""
    is_held = row.get("known_ms") is not None or said.get("kind") in unreadable
    return said if is_held else {**said, "known_ms": None}


def _state(name: str, row: Mapping[str, Any], said: Mapping[str, Any], now_ms: int, troubles: Troubles) -> SourceState:
    known_ms = _latest(row.get("known_ms"), said.get("known_ms"))
    tried_ms = _latest(row.get("tried_ms"), said.get("tried_ms"))
    # A quiet poll writes nothing, so the pulse is the newer word on errors as well, where there is one.
    voice = said if "error_code" in said and (said.get("tried_ms") or 0) >= (row.get("tried_ms") or 0) else row
    error_code = str(voice.get("error_code") or "")
    interval_ms = row.get("interval_ms") or 0
    if error_code:
        phase = SourcePhase.FAILED
    elif known_ms is None:
        phase = SourcePhase.LOADING
    elif interval_ms and now_ms - known_ms > _STALE_AFTER * interval_ms:
        phase = SourcePhase.STALE
    else:
        phase = SourcePhase.FRESH
    progress = said if said.get("done") is not None else row
    return SourceState(
        name=name,
        kind=str(row.get("kind") or said.get("kind") or ""),
        phase=phase,
        known_ms=known_ms,
        tried_ms=tried_ms,
        next_ms=said.get("next_ms"),
        done=progress.get("done") or 0,
        total=progress.get("total"),
        rows=row.get("rows") or 0,
        quarantined=row.get("quarantined") or 0,
        error_code=error_code,
        error_detail=str(voice.get("error_detail") or ""),
        gaps=troubles.gaps,
        odd=troubles.odd,
        followed=troubles.followed,
    )


def _latest(*moments: int | None) -> int | None:
    return max((moment for moment in moments if moment is not None), default=None)

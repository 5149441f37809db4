"""The cursor of a Jira source: how far it has read, and how the last census ended."""

from __future__ import annotations

import msgspec


class Mark(msgspec.Struct, omit_defaults=True):
    """The watermark, how many issues an unfinished first fill has read, and what the last census left unexplained."""

    reached_ms: int = 0
    filled: bool = False
    done: int = 0
    census_ms: int = 0
    """When all projects were last compared."""
    drift: dict[str, int] = {}
    """By how many issues the server told more than the store shows, by project; as long as it stays, it is known."""


def mark_of(cursor: str) -> Mark:
    """The mark that `cursor` holds; a new one where it holds none."""
    try:
        return msgspec.json.decode(cursor, type=Mark) if cursor else Mark()
    except msgspec.MsgspecError:
        # A cursor that cannot be read costs a new fill, which changes nothing that is right already.
        return Mark()


def cursor_of(mark: Mark) -> str:
    """`mark` as the store keeps it; empty before anything was read."""
    if not mark.filled and not mark.reached_ms:
        return ""
    return msgspec.json.encode(mark).decode()

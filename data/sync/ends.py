"""How a sync process ends: its exit code is its last word, also on a disk that takes no other."""

from __future__ import annotations

from data.store.driver import StoreError

DONE, FAILED = 0, 1
"""Stopped as it was asked; a source failed in a single poll."""

_FIRST = 10
_REASONS = ("busy", "config", "secret", "key", "network", "full", "io")
"""Why it could not work; the place of each, counted from `_FIRST`, is its exit code. Only ever added to."""


def code_of(reason: str) -> int:
    """The exit code for a reason; `FAILED` for one that has none."""
    return _FIRST + _REASONS.index(reason) if reason in _REASONS else FAILED


def code_of_store(error: StoreError) -> int:
    """The exit code of a process that could not use its files."""
    return code_of(error.code)


def reason_of(code: int | None) -> str:
    """Why a process ended with this exit code; empty where the code does not tell."""
    place = -1 if code is None else code - _FIRST
    return _REASONS[place] if 0 <= place < len(_REASONS) else ""

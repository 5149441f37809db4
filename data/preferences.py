"""Remembered choices of the screen: theme, language, when the last stand-up was. JSON without personal data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from data.paths import Places, make_private_dir, write_private


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the person chose on the screen; an empty text means that the configuration decides."""

    theme: str = ""
    language: str = ""
    standup_ms: int = 0
    """When the last stand-up was held, in UTC epoch milliseconds of the domain's clock; 0 when never."""


def load_preferences(places: Places) -> Preferences:
    """The remembered choices; the defaults where the file is missing or unreadable, since they can be chosen again."""
    try:
        content = json.loads(places.preferences.read_bytes())
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(content, dict):
        return Preferences()
    known: dict[str, Any] = {}
    for name, default in asdict(Preferences()).items():
        value = content.get(name)
        if type(value) is type(default):
            known[name] = value
    return replace(Preferences(), **known)


def save_preferences(places: Places, preferences: Preferences) -> None:
    """Remembers `preferences`.

    Raises:
        OSError: the folder or the file cannot be written.
    """
    make_private_dir(places.data_dir)
    write_private(places.preferences, json.dumps(asdict(preferences), indent=2).encode())

"""Records as JSON takes them: moments in ISO 8601 with their zone, lengths in milliseconds."""

from __future__ import annotations

import json
import sys
from enum import Enum
from typing import Any

from data.clock import tallinn

_SPANS = frozenset({"latency_ms", "usual_latency_ms"})
"""Fields in milliseconds that are lengths; every other `…_ms` is a moment."""


def plain(value: Any) -> Any:
    """A record (or a tuple of them) as JSON takes it."""
    if hasattr(value, "_fields"):
        return dict(_field(name, item) for name, item in value._asdict().items())
    if isinstance(value, Enum):
        return value.value
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def text(document: Any) -> str:
    """A document for standard output."""
    # A console with an old code page could not write every letter.
    is_narrow = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    return json.dumps(document, ensure_ascii=is_narrow, indent=2)


def _field(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_ms") and name not in _SPANS:
        return name[: -len("_ms")], None if value is None else tallinn(value).isoformat(timespec="milliseconds")
    return name, plain(value)

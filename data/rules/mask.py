"""What may be seen: the one gate that screen, `show`, export and log pass through.

Rules (facts on privacy): every run of digits shaped like an Estonian personal code is masked, valid or not; so are
IBANs, e-mail addresses and phone numbers; personal fields are masked as a whole.
"""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from data.model import Privacy

HIDDEN = "▒▒▒"
"""What stands in place of a masked text."""

_T = TypeVar("_T")


def mask_text(text: str, privacy: Privacy = Privacy.FREE) -> str:
    """`text` as it may be seen by others: patterns of personal data replaced, a personal text replaced whole."""
    if privacy is Privacy.PERSONAL:
        return HIDDEN if text else text
    # Imported here: the patterns take a while to compile, and a desk that starts unmasked needs none of them.
    from data.rules.patterns import personal_spans

    spans = personal_spans(text)
    if not spans:
        return text
    starts = [0, *(stop for _, stop in spans)]
    stops = [*(start for start, _ in spans), len(text)]
    return HIDDEN.join(text[start:stop] for start, stop in zip(starts, stops, strict=True))


def mask(record: _T) -> _T:
    """`record` (a record of `data.model`, or a frozen data class) with every text field masked by its type.

    Tuples, lists and dicts come back masked item by item, their texts as free text. What holds nothing to hide comes
    back itself.
    """
    kind: Any = type(record)
    if not _is_record(kind):
        return _masked_plain(record) if isinstance(record, str | tuple | list | dict) else record
    changed: dict[str, Any] = {}
    for name, privacy in _plan(kind):
        value = getattr(record, name)
        masked = _masked(value, privacy)
        if masked is not value:
            changed[name] = masked
    if not changed:
        return record
    if isinstance(record, tuple):
        return record._replace(**changed)  # type: ignore[attr-defined, no-any-return]
    return replace(record, **changed)  # type: ignore[type-var]


def _is_record(kind: Any) -> bool:
    """Whether a type is a named tuple or a data class: its fields are declared one by one."""
    return is_dataclass(kind) or hasattr(kind, "_fields")


def _masked_plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {mask(key): mask(item) for key, item in value.items()}
    items = [mask(item) for item in value]
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    return items if isinstance(value, list) else tuple(items)


def _masked(value: Any, privacy: Privacy | None) -> Any:
    if isinstance(value, str):
        if privacy is None:
            return value
        masked = mask_text(value, privacy)
        return value if masked == value else masked
    if isinstance(value, tuple) and not _is_record(type(value)):
        items = tuple(_masked(item, privacy) for item in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return mask(value)


@cache
def _plan(record_type: type) -> tuple[tuple[str, Privacy | None], ...]:
    """The fields of a record type that the mask must look at, each with its privacy (None for nested records)."""
    hints = get_type_hints(record_type, include_extras=True)
    plan = []
    for name, hint in hints.items():
        privacy = _privacy(hint)
        if privacy is not None or _holds_records(hint):
            plan.append((name, privacy))
    return tuple(plan)


def _privacy(hint: Any) -> Privacy | None:
    """The privacy declared anywhere inside a type: `Free`, `tuple[Free, ...]`, `Free | None`."""
    for part in (hint, *getattr(hint, "__metadata__", ())):
        if isinstance(part, Privacy):
            return part
    return next((found for arg in get_args(hint) if (found := _privacy(arg)) is not None), None)


def _holds_records(hint: Any) -> bool:
    return _is_record(hint) or (get_origin(hint) is not None and any(map(_holds_records, get_args(hint))))

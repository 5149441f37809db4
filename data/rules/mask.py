"""What may be seen: the one gate that screen, `show`, export and log pass through.

Rules (facts on privacy): every run of digits shaped like an Estonian personal code is masked, valid or not; so are
IBANs, e-mail addresses and phone numbers; personal fields are masked as a whole.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from data.model import Privacy

HIDDEN = "▒▒▒"
"""What stands in place of a masked text."""

_PATTERN = re.compile(
    r"(?<!\d)[1-8]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{4}(?!\d)"  # personal code
    r"|\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b"  # IBAN
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"  # e-mail
    r"|(?<![\w-])(?:\+|00)[1-9]\d{0,2}[ -]?\d(?:[ -]?\d){5,11}(?![\w])"  # phone with country code
    r"|(?<![\w-])[3-9]\d{2,3}[ ]\d{3,4}(?![\w-])",  # Estonian phone written in groups
    re.IGNORECASE,
)
_T = TypeVar("_T")


def mask_text(text: str, privacy: Privacy = Privacy.FREE) -> str:
    """`text` as it may be seen by others: patterns of personal data replaced, a personal text replaced whole."""
    if privacy is Privacy.PERSONAL:
        return HIDDEN if text else text
    return _PATTERN.sub(HIDDEN, text)


def mask(record: _T) -> _T:
    """`record` (a frozen record of `data.model`, or a tuple of such) with every text field masked by its type."""
    if isinstance(record, tuple):
        return tuple(mask(item) for item in record)  # type: ignore[return-value]
    if not is_dataclass(record) or isinstance(record, type):
        return record
    changed: dict[str, Any] = {}
    for name, privacy in _plan(type(record)):
        value = getattr(record, name)
        masked = _masked(value, privacy)
        if masked is not value:
            changed[name] = masked
    return replace(record, **changed) if changed else record


def _masked(value: Any, privacy: Privacy | None) -> Any:
    if isinstance(value, str):
        if privacy is None:
            return value
        masked = mask_text(value, privacy)
        return value if masked == value else masked
    if isinstance(value, tuple):
        items = tuple(_masked(item, privacy) for item in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return mask(value)


@cache
def _plan(record_type: type) -> tuple[tuple[str, Privacy | None], ...]:
    """The fields of a record type that the mask must look at, each with its privacy (None for nested records)."""
    hints = get_type_hints(record_type, include_extras=True)
    plan = []
    for each in fields(record_type):
        privacy = _privacy(hints[each.name])
        if privacy is not None or _holds_records(hints[each.name]):
            plan.append((each.name, privacy))
    return tuple(plan)


def _privacy(hint: Any) -> Privacy | None:
    """The privacy declared anywhere inside a type: `Free`, `tuple[Free, ...]`, `Free | None`."""
    for part in (hint, *getattr(hint, "__metadata__", ())):
        if isinstance(part, Privacy):
            return part
    return next((found for arg in get_args(hint) if (found := _privacy(arg)) is not None), None)


def _holds_records(hint: Any) -> bool:
    return is_dataclass(hint) or (get_origin(hint) is not None and any(map(_holds_records, get_args(hint))))

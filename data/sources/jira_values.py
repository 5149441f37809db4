"""Values of fields as Jira tells and takes them, and as the desk holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from data.action import FieldEdit, Shape, Value
from data.text import clean, clean_line


def values_of(shape: Shape, raw: Any) -> tuple[Value, ...]:
    """What `raw`, a field of an issue as Jira tells it, holds; cleaned. Raises ValueError for something else."""
    if raw is None or raw == "" or raw == []:
        return ()
    if shape.is_many:
        if not isinstance(raw, list):
            raise ValueError(shape)
        return tuple(_value(shape, each) for each in raw)
    return (_value(shape, raw),)


def _value(shape: Shape, raw: Any) -> Value:
    match shape:
        case Shape.TEXT:
            return Value("", clean(str(raw)))
        case Shape.DAY | Shape.LABELS:
            return Value("", clean_line(str(raw), 255))
        case Shape.NUMBER:
            return Value("", f"{float(raw):g}")
    if not isinstance(raw, dict):
        raise ValueError(shape)
    if shape in (Shape.USER, Shape.USERS):
        return Value(str(raw.get("name") or raw.get("key") or ""), clean_line(str(raw.get("displayName") or ""), 255))
    return Value(str(raw.get("id", "")), clean_line(str(raw.get("value") or raw.get("name") or ""), 255))


def told(shape: Shape, values: Sequence[Value]) -> Any:
    """A field's values as Jira takes them in `fields`."""
    items = [_told(shape, each) for each in values]
    if shape.is_many:
        return items
    return items[0] if items else None


def changes(shape: Shape, now: Sequence[Value], wanted: Sequence[Value]) -> list[dict[str, Any]]:
    """What makes `wanted` out of `now` in a field of several values, as Jira takes it in `update`."""
    added = [{"add": _told(shape, each)} for each in wanted if each not in now]
    return [*added, *({"remove": _told(shape, each)} for each in now if each not in wanted)]


def _told(shape: Shape, value: Value) -> Any:
    match shape:
        case Shape.TEXT | Shape.DAY | Shape.LABELS:
            return value.word
        case Shape.NUMBER:
            return float(value.word)
        case Shape.USER | Shape.USERS:
            return {"name": value.id}
    return {"id": value.id}


def told_fields(fields: Iterable[FieldEdit]) -> dict[str, Any]:
    """New values as Jira takes them, by field; of a new ticket and of a transition's screen."""
    return {each.field: told(each.shape, each.after) for each in fields}


def shape_of(schema: Mapping[str, Any]) -> Shape | None:
    """How a field of `schema` (of `createmeta`) is told; None for one that the desk cannot fill in."""
    kind, items = schema.get("type"), schema.get("items")
    if kind == "array":
        many = {"string": Shape.LABELS, "user": Shape.USERS, "option": Shape.CHOICES, "component": Shape.CHOICES}
        return {**many, "version": Shape.CHOICES}.get(str(items))
    one = {"string": Shape.TEXT, "date": Shape.DAY, "number": Shape.NUMBER, "user": Shape.USER}
    choices = dict.fromkeys(("option", "priority", "resolution", "version", "component", "securitylevel"), Shape.CHOICE)
    return {**one, **choices}.get(str(kind))

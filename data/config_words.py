"""What is wrong with a key or a value of the configuration, as sentences that begin with its path."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.language import _
from data.text import clean_line


def unknown_key(path: str, name: str, known: Sequence[str]) -> str:
    """There is no key `name` in the section `path`; the `known` ones, or the one that is meant."""
    from difflib import get_close_matches

    shown = clean_line(name, 40)
    where = f"{path} {shown}".strip()
    if near := get_close_matches(name, known, 1, 0.5):
        return _("{where}: there is no such key. Did you mean “{name}”?").format(where=where, name=near[0])
    return _("{where}: there is no such key. Known ones: {names}.").format(where=where, names=", ".join(known))


def unknown_section(name: str, known: Sequence[str]) -> str:
    """There is no section `name`; the `known` ones, or the one that is meant."""
    from difflib import get_close_matches

    where = clean_line(name, 40)
    if near := get_close_matches(name, known, 1, 0.5):
        return _("{where}: there is no such section. Did you mean “{name}”?").format(where=where, name=near[0])
    return _("{where}: there is no such section. Known ones: {names}.").format(where=where, names=", ".join(known))


_TYPES = {
    "str": lambda: _("text in quotes"),
    "int": lambda: _("a whole number"),
    "float": lambda: _("a number"),
    "bool": lambda: _("true or false"),
    "array": lambda: _("a list in square brackets"),
    "object": lambda: _("a section"),
    "date": lambda: _("a day without quotes: {example}").format(example="2026-12-05"),
    "datetime": lambda: _("a day and time without quotes: {example}").format(example="2026-12-05 22:00:00"),
}
_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")


def key_of(error: str) -> str:
    """The key of the section that msgspec's complaint is about; empty where it is about the section itself."""
    place = _PLACE.search(error)
    return re.split(r"[.\[]", place[1])[0] if place else ""


def wrong_value(path: str, error: str) -> str:
    """msgspec's complaint in the language in use; the value itself is left out, since it may be a secret."""
    place = _PLACE.search(error)
    inside = re.sub(r"\[(\d+)\]", lambda index: f" #{int(index[1]) + 1}", place[1]) if place else ""
    where = f"{path} {inside}".strip()
    complaint = _PLACE.sub("", error).replace("Invalid RFC3339 encoded datetime", "Expected `datetime`, got `str`")
    complaint = complaint.replace("Invalid RFC3339 encoded date", "Expected `date`, got `str`")
    if match := re.fullmatch(r"Object missing required field `(\w+)`", complaint):
        return _("{where}: the key “{name}” is missing.").format(where=where, name=match[1])
    if match := re.fullmatch(r"Expected `(\w+)`, got `\w+`", complaint):
        return _("{where}: must be {type}.").format(where=where, type=_TYPES.get(match[1], lambda: match[1])())
    if match := re.fullmatch(r"Expected `\w+` (>=|<=) ([\d.]+)", complaint):
        least = match[1] == ">="
        form = _("{where}: must be at least {number}.") if least else _("{where}: must be at most {number}.")
        return form.format(where=where, number=match[2])
    if match := re.fullmatch(r"Expected `\w+` of length (>=|<=) (\d+)", complaint):
        if match[1] == ">=":
            return _("{where}: must not be empty.").format(where=where)
        return _("{where}: is too long; {number} characters at most.").format(where=where, number=match[2])
    return _("{where}: does not fit ({reason}).").format(where=where, reason=complaint)

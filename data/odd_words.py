"""Why a record was left out, in the person's language.

The sources keep such a reason as a short English code, without content: it is stored, and logs and JSON have it as it
is. The words are found where it is shown, so that they follow the language of whoever looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from data.language import _
from data.model import Quarantined

_Words = Callable[[dict[str, str]], str]

_REASONS: tuple[tuple[re.Pattern[str], _Words], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        # data.sources.jira_rows
        (r"(?P<field>[\w .]+) is no moment", lambda found: _("“{field}” is not a moment in time").format(**found)),
        (r"(?P<field>[\w .]+) is no day", lambda found: _("“{field}” is not a date").format(**found)),
        (r"(?P<field>[\w .]+) is no number", lambda found: _("“{field}” is not a number").format(**found)),
        # msgspec, in data.sources.jira_page
        (
            r"Object missing required field `(?P<field>\w+)`(?: - at `.*`)?",
            lambda found: _("“{field}” is missing").format(**found),
        ),
        (
            r"Expected .* - at `\$?\.?(?P<field>[^`]*)`",
            lambda found: _("“{field}” is of another kind than expected").format(**found),
        ),
        # data.sources.calendar, data.sources.calendar_expand
        (r"takes too long to expand: left out", lambda found: _("the series takes too long to reckon and is left out")),
        (
            r"more than (?P<n>\d+) occurrences: the rest is left out",
            lambda found: _("more than {n} occurrences; the rest is left out").format(**found),
        ),
        (
            r"an event without a usable start is left out",
            lambda found: _("an event without a usable start is left out"),
        ),
        (
            r"repeats within a day, which no training does",
            lambda found: _("repeats many times a day, which no training does"),
        ),
        (
            r"time zone (?P<zone>.+) is not known: read as Tallinn time",
            lambda found: _("the time zone “{zone}” is not known; read as Tallinn time").format(**found),
        ),
        (r"cannot be (?:read|parsed)(?: \(\w+\))?", lambda found: _("cannot be read")),
    )
)
_REFERENCES: dict[str, Callable[[], str]] = {
    "event": lambda: _("event {name}"),
    "version": lambda: _("release {name}"),
}


def odd_words(record: Quarantined) -> str:
    """What was left out and why: `SKAH-7: “updated” is not a moment in time`."""
    return f"{_reference(record.reference)}: {_reason(record.reason)}"


def _reference(reference: str) -> str:
    kind, _space, name = reference.partition(" ")
    return _REFERENCES[kind]().format(name=name) if kind in _REFERENCES and name else reference


def _reason(reason: str) -> str:
    for pattern, words in _REASONS:
        if found := pattern.fullmatch(reason):
            return words(found.groupdict())
    return _("cannot be understood ({code})").format(code=reason)

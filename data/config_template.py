"""The configuration file as text: what `config init` writes, with a comment for everything that may be added."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import msgspec

from data.checks import DEFAULT_TYPE
from data.checks.base import Check
from data.checks.http import HttpCheck
from data.config import Calendar, Config
from data.language import _


def render(config: Config) -> str:
    """`config` as commented TOML in the language in use; what is not set stands there as a commented example."""
    return "\n".join(_lines(config)) + "\n"


def _lines(config: Config) -> Iterator[str]:
    yield "# " + _("Configuration of peakasutaja. Check it with “peakasutaja config check”.")
    yield ""
    yield "[desk]"
    yield "# " + _("Whose desk this is: shown in the corner of the screen.")
    if config.desk.service:
        yield f"service = {_quoted(config.desk.service)}"
    else:
        yield '# service = "Iseteenindus"'
    yield f"language = {_quoted(config.desk.language)}  # et, en"
    yield f"theme = {_quoted(config.desk.theme)}  # light, dark, contrast"
    yield "# " + _("Plain signs for a terminal that draws ⏲ ⚑ ✖ two cells wide.")
    yield f"ascii = {'true' if config.desk.ascii else 'false'}"
    yield ""
    yield from _jira_lines(config)
    yield "# " + _("Addresses that should answer; a section for each.")
    yield "# group: service, application, xroad, partner, batch"
    for check in config.check:
        yield from _check_lines(check)
    if not config.check:
        yield from _commented(_check_lines(HttpCheck(name="Iseteenindus", url="https://www.example.ee/health")))
    yield "# " + _("Calendars with trainings: url (an ICS address; keep it secret) or file.")
    for calendar in config.calendar:
        yield from _calendar_lines(calendar)
    if not config.calendar:
        yield from _commented(_calendar_lines(Calendar(name="Koolitused", file="~/koolitused.ics")))


def _jira_lines(config: Config) -> Iterator[str]:
    yield "# " + _("Jira Data Center. The access token is not kept here, but in the keyring of the computer,")
    yield "# " + _("or, where it has none, beside the data.")
    if config.jira is None:
        yield "# [jira]"
        yield '# url = "https://jira.example.ee"'
        yield '# projects = ["SKAH"]'
    else:
        yield "[jira]"
        yield f"url = {_quoted(config.jira.url)}"
        yield f"projects = [{', '.join(map(_quoted, config.jira.projects))}]"
        yield f"interval = {_number(config.jira.interval)}  # " + _("seconds")
        if config.jira.user:
            yield f"user = {_quoted(config.jira.user)}"
        if config.jira.boards:
            yield f"boards = {config.jira.boards}"
    yield ""


def _check_lines(check: Check) -> Iterator[str]:
    """What a check must have, what it has of its own, and what people change first."""
    comments = {
        "interval": _("seconds"),
        "slow": _("an answer slower than this many seconds counts as degraded"),
    }
    yield "[[check]]"
    if check.type_name != DEFAULT_TYPE:
        yield f"type = {_quoted(check.type_name)}"
    for each in msgspec.structs.fields(check):
        value = getattr(check, each.name)
        if value != each.default or each.name in ("group", *comments):
            comment = f"  # {comments[each.name]}" if each.name in comments else ""
            yield f"{each.name} = {_written(value)}{comment}"
    yield ""


def _calendar_lines(calendar: Calendar) -> Iterator[str]:
    yield "[[calendar]]"
    yield f"name = {_quoted(calendar.name)}"
    yield f"url = {_quoted(calendar.url)}" if calendar.url else f"file = {_quoted(calendar.file)}"
    yield f"interval = {_number(calendar.interval)}  # " + _("seconds")
    yield ""


def _commented(lines: Iterator[str]) -> Iterator[str]:
    return (f"# {line}" if line else line for line in lines)


def _written(value: str | float | Sequence[str]) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value) if isinstance(value, int | float) else f"[{', '.join(map(_quoted, value))}]"


def _number(value: float) -> str:
    return f"{value:g}"


def _quoted(text: str) -> str:
    """`text` as a TOML string: JSON's escapes are TOML's too, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

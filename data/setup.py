"""Making the first configuration: answers become a file and a kept token."""

from __future__ import annotations

from pathlib import Path

from data.checks.http import HttpCheck
from data.config import Calendar, Config
from data.config_template import render
from data.paths import Places, make_private_dir, write_private
from data.secrets import write_token

TOKEN = "jira"  # noqa: S105 - the name under which the token is kept
"""The name of Jira's token among the kept ones."""


def save(where: Places, config: Config, token: str) -> Path | None:
    """Writes the configuration file at once and whole, for this user alone, and keeps the token (empty: none).

    A file that stood there before is kept beside the new one; returns where, or None when there was none.
    Raises OSError when a file cannot be written, and what `write_token` raises.
    """
    file = where.config_file
    if not file.parent.exists():
        make_private_dir(file.parent)
    kept = _put_aside(file)
    write_private(file, render(config).encode("utf-8"))
    if token:
        keep_token(where, token)
    return kept


def keep_token(where: Places, token: str) -> None:
    """Keeps Jira's token in place of the one before; raises OSError and what `write_token` raises."""
    make_private_dir(where.data_dir)
    write_token(where, TOKEN, token)


def named_check(text: str) -> HttpCheck:
    """A check from `NAME=URL`; raises ValueError when a part is missing. The address is judged with the whole file."""
    name, url = _named(text)
    return HttpCheck(name=name, url=url)


def named_calendar(text: str) -> Calendar:
    """A calendar from `NAME=URL` or `NAME=FILE`; raises ValueError when a part is missing."""
    name, place = _named(text)
    is_address = place.lower().startswith(("http://", "https://", "webcal://"))
    if is_address:
        # Calendars are often published with webcal://, which is HTTPS under another name.
        return Calendar(name=name, url="https://" + place[9:] if place.lower().startswith("webcal://") else place)
    # Named from where the person stands; the configuration would read it from beside itself.
    return Calendar(name=name, file=str(Path(place).expanduser().absolute()))


def _named(text: str) -> tuple[str, str]:
    name, _sign, rest = (part.strip() for part in text.partition("="))
    if not name or not rest:
        raise ValueError(text)
    return name, rest


def _put_aside(file: Path) -> Path | None:
    if not file.exists():
        return None
    kept = file.with_name(f"{file.name}.old")
    number = 1
    while kept.exists():
        number += 1
        kept = file.with_name(f"{file.name}.old.{number}")
    write_private(kept, file.read_bytes())
    return kept

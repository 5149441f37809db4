"""What can be looked at without the network: configuration, permissions, secrets, the three files, sync, disk, log."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.access import looseness
from data.config import Config, ConfigError, MissingConfigError, load
from data.config_rules import warnings
from data.diagnosis import Finding, bad, good, skipped, warning
from data.diagnosis.files import faults_of, parts_of
from data.language import _
from data.paths import Places
from data.secrets import STORE_KEY_VARIABLE, SecretError, read_token, store_key
from data.setup import TOKEN
from data.text import clean_line
from data.volumes import network_kind, network_words
from data.words import number

if TYPE_CHECKING:
    from data.sync.pulse import Life

MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000
SCARCE, TOO_LITTLE = 1_000 * MEGABYTE, 100 * MEGABYTE
"""Free bytes below which the disk is worth a word, or stands in the way: 100,000 tickets take about 500 MB."""
VARIABLES = (
    "PEAKASUTAJA_CONFIG",
    "PEAKASUTAJA_DATA_DIR",
    "PEAKASUTAJA_DEBUG",
    "PEAKASUTAJA_JIRA_TOKEN",
    "PEAKASUTAJA_LANGUAGE",
    STORE_KEY_VARIABLE,
)
"""What of the environment is read."""
PULSE_SECONDS = 20
"""A living sync writes its pulse every 5 s; after four missed ones it does not live."""
NEXT_PULSE_SECONDS = 6.0


def look_at_configuration(where: Places) -> tuple[Config | None, list[Finding]]:
    """The configuration, or None when it cannot be used, and what was found in it."""
    subject = _("configuration")
    try:
        config = load(where.config_file)
    except MissingConfigError:
        told = _("there is none yet ({file}).").format(file=where.config_file)
        return None, [bad(subject, told, _("Make one with “peakasutaja config init”, or look at “peakasutaja demo”."))]
    except ConfigError as error:
        advice = _("Correct {file}.").format(file=where.config_file)
        return None, [bad(subject, problem, advice) for problem in error.problems]
    findings = [good(subject, str(where.config_file)), *(warning(subject, text) for text in warnings(config))]
    if not config.source_kinds:
        findings[-1] = replace(findings[-1], advice=_("Add what it is to read with “peakasutaja config init”."))
    holds_secret = any(calendar.url for calendar in config.calendar)
    if holds_secret and (loose := _looseness(where.config_file)):
        told = _("the file holds a secret calendar address, but {reason}.").format(reason=loose)
        findings.append(warning(subject, told, _("Make the file yours alone.")))
    return config, findings


def look_at_environment() -> Iterator[Finding]:
    """Variables that look as if they were meant for us, and that nothing reads."""
    for name in sorted(os.environ):
        if name.startswith("PEAKASUTAJA_") and name not in VARIABLES:
            told = _("{name} is set, but there is no such variable.").format(name=clean_line(name, 80))
            yield warning(_("environment"), told, _("Known ones: {names}.").format(names=", ".join(VARIABLES)))


def look_at_secrets(where: Places, config: Config) -> Iterator[Finding]:
    """Where token and key are, and whether others can read them. The secrets themselves are never told."""
    if config.jira is not None and not config.demo:
        subject = _("Jira’s token")
        try:
            token = read_token(where, TOKEN)
        except SecretError as error:
            yield bad(subject, str(error))
        else:
            if token:
                yield good(subject, _("is kept in {place}.").format(place=_token_place(where)))
            else:
                yield bad(subject, _("there is none."), _("Store one with “peakasutaja config init”."))
    subject = _("key of the store")
    if not where.key_file.exists() and not _has_files(where):
        yield skipped(subject, _("is made when the desk or the sync first starts."))
        return
    try:
        store_key(where, create=False, demo=config.demo)
    except SecretError as error:
        yield bad(subject, str(error))
    else:
        yield good(subject, _("is kept in {place}.").format(place=_key_place(where, config)))


def look_at_store(where: Places, config: Config) -> Iterator[Finding]:
    """The folder, and whether each of the three files opens with the key."""
    from data.store import aside
    from data.store.driver import StoreError

    if where.data_dir.exists():
        yield _folder(where.data_dir)
    try:
        key = store_key(where, create=False, demo=config.demo)
    except SecretError:
        key = ""
    for file, what in ((where.cache, _("cache")), (where.history, _("history")), (where.desk, _("own records"))):
        if not file.exists():
            yield skipped(what, _("not there yet ({file}).").format(file=file))
        elif not key:
            yield bad(what, _("cannot be opened without the key ({file}).").format(file=file))
        else:
            try:
                tables = _tables(file, key)
            except StoreError as error:
                if error.code == "damaged":
                    aside.doubt(file)
                if error.code == "damaged" and file == where.cache:
                    yield bad(what, _("{file} is damaged.").format(file=file), _("The sync fills a new one by itself."))
                else:
                    yield from list(faults_of(what, *parts_of(file))) or [bad(what, str(error))]
            else:
                size = _size(_bytes_of(file))
                told = _("opens; {size}, {n} tables ({file}).").format(size=size, n=tables, file=file)
                yield from list(faults_of(what, *parts_of(file))) or [good(what, told)]
    if aside.damaged(where.cache).exists():
        told = _("was damaged and is set aside ({file}). A new one is being filled: something may be missing.")
        yield warning(_("cache"), told.format(file=aside.damaged(where.cache)))


def look_at_sync(where: Places) -> Iterator[Finding]:
    """Whether a sync process lives: it holds the lock and writes its pulse."""
    from data.sync.pulse import load_life
    from data.sync.supervise import is_locked

    subject = _("sync process")
    if not is_locked(where):
        yield skipped(subject, _("is not running; the desk starts it."))
        return
    life = load_life(where.pulse)
    if life is None or life.seconds_ago > PULSE_SECONDS:
        # The clock may have been set since: a living process beats anew while we wait.
        life = _next_life(where, life)
    if life is None:
        yield bad(
            subject,
            _("is there, but gives no sign of life."),
            _("Close the desk, wait a minute and open it again."),
        )
    else:
        yield good(subject, _("is running (process {pid}).").format(pid=life.pid))


def lives(where: Places) -> bool:
    """Whether a sync process holds the lock and beats."""
    from data.sync.pulse import load_life
    from data.sync.supervise import is_locked

    life = load_life(where.pulse) if is_locked(where) else None
    return life is not None and life.seconds_ago <= PULSE_SECONDS


def look_at_disk(where: Places) -> Iterator[Finding]:
    """Room on the disk, and the place of the log."""
    subject = _("disk")
    folder = next((each for each in (where.data_dir, *where.data_dir.parents) if each.exists()), None)
    if folder is None or not folder.is_dir() or not os.access(folder, os.W_OK):
        told = _("cannot be written to: {folder}.").format(folder=where.data_dir)
        yield bad(subject, told, _("Choose another folder with --data-dir."))
        return
    if kind := network_kind(where.data_dir):
        yield bad(subject, network_words(where.data_dir, kind))
        return
    free = shutil.disk_usage(folder).free
    told = _("{size} free ({folder}).").format(size=_size(free), folder=folder)
    if free < TOO_LITTLE:
        yield bad(subject, told, _("Make room: there is too little to keep the data."))
    elif free < SCARCE:
        yield warning(subject, told, _("Make room soon."))
    else:
        yield good(subject, told)
    if where.log.exists():
        yield from list(faults_of(_("log"), where.log)) or [good(_("log"), str(where.log))]
    else:
        yield skipped(_("log"), _("nothing is written yet ({file}).").format(file=where.log))


def _bytes_of(database: Path) -> int:
    """Its size with that of its log, in which much of it may stand while it is in use."""
    count = 0
    for part in parts_of(database):
        with suppress(FileNotFoundError):  # the last who used it has closed it meanwhile
            count += part.stat().st_size
    return count


def _size(count: int) -> str:
    """So many bytes in the unit that a person thinks in."""
    unit, name = (GIGABYTE, "GB") if count >= GIGABYTE else (MEGABYTE, "MB")
    return f"{number(count / unit, 1 if count < 100 * unit else 0)} {name}"


def _next_life(where: Places, last: Life | None) -> Life | None:
    """The pulse that follows `last`, waited for as long as a living process may take; None if none comes."""
    from data.sync.pulse import load_life

    deadline = time.monotonic() + NEXT_PULSE_SECONDS
    while time.monotonic() < deadline:
        life = load_life(where.pulse)
        if life is not None and (last is None or life.stamp != last.stamp):
            return life
        time.sleep(0.1)
    return None


def _tables(file: Path, key: str) -> int:
    """How many tables there are, after every page was read. Raises StoreError."""
    from data.store.driver import open_reader, require_sound, translated

    with translated(file), closing(open_reader(file, key)) as connection:
        require_sound(connection, file)
        tables: int = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    return tables


def _folder(folder: Path) -> Finding:
    subject = _("folder of the data")
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        return warning(subject, _("others may look into it ({folder}).").format(folder=folder), f"chmod 700 {folder}")
    return good(subject, str(folder))


def _token_place(where: Places) -> str:
    if os.environ.get("PEAKASUTAJA_JIRA_TOKEN"):
        return "PEAKASUTAJA_JIRA_TOKEN"
    return str(where.token_file) if where.token_file.exists() else _("the keyring")


def _key_place(where: Places, config: Config) -> str:
    if os.environ.get(STORE_KEY_VARIABLE) and not config.demo:
        return STORE_KEY_VARIABLE
    return str(where.key_file) if where.key_file.exists() else _("the keyring")


def _has_files(where: Places) -> bool:
    return any(file.exists() for file in (where.cache, where.history, where.desk))


def _looseness(file: Path) -> str:
    try:
        return looseness(file)
    except OSError:
        return ""

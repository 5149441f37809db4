"""`doctor`: line by line what works, and what to do about what does not."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from data.config import Config
from data.diagnosis import Finding, Level, bad, broken, computer, files, standing
from data.language import _, ngettext
from data.paths import Places
from tui.cli import terminal
from tui.cli.options import command
from tui.cli.report import print_findings

if TYPE_CHECKING:
    from data.diagnosis.sources import Known
    from data.job import JobWatch


def build(name: str, summary: str) -> click.Command:
    """The command."""
    offline = click.Option(["--offline"], is_flag=True, help=_("Send no requests to the configured systems."))
    return command(name, summary, doctor, [offline])


def doctor(where: Places, offline: bool) -> int:
    """Prints the findings as they come; exit code 1 when something is wrong."""
    counts: Counter[Level] = Counter()
    for finding in _findings(where, offline):
        print_findings([finding])
        counts[finding.level] += 1
    click.echo()
    click.echo(_summary(counts))
    return int(counts[Level.BAD] > 0)


def _summary(counts: Mapping[Level, int]) -> str:
    """What the findings come to, warnings too."""
    wrong, warnings = counts.get(Level.BAD, 0), counts.get(Level.WARNING, 0)
    told = [ngettext("{n} thing is wrong.", "{n} things are wrong.", wrong).format(n=wrong)] if wrong else []
    if warnings:
        told.append(ngettext("{n} warning.", "{n} warnings.", warnings).format(n=warnings))
    return " ".join(told) or _("Everything that was looked at works.")


def _findings(where: Places, offline: bool) -> Iterator[Finding]:
    yield from terminal.look_at_program()
    yield from terminal.look_at_terminal()
    yield from computer.look_at_environment()
    config, found = computer.look_at_configuration(where)
    yield from found
    yield from look_at_data(where, config)
    if config is not None and not offline:
        yield from _upstream(where, config)
        yield from _mail(where, config)


def look_at_data(where: Places, config: Config | None) -> Iterator[Finding]:
    """What is found in the folder of the data; `config` is None where it cannot be used."""
    if (closed := files.look_at_folder(where)) is not None:
        yield closed
        return
    if config is not None:
        yield from _whole(_("token and key"), lambda: computer.look_at_secrets(where, config))
        yield from _whole(_("folder of the data"), lambda: computer.look_at_store(where, config))
    yield from _whole(_("folder of the data"), lambda: files.look_at_files(where))
    yield from _whole(_("sync process"), lambda: computer.look_at_sync(where))
    yield from _whole(_("disk"), lambda: computer.look_at_disk(where))
    if config is not None:
        yield from _whole(_("sources"), lambda: standing.look_at_sources(where, config))


def _whole(subject: str, look: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What is found; a fault of our own is told as one of them, so that what comes after is looked at too."""
    try:
        yield from look()
    except Exception as error:  # whatever it is, the rest must follow
        yield broken(subject, error)


def _upstream(where: Places, config: Config) -> Iterator[Finding]:
    """The sources' findings, each printed as soon as it is there."""
    from data.diagnosis.sources import look_at_all
    from data.secrets import SecretError, read_token
    from data.setup import TOKEN

    try:
        token = read_token(where, TOKEN, demo=config.demo) if config.jira else None
    except SecretError as error:
        yield bad("Jira", str(error))
        token = None
    findings = look_at_all(config, token, _known(where, config))
    with asyncio.Runner() as runner:
        while (finding := runner.run(_next(findings))) is not None:
            yield finding


def _known(where: Places, config: Config) -> Known:
    """What the desk knows of batch jobs, and how checks get at their keys."""
    from data.diagnosis.sources import Known
    from data.secrets import SecretError, read_check_secret, store_key
    from data.store.driver import StoreError
    from data.store.read import Reader

    jobs: dict[str, JobWatch] = {}
    with suppress(SecretError, StoreError):
        key = store_key(where, create=False, demo=config.demo)
        with closing(Reader(where, key, config.domain_clock())) as reader:
            jobs = reader.jobs()
    return Known(jobs, partial(read_check_secret, where, demo=config.demo))


def _mail(where: Places, config: Config) -> Iterator[Finding]:
    # Imported here: e-mail is heavy, and most of what is looked at needs none.
    from data.diagnosis.mail import look_at_mail

    yield from _whole(_("e-mail"), lambda: look_at_mail(where, config))


async def _next(findings: AsyncIterator[Finding]) -> Finding | None:
    return await anext(findings, None)

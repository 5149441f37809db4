"""`check NAME`: one look now, what it found, and what the desk makes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from functools import partial

import click

from data.checks.base import Check
from data.checks.heartbeat import HeartbeatCheck
from data.clock import Clock, tallinn
from data.config import Config
from data.job import JobWatch
from data.language import _
from data.model import CheckResult, Outcome, Service
from data.moments import moment_words
from data.paths import Places
from data.rules.xroad import blame_of
from data.words import doubt_words
from data.xroad_words import blame_place
from tui.cli.options import command, configuration
from tui.cli.report import print_findings
from tui.format import service_word


def build(name: str, summary: str) -> click.Command:
    """The command."""
    parameters: list[click.Parameter] = [
        click.Argument(["wanted"], metavar=_("NAME")),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print JSON: times in ISO 8601 with their zone.")),
    ]
    return command(name, summary, check, parameters)


def check(where: Places, wanted: str, as_json: bool) -> int:
    """Prints what one look finds; exit code 1 when that is not as it should be. Nothing is written into the history."""
    # Imported here: a wrong name is told without loading a client.
    from data.diagnosis.sources import look_now, result_finding
    from data.secrets import read_check_secret

    config = configuration(where)
    chosen = named(wanted, config.check)
    secret = partial(read_check_secret, where, demo=config.demo)
    service, known = _on_the_desk(where, config, chosen.name)
    result = asyncio.run(look_now(chosen, config.domain_clock(), known, secret))
    if as_json:
        click.echo(json.dumps(_told(chosen, result), ensure_ascii=False, indent=2))
    else:
        print_findings([result_finding(result, chosen)])
        lines = [*_lines(chosen, result), *_job_lines(chosen, known, config.domain_clock()), _standing_line(service)]
        width = max(len(title) for title, _text in lines)
        for title, text in lines:
            click.echo(f"  {title:{width}}  {text}")
    return 0 if result.outcome is Outcome.OK else 1


def named(wanted: str, checks: Sequence[Check]) -> Check:
    """The check of that name, in whatever case, or the only one that has it in its name; raises click.UsageError."""
    sought = wanted.casefold()
    found = (
        [each for each in checks if each.name == wanted]
        or [each for each in checks if each.name.casefold() == sought]
        or [each for each in checks if sought in each.name.casefold()]
    )
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(each.name for each in found)
        raise click.UsageError(_("Several checks have that in their name: {names}.").format(names=names))
    if not checks:
        raise click.UsageError(_("No check is configured. Each is a section [[check]] of the configuration."))
    names = ", ".join(each.name for each in checks)
    raise click.UsageError(_("There is no check “{name}”. There are: {names}.").format(name=wanted, names=names))


def _on_the_desk(where: Places, config: Config, name: str) -> tuple[Service | None, JobWatch | None]:
    """How the desk holds the service to be, and what it knows of a job's runs; None where it has not looked yet."""
    from data.secrets import SecretError, store_key
    from data.store.driver import StoreError
    from data.store.read import Reader

    try:
        key = store_key(where, create=False, demo=config.demo)
        with closing(Reader(where, key, config.domain_clock())) as reader:
            detail, jobs = reader.service(name), reader.jobs()
    except (SecretError, StoreError):
        return None, None
    return detail.service if detail else None, jobs.get(name)


def _lines(chosen: Check, result: CheckResult) -> list[tuple[str, str]]:
    lines = [(_("Looked at"), f"{chosen.target} ({chosen.type_name})")]
    lines.append((_("Moment"), f"{tallinn(result.at_ms):%H:%M:%S}"))
    if blame := blame_of(result.reason):
        lines.append((_("The fault lies"), blame_place(blame)))
    if result.evidence:
        lines.append((_("Answer"), result.evidence))
    return lines


def _job_lines(chosen: Check, known: JobWatch | None, clock: Clock) -> list[tuple[str, str]]:
    """When a batch job last ran and runs next, as far as the desk knows."""
    if not isinstance(chosen, HeartbeatCheck):
        return []
    told = chosen.job(known or JobWatch(clock.now_ms()), clock.now_ms()).standing
    lines = []
    if told.run is not None:
        lines.append((_("Last run"), moment_words(told.run.began_ms)))
    if told.next_ms is not None:
        lines.append((_("Next run"), moment_words(told.next_ms)))
    return lines


def _standing_line(service: Service | None) -> tuple[str, str]:
    if service is None:
        return _("On the desk"), _("not looked at yet; the desk and “peakasutaja sync” look by themselves.")
    state = service_word(service)
    if service.since_ms is not None and not service.is_being_checked:
        state = _("{state}, since {moment}").format(state=state, moment=f"{tallinn(service.since_ms):%d.%m %H:%M}")
    doubt = f"; {doubt_words(service.doubt)}" if service.doubt else ""
    return _("On the desk"), state + doubt


def _told(chosen: Check, result: CheckResult) -> dict[str, object]:
    return {
        "name": result.check,
        "type": chosen.type_name,
        "target": chosen.target,
        "at": tallinn(result.at_ms).isoformat(timespec="seconds"),
        "outcome": result.outcome.value,
        "reason": result.reason,
        "blame": blame_of(result.reason),
        "latency_ms": result.latency_ms,
        "evidence": result.evidence,
    }

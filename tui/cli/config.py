"""`config init`, `config check` and `config path`."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import click

from data import setup
from data.config import SERVICE_LENGTH, Calendar, Config, ConfigError, Desk, Jira, load
from data.config_rules import problems, warnings
from data.diagnosis import Finding, is_bad
from data.language import _, language
from data.paths import Places
from tui.cli.console import on_terminal
from tui.cli.new_token import ask_token, refuse, replace_token, writing
from tui.cli.options import Fault, command, place_options
from tui.cli.password import store_password
from tui.cli.questions import RefusedError, Source, agrees, ask_configuration
from tui.cli.report import print_findings
from tui.cli.secret import parameters as secret_parameters
from tui.cli.secret import store_secret


def build(name: str, summary: str) -> click.Command:
    """The group of the three commands."""
    return click.Group(
        name,
        help=summary,
        params=place_options(),
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGS]..."),
        commands=[
            command("init", _("Make a configuration by questions, or from the options."), init, _init_options()),
            command("check", _("Read the configuration and tell what is wrong in it."), check),
            command("mail", _("Store the password of the mail server."), store_password),
            command(
                "secret", _("Store the key that a check shows to another system."), store_secret, secret_parameters()
            ),
            command("path", _("Print where the configuration file is."), path),
        ],
    )


def path(where: Places) -> int:
    """Prints the place of the file, whether or not it is there."""
    click.echo(str(where.config_file))
    return 0


def check(where: Places) -> int:
    """Reads the file; every problem on a line of its own."""
    try:
        config = load(where.config_file)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        if error.readable is not None and error.readable.source_kinds:
            _warn(error.readable)
        return 1
    _warn(config)
    if not config.source_kinds:
        told = _("Add what the desk is to read with “peakasutaja config init”, or in {file}.")
        click.echo(told.format(file=where.config_file), err=True)
        return 1
    click.echo(_("The configuration {file} is in order.").format(file=where.config_file))
    return 0


def init(where: Places, force: bool, skip_test: bool, token_stdin: bool, **answers: Any) -> int:
    """Makes the file and keeps the token; a token alone replaces only the kept one.

    With options nothing is asked, and nothing is written when the connection test fails (exit code 1).
    """

    def test(source: Source, token: str) -> list[Finding]:
        return [] if skip_test else try_source(source, token)

    is_alone = not any(answers.values()) and not force and where.config_file.exists()
    is_asking = not any([*answers.values(), token_stdin]) and on_terminal()
    if is_alone and token_stdin:
        return replace_token(where, _token_from_input(), test)
    if is_alone and is_asking and _wants_only_a_token(where):
        return ask_token(where, test)
    _ask_to_replace(where, force, is_asking)
    if is_asking:
        try:
            asked, kept_token = ask_configuration(test)
        except RefusedError:
            return refuse()
        if not asked.source_kinds:
            raise Fault(_("Nothing was named that the desk could read, so nothing was written."))
        _write(where, asked, kept_token)
        return 0
    config = _configured(**answers)
    _warn(config)
    token = _token_from_input() if token_stdin else ""
    findings = test(config.jira, token) if config.jira and token else []
    print_findings(findings)
    if is_bad(findings):
        return refuse()
    _write(where, config, token)
    return 0


def try_source(source: Source, token: str) -> list[Finding]:
    """What a real request finds."""
    from data.diagnosis.sources import look_at_calendar, look_at_check, look_at_jira

    if isinstance(source, Calendar):
        return look_at_calendar(source)
    if not isinstance(source, Jira):
        return look_at_check(source)
    findings = look_at_jira(source, token)
    # Who is asked for a new token is in `config init` already.
    return [replace(each, advice="") if "config init" in each.advice else each for each in findings]


def _init_options() -> list[click.Parameter]:
    return [
        click.Option(["--service"], metavar=_("NAME"), help=_("The service whose desk this is.")),
        click.Option(["--jira-url"], metavar=_("URL"), help=_("Jira’s own address.")),
        click.Option(
            ["--project", "projects"], metavar=_("KEY"), multiple=True, help=_("A Jira project; may be repeated.")
        ),
        click.Option(
            ["--check", "checks"], metavar=_("NAME=URL"), multiple=True, help=_("An address that should answer.")
        ),
        click.Option(
            ["--calendar", "calendars"],
            metavar=_("NAME=URL|FILE"),
            multiple=True,
            help=_("A calendar with trainings: an ICS address or file."),
        ),
        click.Option(
            ["--token-stdin"],
            is_flag=True,
            help=_("Read Jira’s access token from standard input; alone it replaces only the token."),
        ),
        click.Option(["--force"], is_flag=True, help=_("Replace a configuration; the old one is kept beside it.")),
        click.Option(["--skip-test"], is_flag=True, help=_("Do not try the connection.")),
    ]


def _wants_only_a_token(where: Places) -> bool:
    try:
        has_jira = load(where.config_file).jira is not None
    except ConfigError:
        has_jira = False
    question = _("There is a configuration already. Replace only Jira’s access token and keep the rest?")
    return has_jira and agrees(question, default=True)


def _ask_to_replace(where: Places, force: bool, is_asking: bool) -> None:
    if force or not where.config_file.exists():
        return
    told = _("There is a configuration already: {file}.").format(file=where.config_file)
    if not is_asking:
        raise Fault(told + " " + _("Add --force to replace it; the old one is kept beside it."))
    click.echo(told)
    if not agrees(_("Replace it? The old one is kept beside it."), default=False):
        raise click.Abort


def _configured(
    service: str | None,
    jira_url: str | None,
    projects: tuple[str, ...],
    checks: tuple[str, ...],
    calendars: tuple[str, ...],
) -> Config:
    """The configuration that the options describe; raises click.UsageError."""
    if not (jira_url or checks or calendars):
        raise click.UsageError(_("Nothing to write: give at least --jira-url, --check or --calendar."))
    if bool(jira_url) != bool(projects):
        raise click.UsageError(_("--jira-url and --project belong together."))
    if service and len(service) > SERVICE_LENGTH:
        raise click.UsageError(_("The name has at most {n} characters.").format(n=SERVICE_LENGTH))
    config = Config(desk=Desk(service=service or "", language=language()))
    if jira_url:
        config.jira = Jira(url=jira_url, projects=list(projects))
    try:
        config.check = [setup.named_check(text) for text in checks]
        config.calendar = [setup.named_calendar(text) for text in calendars]
    except ValueError as error:
        raise click.UsageError(_("“{text}” must be of the form NAME=ADDRESS.").format(text=error)) from None
    if found := problems(config):
        raise click.UsageError("\n".join(found))
    return config


def _warn(config: Config) -> None:
    """Tells what works but is unsafe, before anything is sent."""
    for warning in warnings(config):
        click.echo(_("Warning: {text}").format(text=warning), err=True)


def _token_from_input() -> str:
    token = sys.stdin.readline().strip()
    if not token:
        raise click.UsageError(_("Standard input held no token."))
    return token


def _write(where: Places, config: Config, token: str) -> None:
    with writing(where):
        kept = setup.save(where, config, token)
    if kept:
        click.echo(_("The old configuration is in {file}.").format(file=kept))
    click.echo(_("The configuration is in {file}.").format(file=where.config_file))
    click.echo(_("Next: “peakasutaja” opens the desk, “peakasutaja doctor” tells whether everything works."))

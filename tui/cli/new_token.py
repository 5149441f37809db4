"""Replacing only Jira’s access token: the rest of the configuration stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from data import setup
from data.config import Jira
from data.diagnosis import Finding, is_bad
from data.language import _
from data.os_words import os_reason
from data.paths import Places
from tui.cli.options import Fault, configuration
from tui.cli.questions import agrees
from tui.cli.report import print_findings

Test = Callable[[Jira, str], list[Finding]]


def replace_token(where: Places, token: str, test: Test) -> int:
    """Keeps `token` for the Jira that is configured, once `test` has accepted it; returns the exit code.

    Raises `Fault` when the configuration cannot be read, has no [jira], or nothing can be written.
    """
    jira = configured_jira(where)
    findings = test(jira, token)
    print_findings(findings)
    if is_bad(findings):
        return refuse()
    _keep(where, token)
    return 0


def ask_token(where: Places, test: Test) -> int:
    """Asks for a token until one is accepted; an empty answer or no further try leaves the old one."""
    jira = configured_jira(where)
    while True:
        token = click.prompt(
            _("Access token (not shown while typing; in Jira: Profile → Personal Access Tokens)"),
            default="",
            hide_input=True,
            show_default=False,
        ).strip()
        if not token:
            raise click.Abort
        click.echo(_("Trying the connection …"))
        findings = test(jira, token)
        print_findings(findings)
        if not is_bad(findings):
            _keep(where, token)
            return 0
        if not agrees(_("Answer again?"), default=True):
            return refuse()


def configured_jira(where: Places) -> Jira:
    """The `[jira]` of the configuration; raises `Fault` when there is none or the file has faults."""
    jira = configuration(where).jira
    if jira is None:
        raise Fault(_("{file} has no [jira] section, so there is no token to replace.").format(file=where.config_file))
    return jira


def refuse() -> int:
    """Says that a failed test kept everything as it was; returns the exit code."""
    told = _("The connection test failed, so nothing was written. With --skip-test it is written without a test.")
    click.echo(told, err=True)
    return 1


@contextmanager
def writing(where: Places) -> Iterator[None]:
    """Turns what may go wrong while writing into a `Fault`."""
    from data.secrets import SecretError

    try:
        yield
    except OSError as error:
        raise Fault(
            _("{file} cannot be written: {reason}.").format(
                file=error.filename or where.config_file, reason=os_reason(error)
            )
        ) from None
    except SecretError as error:
        raise Fault(str(error)) from None


def _keep(where: Places, token: str) -> None:
    with writing(where):
        setup.keep_token(where, token)
    click.echo(_("The access token is replaced; the configuration stays as it was."))

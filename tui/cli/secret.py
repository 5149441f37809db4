"""`config secret`: the key that a check shows to another system, kept beside the other secrets."""

from __future__ import annotations

import sys

import click

from data.checks.base import Check
from data.checks.healthchecks import HealthchecksCheck
from data.checks.heartbeat import HeartbeatCheck
from data.config import Config
from data.language import _
from data.paths import Places
from data.secrets import check_token, write_token
from tui.cli.console import on_terminal
from tui.cli.new_token import writing
from tui.cli.options import Fault, configuration


def parameters() -> list[click.Parameter]:
    """What the command takes."""
    return [click.Argument(["name"], metavar=_("NAME"), required=False)]


def store_secret(where: Places, name: str | None) -> int:
    """Asks for the key (or reads it from standard input), and keeps it where tokens are kept."""
    named = _chosen(configuration(where), where, name)
    secret = _asked(named)
    if not secret or not secret.isprintable():
        raise Fault(_("That is no key: it must be one line of text. Nothing was stored."))
    with writing(where):
        write_token(where, check_token(named), secret)
    click.echo(_("The key {name} is stored. “peakasutaja check NAME” tries it.").format(name=named))
    return 0


def _chosen(config: Config, where: Places, name: str | None) -> str:
    """The name that checks give to the key; the only one there is, where none was asked for."""
    known = sorted({key for check in config.check if (key := key_of(check))})
    if not known:
        raise Fault(_("No check in {file} asks for a key.").format(file=where.config_file))
    if name is None and len(known) == 1:
        return known[0]
    if name not in known:
        raise Fault(_("Say which key: {names}.").format(names=", ".join(known)))
    return name


def key_of(check: Check) -> str:
    """The name of the key that a check shows; empty where it shows none."""
    if isinstance(check, HeartbeatCheck):
        return check.mail.key_name if check.mail and check.mail.server else ""
    return check.key_name if isinstance(check, HealthchecksCheck) else ""


def _asked(name: str) -> str:
    if not on_terminal():
        return sys.stdin.readline().strip()
    question = _("Key {name} (not shown while typing)").format(name=name)
    return str(click.prompt(question, hide_input=True)).strip()

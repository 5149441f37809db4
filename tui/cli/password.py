"""`config mail`: the password of the mail server, tried and kept beside the other secrets."""

from __future__ import annotations

import sys

import click

from data.language import _
from data.mail import Mail
from data.paths import Places
from data.secrets import write_token
from data.words import reason_words, sentence
from tui.cli.console import on_terminal
from tui.cli.new_token import writing
from tui.cli.options import Fault, configuration


def store_password(where: Places) -> int:
    """Asks for the password (or reads it from standard input), tries it, and keeps it where tokens are kept."""
    from data.post import PostError, probe

    mail = configuration(where).mail
    if mail is None or not mail.user:
        words = _("{file} has no [mail] with a user, so there is no password to store.")
        raise Fault(words.format(file=where.config_file))
    password = _asked(mail)
    try:
        probe(mail, password)
    except PostError as error:
        reason = reason_words(error.code)
        if error.code == "mail auth":
            raise Fault(_("{reason}. Nothing was stored.").format(reason=sentence(reason))) from None
        click.echo(_("It could not be tried: {reason}. It is stored all the same.").format(reason=reason), err=True)
    with writing(where):
        write_token(where, "mail", password)
    click.echo(_("The password is stored."))
    return 0


def _asked(mail: Mail) -> str:
    if not on_terminal():
        return sys.stdin.readline().rstrip("\r\n")
    question = _("Password of {user} at {host} (not shown while typing)").format(user=mail.user, host=mail.host)
    return str(click.prompt(question, hide_input=True))

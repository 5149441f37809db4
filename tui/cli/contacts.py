"""`contacts list` and `contacts find`: whom to ask about what, and who is told today."""

from __future__ import annotations

from collections.abc import Sequence

import click

from data.config import Config
from data.language import _
from data.paths import Places
from data.rules.contacts import Contact, present
from tui.cli import listing
from tui.cli.as_json import text
from tui.cli.listing import Column
from tui.cli.options import Fault, command, configuration, place_options


def build(name: str, summary: str) -> click.Command:
    """The group of the two commands."""
    as_json = click.Option(["--json", "as_json"], is_flag=True, help=_("Print JSON."))
    words = click.Argument(["words"], nargs=-1, required=True, metavar=_("WORDS..."))
    return click.Group(
        name,
        help=summary,
        params=place_options(),
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGS]..."),
        commands=[
            command("list", _("List all contacts."), list_all, [as_json]),
            command("find", _("List the contacts that hold all these words."), find, [words, as_json]),
        ],
    )


def list_all(where: Places, as_json: bool) -> int:
    """Prints every contact; 1 where there is none."""
    config = configuration(where)
    if not config.contact:
        raise Fault(_("There are no contacts. Each is a section [[contact]] of the configuration."))
    _print(config, config.contact, as_json=as_json)
    return 0


def find(where: Places, words: tuple[str, ...], as_json: bool) -> int:
    """Prints the contacts in which every word stands somewhere; 1 where there is none."""
    config = configuration(where)
    found = [each for each in config.contact if all(word.casefold() in _whole(each) for word in words)]
    if not found:
        raise Fault(_("No contact holds “{words}”.").format(words=" ".join(words)))
    _print(config, found, as_json=as_json)
    return 0


def _whole(contact: Contact) -> str:
    texts = (contact.name, contact.role, contact.organisation, contact.email, contact.phone, *contact.checks)
    return " ".join(texts).casefold()


def _print(config: Config, contacts: Sequence[Contact], *, as_json: bool) -> None:
    absent = _absent(config)
    if as_json:
        rows = [
            {name: getattr(each, name) for name in each.__struct_fields__} | {"instead": absent.get(each.name)}
            for each in contacts
        ]
        click.echo(text({"rows": rows}))
        return
    columns = [
        Column(_("Name"), least=10),
        Column(_("Role"), least=8, keep=5),
        Column(_("Organisation"), least=8, keep=4),
        Column(_("Phone"), keep=8),
        Column(_("E-mail"), least=12, keep=7),
        Column(_("Hours"), least=8, keep=3),
        Column(_("Answers for"), least=10, keep=6),
        Column(_("Told of outages"), least=10, keep=6),
    ]
    rows_shown = [
        [
            each.name,
            each.role,
            each.organisation,
            each.phone,
            each.email,
            each.hours,
            ", ".join(each.checks),
            _told(each, absent),
        ]
        for each in contacts
    ]
    click.echo("\n".join(listing.table(columns, rows_shown, listing.console_width())))


def _absent(config: Config) -> dict[str, str]:
    """Of those who are away today, who stands in for them."""
    today = config.domain_clock().now().date()
    there = {each.name: present(each.name, config.substitution, today) for each in config.contact}
    return {name: instead for name, instead in there.items() if instead != name}


def _told(contact: Contact, absent: dict[str, str]) -> str:
    if not contact.notify:
        return ""
    if contact.name in absent:
        return _("away, instead: {name}").format(name=absent[contact.name])
    return _("yes")

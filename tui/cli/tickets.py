"""`tickets`: the tickets of a view, or those that hold some words, through the mask."""

from __future__ import annotations

import click

from data.language import _
from data.model import TicketQuery, TicketView
from data.paths import Places
from tui.cli.options import command, int_range
from tui.cli.show import show_kind


def build(name: str, summary: str) -> click.Command:
    """The command."""
    views = [each.value for each in TicketView]
    parameters: list[click.Parameter] = [
        click.Argument(["words"], nargs=-1, metavar=_("[WORDS]...")),
        click.Option(
            ["--view"],
            type=click.Choice(views),
            metavar=_("NAME"),
            help=_("Which list: {names}.").format(names=", ".join(views)),
        ),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print JSON: times in ISO 8601 with their zone.")),
        click.Option(
            ["--limit"], type=int_range(1), default=50, show_default=True, metavar="N", help=_("At most N rows.")
        ),
    ]
    return command(name, summary, tickets, parameters)


def tickets(where: Places, words: tuple[str, ...], view: str | None, as_json: bool, limit: int) -> int:
    """Prints them; words are searched for in all tickets, unless a view narrows that."""
    chosen = TicketView(view) if view else TicketView.ALL if words else TicketView.OPEN
    return show_kind(where, "tickets", limit, as_json=as_json, query=TicketQuery(view=chosen, text=" ".join(words)))

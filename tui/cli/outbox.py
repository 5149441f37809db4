"""`outbox list|retry|drop`: what was done to tickets and Jira does not have yet."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import click

from data.action import Action, Actions, ActionState, encoded
from data.config import Config
from data.language import _
from data.paths import Places
from data.rules.mask import mask
from data.store.operations import REVISE
from tui.action_words import kind_words, state_runs, trouble_words, work_words
from tui.cli import listing
from tui.cli.as_json import plain, text
from tui.cli.listing import Column
from tui.cli.options import Fault, command, configuration, place_options
from tui.format import Format

_SHORT = 8
"""Signs of an id that are told, from its end: they begin with the time, which many share."""


def build(name: str, summary: str) -> click.Command:
    """The group of the three commands."""
    as_json = click.Option(
        ["--json", "as_json"], is_flag=True, help=_("Print JSON: times in ISO 8601 with their zone.")
    )
    ended = click.Option(["--all", "with_ended"], is_flag=True, help=_("Also what was sent or dropped lately."))
    wanted = click.Argument(["wanted"], metavar=_("ID"))
    return click.Group(
        name,
        help=summary,
        params=place_options(),
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGS]..."),
        commands=[
            command("list", _("List what waits, and what waits for you."), list_all, [as_json, ended]),
            command("retry", _("Try one again that Jira did not take."), retry, [wanted]),
            command("drop", _("Let one not reach Jira."), drop, [wanted]),
        ],
    )


def list_all(where: Places, as_json: bool, with_ended: bool) -> int:
    """Prints the actions; exit code 1 where one waits for the person."""
    config = configuration(where)
    actions, form = _read(where, config), Format(config.domain_clock(), ascii_only=config.desk.ascii)
    shown = mask((*actions.open, *(actions.ended if with_ended else ())))
    if as_json:
        click.echo(text({"masked": True, "rows": [_jsonable(each) for each in shown]}))
    elif not shown:
        click.echo(_("Nothing is on its way to Jira."))
    else:
        columns = [Column(_("Id")), Column(_("State"), least=10), Column(_("Key")), Column(_("What")),
                   Column(_("Content"), least=12, keep=3), Column(_("Reason"), least=10, keep=4)]  # fmt: skip
        rows = [_row(form, each) for each in shown]
        click.echo("\n".join(listing.table(columns, rows, listing.console_width())))
        click.echo()
        click.echo(_("Personal data is masked."))
    return 1 if any(each.state.needs_person for each in actions.open) else 0


def retry(where: Places, wanted: str) -> int:
    """Lets an action be tried again as it is."""
    config = configuration(where)
    action = _one(where, config, wanted)
    if action.state is ActionState.CONFLICT:
        raise Fault(_("Somebody else changed the same. Decide on the screen (F4), where both are shown."))
    if not action.state.needs_person:
        raise Fault(_("It is not stuck: it leaves by itself as soon as Jira can be reached."))
    body = {"operation": action.id, "is_anew": action.state is ActionState.UNCERTAIN}
    _write(where, config, lambda records: records.record(REVISE, action.key, body))
    click.echo(_("It is tried again while the desk is open or “peakasutaja sync” runs."))
    return 0


def drop(where: Places, wanted: str) -> int:
    """Takes an action back."""
    config = configuration(where)
    action = _one(where, config, wanted)
    if action.state is ActionState.SENDING:
        raise Fault(_("It is being handed over at this moment, so it cannot be dropped."))
    _write(where, config, lambda records: records.withdraw(action.id))
    click.echo(_("Dropped: {what}.").format(what=f"{action.key} {kind_words(action)}"))
    return 0


def _jsonable(action: Action) -> dict[str, Any]:
    told: dict[str, Any] = plain(action._replace(work=None, theirs=()))  # type: ignore[arg-type]
    return told | {"work": plain_work(action), "theirs": plain(action.theirs)}


def plain_work(action: Action) -> dict[str, Any]:
    """What was done, with its kind, as JSON takes it."""
    return {name: plain(value) for name, value in encoded(action.work).items()}


def _row(form: Format, action: Action) -> list[str]:
    state = "".join(word for word, _role in state_runs(action))
    what = [action.id[-_SHORT:], state, action.key, kind_words(action), work_words(action, form)]
    return [*what, trouble_words(action)]


def _one(where: Places, config: Config, wanted: str) -> Action:
    found = [each for each in _read(where, config).open if each.id == wanted or each.id.endswith(wanted.lower())]
    if len(found) != 1:
        raise Fault(_("There is no such action. See: peakasutaja outbox list") if not found else
                    _("More than one ends so. Give more of the id."))  # fmt: skip
    return found[0]


def _read(where: Places, config: Config) -> Actions:
    from data.secrets import SecretError, store_key
    from data.store.driver import StoreError
    from data.store.read import Reader

    if not where.desk.exists():
        return Actions()
    try:
        key = store_key(where, create=False, demo=config.demo)
        with closing(Reader(where, key, config.domain_clock())) as reader:
            return reader.actions()
    except (StoreError, SecretError) as error:
        raise Fault(str(error)) from None


def _write(where: Places, config: Config, write: Callable[[Any], object]) -> None:
    from data.secrets import SecretError, store_key
    from data.store.desk import DeskFile
    from data.store.driver import StoreError
    from tui.cli.own import actor

    try:
        key = store_key(where, create=False, demo=config.demo)
        with closing(DeskFile(where, key, config.domain_clock(), actor(config))) as records:
            write(records)
    except (StoreError, SecretError) as error:
        raise Fault(str(error)) from None

"""`incident list` and `incident show`: outages, who was told, how soon, and what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import click

from data.incident import Incident, Notice
from data.language import _, ngettext
from data.paths import Places
from data.rules.incidents import median_and_p90
from data.rules.mask import mask
from data.words import reason_words
from tui.cli import listing
from tui.cli.as_json import plain, text
from tui.cli.listing import Column
from tui.cli.options import Fault, command, configuration, int_range, place_options
from tui.format import Format, duration
from tui.incident_words import notice_state, stage_word

_DAY_MS = 86_400_000
_MOST_DAYS = 90
_FIGURES = ("to_detect_ms", "to_acknowledge_ms", "to_notify_ms", "to_restore_ms")
"""What an incident tells beside its fields; lengths in milliseconds."""


def build(name: str, summary: str) -> click.Command:
    """The group of the two commands."""
    as_json = click.Option(
        ["--json", "as_json"], is_flag=True, help=_("Print JSON: times in ISO 8601 with their zone.")
    )
    days = click.Option(
        ["--days"],
        type=int_range(1, _MOST_DAYS),
        default=30,
        show_default=True,
        metavar="N",
        help=_("Outages of the last N days."),
    )
    wanted = click.Argument(["wanted"], metavar=_("NAME"))
    return click.Group(
        name,
        help=summary,
        params=place_options(),
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND [ARGS]..."),
        commands=[
            command("list", _("List outages, and how soon they were told and over."), list_all, [as_json, days]),
            command("show", _("Tell the last outage of a service, or the one of an id."), show, [wanted, as_json]),
        ],
    )


def list_all(where: Places, as_json: bool, days: int) -> int:
    """Prints the outages of some days and, over all of them, the figures that the service manager asks for."""
    found, form = _read(where)
    since_ms = form.now_ms() - days * _DAY_MS
    chosen = [each for each in found if each.restored_ms is None or each.restored_ms >= since_ms]
    if as_json:
        figures = {name: median_and_p90(getattr(each, name) for each in chosen) for name in _FIGURES}
        document = {
            "days": days,
            "masked": True,
            "figures": {name: told and {"median": told[0], "p90": told[1]} for name, told in figures.items()},
            "rows": [_jsonable(each) for each in chosen],
        }
        click.echo(text(document))
        return 0
    if not chosen:
        words = ngettext("There was no outage in the last day.", "There was no outage in the last {n} days.", days)
        click.echo(words.format(n=days))
        return 0
    columns = [
        Column(_("Began")),
        Column(_("Lasted"), is_right=True),
        Column(_("Service"), least=12),
        Column(_("Noticed after"), is_right=True, keep=3),
        Column(_("Told after"), is_right=True),
        Column(_("Reason"), least=10, keep=4),
    ]
    rows = [_row(form, each) for each in chosen]
    click.echo("\n".join(listing.table(columns, rows, listing.console_width())))
    click.echo()
    for line in _figures(chosen):
        click.echo(line)
    click.echo(_("Personal data is masked."))
    return 0


def show(where: Places, wanted: str, as_json: bool) -> int:
    """Prints one outage: the one with this id, or the last one of the service with this name."""
    found, form = _read(where)
    known = [each for each in found if wanted in (each.id, each.service)]
    known = known or [each for each in found if wanted.casefold() in each.service.casefold()]
    if not known:
        raise Fault(_("There is no outage of “{name}”. See: peakasutaja incident list").format(name=wanted))
    if as_json:
        click.echo(text(_jsonable(known[0])))
    else:
        _print(form, known[0])
    return 0


def _read(where: Places) -> tuple[tuple[Incident, ...], Format]:
    from data.secrets import SecretError, store_key
    from data.store.driver import StoreError
    from data.store.read import Reader

    config = configuration(where)
    form = Format(config.domain_clock(), ascii_only=config.desk.ascii)
    if not where.history.exists():
        return (), form
    try:
        key = store_key(where, create=False, demo=config.demo)
        with closing(Reader(where, key, config.domain_clock())) as reader:
            return mask(reader.incidents()), form
    except (StoreError, SecretError) as error:
        raise Fault(str(error)) from None


def _jsonable(incident: Incident) -> dict[str, Any]:
    told: dict[str, Any] = plain(incident)
    return told | {name: getattr(incident, name) for name in _FIGURES}


def _row(form: Format, incident: Incident) -> list[str]:
    span = duration((incident.restored_ms or form.now_ms()) - incident.started_ms)
    return [
        form.full_moment(incident.started_ms),
        span if incident.restored_ms is not None else _("{span}, goes on").format(span=span),
        incident.service,
        duration(incident.to_detect_ms),
        _("not told") if incident.to_notify_ms is None else duration(incident.to_notify_ms),
        incident.reason if incident.is_declared else reason_words(incident.reason),
    ]


def _figures(incidents: Sequence[Incident]) -> list[str]:
    """Median and ninetieth percentile of what was measured."""
    known: dict[str, Callable[[], str]] = {
        "to_detect_ms": lambda: _("Noticed after"),
        "to_acknowledge_ms": lambda: _("Acknowledged after"),
        "to_notify_ms": lambda: _("Told after"),
        "to_restore_ms": lambda: _("Restored after"),
    }
    lines = []
    for name, words in known.items():
        told = median_and_p90(getattr(each, name) for each in incidents)
        if told is not None:
            form = _("{what}: median {median}, nine of ten within {p90}.")
            lines.append(form.format(what=words(), median=duration(told[0]), p90=duration(told[1])))
    return lines


def _print(form: Format, incident: Incident) -> None:
    lines = [
        (_("Service"), incident.service),
        (_("Id"), incident.id),
        (_("Began"), f"{form.full_moment(incident.started_ms)}:{form.seconds(incident.started_ms)[-2:]}"),
        (_("Noticed"), form.seconds(incident.detected_ms)),
        (_("Ended"), _("goes on") if incident.restored_ms is None else form.full_moment(incident.restored_ms)),
        (_("Reason"), incident.reason if incident.is_declared else reason_words(incident.reason)),
        (_("Affects"), ", ".join(incident.affected)),
        (_("Told"), _("not told") if incident.told_ms is None else form.full_moment(incident.told_ms)),
    ]
    for label, value in lines:
        if value:
            click.echo(f"{label + ':':<14}{value}")
    log = [(each.at_ms, _notice_words(each)) for each in incident.notices]
    log += [(each.at_ms, f"{_('measure')}: {each.text}") for each in incident.measures]
    log += [(each.at_ms, f"{_('answer')}: {each.text}") for each in incident.answers]
    if log:
        click.echo()
    for at_ms, words in sorted(log):
        click.echo(f"{form.full_moment(at_ms)}  {words}")
    click.echo()
    click.echo(_("Personal data is masked."))


def _notice_words(notice: Notice) -> str:
    return f"{stage_word(notice.stage)}: {', '.join(notice.to)} ({notice_state(notice)[0]})"

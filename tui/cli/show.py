"""`show`: what a pane shows, from the cache and through the mask, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from data.clock import epoch_ms, tallinn
from data.job import Job
from data.language import _
from data.model import SourcePhase, SourceState, TicketClocks, TicketQuery
from data.odd_words import odd_words
from data.paths import Places
from data.rules.mask import mask
from data.uptime import Measured, Sums
from data.words import coverage_words, fill_words, gap_words, kind_word, retry_words, sentence, source_word
from tui.cli import listing, show_columns
from tui.cli.as_json import plain, plain_clocks, plain_uptime
from tui.cli.as_json import text as json_text
from tui.cli.options import Fault, command, configuration, int_range
from tui.format import Format

if TYPE_CHECKING:
    from data.config import Config
    from data.store.read import Reader

SOURCE_OF = {
    "services": "checks",
    "paydays": "checks",
    "tickets": "jira",
    "developments": "jira",
    "trainings": "calendar",
}
TRAINING_DAYS = 60
UPTIME_DAYS = 90
ODD_SHOWN = 5
"""Odd records that are told with their reasons; JSON has them all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is printed: masked rows, how many there are in all, and how their sources stand."""

    kind: str
    rows: Sequence[Any]
    total: int
    sources: tuple[SourceState, ...]
    uptimes: Mapping[str, Sums] = field(default_factory=dict)
    """How much each service worked through the last days, for the table."""
    measured: Mapping[str, Measured] = field(default_factory=dict)
    """All that was measured of each service, for JSON."""
    jobs: Mapping[str, Job] = field(default_factory=dict)
    """How each batch job stands, for JSON."""
    clocks: Mapping[int, TicketClocks] = field(default_factory=dict)
    """The SLA clocks of each ticket, for JSON."""
    now_ms: int = 0

    @property
    def known_ms(self) -> int | None:
        """Up to when everything here is known; None while a source was never read."""
        known = [source.known_ms for source in self.sources]
        return None if not known or None in known else min(moment for moment in known if moment is not None)

    @property
    def is_filled(self) -> bool:
        """Whether any source of these rows was ever read."""
        return any(source.known_ms is not None for source in self.sources)


def build(name: str, summary: str) -> click.Command:
    """The command."""
    parameters: list[click.Parameter] = [
        click.Argument(["kind"], type=click.Choice(list(SOURCE_OF))),
        click.Option(["--json", "as_json"], is_flag=True, help=_("Print JSON: times in ISO 8601 with their zone.")),
        click.Option(
            ["--limit"], type=int_range(1), default=50, show_default=True, metavar="N", help=_("At most N rows.")
        ),
    ]
    return command(name, summary, show, parameters)


def show(where: Places, kind: str, as_json: bool, limit: int) -> int:
    """Prints one kind; exit code 1 until a first fill is over. Personal data is always masked."""
    return show_kind(where, kind, limit, as_json=as_json)


def show_kind(where: Places, kind: str, limit: int, *, as_json: bool, query: TicketQuery | None = None) -> int:
    """As `show`; of tickets, those that `query` asks for."""
    config = configuration(where)
    _require_source(config, kind)
    shown = _read(where, config, kind, limit, query or TicketQuery(), as_json=as_json)
    if as_json:
        click.echo(as_text(shown))
    else:
        _print_table(shown, Format(config.domain_clock(), ascii_only=config.desk.ascii))
    return 0 if shown.is_filled else 1


def _require_source(config: Config, kind: str) -> None:
    if kind == "paydays" and not config.payments:
        raise Fault(_("No payment is named in the configuration: add [payments.NAME] with its day and stages."))
    source = SOURCE_OF[kind]
    if not {"checks": config.check, "jira": config.jira, "calendar": config.calendar}[source]:
        raise Fault(
            _(
                "{name}: not in the configuration, so there is nothing to show. Add it with “peakasutaja config init”."
            ).format(name=sentence(kind_word(source)))
        )


def as_text(shown: Shown) -> str:
    """JSON: `{"kind", "known_until", "sources", "masked", "total", "rows"}`."""
    document = {
        "kind": shown.kind,
        "known_until": None if shown.known_ms is None else tallinn(shown.known_ms).isoformat(timespec="milliseconds"),
        "sources": [plain(source) for source in shown.sources],
        "masked": True,
        "total": shown.total,
        "rows": [_row(shown, row) for row in shown.rows],
    }
    return json_text(document)


def _row(shown: Shown, row: Any) -> Any:
    """A row as JSON takes it; a service has its uptime too, a ticket its SLA clocks."""
    document = plain(row)
    if shown.kind == "services":
        document["uptime"] = plain_uptime(shown.measured.get(row.name, Measured()))
        document["job"] = plain(shown.jobs.get(row.name))
    if shown.kind == "tickets":
        document["sla"] = plain_clocks(shown.clocks.get(row.id, TicketClocks()), shown.now_ms)
    return document


def _read(where: Places, config: Config, kind: str, limit: int, query: TicketQuery, *, as_json: bool) -> Shown:
    from data.secrets import SecretError, store_key
    from data.store.driver import StoreError
    from data.store.read import Reader

    if not where.cache.exists() and not where.history.exists():
        return Shown(kind, (), 0, ())
    try:
        key = store_key(where, create=False, demo=config.demo)
        reader = Reader(where, key, config.domain_clock(), config.working_hours, config.payments, config.clock_rules)
        try:
            rows, total = _rows(reader, config, kind, limit, query)
            names = [row.name for row in rows] if kind == "services" else []
            uptimes = reader.uptimes(UPTIME_DAYS) if names and not as_json else {}
            measured = reader.measured(names) if names and as_json else {}
            jobs = _jobs(reader, config) if names and as_json else {}
            clocks = reader.clocks.of([row.id for row in rows]) if kind == "tickets" and as_json else {}
            sources = tuple(source for source in reader.sources() if source.kind == SOURCE_OF[kind])
        finally:
            reader.close()
    except (StoreError, SecretError) as error:
        raise Fault(str(error)) from None
    now_ms = config.domain_clock().now_ms()
    return Shown(kind, mask(tuple(rows)), total, mask(sources), uptimes, measured, jobs, mask(clocks), now_ms)


def _jobs(reader: Reader, config: Config) -> dict[str, Job]:
    from data.checks.heartbeat import jobs_of

    return jobs_of(config.check, reader.jobs(), config.domain_clock().now_ms())


def _rows(reader: Reader, config: Config, kind: str, limit: int, query: TicketQuery) -> tuple[Sequence[Any], int]:
    if kind == "tickets":
        window = reader.tickets(query)
        return window.rows(0, limit), window.count()
    if kind == "trainings":
        today = config.domain_clock().now().replace(hour=0, minute=0, second=0, microsecond=0)
        every: Sequence[Any] = reader.trainings(epoch_ms(today), epoch_ms(today + timedelta(days=TRAINING_DAYS)))
    else:
        questions = {
            "services": reader.services,
            "paydays": reader.paydays,
            "developments": reader.developments,
        }
        every = questions[kind]()
    return every[:limit], len(every)


def _print_table(shown: Shown, form: Format) -> None:
    columns, row_of = show_columns.of_kind(shown.kind, form, shown.uptimes)
    lines = listing.table(columns, [row_of(row) for row in shown.rows], listing.console_width())
    click.echo("\n".join(lines) if shown.rows else _("Nothing to show."))
    click.echo()
    if shown.total > len(shown.rows):
        click.echo(_("{n} of {total}; more with --limit.").format(n=len(shown.rows), total=shown.total))
    for line in states(shown, form):
        click.echo(line)


def states(shown: Shown, form: Format) -> list[str]:
    """What stands under the table: how each source stands, what of it is missing, and that personal data is masked."""
    if not shown.is_filled and not any(source.error_code or _is_begun(source) for source in shown.sources):
        return [_("Nothing was fetched yet. Fetch with “peakasutaja sync --once”, or open the desk.")]
    lines = []
    for source in shown.sources:
        name = sentence(source_word(source.name))
        if source.known_ms is None:
            begun = f"{name}: {fill_words(source)}."
            lines.append(begun if _is_begun(source) else _("{name}: never read.").format(name=name))
        else:
            known = f"{form.full_moment(source.known_ms)} ({form.age(source.known_ms)})"
            lines.append(_("{name}: known until {moment}.").format(name=name, moment=known))
        if source.phase == SourcePhase.FAILED:
            failed = _("The last try failed: {reason}").format(reason=source.error_detail)
            again = retry_words(source.next_ms, form.now_ms(), form.full_moment)
            lines.append(f"  {failed} {again}".rstrip())
        elif source.phase == SourcePhase.STALE:
            lines.append("  " + _("This is old: no new answer since."))
        lines += [f"  {line}" for line in _missing(source)]
    return [*lines, _("Personal data is masked.")]


def _is_begun(source: SourceState) -> bool:
    """Whether the first fill of a source has brought something."""
    return source.phase == SourcePhase.LOADING and source.done > 0


def _missing(source: SourceState) -> list[str]:
    """What of a source is not here, and why."""
    lines = [coverage_words(source), *map(gap_words, source.gaps)]
    if source.quarantined:
        lines.append(_("{n} odd records.").format(n=source.quarantined))
        lines += [f"  {odd_words(each)}" for each in source.odd[:ODD_SHOWN]]
    return [line for line in lines if line]

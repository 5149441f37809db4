"""What the five cards of the stand-up tell, from records read once: pure functions from facts to lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from data.clock import epoch_ms, tallinn
from data.language import _, ngettext
from data.model import (
    Development,
    DevelopmentState,
    Service,
    ServiceState,
    TicketCounts,
    TicketQuery,
    TicketRow,
    TicketSort,
    TicketView,
    Training,
)
from data.payday import Payday
from data.words import blame_words, doubt_words, reason_words
from tui import glyphs as signs
from tui.desk import DeskReader
from tui.format import (
    Format,
    development_title,
    number,
    parse_day,
    service_word,
    short_weekday,
    slip,
    state_word,
    title_of,
)
from tui.panes.services import ROLES, role_of
from tui.panes.tickets import sla_figures
from tui.payday_words import day_of, standing
from tui.widgets.line import Run, Runs

CHANGED_READ = 500
"""Changed tickets that are looked at; more are told as "500+"."""
RISK_READ = 8


@dataclass(frozen=True, slots=True)
class Card:
    """One card."""

    title: str
    lines: tuple[Runs, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class StandupFacts:
    """Everything that the cards tell."""

    since_ms: int
    services: tuple[Service, ...]
    recovered: tuple[str, ...]
    """Services that came up again since then; one that was measured for the first time did not."""
    counts: TicketCounts
    changed: tuple[TicketRow, ...]
    """Changed since then, newest first."""
    at_risk: tuple[TicketRow, ...]
    """By the moment that their clock runs out."""
    developments: tuple[Development, ...]
    trainings: tuple[Training, ...]
    """Of today and tomorrow."""
    paydays: tuple[Payday, ...] = ()


def load_facts(reader: DeskReader, form: Format, since_ms: int) -> StandupFacts:
    """Reads what the cards tell; runs in a worker thread."""
    midnight = form.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    changed = reader.tickets(TicketQuery(view=TicketView.ALL, sort=TicketSort.UPDATED, descending=True))
    risk = reader.tickets(TicketQuery(view=TicketView.AT_RISK, sort=TicketSort.BREACH, descending=False))
    newest = changed.rows(0, CHANGED_READ)
    services = reader.services()
    return StandupFacts(
        since_ms,
        services,
        tuple(each.name for each in services if _came_up(each, since_ms) and _had_trouble(reader, each)),
        reader.ticket_counts(),
        tuple(row for row in newest if row.updated_ms > since_ms),
        tuple(risk.rows(0, RISK_READ)),
        reader.developments(),
        reader.trainings(epoch_ms(midnight), epoch_ms(midnight + timedelta(days=2))),
        reader.paydays(),
    )


def _came_up(service: Service, since_ms: int) -> bool:
    return service.state == ServiceState.UP and service.since_ms is not None and service.since_ms > since_ms


def _had_trouble(reader: DeskReader, service: Service) -> bool:
    detail = reader.service(service.name)
    return detail is not None and len(detail.transitions) > 1


def changed_card(facts: StandupFacts, form: Format) -> Card:
    """Mis muutus: what moved since the last stand-up."""
    note = _("since {time}").format(time=form.full_moment(facts.since_ms))
    lines: list[Runs] = []
    for service in facts.services:
        if service.state != ServiceState.UP and service.since_ms is not None and service.since_ms > facts.since_ms:
            sign = signs.of_state(form.glyphs, service.state)
            what = f"{service.name}  {state_word(service.state)}"
            lines.append(
                ((f"{sign}  ", ROLES[service.state]), (what, ""), (f"  {form.moment(service.since_ms)}", "quiet"))
            )
    well = facts.recovered
    if well:
        text = ngettext("{n} service came up", "{n} services came up", len(well)).format(n=len(well))
        lines.append(((f"{form.glyphs.up}  ", "good"), (text, ""), (f"  {_some(form, well, 3)}", "quiet")))
    fresh = [row for row in facts.changed if row.created_ms > facts.since_ms]
    if fresh:
        text = ngettext("{n} new ticket", "{n} new tickets", len(fresh)).format(n=_count(len(fresh)))
        lines.append(((text, "strong"), (f"  {_some(form, [row.key for row in fresh], 4)}", "quiet")))
    moved = [row for row in facts.changed if row.created_ms <= facts.since_ms]
    if moved:
        text = ngettext("{n} ticket moved on", "{n} tickets moved on", len(moved)).format(n=_count(len(moved)))
        lines.append(((text, "strong"), (f"  {_some(form, [row.key for row in moved], 4)}", "quiet")))
    return Card(_("What changed"), tuple(lines) or _calm(form, _("Nothing has changed.")), note)


def _some(form: Format, names: Sequence[str], most: int) -> str:
    """The first of `names`, with a sign where there are more."""
    shown = ", ".join(names[:most])
    return f"{shown} {form.glyphs.ellipsis}" if len(names) > most else shown


def broken_card(facts: StandupFacts, form: Format) -> Card:
    """Mis on katki."""
    lines: list[Runs] = []
    for service in facts.services:
        is_failing = service.state in (ServiceState.DOWN, ServiceState.FLAPPING, ServiceState.DEGRADED)
        if (is_failing and not service.roots) or service.is_being_checked:
            role = role_of(service)
            since = "" if service.is_being_checked else form.age(service.since_ms)
            why = doubt_words(service.doubt) if service.doubt else reason_words(service.reason)
            why = "  ".join(filter(None, (why, blame_words(service))))
            runs: list[Run] = [
                (f"{signs.of_service(form.glyphs, service)}  ", role),
                (f"{service.name}  ", "strong"),
                (service_word(service), role),
                (f"  {since}  {why}" if since else f"  {why}", "quiet"),
            ]
            lines.append(runs)
    return Card(_("What is broken"), tuple(lines) or _calm(form, _("Everything that is measured works.")))


def late_card(facts: StandupFacts, form: Format) -> Card:
    """Mis hilineb."""
    late = [each for each in facts.developments if each.state == DevelopmentState.LATE]
    lines: list[Runs] = [_payday_line(form, each) for each in facts.paydays if each.is_threatened]
    for each in sorted(late, key=lambda one: -one.slip_days):
        end = parse_day(each.end_day)
        told = _("due {day}").format(day=form.day(end)) if end else ""
        blockers = (
            ngettext("{n} blocker", "{n} blockers", each.blockers).format(n=each.blockers) if each.blockers else ""
        )
        lines.append(
            (
                (f"{form.glyphs.flag}  ", "bad"),
                (f"{development_title(each)}  ", "strong"),
                (slip(each.slip_days), "bad"),
                (f"  {told}", "quiet"),
                (f"  {blockers}", "warn"),
            )
        )
    return Card(_("What is late"), tuple(lines) or _calm(form, _("Everything is on schedule.")))


def _payday_line(form: Format, payday: Payday) -> Runs:
    """Which payment, on which day, and how it stands."""
    day, (words, role) = day_of(payday), standing(form, payday)
    return (
        (f"{form.glyphs.flag}  ", role if payday.is_threatened else "accent"),
        (f"{payday.title}  ", "strong"),
        (f"{short_weekday(day)} {form.day(day)}", ""),
        (f"  {words}", role),
    )


def tickets_card(facts: StandupFacts, form: Format) -> Card:
    """Piletid."""
    counts = facts.counts
    head: list[Run] = [
        (_("{n} open").format(n=number(counts.open)), "strong"),
        (f"  {form.glyphs.dot}  {_('{n} mine').format(n=number(counts.mine))}", ""),
    ]
    head += [(f"  {form.glyphs.dot}  {words}", role) for words, role in sla_figures(counts)]
    lines: list[Runs] = [head]
    for row in facts.at_risk:
        if row.breach_ms is None:
            continue
        role = form.clock_role(row.breach_ms)
        who = row.assignee or _("unassigned")
        lines.append(
            (
                (f"{form.glyphs.clock}  {row.key}  ", role),
                (f"{form.left(row.breach_ms):>6}  ", role),
                (title_of(row.summary), ""),
                (f"  {who}", "quiet"),
            )
        )
    return Card(_("Tickets"), tuple(lines))


def coming_card(facts: StandupFacts, form: Format) -> Card:
    """Täna ja homme."""
    today = form.today()
    days = {today: _("today"), today + timedelta(days=1): _("tomorrow")}
    near = [each for each in facts.paydays if day_of(each) in days and not each.is_threatened]
    lines: list[Runs] = [_payday_line(form, each) for each in near]
    for training in facts.trainings:
        at = tallinn(training.start_ms)
        if not training.cancelled and at.date() in days:
            when = days[at.date()] + ("" if training.all_day else f" {at:%H:%M}")
            lines.append(
                (
                    (f"{form.glyphs.training}  {when}  ", "accent"),
                    (title_of(training.title), "strong"),
                    (f"  {training.location}", "quiet"),
                )
            )
    for each in facts.developments:
        end = parse_day(each.end_day)
        if end in days and each.state != DevelopmentState.DONE:
            words = _("{name} ends").format(name=development_title(each))
            lines.append(((f"{form.glyphs.flag}  {days[end]}  ", "accent"), (words, "strong")))
    for row in facts.at_risk:
        if row.breach_ms is not None and not form.is_past(row.breach_ms) and tallinn(row.breach_ms).date() in days:
            when = f"{days[tallinn(row.breach_ms).date()]} {form.time(row.breach_ms)}"
            lines.append(
                ((f"{form.glyphs.clock}  {when}  ", "accent"), (f"{row.key}  ", "strong"), (title_of(row.summary), ""))
            )
    return Card(_("Today and tomorrow"), tuple(lines) or _calm(form, _("Nothing is in the calendar.")))


CARDS = (changed_card, broken_card, late_card, tickets_card, coming_card)


def _calm(form: Format, words: str) -> tuple[Runs, ...]:
    return (((f"{form.glyphs.ok}  ", "good"), (words, "")),)


def _count(count: int) -> str:
    return f"{CHANGED_READ}+" if count >= CHANGED_READ else str(count)

"""The columns of `show`, a kind each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from data.language import _, pgettext
from data.model import Development, Service, TicketRow, Training
from data.payday import Payday
from data.uptime import Sums
from data.words import blame_words, doubt_words, reason_words
from tui.cli.listing import Column
from tui.format import (
    Format,
    development_key,
    development_title,
    latency,
    length,
    parse_day,
    percent,
    service_word,
    short_weekday,
    title_of,
)
from tui.payday_words import day_of, standing

Rows = tuple[list[Column], Callable[[Any], list[str]]]


def of_kind(kind: str, form: Format, uptimes: Mapping[str, Sums] | None = None) -> Rows:
    """The columns of `kind` and what makes a row's texts of a record; `uptimes` are those of services by name."""
    if kind == "services":
        return _services(form, uptimes or {})
    return {"paydays": _paydays, "tickets": _tickets, "developments": _developments, "trainings": _trainings}[kind](
        form
    )


def _services(form: Format, uptimes: Mapping[str, Sums]) -> Rows:
    columns = [
        Column(_("State")),
        Column(_("For"), is_right=True, keep=2),
        Column(_("Service"), least=12),
        Column(_("Latency"), is_right=True, keep=3),
        Column(pgettext("age", "{n} d").format(n=90), is_right=True, keep=2),
        Column(_("Reason"), least=10, keep=4),
        Column(_("Checked"), is_right=True, keep=1),
    ]

    def row(service: Service) -> list[str]:
        return [
            service_word(service),
            "" if service.is_being_checked else form.age(service.since_ms),
            service.name,
            latency(service.latency_ms),
            _uptime(form, uptimes.get(service.name, Sums())),
            "; ".join(filter(None, (_trouble(service), blame_words(service)))),
            form.age(service.checked_ms),
        ]

    return columns, row


def _paydays(form: Format) -> Rows:
    columns = [
        Column(_("Day"), is_spaced=True),
        Column(_("Left"), keep=2),
        Column(_("Payment"), least=12),
        Column(_("State"), least=16),
        Column(_("Threatened by"), least=8, keep=1),
    ]

    def row(payday: Payday) -> list[str]:
        day = day_of(payday)
        return [
            f"{short_weekday(day)} {form.day(day)}",
            form.in_days(day),
            payday.title,
            standing(form, payday)[0],
            ", ".join(payday.threats),
        ]

    return columns, row


def _uptime(form: Format, sums: Sums) -> str:
    """The share of the last days in which it worked; empty before the first whole hour."""
    if not sums.scheduled_ms:
        return ""
    return form.glyphs.dash if sums.uptime is None else percent(sums.uptime)


def _trouble(service: Service) -> str:
    return doubt_words(service.doubt) if service.doubt else reason_words(service.reason)


def _tickets(form: Format) -> Rows:
    columns = [
        Column(_("Key")),
        Column(_("Priority"), least=6, keep=2),
        Column(_("Status"), least=8),
        Column(_("Summary"), least=16),
        Column(_("Assignee"), least=8, keep=3),
        Column(_("SLA"), is_right=True, keep=4),
        Column(_("Updated"), is_right=True, keep=1),
    ]

    def row(ticket: TicketRow) -> list[str]:
        return [
            ticket.key,
            ticket.priority_name,
            ticket.status_name,
            title_of(ticket.summary),
            ticket.assignee,
            "" if ticket.breach_ms is None else form.left(ticket.breach_ms),
            form.age(ticket.updated_ms),
        ]

    return columns, row


def _developments(form: Format) -> Rows:
    columns = [
        Column(_("Key"), least=8),
        Column(_("Development"), least=16),
        Column(_("Start"), is_right=True, keep=2),
        Column(_("End"), is_right=True),
        Column(_("Done"), is_right=True, keep=3),
        Column(_("State")),
        Column(_("Blockers"), is_right=True, keep=1),
    ]

    def row(development: Development) -> list[str]:
        return [
            development_key(development),
            development_title(development),
            _day(form, development.start_day),
            _day(form, development.end_day),
            f"{development.done}/{development.total}" if development.total else "",
            form.standing(development),
            str(development.blockers or ""),
        ]

    return columns, row


def _trainings(form: Format) -> Rows:
    columns = [
        Column(_("When"), is_spaced=True),
        Column(_("Length"), is_right=True, keep=1),
        Column(_("Training"), least=16),
        Column(_("Place"), least=8, keep=2),
        Column(_("Accepted"), is_right=True, keep=3),
        Column(_("Remark"), least=8, keep=4),
    ]

    def row(training: Training) -> list[str]:
        lasts_ms, seats = training.end_ms - training.start_ms, training.capacity or training.invited
        return [
            form.agenda_moment(training.start_ms, all_day=training.all_day),
            length(lasts_ms) if lasts_ms else "",
            title_of(training.title),
            training.location,
            f"{training.accepted}/{seats}" if seats else "",
            _("cancelled") if training.cancelled else "",
        ]

    return columns, row


def _day(form: Format, text: str) -> str:
    day = parse_day(text)
    return form.day(day) if day else text

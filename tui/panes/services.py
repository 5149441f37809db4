"""Teenused: the live state of every watched service, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult

from data.language import _, pgettext
from data.model import Doubt, Kind, Service, ServiceState
from data.rules.service_tree import ServiceLine
from data.words import blame_words, doubt_words, late_since, reason_words, short_doubt, short_reason
from tui import glyphs as signs
from tui.desk import DeskReader
from tui.format import latency, length, service_word, state_word
from tui.panes.base import figures
from tui.panes.cells import column
from tui.panes.listing import ListPane
from tui.widgets.column import Column
from tui.widgets.line import Runs

TIGHT = 60
"""Cells of a list below which the latest results are told by fewer bars."""
LEAST_BESIDE = 35
"""Cells for the age of the state, six bars and the state itself, which a long name may not take."""

ROLES = {
    ServiceState.UP: "good",
    ServiceState.DEGRADED: "warn",
    ServiceState.DOWN: "bad",
    ServiceState.MAINTENANCE: "quiet",
    ServiceState.FLAPPING: "warn",
    ServiceState.UNKNOWN: "quiet",
}


def role_of(service: Service) -> str:
    """The role that the state of a service is drawn in; what another is to blame for is quiet."""
    if service.is_being_checked:
        return "warn"
    return "quiet" if service.roots else ROLES[service.state]


def group_word(group: str) -> str:
    """What sort of thing is watched."""
    known: dict[str, Callable[[], str]] = {
        "service": lambda: _("service"),
        "application": lambda: _("application"),
        "xroad": lambda: _("X-Road service"),
        "partner": lambda: _("partner"),
        "batch": lambda: _("batch job"),
    }
    return known[group]() if group in known else group


def name_role(service: Service) -> str:
    """The role of its name: what the person should look at stands out."""
    is_quiet = service.state is ServiceState.MAINTENANCE or bool(service.roots)
    return "strong" if service.is_being_checked or (bool(service.reason) and not is_quiet) else ""


def of_service(
    id: str, title: Callable[[], str], cell: Callable[[Service, int], Runs], **rest: Any
) -> Column[ServiceLine]:
    """A column that tells of the service of a line; `rest` as in `column`."""
    return column(id, title, lambda line, width: cell(line.service, width), **rest)


class ServicesPane(ListPane[tuple[Service, ...], ServiceLine]):
    """Services with sign, age of the state, latest results, and why or how fast."""

    pane_id = "services"
    kinds = frozenset({Kind.SERVICES})
    source_kind = "checks"
    mark_new = False
    only_titled = frozenset({"usual", "checked", "url"})

    def title(self) -> str:
        """Teenused."""
        return _("Services")

    def counts(self, snapshot: tuple[Service, ...]) -> Runs:
        """31 korras · 2 häiritud · 1 ei tööta · 3 mõjutatud."""
        affected = pgettext("state", "affected")
        roles = {
            state_word(ServiceState.UP): "quiet",
            pgettext("state", "being checked"): "warn",
            state_word(ServiceState.DEGRADED): "warn",
            state_word(ServiceState.FLAPPING): "warn",
            state_word(ServiceState.DOWN): "bad strong",
            affected: "quiet",
            state_word(ServiceState.MAINTENANCE): "quiet",
            state_word(ServiceState.UNKNOWN): "quiet",
        }
        told = Counter(affected if each.roots else service_word(each) for each in snapshot)
        parts = [(f"{told[word]} {word}", role) for word, role in roles.items() if told[word]]
        return figures(self.desk.format.glyphs.dot, parts)

    def load(self, reader: DeskReader) -> tuple[Service, ...]:
        """All services."""
        return reader.services()

    def empty_text(self) -> str:
        """No check has run yet."""
        return _("No service is watched yet.")

    def show(self, snapshot: tuple[Service, ...]) -> None:
        """Lists the services."""
        self.list_rows([ServiceLine(each, (each.name,)) for each in snapshot])

    def target_of(self, row: ServiceLine) -> str:
        """`service:NAME`."""
        return f"service:{row.service.name}"

    def row_of_target(self, target: str) -> Any:
        """The path of the line."""
        return (target.partition(":")[2],)

    def words_of(self, row: ServiceLine) -> str:
        """Name and sort; of one that is not up, its state and the cause, and what puts that in doubt."""
        service = row.service
        is_up = service.state == ServiceState.UP
        trouble = "" if is_up else f"{state_word(service.state)} {reason_words(service.reason)}"
        doubt = f"{service_word(service)} {doubt_words(service.doubt)}" if service.doubt else ""
        return f"{service.name} {group_word(service.group)} {trouble} {blame_words(service)} {doubt}"

    def measured(self, row: ServiceLine) -> Sequence[tuple[str, str]]:
        """The name."""
        return (("name", row.service.name),)

    def compose_list(self) -> ComposeResult:
        """The table."""
        yield self.make_table(self.columns(0), row_id=lambda line: line.path)

    def columns(self, width: int) -> list[Column[ServiceLine]]:
        """From what is kept longest to what only a wide screen shows."""
        return [
            of_service("state", lambda: "", self._sign, width=1, keep=100),
            of_service(
                "name",
                lambda: _("Service"),
                lambda s, w: ((s.name, name_role(s)),),
                width=self.longest("name", 20, width - LEAST_BESIDE),
                wish=self.longest("name", 20, width),
                keep=99,
            ),
            of_service("since", lambda: _("For"), self._since, width=6, keep=80, align="right"),
            of_service("bars", lambda: _("Latest"), self._bars, width=6 if width < TIGHT else 8, grow=1, keep=70),
            of_service("note", lambda: _("State"), self._note, width=max(15, width // 4), grow=3, keep=90),
            of_service(
                "usual",
                lambda: _("Usual"),
                lambda s, w: ((latency(s.usual_latency_ms), "quiet"),),
                width=9,
                keep=35,
                align="right",
            ),
            of_service("checked", lambda: _("Checked"), self._checked, width=12, keep=30, align="right"),
            of_service("group", lambda: _("Type"), lambda s, w: ((group_word(s.group), "quiet"),), width=16, keep=25),
            of_service("url", lambda: _("Address"), lambda s, w: ((s.url, "quiet"),), width=30, grow=1, keep=10),
        ]

    def _sign(self, service: Service, width: int) -> Runs:
        return ((signs.of_service(self.desk.format.glyphs, service), role_of(service)),)

    def _since(self, service: Service, width: int) -> Runs:
        if service.state == ServiceState.UP:
            return ()
        return ((self.desk.format.age(service.since_ms), ""),)

    def _checked(self, service: Service, width: int) -> Runs:
        return ((self.desk.format.age(service.checked_ms), "quiet"),)

    def _bars(self, service: Service, width: int) -> Runs:
        glyphs = self.desk.format.glyphs
        shown = service.recent[-width:]
        bars = [signs.of_outcome(glyphs, outcome) for outcome in shown]
        pad = glyphs.bar_unknown * max(0, min(width, 8) - len(bars))
        roles = {
            glyphs.bar_fail: "bad",
            glyphs.bar_degraded: "warn",
            glyphs.bar_ok: "faint",
            glyphs.bar_maintenance: "quiet",
            glyphs.bar_unknown: "quiet",
        }
        return [(pad, "quiet"), *((bar, roles[bar]) for bar in bars)]

    def _note(self, service: Service, width: int) -> Runs:
        """Why it is not up, in words, or what puts its state in doubt; how fast it answers otherwise."""
        if service.doubt is not None:
            return ((self._doubt(service, service.doubt, width), "warn"),)
        if service.state == ServiceState.UP:
            return ((latency(service.latency_ms) or state_word(service.state), "quiet"),)
        blame = blame_words(service)
        told = self._troubles(service)
        if blame:
            # Whom to call matters more than what exactly is wrong.
            glyphs = self.desk.format.glyphs
            told = [f"{each} {glyphs.dot} {blame}" for each in told]
            told = [blame, f"{glyphs.because} {', '.join(service.roots)}"] if service.roots else [*told, blame]
        words = next((each for each in told if len(each) <= width), told[-1])
        return ((words, role_of(service)),)

    def _troubles(self, service: Service) -> list[str]:
        """Why it is not up, from the longest words to the shortest."""
        state, now, usual = state_word(service.state), latency(service.latency_ms), latency(service.usual_latency_ms)
        if service.state == ServiceState.DEGRADED and now and usual:
            return [_("{latency} (usually {usual})").format(latency=now, usual=usual), f"{state} {now}"]
        if service.until_ms is not None:
            state = _("{state} until {time}").format(state=state, time=self.desk.format.moment(service.until_ms))
        reasons = [reason_words(service.reason), short_reason(service.reason)] if service.reason else []
        if (late_ms := late_since(service.reason)) is not None:
            late = _("{span} late").format(span=length(max(0, self.desk.format.now_ms() - late_ms)))
            return [f"{state}: {late}, {reasons[0]}", f"{state}: {late}", late]
        return [*(f"{state}: {each}" for each in reasons if each), state]

    def _doubt(self, service: Service, doubt: Doubt, width: int) -> str:
        """As much of it as there is room for; the state stands before it where the sign alone would tell it."""
        told = [doubt_words(doubt), short_doubt(doubt)]
        if not service.is_being_checked:
            state = latency(service.latency_ms) if service.state == ServiceState.UP else state_word(service.state)
            told = [*(f"{state}: {words}" for words in told if state), *told]
        return next((words for words in told if len(words) <= width), told[-1])

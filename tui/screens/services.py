"""Teenused: the services and, of the one under the cursor, its results and changes of state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.binding import BindingType

from data.checks.heartbeat import jobs_of
from data.clock import tallinn
from data.incident import Incident
from data.job import Job
from data.language import _
from data.model import CheckResult, Kind, Maintenance, Outcome, Service, ServiceDetail, ServiceState, Transition
from data.rules.xroad import Blame
from data.words import blame_words, doubt_words, reason_words
from data.xroad_words import blame_place, whom_to_tell
from tui import glyphs as signs
from tui.desk import DeskReader
from tui.format import latency, outcome_word, service_word, state_word
from tui.incident_papers import IncidentPapers
from tui.panes.service_tree import ServiceTreePane
from tui.panes.services import ROLES, group_word, role_of
from tui.plan_actions import PlanActions
from tui.screens.contact_blocks import contact_blocks
from tui.screens.incident_blocks import incident_blocks
from tui.screens.job_blocks import job_blocks
from tui.screens.list_search import ListSearch
from tui.screens.uptime_blocks import uptime_blocks
from tui.widgets.document import Block, Fact, Heading, Row, Section, in_columns
from tui.widgets.line import Run

OUTCOME_ROLES = {
    Outcome.OK: "good",
    Outcome.DEGRADED: "warn",
    Outcome.FAIL: "bad",
    Outcome.MAINTENANCE: "quiet",
    Outcome.UNKNOWN: "quiet",
}
RESULTS_SHOWN = 20
TRANSITIONS_SHOWN = 12
BARS_SHOWN = 45


class ServiceRecord(NamedTuple):
    """A service opened, with its outages."""

    detail: ServiceDetail
    incidents: tuple[Incident, ...]
    job: Job | None = None
    """Where it is a batch job."""

    @property
    def ongoing(self) -> list[Incident]:
        """Outages that go on."""
        return [each for each in self.incidents if each.restored_ms is None]

    @property
    def ended(self) -> list[Incident]:
        """Outages that are over."""
        return [each for each in self.incidents if each.restored_ms is not None]


class ServicesScreen(PlanActions, IncidentPapers, ListSearch):
    """Mode 2."""

    mode = "services"
    BINDINGS: ClassVar[list[BindingType]] = [
        *PlanActions.INCIDENT_KEYS,
        *PlanActions.PLAN_KEYS,
        *IncidentPapers.PAPER_KEYS,
    ]

    def make_pane(self) -> ServiceTreePane:
        """The services."""
        return ServiceTreePane(self.desk, full=True)

    def load_detail(self, reader: DeskReader, target: str) -> ServiceRecord | None:
        """The service with its results."""
        name = target.partition(":")[2]
        detail = reader.service(name)
        if detail is None:
            return None
        incidents = tuple(each for each in reader.incidents() if each.service == name)
        return ServiceRecord(detail, incidents, self._job(reader, name))

    def _job(self, reader: DeskReader, name: str) -> Job | None:
        checks = [each for each in self.desk.config.check if each.name == name]
        return jobs_of(checks, reader.jobs(), self.desk.format.now_ms()).get(name) if checks else None

    @property
    def service_name(self) -> str:
        """Of the service that is looked at."""
        return self.record.detail.service.name if self.record else ""

    @property
    def incident(self) -> Incident | None:
        """Its outage that goes on, or the last one."""
        return next(iter(self.record.incidents), None) if self.record else None

    def store_changed(self, kinds: frozenset[Kind]) -> None:
        """Reads the detail again, also when the person has written something."""
        super().store_changed(kinds)
        if Kind.DESK in kinds and self.desk.mode == self.mode:
            self.read_detail()

    def describe(self, opened: ServiceRecord) -> Sequence[Block]:
        """State, cause, its outage, bars, latest results, changes of state."""
        record = opened.detail
        form, service = self.desk.format, record.service
        sign, role = signs.of_service(form.glyphs, service), role_of(service)
        since_ms = None if service.is_being_checked else service.since_ms
        state: list[Run] = [(f"{sign} {service_word(service)}", f"{role} strong")]
        if since_ms is not None:
            state.append((f"  {form.age(since_ms)}", "quiet"))
        blocks: list[Block] = [
            Heading(((service.name, "strong"),), state),
            Fact(_("Type"), ((group_word(service.group), ""),)),
        ]
        if since_ms is not None:
            blocks.append(Fact(_("Since"), ((form.full_moment(since_ms), ""), *self._detection(record))))
        if service.reason and service.state != ServiceState.UP:
            blocks.append(Fact(_("Cause"), ((reason_words(service.reason), role),)))
        blocks += _whose_fault(record)
        if service.roots:
            blocks.append(Fact(_("Root cause"), ((", ".join(service.roots), "strong"),)))
        if service.affected:
            blocks.append(Fact(_("Affected"), ((str(service.affected), "strong"),)))
        if service.doubt is not None:
            blocks.append(Fact(_("Last look"), ((doubt_words(service.doubt), "warn"),)))
        # What waits for the person, and what was done, comes before how the measuring goes.
        blocks += incident_blocks(form, opened.ongoing)
        blocks += job_blocks(form, opened.job) if opened.job else ()
        blocks += self._about(record, is_apart=bool(opened.ongoing or opened.job))
        blocks += contact_blocks(service.name, self.desk.config, form.today())
        blocks += incident_blocks(form, opened.ended)
        blocks += uptime_blocks(form, record.measured)
        blocks += self._others(_("Depends on"), record.needs)
        blocks += self._others(_("Needed by"), record.needed_by)
        blocks += self._results(record)
        if record.transitions:
            blocks.append(Section(_("Changes of state")))
            blocks += in_columns([self._transition(change) for change in record.transitions[:TRANSITIONS_SHOWN]])
        return blocks

    def _about(self, record: ServiceDetail, *, is_apart: bool) -> list[Block]:
        """How fast it is, when it is worked on, where it is, and what it answered."""
        form, service = self.desk.format, record.service
        blocks: list[Block] = [Section(_("Service"))] if is_apart else []
        speed = latency(service.latency_ms)
        if service.usual_latency_ms is not None:
            speed = _("{latency} (usually {usual})").format(
                latency=speed or form.glyphs.dash, usual=latency(service.usual_latency_ms)
            )
        if speed:
            blocks.append(Fact(_("Latency"), ((speed, ""),)))
        blocks += [Fact(_("Maintenance"), self._maintenance(each)) for each in record.maintenance]
        if service.url:
            blocks.append(Fact(_("Address"), ((service.url, ""),)))
        if record.results and record.results[0].evidence:
            blocks.append(Fact(_("Answer"), ((record.results[0].evidence, ""),)))
        return blocks

    def _detection(self, record: ServiceDetail) -> list[Run]:
        """When looks had proved the present state, where that was later than its beginning."""
        last = next(iter(record.transitions), None)
        if last is None or last.at_ms != record.service.since_ms or last.detected_ms <= last.at_ms:
            return []
        return [("  " + _("noticed {time}").format(time=self.desk.format.seconds(last.detected_ms)), "quiet")]

    def _maintenance(self, planned: Maintenance) -> list[Run]:
        form = self.desk.format
        told = f"{form.full_moment(planned.start_ms)} {form.glyphs.dash} {form.full_moment(planned.end_ms)}"
        return [(told, ""), (f"  {planned.notice}" if planned.notice else "", "quiet")]

    def _others(self, title: str, others: Sequence[Service]) -> list[Block]:
        """Other services, each with its state."""
        glyphs = self.desk.format.glyphs
        rows: list[list[Run]] = [
            [
                (f"{signs.of_service(glyphs, each)} ", role_of(each)),
                (each.name, ""),
                (service_word(each), role_of(each)),
                (blame_words(each), "quiet"),
            ]
            for each in others
        ]
        return [Section(title), *in_columns(rows)] if rows else []

    def _results(self, record: ServiceDetail) -> list[Block]:
        results = record.results
        if not results:
            return [Section(_("Latest results")), Row(((_("Nothing has been measured yet."), "quiet"),))]
        glyphs = self.desk.format.glyphs
        shown = results[:BARS_SHOWN]
        since = _("since {time}").format(time=self.desk.format.moment(shown[-1].at_ms))
        bars: list[Run] = [(signs.of_outcome(glyphs, result.outcome), _bar_role(result)) for result in reversed(shown)]
        blocks: list[Block] = [Section(_("Latest results")), Row(bars, ((since, "quiet"),))]
        return blocks + in_columns([self._result(result) for result in results[:RESULTS_SHOWN]])

    def _transition(self, change: Transition) -> list[Run]:
        form = self.desk.format
        words = f"{signs.of_state(form.glyphs, change.state)} {state_word(change.state)}"
        return [
            (form.full_moment(change.at_ms), "quiet"),
            (words, ROLES[change.state]),
            (reason_words(change.reason), ""),
        ]

    def _result(self, result: CheckResult) -> list[Run]:
        form = self.desk.format
        sign = {
            Outcome.OK: form.glyphs.up,
            Outcome.DEGRADED: form.glyphs.degraded,
            Outcome.FAIL: form.glyphs.down,
            Outcome.MAINTENANCE: form.glyphs.maintenance,
            Outcome.UNKNOWN: form.glyphs.unknown,
        }[result.outcome]
        day = tallinn(result.at_ms).date()
        when = form.seconds(result.at_ms) if day == form.today() else form.moment(result.at_ms)
        return [
            (when, "quiet"),
            (f"{sign} {outcome_word(result.outcome)}", OUTCOME_ROLES[result.outcome]),
            (f"{latency(result.latency_ms):>6}", ""),
            (reason_words(result.reason), "quiet"),
        ]


def _whose_fault(record: ServiceDetail) -> list[Block]:
    """Where a fault of X-Road lies, and whom to tell."""
    if not record.service.blame:
        return []
    place = Fact(_("The fault lies"), ((blame_place(Blame(record.service.blame)), "strong"),))
    advice = whom_to_tell(record.results[0].reason)
    return [place, Fact("", ((advice, "quiet"),))] if advice else [place]


def _bar_role(result: CheckResult) -> str:
    return {Outcome.FAIL: "bad", Outcome.DEGRADED: "warn"}.get(result.outcome, "faint")


SCREEN = ServicesScreen

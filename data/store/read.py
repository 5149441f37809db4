"""Typed questions, typed answers: the reading path, which needs sqlcipher3 and the standard library alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from data.clock import Clock, tallinn
from data.model import (
    Acknowledgement,
    AttentionKind,
    Development,
    DevelopmentDetail,
    Kind,
    Overview,
    Service,
    ServiceDetail,
    ServiceState,
    SourceState,
    Ticket,
    TicketAbsence,
    TicketCounts,
    TicketQuery,
    TicketSort,
    TicketView,
    Training,
)
from data.paths import Places
from data.rules.attention import attention, cyber_lines, marked
from data.store.actions import StoredActions
from data.store.clocks import StoredClocks
from data.store.counts import load_counts, load_facets
from data.store.developments import load_development, load_developments
from data.store.driver import Connection, StoreError
from data.store.jobs import load_jobs
from data.store.migrations import CACHE, DESK, HISTORY
from data.store.operations import CYBER, OPERATIONS, Operation, folded_acknowledgements
from data.store.pool import ReadingPool
from data.store.services import load_service, load_services
from data.store.states import COPIED, MEASURED, failed, load_pulse, load_source_rows, load_troubles, source_states
from data.store.ticket_meta import StoredMeta
from data.store.tickets import load_absence, load_ticket, load_ticket_id
from data.store.trainings import load_training, load_trainings
from data.store.window import StoredTickets, TicketWindow

if TYPE_CHECKING:
    from data.action import Actions
    from data.incident import Incident, OwnPlan, Stage
    from data.job import JobWatch
    from data.payday import Payday, Payment
    from data.rules.notice import Draft
    from data.rules.sla import ClockRules
    from data.rules.working_calendar import WorkingHours
    from data.uptime import Measured, Sums

_DAY_MS = 86_400_000
_BACK_MS = 90 * _DAY_MS
"""How far back outages are told."""
_AHEAD_MS = 14 * _DAY_MS
"""How far ahead an overfull training already needs attention."""
_RISKY_SHOWN = 200
_UNREADABLE = (-1, 0)
"""In the place of what tells that a file was written."""

_T = TypeVar("_T")
_E = TypeVar("_E")


class Reader:
    """Reads the three files. Methods may be called from any thread; each answers from one consistent state a file.

    A file that is not there yet reads as empty: its first fill has not begun. All methods raise `StoreError`.
    """

    def __init__(
        self,
        places: Places,
        key: str,
        clock: Clock,
        hours: WorkingHours | None = None,
        payments: Mapping[str, Payment] | None = None,
        rules: ClockRules | None = None,
    ) -> None:
        """`hours` are those for which uptime in working hours is told; `payments` those whose pay-days are.

        `rules` are those of the SLA clocks that the desk keeps itself.
        """
        self._hours = hours
        self._payments = payments or {}
        self._places = places
        self._clock = clock
        self._cache = ReadingPool(places.cache, key, CACHE, is_copy=True)
        self._history = ReadingPool(places.history, key, HISTORY)
        self._desk = ReadingPool(places.desk, key, DESK)
        self._actions = StoredActions(self._desk)
        self.meta = StoredMeta(self._cache)
        """What may be done to tickets."""
        self.clocks = StoredClocks(self._cache, rules)
        self._kinds = ((self._cache, COPIED), (self._history, MEASURED))
        self._services: tuple[tuple[int, ...], tuple[Service, ...]] | None = None
        self._services_lock = threading.Lock()

    def services(self) -> tuple[Service, ...]:
        """The watched services, the worst first, then in the order of the configuration."""
        now_ms = self._clock.now_ms()
        # Pane and strip ask for them at the same time, and thousands of results are read for them.
        with self._services_lock:
            # Maintenance begins and ends by the clock, so the state of a second is that of the second.
            key = (*self._history.data_version(), now_ms // 1000)
            if self._services is None or self._services[0] != key:
                self._services = key, self._history.ask(lambda connection: load_services(connection, now_ms), ())
            return self._services[1]

    def service(self, name: str) -> ServiceDetail | None:
        """One service opened; None if it is not watched."""
        now_ms = self._clock.now_ms()
        return self._history.ask(lambda connection: load_service(connection, name, now_ms, self._hours), None)

    def uptimes(self, day_count: int) -> dict[str, Sums]:
        """All watched services through the last days with today, round the clock, up to the last whole hours."""
        from data.store.uptime import load_uptimes

        return self._history.ask(lambda connection: load_uptimes(connection, day_count, self._clock.now_ms()), {})

    def measured(self, names: Iterable[str]) -> dict[str, Measured]:
        """What was measured of each of these services, up to now."""
        from data.store.uptime import load_each

        return self._history.ask(lambda opened: load_each(opened, names, self._clock.now_ms(), self._hours), {})

    def jobs(self) -> dict[str, JobWatch]:
        """What is known of the runs of batch jobs, by the name of the check."""
        return self._history.ask(load_jobs, {})

    def paydays(self) -> tuple[Payday, ...]:
        """The pay-days of the next weeks, by day, each with how far it has come."""
        if not self._payments:
            return ()
        # Imported here: the holidays take a while to load, and a desk that starts does without.
        from data.rules.paydays import paydays

        down = {each.name for each in self.services() if each.state is ServiceState.DOWN}
        return paydays(self._payments, self.jobs(), down, self._clock.now_ms())

    def incidents(self) -> tuple[Incident, ...]:
        """The outages that go on, then those of the last 90 days, the newest first."""
        # Imported here: a desk that starts does without.
        from data.rules.incidents import incidents
        from data.store.incidents import Found, folded_deeds

        from_ms = self._clock.now_ms() - _BACK_MS
        found = self._history.ask(lambda connection: Found(connection, from_ms), None)
        deeds = folded_deeds(self._operations())
        if found is None:
            return incidents((), {}, (), {}, deeds)
        return incidents(found.outages, found.needs, found.critical, found.windows, deeds, found.slowdowns)

    def plans(self, service: str) -> tuple[OwnPlan, ...]:
        """The maintenance of `service` that was planned on the desk and is not over, by its start."""
        from data.store.plans import folded_plans

        now_ms = self._clock.now_ms()
        return tuple(
            each for each in folded_plans(self._operations()) if each.service == service and each.end_ms > now_ms
        )

    def draft(self, incident_id: str, stage: Stage) -> Draft | None:
        """What was written of a notice and not sent; None where nothing was."""
        from data.store.incidents import folded_drafts

        return folded_drafts(self._operations()).get((incident_id, stage))

    def actions(self) -> Actions:
        """What the person has done to tickets: what waits, and what was sent lately."""
        return self._actions.read()

    def tickets(self, query: TicketQuery) -> TicketWindow:
        """The list that answers `query`; it reads when it is asked, and follows the store."""
        return StoredTickets(self._cache, query, self._clock.now_ms())

    def ticket(self, ticket_id: int) -> Ticket | None:
        """One ticket opened, by Jira's id; None if it is not held or cannot be seen: then `absence` tells why."""
        return self._cache.ask(lambda connection: load_ticket(connection, ticket_id, self.clocks.rules), None)

    def ticket_id(self, key: str) -> int | None:
        """The id of the ticket that has or had this key, in any case of letters, even if it cannot be seen now."""
        return self._cache.ask(lambda connection: load_ticket_id(connection, key), None)

    def absence(self, ticket_id: int) -> TicketAbsence | None:
        """Why and since when a ticket that was known cannot be seen; None when it can, or was never known."""
        return self._cache.ask(lambda connection: load_absence(connection, ticket_id), None)

    def ticket_counts(self) -> TicketCounts:
        """The figures of the tickets pane, as the writer keeps them."""
        now_ms = self._clock.now_ms()
        return self._cache.ask(lambda connection: load_counts(connection, now_ms), TicketCounts(0, 0, 0, 0))

    def facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """What tickets can be filtered by: values with their open tickets, most first.

        Keys are `project`, `status`, `type`, `priority` and `assignee` (display names; empty for nobody).
        """
        return self._cache.ask(load_facets, {})

    def developments(self) -> tuple[Development, ...]:
        """What is under way, planned or finished within the last 30 days: late first, then by the end day."""
        today = self._clock.now().date()
        return self._cache.ask(lambda connection: load_developments(connection, today), ())

    def development(self, id: str) -> DevelopmentDetail | None:
        """One development opened; None if there is none of this id."""
        today = self._clock.now().date()
        return self._cache.ask(lambda connection: load_development(connection, id, today), None)

    def trainings(self, from_ms: int, to_ms: int) -> tuple[Training, ...]:
        """Trainings that overlap [from_ms, to_ms), by their start."""
        return self._cache.ask(lambda connection: load_trainings(connection, from_ms, to_ms), ())

    def training(self, id: str) -> Training | None:
        """One training; None if there is none of this id."""
        return self._cache.ask(lambda connection: load_training(connection, id), None)

    def sources(self) -> tuple[SourceState, ...]:
        """How each source stands, by the files and the sync process's own word.

        A file that cannot be read takes nothing from the sources of the other: its own stand as failed. Raises
        `StoreError` where nothing can be read.
        """
        rows, faults = self._each(load_source_rows)
        troubles = self._cache.ask(load_troubles, {}) if self._cache not in faults else {}
        broken = [(kinds, faults[pool]) for pool, kinds in self._kinds if pool in faults]
        unreadable = [kind for kinds, _fault in broken for kind in kinds]
        pulse, now_ms = load_pulse(self._places.pulse), self._clock.now_ms()
        states = source_states(chain.from_iterable(rows), pulse, now_ms, troubles, unreadable)
        for kinds, fault in broken:
            states = failed(states, kinds, fault.code, str(fault))
        return states

    def overview(self, *, is_hurried: bool = False) -> Overview:
        """Everything that needs the person now; of a file that cannot be read, that it cannot.

        One that `is_hurried` leaves out what takes long to work out the first time: pay-days.
        """
        now_ms = self._clock.now_ms()
        risky = self.tickets(TicketQuery(view=TicketView.AT_RISK, sort=TicketSort.BREACH, descending=False))
        midnight_ms = int(tallinn(now_ms).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
        sources = self.sources()
        faults: dict[str, StoreError] = {}
        acknowledged = _readable(self.acknowledgements, {}, faults, "desk")
        lists = (
            _readable(self.services, (), faults, "checks"),
            _readable(lambda: risky.rows(0, _RISKY_SHOWN), (), faults, "jira"),
            _readable(self.developments, (), faults, "jira"),
            _readable(lambda: self.trainings(midnight_ms, now_ms + _AHEAD_MS), (), faults, "calendar"),
        )
        paydays = () if is_hurried else _readable(self.paydays, (), faults, "checks")
        for kind, fault in faults.items():
            sources = failed(sources, (kind,), fault.code, str(fault))
        overview = attention(*lists, sources, acknowledged, now_ms, paydays)
        lines = overview.attention + overview.acknowledged
        has_clock = not is_hurried and any(
            kind == CYBER for _id, _at, _actor, kind, _body in _readable(self._operations, (), faults, "desk")
        )
        if not has_clock and not any(each.kind is AttentionKind.SERVICE_DOWN for each in lines):
            return overview
        found = _readable(self.incidents, (), faults, "checks")
        untold = {each.service for each in found if each.restored_ms is None and not each.told_ms}
        clocks = [each for each in cyber_lines(found, now_ms) if each.id not in acknowledged]
        return Overview(
            (*clocks, *(marked(each, untold) for each in overview.attention)),
            tuple(marked(each, untold) for each in overview.acknowledged),
        )

    def acknowledgements(self) -> dict[str, Acknowledgement]:
        """What the person has taken note of, by attention id."""
        return folded_acknowledgements(self._operations())

    def _operations(self) -> Sequence[Operation]:
        return self._desk.ask(lambda connection: connection.execute(OPERATIONS).fetchall(), [])

    def generations(self) -> dict[Kind, int]:
        """How often each kind has changed; 0 for those of a file that cannot be read."""
        numbers = dict.fromkeys(Kind, 0)
        for kind, number in chain.from_iterable(self._each(_generations)[0]):
            numbers[Kind(kind)] += number
        with suppress(StoreError):
            numbers[Kind.DESK] = self._desk.ask(_operations, 0)
        return numbers

    def data_versions(self) -> tuple[int, ...]:
        """Figures that differ from those before if any file was written since: the watcher's question, 4 times a s.

        One file that cannot be read keeps nobody from following the others. Raises `StoreError` where nothing can be
        read.
        """
        found: list[tuple[int, int]] = []
        faults = []
        for pool in (self._cache, self._history, self._desk):
            try:
                found.append(pool.data_version())
            except StoreError as fault:
                found.append(_UNREADABLE)
                faults.append(fault)
        if faults and not any(number for _opening, number in found):
            raise faults[0]
        return tuple(chain.from_iterable(found))

    def close(self) -> None:
        """Lets go of the files."""
        for pool in (self._cache, self._history, self._desk):
            pool.close()

    def _each(
        self, question: Callable[[Connection], Sequence[_T]]
    ) -> tuple[list[Sequence[_T]], dict[ReadingPool, StoreError]]:
        """The answers of cache and history, and the faults of what cannot be read; raises one if nothing could be."""
        answers: list[Sequence[_T] | None] = []
        faults = {}
        for pool in (self._cache, self._history):
            try:
                answers.append(pool.ask(question, None))
            except StoreError as fault:
                faults[pool] = fault
        given = [answer for answer in answers if answer is not None]
        if faults and not given:
            raise next(iter(faults.values()))
        return given, faults


def _readable(question: Callable[[], _T], empty: _E, faults: dict[str, StoreError], kind: str) -> _T | _E:
    """The answer, or `empty` where it cannot be read: then the sources of `kind` are told as failed, by `faults`."""
    try:
        return question()
    except StoreError as fault:
        faults.setdefault(kind, fault)
        return empty


def _generations(connection: Connection) -> Sequence[tuple[str, int]]:
    return connection.execute("SELECT kind, number FROM generation").fetchall()


def _operations(connection: Connection) -> int:
    count: int = connection.execute("SELECT ifnull(max(rowid), 0) FROM operation").fetchone()[0]
    return count

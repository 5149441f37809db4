"""What the history file tells of the watched services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from data.model import CheckResult, Doubt, Maintenance, Needs, Outcome, Service, ServiceDetail, ServiceState, Transition
from data.rules.dependencies import FAILING, RAISED_AFTER, affected_by, dependents, root_causes
from data.rules.maintenance import in_force, is_outdated
from data.rules.status import recalled
from data.rules.xroad import blame_of
from data.store.driver import Connection

if TYPE_CHECKING:
    from data.rules.working_calendar import WorkingHours

RECENT = 24
"""Outcomes shown of one service."""
_USUAL_OF = 200
"""Results that the usual latency is taken from: some hours at one a minute, so it follows a change within the day."""
_RESULTS, _TRANSITIONS = 500, 200
"""Rows of a service opened."""

_WORST_FIRST = (
    ServiceState.DOWN,
    ServiceState.FLAPPING,
    ServiceState.DEGRADED,
    ServiceState.UNKNOWN,
    ServiceState.MAINTENANCE,
    ServiceState.UP,
)


class _Watched(NamedTuple):
    """One that is watched, as far as it is known without its results. Its state is the one that is told."""

    name: str
    kind: str
    url: str
    needs: Needs
    is_critical: bool
    state: ServiceState
    since_ms: int | None
    reason: str
    checked_ms: int | None
    under: Maintenance | None
    """The planned maintenance that it is under."""


class _Blame:
    """What is to blame for what, of all that is watched."""

    def __init__(self, connection: Connection, now_ms: int) -> None:
        windows = defaultdict(list)
        for name, *window in connection.execute("SELECT name, start_ms, end_ms, notice FROM maintenance"):
            windows[name].append(Maintenance(*window))
        rows = connection.execute(
            "SELECT watched.name, kind, url, needs, is_critical, interval_ms, ifnull(state, 'unknown'), at_ms,"
            " ifnull(reason, ''), (SELECT max(at_ms) FROM result WHERE name = watched.name) FROM watched"
            " LEFT JOIN transition ON transition.name = watched.name"
            " AND at_ms = (SELECT max(at_ms) FROM transition WHERE name = watched.name)"
            " ORDER BY position, watched.name"
        ).fetchall()
        self.windows = windows
        self.watched = {row[0]: _watched(row, windows[row[0]], now_ms) for row in rows}
        self.places = {name: number for number, name in enumerate(self.watched)}
        self.needs = {each.name: each.needs for each in self.watched.values() if each.needs.names}
        states = {each.name: each.state for each in self.watched.values()} if self.needs else {}
        self.roots = root_causes(states, self.needs, set(self._recovering(connection)))
        self.affected = affected_by(self.roots)

    def _recovering(self, connection: Connection) -> Iterator[tuple[str, str]]:
        """What still fails though something that it needs is well again, and has hardly been looked at since."""
        for name, needs in self.needs.items():
            service = self.watched[name]
            if service.state not in FAILING:
                continue
            for need in (self.watched[each] for each in needs.names if each in self.watched):
                if need.state is ServiceState.UP and self._was_failing(connection, need, service.since_ms or 0):
                    looks = connection.execute(
                        "SELECT 1 FROM result WHERE name = ? AND at_ms > ? LIMIT ?", (name, need.since_ms, RAISED_AFTER)
                    ).fetchall()
                    if len(looks) < RAISED_AFTER:
                        yield name, need.name

    def _was_failing(self, connection: Connection, need: _Watched, since_ms: int) -> bool:
        """Whether `need` has become well since `since_ms`; where it was not looked at before, it has not."""
        if (need.since_ms or 0) <= since_ms:
            return False
        before = connection.execute(
            "SELECT state FROM transition WHERE name = ? AND at_ms < ? ORDER BY at_ms DESC LIMIT 1",
            (need.name, need.since_ms),
        ).fetchone()
        return before is not None and before[0] in FAILING


def _watched(row: Sequence[Any], windows: Sequence[Maintenance], now_ms: int) -> _Watched:
    """One as it is told at `now_ms`: maintenance lies over what was measured, and what is too old is not told."""
    name, kind, url, needs, is_critical, interval_ms, state, since_ms, reason, checked_ms = row
    under, told = in_force(windows, now_ms), (ServiceState(state), since_ms, reason)
    if under is not None:
        told = ServiceState.MAINTENANCE, under.start_ms, under.notice
    elif checked_ms is not None and is_outdated(told[0], checked_ms, interval_ms, now_ms):
        told = ServiceState.UNKNOWN, checked_ms, "outdated"
    return _Watched(name, kind, url, Needs.decoded(needs), bool(is_critical), *told, checked_ms, under)


def load_services(connection: Connection, now_ms: int) -> tuple[Service, ...]:
    """All watched services as they are at `now_ms` (UTC epoch milliseconds).

    What is to blame stands first, then what fails because of that, the rest behind. The worst come first, those in
    doubt before the rest, then it is the order of the configuration.
    """
    blame = _Blame(connection, now_ms)
    return tuple(sorted((_service(connection, blame, name) for name in blame.watched), key=_rank))


def _rank(service: Service) -> tuple[bool, int, bool]:
    state = ServiceState.UNKNOWN if service.is_being_checked else service.state
    is_root = state in FAILING and not service.roots
    return not is_root, _WORST_FIRST.index(state), not service.is_shaken


def load_service(
    connection: Connection, name: str, now_ms: int, hours: WorkingHours | None = None
) -> ServiceDetail | None:
    """One service as it is at `now_ms`, with its newest results, its changes of state and its uptime.

    None if it is not watched. `hours` are those that uptime in working hours is told for.
    """
    # Imported here: a desk that starts does without.
    from data.store.uptime import load_measured

    blame = _Blame(connection, now_ms)
    if name not in blame.watched:
        return None
    needs = [each for each in blame.watched[name].needs.names if each in blame.watched]
    results = connection.execute(
        "SELECT at_ms, outcome, reason, latency_ms, evidence FROM result WHERE name = ? ORDER BY at_ms DESC LIMIT ?",
        (name, _RESULTS),
    ).fetchall()
    transitions = connection.execute(
        "SELECT at_ms, state, reason, detected_ms FROM transition WHERE name = ? ORDER BY at_ms DESC LIMIT ?",
        (name, _TRANSITIONS),
    ).fetchall()
    return ServiceDetail(
        _service(connection, blame, name),
        tuple(CheckResult(name, at_ms, Outcome(outcome), *rest) for at_ms, outcome, *rest in results),
        tuple(Transition(at_ms, ServiceState(state), *rest) for at_ms, state, *rest in transitions),
        tuple(_service(connection, blame, each) for each in needs),
        tuple(_service(connection, blame, each) for each in dependents(name, blame.needs)),
        tuple(sorted(each for each in blame.windows[name] if each.end_ms > now_ms)),
        load_measured(connection, name, now_ms, hours),
    )


def _service(connection: Connection, blame: _Blame, name: str) -> Service:
    watched = blame.watched[name]
    # The index holds all of these columns, so that no evidence is read (and decrypted) along the way.
    results = connection.execute(
        "SELECT at_ms, outcome, latency_ms FROM result INDEXED BY result_recent WHERE name = ?"
        " ORDER BY at_ms DESC LIMIT ?",
        (name, _USUAL_OF),
    ).fetchall()
    state, since_ms, reason = watched.state, watched.since_ms, watched.reason
    is_measured = watched.under is None and reason != "outdated"
    last_reason, evidence = _last_words(connection, name) if results and results[0][1] != Outcome.OK else ("", "")
    good = [latency for _, outcome, latency in results if outcome == Outcome.OK and latency is not None]
    return Service(
        name=name,
        group=watched.kind,
        state=state,
        since_ms=since_ms,
        reason="" if state is ServiceState.UP else _newest_reason(last_reason, state, results) or reason,
        latency_ms=results[0][2] if results else None,
        usual_latency_ms=_median(good),
        checked_ms=results[0][0] if results else None,
        recent=tuple(Outcome(outcome) for _, outcome, _ in reversed(results[:RECENT])),
        url=watched.url,
        doubt=_doubt(watched, results, last_reason) if is_measured else None,
        roots=blame.roots.get(name, ()),
        affected=blame.affected[name],
        is_critical=watched.is_critical,
        until_ms=watched.under.end_ms if watched.under else None,
        evidence=evidence,
        blame=blame_of(last_reason) or "",
        needs=watched.needs,
        place=blame.places[name],
    )


def _newest_reason(last_reason: str, state: ServiceState, results: Sequence[Sequence[Any]]) -> str:
    """`last_reason`, where that look is as bad as the state; what began an outage need not be what keeps it."""
    alike = {
        ServiceState.DOWN: Outcome.FAIL,
        ServiceState.FLAPPING: Outcome.FAIL,
        ServiceState.DEGRADED: Outcome.DEGRADED,
    }
    return last_reason if results and results[0][1] == alike.get(state) else ""


def _last_words(connection: Connection, name: str) -> tuple[str, str]:
    """Reason and evidence of the last look."""
    reason, evidence = connection.execute(
        "SELECT reason, evidence FROM result WHERE name = ? ORDER BY at_ms DESC LIMIT 1", (name,)
    ).fetchone()
    return reason, evidence


def _doubt(watched: _Watched, results: Sequence[Sequence[Any]], last_reason: str) -> Doubt | None:
    """What the newest of `results`, whose cause is `last_reason`, says against the state."""
    if not results or (watched.state is ServiceState.UP and results[0][1] == Outcome.OK):
        return None  # nearly all of them, nearly always: the rest need not be gone through
    looks = ((at_ms, Outcome(outcome)) for at_ms, outcome, _ in reversed(results))
    watch = recalled(watched.state, watched.since_ms, looks, is_critical=watched.is_critical)
    return watch.doubt(last_reason)


def _median(values: list[int]) -> int | None:
    """The middle value; `statistics` would cost a start 10 ms of imports."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else round((ordered[middle - 1] + ordered[middle]) / 2)

"""What the history file tells of the watched services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from data.model import CheckResult, Doubt, Outcome, Service, ServiceDetail, ServiceState, Transition
from data.rules.dependencies import RAISED_AFTER, Needs, affected_by, dependents, root_causes
from data.rules.status import recalled
from data.store.driver import Connection

RECENT = 24
"""Outcomes shown of one service."""
_USUAL_OF = 200
"""Results that the usual latency is taken from: some hours at one a minute, so it follows a change within the day."""
_RESULTS, _TRANSITIONS = 500, 200
"""Rows of a service opened."""

_WORST_FIRST = (ServiceState.DOWN, ServiceState.DEGRADED, ServiceState.UNKNOWN, ServiceState.UP)


class _Watched(NamedTuple):
    """One that is watched, as far as it is known without its results."""

    name: str
    kind: str
    url: str
    needs: Needs
    state: ServiceState
    since_ms: int


class _Blame:
    """What is to blame for what, of all that is watched."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(
            "SELECT watched.name, kind, url, needs, ifnull(state, 'unknown'), ifnull(at_ms, 0) FROM watched"
            " LEFT JOIN transition ON transition.name = watched.name"
            " AND at_ms = (SELECT max(at_ms) FROM transition WHERE name = watched.name)"
            " ORDER BY position, watched.name"
        ).fetchall()
        self.watched = {
            name: _Watched(name, kind, url, Needs.decoded(needs), ServiceState(state), since_ms)
            for name, kind, url, needs, state, since_ms in rows
        }
        self.needs = {each.name: each.needs for each in self.watched.values() if each.needs.names}
        states = {each.name: each.state for each in self.watched.values()} if self.needs else {}
        self.roots = root_causes(states, self.needs, set(self._recovering(connection)))
        self.affected = affected_by(self.roots)

    def _recovering(self, connection: Connection) -> Iterator[tuple[str, str]]:
        """What still fails though something that it needs is well again, and has hardly been looked at since."""
        for name, needs in self.needs.items():
            service = self.watched[name]
            if service.state not in (ServiceState.DOWN, ServiceState.DEGRADED):
                continue
            for need in (self.watched[each] for each in needs.names if each in self.watched):
                if need.state is ServiceState.UP and need.since_ms > service.since_ms:
                    looks = connection.execute(
                        "SELECT 1 FROM result WHERE name = ? AND at_ms > ? LIMIT ?", (name, need.since_ms, RAISED_AFTER)
                    ).fetchall()
                    if len(looks) < RAISED_AFTER:
                        yield name, need.name


def load_services(connection: Connection) -> tuple[Service, ...]:
    """All watched services: what is to blame first, then what fails because of that, the rest behind.

    The worst come first, those in doubt before the rest, then it is the order of the configuration.
    """
    blame = _Blame(connection)
    return tuple(sorted((_service(connection, blame, name) for name in blame.watched), key=_rank))


def _rank(service: Service) -> tuple[bool, int, bool]:
    state = ServiceState.UNKNOWN if service.is_being_checked else service.state
    is_root = state in (ServiceState.DOWN, ServiceState.DEGRADED) and not service.roots
    return not is_root, _WORST_FIRST.index(state), not service.is_shaken


def load_service(connection: Connection, name: str) -> ServiceDetail | None:
    """One service with its newest results and changes of state; None if it is not watched."""
    blame = _Blame(connection)
    if name not in blame.watched:
        return None
    needs = [each for each in blame.watched[name].needs.names if each in blame.watched]
    results = connection.execute(
        "SELECT at_ms, outcome, reason, latency_ms, evidence FROM result WHERE name = ? ORDER BY at_ms DESC LIMIT ?",
        (name, _RESULTS),
    ).fetchall()
    transitions = connection.execute(
        "SELECT at_ms, state, reason FROM transition WHERE name = ? ORDER BY at_ms DESC LIMIT ?", (name, _TRANSITIONS)
    ).fetchall()
    return ServiceDetail(
        _service(connection, blame, name),
        tuple(CheckResult(name, at_ms, Outcome(outcome), *rest) for at_ms, outcome, *rest in results),
        tuple(Transition(at_ms, ServiceState(state), reason) for at_ms, state, reason in transitions),
        tuple(_service(connection, blame, each) for each in needs),
        tuple(_service(connection, blame, each) for each in dependents(name, blame.needs)),
    )


def _service(connection: Connection, blame: _Blame, name: str) -> Service:
    watched = blame.watched[name]
    # The index holds all of these columns, so that no evidence is read (and decrypted) along the way.
    results = connection.execute(
        "SELECT at_ms, outcome, latency_ms FROM result INDEXED BY result_recent WHERE name = ?"
        " ORDER BY at_ms DESC LIMIT ?",
        (name, _USUAL_OF),
    ).fetchall()
    changed = connection.execute(
        "SELECT at_ms, state, reason FROM transition WHERE name = ? ORDER BY at_ms DESC LIMIT 1", (name,)
    ).fetchone()
    since_ms, state, reason = changed or (None, ServiceState.UNKNOWN, "")
    state = ServiceState(state)
    good = [latency for _, outcome, latency in results if outcome == Outcome.OK and latency is not None]
    return Service(
        name=name,
        group=watched.kind,
        state=state,
        since_ms=since_ms,
        reason="" if state == ServiceState.UP else _newest_reason(connection, name, state, results) or reason,
        latency_ms=results[0][2] if results else None,
        usual_latency_ms=_median(good),
        checked_ms=results[0][0] if results else None,
        recent=tuple(Outcome(outcome) for _, outcome, _ in reversed(results[:RECENT])),
        url=watched.url,
        doubt=_doubt(connection, name, state, since_ms, results),
        roots=blame.roots.get(name, ()),
        affected=blame.affected[name],
    )


def _newest_reason(connection: Connection, name: str, state: ServiceState, results: Sequence[Sequence[Any]]) -> str:
    """Why the newest of `results` is as bad as the state; what began an outage need not be what keeps it."""
    alike = {ServiceState.DOWN: Outcome.FAIL, ServiceState.DEGRADED: Outcome.DEGRADED}
    if not results or results[0][1] != alike.get(state):
        return ""
    return _last_reason(connection, name)


def _last_reason(connection: Connection, name: str) -> str:
    (found,) = connection.execute(
        "SELECT reason FROM result WHERE name = ? ORDER BY at_ms DESC LIMIT 1", (name,)
    ).fetchone()
    return str(found)


def _doubt(
    connection: Connection, name: str, state: ServiceState, since_ms: int | None, results: Sequence[Sequence[Any]]
) -> Doubt | None:
    """What the newest of `results` says against the state."""
    if not results or (state is ServiceState.UP and results[0][1] == Outcome.OK):
        return None  # nearly all of them, nearly always: the rest need not be gone through
    watch = recalled(state, since_ms, ((at_ms, Outcome(outcome)) for at_ms, outcome, _ in reversed(results)))
    if watch.doubt() is None:
        return None
    return watch.doubt(_last_reason(connection, name))


def _median(values: list[int]) -> int | None:
    """The middle value; `statistics` would cost a start 10 ms of imports."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else round((ordered[middle - 1] + ordered[middle]) / 2)

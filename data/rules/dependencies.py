"""What depends on what, and so who is to blame: a failure that another one explains is counted under that one.

Rules (facts on service status, "The engine"): a service may need another (hard), may only do worse without it (soft),
or may need so many of several (redundant). The root cause is what fails while nothing that it depends on explains it.
Cycles are refused when the configuration is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from data.model import Needs, ServiceState

RAISED_AFTER = 2
"""Looks at a service since what it needs is well again, after which it is to blame itself."""
_DOWN, _FLAPPING = ServiceState.DOWN, ServiceState.FLAPPING
FAILING = (_DOWN, _FLAPPING, ServiceState.DEGRADED)
_GONE = (_DOWN, _FLAPPING, ServiceState.MAINTENANCE)
"""What another may be down for: maintenance is no failure itself, and explains one."""
_WORSE = (*FAILING, ServiceState.MAINTENANCE)


def cycle(needs: Mapping[str, Needs]) -> tuple[str, ...]:
    """A cycle of names, the first one again at its end; empty where there is none."""
    done: set[str] = set()
    for start in needs:
        path: dict[str, Iterator[str]] = {start: iter(needs[start].names)}
        while path and start not in done:
            name, rest = next(reversed(path.items()))
            step = next((each for each in rest if each in needs and each not in done), None)
            if step is None:
                done.add(name)
                del path[name]
            elif step in path:
                names = list(path)
                return (*names[names.index(step) :], step)
            else:
                path[step] = iter(needs[step].names)
    return ()


def root_causes(
    states: Mapping[str, ServiceState], needs: Mapping[str, Needs], recovering: Collection[tuple[str, str]] = ()
) -> dict[str, tuple[str, ...]]:
    """For each service that fails, the roots of that in the order of `states`; none for one that is a root itself.

    `needs` has no cycle. A name in it that nobody watches explains nothing. `recovering` names a service and what it
    needs where that is well again since less than `RAISED_AFTER` looks: it explains the failure still.
    """
    failing = [name for name, state in states.items() if state in FAILING]
    causes = {name: _causes(name, states, needs.get(name, Needs())) for name in failing}
    for name, need in recovering:
        if name in causes and need in states and need not in causes[name]:
            causes[name].append(need)
    causes |= {need: [] for explaining in list(causes.values()) for need in explaining if need not in causes}
    roots: dict[str, frozenset[str]] = {}
    for start in failing:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            open_ones = [each for each in causes[name] if each not in roots]
            if open_ones:
                waiting += open_ones
                continue
            waiting.pop()
            roots[name] = frozenset().union(*(roots[each] or {each} for each in causes[name]))
    place = {name: number for number, name in enumerate(states)}
    return {name: tuple(sorted(roots[name], key=place.__getitem__)) for name in failing}


def affected_by(roots: Mapping[str, Sequence[str]]) -> Counter[str]:
    """How many failures each root explains."""
    return Counter(root for found in roots.values() for root in found)


def dependents(name: str, needs: Mapping[str, Needs]) -> tuple[str, ...]:
    """What depends on `name` at once, in the order of `needs`."""
    return tuple(each for each, its in needs.items() if name in its.names)


def _causes(name: str, states: Mapping[str, ServiceState], needs: Needs) -> list[str]:
    """What of its needs explains that `name` fails as it does."""
    is_down = states[name] is _DOWN
    explaining = list(_in(needs.hard, states, _GONE if is_down else _WORSE))
    gone = list(_in(needs.some, states, _GONE))
    if gone and len(needs.some) - len(gone) < needs.least:
        explaining += gone
    if not is_down:
        explaining += _in(needs.soft, states, _WORSE)
    return list(dict.fromkeys(explaining))


def _in(names: Iterable[str], states: Mapping[str, ServiceState], wanted: Sequence[ServiceState]) -> Iterator[str]:
    return (each for each in names if states.get(each) in wanted)

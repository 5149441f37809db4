"""Who is to blame when several things fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import Needs, ServiceState
from data.rules.dependencies import affected_by, cycle, dependents, root_causes

UP, DOWN, SLOW, UNKNOWN = ServiceState.UP, ServiceState.DOWN, ServiceState.DEGRADED, ServiceState.UNKNOWN


@pytest.mark.parametrize(
    ("states", "needs", "expected"),
    [
        pytest.param({"db": DOWN, "app": DOWN}, {"app": Needs(hard=("db",))}, {"db": (), "app": ("db",)}, id="hard"),
        pytest.param({"db": UP, "app": DOWN}, {"app": Needs(hard=("db",))}, {"app": ()}, id="fails on its own"),
        pytest.param(
            {"db": UNKNOWN, "app": DOWN}, {"app": Needs(hard=("db",))}, {"app": ()}, id="unknown blames nobody"
        ),
        pytest.param(
            {"db": SLOW, "app": DOWN}, {"app": Needs(hard=("db",))}, {"db": (), "app": ()}, id="slow is no outage"
        ),
        pytest.param(
            {"db": SLOW, "app": SLOW}, {"app": Needs(hard=("db",))}, {"db": (), "app": ("db",)}, id="slow by slow"
        ),
        pytest.param(
            {"db": DOWN, "app": SLOW}, {"app": Needs(soft=("db",))}, {"db": (), "app": ("db",)}, id="soft slows"
        ),
        pytest.param(
            {"db": DOWN, "app": DOWN}, {"app": Needs(soft=("db",))}, {"db": (), "app": ()}, id="soft stops nothing"
        ),
        pytest.param(
            {"a": DOWN, "b": UP, "app": DOWN},
            {"app": Needs(some=("a", "b"))},
            {"a": (), "app": ()},
            id="one of two is left",
        ),
        pytest.param(
            {"a": DOWN, "b": DOWN, "app": DOWN},
            {"app": Needs(some=("a", "b"))},
            {"a": (), "b": (), "app": ("a", "b")},
            id="none of two is left",
        ),
        pytest.param(
            {"a": DOWN, "b": UP, "app": DOWN},
            {"app": Needs(some=("a", "b"), least=2)},
            {"a": (), "app": ("a",)},
            id="both of two are needed",
        ),
        pytest.param(
            {"top": DOWN, "left": DOWN, "right": DOWN, "base": DOWN},
            {"top": Needs(hard=("left", "right")), "left": Needs(hard=("base",)), "right": Needs(hard=("base",))},
            {"top": ("base",), "left": ("base",), "right": ("base",), "base": ()},
            id="diamond",
        ),
        pytest.param({"app": DOWN}, {"app": Needs(hard=("nobody watches",))}, {"app": ()}, id="not watched"),
    ],
)
def test_who_is_to_blame(
    states: dict[str, ServiceState], needs: dict[str, Needs], expected: dict[str, tuple[str, ...]]
) -> None:
    assert root_causes(states, needs) == expected


def test_what_needed_something_that_is_just_well_again_is_not_to_blame_yet() -> None:
    states = {"db": UP, "app": DOWN, "web": DOWN}
    needs = {"app": Needs(hard=("db",)), "web": Needs(hard=("app",))}
    assert root_causes(states, needs, {("app", "db")}) == {"app": ("db",), "web": ("db",)}
    assert root_causes(states, needs, {("web", "db"), ("gone", "db")}) == {"app": (), "web": ("db", "app")}
    assert root_causes({**states, "db": DOWN}, needs, {("app", "db")}) == root_causes({**states, "db": DOWN}, needs) | {
        "db": ()
    }


def test_a_root_is_counted_with_what_it_explains() -> None:
    roots = {"base": (), "left": ("base",), "right": ("base", "other"), "other": ()}
    assert affected_by(roots) == {"base": 2, "other": 1}


def test_a_cycle_is_written_out() -> None:
    needs = {"a": Needs(hard=("b",)), "b": Needs(soft=("c",)), "c": Needs(some=("a", "x")), "d": Needs(hard=("a",))}
    assert cycle(needs) == ("a", "b", "c", "a")
    assert cycle({"a": Needs(hard=("a",))}) == ("a", "a")
    assert cycle({"d": Needs(hard=("a", "b")), "a": Needs(hard=("c",)), "b": Needs(hard=("c",)), "c": Needs()}) == ()


def test_what_depends_on_a_service_at_once() -> None:
    needs = {"a": Needs(hard=("b",)), "b": Needs(soft=("c",)), "d": Needs(some=("b",))}
    assert dependents("b", needs) == ("a", "d")


def test_a_chain_of_thousands_is_gone_through() -> None:
    names = [str(number) for number in range(5_000)]
    needs = {name: Needs(hard=(names[number + 1],)) for number, name in enumerate(names[:-1])}
    assert cycle(needs) == ()
    assert root_causes(dict.fromkeys(names, DOWN), needs)["0"] == ("4999",)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, ServiceState], dict[str, Needs]]:
    """States, and needs that only point at later names, so that there is no cycle."""
    count = draw(st.integers(1, 8))
    names = [chr(97 + number) for number in range(count)]
    states = {name: draw(st.sampled_from([UP, DOWN, SLOW, UNKNOWN])) for name in names}
    needs = {}
    for number, name in enumerate(names):
        later = st.lists(st.sampled_from(names[number + 1 :] or ["z"]), max_size=3, unique=True).map(tuple)
        needs[name] = Needs(draw(later), draw(later), draw(later), draw(st.integers(1, 3)))
    return states, needs


@given(worlds())
def test_every_failure_is_a_root_or_has_roots_that_fail_and_are_no_others_fault(
    world: tuple[dict[str, ServiceState], dict[str, Needs]],
) -> None:
    states, needs = world
    roots = root_causes(states, needs)

    assert set(roots) == {name for name, state in states.items() if state in (DOWN, SLOW)}
    for name, found in roots.items():
        assert name not in found
        assert all(roots[root] == () for root in found)
    assert cycle(needs) == ()
    assert {name: Needs.decoded(its.encoded()) for name, its in needs.items()} == needs


@given(worlds(), st.data())
def test_a_root_that_recovers_is_blamed_no_more(
    world: tuple[dict[str, ServiceState], dict[str, Needs]], data: st.DataObject
) -> None:
    states, needs = world
    own = [name for name, found in root_causes(states, needs).items() if not found]
    if own:
        healed = data.draw(st.sampled_from(own))
        after = root_causes({**states, healed: UP}, needs)
        assert all(healed not in found for found in after.values())
        assert healed not in after

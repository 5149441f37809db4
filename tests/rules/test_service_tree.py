"""The tree of what depends on what: its lines, what is folded, and how large it can become."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from data.model import Needs, Service, ServiceState
from data.rules.service_tree import Link, Path, ServiceTree
from tests.tui.world import service

DOWN, UP = ServiceState.DOWN, ServiceState.UP


def tree(
    needs: dict[str, Needs], failing: frozenset[str] = frozenset(), groups: dict[str, str] | None = None
) -> ServiceTree:
    names = dict.fromkeys([*needs, *(name for each in needs.values() for name in each.names)])
    return ServiceTree(
        service(
            name,
            DOWN if name in failing else UP,
            needs=needs.get(name, Needs()),
            place=place,
            group=(groups or {}).get(name, "application"),
        )
        for place, name in enumerate(names)
    )


def drawn(tree: ServiceTree, chosen: dict[Path, bool] | None = None) -> list[str]:
    folds = {True: "-", False: "+", None: " "}
    return ["  " * (len(each.path) - 1) + folds[each.is_open] + each.service.name for each in tree.lines(chosen or {})]


def test_what_nothing_needs_stands_on_top_and_what_it_needs_below_in_the_order_of_the_configuration() -> None:
    needs = {
        "pank": Needs(),
        "db": Needs(),
        "app": Needs(hard=("db", "net")),
        "hüvitis": Needs(hard=("app",), soft=("pank",)),
    }
    assert drawn(tree(needs)) == ["-hüvitis", "  -app", "     db", "     net", "   pank"]


def test_business_services_come_first_and_what_depends_on_nothing_last() -> None:
    needs = {"üksik": Needs(), "töö": Needs(hard=("db",)), "toetus": Needs(hard=("db",)), "db": Needs()}
    assert drawn(tree(needs, groups={"toetus": "service"})) == ["-toetus", "   db", "-töö", "   db", " üksik"]


def test_a_business_service_that_another_needs_stands_on_top_too() -> None:
    needs = {"a": Needs(hard=("b",)), "b": Needs(hard=("db",))}
    found = tree(needs, groups={"a": "service", "b": "service"})
    assert drawn(found) == ["-a", "  -b", "     db", "+b"]


def test_a_diamond_stands_below_each_parent_and_is_open_below_the_first() -> None:
    needs = {
        "top": Needs(hard=("left", "right")),
        "left": Needs(hard=("base",)),
        "right": Needs(hard=("base",)),
        "base": Needs(hard=("db",)),
    }
    found = tree(needs)
    assert drawn(found) == ["-top", "  -left", "    -base", "       db", "  -right", "    +base"]
    opened: dict[Path, bool] = {("top", "right", "base"): True}
    assert drawn(found, opened)[-2:] == ["    -base", "       db"]
    assert drawn(found, {("top", "left"): False}) == ["-top", "  +left", "  -right", "    +base"]


def test_a_folded_line_counts_each_failing_service_below_it_once() -> None:
    needs = {
        "top": Needs(hard=("left", "right")),
        "left": Needs(hard=("base",)),
        "right": Needs(hard=("base",)),
        "base": Needs(),
    }
    found = tree(needs, failing=frozenset({"base", "left"}))
    assert [each.hidden for each in found.lines({("top",): False})] == [2]
    assert {each.service.name: each.hidden for each in found.lines({})} == {"top": 0, "left": 0, "right": 0, "base": 0}


def test_a_line_says_how_the_one_above_depends_on_it() -> None:
    needs = {"app": Needs(hard=("db", "rr"), soft=("mail", "rr"), some=("a", "b"), least=1)}
    links = {each.service.name: each.link for each in tree(needs).lines({})[1:]}
    assert links == {
        "db": Link(),
        "rr": Link(),
        "a": Link(least=1, of=2),
        "b": Link(least=1, of=2),
        "mail": Link(is_soft=True),
    }


def test_what_nobody_watches_has_no_line() -> None:
    found = ServiceTree([service("app", needs=Needs(hard=("unknown",)))])
    assert drawn(found) == [" app"]


def test_a_long_chain_is_no_trouble() -> None:
    names = [f"s{number}" for number in range(1_200)]
    found = tree(
        {name: Needs(hard=(names[number + 1],)) for number, name in enumerate(names[:-1])},
        failing=frozenset({names[-1]}),
    )
    assert [len(each.path) for each in found.lines({})] == list(range(1, 1_201))
    assert found.lines({("s0",): False})[0].hidden == 1


@st.composite
def woven(draw: st.DrawFn) -> tuple[Service, ...]:
    """Services in layers, each of which may need any of the next ones."""
    count = draw(st.integers(1, 24))
    services = []
    for place in range(count):
        later = st.lists(st.sampled_from([f"s{each}" for each in range(place + 1, count + 2)]), max_size=4).map(tuple)
        needs = Needs(draw(later), draw(later), draw(later), 1)
        group = draw(st.sampled_from(["service", "application"]))
        services.append(service(f"s{place}", draw(st.sampled_from([UP, DOWN])), needs=needs, place=place, group=group))
    return tuple(services)


@given(woven())
def test_every_service_has_a_line_and_there_are_no_more_than_services_and_dependencies(
    services: tuple[Service, ...],
) -> None:
    found = ServiceTree(services)
    lines = found.lines({})
    names = {each.name for each in services}
    dependencies = sum(len(names.intersection(each.needs.names)) for each in services)
    assert {each.service.name for each in lines} == names
    assert len({each.path for each in lines}) == len(lines) <= len(services) + dependencies
    for each in services:
        place = found.place_of(each.name)
        assert place is not None and place in {line.path for line in lines}

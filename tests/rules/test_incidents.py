"""Outages, incidents and their figures, by hand-computed tables."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.incident import Channel, Notice, Outage, Stage
from data.model import Acknowledgement, Maintenance, Needs, ServiceState, Transition
from data.rules.incidents import NO_DEEDS, incidents, is_owed, median_and_p90, outages, slowdowns

STATES = dict(zip("UDXMF?", ServiceState, strict=True))
MINUTE = 60_000


def changes(letters: str) -> list[Transition]:
    """A change of state every ten minutes, each noticed a minute after it began."""
    return [
        Transition(place * 10 * MINUTE, STATES[letter], f"why {place}", place * 10 * MINUTE + MINUTE)
        for place, letter in enumerate(letters)
    ]


@pytest.mark.parametrize(
    ("letters", "spans"),
    [
        pytest.param("U", [], id="never down"),
        pytest.param("UX", [(10, None)], id="still down"),
        pytest.param("UXU", [(10, 20)], id="down once"),
        pytest.param("UXUXU", [(10, 20), (30, 40)], id="twice"),
        pytest.param("UXDU", [(10, 20)], id="over when it answers slowly"),
        pytest.param("UX?U", [(10, 30)], id="the unknown ends none"),
        pytest.param("UXFU", [(10, 30)], id="nor does flapping"),
        pytest.param("UXFXU", [(10, 40)], id="and what comes after that is the same one"),
        pytest.param("UXMU", [(10, 20)], id="maintenance ends it"),
        pytest.param("UF?D", [], id="flapping alone is none"),
    ],
)
def test_outages(letters: str, spans: list[tuple[int, int | None]]) -> None:
    found = list(outages("RR", changes(letters)))

    assert [(each.started_ms // MINUTE, each.ended_ms and each.ended_ms // MINUTE) for each in found] == spans
    assert all(each.detected_ms == each.started_ms + MINUTE for each in found)
    assert all(each.reason == f"why {each.started_ms // MINUTE // 10}" for each in found)


def outage(service: str, start: int, end: int | None = None) -> Outage:
    """One in minutes, noticed two minutes after its beginning."""
    return Outage(service, start * MINUTE, (start + 2) * MINUTE, None if end is None else end * MINUTE, "http 503")


def test_what_fails_because_of_another_is_counted_under_it() -> None:
    needs = {"menetlus": Needs(hard=("RR",)), "maksed": Needs(hard=("menetlus",)), "pank": Needs()}
    found = incidents(
        [outage("maksed", 12), outage("menetlus", 11), outage("RR", 10), outage("pank", 5, 9)], needs, {"RR"}, {}
    )

    assert [(each.service, each.affected, each.is_critical) for each in found] == [
        ("RR", ("maksed", "menetlus"), True),
        ("pank", (), False),
    ]


def test_what_only_works_worse_is_affected_too() -> None:
    needs = {"menetlus": Needs(soft=("RR",)), "iseteenindus": Needs(hard=("menetlus",)), "maksed": Needs()}
    slow = [outage("menetlus", 11, 15), outage("maksed", 11), outage("iseteenindus", 1, 5)]
    (found,) = incidents([outage("RR", 10, 20)], needs, (), {}, NO_DEEDS, slow)
    assert (found.service, found.affected) == ("RR", ("menetlus",))


@pytest.mark.parametrize(
    ("letters", "spans"),
    [
        pytest.param("UDU", [(10, 20)], id="slow once"),
        pytest.param("UDX", [(10, 20)], id="until it is down"),
        pytest.param("UD?D", [(10, None)], id="the unknown ends none"),
        pytest.param("UXM", [], id="never slow"),
    ],
)
def test_slowdowns(letters: str, spans: list[tuple[int, int | None]]) -> None:
    found = slowdowns("RR", changes(letters))
    assert [(each.started_ms // MINUTE, each.ended_ms and each.ended_ms // MINUTE) for each in found] == spans


def test_what_fails_before_or_after_what_it_needs_is_its_own_incident() -> None:
    needs = {"menetlus": Needs(hard=("RR",))}
    early = [outage("menetlus", 1), outage("RR", 10)]
    late = [outage("RR", 10, 20), outage("menetlus", 21)]

    assert {each.service for each in incidents(early, needs, (), {})} == {"menetlus", "RR"}
    assert {each.service for each in incidents(late, needs, (), {})} == {"menetlus", "RR"}


def test_one_of_several_is_to_blame_only_where_too_few_are_left() -> None:
    needs = {"menetlus": Needs(some=("a", "b"), least=1)}
    one = [outage("a", 1), outage("menetlus", 2)]
    both = [outage("a", 1), outage("b", 1), outage("menetlus", 2)]

    assert {each.service for each in incidents(one, needs, (), {})} == {"a", "menetlus"}
    assert {(each.service, each.affected) for each in incidents(both, needs, (), {})} == {
        ("a", ("menetlus",)),
        ("b", ("menetlus",)),
    }


def test_what_is_down_during_planned_maintenance_is_no_incident() -> None:
    windows = {"RR": [Maintenance(0, 30 * MINUTE, "")]}

    assert incidents([outage("RR", 10)], {}, (), windows) == ()
    assert len(incidents([outage("RR", 29)], {}, (), windows)) == 1


def notice(at: int, stage: Stage = Stage.FIRST, told: int | None = None) -> Notice:
    told_ms = None if told is None else told * MINUTE
    return Notice(f"n{at}", at * MINUTE, "Kati", stage, ("Mari",), "", "", Channel.EMAIL, "sent", told_ms)


def test_the_figures_of_an_incident() -> None:
    lost = outage("RR", 10, 40)
    deeds = NO_DEEDS._replace(
        acknowledged={lost.id: Acknowledgement("", 15 * MINUTE, "Kati")},
        notices={lost.id: [notice(16), notice(17, told=18), notice(30, Stage.UPDATE, told=31)]},
    )
    (found,) = incidents([lost], {}, (), {}, deeds)

    assert found.to_detect_ms == 2 * MINUTE
    assert found.to_acknowledge_ms == 3 * MINUTE
    assert found.to_notify_ms == 6 * MINUTE
    assert found.to_restore_ms == 30 * MINUTE
    assert found.next_ms == (31 + 15) * MINUTE
    assert (found.acknowledged_by, found.told_ms) == ("Kati", 18 * MINUTE)


@pytest.mark.parametrize(
    ("notices", "end", "now", "owed"),
    [
        ([], None, 17, False),
        ([], None, 18, True),
        ([], 20, 99, False),
        ([notice(13)], None, 18, True),
        ([notice(13, told=14)], None, 29, False),
        ([notice(13, told=14)], None, 30, True),
        ([notice(13, told=14)], 20, 30, True),
        ([notice(13, told=14), notice(21, Stage.RESTORED, told=21)], 20, 99, False),
    ],
)
def test_a_notice_is_owed_five_minutes_after_the_proof_and_fifteen_after_the_one_before(
    notices: list[Notice], end: int | None, now: int, owed: bool
) -> None:
    lost = outage("RR", 10, end)
    (found,) = incidents([lost], {}, (), {}, NO_DEEDS._replace(notices={lost.id: notices}))

    assert is_owed(found, now * MINUTE) is owed


def test_a_declared_outage_is_an_incident_that_the_person_ends() -> None:
    declared = Outage("maksed", 10 * MINUTE, 11 * MINUTE, None, "maksed vanale kontole")
    (found,) = incidents([], {}, (), {}, NO_DEEDS._replace(declared=[declared]))
    (over,) = incidents([], {}, (), {}, NO_DEEDS._replace(declared=[declared], restored={declared.id: 20 * MINUTE}))

    assert (found.is_declared, found.restored_ms, over.restored_ms) == (True, None, 20 * MINUTE)


def test_open_ones_come_first_then_the_newest() -> None:
    found = incidents([outage("a", 1, 2), outage("b", 5, 6), outage("c", 3)], {}, (), {})

    assert [each.service for each in found] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], None),
        ([None], None),
        ([7], (7, 7)),
        ([1, None, 3], (2, 3)),
        (list(range(1, 11)), (6, 9)),
        (list(range(1, 12)), (6, 10)),
    ],
)
def test_median_and_p90(values: list[int | None], told: tuple[int, int] | None) -> None:
    assert median_and_p90(values) == told


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_nine_of_ten_do_not_exceed_the_ninetieth_percentile(values: list[int]) -> None:
    figures = median_and_p90(values)
    assert figures is not None
    assert figures[1] in values
    assert sum(each <= figures[1] for each in values) >= 0.9 * len(values)
    assert figures[0] <= figures[1]


@given(st.text("UDXMF?", max_size=30))
def test_outages_follow_each_other_and_only_the_last_is_open(letters: str) -> None:
    found = list(outages("RR", changes(letters)))

    assert all(each.ended_ms is not None and each.started_ms < each.ended_ms for each in found[:-1])
    assert all(a.ended_ms is not None and a.ended_ms <= b.started_ms for a, b in pairwise(found))

"""The state of a service, by hand-computed tables and by what must always hold."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import CheckResult, Outcome, ServiceState, Transition
from data.rules.status import UNKNOWNS_TO_UNKNOWN, Watch, advance, recalled

OUTCOMES = dict(zip("osfmu", Outcome, strict=True))
SHORT = dict(zip(ServiceState, "UDXMF?", strict=True))


def run(outcomes: str, *, is_critical: bool = False) -> tuple[list[Watch], list[Transition]]:
    """The memory after each result and every transition; the n-th result is measured at n milliseconds."""
    watch, watches, transitions = Watch(is_critical=is_critical), [], []
    for at_ms, letter in enumerate(outcomes, start=1):
        watch, transition = advance(watch, CheckResult("RR", at_ms, OUTCOMES[letter], f"reason {at_ms}", 10))
        watches.append(watch)
        transitions += [transition] if transition else []
    return watches, transitions


@pytest.mark.parametrize(
    ("outcomes", "states", "starts"),
    [
        pytest.param("ooo", "UUU", [1], id="works from the first good answer"),
        pytest.param("off", "UUU", [1], id="two failures prove nothing"),
        pytest.param("offf", "UUUX", [1, 2], id="an outage starts at its first failure"),
        pytest.param("offoff", "UUUUUU", [1], id="a good answer between resets the failures"),
        pytest.param("offsff", "UUUUUU", [1], id="so does a slow one"),
        pytest.param("ofuff", "UUUUX", [1, 2], id="an unmeasured one does not"),
        pytest.param("offfo", "UUUXX", [1, 2], id="one good answer does not end an outage"),
        pytest.param("offfoo", "UUUXXU", [1, 2, 5], id="two do, from the first of them"),
        pytest.param("offfofo", "UUUXXXX", [1, 2], id="not with a failure between"),
        pytest.param("offfouo", "UUUXXXU", [1, 2, 5], id="but with an unmeasured one between"),
        pytest.param("offfuuuuu", "UUUXXXXXX", [1, 2], id="unmeasured never ends an outage"),
        pytest.param("offfuuuoo", "UUUXXXXXU", [1, 2, 8], id="recovery after a gap in an outage"),
        pytest.param("ouu", "UUU", [1], id="two unmeasured prove nothing"),
        pytest.param("ouuu", "UUU?", [1, 2], id="three unmeasured in a row are unknown"),
        pytest.param("ouuuo", "UUU?U", [1, 2, 5], id="the recovery is dated after the gap"),
        pytest.param("ouuouu", "UUUUUU", [1], id="not in a row"),
        pytest.param("ofuuuff", "UUUU??X", [1, 3, 4], id="failures are counted across a gap, times stay in order"),
        pytest.param("ososs", "UUUUD", [1, 2], id="three slow of five"),
        pytest.param("ossooos", "UUUUUUU", [1], id="slow ones grow old"),
        pytest.param("osssoo", "UUUDDU", [1, 2, 5], id="two good answers end slowness"),
        pytest.param("osssoosos", "UUUDDUUUU", [1, 2, 5], id="slowness is counted anew after it ended"),
        pytest.param("osssfff", "UUUDDDX", [1, 2, 5], id="slow, then gone"),
        pytest.param("offfsss", "UUUXXXD", [1, 2, 5], id="back, but slow"),
        pytest.param("fff", "??X", [1], id="down from the first look"),
        pytest.param("uuu", "???", [1], id="never measured"),
        pytest.param("ffo", "??U", [3], id="good after two failures at the start"),
        pytest.param("s", "?", [], id="one slow answer proves nothing of a service that nothing is known of"),
        pytest.param("so", "?U", [2], id="a good one after it does"),
        pytest.param("sss", "??D", [1], id="three slow ones do, from the first of them"),
        pytest.param("ss", "??", [], id="not two"),
        pytest.param("sffss", "????D", [1], id="three of five at the start too"),
        pytest.param("sfff", "???X", [2], id="failures keep their count after a slow first look"),
        pytest.param("uuus", "????", [1], id="nor does one prove slowness after a gap"),
        pytest.param("ouuusss", "UUU???D", [1, 2, 5], id="slowness after a gap is dated after it"),
        pytest.param("ossuuus", "UUUUU??", [1, 4], id="and counted anew"),
        pytest.param("om", "UM", [1, 2], id="one word is enough for maintenance"),
        pytest.param("omo", "UMM", [1, 2], id="one good answer does not end it"),
        pytest.param("omoo", "UMMU", [1, 2, 3], id="two do, from the first of them"),
        pytest.param("omfff", "UMMMX", [1, 2, 3], id="down after maintenance, from its first failure"),
        pytest.param("offmff", "UUUMMM", [1, 4], id="maintenance resets the failures"),
        pytest.param("offfm", "UUUXM", [1, 2, 5], id="maintenance is told over an outage"),
        pytest.param("omuuu", "UMMM?", [1, 2, 3], id="maintenance that can be measured no more"),
        pytest.param("omuu", "UMMM", [1, 2], id="not after two"),
    ],
)
def test_states(outcomes: str, states: str, starts: list[int]) -> None:
    watches, transitions = run(outcomes)

    assert "".join(SHORT[watch.state] for watch in watches) == states
    assert [transition.at_ms for transition in transitions] == starts


@pytest.mark.parametrize(
    ("outcomes", "doubt", "is_urgent"),
    [
        pytest.param("", None, False, id="nothing was looked at"),
        pytest.param("o", None, False, id="well"),
        pytest.param("of", ("X", 1, 3), True, id="one failure of a service that is up"),
        pytest.param("off", ("X", 2, 3), True, id="two"),
        pytest.param("offf", None, False, id="three are no doubt any more"),
        pytest.param("offo", None, False, id="a good answer ends the doubt"),
        pytest.param("ofu", ("?", 1, 3), False, id="the last look could not be measured"),
        pytest.param("ofuf", ("X", 2, 3), True, id="failures are counted on after that"),
        pytest.param("f", ("X", 1, 3), True, id="a failure at the very first look"),
        pytest.param("s", ("D", 1, 3), True, id="a slow first look"),
        pytest.param("os", ("D", 1, 3), False, id="slow once: no hurry"),
        pytest.param("oso", None, False, id="slow before the last look"),
        pytest.param("osos", ("D", 2, 3), False, id="twice of the last five"),
        pytest.param("offfo", ("U", 1, 2), True, id="answered once after an outage"),
        pytest.param("offfs", ("D", 1, 3), True, id="slowly"),
        pytest.param("offfu", None, False, id="unmeasured says nothing of an outage"),
        pytest.param("ossso", ("U", 1, 2), False, id="quick once after slowness"),
        pytest.param("osssf", ("X", 1, 3), True, id="failed once after slowness"),
        pytest.param("ou", ("?", 1, 3), False, id="unmeasured once"),
        pytest.param("uuuu", None, False, id="unknown, and still unmeasured"),
    ],
)
def test_doubts(outcomes: str, doubt: tuple[str, int, int] | None, is_urgent: bool) -> None:
    watch = [Watch(), *run(outcomes)[0]][-1]
    found = watch.doubt("why")

    assert (found and (SHORT[found.state], found.looks, found.needed)) == doubt
    assert found is None or found.reason == "why"
    assert watch.is_urgent is is_urgent


@pytest.mark.parametrize(
    ("outcomes", "states", "starts"),
    [
        pytest.param("off", "UUX", [1, 2], id="two failures are enough"),
        pytest.param("ofuf", "UUUX", [1, 2], id="with an unmeasured one between too"),
        pytest.param("of", "UU", [1], id="one is not"),
        pytest.param("offoo", "UUXXU", [1, 2, 4], id="it comes back as any other"),
    ],
)
def test_states_of_a_critical_one(outcomes: str, states: str, starts: list[int]) -> None:
    watches, transitions = run(outcomes, is_critical=True)

    assert "".join(SHORT[watch.state] for watch in watches) == states
    assert [transition.at_ms for transition in transitions] == starts


def test_what_fails_and_answers_by_turns_flaps_once_until_it_is_steady() -> None:
    watches, transitions = run("o" + "fo" * 30 + "o" * 30)

    told = "".join(SHORT[each.state] for each in transitions)
    assert told == "UFU"
    # The nine newest changes of twenty weigh 10.04, eight of them 9.01.
    assert transitions[1].at_ms == 10
    # The six oldest weigh 5.12, five of them 4.21.
    assert SHORT[watches[transitions[2].detected_ms - 2].state] == "F"
    assert transitions[2].detected_ms == 61 + 15
    assert transitions[2].at_ms == 61


def test_what_flapped_may_end_as_an_outage_that_began_with_its_first_failure() -> None:
    _, transitions = run("o" + "fo" * 15 + "f" * 30)

    assert "".join(SHORT[each.state] for each in transitions) == "UFX"
    assert transitions[2].at_ms == 32


def test_unmeasured_does_not_end_flapping() -> None:
    watches, _ = run("o" + "fo" * 15 + "u" * 30)

    assert SHORT[watches[-1].state] == "F"


def test_a_transition_tells_when_it_began_and_when_it_was_noticed() -> None:
    _, transitions = run("ofufof" + "f" * 9)

    assert [(each.at_ms, each.detected_ms) for each in transitions] == [(1, 1), (6, 8)]


def test_a_transition_tells_the_reason_of_the_result_that_proved_it() -> None:
    _, transitions = run("offfoo")

    assert [transition.reason for transition in transitions] == ["", "reason 4", ""]


sequences = st.text(alphabet="osfmu", max_size=60)


@given(sequences)
def test_transitions_are_in_the_order_of_time_and_always_change_the_state(outcomes: str) -> None:
    _, transitions = run(outcomes)

    assert all(before.at_ms < after.at_ms for before, after in pairwise(transitions))
    assert all(before.state is not after.state for before, after in pairwise(transitions))


@given(sequences)
def test_short_gaps_change_nothing(outcomes: str) -> None:
    if "u" * UNKNOWNS_TO_UNKNOWN in outcomes:
        outcomes = outcomes.replace("u", "")
    _, with_gaps = run(outcomes)
    _, without = run(outcomes.replace("u", ""))

    assert [each.state for each in with_gaps] == [each.state for each in without]


@given(sequences)
def test_an_outage_ends_only_with_an_answer(outcomes: str) -> None:
    watches, _ = run(outcomes)

    for before, after, letter in zip(watches, watches[1:], outcomes[1:], strict=False):
        if before.state is ServiceState.DOWN and after.state not in (ServiceState.DOWN, ServiceState.FLAPPING):
            assert letter in "osm"


@given(sequences)
def test_a_doubt_is_never_proved_and_never_of_the_state_itself(outcomes: str) -> None:
    for watch in run(outcomes)[0]:
        doubt = watch.doubt()
        assert doubt is None or (0 < doubt.looks < doubt.needed and doubt.state is not watch.state)


@given(sequences)
def test_the_next_look_like_those_of_a_doubt_brings_it_one_on_or_proves_it(outcomes: str) -> None:
    watches, _ = run(outcomes)
    letters = dict(zip("UDX?", "osfu", strict=True))
    for watch in watches[-1:]:
        if doubt := watch.doubt():
            after, _ = advance(watch, CheckResult("RR", 99, OUTCOMES[letters[SHORT[doubt.state]]], "", 10))
            later = after.doubt()
            # One of the slow looks of before may have grown old meanwhile.
            assert after.state is doubt.state or (later is not None and later.looks >= min(doubt.looks, 2))


@given(sequences)
def test_the_history_tells_the_same_doubt_as_the_memory(outcomes: str) -> None:
    watches, transitions = run(outcomes)
    looks = [(at_ms, OUTCOMES[letter]) for at_ms, letter in enumerate(outcomes, start=1)]
    state, since_ms = (transitions[-1].state, transitions[-1].at_ms) if transitions else (ServiceState.UNKNOWN, None)

    assert recalled(state, since_ms, looks).doubt() == [Watch(), *watches][-1].doubt()


@given(st.sampled_from("ofmu"), st.integers(6, 30))
def test_a_steady_service_has_a_steady_memory(letter: str, length: int) -> None:
    watches, _ = run(letter * length)

    assert watches[-1].state is watches[-2].state
    assert len(set(watches[3:])) == 1

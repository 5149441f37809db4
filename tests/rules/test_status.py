"""The state of a service, by hand-computed tables and by what must always hold."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.model import CheckResult, Outcome, ServiceState, Transition
from data.rules.status import UNKNOWNS_TO_UNKNOWN, Watch, advance

OUTCOMES = {"o": Outcome.OK, "s": Outcome.DEGRADED, "f": Outcome.FAIL, "u": Outcome.UNKNOWN}
SHORT = {ServiceState.UP: "U", ServiceState.DEGRADED: "D", ServiceState.DOWN: "X", ServiceState.UNKNOWN: "?"}


def run(outcomes: str) -> tuple[list[Watch], list[Transition]]:
    """The memory after each result and every transition; the n-th result is measured at n milliseconds."""
    watch, watches, transitions = Watch(), [], []
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
        pytest.param("s", "D", [1], id="slow, but it answers, from the first look"),
        pytest.param("uuus", "???D", [1, 4], id="slow from the first answer that could be measured"),
        pytest.param("us", "?D", [2], id="the start is the answer's own time"),
        pytest.param("ffs", "??D", [3], id="slow after two failures at the start"),
        pytest.param("sffs", "DDDD", [1], id="failures keep their count after a slow first look"),
        pytest.param("sfff", "DDDX", [1, 2], id="three of them are an outage"),
        pytest.param("so", "DD", [1], id="one good answer does not end slowness"),
        pytest.param("soo", "DDU", [1, 2], id="two do"),
        pytest.param("ouuus", "UUU?D", [1, 2, 5], id="slow after a gap"),
        pytest.param("osuuuss", "UUUU?DD", [1, 3, 6], id="and dated after it"),
    ],
)
def test_states(outcomes: str, states: str, starts: list[int]) -> None:
    watches, transitions = run(outcomes)

    assert "".join(SHORT[watch.state] for watch in watches) == states
    assert [transition.at_ms for transition in transitions] == starts


def test_a_transition_tells_the_reason_of_the_result_that_proved_it() -> None:
    _, transitions = run("offfoo")

    assert [transition.reason for transition in transitions] == ["", "reason 4", ""]


sequences = st.text(alphabet="osfu", max_size=60)


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
        if before.state is ServiceState.DOWN and after.state is not ServiceState.DOWN:
            assert letter in "os"


@given(st.sampled_from("ofu"), st.integers(6, 30))
def test_a_steady_service_has_a_steady_memory(letter: str, length: int) -> None:
    watches, _ = run(letter * length)

    assert watches[-1].state is watches[-2].state
    assert len(set(watches[3:])) == 1

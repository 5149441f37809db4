"""What the writer keeps by differences equals what counting anew would tell, after any history."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.model import AbsenceKind
from data.sources.batch import Absence, Batch
from data.store.driver import open_reader
from data.store.kept import endings

from .recount import assert_kept_is_recounted
from .world import JIRA, KEY, NOW, cache_writer, comment, places_in, ticket

WORDS = ["toetus", "peretoetus", "makse", "õigus", "tool", "tööl"]
some_ticket = st.builds(
    lambda id, **given: ticket(id, **given),
    id=st.integers(1, 6),
    project=st.sampled_from(["SKAH", "PEHU"]),
    category=st.sampled_from(["new", "indeterminate", "done"]),
    assignee=st.sampled_from(["", "Kati", "Mari"]),
    type_name=st.sampled_from(["Viga", "Epic"]),
    priority_rank=st.integers(1, 2),
    is_flagged=st.integers(0, 1),
    updated_ms=st.integers(NOW, NOW + 3),
    summary=st.sampled_from(WORDS),
    epic_key=st.sampled_from(["", "SKAH-1", "SKAH-2"]),
    fix_versions=st.lists(st.integers(1, 3), max_size=2),
    sprints=st.lists(st.integers(1, 2), max_size=1),
)
some_comment = st.builds(comment, st.integers(1, 6), st.integers(1, 6), st.sampled_from(WORDS))
some_absence = st.builds(Absence, st.integers(1, 6), st.sampled_from(AbsenceKind))
some_name = st.one_of(
    st.tuples(st.just("status"), st.sampled_from("136"), st.sampled_from(["Ootel", "Töös", "Valmis", "Uus"])),
    st.tuples(st.just("category"), st.sampled_from("136"), st.sampled_from(["new", "indeterminate", "done"])),
    st.tuples(st.just("rank"), st.just("3"), st.sampled_from("12")),
    st.tuples(st.just("user"), st.sampled_from(["kati", "mari"]), st.sampled_from(["Kati", "Mari", "Kadri"])),
)
some_batch = st.builds(
    lambda rows, comments, gone, quiet, absent, returned, names: Batch(
        {"ticket": rows, "comment": comments, "name": names},
        replace={"ticket": ("id", gone), "comment": ("ticket_id", quiet)},
        absent=absent,
        returned=returned,
    ),
    st.lists(some_ticket, max_size=5),
    st.lists(some_comment, max_size=3),
    st.lists(st.integers(1, 6), max_size=2),
    st.lists(st.integers(1, 6), max_size=2),
    st.lists(some_absence, max_size=2),
    st.lists(st.integers(1, 6), max_size=2),
    st.lists(some_name, max_size=2),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(some_batch, min_size=1, max_size=6))
def test_figures_groups_and_index_follow_any_history(batches: list[Batch]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = places_in(Path(folder))
        writer = cache_writer(places)
        for batch in batches:
            writer.apply(JIRA, batch, NOW)
        writer.close()
        connection = open_reader(places.cache, KEY)
        assert_kept_is_recounted(connection, WORDS)
        connection.close()


def test_endings_are_those_of_each_word_from_three_letters_on() -> None:
    assert endings("Peretoetus 2026 on") == "eretoetus retoetus etoetus toetus oetus etus tus"


def test_a_word_with_digits_has_no_parts_and_repeated_ones_stand_once() -> None:
    assert endings("SKAIS2 IBAN12 öölane öölane") == "ölane lane ane"

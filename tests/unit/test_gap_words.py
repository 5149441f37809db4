"""What is not here and why, in the person's language."""

from __future__ import annotations

import pytest

from data.language import use_language
from data.model import AbsenceKind, Gap, SourcePhase, SourceState, TicketAbsence
from data.words import absence_words, coverage_words, gap_words


def state(*gaps: Gap, followed: int = 20) -> SourceState:
    known = SourceState("jira", "jira", SourcePhase.FRESH, 1, 1, None, 0, None, 0, 0)
    return known._replace(gaps=gaps, followed=followed)


def test_projects_that_cannot_be_read_are_counted_and_named() -> None:
    use_language("et")
    gaps = Gap("SALA", "unreadable", 0, ""), Gap("SKAH", "unobserved", 0, "20/30"), Gap("VANA", "unreadable", 0, "")
    assert coverage_words(state(*gaps)) == "Loetavaid projekte on 18, kokku 20."
    assert gap_words(gaps[0]).startswith("Projekti SALA ei saa lugeda")
    assert gap_words(gaps[1]).startswith("Projekti SKAH 30 piletist puudub Jira vastustest 20.")


def test_tickets_that_are_still_being_read_are_counted() -> None:
    use_language("et")
    assert gap_words(Gap("SKAH", "unread", 0, "3/40")) == "Projekti SKAH 40 piletist on veel lugeda 3."


def test_where_everything_can_be_read_nothing_is_told() -> None:
    assert coverage_words(state(Gap("SKAH", "unobserved", 0, "20/30"))) == ""


def test_a_reason_that_we_do_not_know_is_told_as_it_is() -> None:
    assert gap_words(Gap("SKAH-7", "cut", 0, "")) == "SKAH-7: cut"


@pytest.mark.parametrize(
    ("kind", "new_key", "words"),
    [
        (AbsenceKind.DELETED, "", "Jiras kustutatud või teie eest varjatud"),
        (AbsenceKind.LOST, "", "ligipääs projektile kadus"),
        (AbsenceKind.LEFT, "MUU-7", "viidud projekti, mida töölaud ei jälgi, uue võtmega MUU-7"),
        (AbsenceKind.LEFT, "", "selle projekti enam ei jälgita"),
    ],
)
def test_what_became_of_a_ticket(kind: AbsenceKind, new_key: str, words: str) -> None:
    use_language("et")
    assert absence_words(TicketAbsence(1, "SKAH-1", "SKAH", kind, 0, new_key)) == words

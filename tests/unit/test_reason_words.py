"""What a look found is said in words, and what we have no words for is said as it is."""

from __future__ import annotations

import pytest

from data.language import use_language
from data.words import reason_words, source_word


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("unreachable", "ei ole kättesaadav"),
        ("http 503", "vastab veaga 503"),
        ("failing 1/7", "7 päringust ebaõnnestus 1"),
        ("expires 1", "sertifikaat aegub 1 päeva pärast"),
        ("expires 12", "sertifikaat aegub 12 päeva pärast"),
        ("value 3 < 5", "väärtus 3 on alla piiri 5"),
        ("value 7 > 5", "väärtus 7 on üle piiri 5"),
    ],
)
def test_a_reason_is_told_in_the_persons_language(reason: str, words: str) -> None:
    use_language("et")
    assert reason_words(reason) == words


@pytest.mark.parametrize(
    "reason", ["", "new", "http teapot", "http ", "failing many", "expires soon", "value 7 = 5", "value 7"]
)
def test_a_reason_of_another_form_is_told_as_it_is(reason: str) -> None:
    assert reason_words(reason) == reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("jira", "Jira"),
        ("checks", "seire"),
        ("calendar", "kalender"),
        ("calendar:Koolitused", "kalender Koolitused"),
        ("odd:one", "odd one"),
    ],
)
def test_a_source_is_told_by_its_kind_and_its_own_name(name: str, words: str) -> None:
    use_language("et")
    assert source_word(name) == words

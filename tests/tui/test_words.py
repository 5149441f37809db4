"""Names of other systems, said in the desk's own words."""

from __future__ import annotations

import pytest

from data.language import use_language
from tui.jira_fields import field_word
from tui.widgets.header import source_word


@pytest.mark.parametrize(
    ("field", "estonian", "english"),
    [
        ("status", "Staatus", "Status"),
        ("assignee", "Täitja", "Assignee"),
        ("Fix Version", "Väljalasked", "Releases"),
        ("Sünnitusosakond", "Sünnitusosakond", "Sünnitusosakond"),
    ],
)
def test_a_field_of_the_change_log_is_called_as_elsewhere_on_screen(field: str, estonian: str, english: str) -> None:
    use_language("et")
    assert field_word(field) == estonian
    use_language("en")
    assert field_word(field) == english


@pytest.mark.parametrize(("name", "shown"), [("jira", "Jira"), ("checks", "seire"), ("calendar:K", "kalender K")])
def test_a_source_is_called_as_in_the_header(name: str, shown: str) -> None:
    use_language("et")
    assert source_word(name) == shown

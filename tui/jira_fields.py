"""What Jira's own fields are called on this screen: its change log names them in Jira's inner words."""

from __future__ import annotations

from collections.abc import Callable

from data.language import _, pgettext

# The names that Jira Data Center writes into `changelog.histories[].items[].field`; own fields bear the names that
# people gave them and stay as they are.
_WORDS: dict[str, Callable[[], str]] = {
    "summary": lambda: _("Summary"),
    "description": lambda: _("Description"),
    "status": lambda: _("Status"),
    "priority": lambda: _("Priority"),
    "issuetype": lambda: _("Type"),
    "project": lambda: _("Project"),
    "key": lambda: _("Key"),
    "assignee": lambda: _("Assignee"),
    "reporter": lambda: _("Reporter"),
    "duedate": lambda: _("Due"),
    "resolution": lambda: pgettext("field", "Resolution"),
    "component": lambda: _("Components"),
    "components": lambda: _("Components"),
    "fix version": lambda: _("Releases"),
    "fixversions": lambda: _("Releases"),
    "version": lambda: pgettext("field", "Affects"),
    "versions": lambda: pgettext("field", "Affects"),
    "sprint": lambda: _("Sprints"),
    "labels": lambda: _("Labels"),
    "epic link": lambda: _("Epic"),
    "parent": lambda: _("Part of"),
    "flagged": lambda: pgettext("field", "Flag"),
    "attachment": lambda: pgettext("field", "Attachment"),
    "comment": lambda: _("Comments"),
    "link": lambda: pgettext("field", "Link"),
    "rank": lambda: pgettext("field", "Rank"),
    "timespent": lambda: pgettext("field", "Time spent"),
    "timeestimate": lambda: pgettext("field", "Time left"),
    "timeoriginalestimate": lambda: pgettext("field", "Estimate"),
    "environment": lambda: pgettext("field", "Environment"),
    "security": lambda: pgettext("field", "Security level"),
}


def field_word(name: str) -> str:
    """The word for a field of Jira's, `name` as the change log has it; an unknown one stays as it is."""
    known = _WORDS.get(name.casefold())
    return known() if known else name

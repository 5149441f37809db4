"""Which custom field of a Jira means what, and the type of an issue that has them.

Custom fields are told apart by `schema.custom`, never by name: names are localised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from data.sources.jira_wire import FieldInfo, IssueBase, IssueFields, Named
from data.text import clean_line

EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_LABEL = "com.pyxis.greenhopper.jira:gh-epic-label"
SPRINT_FIELD = "com.pyxis.greenhopper.jira:gh-sprint"
SLA_FIELD = "com.atlassian.servicedesk:sd-sla-field"
TARGET_START = "com.atlassian.jpo:jpo-custom-field-baseline-start"
TARGET_END = "com.atlassian.jpo:jpo-custom-field-baseline-end"
CHECKBOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"


@dataclass(frozen=True, slots=True)
class Layout:
    """Which custom field is what on this server, by id (`customfield_10014`); empty where it has none."""

    epic_link: str = ""
    epic_label: str = ""
    sprint: str = ""
    flagged: str = ""
    start: str = ""
    end: str = ""
    slas: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    """Ids of priorities, the most urgent first."""
    sla_names: dict[str, str] = field(default_factory=dict)

    @property
    def custom(self) -> tuple[str, ...]:
        """Every custom field to ask for."""
        named = (self.epic_link, self.epic_label, self.sprint, self.flagged, self.start, self.end)
        return (*(each for each in named if each), *self.slas)


def layout(fields: Sequence[FieldInfo], priorities: Sequence[Named], known_flag: str = "") -> Layout:
    """The server's custom fields, found by the kind that their schema names; `known_flag` is the flag's id so far."""
    by_kind: dict[str, list[FieldInfo]] = {}
    for each in fields:
        if each.schema is not None and each.schema.custom:
            by_kind.setdefault(each.schema.custom, []).append(each)

    def first(kind: str) -> str:
        return by_kind[kind][0].id if kind in by_kind else ""

    # The flag is an ordinary check box that the server makes itself: nothing but its name tells it, so that its id is
    # remembered for when somebody changes that.
    boxes = {each.id: each.name.casefold() for each in by_kind.get(CHECKBOXES, [])}
    flags = [id_ for id_, name in boxes.items() if id_ == known_flag] or [
        id_ for id_, name in boxes.items() if name in ("flagged", "lipuga")
    ]
    slas = by_kind.get(SLA_FIELD, [])
    return Layout(
        epic_link=first(EPIC_LINK),
        epic_label=first(EPIC_LABEL),
        sprint=first(SPRINT_FIELD),
        flagged=flags[0] if flags else "",
        start=first(TARGET_START),
        end=first(TARGET_END),
        slas=tuple(each.id for each in slas),
        priorities=tuple(each.id or "" for each in priorities),
        sla_names={each.id: clean_line(each.name, 100) for each in slas},
    )


def issue_type(custom: Sequence[str]) -> type[IssueBase]:
    """The struct of an issue of a server with these custom fields; they may hold anything."""
    fields = msgspec.defstruct(
        "ServerFields",
        [(each, Any, msgspec.field(name=each, default=None)) for each in custom],
        bases=(IssueFields,),
        kw_only=True,
    )
    return cast(
        type[IssueBase], msgspec.defstruct("ServerIssue", [("fields", fields)], bases=(IssueBase,), kw_only=True)
    )

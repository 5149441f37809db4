"""What Jira Data Center (REST v2 and Agile 1.0) sends, as typed structs.

Custom fields are told apart by `schema.custom`, never by name: names are localised. Field names here are Jira's own
in snake case (`fixVersions` → `fix_versions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from msgspec import Struct

from data.text import clean_line

EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_LABEL = "com.pyxis.greenhopper.jira:gh-epic-label"
SPRINT_FIELD = "com.pyxis.greenhopper.jira:gh-sprint"
SLA_FIELD = "com.atlassian.servicedesk:sd-sla-field"
TARGET_START = "com.atlassian.jpo:jpo-custom-field-baseline-start"
TARGET_END = "com.atlassian.jpo:jpo-custom-field-baseline-end"
CHECKBOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"


class Wire(Struct, rename="camel", gc=False):
    """Everything from Jira: camel case outside, snake case here; what we did not ask for is passed over."""


class Myself(Wire):
    """`/myself`."""

    name: str = ""
    key: str = ""
    time_zone: str = ""


class FieldSchema(Wire):
    """What a field is; `custom` names its kind on every server and in every language."""

    custom: str = ""


class FieldInfo(Wire):
    """One entry of `/field`."""

    id: str
    name: str = ""
    schema: FieldSchema | None = None


class Named(Wire):
    """Anything that has an id and a name."""

    id: str | None = None
    name: str = ""


class User(Wire):
    """A person on a ticket."""

    key: str | None = None
    name: str | None = None
    display_name: str | None = None


class Category(Wire):
    """`statusCategory`."""

    key: str = "undefined"


class Status(Wire, kw_only=True):
    """A status; `statusCategory.key` is the same on every server."""

    id: str | None = None
    name: str
    status_category: Category = msgspec.field(default_factory=Category)


class CommentBody(Wire, kw_only=True):
    """A comment."""

    id: str
    author: User | None = None
    created: str
    updated: str | None = None
    body: str | None = None


class Comments(Wire):
    """The `comment` field."""

    comments: list[CommentBody] = []
    total: int | None = None


class HistoryItem(Wire):
    """One changed field; Data Center sends no `fieldId`."""

    field: str = ""
    # `from` is a word of Python.
    before_id: str | None = msgspec.field(name="from", default=None)
    before: str | None = msgspec.field(name="fromString", default=None)
    after_id: str | None = msgspec.field(name="to", default=None)
    after: str | None = msgspec.field(name="toString", default=None)


class History(Wire, kw_only=True):
    """One entry of the change log."""

    id: str
    author: User | None = None
    created: str
    items: list[HistoryItem] = []


class Changelog(Wire):
    """`expand=changelog`."""

    histories: list[History] = []


class Keyed(Wire):
    """A project, or an issue of which no more is asked."""

    key: str = ""


class IssueFields(Wire, kw_only=True):
    """The fields that are asked for; a subclass made for each server adds its custom fields."""

    summary: str | None = None
    description: str | None = None
    project: Keyed | None = None
    issuetype: Named
    status: Status
    priority: Named | None = None
    assignee: User | None = None
    reporter: User | None = None
    resolution: Named | None = None
    resolutiondate: str | None = None
    created: str
    updated: str
    duedate: str | None = None
    labels: list[str] | None = None
    components: list[Named] | None = None
    fix_versions: list[Named] | None = None
    parent: Keyed | None = None
    comment: Comments | None = None


class IssueBase(Wire, kw_only=True):
    """An issue without its fields, whose type depends on the server."""

    id: str
    key: str
    changelog: Changelog | None = None


class Probe(Wire):
    """The least of an issue: when it was updated."""

    updated: str


class ProbeIssue(Wire):
    """An issue asked for with `fields=updated`."""

    id: str
    fields: Probe


class Assigned(Wire):
    """The least of an issue: whose it is."""

    assignee: User | None = None


class AssignedIssue(Wire):
    """An issue asked for with `fields=assignee`."""

    fields: Assigned


class AssigneePage(Wire):
    """A search answered with the assignee of each issue."""

    issues: list[AssignedIssue] = []


class Total(Wire):
    """A search answered with the number of issues alone."""

    total: int


class Listed(Wire):
    """What a census compares of an issue."""

    created: str
    updated: str


class ListedIssue(Wire):
    """An issue asked for with `fields=created,updated`."""

    id: str
    key: str
    fields: Listed


class ListedPage(Wire):
    """A search answered with what a census compares."""

    total: int = 0
    issues: list[ListedIssue] = []


class ProbePage(Wire):
    """A search answered with the least of each issue."""

    total: int = 0
    issues: list[ProbeIssue] = []


class VersionBody(Wire):
    """One entry of `/project/{key}/versions`."""

    id: str
    name: str = ""
    description: str | None = None
    start_date: str | None = None
    release_date: str | None = None
    released: bool = False
    archived: bool = False


class BoardBody(Wire):
    """One entry of `/rest/agile/1.0/board`."""

    id: int
    type: str = "scrum"


class SprintBody(Wire):
    """One entry of `/rest/agile/1.0/board/{id}/sprint`."""

    id: int
    name: str = ""
    state: str = ""
    goal: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    origin_board_id: int | None = None


class BoardPage(Wire):
    """Boards in the Agile envelope."""

    is_last: bool = True
    values: list[BoardBody] = []


class SprintPage(Wire):
    """Sprints in the Agile envelope."""

    is_last: bool = True
    values: list[SprintBody] = []


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


def layout(fields: Sequence[FieldInfo], priorities: Sequence[Named]) -> Layout:
    """The server's custom fields, found by the kind that their schema names."""
    by_kind: dict[str, list[FieldInfo]] = {}
    for each in fields:
        if each.schema is not None and each.schema.custom:
            by_kind.setdefault(each.schema.custom, []).append(each)

    def first(kind: str) -> str:
        return by_kind[kind][0].id if kind in by_kind else ""

    # The flag is an ordinary check box that the server makes itself: nothing but its name tells it.
    flags = [each.id for each in by_kind.get(CHECKBOXES, []) if each.name.casefold() in ("flagged", "lipuga")]
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
        sla_names={each.id: clean_line(each.name) for each in slas},
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

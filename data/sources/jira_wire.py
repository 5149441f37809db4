"""What Jira Data Center (REST v2 and Agile 1.0) sends, as typed structs.

Field names here are Jira's own in snake case (`fixVersions` → `fix_versions`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Struct


class Wire(Struct, rename="camel", gc=False):
    """Everything from Jira: camel case outside, snake case here; what we did not ask for is passed over."""


def loose_json(body: bytes) -> Any:
    """The JSON in `body`, with what the fast decoder refuses: lone surrogates, NaN, broken UTF-8. Raises ValueError."""
    return json.loads(body.decode("utf-8", "replace"))


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
    """The `comment` field, and a page of `/issue/{id}/comment`."""

    entries: list[CommentBody] = msgspec.field(name="comments", default_factory=list)
    total: int | None = None


class WorklogBody(Wire, kw_only=True):
    """A work log."""

    id: str
    issue_id: str | None = None
    author: User | None = None
    started: str
    updated: str | None = None
    time_spent_seconds: int = 0
    comment: str | None = None


class Worklogs(Wire):
    """The `worklog` field, which holds 20 at most, and a page of `/issue/{id}/worklog`."""

    entries: list[WorklogBody] = msgspec.field(name="worklogs", default_factory=list)
    total: int | None = None


class AttachmentBody(Wire, kw_only=True):
    """A file on an issue, without its content."""

    id: str
    filename: str = ""
    size: int = 0
    mime_type: str | None = None
    author: User | None = None
    created: str


class DeltaEntry(Wire):
    """One entry of `/worklog/updated` or `/worklog/deleted`; the moment is UTC epoch milliseconds."""

    worklog_id: int
    updated_time: int = 0


class DeltaPage(Wire):
    """A page of changed or deleted work logs; those of the last minute are not among them."""

    values: list[DeltaEntry] = []
    until: int = 0
    last_page: bool = True


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
    worklog: Worklogs | None = None
    attachment: list[AttachmentBody] | None = None


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


Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Listed(Wire):
    """What a census compares of an issue."""

    created: Moment
    updated: Moment


class ListedIssue(Wire):
    """An issue asked for with `fields=created,updated`."""

    id: str
    key: str
    fields: Listed


class ListedPage(Wire):
    """A search answered with what a census compares."""

    total: int = 0
    issues: list[ListedIssue] = []


class LooseIssue(Wire):
    """An issue that may be odd."""

    id: str
    key: str = ""
    fields: Any = None


class LoosePage(Wire):
    """A `ListedPage` in which an issue is odd."""

    total: int = 0
    issues: list[LooseIssue] = []


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

"""What Jira Data Center (REST v2 and Agile 1.0) sends, as typed structs, and the rows that come of it.

Custom fields are told apart by `schema.custom`, never by name: names are localised. Field names here are Jira's own
in snake case (`fixVersions` → `fix_versions`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

import msgspec
from msgspec import Struct

from data.clock import TALLINN, epoch_ms, tallinn
from data.model import StatusCategory
from data.sources.batch import Row
from data.text import clean, clean_line, sort_key

EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
EPIC_LABEL = "com.pyxis.greenhopper.jira:gh-epic-label"
SPRINT_FIELD = "com.pyxis.greenhopper.jira:gh-sprint"
SLA_FIELD = "com.atlassian.servicedesk:sd-sla-field"
TARGET_START = "com.atlassian.jpo:jpo-custom-field-baseline-start"
TARGET_END = "com.atlassian.jpo:jpo-custom-field-baseline-end"
CHECKBOXES = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"

_CATEGORY_RANK = {
    StatusCategory.NEW: 1,
    StatusCategory.IN_PROGRESS: 2,
    StatusCategory.UNDEFINED: 3,
    StatusCategory.DONE: 4,
}
_LARGEST = 2**63 - 1


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


class Parent(Wire):
    """The issue that a sub-task belongs to."""

    key: str = ""


class IssueFields(Wire, kw_only=True):
    """The fields that are asked for; a subclass made for each server adds its custom fields."""

    summary: str | None = None
    description: str | None = None
    project: Parent | None = None
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
    parent: Parent | None = None
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


@dataclass(slots=True)
class IssueRows:
    """What one issue becomes."""

    id: int
    key: str
    updated_ms: int
    ticket: Row
    comments: list[Row]
    changes: list[Row]
    has_all_comments: bool


def issue_rows(issue: Any, server: Layout) -> IssueRows:
    """The rows of one issue; raises ValueError, naming the field but not its content, when it makes no sense."""
    fields: IssueFields = issue.fields
    number = _whole(issue.id, "id")
    key = clean_line(issue.key, 100)
    project, _dash, serial = key.rpartition("-")
    category = _category(fields.status.status_category.key)
    is_open = category is not StatusCategory.DONE
    breach_ms, breach_name = _breach(fields, server) if is_open else (None, "")
    summary = clean_line(fields.summary or "")
    assignee, updated_ms = _name(fields.assignee), instant(fields.updated, "updated")
    ticket: Row = (
        number,
        key,
        clean_line(fields.project.key, 100) if fields.project and fields.project.key else project,
        _whole(serial, "key"),
        clean_line(fields.issuetype.name, 100),
        int(_is_epic(fields, server)),
        summary,
        sort_key(summary),
        clean(fields.description or ""),
        clean_line(fields.status.name, 100),
        category.value,
        _CATEGORY_RANK[category],
        int(is_open),
        clean_line(fields.priority.name, 100) if fields.priority else "",
        _priority_rank(fields.priority, server),
        user_id(fields.assignee),
        assignee,
        sort_key(assignee),
        _name(fields.reporter),
        clean_line(fields.resolution.name, 100) if fields.resolution else "",
        instant(fields.created, "created"),
        updated_ms,
        instant(fields.resolutiondate, "resolutiondate") if fields.resolutiondate else None,
        _day(fields.duedate or _custom(fields, server.end), "duedate"),
        _day(_custom(fields, server.start), "start"),
        breach_ms,
        breach_name,
        int(bool(_custom(fields, server.flagged))),
        _list([clean_line(label, 255) for label in fields.labels or []]),
        _list([clean_line(each.name, 255) for each in fields.components or []]),
        _list(
            [
                {"id": _whole(each.id, "fixVersions"), "name": clean_line(each.name)}
                for each in fields.fix_versions or []
            ]
        ),
        _list([{"id": each.id, "name": each.name} for each in sprints(_custom(fields, server.sprint))]),
        clean_line(str(_custom(fields, server.epic_link) or ""), 100),
        clean_line(fields.parent.key, 100) if fields.parent else "",
    )
    comments = fields.comment.comments if fields.comment else []
    return IssueRows(
        id=number,
        key=key,
        updated_ms=updated_ms,
        ticket=ticket,
        comments=[_comment_row(each, number) for each in comments],
        changes=_change_rows(issue.changelog, number),
        has_all_comments=fields.comment is not None and (fields.comment.total or 0) <= len(comments),
    )


def _comment_row(comment: CommentBody, ticket_id: int) -> Row:
    created_ms = instant(comment.created, "comment.created")
    return (
        _whole(comment.id, "comment.id"),
        ticket_id,
        _name(comment.author),
        created_ms,
        instant(comment.updated, "comment.updated") if comment.updated else created_ms,
        clean(comment.body or ""),
    )


def _change_rows(changelog: Changelog | None, ticket_id: int) -> list[Row]:
    rows: list[Row] = []
    for entry in changelog.histories if changelog else []:
        history_id, at_ms = _whole(entry.id, "changelog.id"), instant(entry.created, "changelog.created")
        author = _name(entry.author)
        for position, item in enumerate(entry.items):
            before, after = item.before, item.after
            if item.field == "duedate":
                # The strings are localised moments of midnight; the ids are the days themselves.
                before, after = item.before_id or before, item.after_id or after
            rows.append(
                (
                    ticket_id,
                    history_id,
                    position,
                    at_ms,
                    author,
                    clean_line(item.field, 100),
                    clean(before or "", 20_000),
                    clean(after or "", 20_000),
                )
            )
    return rows


def version_row(version: VersionBody, project: str) -> Row:
    """A version as a row; raises ValueError when it makes no sense."""
    return (
        _whole(version.id, "version.id"),
        project,
        clean_line(version.name),
        clean(version.description or "", 20_000),
        _day(version.start_date, "startDate"),
        _day(version.release_date, "releaseDate"),
        int(version.released),
        int(version.archived),
    )


def sprint_row(sprint: SprintBody, board_id: int) -> Row:
    """A sprint as a row; raises ValueError when it makes no sense."""
    return (
        sprint.id,
        clean_line(sprint.name),
        clean_line(sprint.state, 20).lower(),
        clean(sprint.goal or "", 20_000),
        _moment_day(sprint.start_date),
        _moment_day(sprint.end_date),
        sprint.origin_board_id or board_id,
    )


@dataclass(frozen=True, slots=True)
class SprintName:
    """A sprint as a ticket tells it."""

    id: int
    name: str


_SPRINT_PART = re.compile(
    r"(?:^|,)(id|rapidViewId|state|name|startDate|endDate|completeDate|activatedDate|sequence|goal|synced|"
    r"autoStartStop|incompleteIssuesDestinationId)="
)


def sprints(value: Any) -> list[SprintName]:
    """The sprints of a ticket from the sprint field: Java strings on older servers, objects on newer ones.

    `com.atlassian.greenhopper…Sprint@1f[id=5820,rapidViewId=3504,state=CLOSED,name=IR301 - Monorail!, part 2,…]`:
    names hold commas, so the string is cut at the words that are known to be keys. What is neither form is left out.
    """
    found = []
    for each in value if isinstance(value, list) else []:
        if isinstance(each, dict):
            parts = {name: str(part) for name, part in each.items()}
        else:
            _java, _bracket, inner = str(each).partition("[")
            pieces = _SPRINT_PART.split(inner.removesuffix("]"))
            parts = {}
            for name, part in zip(pieces[1::2], pieces[2::2], strict=True):
                parts.setdefault(name, part)
        if parts.get("id", "").isdecimal() and int(parts["id"]) <= _LARGEST:
            found.append(SprintName(int(parts["id"]), clean_line(parts.get("name", ""))))
    return found


def _breach(fields: IssueFields, server: Layout) -> tuple[int | None, str]:
    """The nearest running SLA clock: when it runs out, and its name. Clocks that are odd, over or paused are none."""
    running: list[tuple[int, str]] = []
    for field_id in server.slas:
        clock = _custom(fields, field_id)
        cycle = clock.get("ongoingCycle") if isinstance(clock, dict) else None
        if not isinstance(cycle, dict) or cycle.get("paused"):
            continue
        breach = cycle.get("breachTime")
        at_ms = breach.get("epochMillis") if isinstance(breach, dict) else None
        if isinstance(at_ms, int) and abs(at_ms) <= _LARGEST:
            name = clock.get("name")
            running.append((at_ms, clean_line(name, 100) if isinstance(name, str) else server.sla_names[field_id]))
    return min(running) if running else (None, "")


def _is_epic(fields: IssueFields, server: Layout) -> bool:
    # Only epics have an epic name; servers without that field have the type by its name.
    if server.epic_label:
        return bool(_custom(fields, server.epic_label))
    return fields.issuetype.name.casefold() in ("epic", "eepos")


def _priority_rank(priority: Named | None, server: Layout) -> int:
    if priority is None or priority.id is None:
        return 99
    if priority.id in server.priorities:
        return server.priorities.index(priority.id) + 1
    return int(priority.id) if priority.id.isdecimal() and len(priority.id) < 6 else 99


def _category(key: str) -> StatusCategory:
    try:
        return StatusCategory(key)
    except ValueError:
        return StatusCategory.UNDEFINED


def _custom(fields: IssueFields, field_id: str) -> Any:
    return getattr(fields, field_id) if field_id else None


def _name(user: User | None) -> str:
    return clean_line(user.display_name or user.name or user.key or "", 200) if user else ""


def user_id(user: User | Myself | None) -> str:
    """What stands for a person: the key, which stays when they change their name."""
    return clean_line(user.key or user.name or "", 200) if user else ""


def instant(text: str, name: str) -> int:
    """UTC epoch milliseconds of Jira's `2026-12-04T09:14:00.000+0200`; raises ValueError naming the field."""
    try:
        return epoch_ms(datetime.fromisoformat(text))
    except (ValueError, OverflowError, TypeError) as error:
        raise ValueError(f"{name} is no moment") from error


def _day(value: Any, name: str) -> str:
    if not value:
        return ""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise ValueError(f"{name} is no day") from error


def _moment_day(text: str | None) -> str:
    """The day in Tallinn of a moment."""
    return tallinn(instant(text, "sprint date")).astimezone(TALLINN).date().isoformat() if text else ""


def _whole(text: str | None, name: str) -> int:
    if text is None or not text.isdecimal() or int(text) > _LARGEST:
        raise ValueError(f"{name} is no number")
    return int(text)


def _list(items: list[Any]) -> str:
    return json.dumps(items, ensure_ascii=False, separators=(",", ":")) if items else "[]"

"""From what Jira sends to rows of the store: cleaned, typed, and refused when it makes no sense."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec

from data.clock import epoch_ms
from data.model import StatusCategory
from data.sources.batch import Row
from data.sources.jira_clocks import clock_of, encoded, nearest
from data.sources.jira_layout import Layout
from data.sources.jira_wire import (
    AttachmentBody,
    Changelog,
    CommentBody,
    IssueFields,
    Myself,
    Named,
    User,
    WorklogBody,
)
from data.text import clean, clean_line, sort_key

_LARGEST = 2**63 - 1
_encoder = msgspec.json.Encoder()
_known_line = lru_cache(maxsize=8_192)(clean_line)
"""`clean_line` for what stands on many tickets: names of people, statuses, fields."""


@dataclass(slots=True)
class IssueRows:
    """What one issue becomes."""

    id: int
    key: str
    updated_ms: int
    ticket: Row
    comments: list[Row]
    worklogs: list[Row]
    attachments: list[Row]
    changes: list[Row]
    people: list[Row]
    """Rows of `name` for everybody on it."""
    whole: tuple[str, ...]
    """Which of `comment` and `worklog` came with all of theirs."""
    partial: tuple[str, ...]
    """Which of them came with a part of theirs only."""


def issue_rows(issue: Any, server: Layout) -> IssueRows:
    """The rows of one issue; raises ValueError, naming the field but not its content, when it makes no sense."""
    fields: IssueFields = issue.fields
    number = whole(issue.id, "id")
    key = clean_line(issue.key, 100)
    project, _dash, serial = key.rpartition("-")
    category = StatusCategory.of(fields.status.status_category.key)
    is_open = category is not StatusCategory.DONE
    clocks = [*_clocks(fields, server)]
    breach_ms, breach_name = nearest(clocks) if is_open else (None, "")
    summary = clean_line(fields.summary or "")
    assignee, updated_ms = _name(fields.assignee), instant(fields.updated, "updated")
    ticket: Row = (
        number,
        key,
        _known_line(fields.project.key, 100) if fields.project and fields.project.key else project,
        whole(serial, "key"),
        _id(fields.issuetype.id),
        _known_line(fields.issuetype.name, 100),
        int(_is_epic(fields, server)),
        summary,
        sort_key(summary),
        clean(fields.description or ""),
        _id(fields.status.id),
        _known_line(fields.status.name, 100),
        category.value,
        category.rank,
        int(is_open),
        _id(fields.priority.id) if fields.priority else "",
        _known_line(fields.priority.name, 100) if fields.priority else "",
        _priority_rank(fields.priority, server),
        user_id(fields.assignee),
        assignee,
        sort_key(assignee),
        user_id(fields.reporter),
        _name(fields.reporter),
        _known_line(fields.resolution.name, 100) if fields.resolution else "",
        instant(fields.created, "created"),
        updated_ms,
        instant(fields.resolutiondate, "resolutiondate") if fields.resolutiondate else None,
        day(fields.duedate or _custom(fields, server.end), "duedate"),
        day(_custom(fields, server.start), "start"),
        breach_ms,
        breach_name,
        encoded(clocks),
        int(bool(_custom(fields, server.flagged))),
        _list([_known_line(label, 255) for label in fields.labels or []]),
        _list([{"id": _id(each.id), "name": _known_line(each.name, 255)} for each in fields.components or []]),
        _list(
            [
                {"id": whole(each.id, "fixVersions"), "name": _known_line(each.name)}
                for each in fields.fix_versions or []
            ]
        ),
        _list([{"id": each.id, "name": each.name} for each in sprints(_custom(fields, server.sprint))]),
        clean_line(str(_custom(fields, server.epic_link) or ""), 100),
        clean_line(fields.parent.key, 100) if fields.parent else "",
    )
    comments = fields.comment.entries if fields.comment else []
    worklogs = fields.worklog.entries if fields.worklog else []
    is_whole = {
        name: (part.total or 0) <= len(part.entries)
        for name, part in (("comment", fields.comment), ("worklog", fields.worklog))
        if part
    }
    return IssueRows(
        id=number,
        key=key,
        updated_ms=updated_ms,
        ticket=ticket,
        comments=[comment_row(each, number) for each in comments],
        worklogs=[worklog_row(each, number) for each in worklogs],
        attachments=[_attachment_row(each, number) for each in fields.attachment or []],
        changes=_change_rows(issue.changelog, number),
        people=user_rows(_people(fields, comments, issue.changelog)),
        whole=tuple(name for name, is_all in is_whole.items() if is_all),
        partial=tuple(name for name, is_all in is_whole.items() if not is_all),
    )


def _people(fields: IssueFields, comments: Iterable[CommentBody], changelog: Changelog | None) -> Iterator[User | None]:
    yield fields.assignee
    yield fields.reporter
    yield from (comment.author for comment in comments)
    yield from (entry.author for entry in (changelog.histories if changelog else []))


def comment_row(comment: CommentBody, ticket_id: int) -> Row:
    """A comment as a row; raises ValueError when it makes no sense."""
    created_ms = instant(comment.created, "comment.created")
    return (
        whole(comment.id, "comment.id"),
        ticket_id,
        user_id(comment.author),
        _name(comment.author),
        created_ms,
        instant(comment.updated, "comment.updated") if comment.updated else created_ms,
        clean(comment.body or ""),
    )


def worklog_row(worklog: WorklogBody, ticket_id: int) -> Row:
    """A work log as a row; raises ValueError when it makes no sense."""
    started_ms = instant(worklog.started, "worklog.started")
    return (
        whole(worklog.id, "worklog.id"),
        ticket_id,
        user_id(worklog.author),
        _name(worklog.author),
        started_ms,
        worklog.time_spent_seconds,
        instant(worklog.updated, "worklog.updated") if worklog.updated else started_ms,
        clean(worklog.comment or ""),
    )


def _attachment_row(attachment: AttachmentBody, ticket_id: int) -> Row:
    return (
        whole(attachment.id, "attachment.id"),
        ticket_id,
        clean_line(attachment.filename, 255),
        attachment.size,
        clean_line(attachment.mime_type or "", 100),
        user_id(attachment.author),
        _name(attachment.author),
        instant(attachment.created, "attachment.created"),
    )


def _change_rows(changelog: Changelog | None, ticket_id: int) -> list[Row]:
    rows: list[Row] = []
    for entry in changelog.histories if changelog else []:
        history_id, at_ms = whole(entry.id, "changelog.id"), instant(entry.created, "changelog.created")
        author_id, author = user_id(entry.author), _name(entry.author)
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
                    author_id,
                    author,
                    _known_line(item.field, 100),
                    clean(before, 20_000) if before else "",
                    clean(after, 20_000) if after else "",
                    _id(item.before_id) if item.field == "status" else "",
                    _id(item.after_id) if item.field == "status" else "",
                )
            )
    return rows


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


def _clocks(fields: IssueFields, server: Layout) -> Iterator[dict[str, Any]]:
    for field_id in server.slas:
        if clock := clock_of(field_id, server.sla_names[field_id], _custom(fields, field_id)):
            yield clock


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


def _custom(fields: IssueFields, field_id: str) -> Any:
    return getattr(fields, field_id) if field_id else None


def _id(text: str | None) -> str:
    return _known_line(text or "", 100)


def _name(user: User | None) -> str:
    return _known_line(user.display_name or user.name or user.key or "", 200) if user else ""


def name_rows(kind: str, own_id: str | None, text: str) -> list[Row]:
    """The row of `name` for something that has an id; none for what has none, or no name."""
    known, told = _id(own_id), clean_line(text, 100)
    return [(kind, known, told)] if known and told else []


def user_rows(users: Iterable[User | None]) -> list[Row]:
    """The rows of `name` for people, each once."""
    people = {(user.key or user.name, user.display_name): user for user in users if user}
    rows = dict.fromkeys(("user", user_id(user), _name(user)) for user in people.values())
    return [row for row in rows if row[1] and row[2]]


def user_id(user: User | Myself | None) -> str:
    """What stands for a person: the key, which stays when they change their name."""
    return _known_line(user.key or user.name or "", 200) if user else ""


def instant(text: str, name: str) -> int:
    """UTC epoch milliseconds of Jira's `2026-12-04T09:14:00.000+0200`; raises ValueError naming the field."""
    try:
        return _epoch_ms(text)
    except (ValueError, OverflowError, TypeError) as error:
        raise ValueError(f"{name} is no moment") from error


@lru_cache(maxsize=8_192)
def _epoch_ms(text: str) -> int:
    # An issue tells the same moment in many places: who made a comment did not change it, one edit makes many changes.
    moment = datetime.fromisoformat(text)
    return epoch_ms(moment) if moment.tzinfo is None else round(moment.timestamp() * 1000)


def day(value: Any, name: str) -> str:
    """The ISO date that a value begins with, or an empty text; raises ValueError naming the field."""
    if not value:
        return ""
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise ValueError(f"{name} is no day") from error


def whole(text: str | None, name: str) -> int:
    """The number that an id is; raises ValueError naming the field."""
    if text is None or not text.isdecimal() or int(text) > _LARGEST:
        raise ValueError(f"{name} is no number")
    return int(text)


def _list(items: list[Any]) -> str:
    return _encoder.encode(items).decode() if items else "[]"

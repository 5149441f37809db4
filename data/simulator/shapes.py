"""Tickets and their words as Jira Data Center 10.3 writes them in JSON (REST v2)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from data.clock import tallinn
from data.simulator import catalog
from data.simulator.catalog import IssueType, Project, Status
from data.simulator.issue import Change, Issue, Note, Worklog
from data.simulator.people import Person
from data.simulator.plan import Version
from data.simulator.sla import resolution_cycle, response_cycle
from data.simulator.stamps import sla, sprint_text, stamp
from data.simulator.world import World

Json = dict[str, Any]

EMBEDDED_WORKLOGS = 20
"""Work logs that come with a ticket; the rest is asked for."""
_PRIORITY = {each[0]: each for each in catalog.PRIORITIES}


class Shapes:
    """Writes the world for one base address; what never changes is encoded once."""

    def __init__(self, world: World, base: str) -> None:
        self._world = world
        self.base = base
        self.api = f"{base}/rest/api/2"
        self._done: dict[object, msgspec.Raw] = {}
        self._done_for = dict(world.words)
        self._fields: dict[str, Callable[[Issue, int], Any]] = self._writers()

    def _once(self, key: object, make: Callable[[], Json]) -> msgspec.Raw:
        if self._done_for != self._world.words:
            self._done, self._done_for = {}, dict(self._world.words)
        raw = self._done.get(key)
        if raw is None:
            raw = self._done[key] = msgspec.Raw(msgspec.json.encode(make()))
        return raw

    def word(self, kind: str, id_: str, otherwise: str) -> str:
        """The name that something has now."""
        return self._world.words.get((kind, id_), otherwise)

    def _pictures(self, of: str, number: int) -> Json:
        # A real server names four sizes; two keep a page of a thousand tickets half as long.
        address = f"{self.base}/secure/{of}avatar?avatarId={number}"
        return {"48x48": address, "16x16": f"{address}&size=xsmall"}

    def user(self, person: Person | None) -> msgspec.Raw | None:
        """A user as it stands inside other things."""
        return self._once(("user", person.key), lambda: self.user_json(person)) if person else None

    def user_json(self, person: Person) -> Json:
        """A user."""
        return {
            "self": f"{self.api}/user?username={person.name}", "name": person.name, "key": person.key,
            "emailAddress": person.mail, "avatarUrls": self._pictures("user", 10122),
            "displayName": self.word("user", person.key, person.display_name), "active": True,
            "timeZone": self._world.zone,
        }  # fmt: skip

    def status(self, status: Status) -> msgspec.Raw:
        """A status with its category."""
        number, colour, name = catalog.CATEGORIES[status.category]
        return self._once(status, lambda: {
            "self": f"{self.api}/status/{status.id}", "description": "",
            "name": self.word("status", status.id, status.name), "id": status.id,
            "iconUrl": f"{self.base}/images/icons/statuses/generic.png",
            "statusCategory": {"self": f"{self.api}/statuscategory/{number}", "id": number, "key": status.category,
                               "colorName": colour, "name": name},
        })  # fmt: skip

    def issue_type(self, type_: IssueType) -> msgspec.Raw:
        """An issue type."""
        return self._once(type_, lambda: {
            "self": f"{self.api}/issuetype/{type_.id}", "id": type_.id, "description": type_.description,
            "iconUrl": f"{self.base}/secure/viewavatar?size=xsmall&avatarType=issuetype", "name": type_.name,
            "subtask": type_.subtask, "avatarId": 10303,
        })  # fmt: skip

    def priority(self, priority: str, *, whole: bool = False) -> msgspec.Raw:
        """A priority; in its own list with description and colour."""
        id_, name, description, colour = _PRIORITY[priority]
        shape = {"self": f"{self.api}/priority/{id_}", "iconUrl": f"{self.base}/images/icons/priorities/p{id_}.svg",
                 "name": name, "id": id_}  # fmt: skip
        more = {"statusColor": colour, "description": description} if whole else {}
        return self._once(("priority", id_, whole), lambda: shape | more)

    def project(self, project: Project) -> msgspec.Raw:
        """A project as it stands inside a ticket."""
        return self._once(project, lambda: self.project_json(project))

    def project_json(self, project: Project) -> Json:
        """A project."""
        return {"self": f"{self.api}/project/{project.id}", "id": str(project.id),
                "key": self._world.told(project.key),
        "name": project.name,
                "projectTypeKey": project.type_key, "avatarUrls": self._pictures("project", 10324)}  # fmt: skip

    def component(self, name: str) -> Json:
        """A component as it stands inside a ticket."""
        number = str(catalog.COMPONENTS.get(name, 10699))
        return {"self": f"{self.api}/component/{number}", "id": number, "name": self.word("component", number, name)}

    def version(self, version: Version, now_ms: int) -> Json:
        """A release; whether it is out follows from the clock."""
        today = tallinn(now_ms).date()
        released = version.end < today
        shape: Json = {
            "self": f"{self.api}/version/{version.id}", "id": str(version.id), "description": version.description,
            "name": self.word("version", str(version.id), version.name), "archived": False, "released": released,
            "startDate": version.start.isoformat(),
            "releaseDate": version.end.isoformat(), "userStartDate": f"{version.start:%d.%m.%Y}",
            "userReleaseDate": f"{version.end:%d.%m.%Y}", "projectId": catalog.PROJECTS[catalog.PERE].id,
        }  # fmt: skip
        return shape if released else shape | {"overdue": False}

    def comment(self, issue: Issue, note: Note, *, is_whole: bool = False) -> Json:
        """A comment; a whole one with its properties."""
        at = stamp(note.at_ms)
        held = [{"key": key, "value": value} for key, value in note.properties]
        more: Json = {"properties": held} if is_whole else {}
        return more | {
            "self": f"{self.api}/issue/{issue.id}/comment/{note.id}", "id": str(note.id),
            "author": self.user(note.author),
            "body": _safe(note.body), "updateAuthor": self.user(note.author), "created": at, "updated": at,
        }  # fmt: skip

    def comments(self, issue: Issue) -> Json:
        """All comments of a ticket."""
        notes = [self.comment(issue, note) for note in issue.notes]
        return {"comments": notes, "maxResults": len(notes), "total": len(notes), "startAt": 0}

    def worklog(self, issue: Issue, log: Worklog) -> Json:
        """Time spent."""
        hours, minutes = divmod(log.seconds // 60, 60)
        spent = " ".join(f"{value}{unit}" for value, unit in ((hours, "h"), (minutes, "m")) if value)
        return {
            "self": f"{self.api}/issue/{issue.id}/worklog/{log.id}", "author": self.user(log.author),
            "updateAuthor": self.user(log.author), "comment": _safe(log.comment), "created": stamp(log.updated_ms),
            "updated": stamp(log.updated_ms), "started": stamp(log.started_ms), "timeSpent": spent or "0m",
            "timeSpentSeconds": log.seconds, "id": str(log.id), "issueId": str(issue.id),
        }  # fmt: skip

    def worklogs(self, issue: Issue, start: int = 0, count: int = EMBEDDED_WORKLOGS) -> Json:
        """A page of a ticket's work logs."""
        page = [self.worklog(issue, log) for log in issue.worklogs[start : start + count]]
        return {"startAt": start, "maxResults": count, "total": len(issue.worklogs), "worklogs": page}

    def attachments(self, issue: Issue) -> list[Json]:
        """A ticket's files."""
        return [
            {"self": f"{self.api}/attachment/{file.id}", "id": str(file.id), "filename": file.filename,
             "author": self.user(file.author), "created": stamp(file.at_ms), "size": file.size,
             "mimeType": file.media_type, "content": f"{self.base}/secure/attachment/{file.id}/{file.filename}"}
            for file in issue.attachments
        ]  # fmt: skip

    def changelog(self, issue: Issue) -> Json:
        """The change log; Data Center's items have no `fieldId`."""
        histories = [self._change(change) for change in issue.changes]
        return {"startAt": 0, "maxResults": len(histories), "total": len(histories), "histories": histories}

    def _change(self, change: Change) -> Json:
        items = [
            {"field": item.field, "fieldtype": item.fieldtype, "from": item.before,
             "fromString": _safe(item.before_text),
             "to": item.after, "toString": _safe(item.after_text)}
            for item in change.items
        ]  # fmt: skip
        return {
            "id": str(change.id),
            "author": self.user(change.author),
            "created": stamp(change.at_ms),
            "items": items,
        }

    def field_names(self, wanted: Iterable[str], default: str) -> list[str]:
        """The fields that a request asks for, in the server's order: names, `*all`, `*navigable` and `-name`."""
        asked = [name.strip() for part in wanted for name in part.split(",") if name.strip()]
        added = [name for name in asked if name[0] != "-"] or [default]
        names = set()
        for name in added:
            everything = {"*all": set(self._fields), "*navigable": set(self._fields) - catalog.NOT_NAVIGABLE}
            names |= everything.get(name, {name})
        names -= {name[1:] for name in asked if name[0] == "-"}
        return [name for name in self._fields if name in names]

    def issue(self, issue: Issue, names: list[str], now_ms: int, *, changelog: bool = False) -> Json:
        """A ticket with the fields named; without any it has no `fields` at all."""
        shape = self.stub(issue.id, issue.key)
        if names:
            written = {name: self._fields[name](issue, now_ms) for name in names}
            shape["fields"] = {name: value for name, value in written.items() if value is not _ABSENT}
            if issue.raw:
                shape["fields"] |= {name: value for name, value in issue.raw.items() if name in names}
                if "fields" in issue.raw:
                    shape["fields"] = issue.raw["fields"]
        if changelog:
            shape["changelog"] = self.changelog(issue)
        return shape

    def stub(self, issue_id: int, key: str) -> Json:
        """A ticket without fields."""
        return {
            "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields", "id": str(issue_id),
            "self": f"{self.api}/issue/{issue_id}", "key": self._world.told(key),
        }  # fmt: skip

    def _related(self, key: str) -> Json | None:
        """Another ticket in few words."""
        other = self._world.find(key)
        if other is None:
            return None
        fields = {"summary": _safe(other.summary), "status": self.status(other.status),
        "priority": self.priority(other.priority),
                  "issuetype": self.issue_type(other.type)}  # fmt: skip
        return {"id": str(other.id), "key": self._world.told(other.key), "self": f"{self.api}/issue/{other.id}",
                "fields": fields}  # fmt: skip

    def _links(self, issue: Issue) -> list[Json]:
        links = []
        for place, (kind, outward, key) in enumerate(issue.links):
            id_, name, inward_word, outward_word = catalog.LINK_TYPES[kind]
            other = self._related(key)
            if other:
                type_ = {"id": id_, "name": name, "inward": inward_word, "outward": outward_word,
                         "self": f"{self.api}/issueLinkType/{id_}"}  # fmt: skip
                links.append({"id": str(issue.id * 10 + place), "self": f"{self.api}/issueLink/{issue.id * 10 + place}",
                              "type": type_, "outwardIssue" if outward else "inwardIssue": other})  # fmt: skip
        return links

    def _sla_link(self, issue: Issue, number: int) -> str:
        return f"{self.base}/rest/servicedeskapi/request/{issue.id}/sla/{number}"

    def _sprints(self, issue: Issue, now_ms: int) -> list[str] | None:
        return [sprint_text(self._world.developments.sprint(id_, now_ms)) for id_ in issue.sprints] or None

    def _writers(self) -> dict[str, Callable[[Issue, int], Any]]:
        """How each field is written; `_ABSENT` where the project does not have the field."""
        names = {field: name for field, name, *_ in catalog.CUSTOM_FIELDS}

        def of(project: str, write: Callable[[Issue, int], Any]) -> Callable[[Issue, int], Any]:
            return lambda issue, now: write(issue, now) if issue.project == project else _ABSENT

        return {
            "issuetype": lambda issue, now: self.issue_type(issue.type),
            "project": lambda issue, now: self.project(self._world.projects[issue.project]),
            "summary": lambda issue, now: _safe(issue.summary),
            "description": lambda issue, now: _safe(issue.description),
            "status": lambda issue, now: self.status(issue.status),
            "priority": lambda issue, now: self.priority(issue.priority),
            "resolution": lambda issue, now: self._resolution() if issue.resolved_ms is not None else None,
            "resolutiondate": lambda issue, now: None if issue.resolved_ms is None else stamp(issue.resolved_ms),
            "assignee": lambda issue, now: self.user(issue.assignee),
            "reporter": lambda issue, now: self.user(issue.reporter),
            "creator": lambda issue, now: self.user(issue.reporter),
            "created": lambda issue, now: stamp(issue.created_ms),
            "updated": lambda issue, now: stamp(issue.updated_ms),
            "duedate": lambda issue, now: issue.due_day,
            "labels": lambda issue, now: list(issue.labels),
            "components": lambda issue, now: [self.component(name) for name in issue.components],
            "fixVersions": self._fix_versions,
            "versions": lambda issue, now: [],
            "issuelinks": lambda issue, now: self._links(issue),
            "subtasks": lambda issue, now: [other for key in issue.subtasks if (other := self._related(key))],
            "parent": lambda issue, now: self._related(issue.parent_key) if issue.parent_key else _ABSENT,
            "environment": lambda issue, now: None,
            "votes": lambda issue, now: {"self": f"{self.api}/issue/{issue.key}/votes", "votes": 0, "hasVoted": False},
            "watches": lambda issue, now: {"self": f"{self.api}/issue/{issue.key}/watchers", "watchCount": 1,
                                           "isWatching": False},
            catalog.EPIC_LINK: of(catalog.PERE, lambda issue, now: self._world.told(issue.epic_key or "") or None),
            catalog.EPIC_LABEL: of(catalog.PERE, lambda issue, now: issue.epic_name),
            catalog.SPRINT: of(catalog.PERE, self._sprints),
            catalog.RANK: of(catalog.PERE, lambda issue, now: f"0|i{issue.number:05x}:"),
            catalog.FLAGGED: of(catalog.PERE, lambda issue, now: self._flag() if issue.is_flagged else None),
            catalog.TARGET_START: of(catalog.PERE, lambda issue, now: issue.start_day),
            catalog.TARGET_END: of(catalog.PERE, lambda issue, now: issue.end_day),
            catalog.SLA_RESPONSE: of(catalog.SKAH, lambda issue, now: sla(
                names[catalog.SLA_RESPONSE], 11, self._sla_link(issue, 11), response_cycle(issue, now))),
            catalog.SLA_RESOLUTION: of(catalog.SKAH, lambda issue, now: sla(
                names[catalog.SLA_RESOLUTION], 12, self._sla_link(issue, 12), resolution_cycle(issue, now))),
            "comment": lambda issue, now: self.comments(issue),
            "worklog": lambda issue, now: self.worklogs(issue),
            "attachment": lambda issue, now: self.attachments(issue),
        }  # fmt: skip

    def _resolution(self) -> msgspec.Raw:
        return self._once("resolution", lambda: {"self": f"{self.api}/resolution/10000", "id": "10000",
                                                 "description": "Töö on tehtud.", "name": "Tehtud"})  # fmt: skip

    def _flag(self) -> list[Json]:
        return [
            {"self": f"{self.api}/customFieldOption/10500", "value": "Impediment", "id": "10500", "disabled": False}
        ]

    def _fix_versions(self, issue: Issue, now_ms: int) -> list[Json]:
        known = (self._world.developments.version(id_) for id_ in issue.fix_versions)
        inner = ("self", "id", "description", "name", "archived", "released", "releaseDate")
        return [
            {name: value for name, value in self.version(version, now_ms).items() if name in inner}
            for version in known
            if version
        ]


class _Absent:
    pass


_ABSENT = _Absent()


_SURROGATE = re.compile("[\ud800-\udfff]")


def _safe(text: str | None) -> str | msgspec.Raw | None:
    """A text, escaped where it holds what UTF-8 cannot: half a surrogate pair, as a broken client leaves it."""
    if text is None or not _SURROGATE.search(text):
        return text
    return msgspec.Raw(json.dumps(text).encode())

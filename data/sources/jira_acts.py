"""What is done to tickets of a Jira Data Center: one action at a time, from a fresh look, and never twice.

Rules (facts on Jira, "Writing"): there is no ETag, so an edit reads the fields anew and merges; what may be repeated
is, a POST is not: what it would make is looked for first. Whatever we make carries the action's id as a property, by
which it is known again; where a server drops the property, author, words and time tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO, NamedTuple, Protocol

from data.action import Action, Attach, Comment, Create, Edit, FieldEdit, Link, LogWork, Move, Shape, Watch
from data.rules.merge import CutTextError, is_same, merged, patched
from data.sources.jira_session import ActError, JiraSession
from data.sources.jira_values import changes, told, told_fields, values_of
from data.store.driver import StoreError
from data.text import clean, clean_line

PROPERTY = "ee.peakasutaja.action"
"""The key of the property that holds an action's id."""
_INTERNAL = {"key": "sd.public.comment", "value": {"internal": True}}
"""What makes a comment internal on a service-desk project (facts on Jira, "Shapes")."""
_EARLIER_MS = 5 * 60_000
"""By how much the server's clock may be behind ours."""
_RECENT = 50
"""Issues, comments and work logs looked through for one of ours."""


class Done(NamedTuple):
    """What Jira has now."""

    ticket_id: int
    key: str
    seen_ms: int
    """Its `updated`, UTC epoch milliseconds."""


class ClashError(Exception):
    """Somebody else changed the same fields."""

    def __init__(self, theirs: Sequence[FieldEdit]) -> None:
        """`theirs`: each field as the person found it and as it is now."""
        super().__init__()
        self.theirs = tuple(theirs)


class Files(Protocol):
    """Where what is to be attached waits."""

    def open(self, digest: str) -> BinaryIO:
        """The content with this digest. Raises OSError and StoreError."""
        ...


class JiraActs:
    """Carries actions out, from one thread at a time."""

    def __init__(self, session: JiraSession, files: Files) -> None:
        self._jira = session
        self._files = files

    def carry_out(self, action: Action) -> Done:
        """Does it, unless it is there already; what Jira has then. Raises ActError and ClashError."""
        try:
            if action.is_begun:
                if found := self.found(action):
                    return found
                if isinstance(action.work, Create):
                    # The search may lag behind: what it does not show may be there all the same.
                    raise ActError("act uncertain", is_unsure=True)
            return self._carried_out(action)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ActError("act server", is_unsure=True) from None

    def _carried_out(self, action: Action) -> Done:
        match action.work:
            case Create():
                return self._create(action, action.work)
            case Comment():
                self._comment(action, action.work.text, is_internal=action.work.is_internal)
            case Move():
                self._move(action, action.work)
            case Edit():
                self._edit(action, action.work)
            case Link():
                self._link(action, action.work)
            case Watch():
                self._watch(action, action.work)
            case LogWork():
                self._log_work(action, action.work)
            case Attach():
                self._attach(action, action.work)
        return self._seen(action.ticket_id)

    def found(self, action: Action) -> Done | None:
        """What Jira has of an action of which nobody knows whether it was taken; None where it has nothing.

        What may be repeated is not looked for. Raises ActError.
        """
        match action.work:
            case Create():
                return self._found_ticket(action)
            case Comment():
                is_there = self._has_comment(action, action.work.text)
            case LogWork():
                is_there = self._has_work(action, action.work)
            case Attach():
                is_there = self._has_file(action, action.work)
            case _:
                return None  # what is there already is seen when it is done
        return self._seen(action.ticket_id) if is_there else None

    # one kind after the other

    def _create(self, action: Action, work: Create) -> Done:
        fields = {"project": {"key": work.project}, "issuetype": {"id": work.type.id}, **told_fields(work.fields)}
        made = self._jira.post("api/2/issue", {"fields": fields, "properties": [_mark(action)]})
        return self._seen(int(made["id"]))

    def _comment(self, action: Action, text: str, *, is_internal: bool) -> None:
        properties = [_mark(action), *([_INTERNAL] if is_internal else ())]
        self._jira.post(f"api/2/issue/{action.ticket_id}/comment", {"body": text, "properties": properties})

    def _move(self, action: Action, work: Move) -> None:
        issue = self._jira.get(f"api/2/issue/{action.ticket_id}", {"fields": "status"})
        if str(issue["fields"]["status"]["id"]) == work.status.id:
            # Somebody was faster, or it was us without hearing so; what was said with it is said all the same.
            if work.comment and not self._has_comment(action, work.comment):
                self._comment(action, work.comment, is_internal=work.is_internal)
            return
        listed = self._jira.get(f"api/2/issue/{action.ticket_id}/transitions", {"expand": "transitions.fields"})
        ways = [each for each in listed["transitions"] if str(each["to"]["id"]) == work.status.id]
        way = next((each for each in ways if str(each["id"]) == work.transition.id), next(iter(ways), None))
        if way is None:
            open_ways = ", ".join(str(each["to"]["name"]) for each in listed["transitions"])
            raise ActError("act no way", open_ways, is_final=True)
        _require_fields(way.get("fields") or {}, work)
        body: dict[str, Any] = {"transition": {"id": str(way["id"])}, "fields": told_fields(work.fields)}
        if work.comment:
            properties = [_mark(action), *([_INTERNAL] if work.is_internal else ())]
            body["update"] = {"comment": [{"add": {"body": work.comment, "properties": properties}}]}
        self._jira.post(f"api/2/issue/{action.ticket_id}/transitions", body)

    def _edit(self, action: Action, work: Edit) -> None:
        names = ",".join(each.field for each in work.fields)
        issue = self._jira.get(f"api/2/issue/{action.ticket_id}", {"fields": names})
        fields: dict[str, Any] = {}
        updates: dict[str, Any] = {}
        theirs = []
        for each in work.fields:
            raw = issue["fields"].get(each.field)
            now = values_of(each.shape, clean_line(raw) if each.field == "summary" else raw)
            wanted = merged(each, now)
            if wanted is None:
                theirs.append(each._replace(after=now))
            elif each.shape.is_many:
                if steps := changes(each.shape, now, wanted):
                    updates[each.field] = steps
            elif not is_same(wanted, now):
                is_text = each.shape is Shape.TEXT and each.field != "summary" and wanted and isinstance(raw, str)
                fields[each.field] = _written(raw, wanted[0].word) if is_text else told(each.shape, wanted)
        if theirs:
            raise ClashError(theirs)
        if not updates and set(fields) == {"assignee"}:
            # A right of its own, and a route of its own.
            self._jira.put(f"api/2/issue/{action.ticket_id}/assignee", fields["assignee"] or {"name": None})
        elif fields or updates:
            self._jira.put(f"api/2/issue/{action.ticket_id}", {"fields": fields, "update": updates})

    def _link(self, action: Action, work: Link) -> None:
        issue = self._jira.get(f"api/2/issue/{action.ticket_id}", {"fields": "issuelinks"})
        side = "inwardIssue" if work.is_inward else "outwardIssue"
        for each in issue["fields"].get("issuelinks") or ():
            if each["type"]["name"] == work.type.id and (each.get(side) or {}).get("key") == work.other:
                return
        ours, other = {"key": issue["key"]}, {"key": work.other}
        sides = {"inwardIssue": other, "outwardIssue": ours} if work.is_inward else {
            "inwardIssue": ours, "outwardIssue": other}  # fmt: skip
        self._jira.post("api/2/issueLink", {"type": {"name": work.type.id}, **sides})

    def _watch(self, action: Action, work: Watch) -> None:
        path = f"api/2/issue/{action.ticket_id}/watchers"
        if work.is_on:
            self._jira.post(path, self._jira.me)
        else:
            self._jira.delete(path, {"username": self._jira.me})

    def _log_work(self, action: Action, work: LogWork) -> None:
        started = datetime.fromtimestamp(work.started_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        body = {"timeSpentSeconds": work.seconds, "started": started, "comment": work.text}
        self._jira.post(f"api/2/issue/{action.ticket_id}/worklog", body, {"adjustEstimate": "auto"})

    def _attach(self, action: Action, work: Attach) -> None:
        try:
            content = self._files.open(work.digest)
        except (OSError, StoreError):
            raise ActError("act no file", work.name, is_final=True) from None
        with content:
            self._jira.attach(action.ticket_id, work.name, content)

    # what is there

    def _seen(self, ticket_id: int) -> Done:
        issue = self._jira.get(f"api/2/issue/{ticket_id}", {"fields": "updated"})
        return Done(int(issue["id"]), str(issue["key"]), _moment(issue["fields"]["updated"]))

    def _found_ticket(self, action: Action) -> Done | None:
        assert isinstance(action.work, Create)
        minutes = _EARLIER_MS // 60_000 + 24 * 60
        jql = f'project = "{action.work.project}" AND creator = currentUser() AND created >= -{minutes}m'
        asked = {"jql": f"{jql} ORDER BY created DESC", "maxResults": str(_RECENT), "fields": "created"}
        earliest_ms = (action.begun_ms or action.at_ms) - _EARLIER_MS
        for issue in self._jira.get("api/2/search", asked)["issues"]:
            if _moment(issue["fields"]["created"]) >= earliest_ms and self._is_marked(issue, action):
                return self._seen(int(issue["id"]))
        return None

    def _is_marked(self, issue: Mapping[str, Any], action: Action) -> bool:
        """Whether an issue carries the action's id."""
        try:
            held = self._jira.get(f"api/2/issue/{issue['id']}/properties/{PROPERTY}")
        except ActError as error:
            if error.code != "act gone":
                raise
            return False
        return isinstance(held, dict) and (held.get("value") or {}).get("id") == action.id

    def _has_comment(self, action: Action, text: str) -> bool:
        asked = {"expand": "properties", "orderBy": "-created", "maxResults": str(_RECENT)}
        listed = self._jira.get(f"api/2/issue/{action.ticket_id}/comment", asked)
        for each in listed["comments"]:
            marks = [held["value"] for held in each.get("properties") or () if held.get("key") == PROPERTY]
            if any(mark.get("id") == action.id for mark in marks):
                return True
            if not marks and self._is_ours(each, action) and clean(each["body"]).strip() == text.strip():
                return True
        return False

    def _has_work(self, action: Action, work: LogWork) -> bool:
        listed = self._jira.get(f"api/2/issue/{action.ticket_id}/worklog")
        return any(
            self._is_ours(each, action)
            and each["timeSpentSeconds"] == work.seconds
            and _moment(each["started"]) // 1000 == work.started_ms // 1000
            for each in listed["worklogs"]
        )

    def _has_file(self, action: Action, work: Attach) -> bool:
        issue = self._jira.get(f"api/2/issue/{action.ticket_id}", {"fields": "attachment"})
        return any(
            self._is_ours(each, action) and each["filename"] == work.name and each["size"] == work.size
            for each in issue["fields"].get("attachment") or ()
        )

    def _is_ours(self, made: Mapping[str, Any], action: Action) -> bool:
        """Whether something is by us, and not older than the action."""
        author = made.get("author") or {}
        begun_ms = action.begun_ms or action.at_ms
        return author.get("name") == self._jira.me and _moment(made["created"]) >= begun_ms - _EARLIER_MS


def _require_fields(screen: Mapping[str, Any], work: Move) -> None:
    """Raises ActError where the transition's screen demands a field that nobody has filled in."""
    given = {each.field for each in work.fields if each.after} | ({"comment"} if work.comment else set())
    missing = [
        str(field.get("name") or name)
        for name, field in screen.items()
        if field.get("required") and not field.get("hasDefaultValue") and name not in given
    ]
    if missing:
        raise ActError("act fields", ", ".join(missing), is_final=True)


def _written(raw: str, wanted: str) -> str:
    try:
        return patched(raw, wanted)
    except CutTextError:
        raise ActError("act cut text", is_final=True) from None


def _mark(action: Action) -> dict[str, Any]:
    return {"key": PROPERTY, "value": {"id": action.id}}


def _moment(text: str) -> int:
    """UTC epoch milliseconds of `2026-12-04T09:14:00.000+0200`."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)

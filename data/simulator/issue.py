"""A ticket of the invented Jira as a record, and what can be done to it; nothing here knows JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from data.simulator import catalog
from data.simulator.catalog import Status
from data.simulator.people import Person

PARTS = 1_000_000
"""Ids that each ticket has for its comments, and as many for its work logs: no two tickets may share one."""


@dataclass(frozen=True, slots=True)
class Note:
    """A comment."""

    id: int
    author: Person
    at_ms: int
    body: str
    properties: tuple[tuple[str, Any], ...] = ()
    """Keys and values that others have hung on it."""


@dataclass(frozen=True, slots=True)
class Worklog:
    """Time spent."""

    id: int
    author: Person
    started_ms: int
    updated_ms: int
    seconds: int
    comment: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file without its content."""

    id: int
    author: Person
    at_ms: int
    filename: str
    size: int
    media_type: str
    digest: str = ""
    """SHA-256 of what was sent; empty for a file that is a story only."""


@dataclass(frozen=True, slots=True)
class Item:
    """One field of one change: what it held and holds, as ids and as words; None where a side is empty."""

    field: str
    fieldtype: str
    before: str | None
    before_text: str | None
    after: str | None
    after_text: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change log."""

    id: int
    author: Person
    at_ms: int
    items: tuple[Item, ...]


@dataclass(slots=True)
class Issue:
    """A ticket. Its acts keep change log and `updated_ms` right; the registry keeps the index."""

    id: int
    project: str
    number: int
    type: catalog.IssueType
    summary: str
    description: str | None
    status: Status
    priority: str
    reporter: Person
    created_ms: int
    updated_ms: int
    assignee: Person | None = None
    resolved_ms: int | None = None
    due_day: str | None = None
    start_day: str | None = None
    end_day: str | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    fix_versions: tuple[int, ...] = ()
    sprints: tuple[int, ...] = ()
    epic_key: str | None = None
    epic_name: str | None = None
    parent_key: str | None = None
    subtasks: tuple[str, ...] = ()
    is_flagged: bool = False
    links: tuple[tuple[str, bool, str], ...] = ()
    """Kind of link, whether this ticket is its source, and the other ticket's key."""
    notes: list[Note] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    watchers: tuple[str, ...] = ()
    """User names."""
    properties: dict[str, Any] = field(default_factory=dict)
    """Values that others have hung on it, by key."""
    raw: dict[str, Any] = field(default_factory=dict)
    """Values that stand in the answer as they are, for tests with odd tickets; `fields` replaces them all."""

    @property
    def key(self) -> str:
        """`SKAH-4127`."""
        return f"{self.project}-{self.number}"

    def say(self, at_ms: int, author: Person, body: str, properties: tuple[tuple[str, Any], ...] = ()) -> Note:
        """Adds a comment."""
        self.notes.append(Note(self.id * PARTS + len(self.notes), author, at_ms, body, properties))
        self.updated_ms = at_ms
        return self.notes[-1]

    def spend(self, at_ms: int, author: Person, seconds: int, comment: str = "") -> Worklog:
        """Logs work that ended at `at_ms`; like the server's own, its `updated` moves the ticket's."""
        number = max((each.id for each in self.worklogs), default=self.id * PARTS - 1) + 1
        self.worklogs.append(Worklog(number, author, at_ms - seconds * 1000, at_ms, seconds, comment))
        self.updated_ms = at_ms
        return self.worklogs[-1]

    def log(self, at_ms: int, author: Person, seconds: int, comment: str, started: str) -> None:
        """Logs work that began at `started`, a moment as Jira writes it."""
        log = self.spend(at_ms, author, seconds, comment)
        began_ms = round(datetime.fromisoformat(started).timestamp() * 1000) if started else log.started_ms
        self.worklogs[-1] = replace(log, started_ms=began_ms)

    def attach(
        self, at_ms: int, author: Person, filename: str, size: int, media_type: str, digest: str = ""
    ) -> Attachment:
        """Adds a file."""
        number = self.id * PARTS + len(self.attachments)
        self.attachments.append(Attachment(number, author, at_ms, filename, size, media_type, digest))
        self.updated_ms = at_ms
        return self.attachments[-1]

    def change(self, at_ms: int, author: Person, *items: Item) -> None:
        """Adds an entry to the change log."""
        self.changes.append(Change(self.id * PARTS + len(self.changes), author, at_ms, items))
        self.updated_ms = at_ms

    def move(self, at_ms: int, author: Person, status: Status) -> None:
        """Changes the status, and the resolution with it."""
        items = [Item("status", "jira", self.status.id, self.status.name, status.id, status.name)]
        was_done, is_done = self.resolved_ms is not None, status.category == "done"
        if is_done and not was_done:
            items.append(Item("resolution", "jira", None, None, "10000", "Tehtud"))
            self.resolved_ms = at_ms
        elif was_done and not is_done:
            items.append(Item("resolution", "jira", "10000", "Tehtud", None, None))
            self.resolved_ms = None
        self.status = status
        self.change(at_ms, author, *items)

    def assign(self, at_ms: int, author: Person, assignee: Person | None) -> None:
        """Gives the ticket to somebody else, or to nobody."""
        old, new = self.assignee, assignee
        self.assignee = new
        before, before_text = (old.key, old.display_name) if old else (None, None)
        after, after_text = (new.key, new.display_name) if new else (None, None)
        self.change(at_ms, author, Item("assignee", "jira", before, before_text, after, after_text))

    def prioritise(self, at_ms: int, author: Person, priority: str) -> None:
        """Changes the priority, given by id."""
        names = {id_: name for id_, name, *_ in catalog.PRIORITIES}
        item = Item("priority", "jira", self.priority, names[self.priority], priority, names[priority])
        self.priority = priority
        self.change(at_ms, author, item)

    def postpone(self, at_ms: int, author: Person, day: str | None) -> None:
        """Changes the due date, an ISO date."""
        item = Item("duedate", "jira", self.due_day, self.due_day and f"{self.due_day} 00:00:00.0", day,
                    day and f"{day} 00:00:00.0")  # fmt: skip
        self.due_day = day
        self.end_day = day if self.end_day else None
        self.change(at_ms, author, item)

    def plan(self, at_ms: int, author: Person, sprints: tuple[int, ...], name: str) -> None:
        """Puts the ticket into sprints; `name` is that of the last one."""
        before = ", ".join(map(str, self.sprints)) or None
        item = Item("Sprint", "custom", before, before and "", ", ".join(map(str, sprints)), name)
        self.sprints = sprints
        self.change(at_ms, author, item)

    def relabel(self, at_ms: int, author: Person, labels: tuple[str, ...]) -> None:
        """Changes the labels."""
        item = Item("labels", "jira", None, " ".join(self.labels), None, " ".join(labels))
        self.labels = labels
        self.change(at_ms, author, item)

    def regroup(self, at_ms: int, author: Person, components: tuple[str, ...]) -> None:
        """Changes the components, given by name; the change log has an entry for each."""
        gone = [name for name in self.components if name not in components]
        new = [name for name in components if name not in self.components]
        ids = catalog.COMPONENTS
        items = [Item("Component", "jira", str(ids[name]), name, None, None) for name in gone]
        items += [Item("Component", "jira", None, None, str(ids[name]), name) for name in new]
        self.components = components
        self.change(at_ms, author, *items)

    def link(self, at_ms: int, author: Person, kind: str, key: str, *, outward: bool) -> None:
        """Ties it to another ticket; the other one is tied by itself."""
        self.links = (*self.links, (kind, outward, key))
        words = catalog.LINK_TYPES[kind][3 if outward else 2]
        self.change(at_ms, author, Item("Link", "jira", None, None, key, f"See pilet {words} {key}"))

    def rewrite(self, at_ms: int, author: Person, name: str, text: str | None) -> None:
        """Changes the summary or the description."""
        old = self.summary if name == "summary" else self.description
        if name == "summary":
            self.summary = text or ""
        else:
            self.description = text
        self.change(at_ms, author, Item(name, "jira", None, old, None, text))

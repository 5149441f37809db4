"""The screens of the invented Jira: which fields a ticket is made, changed and moved with, and what they may hold."""

from __future__ import annotations

from typing import Any

from data.simulator import catalog
from data.simulator.catalog import Status
from data.simulator.issue import Issue
from data.simulator.shapes import Json, Shapes

RESOLUTIONS = (("10000", "Tehtud"), ("10001", "Ei tehta"))
MADE_WITH = {
    catalog.SKAH: ("issuetype", "project", "summary", "description", "priority", "assignee", "labels", "components",
                   "duedate"),
    catalog.PERE: ("issuetype", "project", "summary", "description", "priority", "assignee", "labels", "duedate"),
}  # fmt: skip
REQUIRED = frozenset({"issuetype", "project", "summary"})
TYPES = {
    catalog.SKAH: (catalog.FAULT, catalog.REQUEST, catalog.QUESTION, catalog.NEED),
    catalog.PERE: (catalog.STORY, catalog.TASK),
}
_SYSTEM = {each[0]: each for each in catalog.SYSTEM_FIELDS}
_VERBS = {
    catalog.WORKING: "Võta töösse",
    catalog.WAITING: "Pane ootele",
    catalog.RESOLVED: "Lahenda",
    catalog.CLOSED: "Sule",
    catalog.DEVELOPING: "Alusta arendust",
    catalog.TESTING: "Anna testida",
    catalog.READY: "Märgi valmiks",
}


class Screens:
    """What the screens tell; `demanded` are fields that must be filled in since the world began, by project."""

    def __init__(self) -> None:
        self.demanded: dict[str, set[str]] = {}
        self.barred: set[str] = set()
        """Ids of transitions that are no longer there."""

    def field(self, name: str, project: str, shapes: Shapes, *, required: bool | None = None) -> Json:
        """A field as `createmeta` and a transition tell it."""
        id_, word, kind, items = _SYSTEM[name]
        schema: Json = {"type": kind, **({"items": items} if items else {}), "system": id_}
        must = self.is_required(name, project) if required is None else required
        shape: Json = {"required": must, "schema": schema, "name": shapes.word("field", id_, word), "fieldId": id_,
                       "hasDefaultValue": name == "priority", "operations": ["set"]}  # fmt: skip
        if (allowed := self._allowed(name, project, shapes)) is not None:
            shape["allowedValues"] = allowed
        return shape

    def is_required(self, name: str, project: str) -> bool:
        """Whether a field must be filled in."""
        return name in REQUIRED or name in self.demanded.get(project, ())

    def _allowed(self, name: str, project: str, shapes: Shapes) -> list[Any] | None:
        if name == "priority":
            return [shapes.priority(each[0]) for each in catalog.PRIORITIES]
        if name == "components":
            return [shapes.component(each) for each in catalog.COMPONENTS] if project == catalog.SKAH else []
        if name == "resolution":
            return [{"self": f"{shapes.api}/resolution/{id_}", "id": id_, "name": word, "description": ""}
                    for id_, word in RESOLUTIONS]  # fmt: skip
        return None

    def ways(self, issue: Issue) -> list[tuple[str, str, Status]]:
        """The transitions that lead on from where a ticket is: id, name, status."""
        found = [(f"{int(to.id) % 1000 + 100}", _VERBS.get(to, to.name), to) for to in catalog.NEXT[issue.status]]
        return [each for each in found if each[0] not in self.barred]

    def way_fields(self, status: Status, project: str, shapes: Shapes) -> dict[str, Json]:
        """The fields of a transition's screen: what is done has a resolution."""
        names = ["resolution"] if status.category == "done" else []
        wanted = {name: self.field(name, project, shapes, required=name == "resolution") for name in names}
        for name in self.demanded.get(f"{project}:{status.id}", ()):
            wanted[name] = self.field(name, project, shapes, required=True)
        return wanted

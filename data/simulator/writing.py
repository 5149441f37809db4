"""What is done to tickets of the invented Jira: made, changed, moved on, talked about; refused as the real one does."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.simulator import catalog
from data.simulator.beside import Beside
from data.simulator.gate import Gate, RefusedError, answer
from data.simulator.issue import Issue
from data.simulator.people import BY_NAME, EVERYONE, Person
from data.simulator.screens import MADE_WITH, RESOLUTIONS, TYPES, Screens
from data.simulator.shapes import Json
from data.simulator.world import World

PEOPLE_CAP = 100
"""So many users are told at most, as by version 10."""
RIGHTS = ("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ASSIGN_ISSUES", "TRANSITION_ISSUES", "ADD_COMMENTS",
          "LINK_ISSUES", "WORK_ON_ISSUES", "CREATE_ATTACHMENTS")  # fmt: skip
_EDITED = ("summary", "description", "priority", "assignee", "labels", "components", "duedate")
Body = Mapping[str, Any]
_Act = Callable[[Request, Person, Json], Response]


class Writing:
    """The routes."""

    def __init__(self, world: World, gate: Gate) -> None:
        self.world = world
        self.gate = gate
        self.screens = Screens()
        self.withheld: set[tuple[str, str]] = set()
        """Rights that the person has not: the project and the right."""
        self.departed: set[str] = set()
        """User names of those who were de-activated."""

    def routes(self, root: str) -> list[Route]:
        """Everything that is served; before those that read, since `createmeta` looks like a key."""
        meta = "/issue/createmeta/{project}/issuetypes"
        reading = (
            (meta, self._types),
            (meta + "/{type}", self._fields),
            ("/issue/{key}/transitions", self._ways),
            ("/issueLinkType", self._link_types),
            ("/mypermissions", self._rights),
            ("/user/assignable/multiProjectSearch", self._people),
        )
        table: tuple[tuple[str, str, _Act], ...] = (
            ("POST", "/issue", self._create),
            ("PUT", "/issue/{key}", self._edit),
            ("PUT", "/issue/{key}/assignee", self._assign),
            ("POST", "/issue/{key}/transitions", self._move),
            ("POST", "/issue/{key}/comment", self._comment),
            ("POST", "/issue/{key}/worklog", self._log),
            ("POST", "/issueLink", self._link),
        )
        routes = [Route(root + path, self.gate.guarded(handler), methods=["GET"]) for path, handler in reading]
        routes += [Route(root + path, self._writing(act), methods=[method]) for method, path, act in table]
        return [*routes, *Beside(self).routes(root)]

    def _writing(self, act: _Act) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def endpoint(request: Request) -> Response:
            content = await request.body()

            def carry_out(person: Person | None) -> Response:
                if person is None:
                    raise RefusedError(401, "You are not authenticated. Authentication required.")
                try:
                    body = msgspec.json.decode(content, type=dict[str, Any])
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    raise RefusedError(400, "Unexpected end-of-input or invalid JSON") from None
                return act(request, person, body)

            return self.gate.run(request, carry_out)

        return endpoint

    def find(self, request: Request, right: str = "") -> Issue:
        """The ticket of a request, on which the person has a `right`. Raises RefusedError."""
        issue = self.world.find(request.path_params["key"])
        if issue is None:
            raise RefusedError(404, "Issue Does Not Exist")
        self.require(issue.project, right)
        return issue

    def require(self, project: str, right: str) -> None:
        """Raises RefusedError where the person has not the right."""
        if (project, right) in self.withheld:
            raise RefusedError(403, "You do not have the permission to do this.")

    # What may be done

    def _types(self, request: Request, shapes: Any, person: Person | None) -> Response:
        project = self._project(request, person)
        types = [shapes.issue_type(each) for each in TYPES.get(project, ())]
        return answer(
            {"maxResults": 50, "startAt": 0, "total": len(types), "isLast": True, "values": types}, person=person
        )

    def _fields(self, request: Request, shapes: Any, person: Person | None) -> Response:
        project = self._project(request, person)
        if request.path_params["type"] not in [each.id for each in TYPES.get(project, ())]:
            raise RefusedError(404, "Issue type not found.")
        fields = [self.screens.field(name, project, shapes) for name in MADE_WITH[project]]
        start, count = int(request.query_params.get("startAt", 0)), int(request.query_params.get("maxResults", 50))
        page = fields[start : start + count]
        told = {"maxResults": count, "startAt": start, "total": len(fields), "values": page}
        return answer(told | {"isLast": start + count >= len(fields)}, person=person)

    def _project(self, request: Request, person: Person | None) -> str:
        wanted = self.world.meant(request.path_params["project"])
        if person is None or wanted not in self.world.readable:
            raise RefusedError(404, f"No project could be found with key '{wanted}'.")
        return wanted

    def _ways(self, request: Request, shapes: Any, person: Person | None) -> Response:
        self.world.now_ms()
        issue = self.find(request)
        if (issue.project, "TRANSITION_ISSUES") in self.withheld:
            return answer({"expand": "transitions", "transitions": []}, person=person)
        whole = "transitions.fields" in request.query_params.get("expand", "")
        ways = []
        for id_, name, to in self.screens.ways(issue):
            fields = {"fields": self.screens.way_fields(to, issue.project, shapes)} if whole else {}
            ways.append({"id": id_, "name": name, "to": shapes.status(to), **fields})
        return answer({"expand": "transitions", "transitions": ways}, person=person)

    def _link_types(self, request: Request, shapes: Any, person: Person | None) -> Response:
        told = [{"id": id_, "name": name, "inward": inward, "outward": outward,
                 "self": f"{shapes.api}/issueLinkType/{id_}"}
                for id_, name, inward, outward in catalog.LINK_TYPES.values()]  # fmt: skip
        return answer({"issueLinkTypes": told}, person=person)

    def _rights(self, request: Request, shapes: Any, person: Person | None) -> Response:
        project = self.world.meant(request.query_params.get("projectKey", ""))
        told = {
            name: {"id": str(place), "key": name, "name": name.capitalize(), "type": "PROJECT", "description": "",
                   "havePermission": person is not None and (project, name) not in self.withheld}
            for place, name in enumerate(RIGHTS, 10)
        }  # fmt: skip
        return answer({"permissions": told}, person=person)

    def _people(self, request: Request, shapes: Any, person: Person | None) -> Response:
        begins = request.query_params.get("username", "").casefold()
        found = [
            each
            for each in EVERYONE
            if each.name not in self.departed
            and any(part.startswith(begins) for part in (each.name, *each.display_name.casefold().split()))
        ]
        return answer([shapes.user_json(each) for each in found[:PEOPLE_CAP]], person=person)

    # Tickets

    def _create(self, request: Request, person: Person, body: Json) -> Response:
        fields = dict(body.get("fields") or {})
        project = self.world.meant(str((fields.pop("project", None) or {}).get("key", "")))
        if project not in TYPES or project not in self.world.readable:
            raise RefusedError(400, errors={"project": "valid project is required"})
        self.require(project, "CREATE_ISSUES")
        wanted = str((fields.pop("issuetype", None) or {}).get("id", ""))
        type_ = next((each for each in TYPES[project] if each.id == wanted), None)
        if type_ is None:
            raise RefusedError(400, errors={"issuetype": "valid issue type is required"})
        self._check(fields, project, MADE_WITH[project])
        missing = [name for name in MADE_WITH[project] if name not in ("issuetype", "project")
                   and self.screens.is_required(name, project) and not fields.get(name)]  # fmt: skip
        if missing:
            raise RefusedError(400, errors={name: f"{name} is required." for name in missing})
        book, now = self.world.books[project], self.world.now_ms()
        number, status = book.last + 1, catalog.NEW if project == catalog.SKAH else catalog.TO_DO
        issue = Issue(
            id=book.id_base + number, project=project, number=number, type=type_, summary=fields["summary"].strip(),
            description=fields.get("description"), status=status,
            priority=str((fields.get("priority") or {}).get("id", "3")), reporter=person, created_ms=now,
            updated_ms=now, labels=tuple(fields.get("labels") or ()), due_day=fields.get("duedate"),
            components=tuple(_component(each) for each in fields.get("components") or ()),
            assignee=self._user(fields.get("assignee")),
            properties={each["key"]: each["value"] for each in body.get("properties") or ()},
        )  # fmt: skip
        book.add(issue)
        told = {"id": str(issue.id), "key": self.world.told(issue.key)}
        return answer(told | {"self": f"{self.gate.shapes(request).api}/issue/{issue.id}"}, 201, person)

    def _check(self, fields: Json, project: str, known: tuple[str, ...]) -> None:
        """Raises RefusedError for what does not belong on the screen, or makes no sense."""
        errors = {
            name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            for name in fields
            if name not in known
        }
        summary = fields.get("summary")
        if "summary" in fields and (not isinstance(summary, str) or not summary.strip()):
            errors["summary"] = "You must specify a summary of the issue."
        elif isinstance(summary, str) and len(summary) > 255:
            errors["summary"] = "Summary must be less than 255 characters."
        elif isinstance(summary, str) and "\n" in summary:
            errors["summary"] = "The summary is invalid because it contains newline characters."
        errors |= {label: "The label can't contain spaces." for label in fields.get("labels") or () if " " in label}
        if errors:
            raise RefusedError(400, errors=errors)

    def _user(self, told: Any) -> Person | None:
        name = told.get("name") if isinstance(told, dict) else None
        if not name:
            return None
        if name not in BY_NAME or name in self.departed:
            raise RefusedError(400, errors={"assignee": f"User '{name}' does not exist."})
        return BY_NAME[name]

    def _edit(self, request: Request, person: Person, body: Json) -> Response:
        issue = self.find(request, "EDIT_ISSUES")
        fields, updates = dict(body.get("fields") or {}), dict(body.get("update") or {})
        self._check({**fields, **dict.fromkeys(updates)}, issue.project, _EDITED)
        for name, steps in updates.items():
            fields[name] = _stepped(issue, name, steps)
        assignee = self._user(fields["assignee"]) if "assignee" in fields else None
        self.world.change(issue, lambda one: self._set(one, person, fields, assignee))
        return Response(status_code=204, headers={"X-AUSERNAME": person.name})

    def _set(self, issue: Issue, person: Person, fields: Json, assignee: Person | None) -> None:
        now = self.world.now_ms()
        for name in ("summary", "description"):
            if name in fields and fields[name] != getattr(issue, name):
                issue.rewrite(now, person, name, fields[name].strip() if name == "summary" else fields[name])
        if "priority" in fields and str(fields["priority"]["id"]) != issue.priority:
            issue.prioritise(now, person, str(fields["priority"]["id"]))
        if "assignee" in fields and assignee != issue.assignee:
            issue.assign(now, person, assignee)
        if "duedate" in fields and fields["duedate"] != issue.due_day:
            issue.postpone(now, person, fields["duedate"])
        if "labels" in fields and tuple(fields["labels"]) != issue.labels:
            issue.relabel(now, person, tuple(fields["labels"]))
        if "components" in fields:
            names = tuple(_component(each) for each in fields["components"])
            if names != issue.components:
                issue.regroup(now, person, names)

    def _assign(self, request: Request, person: Person, body: Json) -> Response:
        issue, assignee = self.find(request, "ASSIGN_ISSUES"), self._user(body)
        if assignee != issue.assignee:
            self.world.change(issue, lambda one: one.assign(self.world.now_ms(), person, assignee))
        return Response(status_code=204, headers={"X-AUSERNAME": person.name})

    def _move(self, request: Request, person: Person, body: Json) -> Response:
        now = self.world.now_ms()
        issue = self.find(request, "TRANSITION_ISSUES")
        wanted = str((body.get("transition") or {}).get("id", ""))
        if not wanted.isdecimal():
            raise RefusedError(400, "Missing 'transition' identifier")
        way = next((each for each in self.screens.ways(issue) if each[0] == wanted), None)
        if way is None:
            # Data Center falls over an id that its workflow does not know (facts on Jira, "Shapes").
            raise RefusedError(500, "Internal server error")
        screen = self.screens.way_fields(way[2], issue.project, self.gate.shapes(request))
        fields = dict(body.get("fields") or {})
        self._check(fields, issue.project, tuple(screen))
        missing = [name for name, field in screen.items() if field["required"] and not fields.get(name)]
        if missing:
            raise RefusedError(400, errors={name: f"{screen[name]['name']} is required." for name in missing})
        if "resolution" in fields and str(fields["resolution"].get("id")) not in dict(RESOLUTIONS):
            raise RefusedError(400, errors={"resolution": "Resolution is invalid."})
        said = [each["add"] for each in (body.get("update") or {}).get("comment", ()) if "add" in each]

        def move(one: Issue) -> None:
            one.move(now, person, way[2])
            for each in said:
                one.say(now, person, each["body"], _properties(each))

        self.world.change(issue, move)
        return Response(status_code=204, headers={"X-AUSERNAME": person.name})

    # Words and time

    def _comment(self, request: Request, person: Person, body: Json) -> Response:
        issue, text = self.find(request, "ADD_COMMENTS"), body.get("body")
        if not isinstance(text, str) or not text.strip():
            raise RefusedError(400, errors={"comment": "Comment body can not be empty!"})
        if len(text) > 32_767:
            raise RefusedError(400, errors={"comment": "The entered text is too long. It exceeds the allowed limit "
                                                       "of 32,767 characters."})  # fmt: skip
        now = self.world.now_ms()
        self.world.change(issue, lambda one: one.say(now, person, text, _properties(body)))
        return answer(self.gate.shapes(request).comment(issue, issue.notes[-1]), 201, person)

    def _log(self, request: Request, person: Person, body: Json) -> Response:
        issue, seconds = self.find(request, "WORK_ON_ISSUES"), body.get("timeSpentSeconds")
        if not isinstance(seconds, int) or seconds < 60:
            raise RefusedError(400, errors={"timeLogged": "You must indicate the time spent working."})
        now, started = self.world.now_ms(), str(body.get("started", ""))
        self.world.change(issue, lambda one: one.log(now, person, seconds, str(body.get("comment", "")), started))
        return answer(self.gate.shapes(request).worklog(issue, issue.worklogs[-1]), 201, person)

    def _link(self, request: Request, person: Person, body: Json) -> Response:
        name = str((body.get("type") or {}).get("name", ""))
        kind = next((kind for kind, told in catalog.LINK_TYPES.items() if told[1] == name), None)
        if kind is None:
            raise RefusedError(404, f"No issue link type with name '{name}' found.")
        sides = [
            self.world.find(str((body.get(side) or {}).get("key", ""))) for side in ("inwardIssue", "outwardIssue")
        ]
        inward, outward = sides
        if inward is None or outward is None:
            raise RefusedError(404, "Issue Does Not Exist")
        self.require(inward.project, "LINK_ISSUES")
        now = self.world.now_ms()
        self.world.change(inward, lambda one: one.link(now, person, kind, outward.key, outward=True))
        self.world.change(outward, lambda one: one.link(now, person, kind, inward.key, outward=False))
        return Response(status_code=201, headers={"X-AUSERNAME": person.name})


def _properties(body: Body) -> tuple[tuple[str, Any], ...]:
    return tuple((each["key"], each["value"]) for each in body.get("properties") or ())


def _component(told: Body) -> str:
    wanted = str(told.get("id", ""))
    name = next((name for name, number in catalog.COMPONENTS.items() if str(number) == wanted), None)
    if name is None:
        raise RefusedError(400, errors={"components": f"Component id '{wanted}' is not valid"})
    return name


def _stepped(issue: Issue, name: str, steps: list[Body]) -> list[Any]:
    """A field of several values after `update`."""
    if name == "labels":
        values: list[Any] = list(issue.labels)
    else:
        values = [{"id": str(catalog.COMPONENTS[each])} for each in issue.components]
    for step in steps:
        if "set" in step:
            values = list(step["set"])
        elif "add" in step and step["add"] not in values:
            values.append(step["add"])
        elif "remove" in step:
            values = [each for each in values if each != step["remove"]]
    return values

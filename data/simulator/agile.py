"""The Agile API: one board with its sprints and epics."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.simulator import catalog
from data.simulator.gate import Gate, RefusedError, answer, number_of
from data.simulator.people import Person
from data.simulator.plan import BOARD_ID, BOARD_NAME, Sprint
from data.simulator.shapes import Json, Shapes
from data.simulator.stamps import iso
from data.simulator.world import World

ROOT = "/rest/agile/1.0"


class Agile:
    """The routes."""

    def __init__(self, world: World, gate: Gate) -> None:
        self.world = world
        self._gate = gate

    def routes(self) -> list[Route]:
        """Everything that is served."""
        table = (
            ("/board", self._boards),
            ("/board/{id:int}", self._board),
            ("/board/{id:int}/sprint", self._sprints),
            ("/board/{id:int}/epic", self._epics),
            ("/sprint/{id:int}", self._sprint),
        )
        return [Route(ROOT + path, self._gate.guarded(handler), methods=["GET"]) for path, handler in table]

    def _boards(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        return answer(_envelope(request, [self._board_json(shapes)] if person else [], total=True), person=person)

    def _board_json(self, shapes: Shapes) -> Json:
        return {
            "id": BOARD_ID,
            "self": f"{shapes.base}/rest/agile/1.0/board/{BOARD_ID}",
            "name": BOARD_NAME,
            "type": "scrum",
        }

    def _check_board(self, request: Request, person: Person | None) -> None:
        if person is None or request.path_params["id"] != BOARD_ID:
            raise RefusedError(
                404,
                "Requested board cannot be viewed because it either does not exist or you do not have "
                "permission to view it.",
            )

    def _board(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        self._check_board(request, person)
        return answer(self._board_json(shapes), person=person)

    def _sprint_json(self, shapes: Shapes, sprint: Sprint) -> Json:
        shape: Json = {
            "id": sprint.id, "self": f"{shapes.base}/rest/agile/1.0/sprint/{sprint.id}", "state": sprint.state,
            "name": sprint.name, "startDate": iso(sprint.start_ms), "endDate": iso(sprint.end_ms),
            "originBoardId": BOARD_ID, "goal": sprint.goal, "synced": False, "autoStartStop": False,
        }  # fmt: skip
        if sprint.state != "future":
            shape["activatedDate"] = iso(sprint.start_ms)
        if sprint.state == "closed":
            shape["completeDate"] = iso(sprint.end_ms)
        return shape

    def _sprints(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        self._check_board(request, person)
        states = [state for state in request.query_params.get("state", "").lower().split(",") if state]
        sprints = self.world.developments.sprints(self.world.now_ms())
        chosen = [self._sprint_json(shapes, each) for each in sprints if not states or each.state in states]
        return answer(_envelope(request, chosen), person=person)

    def _sprint(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        sprints = self.world.developments.sprints(self.world.now_ms())
        found = next((each for each in sprints if each.id == request.path_params["id"]), None)
        if found is None or person is None:
            raise RefusedError(404, "Sprint does not exist or you do not have permission to view it.")
        return answer(self._sprint_json(shapes, found), person=person)

    def _epics(self, request: Request, shapes: Shapes, person: Person | None) -> Response:
        self._check_board(request, person)
        self.world.now_ms()
        book = self.world.books[catalog.PERE]
        issues = (book.get(number) for number in book.numbers)
        epics = [
            {"id": epic.id, "key": self.world.told(epic.key), "self": f"{shapes.base}/rest/agile/1.0/epic/{epic.id}",
             "name": epic.epic_name,
             "summary": epic.summary, "color": {"key": f"color_{epic.number % 9 + 1}"},
             "done": epic.resolved_ms is not None}
            for epic in issues if epic and epic.type is catalog.EPIC
        ]  # fmt: skip
        wanted = request.query_params.get("done")
        chosen = [epic for epic in epics if wanted is None or epic["done"] == (wanted == "true")]
        return answer(_envelope(request, chosen), person=person)


def _envelope(request: Request, values: list[Json], *, total: bool = False) -> Json:
    """The Agile API's page."""
    start = max(0, number_of(request.query_params, "startAt", 0))
    count = min(50, max(1, number_of(request.query_params, "maxResults", 50)))
    page = {"maxResults": count, "startAt": start}
    return page | ({"total": len(values)} if total else {}) | {
        "isLast": start + count >= len(values), "values": values[start : start + count]
    }  # fmt: skip

"""What may be done to the tickets of a fake reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.action import Shape, Value
from data.model import StatusCategory
from data.ticket_meta import FieldMeta, LinkType, ProjectMeta, TicketType, Way
from tests.tui.world import TICKETS

STATES = (
    Value("3", "Töös"), Value("4", "Ootel"), Value("5", "Lahendatud"),
)  # fmt: skip
RESOLUTION = FieldMeta(
    "resolution", "Lahendus", Shape.CHOICE, is_required=True, choices=(Value("1", "Tehtud"), Value("2", "Ei tehta"))
)
SUMMARY = FieldMeta("summary", "Kokkuvõte", Shape.TEXT, is_required=True)
FIELDS = (
    SUMMARY,
    FieldMeta("description", "Kirjeldus", Shape.TEXT, is_required=False),
    FieldMeta("priority", "Prioriteet", Shape.CHOICE, False, tuple(Value(str(n), f"K{n}") for n in range(1, 5))),
    FieldMeta("assignee", "Vastutaja", Shape.USER, is_required=False),
    FieldMeta("duedate", "Tähtaeg", Shape.DAY, is_required=False),
    FieldMeta("labels", "Märksõnad", Shape.LABELS, is_required=False),
    FieldMeta("components", "Komponendid", Shape.CHOICES, False, (Value("11", "Maksed"), Value("12", "Arvutus"))),
)
PEOPLE = (Value("mmets", "Mari Mets"), Value("jtamm", "Jaan Tamm"), Value("kkask", "Kati Kask"))


@dataclass
class FakeMeta:
    """What may be done to tickets, the same for all of them."""

    desk: bool = True
    roads: tuple[Way, ...] = (
        Way(Value("21", "Pane ootele"), STATES[1], StatusCategory.IN_PROGRESS),
        Way(Value("31", "Lahenda"), STATES[2], StatusCategory.DONE, (RESOLUTION,)),
    )

    def project(self, key: str) -> ProjectMeta:
        return ProjectMeta(key, is_desk=self.desk)

    def ways(self, ticket_id: int) -> tuple[Way, ...]:
        return self.roads

    def fields(self, ticket_id: int) -> tuple[FieldMeta, ...]:
        return FIELDS

    def values(self, ticket_id: int) -> Mapping[str, tuple[Value, ...]]:
        row = next(each for each in TICKETS if each.id == ticket_id)
        return {
            "summary": (Value("", row.summary),),
            "priority": (Value("2", row.priority_name),),
            "assignee": (Value("", row.assignee),) if row.assignee else (),
            "labels": (Value("", "menetlus"),),
        }

    def projects(self) -> tuple[str, ...]:
        return ("PERE", "SKAH")

    def types(self, project: str) -> tuple[TicketType, ...]:
        return (TicketType(Value("10001", "Viga"), FIELDS), TicketType(Value("10002", "Küsimus"), (SUMMARY,)))

    def links(self) -> tuple[LinkType, ...]:
        return (LinkType("Blocks", "takistab", "on takistatud"), LinkType("Relates", "on seotud", "on seotud"))

    def people(self, words: str) -> tuple[Value, ...]:
        return tuple(each for each in PEOPLE if words.casefold() in each.word.casefold())

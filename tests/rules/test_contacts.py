"""Who is told today."""

from __future__ import annotations

from datetime import date

import pytest

from data.rules.contacts import Contact, Substitution, helpers, of_service, recipients

MARI = Contact(name="Mari Mets", email="mari@asutus.example", notify=True)
JAAN = Contact(name="Jaan Jõgi", email="jaan@asutus.example")
RAIN = Contact(name="Rain Rand", email="rain@asutus.example", notify=True, checks=("RR",))
DESK = Contact(name="Kasutajatugi", phone="612 3456", checks=("RR", "EMTA"))
ALL = [MARI, JAAN, RAIN, DESK]
DAY = date(2026, 12, 4)


def away(absent: Contact, by: Contact, start: int = 1, end: int = 31) -> Substitution:
    return Substitution(absent.name, by.name, date(2026, 12, start), date(2026, 12, end))


@pytest.mark.parametrize(
    ("service", "absences", "told"),
    [
        pytest.param("EMTA", [], [("Mari Mets", "")], id="who is told of everything"),
        pytest.param("RR", [], [("Rain Rand", "")], id="who is told of just this one, instead"),
        pytest.param("EMTA", [away(MARI, JAAN)], [("Jaan Jõgi", "Mari Mets")], id="the substitute"),
        pytest.param("EMTA", [away(MARI, JAAN, 1, 4)], [("Jaan Jõgi", "Mari Mets")], id="on the last day too"),
        pytest.param("EMTA", [away(MARI, JAAN, 4, 9)], [("Jaan Jõgi", "Mari Mets")], id="and on the first"),
        pytest.param("EMTA", [away(MARI, JAAN, 5)], [("Mari Mets", "")], id="not before"),
        pytest.param("EMTA", [away(MARI, JAAN, 1, 3)], [("Mari Mets", "")], id="nor after"),
        pytest.param("EMTA", [away(MARI, JAAN), away(JAAN, RAIN)], [("Rain Rand", "Mari Mets")], id="who is away too"),
        pytest.param("EMTA", [away(MARI, JAAN), away(JAAN, MARI)], [("Jaan Jõgi", "Mari Mets")], id="in a circle"),
    ],
)
def test_recipients(service: str, absences: list[Substitution], told: list[tuple[str, str]]) -> None:
    found = recipients(service, ALL, absences, DAY)

    assert [(each.contact.name, each.instead_of) for each in found] == told


def test_nobody_is_told_twice_and_nobody_at_all_where_nobody_is_named() -> None:
    both = [MARI, Contact(name="Rain Rand", notify=True)]

    assert len(recipients("EMTA", both, [away(MARI, both[1])], DAY)) == 1
    assert recipients("EMTA", [JAAN, DESK], [], DAY) == ()


def test_who_can_be_asked() -> None:
    assert [each.name for each in of_service("EMTA", ALL)] == ["Kasutajatugi"]


def test_who_helps_with_everything_is_named_where_nobody_helps_with_just_this() -> None:
    general = Contact(name="IT-maja")
    assert helpers("EMTA", [general, *ALL]) == of_service("EMTA", ALL)
    assert [each.name for each in helpers("tundmatu", [general, Contact(name="Juht", notify=True)])] == ["IT-maja"]

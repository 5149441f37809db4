"""The text of a notice, by whole examples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from data.clock import epoch_ms
from data.incident import Incident, Remark, Stage
from data.language import use_language
from data.model import Service, ServiceState
from data.payday import Payday
from data.rules.notice import draft

START = epoch_ms(datetime(2026, 12, 4, 9, 2, 10))
MINUTE = 60_000


@pytest.fixture(autouse=True)
def estonian() -> Iterator[None]:
    use_language("et")
    yield


def service(name: str, state: ServiceState = ServiceState.UP, reason: str = "") -> Service:
    return Service(name, "service", state, START, reason, None, None, None, ())


def incident(**given: Any) -> Incident:
    lost = Incident("RR:1", "X-tee RR", START, START + 90_000, None, "http 502", True, affected=("Menetlus", "Maksed"))
    return lost._replace(**given)


SERVICES = [service("X-tee RR", ServiceState.DOWN, "timeout"), service("Menetlus", ServiceState.DOWN), service("EMTA")]


def test_the_first_notice_tells_what_is_known_and_guesses_nothing() -> None:
    told = draft(incident(), Stage.FIRST, SERVICES, "Taotluste menetlemine seisab.", "Kati Katse", START + 5 * MINUTE)

    assert told.title == "Katkestus: X-tee RR ei tööta alates 4.12.2026 kell 09:02"
    assert told.text == (
        "Tere\n\n"
        "X-tee RR ei tööta alates 4.12.2026 kell 09:02 (märgatud kell 09:03).\n\n"
        "Mõju: Taotluste menetlemine seisab.\n"
        "Häiritud on ka: Menetlus, Maksed.\n"
        "Korras on 1 teenus ülejäänud 2 jälgitavast.\n"
        "Põhjus: selgitamisel; seni on teada: ei vasta õigel ajal.\n\n"
        "Järgmine teade: hiljemalt kell 09:22.\n\n"
        "Lugupidamisega\n"
        "Kati Katse\n"
    )


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    bare = incident(affected=(), reason="", is_declared=True)
    told = draft(bare, Stage.FIRST, [SERVICES[2]], "", "Kati Katse", START)

    assert "Mõju: selgitamisel." in told.text
    assert "Põhjus: selgitamisel." in told.text
    assert "märgatud" not in told.text
    assert "Kõik muu, mida jälgitakse, on korras." in told.text
    assert "Häiritud on ka" not in told.text


def test_an_update_tells_how_long_it_has_lasted_and_what_was_done() -> None:
    measures = (Remark("1", START + 20 * MINUTE, "Kati", "suunasime päringud varuserverisse"),)
    told = draft(incident(measures=measures), Stage.UPDATE, SERVICES, "", "Kati Katse", START + 65 * MINUTE)

    assert told.title == "Katkestus kestab: X-tee RR ei tööta alates 4.12.2026 kell 09:02"
    assert (
        "X-tee RR ei tööta kell 10:07 endiselt. Katkestus algas 4.12.2026 kell 09:02 ja on kestnud 1 h 5 min."
        in told.text
    )
    assert "Tehtud:\n– 09:22 Suunasime päringud varuserverisse\n" in told.text


def test_the_last_notice_tells_when_it_ended_and_promises_none() -> None:
    over = incident(restored_ms=START + 40 * MINUTE)
    told = draft(over, Stage.RESTORED, SERVICES, "Taotlused.", "Kati Katse", START + 90 * MINUTE)

    assert told.title == "Katkestus lõppes: X-tee RR töötab taas"
    assert (
        "X-tee RR töötab taas alates 4.12.2026 kell 09:42. Katkestus algas 4.12.2026 kell 09:02 ja kestis 40 min."
        in told.text
    )
    assert "Järgmine teade" not in told.text
    assert "Mõju" not in told.text


def test_it_is_english_where_the_desk_is() -> None:
    use_language("en")
    told = draft(incident(), Stage.FIRST, SERVICES, "", "Kati Katse", START + 5 * MINUTE)

    assert told.title == "Outage: X-tee RR is down since 4.12.2026 at 09:02"
    assert "Cause: being established; so far it is known: no answer in time." in told.text


def test_payments_that_the_outage_threatens_are_named_with_their_day() -> None:
    threatened = PAYDAY._replace(threats=("Maksed",))
    told = draft(incident(), Stage.FIRST, SERVICES, "", "Kati Katse", START, (threatened, PAYDAY))
    assert "Ohus väljamaksed: Peretoetused 8.12.2026.\n" in told.text
    calm = draft(incident(), Stage.FIRST, SERVICES, "", "Kati Katse", START, (PAYDAY,))
    assert "väljamaksed" not in calm.text
    over = draft(incident(restored_ms=START), Stage.RESTORED, SERVICES, "", "Kati Katse", START, (threatened,))
    assert "väljamaksed" not in over.text


PAYDAY = Payday("peretoetused", "Peretoetused", "2026-12-08", "2026-12-08", START, START + 5 * 86_400_000)

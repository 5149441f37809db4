"""What the person takes from an outage to other places: the text of a ticket and the skeleton of a post-mortem."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.incident import Channel, Incident, Notice, Remark, Stage
from data.language import use_language
from data.model import CheckResult, Outcome, ServiceDetail
from data.rules.post_mortem import post_mortem
from data.rules.ticket_text import EVIDENCE_SHOWN, ticket_text
from tests.tui.world import SERVICES

BEGAN = 1_796_368_440_000  # 4.12.2026 09:14 in Estonia
MINUTE = 60_000
FAULT = "xroad server.serverproxy.servicefailed.httperror"
IMPACT = "Menetlejad ei näe laste andmeid."


@pytest.fixture(autouse=True)
def estonian() -> Iterator[None]:
    use_language("et")
    yield
    use_language("et")


def outage(*, ended: bool = True) -> Incident:
    notice = Notice(
        "a", BEGAN + 2 * MINUTE, "Kati Katse", Stage.FIRST, ("Mari Mets",), "Katkestus", "Tere", Channel.EMAIL,
        "sent", BEGAN + 3 * MINUTE,
    )  # fmt: skip
    return Incident(
        id=f"RR:{BEGAN}",
        service="RR",
        started_ms=BEGAN,
        detected_ms=BEGAN + MINUTE,
        restored_ms=BEGAN + 65 * MINUTE if ended else None,
        reason=FAULT,
        is_critical=True,
        affected=("Öine arvutus",),
        acknowledged_ms=BEGAN + 4 * MINUTE,
        acknowledged_by="Kati Katse",
        notices=(notice,),
        measures=(Remark("b", BEGAN + 5 * MINUTE, "Kati Katse", "helistasin isikule 39001010000"),),
        answers=(Remark("c", BEGAN + 6 * MINUTE, "Kati Katse", "tehakse korda"),),
    )


def look(minute: int, outcome: Outcome = Outcome.FAIL, evidence: str = "") -> CheckResult:
    reason = FAULT if outcome is Outcome.FAIL else ""
    return CheckResult("RR", BEGAN + minute * MINUTE, outcome, reason, 120, evidence)


def detail(*results: CheckResult) -> ServiceDetail:
    return ServiceDetail(SERVICES[0]._replace(name="RR", url="https://turvaserver.example.ee EE/GOV"), results, ())


def test_a_ticket_says_what_whoever_mends_it_asks_first() -> None:
    opened = detail(look(66, Outcome.OK), look(2, evidence="id 7f3a"), look(1, Outcome.OK), look(0, evidence="id 11"))
    made = ticket_text(outage(), opened, IMPACT, BEGAN + 70 * MINUTE)
    assert made.title == "RR ei tööta alates 4.12.2026 kell 09:14"
    assert made.text == (
        "Teenus: RR\n"
        "Algus: 4.12.2026 kell 09:14 (märgatud 4.12 09:15:00)\n"
        "Lõpp: 4.12.2026 kell 10:19, kestis 1 h 5 min\n"
        "Mõju: Menetlejad ei näe laste andmeid.\n"
        "Häiritud on ka: Öine arvutus.\n"
        "Kontrollid näitavad: teenusepakkuja infosüsteem ei vasta\n"
        "Vea koht: teenusepakkuja infosüsteem\n"
        "Aadress: https://turvaserver.example.ee EE/GOV\n"
        "\n"
        "Viimased ebaõnnestunud kontrollid:\n"
        "– 4.12 09:16:00 teenusepakkuja infosüsteem ei vasta, 120 ms: id 7f3a\n"
        "– 4.12 09:14:00 teenusepakkuja infosüsteem ei vasta, 120 ms: id 11\n"
        "\n"
        "Tehtud:\n"
        "– 4.12 09:19:00 Helistasin isikule ▒▒▒\n"
    )


def test_a_ticket_quotes_the_latest_looks_of_this_outage_alone() -> None:
    opened = detail(*(look(minute) for minute in range(30, -3, -1)))
    text = ticket_text(outage(ended=False), opened, "", BEGAN + 30 * MINUTE).text
    assert text.count("infosüsteem ei vasta, 120 ms") == EVIDENCE_SHOWN
    assert "09:44:00" in text
    before = detail(look(-2), look(70))
    assert "ebaõnnestunud kontrollid" not in ticket_text(outage(), before, "", BEGAN + 90 * MINUTE).text


def test_a_ticket_about_what_nobody_watches_any_more_says_what_is_known() -> None:
    made = ticket_text(outage(ended=False), None, "", BEGAN + 10 * MINUTE)
    assert "Kestab: 10 min" in made.text
    assert "Mõju: selgitamisel." in made.text
    assert "Aadress" not in made.text


def test_a_post_mortem_has_times_and_figures_and_leaves_open_what_people_must_say() -> None:
    made = post_mortem(outage(), IMPACT)
    assert made.title == "Järelanalüüs: RR, 4.12.2026 kell 09:14"
    told = made.text
    assert "RR ei töötanud 4.12.2026 kell 09:14 kuni 4.12.2026 kell 10:19, kokku 1 h 5 min." in told
    for figure in ("Märkamiseni: 1 min", "Teadmiseks võtmiseni: 3 min", "Teenuse juhi teavitamiseni: 2 min",
                   "Taastamiseni: 1 h 5 min"):  # fmt: skip
        assert f"- {figure}\n" in told
    timeline = told.partition("## Ajajoon\n")[2].partition("\n\n")[0]
    assert timeline.splitlines() == [
        "- 4.12 09:14:00 esimene ebaõnnestunud kontroll: teenusepakkuja infosüsteem ei vasta",
        "- 4.12 09:15:00 katkestus on kindlaks tehtud",
        "- 4.12 09:17:00 teavitatud Mari Mets: Katkestus",
        "- 4.12 09:18:00 teadmiseks võtnud Kati Katse",
        "- 4.12 09:19:00 Helistasin isikule ▒▒▒",
        "- 4.12 09:20:00 vastus: tehakse korda",
        "- 4.12 10:19:00 teenus töötab taas",
    ]
    for heading in ("Põhjus", "Mis läks hästi", "Mis läks halvasti", "Kus meil vedas", "Mida teeme, et see ei korduks"):
        assert f"## {heading}\n" in told


def test_a_post_mortem_of_what_goes_on_says_so_and_has_no_figure_that_nobody_knows() -> None:
    begun = outage(ended=False)._replace(acknowledged_ms=None, notices=(), affected=(), reason="")
    told = post_mortem(begun, "").text
    assert "katkestus kestab" in told
    assert "Taastamiseni: –" in told
    assert "Teenuse juhi teavitamiseni: –" in told
    assert "Kontrollid näitasid" not in told
    assert "(keda see puudutas" in told

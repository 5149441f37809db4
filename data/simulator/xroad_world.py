"""Who speaks with whom over the invented X-Road, and how requests go: a function of seed and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from data.simulator.dice import Dice

INSTANCE = "DEMO"
OUR_MEMBER = (INSTANCE, "GOV", "D0000001")
OUR_SUBSYSTEM = (*OUR_MEMBER, "perehyvitised")
OUR_SERVER = (*OUR_MEMBER, "turvaserver1")
MINUTE = 60_000
BROKEN = "Server.ServerProxy.ServiceFailed.HttpError"
"""What a provider's security server says when the information system behind it does not answer."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: the last codes of its identifier, over which protocol it is offered, and how much it is asked."""

    member: str
    subsystem: str
    code: str
    usual_ms: int
    name: str = ""
    """What the demo's configuration calls it; empty where nobody asks about it."""
    probe: str = ""
    """Path of the probe of `data.simulator.health` that it falls ill with; empty where it is always well."""
    is_soap: bool = True
    a_minute: int = 4
    """Requests, about."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The whole identifier."""
        return (INSTANCE, "GOV", self.member, self.subsystem, self.code, "v1")


RR, EMTA, EHIS, TOOTUKASSA, TERVISEKASSA, RIIGIPORTAAL = (f"D000001{number}" for number in range(6))
SERVERS = {
    RR: "RR",
    EMTA: "EMTA",
    EHIS: "EHIS",
    TOOTUKASSA: "Töötukassa",
    TERVISEKASSA: "Tervisekassa",
    RIIGIPORTAAL: "eesti.ee",
}
"""Whose security servers there are besides ours."""
PARTNERS = (
    Service(RR, "rr", "isikuandmed", 180, "X-tee RR.isikuandmed", "rr-isikuandmed", a_minute=9),
    Service(RR, "rr", "hooldusoigus", 190, "X-tee RR.hooldusõigus", "rr-hooldusoigus"),
    Service(RR, "rr", "elukoht", 170, "X-tee RR.elukoht"),
    Service(RR, "rr", "perekonnaseis", 175, "X-tee RR.perekonnaseis"),
    Service(RR, "rr", "synnid", 210, "X-tee RR.sünnid", a_minute=1),
    Service(EMTA, "emta", "tootamine", 260, "X-tee EMTA.tootamine", "emta-tootamine", is_soap=False),
    Service(EMTA, "emta", "tulud", 290, "X-tee EMTA.tulud", is_soap=False),
    Service(EMTA, "emta", "maksed", 280, "X-tee EMTA.sotsiaalmaks", is_soap=False),
    Service(EHIS, "ehis", "oppur", 310, "X-tee EHIS.õppur", "ehis-oppur", is_soap=False),
    Service(EHIS, "ehis", "oppeasutus", 240, "X-tee EHIS.õppeasutus", is_soap=False),
    Service(TOOTUKASSA, "tootukassa", "perioodid", 220, "X-tee Töötukassa.perioodid", "tootukassa"),
    Service(TOOTUKASSA, "tootukassa", "hyvitised", 230, "X-tee Töötukassa.hüvitised"),
    Service(TERVISEKASSA, "tervisekassa", "tvl", 280, "X-tee Tervisekassa.tvl", "tervisekassa"),
    Service(TERVISEKASSA, "tervisekassa", "kindlustus", 250, "X-tee Tervisekassa.kindlustus"),
    Service(RIIGIPORTAAL, "riigiportaal", "teavitus", 150, "X-tee eesti.ee teavitus", is_soap=False),
    Service(RIIGIPORTAAL, "riigiportaal", "kontod", 160, "X-tee eesti.ee kontod", is_soap=False),
)
"""What we ask of others."""
OURS = (
    Service(OUR_MEMBER[2], OUR_SUBSYSTEM[3], "hyvitised", 140, "X-tee SKA.hüvitised", a_minute=12),
    Service(OUR_MEMBER[2], OUR_SUBSYSTEM[3], "lapsed", 130, "X-tee SKA.lapsed", is_soap=False, a_minute=5),
    Service(OUR_MEMBER[2], OUR_SUBSYSTEM[3], "oigused", 120, "X-tee SKA.õigused", a_minute=3),
    Service(OUR_MEMBER[2], OUR_SUBSYSTEM[3], "elatisabi", 150, "X-tee SKA.elatisabi", a_minute=2),
)
"""What others ask of us."""


class Request(NamedTuple):
    """One request that our security server mediated. Times are UTC epoch milliseconds."""

    service: Service
    sent_ms: int
    took_ms: int
    fault: str
    """Code of the fault that it ended with; empty where it went well."""
    number: int
    """Tells it from the others of its service and minute."""

    @property
    def answered_ms(self) -> int:
        """When the answer was there."""
        return self.sent_ms + self.took_ms

    @property
    def known_s(self) -> int:
        """In which second the monitor learnt of it."""
        return self.answered_ms // 1000


How = Callable[[Service, int], tuple[str, str]]
"""State (`up`, `slow` or `down`) and code of the fault of a service at a moment."""


def requests(seed: int, place: int, service: Service, from_ms: int, to_ms: int, how: How) -> Iterator[Request]:
    """The requests for a service in [`from_ms`, `to_ms`), in the order of time."""
    for minute in range(from_ms // MINUTE, -(-to_ms // MINUTE)):
        dice = Dice(seed, place, minute, 60)
        moments = sorted(minute * MINUTE + dice.below(MINUTE) for _ in range(dice.between(1, 2 * service.a_minute)))
        for number, sent_ms in enumerate(moments):
            state, fault = how(service, sent_ms)
            took_ms = service.usual_ms * dice.between(80, 130) // 100 * (9 if state == "slow" else 1)
            if from_ms <= sent_ms < to_ms:
                yield Request(service, sent_ms, took_ms, fault if state == "down" else "", number)

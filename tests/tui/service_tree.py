"""Services that depend on each other, for tests and pictures of their tree."""

from __future__ import annotations

from data.model import Needs, ServiceState
from tests.tui.fakes import FakeReader
from tests.tui.world import MINUTE, NOW_MS, bars, service

_FAILS = {"since_ms": NOW_MS - 12 * MINUTE, "latency_ms": None, "recent": bars("." * 20 + "xxxx")}
WOVEN = (
    service(
        "X-tee RR.isikuandmed",
        ServiceState.DOWN,
        group="xroad",
        reason="http 502",
        affected=2,
        place=6,
        **_FAILS,
    ),
    service(
        "SKAIS2 menetlus",
        ServiceState.DOWN,
        reason="http 503",
        roots=("X-tee RR.isikuandmed",),
        needs=Needs(hard=("SKAIS2 andmebaas", "X-tee RR.isikuandmed"), some=("eesti.ee A", "eesti.ee B"), least=1),
        place=2,
        **_FAILS,
    ),
    service(
        "Vanemahüvitis",
        ServiceState.DEGRADED,
        group="service",
        reason="slow",
        latency_ms=1_800,
        usual_latency_ms=400,
        since_ms=NOW_MS - 4 * MINUTE,
        recent=bars("." * 21 + "sss"),
        roots=("X-tee RR.isikuandmed",),
        needs=Needs(hard=("SKAIS2 menetlus",), soft=("DHX dokumendivahetus",)),
        place=0,
    ),
    service(
        "Lapsetoetus",
        group="service",
        needs=Needs(hard=("SKAIS1 maksed",), soft=("SKAIS2 menetlus",)),
        place=1,
    ),
    service("SKAIS1 maksed", latency_ms=330, needs=Needs(hard=("SKAIS2 andmebaas",)), place=3),
    service("SKAIS2 andmebaas", latency_ms=12, place=4),
    service("DHX dokumendivahetus", group="partner", latency_ms=120, place=5),
    service("eesti.ee A", latency_ms=150, place=7),
    service("eesti.ee B", ServiceState.MAINTENANCE, latency_ms=None, until_ms=NOW_MS + 90 * MINUTE, place=8),
    service("Öine õiguse arvutus", group="batch", latency_ms=None, place=9),
)


def woven_reader() -> FakeReader:
    """A reader of them."""
    return FakeReader(service_rows=WOVEN)

"""Health of the services around the family benefits: how fast each answers, and when it does not.

A service's troubles are windows of time: those of the first minutes stand in its script, later ones are drawn from
the seed for each service and hour. A window has a slow beginning, a broken middle and a slow end.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data.simulator.dice import Dice
from data.simulator.worktime import HOUR
from data.simulator.world import World

SECOND = 1000
_BEFORE_MS = 180 * SECOND
"""For so long what is broken at the beginning was broken already: whoever counts requests sees the past."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Seconds from a beginning: slow from `slow`, broken from `down` to `up`, well again at `well`."""

    slow: int
    down: int
    up: int
    well: int


@dataclass(frozen=True, slots=True)
class Probe:
    """One watched service: how it answers when well, and what goes wrong with it."""

    path: str
    name: str
    group: str
    usual_ms: int
    slow_ms: int
    script: tuple[Trouble, ...] = ()
    status: int = 503
    """What it answers when broken; 0 lets the caller wait until they give up, 200 answers with the wrong words."""
    fault: str = "Service Unavailable"
    proportion: float = 0.1
    """Part of the later hours that hold a trouble."""
    contains: str = '"UP"'
    needs: tuple[str, ...] = ()
    """Names of others without which it does not work."""
    uses: tuple[str, ...] = ()
    """Names of others without which it works worse."""


def _every(period: int, broken: int, until: int) -> tuple[Trouble, ...]:
    """Broken for so long in each period, by the second: what goes up and down."""
    return tuple(Trouble(start, start, start + broken, start + broken) for start in range(0, until, period))


PROBES = (
    Probe("skais2", "SKAIS2 menetlus", "application", 240, 1700, (Trouble(0, 0, 0, 190), Trouble(430, 0, 0, 520)),
    proportion=0.2, needs=("SKAIS2 andmebaas",), uses=("X-tee RR.isikuandmed", "X-tee EMTA.tootamine")),
    Probe("skais1-maksed", "SKAIS1 maksed", "application", 330, 1500, (Trouble(300, 305, 350, 350),), 200,
    "vanad kontod"),
    Probe("iseteenindus", "eesti.ee iseteenindus", "service", 210, 1600, (Trouble(385, 400, 425, 440),), 502,
    "Bad Gateway", uses=("SKAIS2 menetlus",)),
    Probe("rr-isikuandmed", "X-tee RR.isikuandmed", "xroad", 180, 1900, (Trouble(0, 0, 95, 125), Trouble(460, 485,
    560, 590)), 502,
          "Server.ServerProxy.ServiceFailed.HttpError: teenusepakkuja infosüsteem ei vasta", 0.25),
    Probe("rr-hooldusoigus", "X-tee RR.hooldusõigus", "xroad", 190, 1700),
    Probe("emta-tootamine", "X-tee EMTA.tootamine", "xroad", 260, 2100, (Trouble(155, 0, 0, 240),), proportion=0.2),
    Probe("ehis-oppur", "X-tee EHIS.õppur", "xroad", 310, 1800, proportion=0.08),
    Probe("tootukassa", "X-tee Töötukassa.perioodid", "xroad", 220, 1700, proportion=0.08),
    Probe("tervisekassa", "X-tee Tervisekassa.tvl", "xroad", 280, 2000, (Trouble(240, 250, 290, 300),), 504,
    "Gateway Timeout"),
    Probe("dhx", "DHX dokumendivahetus", "partner", 150, 1500),
    Probe("pank", "Panga maksekanal", "partner", 190, 1500, proportion=0.05),
    Probe("skais2-andmebaas", "SKAIS2 andmebaas", "application", 40, 1400, proportion=0.02),
    Probe("dokumendihaldus", "Dokumendihaldus", "application", 230, 1800, proportion=0.08),
    Probe("aruandlus", "Aruandlus", "application", 520, 2600, proportion=0.1, needs=("SKAIS2 andmebaas",)),
    Probe("otsused", "Otsuste kättetoimetamine", "application", 180, 1500, _every(30, 15, 690), 502, "Bad Gateway",
          0.15, uses=("Dokumendihaldus", "DHX dokumendivahetus")),
    Probe("ametniku-portaal", "Ametniku portaal", "application", 260, 1700, proportion=0.06,
          needs=("SKAIS2 menetlus",)),
    Probe("vanemahuvitis", "Vanemahüvitis", "service", 280, 1800, proportion=0.06,
          needs=("SKAIS2 menetlus", "X-tee EMTA.tootamine"), uses=("eesti.ee iseteenindus",)),
    Probe("lapsetoetus", "Lapsetoetus", "service", 250, 1800, proportion=0.06,
          needs=("SKAIS2 menetlus", "SKAIS1 maksed"), uses=("eesti.ee iseteenindus", "Otsuste kättetoimetamine")),
    Probe("lasterikka-pere-toetus", "Lasterikka pere toetus", "service", 240, 1800, proportion=0.06,
          needs=("SKAIS2 menetlus", "SKAIS1 maksed"), uses=("X-tee RR.hooldusõigus",)),
    Probe("elatisabi", "Elatisabi", "service", 270, 1800, proportion=0.06,
          needs=("SKAIS2 menetlus", "SKAIS1 maksed"), uses=("Otsuste kättetoimetamine",)),
)  # fmt: skip


def state(seed: int, place: int, since_start_ms: int) -> str:
    """`up`, `slow` or `down` for the probe at `place`, `since_start_ms` after the world began."""
    probe = PROBES[place]
    for trouble in probe.script:
        found = _within(trouble, since_start_ms)
        if found != "up":
            return found
    hour = since_start_ms // HOUR
    if since_start_ms < 15 * 60 * SECOND:
        return "up"
    for number in (hour - 1, hour):
        dice = Dice(seed, place, number, 40)
        if not dice.chance(probe.proportion):
            continue
        begin = number * HOUR + dice.below(50 * 60) * SECOND
        slow, down, after = dice.between(30, 300), dice.between(0, 1) * dice.between(60, 900), dice.between(10, 120)
        found = _within(Trouble(0, slow, slow + down, slow + down + after), since_start_ms - begin)
        if found != "up" and begin >= 15 * 60 * SECOND:
            return found
    return "up"


def _within(trouble: Trouble, at_ms: int) -> str:
    if not trouble.slow * SECOND <= at_ms < trouble.well * SECOND:
        return "up"
    return "down" if trouble.down * SECOND <= at_ms < trouble.up * SECOND else "slow"


def latency_ms(seed: int, place: int, now_ms: int, how: str) -> int:
    """How long the probe takes, drawn anew each second."""
    probe = PROBES[place]
    middle = probe.slow_ms if how == "slow" else probe.usual_ms
    return int(middle * (0.8 + 0.5 * Dice(seed, place, now_ms // SECOND, 41).part() ** 2))


class Health:
    """The endpoints."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.held: dict[str, str] = {}
        """States that tests hold, by the path of the service."""
        self._places = {probe.path: place for place, probe in enumerate(PROBES)}

    def routes(self) -> list[Route]:
        """Everything that is served."""
        return [Route("/health/{service}", self._check, methods=["GET", "HEAD"])]

    def state_of(self, path: str, at_ms: int) -> str:
        """`up`, `slow` or `down`: how a service is, or is held, at a moment; shortly before the beginning as then."""
        since_ms = at_ms - self._world.start_ms
        if -_BEFORE_MS <= since_ms < 0:
            since_ms = 0
        return self.held.get(path) or state(self._world.seed, self._places[path], since_ms)

    async def _check(self, request: Request) -> Response:
        place = self._places.get(request.path_params["service"])
        if place is None:
            return Response("unknown service", 404)
        probe, now = PROBES[place], self._world.now_ms()
        how = self.state_of(probe.path, now)
        # Real time: whoever measures us measures with a real stopwatch, however fast the demo's clock runs.
        await asyncio.sleep(latency_ms(self._world.seed, place, now, how) / 1000)
        if how != "down":
            return _answer({"status": "UP", "service": probe.name, "demo": True})
        if probe.status == 200:
            return _answer({"status": "STALE_DATA", "service": probe.name, "detail": probe.fault, "demo": True})
        return _answer({"status": "DOWN", "service": probe.name, "detail": probe.fault, "demo": True}, probe.status)


def _answer(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")

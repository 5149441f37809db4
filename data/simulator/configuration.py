"""The configuration of a desk that watches the demo world."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from data.checks.xroad_names import SUBSYSTEM
from data.clock import Clock
from data.config_rules import CHECK_GROUPS
from data.simulator import jobs
from data.simulator.catalog import WAITING
from data.simulator.gate import TOKEN
from data.simulator.health import PROBES
from data.simulator.plan import BOARD_ID
from data.simulator.trainings import NAME, PATH
from data.simulator.xroad import PATH as XROAD_PATH
from data.simulator.xroad import PORT_PATH
from data.simulator.xroad_world import OUR_SERVER, OUR_SUBSYSTEM, OURS, PARTNERS, SERVERS, Service

READY = "# ready"
"""The line after the configuration: whoever reads it from a pipe knows that it is whole, and that the port is open."""
CONTACTS: tuple[dict[str, Any], ...] = (
    {"name": "Mari Mets", "email": "mari.mets@demo.example", "phone": "612 0001 (demo)", "role": "teenuse juht",
     "organisation": "Sotsiaalkindlustusamet (demo)", "hours": "E–R 09:00–17:00", "notify": True},
    {"name": "TEHIK kasutajatugi", "email": "tugi@demo.example", "phone": "612 0002 (demo)", "role": "IT-maja",
     "organisation": "TEHIK (demo)", "hours": "ööpäev läbi"},
    {"name": "RIA kasutajatugi", "email": "abi@demo.example", "phone": "612 0003 (demo)", "role": "X-tee",
     "organisation": "RIA (demo)", "hours": "E–R 08:15–17:00", "checks": ["X-tee RR.isikuandmed", "Meie turvaserver"]},
)  # fmt: skip
"""Invented, and marked as such."""
IMPACT = {
    "SKAIS2 menetlus": "Menetlejad ei saa taotlusi lahendada.",
    "SKAIS1 maksed": "Makseid ei saa ette valmistada.",
    "eesti.ee iseteenindus": "Inimesed ei saa taotlusi esitada. Taotleda saab e-posti teel ja teeninduses.",
    "X-tee RR.isikuandmed": "Menetlejad ei näe laste ja vanemate andmeid. Uued taotlused jäävad ootele.",
    "Panga maksekanal": "Maksefaile ei saa panka saata.",
}
"""Whom an outage hurts, and what they cannot do: of what is critical."""
DOCUMENTS = {
    "SKAIS2 menetlus": {"Menetluse ärireeglid": "https://wiki.demo.example/skais2/arireeglid"},
    "X-tee RR.isikuandmed": {"RR päringute ärireeglid": "https://wiki.demo.example/rr/arireeglid"},
}
"""Names and addresses of documents, by the name of the check."""
_STAGES = (
    {"name": "arvutus", "starts": "-2 03:00", "due": "-2 06:00", "check": "Toetuste arvutus"},
    {"name": "fail", "starts": "-2 05:30", "due": "-2 07:00", "check": "Maksefaili koostamine"},
    {"name": "pank", "starts": "-1 07:00", "due": "-1 16:00", "check": "Maksefaili saatmine panka"},
    {"name": "tagasi laekunud", "starts": "1 16:30", "check": "Pangateadete laadimine"},
)
_NEEDED = ["SKAIS1 maksed", "Panga maksekanal"]
PAYMENTS: tuple[tuple[str, dict[str, Any], tuple[dict[str, str], ...]], ...] = (
    ("peretoetused", {"title": "Peretoetused", "day": 8, "services": _NEEDED}, _STAGES),
    ("vanemahuvitis", {"title": "Vanemahüvitis", "day": 8, "services": [*_NEEDED, "SKAIS2 menetlus"]}, _STAGES),
    ("elatisabi", {"title": "Elatisabi", "day": 20, "rule": "next", "services": _NEEDED}, _STAGES),
    ("jarelmaksed", {"title": "Järelmaksed", "day": "last", "rule": "next_within_2", "services": _NEEDED}, _STAGES[1:]),
)
TARGETS: tuple[dict[str, Any], ...] = (
    {"priority": "K1 kriitiline", "response": 1, "resolution": 8, "round_the_clock": True, "projects": ["SKAH"]},
    {"priority": "K2 kõrge", "response": 4, "resolution": 60, "round_the_clock": True, "projects": ["SKAH"]},
    {"priority": 3, "response": 16, "resolution": 144, "projects": ["SKAH"]},
)
"""What was agreed with the IT house, in hours: a little less than Jira has for the high ones."""
_OUR_SERVER = "Meie turvaserver"
_WINDOW = 120
"""Seconds of operational data that the demo looks at: in a longer time nobody would see anything move."""


def configuration(base: str, clock: Clock, mail_port: int) -> str:
    """A configuration file (TOML) for a desk that watches the world at `base`, on the same clock.

    Its mail server listens on `mail_port` of loopback.
    """
    pace = max(1.0, clock.speed)

    def every(seconds: float) -> str:
        # Intervals count on the desk's clock: a demo that runs fast must not ask more often for it.
        return f"{min(86_400.0, seconds * pace):g}"

    lines = [
        "demo = true  # so the token needs no keeping",
        f"# elsewhere the token is {TOKEN}",
        "",
        "[desk]",
        'service = "Perehüvitised"',
        'actor = "Kati Katse"',
        "",
        "[clock]",
        f"anchor_ms = {clock.anchor_ms}",
        f"real_anchor_ms = {clock.real_anchor_ms}",
        f"speed = {float(clock.speed)!r}",
        "",
        "[jira]",
        f'url = "{base}"',
        'projects = ["SKAH", "PERE"]',
        f"boards = [{BOARD_ID}]",
        f"interval = {every(5)}",
        "",
        "[[calendar]]",
        f'name = "{NAME}"',
        f'url = "{base}{PATH}"',
        f"interval = {every(20)}",
    ]
    lines += ["", "[sla]", *_written({"waiting": [WAITING.name]})]
    for target in TARGETS:
        lines += ["", "[[sla.target]]", *_written(target)]
    checks = [*_http_checks(base), *_xroad_checks(base), *jobs.checks(base, clock.anchor_ms or clock.now_ms())]
    # Our own first, then X-Road, partners and batch jobs.
    checks.sort(key=lambda check: max(CHECK_GROUPS.index("application"), CHECK_GROUPS.index(check["group"])))
    for check in checks:
        told = {"documents": DOCUMENTS.get(check["name"], {})}
        hurt = {"impact": IMPACT[check["name"]], "critical": True} if check["name"] in IMPACT else {}
        lines += ["", "[[check]]", *_written(check | hurt | told), f"interval = {every(15)}", "timeout = 5"]
    lines += ["", "[[maintenance]]", *_maintenance(clock)]
    for name, payment, stages in PAYMENTS:
        lines += ["", f"[payments.{name}]", *_written(payment)]
        for stage in stages:
            lines += ["", f"[[payments.{name}.stages]]", *_written(stage)]
    mail = {"host": "127.0.0.1", "port": mail_port, "security": "none", "sender": "desk@demo.example"}
    lines += ["", "[mail]", *_written(mail)]
    for contact in CONTACTS:
        lines += ["", "[[contact]]", *_written(contact)]
    return "\n".join([*lines, "", READY]) + "\n"


def _maintenance(clock: Clock) -> Iterator[str]:
    """Work on the reports from half an hour after the beginning on, for two hours."""
    start = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=30)
    yield 'checks = ["Aruandlus"]'
    yield f"start = {start.isoformat()}"
    yield f"end = {(start + timedelta(hours=2)).isoformat()}"
    yield f"notice = {_quoted('Andmelao versiooniuuendus')}"


def _written(section: Mapping[str, Any]) -> Iterator[str]:
    """Keys and values that are told; texts, numbers and lists of TOML are written as those of JSON."""
    for key, value in section.items():
        if isinstance(value, dict):
            pairs = (f"{_quoted(name)} = {_quoted(each)}" for name, each in value.items())
            yield from [f"{key} = {{ {', '.join(pairs)} }}"] if value else []
        elif value not in ("", ()):
            yield f"{key} = {_quoted(value)}"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _slow(usual_ms: int) -> float:
    return max(1.0, usual_ms * 2.5 / 1000)


def _http_checks(base: str) -> Iterator[dict[str, Any]]:
    for probe in PROBES:
        if probe.group != "xroad":
            yield {
                "name": probe.name,
                "url": f"{base}/health/{probe.path}",
                "group": probe.group,
                "slow": _slow(probe.usual_ms),
                "contains": probe.contains,
                "needs": probe.needs,
                "uses": probe.uses,
            }


def _xroad_checks(base: str) -> Iterator[dict[str, Any]]:
    """Our own security server, those of the partners, and the services: theirs and ours, one question for each side."""
    yield {"type": "xroad", "name": _OUR_SERVER, "url": base + PORT_PATH, "ask": "port", "group": "xroad"}
    asked = {"type": "xroad", "url": base + XROAD_PATH, "client": "/".join(OUR_SUBSYSTEM), "group": "xroad"}
    counted = {"server": "/".join(OUR_SERVER), "window": _WINDOW}
    first = {each.codes[:SUBSYSTEM]: each for each in reversed(PARTNERS)}
    for subsystem in dict.fromkeys(each.codes[:SUBSYSTEM] for each in PARTNERS):
        how = {"protocol": "soap" if first[subsystem].is_soap else "rest", "service": "/".join(subsystem)}
        yield {**asked, "name": _server_of(first[subsystem]), "group": "partner", **how, "needs": [_OUR_SERVER]}
    for each in PARTNERS:
        needs = {"needs": [_server_of(each)], "slow": _slow(each.usual_ms)}
        yield {**asked, **counted, "name": each.name, "ask": "operational", "service": "/".join(each.codes), **needs}
    for each in OURS:
        needs = {"needs": [_OUR_SERVER], "slow": _slow(each.usual_ms)}
        yield {**asked, **counted, "name": each.name, "ask": "health", "service": "/".join(each.codes), **needs}


def _server_of(service: Service) -> str:
    """What the security server of a partner is called."""
    return f"{SERVERS[service.member]} turvaserver"

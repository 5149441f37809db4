"""What a look at X-Road finds: a call, and a judgement of what it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.checks.base import Look, Reply, Web
from data.checks.http import READ_BYTES
from data.checks.xroad_answers import Health, Record, Tally, health_of, listed_by_rest, listed_by_soap, tally_of
from data.checks.xroad_calls import Server, UnansweredError, ask_rest, ask_soap, fetch_health, fetch_records
from data.checks.xroad_messages import Question, UnreadableError
from data.checks.xroad_names import MEMBER, SUBSYSTEM, codes_of, path_of
from data.model import Outcome
from data.rules.xroad import PREFIX, normalised, verdict

if TYPE_CHECKING:
    from data.checks.xroad import XRoadCheck

LAG_SECONDS = 60
"""How late operational data is."""
FAILED_SHARE = 0.5
"""A service that fails this part of its requests counts as failing, not as degraded."""


async def look_at(check: XRoadCheck, web: Web) -> Look:
    """One look, in the way that the check is configured for."""
    server = Server(web, check.url.rstrip("/"), check.identity, check.timeout, check.is_witness)
    ways = {"port": _port, "methods": _methods, "health": _health, "operational": _operational}
    try:
        return await ways[check.ask](check, server)
    except UnansweredError as found:
        return found.look
    except UnreadableError as error:
        return Look(Outcome.UNKNOWN, "other answer", evidence=str(error))


async def _port(check: XRoadCheck, server: Server) -> Look:
    reply = await server.web.call(check.url, cap=READ_BYTES, seconds=check.timeout, headers={}, identity=check.identity)
    return judge_port(check, reply)


def judge_port(check: XRoadCheck, reply: Reply) -> Look:
    """What a health port says: 200 is well, 503 may be maintenance, and a short text tells why."""
    latency_ms, text = round(reply.seconds * 1000), reply.body[:8_000].decode("utf-8", "replace")
    if reply.status == 200:
        return _judge_speed(check, latency_ms)
    if reply.status == 503 and "maintenance" in text.lower():
        return Look(Outcome.MAINTENANCE, "maintenance mode", latency_ms, text)
    return Look(Outcome.FAIL, f"http {reply.status}", latency_ms, text)


async def _methods(check: XRoadCheck, server: Server) -> Look:
    """Whether the provider's security server answers, how fast, and whether it offers the service."""
    codes, client = codes_of(check.service), codes_of(check.client)
    if check.protocol == "rest":
        content, seconds = await ask_rest(server, path_of(client), path_of([*codes[:SUBSYSTEM], "listMethods"]))
        listed = listed_by_rest(content)
    else:
        answer = await ask_soap(server, Question("listMethods", "<xroad:listMethods/>", client, codes[:SUBSYSTEM]))
        listed, seconds = listed_by_soap(answer.body), answer.seconds
    latency_ms, wanted = round(seconds * 1000), codes[SUBSYSTEM:]
    if wanted and not any(each[: len(wanted)] == wanted for each in listed):
        names = ", ".join(sorted("/".join(filter(None, each)) for each in listed))
        return Look(Outcome.UNKNOWN, "not listed", latency_ms, names)
    return _judge_speed(check, latency_ms)


async def _health(check: XRoadCheck, server: Server) -> Look:
    """What a security server counted of one of its own services."""
    question = _question(check, "getSecurityServerHealthData")

    async def ask() -> Health:
        return await fetch_health(server, question)

    health = await server.web.shared((check.url, check.identity, question), ask)
    was_restarted = health.started_ms > server.web.now_ms() - health.period_seconds * 1000
    tally = health_of(health, codes_of(check.service))
    return judge_counts(check, tally, "monitor restarted" if was_restarted else "no requests")


async def _operational(check: XRoadCheck, server: Server) -> Look:
    """How a service answered what our own security server sent it."""
    question = _question(check, "getSecurityServerOperationalData")
    to_s = server.web.now_ms() // 1000 - LAG_SECONDS

    async def ask() -> list[Record]:
        return await fetch_records(server, question, to_s - round(check.window), to_s)

    records = await server.web.shared((check.url, check.identity, question, check.window), ask)
    return judge_counts(check, tally_of(records, codes_of(check.service)), "no requests")


def _question(check: XRoadCheck, code: str) -> Question:
    """A question to a security server itself: the service is its owner's, and of no subsystem."""
    server = codes_of(check.server)
    return Question(code, f"<om:{code}/>", codes_of(check.client), server[:MEMBER], server)


def judge_counts(check: XRoadCheck, tally: Tally, otherwise: str) -> Look:
    """What counts say; where there was no request nothing was measured, for the reason `otherwise`."""
    if not tally.total:
        return Look(Outcome.UNKNOWN, otherwise)
    latency_ms = None if tally.mean_ms is None else round(tally.mean_ms)
    share, told = tally.bad / tally.total, f"failing {tally.bad}/{tally.total}"
    if share <= check.tolerate:
        return _judge_speed(check, latency_ms)
    evidence = f"fault {tally.fault}; {told}" if tally.fault else told
    if share < FAILED_SHARE:
        return Look(Outcome.DEGRADED, told, latency_ms, evidence)
    if not tally.fault:
        return Look(Outcome.FAIL, told, latency_ms, evidence)
    return Look(verdict(tally.fault).outcome, f"{PREFIX}{normalised(tally.fault)}", latency_ms, evidence)


def _judge_speed(check: XRoadCheck, latency_ms: int | None) -> Look:
    is_slow = latency_ms is not None and latency_ms > check.slow * 1000
    return Look(Outcome.DEGRADED if is_slow else Outcome.OK, "slow" if is_slow else "", latency_ms)

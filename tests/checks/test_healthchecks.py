"""A check of Healthchecks: recorded answers of a real server, and what is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from data.checks.base import Look, Reply
from data.checks.healthchecks import HealthchecksCheck
from data.clock import epoch_ms
from data.config import ConfigError, decode
from data.model import Outcome
from tests.checks.web import Answer, NoWeb
from tests.gates.catalogue import ROOT

FIXTURES = ROOT.parent / "shared" / "fixtures" / "monitoring" / "healthchecks"
needs_fixtures = pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures/monitoring is not here")
KEY = "hcr-Xy7k2mQ"


def check(**told: Any) -> HealthchecksCheck:
    return HealthchecksCheck(name="Töö", url="https://hc.example/", **({"slug": "rr-synd"} | told))


def answer(*jobs: dict[str, Any]) -> Answer:
    return Answer(json.dumps({"checks": list(jobs)}).encode())


def job(status: str, **told: Any) -> dict[str, Any]:
    return {"name": "Sünnid", "slug": "rr-synd", "status": status, "grace": 60, "last_ping": None} | told


class Server(NoWeb):
    """Answers what it is given, and remembers what was asked."""

    def __init__(self, reply: Answer, key: str = KEY) -> None:
        self.reply = reply
        self.key = key
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    async def secret(self, name: str) -> str:
        assert name == "healthchecks"
        return self.key

    async def call(self, url: str, **asked: Any) -> Reply:
        self.asked.append((url, asked["headers"]))
        return self.reply


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        pytest.param(answer(job("up")), Outcome.OK, "", id="up"),
        pytest.param(answer(job("grace")), Outcome.DEGRADED, "healthchecks grace", id="late"),
        pytest.param(answer(job("down")), Outcome.FAIL, "healthchecks down", id="down"),
        pytest.param(answer(job("paused")), Outcome.UNKNOWN, "healthchecks paused", id="paused"),
        pytest.param(answer(job("new")), Outcome.UNKNOWN, "healthchecks new", id="never seen"),
        pytest.param(answer(job("up"), job("down"), job("grace")), Outcome.FAIL, "healthchecks down", id="the worst"),
        pytest.param(answer(job("up"), job("paused")), Outcome.UNKNOWN, "healthchecks paused", id="one is paused"),
        pytest.param(answer(job("up"), job("tere")), Outcome.UNKNOWN, "other answer", id="an unknown state"),
        pytest.param(answer(), Outcome.UNKNOWN, "no data", id="none"),
        pytest.param(answer(job("down", slug="muu")), Outcome.UNKNOWN, "no data", id="of another name"),
        pytest.param(Answer(b'{"error": "wrong api key"}', 401), Outcome.UNKNOWN, "refused healthchecks", id="the key"),
        pytest.param(Answer(b"<h1>404</h1>", 404), Outcome.UNKNOWN, "http 404", id="another address"),
        pytest.param(Answer(b"<h1>500</h1>", 500), Outcome.UNKNOWN, "http 500", id="broken"),
        pytest.param(Answer(b"<html>"), Outcome.UNKNOWN, "other answer", id="a page"),
        pytest.param(Answer(b'{"checks": null}'), Outcome.UNKNOWN, "other answer", id="null"),
        pytest.param(Answer(b'{"checks": [null]}'), Outcome.UNKNOWN, "other answer", id="nothing in it"),
        pytest.param(Answer(b"[" * 100_000), Outcome.UNKNOWN, "other answer", id="an abyss"),
    ],
)
def test_an_answer_is_judged(given: Answer, outcome: Outcome, reason: str) -> None:
    look = check().judge(given)
    assert (look.outcome, look.reason) == (outcome, reason)


async def look_at(name: str, **told: Any) -> Look:
    return await check(**told).look(Server(Answer((FIXTURES / name).read_bytes())))


@needs_fixtures
async def test_what_a_real_server_said() -> None:
    assert (await look_at("checks_t0.json")).outcome is Outcome.OK
    late = await look_at("checks_t70_grace.json")
    assert (late.outcome, late.since_ms) == (Outcome.DEGRADED, _ms("2026-11-22T16:25:40+00:00"))
    down = await look_at("checks_t135_down.json")
    assert (down.outcome, down.since_ms) == (Outcome.FAIL, _ms("2026-11-22T16:26:40+00:00"))
    assert "RR sünnipäring · last_ping 2026-11-22T16:24:40+00:00" in down.evidence
    assert "http" not in down.evidence
    assert (await look_at("checks_t135_down.json", slug="valjamaks")).outcome is Outcome.OK


def _ms(text: str) -> int:
    from datetime import datetime

    return epoch_ms(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("told", "narrowed"),
    [
        ({}, "?slug=rr-synd"),
        ({"slug": "", "tag": "öine töö"}, "?tag=%C3%B6ine+t%C3%B6%C3%B6"),
        ({"slug": "", "unique_key": "a6c7b0a8"}, ""),
    ],
)
async def test_the_key_goes_into_a_header_and_nowhere_else(told: dict[str, str], narrowed: str) -> None:
    server = Server(answer(job("down", unique_key="a6c7b0a8")))
    one = check(**told)
    look = await one.look(server)
    assert look.outcome is Outcome.FAIL
    ((address, headers),) = server.asked
    assert address == f"https://hc.example/api/v3/checks/{narrowed}"
    assert headers["X-Api-Key"] == KEY
    assert KEY not in f"{one.target} {look} {one!r}"


async def test_without_a_key_nothing_is_asked() -> None:
    server = Server(answer(job("up")), key="")
    look = await check().look(server)
    assert (look.outcome, look.reason) == (Outcome.UNKNOWN, "secret healthchecks")
    assert server.asked == []


@pytest.mark.parametrize("key", ["võti", "a b"])
async def test_what_cannot_be_a_key_is_not_sent(key: str) -> None:
    server = Server(answer(job("up")), key=key)
    assert (await check().look(server)).reason == "refused healthchecks"
    assert server.asked == []


BASE = {"type": "healthchecks", "name": "Töö", "url": "https://hc.example", "slug": "a"}


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"slug": ""}, "slug"),
        ({"tag": "b"}, "slug"),
        ({"url": "https://hc.example/api/v3/checks/"}, "url"),
        ({"url": "hc.example"}, "url"),
        ({"key_name": "Minu Võti"}, "key_name"),
    ],
)
def test_a_bad_configuration_is_named_by_its_key(told: dict[str, str], path: str) -> None:
    with pytest.raises(ConfigError) as raised:
        decode({"check": [BASE | told]})
    assert any(problem.startswith(f"[[check]] 1 {path}") for problem in raised.value.problems), raised.value.problems

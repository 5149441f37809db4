"""A check of a query: answers of a Prometheus 2.42, and what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from data.checks.base import Reply
from data.checks.prometheus import PrometheusCheck
from data.model import Outcome
from tests.checks.web import Answer, NoWeb
from tests.gates.catalogue import ROOT

CHECK = PrometheusCheck(
    name="x", url="https://p.example/prometheus/", query='probe_success{komponent="RR"}', at_least=1
)
FIXTURES = ROOT.parent / "shared" / "fixtures" / "monitoring" / "03_firing"


def vector(*values: str) -> Answer:
    result = [{"metric": {"komponent": "RR"}, "value": [1795363790.29, value]} for value in values]
    return answer({"resultType": "vector", "result": result})


def answer(data: Any) -> Answer:
    return Answer(json.dumps({"status": "success", "data": data}).encode())


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        pytest.param(vector("1"), Outcome.OK, "", id="within"),
        pytest.param(vector("1", "0", "1"), Outcome.FAIL, "value 0 < 1", id="the worst counts"),
        pytest.param(vector("0e+00"), Outcome.FAIL, "value 0 < 1", id="with an exponent"),
        pytest.param(vector("+Inf"), Outcome.OK, "", id="endless"),
        pytest.param(vector("-Inf"), Outcome.FAIL, "value -inf < 1", id="endless below"),
        pytest.param(vector("NaN"), Outcome.UNKNOWN, "no number", id="no number"),
        pytest.param(vector("1", "NaN"), Outcome.UNKNOWN, "no number", id="one is no number"),
        pytest.param(vector("NaN", "0"), Outcome.FAIL, "value 0 < 1", id="a failure is worse than no number"),
        pytest.param(vector("tere"), Outcome.UNKNOWN, "no number", id="text"),
        pytest.param(vector(), Outcome.UNKNOWN, "no data", id="empty"),
        pytest.param(
            answer({"resultType": "scalar", "result": [1.5, "0.75"]}), Outcome.FAIL, "value 0.75 < 1", id="scalar"
        ),
        pytest.param(
            answer({"resultType": "string", "result": [1.5, "tere"]}), Outcome.UNKNOWN, "other answer", id="string"
        ),
        pytest.param(answer(None), Outcome.UNKNOWN, "other answer", id="nothing"),
        pytest.param(Answer(b"<html>"), Outcome.UNKNOWN, "other answer", id="a page"),
        pytest.param(Answer(b"", 503), Outcome.UNKNOWN, "http 503", id="down itself"),
        pytest.param(
            Answer(b'{"status":"error","errorType":"bad_data","error":"parse error"}', 400),
            Outcome.UNKNOWN,
            "query refused",
            id="refused",
        ),
    ],
)
def test_an_answer_is_judged(given: Answer, outcome: Outcome, reason: str) -> None:
    look = CHECK.judge(given)
    assert (look.outcome, look.reason) == (outcome, reason)


def test_the_series_that_fails_is_evidence() -> None:
    assert CHECK.judge(vector("0")).evidence == "komponent=RR"


def test_an_upper_bound_is_held() -> None:
    check = PrometheusCheck(name="x", url="https://p.example", query="age", at_most=3600)
    assert check.judge(vector("3600")).outcome is Outcome.OK
    assert check.judge(vector("3687.29")).reason == "value 3687.29 > 3600"


async def test_the_query_is_asked_encoded_and_shown_plain() -> None:
    asked = []

    class Web(NoWeb):
        async def get(self, url: str, *, cap: int, seconds: float) -> Reply:
            asked.append(url)
            return vector("1")

    await CHECK.look(Web())
    assert asked == ["https://p.example/prometheus/api/v1/query?query=probe_success%7Bkomponent%3D%22RR%22%7D"]
    assert CHECK.target == 'https://p.example/prometheus/ probe_success{komponent="RR"}'


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures/monitoring is not here")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("vector", "value 0 < 1"),
        ("availability", "value 0 < 1"),
        ("cert_days", ""),
        ("empty_vector", "no data"),
        ("nan_inf", "no number"),
        ("matrix", "other answer"),
        ("string", "other answer"),
        ("badexpr", "query refused"),
        ("exec_error", "query refused"),
    ],
)
def test_a_recorded_answer_is_judged(name: str, reason: str) -> None:
    assert CHECK.judge(Answer((FIXTURES / f"prom_query_{name}.json").read_bytes())).reason == reason

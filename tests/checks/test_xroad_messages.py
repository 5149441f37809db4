"""Reading what X-Road answers: the published samples, and what is cut, packed, nested or written to do harm."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.checks.xroad import PROTOCOLS, WAYS
from data.checks.xroad_answers import Tally, health_in, health_of, listed_by_rest, listed_by_soap, records_in, tally_of
from data.checks.xroad_look import judge_counts
from data.checks.xroad_messages import (
    UNPACKED_BYTES,
    Fault,
    UnreadableError,
    body_of,
    fault_of,
    parts_of,
    read_xml,
    unpacked,
)
from data.checks.xroad_names import codes_of, identifier_problem, path_of
from data.clock import Clock
from data.model import Outcome
from data.sources.checks import CheckSource
from tests.checks.test_xroad import check
from tests.gates.catalogue import ROOT

FIXTURES = ROOT.parent / "shared" / "fixtures" / "xroad"
needs_samples = pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures/xroad is not here")


def sample(name: str) -> bytes:
    found: Path = next(FIXTURES.glob(f"*{name}"))
    return found.read_bytes()


@needs_samples
def test_the_published_fault_is_read() -> None:
    fault = fault_of(body_of(read_xml(sample("d-1-technical__024.xml"))))
    assert fault == Fault(
        "Server.ClientProxy.ServiceFailed.MissingBody",
        "Malformed SOAP message: body missing",
        "f31e7451-f0ac-48f6-9f05-1f0459e48eea",
    )
    assert fault_of(body_of(read_xml(sample("d-2-non-technical__025.xml")))) is None


@needs_samples
def test_the_published_lists_are_read() -> None:
    soap = listed_by_soap(body_of(read_xml(sample("listmethods-response__039.xml"))))
    assert soap == [("allowedService", "v1"), ("disallowedService", "v1")]
    assert listed_by_rest(sample("listmethods-response__047.json")) == [("payloadgen", ""), ("kore", "")]


@needs_samples
def test_the_published_health_data_is_read_with_its_white_space() -> None:
    health = health_in(body_of(read_xml(sample("getsecurityserverhealthdata-response__011.xml"))))
    assert (health.started_ms, health.period_seconds) == (1480512900441, 600)
    assert health_of(health, codes_of("EE/GOV/00000001/System2/xroadGetRandom")) == Tally(1, 0, 42.0)
    assert health_of(health, codes_of("EE/GOV/00000001/System2/other")) == Tally()


@needs_samples
def test_an_answer_to_another_question_is_no_health_and_no_list() -> None:
    health = body_of(read_xml(sample("getsecurityserverhealthdata-response__011.xml")))
    methods = body_of(read_xml(sample("listmethods-response__039.xml")))
    with pytest.raises(UnreadableError, match="another answer"):
        listed_by_soap(health)
    with pytest.raises(UnreadableError, match="another answer"):
        health_in(methods)


@needs_samples
def test_the_published_record_is_read() -> None:
    records = records_in(sample("getsecurityserveroperationalda__009.json"))
    assert tally_of(records, codes_of("EE/GOV/00000000/subsystem1/xroadGetRandom")) == Tally(1, 0, 236.0)


def test_optional_numbers_may_be_missing() -> None:
    body = read_xml(
        b'<h:getSecurityServerHealthDataResponse xmlns:h="http://x-road.eu/xsd/op-monitoring.xsd">'
        b"<h:servicesEvents><h:serviceEvents><h:service/><h:lastPeriodStatistics/></h:serviceEvents></h:servicesEvents>"
        b"</h:getSecurityServerHealthDataResponse>"
    )
    assert health_in(body).services == {("",) * 6: Tally()}


def test_records_of_older_versions_name_the_fault_otherwise() -> None:
    record = (
        b'{"securityServerType":"Client","serviceCode":"a","succeeded":false,"%s":"Server.X","serviceVersion":null}'
    )
    for name in (b"faultCode", b"soapFaultCode"):
        (found,) = records_in(b'{"records":[' + record % name + b"]}")
        assert tally_of([found], ("", "", "", "", "a")) == Tally(0, 1, None, "Server.X")


ENTITIES = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'<?xml version="1.0"?>' + ENTITIES + b"<a>&y;</a>", id="entities"),
        pytest.param(b'<?xml version="1.0"?>' + ENTITIES + b"<a>&z;</a>", id="a file"),
        pytest.param((ENTITIES + b"<a>&y;</a>").decode().encode("utf-16"), id="in another coding"),
        pytest.param(b'<!DOCTYPE a SYSTEM "http://vaenlane.example/a.dtd"><a/>', id="a remote type"),
        pytest.param(b'<?xml version="1.0" encoding="olematu"?><a/>', id="an unknown coding"),
        pytest.param(b"<a>&nbsp;</a>", id="an entity of nobody"),
        pytest.param(b"<a>", id="cut"),
        pytest.param(b"<a/><b/>", id="two roots"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe\x00", id="bytes"),
    ],
)
def test_what_is_no_xml_or_has_a_document_type_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_xml(content)


def test_a_hundred_thousand_levels_are_read_and_let_go() -> None:
    root = read_xml(b"<a>" * 100_000 + b"</a>" * 100_000)
    assert root.tag == "a"


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_an_attachment_is_cut_out_byte_for_byte(end: bytes) -> None:
    packed = b"\x1f\x8b\r\n\r\n--x\n\r\n\x00"
    lines = [b"--rada", b"content-type:text/xml", b"", b"<a/>", b"--rada", b"Content-ID: <records.gz>", b"", packed]
    content = end.join([*lines, b"--rada--", b""])
    kind = {"Content-Type": 'multipart/related; type="text/xml"; boundary=rada'}
    assert parts_of(kind, content) == (b"<a/>", {"records.gz": packed})


@pytest.mark.parametrize("kind", ["multipart/related", "multipart/related; boundary=teine"])
def test_a_body_of_parts_without_its_boundary_is_refused(kind: str) -> None:
    with pytest.raises(UnreadableError):
        parts_of({"content-type": kind}, b"--rada\r\n\r\n<a/>\r\n--rada--")


def test_what_is_unpacked_is_bounded_and_whole() -> None:
    packed = gzip.compress(b"tere" * 1000)
    assert unpacked(packed) == b"tere" * 1000
    bomb = zlib.compressobj(9, wbits=31)
    packed_bomb = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(UNPACKED_BYTES // (1 << 20) + 1)) + bomb.flush()
    for broken in (packed[:-9], packed[:20], b"", b"tere", packed_bomb):
        with pytest.raises(UnreadableError):
            unpacked(broken)


def test_identifiers_keep_a_slash_that_is_written_encoded() -> None:
    codes = codes_of("EE/GOV/70001975/a%2Fb õ")
    assert codes == ("EE", "GOV", "70001975", "a/b õ")
    assert path_of(codes) == "EE/GOV/70001975/a%2Fb%20%C3%B5"
    assert not identifier_problem("EE/GOV/70001975/a", 4, 6)
    for wrong in ("", "EE/GOV/70001975", "EE/GOV//a", "EE/GOV/1/a/b/c/d", "EE/GOV/1/\x1b"):
        assert identifier_problem(wrong, 4, 6)


@pytest.mark.parametrize(
    ("tally", "outcome", "reason"),
    [
        (Tally(100, 0, 20.0), Outcome.OK, ""),
        (Tally(90, 10, 20.0), Outcome.OK, ""),
        (Tally(89, 11, 20.0), Outcome.DEGRADED, "failing 11/100"),
        (Tally(51, 49, 20.0, "Server.ServerProxy.NetworkError"), Outcome.DEGRADED, "failing 49/100"),
        (Tally(1, 1, 20.0), Outcome.FAIL, "failing 1/2"),
        (Tally(0, 9, None, "Server.ServerProxy.NetworkError"), Outcome.FAIL, "xroad server.serverproxy.networkerror"),
        (
            Tally(0, 9, None, "Server.ServerProxy.AccessDenied"),
            Outcome.UNKNOWN,
            "xroad server.serverproxy.accessdenied",
        ),
        (Tally(9, 0, 30_001.0), Outcome.DEGRADED, "slow"),
        (Tally(), Outcome.UNKNOWN, "no requests"),
    ],
)
def test_counts_are_judged(tally: Tally, outcome: Outcome, reason: str) -> None:
    look = judge_counts(check("health"), tally, "no requests")
    assert (look.outcome, look.reason) == (outcome, reason)


BYTES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"{}", b"null", b'{"service":[{}]}', b'{"type":1,"message":null}', b"<a/>", b'{"records":1}']
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "x-road-error", "x-road-request-id"]),
    st.sampled_from(["multipart/related; boundary=a", "text/xml", "Server.ServerProxy.X", "", "õ\x80"]),
)


@given(content=BYTES, headers=HEADERS, status=st.sampled_from([200, 204, 302, 401, 404, 500, 503]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("ask", WAYS)
async def test_no_answer_breaks_a_look(
    ask: str, protocol: str, content: bytes, headers: dict[str, Any], status: int
) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, headers=sent, content=content))
    checked = check(ask, protocol=protocol)
    source = CheckSource([checked], Clock(1_796_368_440_000, 0, 0.0), transport)
    found = await source.look(checked)
    await source.close()
    assert found.outcome in Outcome
    assert found.outcome is not Outcome.OK or (ask == "port" and status == 200)


def envelope_of(body: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:om="http://x-road.eu/xsd/op-monitoring.xsd">'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def operational_body(next_from: str = "") -> bytes:
    answered = "getSecurityServerOperationalDataResponse"
    return envelope_of(f"<om:{answered}><om:records>cid:a</om:records>{next_from}</om:{answered}>")


STUCK = b"--r\n\n%s\n--r\ncontent-id: <a>\n\n%s\n--r--"


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        pytest.param(httpx.Response(200, content=operational_body()), "other answer", id="no attachment"),
        pytest.param(
            httpx.Response(404, content=operational_body()), "http 404", id="an answer with an error's status"
        ),
        pytest.param(httpx.Response(200, content=bytes(17 << 20)), "too much", id="too long"),
        pytest.param(
            httpx.Response(
                200,
                headers={"content-type": "multipart/related; boundary=r"},
                content=STUCK
                % (operational_body("<om:nextRecordsFrom>1</om:nextRecordsFrom>"), gzip.compress(b'{"records":[]}')),
            ),
            "too much",
            id="a page that leads back",
        ),
    ],
)
async def test_an_answer_that_leads_nowhere_is_not_measured(response: httpx.Response, reason: str) -> None:
    checked = check("operational")
    transport = httpx.MockTransport(lambda _request: response)
    source = CheckSource([checked], Clock(1_796_368_440_000, 0, 0.0), transport)
    found = await source.look(checked)
    await source.close()
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, reason)

"""The messages of the invented security server: envelopes, lists, health data and operational data."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, tostring
from xml.sax.saxutils import escape

import msgspec

from data.checks.xroad_messages import ID, OPMON, SOAP, XROAD
from data.simulator.xroad_world import OUR_SUBSYSTEM, Request, Service

ATTACHED = "operational-monitoring-data.json.gz"
BOUNDARY = "xroadfngEfgBlxyLszDaqXiFfDxVzvvlbhU"
_LEVELS = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode", "serviceCode", "serviceVersion")
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def service_xml(tag: str, service: Service) -> str:
    """The identifier of a service in an element of that name."""
    codes = zip(_LEVELS, service.codes, strict=True)
    inside = "".join(f"<id:{level}>{escape(code)}</id:{level}>" for level, code in codes)
    return f'<{tag} id:objectType="SERVICE">{inside}</{tag}>'


def answer_envelope(asked: Element, request: bytes, body: str) -> bytes:
    """An answer: the header of the question with the checksum of it, and a body."""
    head = asked.find(f"{{{SOAP}}}Header")
    kept = "" if head is None else "".join(tostring(each, "unicode") for each in head)
    checksum = b64encode(hashlib.sha512(request).digest()).decode()
    return (
        f'{_HEAD}<SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP}" xmlns:xroad="{XROAD}" xmlns:om="{OPMON}" xmlns:id="{ID}">'
        f'<SOAP-ENV:Header>{kept}<xroad:requestHash algorithmId="http://www.w3.org/2001/04/xmlenc#sha512">\n'
        f"      {checksum}</xroad:requestHash></SOAP-ENV:Header>"
        f"<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def fault_envelope(code: str, text: str, detail: str) -> bytes:
    """A fault of X-Road's own, which has no header."""
    return (
        f'{_HEAD}<SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP}"><SOAP-ENV:Body><SOAP-ENV:Fault>'
        f"<faultcode>{escape(code)}</faultcode><faultstring>{escape(text)}</faultstring><faultactor></faultactor>"
        f'<detail><faultDetail xmlns="">{escape(detail)}</faultDetail></detail>'
        "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def methods_xml(services: Iterable[Service]) -> str:
    """The body of an answer to listMethods."""
    inside = "".join(service_xml("xroad:service", each) for each in services)
    return f"<xroad:listMethodsResponse>{inside}</xroad:listMethodsResponse>"


def methods_json(services: Iterable[Service]) -> dict[str, Any]:
    """An answer to listMethods over REST."""
    return {"service": [_service_json(each) for each in services]}


def _service_json(service: Service) -> dict[str, Any]:
    names = ("xroad_instance", "member_class", "member_code", "subsystem_code", "service_code")
    kind = {"object_type": "SERVICE", "service_type": "REST", "endpoint_list": [{"method": "GET", "path": "/*"}]}
    return {**dict(zip(names, service.codes, strict=False)), **kind}


def health_xml(started_ms: int, period_seconds: int, services: Mapping[Service, Sequence[Request]]) -> str:
    """The body of health data, with the white space that the real one has in its numbers."""
    inside = "".join(_events_xml(service, found) for service, found in services.items() if found)
    return (
        "<om:getSecurityServerHealthDataResponse>"
        f"<om:monitoringStartupTimestamp>{started_ms}\n          </om:monitoringStartupTimestamp>"
        f"<om:statisticsPeriodSeconds>{period_seconds}</om:statisticsPeriodSeconds>"
        f"<om:servicesEvents>{inside}</om:servicesEvents></om:getSecurityServerHealthDataResponse>"
    )


def _events_xml(service: Service, found: Sequence[Request]) -> str:
    good = [each for each in found if not each.fault]
    bad = [each for each in found if each.fault]
    last = {"Successful": good, "Unsuccessful": bad}
    moments = "".join(
        f"<om:last{kind}RequestTimestamp>{each[-1].answered_ms}\n        </om:last{kind}RequestTimestamp>"
        for kind, each in last.items()
        if each
    )
    took = [each.took_ms for each in good]
    numbers = ""
    if took:
        numbers = (
            f"<om:requestMinDuration>{min(took)}</om:requestMinDuration>"
            f"<om:requestAverageDuration>{sum(took) / len(took)}</om:requestAverageDuration>"
            f"<om:requestMaxDuration>{max(took)}</om:requestMaxDuration>"
        )
    return (
        f"<om:serviceEvents>{service_xml('om:service', service)}{moments}"
        f"<om:serviceType>{'WSDL' if service.is_soap else 'REST'}</om:serviceType><om:lastPeriodStatistics>"
        f"<om:successfulRequestCount>{len(good)}</om:successfulRequestCount>"
        f"<om:unsuccessfulRequestCount>{len(bad)}</om:unsuccessfulRequestCount>{numbers}"
        "</om:lastPeriodStatistics></om:serviceEvents>"
    )


def operational_xml(count: int, next_from_s: int | None) -> str:
    """The body of an answer whose records are attached."""
    later = "" if next_from_s is None else f"<om:nextRecordsFrom>{next_from_s}</om:nextRecordsFrom>"
    return (
        f"<om:getSecurityServerOperationalDataResponse><om:recordsCount>{count}</om:recordsCount>"
        f"<om:records>cid:{ATTACHED}</om:records>{later}</om:getSecurityServerOperationalDataResponse>"
    )


def records_gzip(found: Iterable[Request]) -> bytes:
    """The attachment: records of our own security server as the client's, packed."""
    return gzip.compress(msgspec.json.encode({"records": [_record(each) for each in found]}), mtime=0)


def multipart(envelope: bytes, attached: bytes) -> bytes:
    """The two in one body."""
    line = f"--{BOUNDARY}".encode()
    head = f"content-type:application/gzip\r\ncontent-transfer-encoding: binary\r\ncontent-id: <{ATTACHED}>".encode()
    parts = (line, b"content-type:text/xml\r\n", envelope, line, head + b"\r\n", attached, line + b"--\r\n")
    return b"\r\n".join(parts)


def _record(request: Request) -> dict[str, Any]:
    sides: dict[str, str] = {}
    for side, codes in (("client", OUR_SUBSYSTEM), ("service", request.service.codes)):
        names = ("XRoadInstance", "MemberClass", "MemberCode", "SubsystemCode")
        sides |= {f"{side}{name}": code for name, code in zip(names, codes, strict=False)}
    record = {
        **sides,
        "monitoringDataTs": request.known_s,
        "securityServerType": "Client",
        "serviceCode": request.service.code,
        "serviceVersion": request.service.codes[-1],
        "serviceType": "WSDL" if request.service.is_soap else "REST",
        "messageId": f"demo-{request.service.code}-{request.sent_ms}-{request.number}",
        "requestInTs": request.sent_ms - 4,
        "requestOutTs": request.sent_ms,
        "responseInTs": request.answered_ms,
        "responseOutTs": request.answered_ms + 3,
        "requestSize": 1600,
        "responseSize": 1500,
        "requestAttachmentCount": 0,
        "succeeded": not request.fault,
    }
    failure = {"faultCode": request.fault, "faultString": "teenusepakkuja infosüsteem ei vasta"}
    return record | (failure if request.fault else {"responseAttachmentCount": 0})

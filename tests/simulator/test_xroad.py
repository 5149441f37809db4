"""The invented security server speaks X-Road: its messages fit the published schemas, its faults are of both styles."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

import httpx
import jsonschema
import pytest
import xmlschema

from data.checks.xroad import WAYS, XRoadCheck
from data.checks.xroad_messages import SOAP, Question, envelope, parts_of
from data.clock import Clock
from data.config import decode
from data.model import ServiceState
from data.rules.dependencies import root_causes
from data.simulator.configuration import configuration
from data.simulator.xroad import HEALTH, OPERATIONAL
from data.simulator.xroad_world import OUR_MEMBER, OUR_SERVER, OUR_SUBSYSTEM, PARTNERS
from tests.gates.catalogue import ROOT
from tests.simulator.factory import START_MS, client, world

FIXTURES = ROOT.parent / "shared" / "fixtures" / "xroad"
NOW_S = START_MS // 1000
RR = PARTNERS[0].codes[:4]
needs_schemas = pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures/xroad is not here")


def question(code: str, body: str = "", provider: tuple[str, ...] = OUR_MEMBER) -> bytes:
    prefix = "xroad" if code == "listMethods" else "om"
    inside = body or f"<{prefix}:{code}/>"
    return envelope(Question(code, inside, OUR_SUBSYSTEM, provider, OUR_SERVER), "demo-1")


def operational(from_s: int, to_s: int) -> bytes:
    criteria = f"<om:recordsFrom>{from_s}</om:recordsFrom><om:recordsTo>{to_s}</om:recordsTo>"
    return question(
        OPERATIONAL, f"<om:{OPERATIONAL}><om:searchCriteria>{criteria}</om:searchCriteria></om:{OPERATIONAL}>"
    )


def schema() -> xmlschema.XMLSchema:
    """The schemas of identifiers, of the message header, of lists of services and of operational monitoring."""
    identifiers = (FIXTURES / "pr-mess__annex-a-xml-schema-for-identifiers__021.xml").read_text().lstrip()
    header = (FIXTURES / "pr-mess__annex-b-xml-schema-for-messages__022.xml").read_text().lstrip()
    lists = (FIXTURES / "pr-meta__3-retrieving-list-of-services__030.xml").read_text()
    lists += '<xs:element name="listMethods"><xs:complexType/></xs:element>'
    server = '<xs:element name="securityServer" type="id:XRoadSecurityServerIdentifierType"/>'
    attachment = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://ws-i.org/profiles/basic/1.1/xsd">'
        '<xs:simpleType name="swaRef"><xs:restriction base="xs:anyURI"/></xs:simpleType></xs:schema>'
    )
    monitoring = (FIXTURES / "op-monitoring.xsd").read_text()
    header = re.sub(r"<xs:import.*?/>", "", header, flags=re.S).replace("</xs:schema>", f"{lists}{server}</xs:schema>")
    header = re.sub(r'<xs:attribute[^>]*ref="xml:lang"[^>]*/>', "", header)
    monitoring = re.sub(r"<xs:import.*?/>", "", monitoring, flags=re.S)
    imports = '<xs:import namespace="http://x-road.eu/xsd/identifiers"/>'
    header, monitoring = (
        re.sub(r"(<xs:schema[^>]*>)", rf"\1{imports}", text, count=1) for text in (header, monitoring)
    )
    monitoring = monitoring.replace(
        imports, f'{imports}<xs:import namespace="http://ws-i.org/profiles/basic/1.1/xsd"/>'
    )
    return xmlschema.XMLSchema([identifiers, attachment, header, monitoring])


def assert_fits(message: bytes, kind: xmlschema.XMLSchema) -> Element:
    """Each child of header and body is valid; the body's child."""
    root = fromstring(message)
    head, body = root.find(f"{{{SOAP}}}Header"), root.find(f"{{{SOAP}}}Body")
    assert head is not None
    assert body is not None
    for each in (*head, *body):
        kind.validate(tostring(each, "unicode"))
    names = [each.tag.rpartition("}")[2] for each in head]
    assert {"client", "service", "id", "protocolVersion"} <= set(names)
    return body[0]


async def post(reader: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await reader.post("/xroad/", content=content, headers={"content-type": "text/xml"})


@needs_schemas
@pytest.mark.parametrize(
    "content",
    [question("listMethods", provider=RR), question(HEALTH), operational(NOW_S - 300, NOW_S)],
    ids=["listMethods", "health", "operational"],
)
async def test_questions_and_answers_fit_the_schemas(content: bytes) -> None:
    kind = schema()
    assert_fits(content, kind)
    async with client(world()) as reader:
        answered = await post(reader, content)
    text, _attachments = parts_of(answered.headers, answered.content)
    assert assert_fits(text, kind).tag.endswith("Response")


@needs_schemas
async def test_operational_records_fit_the_schema() -> None:
    described = next(FIXTURES.glob("pr-opmon__annex-b*")).read_text()
    kinds = dict(re.findall(r"^ {8}(\w+):\n +description: .*\n +type: (\w+)", described, re.M))
    assert len(kinds) > 30
    record = {"type": "object", "properties": {name: {"type": kind} for name, kind in kinds.items()}}
    async with client(world()) as reader:
        found = (await records(reader, NOW_S - 300, NOW_S - 60))["records"]
    for each in found:
        jsonschema.validate(each, {**record, "additionalProperties": False})
    assert {each["securityServerType"] for each in found} == {"Client"}


async def records(reader: httpx.AsyncClient, from_s: int, to_s: int) -> Any:
    answered = await post(reader, operational(from_s, to_s))
    _text, attachments = parts_of(answered.headers, answered.content)
    return json.loads(gzip.decompress(attachments["operational-monitoring-data.json.gz"]))


def test_the_demo_asks_about_some_twenty_services_in_a_few_questions() -> None:
    config = decode(tomllib.loads(configuration("http://x.demo", Clock(START_MS, START_MS, 1.0), 25)))
    checks = [each for each in config.check if isinstance(each, XRoadCheck)]
    services = {each.service for each in checks if each.ask in ("health", "operational")}
    assert len(services) >= 20
    assert {each.ask for each in checks} == set(WAYS)
    assert {each.protocol for each in checks if each.ask == "methods"} == {"rest", "soap"}
    ours = next(each.name for each in checks if each.ask == "port")
    needs = {each.name: each.dependencies for each in checks}
    roots = root_causes(dict.fromkeys(needs, ServiceState.DOWN), needs)
    assert {name: tuple(found) for name, found in roots.items() if found} == dict.fromkeys(set(needs) - {ours}, (ours,))


async def test_a_partner_that_falls_ill_is_seen_in_what_it_answered() -> None:
    async with client(world(after_ms=4 * 60_000)) as reader:
        found = (await records(reader, NOW_S - 120, NOW_S + 180))["records"]
    register = [each for each in found if each["serviceCode"] == "isikuandmed"]
    failed = [each["requestInTs"] for each in register if not each["succeeded"]]
    well = [each["requestInTs"] for each in register if each["succeeded"]]
    assert failed
    assert max(failed) < START_MS + 95_000 < min(well)
    assert {each["serviceCode"] for each in found if not each["succeeded"]} == {"isikuandmed"}

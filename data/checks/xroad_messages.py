"""Messages of X-Road: identifiers, the envelopes that are asked, and the guarded reading of what is answered.

Protocol (X-Road: Message Protocol 4.0, Message Protocol for REST 1.0, Service Metadata Protocol, Operational Monitoring
Protocol). What comes back is read as hostile: no document type and so no entities, bounded sizes, nothing fetched.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XROAD = "http://x-road.eu/xsd/xroad.xsd"
ID = "http://x-road.eu/xsd/identifiers"
OPMON = "http://x-road.eu/xsd/op-monitoring.xsd"
XML_TYPE = "text/xml; charset=utf-8"
_LEVELS = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode", "serviceCode", "serviceVersion")
_MEMBER = _LEVELS[:3]
_BOUNDARY = re.compile(r'boundary="?([^";\s]{1,200})"?', re.IGNORECASE)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
UNPACKED_BYTES = 64 * 1024 * 1024
"""Of an attachment: about 60,000 records."""


class UnreadableError(ValueError):
    """What was answered is no message that could be read, or one that must not be."""


class Fault(NamedTuple):
    """What X-Road or a provider complains of, as it came."""

    code: str
    text: str
    detail: str
    """The id to quote to the help desk."""


class Question(NamedTuple):
    """A call of a service that the security servers have themselves."""

    code: str
    body: str
    """The content of the envelope's body, as XML."""
    client: Sequence[str]
    provider: Sequence[str]
    """The codes of the member, and of its subsystem where one is asked."""
    server: Sequence[str] = ()
    """The codes of the security server itself, where one of several is meant."""


def envelope(question: Question, message_id: str) -> bytes:
    """The question as a SOAP message, UTF-8."""
    service = [*question.provider, question.code]
    names = [*_LEVELS[: len(question.provider)], "serviceCode"]
    client_type = "SUBSYSTEM" if len(question.client) > len(_MEMBER) else "MEMBER"
    server = ""
    if question.server:
        server = _identifier("xroad:securityServer", "SERVER", (*_MEMBER, "serverCode"), question.server)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:xroad="{XROAD}" xmlns:id="{ID}" xmlns:om="{OPMON}"><soap:Header>'
        f"{_identifier('xroad:client', client_type, _LEVELS, question.client)}"
        f"{_identifier('xroad:service', 'SERVICE', names, service)}{server}"
        f"<xroad:id>{escape(message_id)}</xroad:id><xroad:protocolVersion>4.0</xroad:protocolVersion></soap:Header>"
        f"<soap:Body>{question.body}</soap:Body></soap:Envelope>"
    ).encode()


def _identifier(tag: str, kind: str, names: Sequence[str], codes: Sequence[str]) -> str:
    inside = "".join(f"<id:{name}>{escape(code)}</id:{name}>" for name, code in zip(names, codes, strict=False))
    return f'<{tag} id:objectType="{kind}">{inside}</{tag}>'


def read_xml(content: bytes) -> Element:
    """The root of an XML document; raises UnreadableError for anything else, and for a document type.

    Without a document type there are no entities to expand or to fetch. Control characters, which XML cannot hold and
    some notices do, are left out.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def refuse(*_declaration: object) -> None:
        raise UnreadableError("a document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: builder.start(
        _named(name), {_named(key): value for key, value in attributes.items()}
    )
    parser.EndElementHandler = lambda name: builder.end(_named(name))
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content.translate(None, _CONTROLS), True)
        return builder.close()
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableError(str(error)) from error


def _named(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def body_of(root: Element) -> Element:
    """What the body of a SOAP envelope holds; raises UnreadableError where it is none."""
    found = root.find(f"{{{SOAP}}}Body") if root.tag == f"{{{SOAP}}}Envelope" else None
    if found is None or not len(found):
        raise UnreadableError("no envelope")
    return found[0]


def fault_of(body: Element) -> Fault | None:
    """The fault that a body holds; None where it holds an answer. A fault may come with HTTP 200."""
    if body.tag != f"{{{SOAP}}}Fault":
        return None
    detail = body.find("detail")
    inside = "" if detail is None else " ".join("".join(detail.itertext()).split())
    return Fault(text_of(body, "faultcode"), text_of(body, "faultstring"), inside)


def text_of(element: Element, path: str) -> str:
    """The text of a child without the space around it; empty where there is none."""
    return (element.findtext(path) or "").strip()


def number_of(element: Element, path: str) -> float | None:
    """The number in a child, around which space may stand; None where there is none."""
    try:
        found = float(text_of(element, path))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def identifier_in(element: Element) -> tuple[str, ...]:
    """The codes of a service; a subsystem or version that is left out is empty."""
    return tuple(text_of(element, f"{{{ID}}}{name}") for name in _LEVELS)


def parts_of(headers: Mapping[str, str], content: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The envelope of an answer and its attachments by their content id; raises UnreadableError."""
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if not kind.lower().startswith("multipart/"):
        return content, {}
    boundary = _BOUNDARY.search(kind)
    if boundary is None:
        raise UnreadableError("no boundary")
    line = rb"(?:^|\r?\n)--" + re.escape(boundary[1].encode()) + rb"(?:--)?[ \t]*(?:\r?\n|$)"
    parts = [_split(part) for part in re.split(line, content)[1:]]
    if not parts:
        raise UnreadableError("no parts")
    return parts[0][1], {name: body for name, body in parts[1:] if name}


def _split(part: bytes) -> tuple[str, bytes]:
    """The content id and the content of a part."""
    blank = re.search(rb"\r?\n\r?\n", part)
    head, body = (part[: blank.start()], part[blank.end() :]) if blank else (b"", part)
    found = re.search(rb"(?im)^content-id:\s*<?([^>\r\n]{1,200})>?", head)
    return (found[1].decode("ascii", "replace").strip() if found else ""), body


def unpacked(content: bytes) -> bytes:
    """What a gzip file holds; raises UnreadableError for one that is cut, damaged, or larger than `UNPACKED_BYTES`."""
    stream = zlib.decompressobj(wbits=31)
    try:
        found = stream.decompress(content, UNPACKED_BYTES + 1)
    except zlib.error as error:
        raise UnreadableError("damaged") from error
    if len(found) > UNPACKED_BYTES:
        raise UnreadableError("too large")
    if not stream.eof:
        raise UnreadableError("cut")
    return found

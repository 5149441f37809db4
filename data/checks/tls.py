"""`type = "tls"`: a certificate that should be trusted, and not run out soon."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from data.checks.base import Check, Look, Name, Port, Seconds, Web
from data.checks.tcp import host_problem, reason_of
from data.model import Outcome
from data.text import clean_line

DAY_SECONDS = 86_400
_VERIFY = {9: "not yet", 10: "expired", 18: "self-signed", 19: "self-signed", 62: "wrong host", 64: "wrong host"}
"""OpenSSL's X509_V_ERR_… of a certificate that does not verify; the operating system's verifiers tell words alone."""


class TlsCheck(Check, kw_only=True):
    """The certificate of one port of one host."""

    type_name: ClassVar[str] = "tls"
    host: Name
    port: Port = 443
    days: Annotated[int, Meta(ge=1, le=365)] = 21
    """A certificate that runs out sooner than that counts as degraded."""
    interval: Seconds = 3600

    @property
    def target(self) -> str:
        """Host and port."""
        return clean_line(f"{self.host}:{self.port}")

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`."""
        return self.host.casefold()

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := host_problem(self.host):
            yield "host", problem

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self.timeout):
                certificate = await _certificate(self.host, self.port)
        except ssl.SSLCertVerificationError as error:
            reason = _VERIFY.get(getattr(error, "verify_code", 0), "untrusted")
            return Look(Outcome.FAIL, f"tls {reason}", evidence=str(getattr(error, "verify_message", "")))
        except ssl.SSLError as error:
            return Look(Outcome.FAIL, "tls handshake", evidence=error.reason or "")
        except (OSError, UnicodeError) as error:
            return Look(Outcome.FAIL, reason_of(error))
        latency_ms = round((time.perf_counter() - began) * 1000)
        try:
            end = valid_until(certificate)
        except (ValueError, IndexError):
            return Look(Outcome.UNKNOWN, "tls unreadable", latency_ms)
        days = int((end.timestamp() - time.time()) // DAY_SECONDS)
        if days < self.days:
            return Look(Outcome.DEGRADED, f"expires {max(days, 0)}", latency_ms, end.isoformat())
        return Look(Outcome.OK, "", latency_ms)


async def _certificate(host: str, port: int) -> bytes:
    """The certificate that `host` shows, verified by the operating system; DER."""
    # Imported here: it takes longer than all of the rest.
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    shown: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    # Some servers never answer the end of a conversation in which nothing was said.
    writer.transport.abort()
    return shown or b""


def valid_until(certificate: bytes) -> datetime:
    """The end of validity in a certificate in DER (RFC 5280, 4.1). Raises ValueError or IndexError for anything else.

    Read here, because the operating system's verifiers leave Python nothing but these bytes.
    """
    body = _parts(_parts(certificate)[0][1])[0][1]
    # TBSCertificate: [0] version, serial, algorithm, issuer, validity.
    fields = _parts(body)
    validity = fields[4 if fields[0][0] == 0xA0 else 3][1]
    tag, text = _parts(validity)[1]
    digits = text.decode("ascii")
    if tag == 0x17:
        # UTCTime has two digits of a year: from 50 on those of the last century (4.1.2.5.1).
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    return datetime.strptime(digits, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """The elements of a DER sequence: tag and content of each."""
    found, at = [], 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if at + length > len(data):
            raise ValueError("the element is cut short")
        found.append((tag, data[at : at + length]))
        at += length
    return found

"""`type = "xroad"`: what X-Road tells of a service, asked of a security server in one of four ways.

`methods` asks the provider's security server, through ours, for the services of a subsystem; `health` and `operational`
read what a security server counted of the requests that it mediated; `port` is a security server's own health port.
Protocol: facts on service status, "X-Road"; `data.checks.xroad_messages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from msgspec import Meta

from data.checks.base import Check, Identity, Look, Seconds, Web
from data.checks.http import shown_address
from data.checks.xroad_names import MEMBER, SERVER, SUBSYSTEM, VERSION, identifier_problem
from data.config_rules import url_problem
from data.language import _
from data.text import clean_line

WAYS = ("methods", "health", "operational", "port")
PROTOCOLS = ("rest", "soap")


class XRoadCheck(Check, kw_only=True):
    """One service, subsystem or security server."""

    type_name: ClassVar[str] = "xroad"
    url: str
    """Of the security server that is asked, without /r1; of its health port where that is asked."""
    ask: str = "methods"
    protocol: str = "rest"
    """Over which the list of services is asked: each holds the services of that kind alone."""
    client: str = ""
    """As whom we ask: instance/class/member/subsystem."""
    service: str = ""
    """What is looked at: instance/class/member/subsystem, and code and version of a service."""
    server: str = ""
    """The security server that is asked what it counted: instance/class/owner/code."""
    window: Annotated[float, Meta(ge=60, le=3600)] = 600
    """Seconds of operational data that are looked at."""
    tolerate: Annotated[float, Meta(ge=0, le=1)] = 0.1
    """Part of the requests that may fail before the service counts as degraded."""
    slow: Seconds = 2
    certificate: str = ""
    """Our information system's, in PEM, where the security server asks for one."""
    key: str = ""
    authority: str = ""
    """The security server's own certificate, or who signed it, where the computer does not trust it."""

    @property
    def rhythm(self) -> str:
        """What a server counted of all its services is one question."""
        return f"{self.url} {self.ask} {self.server}" if self.is_witness else self.name

    @property
    def is_witness(self) -> bool:
        """As `Check.is_witness`."""
        return self.ask in ("health", "operational")

    @property
    def target(self) -> str:
        """The address and the identifier."""
        return clean_line(f"{shown_address(self.url)} {self.service or self.server}").rstrip()

    @property
    def asked_host(self) -> str:
        """As `Check.asked_host`."""
        return urlsplit(self.url).hostname or ""

    def place(self, folder: Path) -> None:
        """As `Check.place`."""
        for name in ("certificate", "key", "authority"):
            if file := getattr(self, name):
                setattr(self, name, str(folder / Path(file).expanduser()))

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if problem := url_problem(self.url):
            yield "url", problem
        elif self.ask != "port" and (urlsplit(self.url).query or "/r1" in urlsplit(self.url).path):
            yield "url", _("write the address of the security server itself, without /r1/… and what follows.")
        for name, value, allowed in (("ask", self.ask, WAYS), ("protocol", self.protocol, PROTOCOLS)):
            if value not in allowed:
                yield name, _("choose one of: {allowed}.").format(allowed=", ".join(allowed))
        if self.key and not self.certificate:
            yield "key", _("belongs to a certificate; name that too.")
        if self.ask == "port":
            return
        if identifier_problem(self.client, MEMBER, SUBSYSTEM):
            yield "client", _("write as whom we ask: EE/GOV/70001975/subsystem.")
        if identifier_problem(self.service, SUBSYSTEM, VERSION):
            yield "service", _("write what is looked at: EE/GOV/70008440/subsystem, or with /service and /version.")
        if self.is_witness and identifier_problem(self.server, SERVER, SERVER):
            yield "server", _("write which security server is asked: EE/GOV/70001975/server-code.")

    async def look(self, web: Web) -> Look:
        """As `Check.look`."""
        # Imported here: whoever only reads the configuration needs no XML.
        from data.checks.xroad_look import look_at

        return await look_at(self, web)

    @property
    def identity(self) -> Identity:
        """As whom connections are made."""
        return Identity(self.certificate, self.key, self.authority)

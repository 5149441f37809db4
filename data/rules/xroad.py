"""Whom a fault of X-Road concerns: the state and the blame that a fault code tells.

Codes changed style in X-Road 7.8.0 (`Server.ServerProxy.ServiceDisabled` became `server.serverproxy.service_disabled`),
so they are compared in small letters with nothing but letters and dots (facts on service status, "X-Road").
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from data.model import Outcome

PREFIX = "xroad "
"""With what a cause begins that is a fault code of X-Road."""
CODE_LENGTH = 120
"""Characters kept of a code; X-Road's own longest are about half of that."""


class Blame(StrEnum):
    """Whose fault it is."""

    US = "us"
    """Our own question: rights, names, configuration."""
    OUR_SERVER = "our_server"
    PATH = "path"
    """The way to the provider's security server: the network, or what the central server tells of it."""
    PARTNER_SERVER = "partner_server"
    PARTNER_SYSTEM = "partner_system"
    PARTNER = "partner"
    """Who provides the service: by a decision, or in words of their own."""


class Verdict(NamedTuple):
    """What a fault code tells."""

    outcome: Outcome
    blame: Blame


_RULES = (
    (r"\bservicedisabled\b", Outcome.MAINTENANCE, Blame.PARTNER),
    (r"^server\.serverproxy\b.*\bmaintenancemode\b", Outcome.MAINTENANCE, Blame.PARTNER_SERVER),
    (r"\bmaintenancemode\b", Outcome.MAINTENANCE, Blame.OUR_SERVER),
    (r"\b(accessdenied|unknownservice|unknownmember)\b|^client\.", Outcome.UNKNOWN, Blame.US),
    (r"^signer\b|^server\.clientproxy\..*\b(signer|token|cannotcreatesignature)", Outcome.FAIL, Blame.OUR_SERVER),
    (r"^server\.clientproxy\.(servicefailed|networkerror)\b", Outcome.FAIL, Blame.PATH),
    (r"^server\.clientproxy\b", Outcome.FAIL, Blame.OUR_SERVER),
    (r"^server\.serverproxy\.servicefailed", Outcome.FAIL, Blame.PARTNER_SYSTEM),
    (r"^server\.serverproxy\b", Outcome.FAIL, Blame.PARTNER_SERVER),
)
"""The table of the facts; the first rule that fits holds. Compiled when first needed: a desk at its start does not."""
_OWN_WORDS = Verdict(Outcome.DEGRADED, Blame.PARTNER)
"""A code that X-Road does not know comes from the provider's system: it can be reached."""


def normalised(code: str) -> str:
    """`code` as it is compared, whichever version wrote it; the prefix of a namespace (`SOAP-ENV:`) is left out."""
    plain = re.sub(r"[^a-z.]", "", code[: 4 * CODE_LENGTH].rpartition(":")[2].lower()).strip(".")[:CODE_LENGTH]
    return plain.replace("globalconfoutdated", "outdatedglobalconf")


def verdict(code: str) -> Verdict:
    """State and blame of a fault `code`, normalised or not."""
    plain = normalised(code)
    fitting = (Verdict(outcome, blame) for rule, outcome, blame in _RULES if re.search(rule, plain))
    return next(fitting, _OWN_WORDS)


def blame_of(reason: str) -> Blame | None:
    """Who is to blame for a result with that machine-readable cause; None where no fault of X-Road told it."""
    return verdict(reason.removeprefix(PREFIX)).blame if reason.startswith(PREFIX) else None

"""`type = "manual"`: a service that cannot be measured, whose state a person writes down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from data.checks.base import Check, Look, Web
from data.language import _
from data.model import Outcome
from data.text import clean_line

_OUTCOMES = {
    "up": Outcome.OK,
    "degraded": Outcome.DEGRADED,
    "down": Outcome.FAIL,
    "maintenance": Outcome.MAINTENANCE,
    "unknown": Outcome.UNKNOWN,
}


class ManualCheck(Check, kw_only=True):
    """One service."""

    type_name: ClassVar[str] = "manual"
    state: str = "unknown"
    """What it is held to be until the configuration says otherwise."""
    note: str = ""
    """Who said so, and when."""

    @property
    def is_certain(self) -> bool:
        """As `Check.is_certain`."""
        return True

    @property
    def target(self) -> str:
        """The note."""
        return clean_line(self.note, 500)

    @property
    def asked_host(self) -> str:
        """None is asked."""
        return ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """As `Check.problems`."""
        if self.state not in _OUTCOMES:
            yield "state", _("choose one of: {allowed}.").format(allowed=", ".join(_OUTCOMES))

    async def look(self, web: Web) -> Look:
        """As `Check.look`; nothing is asked."""
        outcome = _OUTCOMES[self.state]
        return Look(outcome, "" if outcome is Outcome.OK else "manual", evidence=self.note)

"""What every check has: a name, a rhythm, and one way to be looked at. A type of check is one file of this room.

Such a file holds the type's configuration, the rules that it must satisfy, and the look itself. A look never raises for
what a server does: that is its result.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, ClassVar, NamedTuple, Protocol

from msgspec import Meta, Struct

from data.model import Outcome
from data.rules.dependencies import Needs

Seconds = Annotated[float, Meta(ge=0.1, le=86_400)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Port = Annotated[int, Meta(ge=1, le=65_535)]


class PlannedWork(Struct, forbid_unknown_fields=True):
    """`[[maintenance]]`: when somebody works on what some checks look at. Times without a zone are Estonian ones."""

    checks: Annotated[list[Name], Meta(min_length=1)]
    start: datetime
    end: datetime
    notice: str = ""
    """What is told about it."""


class Reply(Protocol):
    """An answer over HTTP; `seconds` run from sending to the last byte read."""

    @property
    def status(self) -> int: ...  # noqa: D102

    @property
    def body(self) -> bytes: ...  # noqa: D102

    @property
    def seconds(self) -> float: ...  # noqa: D102


class Web(Protocol):
    """How a look asks over HTTP: `data.sources.client.Client`, which is none of the configuration's business."""

    async def get(self, url: str, *, cap: int, seconds: float) -> Reply:
        """The answer to a GET, `cap` bytes of it at most, within `seconds`; raises SourceError where there is none."""
        ...


class Look(NamedTuple):
    """What one look found."""

    outcome: Outcome
    reason: str = ""
    """Machine-readable cause (`http 503`, `timeout`, `expires 12`), as `data.words.reason_words` reads it."""
    latency_ms: int | None = None
    evidence: str = ""
    """What was answered, as it came: whoever keeps it cleans, masks and cuts it."""


class Check(Struct, forbid_unknown_fields=True):
    """`[[check]]`: one thing that should work."""

    type_name: ClassVar[str]
    """What `type` says in the configuration."""
    is_witness: ClassVar[bool] = False
    """Whether it asks somebody else about the service: that one's own failure says nothing of it."""
    name: Name
    group: str = "service"
    interval: Seconds = 60
    timeout: Seconds = 10
    critical: bool = False
    """Whether it is down after two failures instead of three."""
    needs: tuple[Name, ...] = ()
    """Names of checks without which it does not work."""
    uses: tuple[Name, ...] = ()
    """Names of checks without which it works worse."""
    any_of: tuple[Name, ...] = ()
    """Names of checks of which it needs `least`."""
    least: Annotated[int, Meta(ge=1)] = 1

    @property
    def dependencies(self) -> Needs:
        """What it depends on."""
        return Needs(self.needs, self.uses, self.any_of, self.least)

    @property
    def target(self) -> str:
        """What is looked at, as it may be shown: without anything that may be a secret."""
        raise NotImplementedError

    @property
    def asked_host(self) -> str:
        """The computer that is asked: what cannot be reached on one says nothing of another."""
        raise NotImplementedError

    def problems(self) -> Iterator[tuple[str, str]]:
        """Every rule that the configuration breaks: the key, and what is wrong with its value."""
        raise NotImplementedError

    async def look(self, web: Web) -> Look:
        """One look, now. Raises what `web` raises."""
        raise NotImplementedError

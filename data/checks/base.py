"""What every check has: a name, a rhythm, and one way to be looked at. A type of check is one file of this room.

Such a file holds the type's configuration, the rules that it must satisfy, and the look itself. A look never raises for
what a server does: that is its result.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, ClassVar, NamedTuple, Protocol, TypeVar

from msgspec import Meta, Struct

from data.job import JobRun, JobWatch
from data.model import Needs, Outcome

Seconds = Annotated[float, Meta(ge=0.1, le=86_400)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Port = Annotated[int, Meta(ge=1, le=65_535)]
_T = TypeVar("_T")


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
    def headers(self) -> Mapping[str, str]: ...  # noqa: D102

    @property
    def body(self) -> bytes: ...  # noqa: D102

    @property
    def seconds(self) -> float: ...  # noqa: D102


class Identity(NamedTuple):
    """Files in PEM with which a TLS connection is made."""

    certificate: str = ""
    """Of our own, shown to the server; empty shows none."""
    key: str = ""
    """Of the certificate; empty where both stand in one file."""
    authority: str = ""
    """Certificates that are trusted besides the operating system's."""


NOBODY = Identity()


class Web(Protocol):
    """How a look asks over HTTP: `data.sources.checks_web.ChecksWeb`, which is none of the configuration's business."""

    async def get(self, url: str, *, cap: int, seconds: float) -> Reply:
        """The answer to a GET, `cap` bytes of it at most, within `seconds`; raises SourceError where there is none."""
        ...

    async def call(
        self,
        url: str,
        *,
        cap: int,
        seconds: float,
        headers: Mapping[str, str],
        content: bytes | None = None,
        identity: Identity = NOBODY,
    ) -> Reply:
        """As `get`, with headers and a certificate; `content` makes it a POST, which must change nothing."""
        ...

    async def shared(self, question: Hashable, ask: Callable[[], Awaitable[_T]]) -> _T:
        """What `ask` comes to, asked once for all looks that begin in the same moment and have the same question."""
        ...

    def now_ms(self) -> int:
        """The present by the domain's clock, UTC epoch milliseconds."""
        ...

    async def secret(self, name: str) -> str:
        """What `config secret NAME` keeps; empty where nothing is kept, or it cannot be read."""
        ...

    def job(self, name: str) -> JobWatch:
        """What is known of the runs of the job that the check of that name watches."""
        ...

    def pings_problem(self) -> str:
        """Why no ping can arrive, as the reason of a look; empty where they can."""
        ...


class Look(NamedTuple):
    """What one look found."""

    outcome: Outcome
    reason: str = ""
    """Machine-readable cause (`http 503`, `timeout`, `expires 12`), as `data.words.reason_words` reads it."""
    latency_ms: int | None = None
    evidence: str = ""
    """What was answered, as it came: whoever keeps it cleans, masks and cuts it."""
    runs: tuple[JobRun, ...] = ()
    """Of a batch job: those that were not known before."""
    since_ms: int | None = None
    """Since when it is so, where that is known better than by the look."""
    turn_ms: int | None = None
    """When time alone makes it find something else, UTC epoch milliseconds; None where it does not."""


class FeedError(Exception):
    """What tells of a job's runs cannot be read: `reason` and `evidence` are those of the look."""

    def __init__(self, reason: str, evidence: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.evidence = evidence


_reading: set[str] = set()


async def unhurried(place: str, read: Callable[[], _T], seconds: float) -> _T:
    """What `read` finds in files at `place`, which it may do beside the event loop. Raises FeedError `timeout`.

    A drive that does not answer holds one thread, however often it is asked.
    """
    if place in _reading:
        raise FeedError("timeout")

    def work() -> _T:
        try:
            return read()
        finally:
            _reading.discard(place)

    _reading.add(place)
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(work)
    except TimeoutError:
        raise FeedError("timeout") from None


class Check(Struct, forbid_unknown_fields=True):
    """`[[check]]`: one thing that should work."""

    type_name: ClassVar[str]
    """What `type` says in the configuration."""
    name: Name
    group: str = "service"
    interval: Seconds = 60
    timeout: Seconds = 10
    critical: bool = False
    """Whether it is down after two failures instead of three."""
    impact: str = ""
    """Whom it hurts, and what they cannot do while it is down: told to the service manager."""
    documents: Mapping[str, str] = MappingProxyType({})
    """Where its documents are: names and addresses."""
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
    def rhythm(self) -> str:
        """Checks of one interval that have the same are looked at in the same moment."""
        return self.name

    @property
    def is_witness(self) -> bool:
        """Whether it asks somebody else about the service: that one's own failure says nothing of it."""
        return False

    @property
    def is_certain(self) -> bool:
        """Whether one look proves a state: it is a record or somebody's word, not a measurement that may go wrong."""
        return False

    @property
    def target(self) -> str:
        """What is looked at, as it may be shown: without anything that may be a secret."""
        raise NotImplementedError

    @property
    def asked_host(self) -> str:
        """The computer that is asked: what cannot be reached on one says nothing of another."""
        raise NotImplementedError

    def place(self, folder: Path) -> None:
        """Takes the files that it names to be in `folder`, where the configuration is."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Every rule that the configuration breaks: the key, and what is wrong with its value."""
        raise NotImplementedError

    async def look(self, web: Web) -> Look:
        """One look, now. Raises what `web` raises."""
        raise NotImplementedError

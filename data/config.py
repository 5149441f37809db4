"""The configuration file, typed; errors name the path of the bad value and say what to do."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field

from data.clock import Clock

Seconds = Annotated[float, Meta(ge=0.1, le=86_400)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]


class ConfigError(Exception):
    """The configuration cannot be used; the message says where, why and what to do."""


class Desk(Struct, forbid_unknown_fields=True):
    """`[desk]`: the person's own choices; what they change on the screen is remembered apart and wins."""

    service: Name = "Perehüvitised"
    language: str = "et"
    theme: str = "light"
    actor: str = ""
    """Who acts here, written beside own records; empty takes the name of the computer's user."""
    ascii: bool = False
    """Plain glyphs for terminals that draw ⏲ ⚑ ↩ ✖ two cells wide."""


class ClockConfig(Struct, forbid_unknown_fields=True):
    """`[clock]`: for the demo and tests; milliseconds of the UTC epoch."""

    anchor_ms: int = 0
    real_anchor_ms: int = 0
    speed: Annotated[float, Meta(ge=0, le=100_000)] = 1.0


class Jira(Struct, forbid_unknown_fields=True):
    """`[jira]`: one Jira Data Center; the token is kept elsewhere (keyring, environment or a 0600 file)."""

    url: str
    projects: Annotated[list[Name], Meta(min_length=1)]
    interval: Seconds = 60
    user: str = ""
    """Expected user name (`/myself`); empty accepts whoever the token belongs to, but never an anonymous answer."""
    boards: list[int] = field(default_factory=list)
    timeout: Seconds = 30


class HttpCheck(Struct, forbid_unknown_fields=True):
    """`[[check]]`: one address that should answer."""

    name: Name
    url: str
    group: str = "service"
    interval: Seconds = 60
    timeout: Seconds = 10
    status: Annotated[int, Meta(ge=100, le=599)] = 200
    contains: str = ""
    """Text that the body must hold; empty asks nothing of the body."""
    slow: Seconds = 2
    """Answers slower than this many seconds count as degraded."""


class Calendar(Struct, forbid_unknown_fields=True):
    """`[[calendar]]`: an ICS address (keep it secret) or file; exactly one of the two."""

    name: Name
    url: str = ""
    file: str = ""
    interval: Seconds = 300
    timeout: Seconds = 30


class Config(Struct, forbid_unknown_fields=True):
    """The whole file."""

    desk: Desk = field(default_factory=Desk)
    clock: ClockConfig = field(default_factory=ClockConfig)
    jira: Jira | None = None
    check: list[HttpCheck] = field(default_factory=list)
    calendar: list[Calendar] = field(default_factory=list)
    demo: bool = False
    """Set by the simulator: screens say so, and nothing is looked up in the keyring."""

    def domain_clock(self) -> Clock:
        """The clock that this configuration gives to every process."""
        return Clock(self.clock.anchor_ms, self.clock.real_anchor_ms, self.clock.speed)

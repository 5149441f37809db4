"""The words of outages: an incident, who was told of it, and what was done. Continues `data.model`."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from data.model import Free, Public, Staff


class Outage(NamedTuple):
    """A span of time in which a service was down, as the looks at it have shown. Times are UTC epoch milliseconds."""

    service: Public
    started_ms: int
    detected_ms: int
    ended_ms: int | None
    reason: Free
    """Machine-readable cause of its first proof, as in `CheckResult`."""

    @property
    def id(self) -> str:
        """What operations of the desk name it by: the outage of a service that began at a moment."""
        return f"{self.service}:{self.started_ms}"


class Stage(StrEnum):
    """What a notice is for."""

    FIRST = "first"
    UPDATE = "update"
    RESTORED = "restored"


class Channel(StrEnum):
    """How a notice leaves the desk."""

    EMAIL = "email"
    """Through the outbox."""
    DRAFT = "draft"
    """As a file that the person sends from their own mail program."""
    COPIED = "copied"
    """Over the clipboard."""
    TICKET = "ticket"
    """As a new ticket in Jira."""


class Notice(NamedTuple):
    """A note that was sent, or is on its way."""

    id: str
    """Of the operation that wrote it."""
    at_ms: int
    actor: Staff
    stage: Stage
    to: tuple[Staff, ...]
    """Names of the recipients."""
    title: Free
    text: Free
    channel: Channel
    state: str
    """As `data.store.outbox` tells it: `pending`, `sent`, `failed` …"""
    told_ms: int | None
    """When the mail server took it, or the person said that it was sent; None before."""
    reason: Free = ""
    """Machine-readable cause of its failure, as `data.post` tells it."""
    detail: Free = ""
    """What the mail server said, or whom it refused."""
    is_final: bool = False
    """Whether it is not tried again."""


class Remark(NamedTuple):
    """What the person wrote down about an incident: a measure taken, or an answer that came."""

    id: str
    at_ms: int
    actor: Staff
    text: Free


class OwnPlan(NamedTuple):
    """Maintenance that the person has planned on the desk."""

    id: str
    """Of the operation that wrote it."""
    at_ms: int
    actor: Staff
    service: Public
    start_ms: int
    end_ms: int
    text: Free


class Incident(NamedTuple):
    """An outage with what was done about it."""

    id: str
    service: Public
    started_ms: int
    detected_ms: int
    restored_ms: int | None
    reason: Free
    is_critical: bool
    is_declared: bool = False
    """Whether the person declared it: no look has shown it."""
    affected: tuple[Public, ...] = ()
    """What fails, or failed, because of it."""
    acknowledged_ms: int | None = None
    acknowledged_by: Staff = ""
    notices: tuple[Notice, ...] = ()
    """Oldest first, without those that were taken back."""
    measures: tuple[Remark, ...] = ()
    answers: tuple[Remark, ...] = ()
    next_ms: int | None = None
    """By when the next notice was promised; None before the first one and after the last."""
    cyber_ms: int | None = None
    """By when a significant cyber incident must have been reported; None where nobody holds it to be one."""

    @property
    def told_ms(self) -> int | None:
        """When the first notice had left; None while nobody was told."""
        return min((each.told_ms for each in self.notices if each.told_ms is not None), default=None)

    @property
    def to_detect_ms(self) -> int:
        """From the beginning of the outage until looks had proved it."""
        return self.detected_ms - self.started_ms

    @property
    def to_acknowledge_ms(self) -> int | None:
        """From the proof until the person took note."""
        return _span(self.detected_ms, self.acknowledged_ms)

    @property
    def to_notify_ms(self) -> int | None:
        """From the proof until the first notice had left (duty 3.3's own number)."""
        return _span(self.detected_ms, self.told_ms)

    @property
    def to_restore_ms(self) -> int | None:
        """From the beginning of the outage to its end."""
        return _span(self.started_ms, self.restored_ms)


def _span(from_ms: int, to_ms: int | None) -> int | None:
    return None if to_ms is None else max(0, to_ms - from_ms)

"""The words of pay-days: what the configuration says of a payment, and how one pay-day stands."""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from data.checks.base import Name
from data.language import _
from data.model import Public
from data.rules.working_calendar import clock_time

LAST = "last"
"""As `day`: the last one of the month."""


FARTHEST = 30
"""Working days from the pay-day that a stage may be at."""
_STEP = re.compile(r"([+-]?\d{1,2}) (\d{1,2}:\d{2})")


def step_of(text: str) -> tuple[int, time] | None:
    """`-2 16:00` as working days and a time of day; None for what is no such text."""
    match = _STEP.fullmatch(text.strip())
    if match is None or abs(int(match[1])) > FARTHEST:
        return None
    try:
        return int(match[1]), clock_time(match[2])
    except ValueError:
        return None


def day_problem(day: int | str) -> str:
    """What is wrong with `day` as the day of a month; empty when nothing is."""
    is_day = 1 <= day <= 31 if isinstance(day, int) else day == LAST
    return "" if is_day else _("write a day of the month from 1 to 31, or “last”.")


class RollRule(StrEnum):
    """What happens to a pay-day on which banks do not work."""

    PREVIOUS = "previous"
    NEXT = "next"
    NEXT_WITHIN_2 = "next_within_2"
    """The next one, unless people would wait for it for more than two working days; then the previous."""


class PaymentStage(Struct, forbid_unknown_fields=True):
    """`[[payments.NAME.stages]]`: one step of the making of a payment.

    `starts` and `due` are working days from the pay-day and a time of day in Estonia: `-2 16:00` is four in the
    afternoon two working days before it.
    """

    name: Name
    starts: str = ""
    """By when it should have begun."""
    due: str = ""
    """By when it should be done."""
    check: str = ""
    """Name of the check of the job whose run tells how it goes."""


class Payment(Struct, forbid_unknown_fields=True):
    """`[payments.NAME]`: what is paid every month, or in some months."""

    day: int | str
    """Day of the month, or `last`; in a month that is shorter, its last one."""
    title: Annotated[str, Meta(max_length=80)] = ""
    """As it is shown; empty shows NAME."""
    months: tuple[Annotated[int, Meta(ge=1, le=12)], ...] = tuple(range(1, 13))
    rule: str = RollRule.PREVIOUS.value
    services: tuple[Name, ...] = ()
    """Names of checks without which it cannot be made."""
    stages: tuple[PaymentStage, ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of all checks that it depends on, those of its jobs too."""
        return tuple(dict.fromkeys((*self.services, *(each.check for each in self.stages if each.check))))


class StageState(StrEnum):
    """How far a stage has come."""

    AHEAD = "ahead"
    RUNNING = "running"
    DONE = "done"
    LATE = "late"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Its time has come, and nothing tells whether it goes on."""


class StageStanding(NamedTuple):
    """One stage of one pay-day."""

    name: Public
    state: StageState
    starts_ms: int | None
    """By when it should have begun; None where only its end is fixed."""
    due_ms: int | None
    began_ms: int | None = None
    ended_ms: int | None = None
    check: Public = ""
    """The job that is watched for it."""
    is_watched: bool = False
    """Whether runs of that job are known at all."""

    @property
    def step_ms(self) -> int:
        """When it is its turn."""
        return (self.starts_ms if self.starts_ms is not None else self.due_ms) or 0


class Payday(NamedTuple):
    """One pay-day of one payment."""

    payment: Public
    """The NAME of the configuration."""
    title: Public
    day: str
    """When it is paid, an ISO day: always a banking day."""
    planned_day: str
    """The day before it was rolled."""
    prepared_ms: int
    """When its making begins: from then on an outage of what it needs threatens it."""
    over_ms: int
    """When its last step, or its day, is over."""
    stages: tuple[StageStanding, ...] = ()
    threats: tuple[Public, ...] = ()
    """What it needs and is down, while it is being made."""

    @property
    def id(self) -> str:
        """What names it: NAME and day."""
        return f"{self.payment}:{self.day}"

    @property
    def troubled(self) -> tuple[StageStanding, ...]:
        """The stages that are late or have failed."""
        return tuple(each for each in self.stages if each.state in (StageState.LATE, StageState.FAILED))

    @property
    def next_step(self) -> StageStanding | None:
        """The first stage that is still to be made; None where all are, and where there are none."""
        open_states = (StageState.AHEAD, StageState.RUNNING)
        return next((each for each in self.stages if each.state in open_states), None)

    @property
    def is_threatened(self) -> bool:
        """Whether the payment may not be made in time."""
        return bool(self.threats or self.troubled)

    @property
    def is_done(self) -> bool:
        """Whether every stage is."""
        return bool(self.stages) and all(each.state is StageState.DONE for each in self.stages)

"""Moments on the command line, and the clock that begins at one."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import click

from data.clock import Clock, epoch_ms
from data.language import _

EARLIEST, LATEST = 2000, 2100
"""Years between which a world can be made."""


class IsoTime(click.ParamType[datetime]):
    """A moment in ISO 8601; without a zone it is Europe/Tallinn."""

    name = "iso-time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment; fails with a plain sentence."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(_("“{text}” is not a time. Write it as 2026-12-04T09:14.").format(text=value), param, ctx)
        if not EARLIEST <= moment.year < LATEST:
            told = _("the year must be between {first} and {last}.").format(first=EARLIEST, last=LATEST - 1)
            self.fail(told, param, ctx)
        return moment


ISO_TIME = IsoTime()


def clock_from(moment: datetime | None, speed: float) -> Clock:
    """A clock that shows `moment` now (None: the real time) and runs `speed` times as fast from here on."""
    real_ms = time.time_ns() // 1_000_000
    return Clock(real_ms if moment is None else epoch_ms(moment), real_ms, speed)

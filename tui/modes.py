"""The modes of the desk: which key leads where. Tabs, keys, palette and help are built from this one list."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from data.language import N_


class Mode(NamedTuple):
    """One mode."""

    name: str
    key: str
    title: str
    """A message id; whoever shows it translates it."""
    tooltip: str
    parent: str = ""
    """The mode whose tab stands for it; a mode of its own has one of its own."""


MODES: tuple[Mode, ...] = (
    Mode("dashboard", "1", N_("Desk"), N_("Everything at a glance, and what needs you now")),
    Mode("services", "2", N_("Services"), N_("Live state of every service, with its latest results")),
    Mode("tickets", "3", N_("Tickets"), N_("Lists, search and filters over the tickets")),
    Mode("developments", "4", N_("Developments"), N_("Epics, releases and sprints on a timeline")),
    Mode("trainings", "5", N_("Trainings"), N_("The trainings to come, with places and answers")),
    Mode(
        "paydays",
        "F3",
        N_("Pay-days"),
        N_("When each payment is made, how far it has come, and what threatens it"),
        parent="services",
    ),
    Mode(
        "outbox",
        "F4",
        N_("Outbox"),
        N_("What you did to tickets: what waits, what was refused, what somebody else changed too"),
        parent="tickets",
    ),
    Mode("standup", "F9", N_("Stand-up"), N_("The round of the team on a shared screen, masked")),
)
TABS = tuple(mode for mode in MODES if not mode.parent)
TARGET_MODES = {
    "service": "services",
    "payday": "paydays",
    "ticket": "tickets",
    "action": "outbox",
    "development": "developments",
    "training": "trainings",
}
"""Which mode opens a target (`ticket:ID` …); sources open nothing."""


def mode_named(name: str) -> Mode:
    """The mode called `name`."""
    return next(mode for mode in MODES if mode.name == name)


Jump = Callable[[str], object]

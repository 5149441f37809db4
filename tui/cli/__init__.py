"""The command line: it builds what each command needs and imports nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.language import N_
from tui.cli.console import soften_console
from tui.cli.words import speak

if TYPE_CHECKING:
    from data.paths import Places

COMMANDS = {
    "demo": N_("Show the desk with simulated systems; leaves nothing behind."),
    "simulate": N_("Serve the simulated systems alone and print a ready configuration."),
    "sync": N_("Fetch from the systems without a screen."),
    "show": N_("Print what a pane shows, as a table or JSON."),
    "tickets": N_("List tickets: those of a view, or those that hold some words."),
    "outbox": N_("List what you did to tickets and Jira does not have yet; try again, or drop it."),
    "incident": N_("List outages, or tell one of them with all that was done."),
    "contacts": N_("List whom to ask and who is told, or find one of them."),
    "check": N_("Make one check now and explain what it finds."),
    "doctor": N_("Tell what works and what to do about what does not."),
    "config": N_("Make, check or find the configuration."),
}
"""Each lives in a room of its own name, which has `build(name, summary)`."""


def run(arguments: Sequence[str]) -> int:
    """Carries out a command line; returns the exit code (0 well, 1 something is wrong, 2 wrong usage)."""
    soften_console()
    speak(arguments)
    try:
        where = desk_alone(arguments)
        if where is not None:
            from tui.cli.desk import open_desk

            return open_desk(where)
        from tui.cli.program import carry_out

        return carry_out(arguments)
    except (Exception, KeyboardInterrupt) as error:
        from tui.cli.program import tell

        return tell(error)


def desk_alone(arguments: Sequence[str]) -> Places | None:
    """The places of a command line that opens the desk and says nothing else; None leaves it to click.

    Click would cost each start of the desk 20 ms. What is not plain goes to it all the same, with its rules for
    repetitions and mistakes.
    """
    if "_PEAKASUTAJA_COMPLETE" in os.environ:  # a shell asks click to complete a word
        return None
    told: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        option, is_joined, value = rest.pop(0).partition("=")
        if not is_joined:
            value = rest.pop(0) if rest else ""
        if option not in ("--config", "--data-dir") or option in told or not value or value.startswith("-"):
            return None
        told[option] = value
    from data.paths import places

    return places(told.get("--config"), told.get("--data-dir"))

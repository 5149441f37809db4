"""`demo`: simulated systems, sync and desk in a temporary place that is removed after."""

from __future__ import annotations

from datetime import datetime

import click

from data.config import load
from data.language import _, language
from data.paths import Places
from data.preferences import Preferences, load_preferences, save_preferences
from tui.cli.console import on_terminal
from tui.cli.moment import ISO_TIME
from tui.cli.options import Fault, command, float_range, whole_number
from tui.cli.signals import ending_by_signal

MORNING = datetime(2026, 12, 4, 9, 14)
"""An ordinary Friday morning: the same demo looks the same."""
SEED = 1


def build(name: str, summary: str) -> click.Command:
    """The command."""
    parameters: list[click.Parameter] = [
        click.Option(
            ["--seed"], type=whole_number(), default=SEED, show_default=True, metavar="N", help=_("Which world.")
        ),
        click.Option(
            ["--at"],
            type=ISO_TIME,
            default=MORNING.isoformat(timespec="minutes"),
            show_default=True,
            metavar=_("ISO-TIME"),
            help=_("When the day begins there."),
        ),
        click.Option(
            ["--speed"],
            type=float_range(0, 100_000),
            default=1.0,
            show_default=True,
            metavar="X",
            help=_("How many times faster time runs there."),
        ),
        click.Option(["--faults"], is_flag=True, help=_("Much goes wrong there, to watch what the desk says.")),
    ]
    return command(name, summary, demo, parameters)


def demo(where: Places, seed: int = SEED, at: datetime = MORNING, speed: float = 1.0, faults: bool = False) -> int:
    """Shows the desk until it is closed. Of the person's own files only language and theme are looked at."""
    if not on_terminal():
        raise Fault(
            _("The demo needs a terminal to draw on. Without one: “peakasutaja simulate” and “peakasutaja show”.")
        )
    from tui.cli.world import demo_places, simulated_systems

    own = load_preferences(where)
    with ending_by_signal(lambda: None), demo_places() as places:
        click.echo(_("Starting the simulated systems …"), err=True)
        with simulated_systems(places, seed, at, speed, faults=faults):
            save_preferences(places, Preferences(theme=own.theme, language=language()))
            from tui.cli.desk import run_desk

            return run_desk(load(places.config_file), places, stop_sync=True)

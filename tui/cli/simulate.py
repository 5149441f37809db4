"""`simulate`: the simulated upstream systems alone, and a ready configuration on standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime

import click

from data.language import _
from data.os_words import os_reason
from data.paths import Places
from tui.cli.moment import ISO_TIME, clock_from
from tui.cli.options import Fault, command, float_range, int_range, whole_number


def build(name: str, summary: str) -> click.Command:
    """The command."""
    parameters: list[click.Parameter] = [
        click.Option(
            ["--port"], type=int_range(0, 65_535), default=0, metavar="P", help=_("The port; 0 takes a free one.")
        ),
        click.Option(
            ["--seed"], type=whole_number(), default=1, show_default=True, metavar="N", help=_("Which world.")
        ),
        click.Option(["--tickets"], type=int_range(0, 1_000_000), metavar="N", help=_("How many tickets.")),
        click.Option(["--at"], type=ISO_TIME, metavar=_("ISO-TIME"), help=_("When it begins there; now if not told.")),
        click.Option(
            ["--speed"], type=float_range(0, 100_000), default=1.0, metavar="X", help=_("How many times faster.")
        ),
    ]
    return command(name, summary, simulate, parameters)


def simulate(where: Places, port: int, seed: int, tickets: int | None, at: datetime | None, speed: float) -> int:
    """Serves until Ctrl+C; everything but the configuration goes to standard error."""
    serve = server()
    try:
        serve(seed, tickets or 0, clock_from(at, speed), port, _print_configuration)
    except OSError as error:
        told = _("The port {port} cannot be opened: {reason}.").format(port=port, reason=os_reason(error))
        raise Fault(told) from None
    return 0


def server() -> Callable[..., None]:
    """The simulator's `serve`; raises `Fault` where its packages are not installed."""
    try:
        from data.simulator.serve import serve
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("starlette", "uvicorn"):
            raise
        told = _("The simulated systems need the packages starlette and uvicorn. Install “peakasutaja[demo]”.")
        raise Fault(told) from None
    return serve


def _print_configuration(configuration: str) -> None:
    # In UTF-8 whatever the console's code page: it is a file for a program to read.
    sys.stdout.buffer.write(configuration.encode("utf-8"))
    sys.stdout.buffer.flush()
    click.echo(_("Serving. Ctrl+C stops."), err=True)

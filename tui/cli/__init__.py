"""The command line: it builds what each command needs and imports nothing else."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from data import __version__
from data.language import N_, _
from tui.cli.options import place_options, soften_console
from tui.cli.words import speak
from tui.faults import fault_text, is_debugging

COMMANDS = {
    "demo": N_("Show the desk with simulated systems; leaves nothing behind."),
    "simulate": N_("Serve the simulated systems alone and print a ready configuration."),
    "sync": N_("Fetch from the systems without a screen."),
    "show": N_("Print what a pane shows, as a table or JSON."),
    "doctor": N_("Tell what works and what to do about what does not."),
    "config": N_("Make, check or find the configuration."),
}
"""Each lives in a room of its own name, which has `build(name, summary)`."""


def run(arguments: Sequence[str]) -> int:
    """Carries out a command line; returns the exit code (0 well, 1 something is wrong, 2 wrong usage)."""
    soften_console()
    speak(arguments)
    try:
        return int(_program().main(list(arguments), "peakasutaja", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Stopped."), err=True)
        return 1
    except Exception as error:
        if is_debugging():
            raise
        click.echo(fault_text(error), err=True)
        return 1


def _program() -> click.Group:
    return _Program(
        "peakasutaja",
        invoke_without_command=True,
        callback=_open_desk,
        help=_("The desk of a key user: without a command it opens on the screen."),
        params=[*place_options(), _version_option()],
    )


class _Program(click.Group):
    """The commands, each imported when it is called; help needs only their summaries."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        room = importlib.import_module(f"tui.cli.{cmd_name}")
        built: click.Command = room.build(cmd_name, _(COMMANDS[cmd_name]))
        return built

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Click would import every command for its summary.
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(summary)) for name, summary in COMMANDS.items()])


def _open_desk(**_values: object) -> int:
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        return 0
    from tui.cli.desk import open_desk
    from tui.cli.options import chosen_places

    return open_desk(chosen_places(context))


def _version_option() -> click.Option:
    def show_version(context: click.Context, _option: click.Parameter, is_wanted: bool) -> None:
        if is_wanted and not context.resilient_parsing:
            click.echo(f"peakasutaja {__version__}")
            context.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show_version,
        help=_("Show the version and exit."),
    )

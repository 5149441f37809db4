"""The command line as click reads it."""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Sequence

import click

from data import __version__
from data.language import _, language
from data.os_words import os_reason
from tui.cli import COMMANDS
from tui.cli.options import place_options
from tui.faults import fault_text, is_debugging

_PYTHON_QUOTES = re.compile(r"(?<!\w)'([^'\n]*)'(?!\w)")


def carry_out(arguments: Sequence[str]) -> int:
    """Carries out a command line; returns the exit code. Raises whatever goes wrong: `tell` says it."""
    return int(program().main(list(arguments), "peakasutaja", standalone_mode=False) or 0)


def tell(error: BaseException) -> int:
    """Says on standard error what went wrong; returns the exit code. Raises `error` again when the person debugs."""
    if isinstance(error, click.UsageError):
        shown = io.StringIO()
        error.show(shown)
        click.echo(_with_own_quotes(shown.getvalue()), err=True, nl=False)
        return error.exit_code
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, click.Abort | KeyboardInterrupt):
        click.echo(_("Stopped."), err=True)
    elif is_debugging():
        raise error
    elif isinstance(error, OSError) and error.strerror:
        words = _("{file} cannot be used: {reason}. Look at the disk and its permissions, or choose --data-dir.")
        click.echo(words.format(file=error.filename or _("The output"), reason=os_reason(error)), err=True)
    else:
        click.echo(fault_text(error), err=True)
    return 1


def _with_own_quotes(words: str) -> str:
    """What click quotes by itself as Python does (options, choices, suggestions) in the quotes of Estonian."""
    return _PYTHON_QUOTES.sub(r"„\1“", words) if language() == "et" else words


def program() -> click.Group:
    """The command line, with its words in the language in use."""
    return _Program(
        "peakasutaja",
        invoke_without_command=True,
        callback=_open_desk,
        help=_("The desk of a key user: without a command it opens on the screen."),
        params=[*place_options(), _version_option()],
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("[COMMAND] [ARGS]..."),
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

"""What every command shares: where files live and how faults are told."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from data.config import Config, ConfigError, load
from data.language import _
from data.paths import Places, places
from tui.cli.console import silence_console

_F = TypeVar("_F", bound=Callable[..., Any])


class Fault(click.ClickException):
    """Something is wrong that the person can do something about: told in a sentence, exit code 1."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        """Writes the sentence to standard error."""
        click.echo(self.message, file=file, err=file is None)


def place_options() -> list[click.Parameter]:
    """`--config` and `--data-dir`, for the program and again for each command."""
    return [
        click.Option(
            ["--config", "config_file"],
            type=click.Path(path_type=Path),
            metavar=_("FILE"),
            help=_("The configuration file (also PEAKASUTAJA_CONFIG)."),
        ),
        click.Option(
            ["--data-dir"],
            type=click.Path(path_type=Path),
            metavar=_("DIR"),
            help=_("The folder of the desk’s own files (also PEAKASUTAJA_DATA_DIR)."),
        ),
    ]


class _IntRange(click.IntRange):
    def _describe_range(self) -> str:
        return _bounds(self.min, self.max)


class _FloatRange(click.FloatRange):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuses what is no number: it lies within any bounds, for it is neither less nor more."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            told = _("{value!r} is not a valid {number_type}.").format(value=value, number_type=self.name)
            self.fail(told, param, ctx)
        return number

    def _describe_range(self) -> str:
        return _bounds(self.min, self.max)


def _bounds(least: float | None, most: float | None) -> str:
    """The bounds of a number in words; click writes them as a formula of x."""
    return f"{least}–{most}" if most is not None else _("{least} or more").format(least=least)


def whole_number() -> click.ParamType[int]:
    """A whole number, called so in the language in use."""
    kind = click.types.IntParamType()
    kind.name = _("a whole number")
    return kind


def int_range(least: int, most: int | None = None) -> click.IntRange:
    """A whole number within bounds, called so in the language in use."""
    kind = _IntRange(least, most)
    kind.name = _("a whole number")
    return kind


def float_range(least: float, most: float) -> click.FloatRange:
    """A number within bounds, called so in the language in use."""
    kind = _FloatRange(least, most)
    kind.name = _("a number")
    return kind


def chosen_places(context: click.Context) -> Places:
    """The places in force: what stands after the command wins over what stands before it."""
    chosen: dict[str, Path | None] = {}
    level: click.Context | None = context
    while level is not None:
        for name in ("config_file", "data_dir"):
            chosen[name] = chosen.get(name) or level.params.get(name)
        level = level.parent
    return places(chosen["config_file"], chosen["data_dir"])


def command(
    name: str, summary: str, action: Callable[..., Any], parameters: list[click.Parameter] | None = None, **more: Any
) -> click.Command:
    """A command whose `action` is given the places in force and its own parameters.

    `action(where, **parameters)` returns the exit code, or None for 0.
    """

    def call(**values: Any) -> int:
        context = click.get_current_context()
        for shared in ("config_file", "data_dir"):
            values.pop(shared, None)
        try:
            code = int(action(chosen_places(context), **values) or 0)
            sys.stdout.flush()
        except BrokenPipeError:
            # Caught before click, which would call it a failure.
            silence_console()
            return 0
        return code

    return click.Command(
        name,
        callback=call,
        params=[*(parameters or []), *place_options()],
        help=summary,
        short_help=summary,
        options_metavar=_("[OPTIONS]"),
        **more,
    )


def configuration(where: Places) -> Config:
    """The configuration in force; raises `Fault` with every problem found."""
    try:
        return load(where.config_file)
    except ConfigError as error:
        raise Fault(str(error)) from None

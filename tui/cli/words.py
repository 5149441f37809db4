"""The language of the command line, and the words of click itself."""

from __future__ import annotations

import gettext
import os
import tomllib
from collections.abc import Sequence

from data.language import DOMAIN, LANGUAGES, LOCALE_DIR, N_, language, ngettext, use_language
from data.paths import Places, places
from data.preferences import load_preferences


def speak(arguments: Sequence[str]) -> None:
    """Chooses the language before the arguments are parsed, so that `--help` and usage errors are in it too."""
    use_language(_chosen(places(_told(arguments, "--config"), _told(arguments, "--data-dir"))))
    # Click takes its own words from gettext's default domain, in the language of the environment.
    os.environ["LANGUAGE"] = language()
    gettext.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gettext.textdomain(DOMAIN)


def _chosen(where: Places) -> str:
    """The environment's language, else the one remembered, else the configuration's, else Estonian."""
    wanted = (os.environ.get("PEAKASUTAJA_LANGUAGE", ""), load_preferences(where).language)
    return next((each for each in wanted if each in LANGUAGES), "") or _configured(where)


def _configured(where: Places) -> str:
    # A broken file is reported by whoever needs its content, in the language that can be had.
    try:
        with where.config_file.open("rb") as stream:
            desk = tomllib.load(stream).get("desk")
    except (OSError, ValueError, RecursionError):
        return LANGUAGES[0]
    found = desk.get("language") if isinstance(desk, dict) else None
    return found if found in LANGUAGES else LANGUAGES[0]


def _told(arguments: Sequence[str], option: str) -> str | None:
    """The value of `option`, wherever it stands; None when it is not there."""
    for place, argument in enumerate(arguments):
        if argument == option:
            return arguments[place + 1] if place + 1 < len(arguments) else None
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return None


CLICK_WORDS = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Positional arguments"),
    N_("Show this message and exit."),
    N_("Try '{command} {option}' for help."),
    N_("Error: {message}"),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("Option {name!r} does not take a value."),
    N_("default: {default}"),
    N_("Choose from:\n\t{choices}"),
)
"""Messages of click that a person may meet; a test holds them against the installed click."""


def click_plurals(count: int) -> tuple[str, ...]:
    """Messages of click that have plural forms, as they read for `count`."""
    return (
        ngettext("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", count),
        ngettext("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.", count),
        ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", count),
        ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", count),
    )

"""`sync`: the sync process without a screen, in the foreground."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from data.language import _, language, ngettext
from data.paths import Places
from data.text import clean_line
from data.words import number, sentence, source_word
from tui.cli.options import Fault, command, configuration

if TYPE_CHECKING:
    from data.sync.report import SourceReport

BAR_CELLS = 24
OWN_KIND = "sync"
"""Kind of a report of the sync about itself."""


def build(name: str, summary: str) -> click.Command:
    """The command."""
    once = click.Option(["--once"], is_flag=True, help=_("Read every source once and end."))
    return command(name, summary, sync, [once])


def sync(where: Places, once: bool) -> int:
    """Fetches until stopped, or once; exit code 1 when a source failed or nothing could be read."""
    from data.secrets import SecretError, store_key
    from data.sync.ends import DONE
    from data.sync.process import run

    config = configuration(where)
    # The language of the command line was chosen already; the process would take the configuration's.
    config.desk.language = language()
    try:
        key = store_key(where, create=True, demo=config.demo)
    except SecretError as error:
        raise Fault(str(error)) from None
    if not (config.jira or config.check or config.calendar):
        raise Fault(_("Nothing is configured yet: no Jira, no address to watch, no calendar."))
    told = Progress(is_verbose=once)
    try:
        # The process's own codes tell the desk that started it why it ended; a person has read why.
        return 0 if run(config, where, key, once=once, owned=False, report=told.report) == DONE else 1
    finally:
        told.clear()


class Progress:
    """One line a source when its poll is over; while a fill is under way, a bar on a terminal."""

    def __init__(self, *, is_verbose: bool) -> None:
        """`is_verbose` tells polls that changed nothing too."""
        self._is_verbose = is_verbose
        self._has_terminal = sys.stderr.isatty()
        self._has_bar = False
        self._told: set[str] = set()
        self._failing: dict[str, str] = {}

    def report(self, report: SourceReport) -> None:
        """Takes what the sync says."""
        if not report.is_finished:
            self._draw(report)
            return
        self.clear()
        is_news = report.changed > 0 or report.name not in self._told
        is_news = is_news or self._failing.get(report.name, "") != report.error_code
        self._told.add(report.name)
        self._failing[report.name] = report.error_code
        if self._is_verbose or is_news:
            click.echo(line(report), err=bool(report.error_code))

    def clear(self) -> None:
        """Wipes the bar."""
        if self._has_bar:
            click.echo("\r\x1b[2K", nl=False, err=True)
            self._has_bar = False

    def _draw(self, report: SourceReport) -> None:
        if not (self._has_terminal and report.total and report.done < report.total):
            return
        full = round(BAR_CELLS * report.done / report.total)
        bar = "█" * full + "░" * (BAR_CELLS - full)
        name = sentence(source_word(clean_line(report.name, 40)))
        click.echo(f"\r\x1b[2K{name}  {bar}  {number(report.done)} / {number(report.total)}", nl=False, err=True)
        self._has_bar = True


def line(report: SourceReport) -> str:
    """A finished poll in one line: what changed, or what went wrong, and how long it took."""
    if report.kind == OWN_KIND:
        return clean_line(report.error_detail)
    name = sentence(source_word(clean_line(report.name, 80)))
    seconds = f"{number(report.seconds, 1)} s"
    if report.error_code:
        return _("{name}: failed after {seconds}: {reason}").format(
            name=name, seconds=seconds, reason=clean_line(report.error_detail)
        )
    if not report.changed:
        return _("{name}: nothing changed, {seconds}").format(name=name, seconds=seconds)
    return f"{name}: {_news(report)}, {seconds}"


def _news(report: SourceReport) -> str:
    """What came, in what a person counts."""
    n = report.records
    if not n:
        return _("details changed")
    told = {
        "jira": ngettext("{n} ticket new or changed", "{n} tickets new or changed", n),
        "calendar": ngettext("{n} event new or changed", "{n} events new or changed", n),
        "checks": ngettext("{n} check made", "{n} checks made", n),
    }
    return told[report.kind].format(n=number(n))

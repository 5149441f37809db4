"""The questions of `config init`: each answer is checked when it is given, and the connection before it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import click

from data.checks.http import HttpCheck
from data.config import SERVICE_LENGTH, Calendar, Config, Desk, Jira
from data.config_rules import jira_url_problem, project_problem, url_problem, warnings
from data.diagnosis import Finding, is_bad
from data.language import _, language
from data.setup import named_calendar
from tui.cli.report import print_findings

Source: TypeAlias = Jira | HttpCheck | Calendar
Test = Callable[[Source, str], list[Finding]]
"""Tries a source with a token (empty where it has none)."""


class RefusedError(Exception):
    """The connection does not work, and the person does not want to answer again."""


def ask_configuration(test: Test) -> tuple[Config, str]:
    """The configuration and Jira's token (or empty), from a person at the terminal.

    `test` tries each source when it was named. Raises click.Abort when the person breaks off, and `RefusedError` when
    they leave it at a Jira that does not work; nothing is written before the end.
    """
    click.echo(_("A few questions. An empty answer skips a part; Ctrl+C breaks off, and nothing is written."))
    click.echo()
    service = _ask(_("Name of the service"), _service_name)
    config = Config(desk=Desk(service=service, language=language()))
    config.jira, token = _ask_jira(test)
    config.check = [*_ask_checks(test)]
    config.calendar = _ask_calendars(test)
    return config, token


def _ask_jira(test: Test) -> tuple[Jira | None, str]:
    url = projects = ""
    while True:
        url = _ask(_("Jira’s address, for example https://jira.example.ee"), _checked(jira_url_problem), before=url)
        if not url:
            return None, ""
        for told in warnings(Config(jira=Jira(url=url, projects=[]))):
            click.echo(_("Warning: {text}").format(text=told))
        question = _("Projects, separated by spaces, for example SKAH SKAA")
        projects = _ask(question, _project_keys, is_needed=True, before=projects)
        token = click.prompt(
            _("Access token (not shown while typing; in Jira: Profile → Personal Access Tokens)"),
            default="",
            hide_input=True,
            show_default=False,
        ).strip()
        jira = Jira(url=url, projects=projects.split())
        if not token:
            click.echo(_("Without a token Jira is not read. Add it later with “peakasutaja config init”."))
            return jira, ""
        if _works(test, jira, token):
            return jira, token
        if not agrees(_("Answer again?"), default=True):
            raise RefusedError


def _ask_checks(test: Test) -> list[HttpCheck]:
    checks: list[HttpCheck] = []
    while url := _ask(_("Address that should answer (empty: no more)"), _checked(url_problem)):
        taken = {check.name for check in checks}
        check = HttpCheck(name=_ask(_("Its name on the screen"), _untaken(taken), is_needed=True), url=url)
        if _stays(test, check):
            checks.append(check)
    return checks


def _ask_calendars(test: Test) -> list[Calendar]:
    calendars: list[Calendar] = []
    while place := _ask(_("Calendar with trainings: ICS address or file (empty: no more)"), _calendar_place):
        taken = {calendar.name for calendar in calendars}
        name = _ask(_("Its name on the screen"), _untaken(taken), is_needed=True)
        calendar = named_calendar(f"{name}={place}")
        if _stays(test, calendar):
            calendars.append(calendar)
    return calendars


def _works(test: Test, source: Source, token: str = "") -> bool:
    """Whether what was named works; tells what was found."""
    click.echo(_("Trying the connection …"))
    findings = test(source, token)
    print_findings(findings)
    return not is_bad(findings)


def _stays(test: Test, source: HttpCheck | Calendar) -> bool:
    """Whether it works, or the person keeps it although it does not: it may be down just now."""
    return _works(test, source) or agrees(_("Keep it all the same?"), default=False)


def agrees(question: str, *, default: bool) -> bool:
    """Whether the person says yes, by the first letter of the word in the language in use or in English."""
    yes, no = _("yes"), _("no")
    known = {yes: True, yes[0]: True, no: False, no[0]: False, "yes": True, "y": True, "no": False, "n": False}

    def taken(text: str) -> bool:
        answer = known.get(text.strip().casefold(), None if text.strip() else default)
        if answer is None:
            raise click.UsageError(_("Answer {yes} or {no}.").format(yes=yes, no=no))
        return answer

    letters = f"{yes[0].upper()}/{no[0]}" if default else f"{yes[0]}/{no[0].upper()}"
    return bool(click.prompt(f"{question} [{letters}]", default="", show_default=False, value_proc=taken))


def _ask(question: str, checked: Callable[[str], str], *, is_needed: bool = False, before: str = "") -> str:
    """An answer that passes `checked`, which raises click.UsageError; empty where that is allowed.

    `before` is what was answered the last time, and is taken again for an empty answer.
    """

    def taken(text: str) -> str:
        return checked(text.strip()) if text.strip() else ""

    answer = ""
    while not answer:
        answer = click.prompt(question, default=before, show_default=bool(before), value_proc=taken)
        if not is_needed:
            break
    return answer


def _service_name(text: str) -> str:
    if len(text) > SERVICE_LENGTH:
        raise click.UsageError(_("The name has at most {n} characters.").format(n=SERVICE_LENGTH))
    return text


def _checked(problem_of: Callable[[str], str]) -> Callable[[str], str]:
    def checked(text: str) -> str:
        if problem := problem_of(text):
            raise click.UsageError(problem)
        return text

    return checked


def _project_keys(text: str) -> str:
    keys = [key.upper() for key in text.replace(",", " ").split()]
    for key in keys:
        if problem := project_problem(key):
            raise click.UsageError(problem)
    return " ".join(dict.fromkeys(keys))


def _untaken(taken: set[str]) -> Callable[[str], str]:
    def checked(text: str) -> str:
        if text in taken:
            raise click.UsageError(_("There is one of that name already."))
        if "=" in text or len(text) > 80:
            raise click.UsageError(_("A name has at most 80 characters and no “=”."))
        return text

    return checked


def _calendar_place(text: str) -> str:
    calendar = named_calendar(f"x={text}")
    if calendar.url and (problem := url_problem(calendar.url)):
        raise click.UsageError(problem)
    return text

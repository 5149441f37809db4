"""Each source looked at by a real request: Jira's user, projects and Agile; every address; every calendar."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import httpx
from msgspec import Struct

from data.checks.base import Check
from data.clock import Clock
from data.config import Calendar, Config, Jira
from data.diagnosis import Finding, bad, broken, good, skipped, warning
from data.job import JobWatch
from data.language import _, ngettext
from data.model import CheckResult, Outcome, Quarantined
from data.odd_words import odd_words
from data.sources.answers import is_web_page
from data.sources.batch import Batch, SourceError
from data.sources.calendar import CalendarSource
from data.sources.checks import CheckSource
from data.sources.client import host_of, proxy_advice
from data.sources.jira_link import JiraLink
from data.sources.jira_wire import BoardPage
from data.words import number, reason_words, source_word
from data.xroad_words import whom_to_tell

LONGEST = 60.0
"""Seconds that one source may take."""
ODD_TOLD = 3
"""Odd events that are told with their reasons."""
_NOT_REACHED = ("refused", "dns", "unreachable", "timeout")
"""Reasons for which no answer was there to be compared with anything."""
_T = TypeVar("_T")


class _Project(Struct):
    key: str


def look_at_jira(jira: Jira, token: str) -> list[Finding]:
    """What a few requests to Jira find; takes at most `LONGEST` seconds and raises nothing for faults of the server."""
    return asyncio.run(jira_findings(jira, token))


def look_at_check(check: Check) -> list[Finding]:
    """What one look at an address finds now, in at most `LONGEST` seconds; raises nothing."""
    return asyncio.run(_whole(check.name, check_finding(check, Config().domain_clock())))


def look_at_calendar(calendar: Calendar) -> list[Finding]:
    """What reading a calendar finds now, in at most `LONGEST` seconds; raises nothing."""
    subject = source_word(f"calendar:{calendar.name}")
    return asyncio.run(_whole(subject, calendar_finding(calendar, Config().domain_clock())))


class Known(NamedTuple):
    """What checks may ask besides the network."""

    jobs: Mapping[str, JobWatch] = MappingProxyType({})
    """The runs of batch jobs, by the name of the check."""
    secret: Callable[[str], str | None] = lambda _name: None
    """What is kept under a name."""


NOTHING_KNOWN = Known()


async def look_at_all(config: Config, token: str | None, desk: Known = NOTHING_KNOWN) -> AsyncIterator[Finding]:
    """Findings on every configured source, in the order of the configuration, as they come; raises nothing."""
    if config.jira is None:
        yield skipped("Jira", _("not configured."))
    elif not token:
        yield bad("Jira", _("there is no access token."), _("Store one with “peakasutaja config init”."))
    else:
        for finding in await _whole("Jira", jira_findings(config.jira, token)):
            yield finding
    for check in config.check:
        for finding in await _whole(check.name, check_finding(check, config.domain_clock(), desk)):
            yield finding
    for calendar in config.calendar:
        looking = calendar_finding(calendar, config.domain_clock())
        for finding in await _whole(source_word(f"calendar:{calendar.name}"), looking):
            yield finding


async def _whole(subject: str, looking: Coroutine[None, None, list[Finding] | Finding]) -> list[Finding]:
    """What is found; a fault of our own is told as a finding, so that what comes after is looked at too."""
    try:
        found = await looking
    except Exception as error:  # whatever it is, the rest must follow
        return [broken(subject, error)]
    return found if isinstance(found, list) else [found]


async def jira_findings(jira: Jira, token: str, transport: httpx.AsyncBaseTransport | None = None) -> list[Finding]:
    """Who the token belongs to, which projects it sees, and whose sprints can be read."""
    link = JiraLink(jira, lambda: token, transport)
    subject = f"Jira {host_of(jira.url)}"
    try:
        return await _in_time(_ask_jira(link, jira, subject))
    except SourceError as error:
        return [_refused("Jira", error)]  # it names the host already
    except TimeoutError:
        return [bad(subject, _("no answer in {n} seconds.").format(n=round(LONGEST)), _("Check the network."))]
    finally:
        await link.close()


async def _ask_jira(link: JiraLink, jira: Jira, subject: str) -> list[Finding]:
    me = await link.guard()
    findings = [good(subject, _("the token is accepted (user {user}).").format(user=me.name or me.key))]
    projects = await link.read("/rest/api/2/project", list[_Project])
    hidden = [key for key in jira.projects if key not in {project.key for project in projects}]
    if hidden:
        findings.append(
            bad(
                subject,
                _("these projects are not visible: {keys}.").format(keys=", ".join(hidden)),
                _("Correct the keys, or ask Jira’s keeper for the right to browse them."),
            )
        )
    else:
        count = len(jira.projects)
        findings.append(
            good(subject, ngettext("{n} project is visible.", "{n} projects are visible.", count).format(n=count))
        )
    readable = [key for key in jira.projects if key not in hidden]
    return [*findings, await _sprints_finding(link, jira.boards, readable, subject)]


async def _sprints_finding(link: JiraLink, boards: Sequence[int], projects: Sequence[str], subject: str) -> Finding:
    """Whether the sprints of the configured boards, or else of the projects' own ones, can be read."""
    asked = [(f"/board/{board}/sprint", {"maxResults": "1"}) for board in boards]
    if not boards:
        asked = [("/board", {"projectKeyOrId": key, "type": "scrum", "maxResults": "50"}) for key in projects]
    found = 0
    for path, parameters in asked:
        reply = await link.get(f"/rest/agile/1.0{path}", parameters)
        if reply.status != 200 or is_web_page(reply):
            what = _("sprints cannot be read (HTTP {status}).").format(status=reply.status)
            advice = _("Developments are shown without sprints. Ask for the right to use Jira Software.")
            if boards:
                what = _("the sprints of board {board} cannot be read (HTTP {status}).").format(
                    board=path.split("/")[2], status=reply.status
                )
                advice = _("Correct the boards in the configuration, or ask Jira’s keeper for the right to see them.")
            return warning(subject, what, advice)
        found += 1 if boards else sum(each.type == "scrum" for each in link.decode(reply, BoardPage).values)
    if not found:
        return skipped(subject, _("the projects have no boards with sprints; developments are shown without them."))
    told = ngettext("the sprints of {n} board can be read.", "the sprints of {n} boards can be read.", found)
    return good(subject, told.format(n=found))


async def check_finding(check: Check, clock: Clock, desk: Known = NOTHING_KNOWN) -> Finding:
    """What one look finds at the present of `clock`, where so much is known."""
    return result_finding(await look_now(check, clock, desk.jobs.get(check.name), desk.secret), check)


async def look_now(
    check: Check,
    clock: Clock,
    known: JobWatch | None = None,
    secret: Callable[[str], str | None] = lambda _name: None,
) -> CheckResult:
    """One look, which takes `LONGEST` seconds at most; its result is dated by `clock`.

    `known` are the runs of the job that it watches; `secret` reads what is kept under a name.
    """
    source = CheckSource([check], clock, secret=secret)
    try:
        return await _in_time(source.look(check, known))
    except TimeoutError:
        return CheckResult(check.name, clock.now_ms(), Outcome.FAIL, "timeout", None)
    finally:
        await source.close()


def result_finding(result: CheckResult, check: Check | None = None) -> Finding:
    """What a result of `check` means, and what to do about it."""
    subject, reason = result.check, reason_words(result.reason)
    seconds = "" if result.latency_ms is None else f" ({number(result.latency_ms / 1000, 2)} s)"
    if result.outcome is Outcome.OK:
        return good(subject, _("answers as expected{seconds}.").format(seconds=seconds))
    if result.outcome is Outcome.DEGRADED and result.reason == "slow":
        return warning(subject, _("answers, but slowly{seconds}.").format(seconds=seconds))
    advice = _advice(result, check)
    if result.outcome is Outcome.DEGRADED:
        return warning(subject, _("works, but {reason}{seconds}.").format(reason=reason, seconds=seconds), advice)
    if result.outcome is Outcome.MAINTENANCE:
        return warning(subject, _("is under maintenance: {reason}.").format(reason=reason))
    if result.outcome is Outcome.UNKNOWN:
        return warning(subject, _("could not be measured: {reason}.").format(reason=reason), advice)
    told = _("does not answer as expected: {reason}{seconds}.")
    advice = advice or _("If it works in a browser, compare the address and the expected answer in the configuration.")
    return bad(subject, told.format(reason=reason, seconds=seconds), advice)


def _advice(result: CheckResult, check: Check | None) -> str:
    """What to do about a cause; empty where it asks for nothing of its own."""
    code, _space, name = result.reason.partition(" ")
    if code in ("secret", "refused") and name:
        return _("Make a read-only key there, and store it with “peakasutaja config secret {name}”.").format(name=name)
    if check is not None and check.type_name == "xroad" and result.reason in _NOT_REACHED:
        return _(
            "Ask your IT house to let this computer reach the security server, or connect the VPN. "
            "Until then a check of type prometheus or manual can stand in for it."
        )
    if result.reason == "proxy":
        return proxy_advice()
    if result.reason in _NOT_REACHED:
        return _("Check the network or VPN, and the address in the configuration.")
    if result.reason.startswith(("tls", "expires ")):
        return _("Ask whoever keeps the server to put its certificate right.")
    return whom_to_tell(result.reason)


async def calendar_finding(calendar: Calendar, clock: Clock) -> Finding:
    """What reading a calendar finds."""
    source = CalendarSource(calendar, clock)
    subject = source_word(source.name)
    try:
        batches = await _in_time(_all_of(source))
    except SourceError as error:
        return _refused(subject, error)
    except TimeoutError:
        return bad(subject, _("no answer in {n} seconds.").format(n=round(LONGEST)))
    finally:
        await source.close()
    events = sum(len(batch.rows.get("event", ())) for batch in batches)
    odd = [Quarantined(*row[1:]) for batch in batches for row in batch.rows.get("quarantine", ())]
    found = ngettext("{n} event found.", "{n} events found.", events).format(n=events)
    if not odd:
        return good(subject, found)
    reasons = "; ".join([*map(odd_words, odd[:ODD_TOLD]), *(["…"] if len(odd) > ODD_TOLD else [])])
    told = ngettext("{n} odd event: {reasons}.", "{n} odd events: {reasons}.", len(odd))
    return warning(
        subject,
        f"{found} {told.format(n=len(odd), reasons=reasons)}",
        _("Ask the calendar’s keeper to correct them; “peakasutaja show trainings --json” names them all."),
    )


def _refused(subject: str, error: SourceError) -> Finding:
    """What a source complains of: first what is the matter, then what to do about it."""
    what, _stop, advice = str(error).partition(". ")
    return bad(subject, f"{what}." if advice else what, advice)


async def _all_of(source: CalendarSource) -> list[Batch]:
    return [batch async for batch in source.fetch("", {})]


async def _in_time(question: Coroutine[None, None, _T]) -> _T:
    async with asyncio.timeout(LONGEST):
        return await question

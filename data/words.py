"""Numbers, names of sources and machine-readable causes (`http 503`, `timeout`) in the person's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from data.language import _, language, ngettext, pgettext
from data.model import AbsenceKind, ClockKind, Doubt, Gap, Service, ServiceState, SourceState, TicketAbsence
from data.moments import day_time_words
from data.xroad_words import fault_words

NO_BREAK = "\u00a0"
"""Keeps a number and its unit on one line."""
SOON_MS = 60_000
"""What happens within this time needs no word."""

_KNOWN: dict[str, Callable[[], str]] = {
    "timeout": lambda: _("no answer in time"),
    "body mismatch": lambda: _("the answer lacks the expected text"),
    "slow": lambda: _("answers slowly"),
    "refused": lambda: _("the connection is refused"),
    "dns": lambda: _("the address is not known"),
    "outdated": lambda: _("not looked at lately"),
    "own network": lambda: _("our own network connection is gone"),
    "no data": lambda: _("the query finds no data"),
    "no number": lambda: _("the value is not a number"),
    "other answer": lambda: _("the answer is not one that can be used"),
    "query refused": lambda: _("Prometheus refuses the query"),
    "alert": lambda: _("an alert of the monitoring is active"),
    "alert suppressed": lambda: _("the alert of the monitoring is silenced"),
    "filter refused": lambda: _("Alertmanager refuses the filter"),
    "no watchdog": lambda: _("no alert, but nothing proves that the monitoring works"),
    "watchdog silent": lambda: _("the alert that always fires is silent: the monitoring itself does not work"),
    "value mismatch": lambda: _("a value in the answer is not the expected one"),
    "tls": lambda: _("the certificate is not trusted"),
    "tls untrusted": lambda: _("the certificate is not trusted"),
    "tls self-signed": lambda: _("the certificate is signed by the server itself"),
    "tls expired": lambda: _("the certificate has expired"),
    "tls not yet": lambda: _("the certificate is not valid yet"),
    "tls wrong host": lambda: _("the certificate is made out to another address"),
    "tls handshake": lambda: _("no secure connection comes about"),
    "tls unreadable": lambda: _("the certificate cannot be read"),
    "mail auth": lambda: _("the mail server does not take the user name or password"),
    "mail unsecured": lambda: _("the mail server offers no secure connection or sign-in"),
    "mail sender": lambda: _("the mail server does not take the sender’s address"),
    "mail recipients": lambda: _("the mail server takes none of the recipients"),
    "mail refused": lambda: _("the mail server does not take the message"),
    "mail uncertain": lambda: _("it is not known whether the mail server took it"),
    "unreachable": lambda: _("cannot be reached"),
    "paused": lambda: _("not asked: the server wants a pause"),
    "proxy": lambda: _("the proxy settings of this computer cannot be used"),
    "manual": lambda: _("written down by hand"),
    "certificate": lambda: _("the server asks for a certificate of ours that it accepts"),
    "not listed": lambda: _("the provider does not offer the service"),
    "no requests": lambda: _("nobody has used it lately"),
    "monitor restarted": lambda: _("the security server's monitoring was just restarted"),
    "maintenance mode": lambda: _("the security server is in maintenance mode"),
    "no folder": lambda: _("there is no such folder"),
    "no file": lambda: _("the file cannot be read"),
    "ping port": lambda: _("another program holds the port of the pings"),
    "job failed": lambda: _("ended with an error"),
    "job twice": lambda: _("ran twice"),
    "job unseen": lambda: _("has not run since it is watched"),
    "healthchecks down": lambda: _("Healthchecks: the job has not reported"),
    "healthchecks grace": lambda: _("Healthchecks: the job is late"),
    "healthchecks paused": lambda: _("Healthchecks does not watch the job: it is paused"),
    "healthchecks new": lambda: _("Healthchecks: the job has never reported"),
    "act refused": lambda: _("Jira does not take it"),
    "act server": lambda: _("Jira answered with an error"),
    "act forbidden": lambda: _("you have no right to do this in Jira"),
    "act gone": lambda: _("Jira does not show the ticket any more"),
    "act large": lambda: _("the file is larger than Jira takes"),
    "act no way": lambda: _("from its present state the ticket cannot go there; it can go to"),
    "act fields": lambda: _("Jira demands these fields too"),
    "act cut text": lambda: _("the text is too long to be shown whole; its end must stay as it is"),
    "act no file": lambda: _("the copy of the file that was to be attached is gone"),
    "act uncertain": lambda: _("the connection broke off, and Jira does not show whether it took it"),
    "auth": lambda: _("Jira does not recognise the token"),
    "captcha": lambda: _("Jira wants you to sign in with a browser first"),
    "html": lambda: _("a web page came instead of an answer"),
    "fault": lambda: _("the program met a fault of its own; its log has the place"),
    "too much": lambda: _("the answer is too long to be read"),
}


def reason_words(reason: str) -> str:
    """`reason` in words; one that we do not know as it is."""
    known = _KNOWN.get(reason)
    if known is not None:
        return known()
    if code := _status(reason):
        return _("answers with error {code}").format(code=code)
    match reason.split(" "):
        case ["xroad", _code]:
            return fault_words(reason)
        case ["failing", count] if re.fullmatch(r"\d+/\d+", count):
            bad, _slash, total = count.partition("/")
            told = ngettext("{bad} of {n} request failed", "{bad} of {n} requests failed", int(total))
            return told.format(bad=bad, n=total)
        case ["expires", days] if days.isdecimal():
            told = ngettext("the certificate expires in {n} day", "the certificate expires in {n} days", int(days))
            return told.format(n=days)
        case ["value", value, "<", bound]:
            return _("the value {value} is below {bound}").format(value=value, bound=bound)
        case ["value", value, ">", bound]:
            return _("the value {value} is above {bound}").format(value=value, bound=bound)
        case ["secret", name]:
            return _("no key is stored under the name {name}").format(name=name)
        case ["refused", name]:
            return _("the key {name} is not accepted").format(name=name)
        case ["job", *told]:
            return _job_words(told) or reason
    return reason


def _job_words(told: Sequence[str]) -> str:
    """What is wrong with a batch job; empty for words that are not known."""
    known: dict[tuple[str, str], Callable[[], str]] = {
        ("rows", "<"): lambda: _("rows {value}, at least {bound} expected"),
        ("rows", ">"): lambda: _("rows {value}, at most {bound} expected"),
        ("total", "<"): lambda: _("sum {value}, at least {bound} expected"),
        ("total", ">"): lambda: _("sum {value}, at most {bound} expected"),
        ("rejects", ">"): lambda: _("rejected {value}, at most {bound} expected"),
    }
    match told:
        case ["late", at_ms] if at_ms.isdecimal():
            return _("should have begun {moment}").format(moment=day_time_words(int(at_ms)))
        case ["missed", at_ms] if at_ms.isdecimal():
            return _("did not run, should have begun {moment}").format(moment=day_time_words(int(at_ms)))
        case ["unfinished", at_ms] if at_ms.isdecimal():
            return _("is not over, should have ended {moment}").format(moment=day_time_words(int(at_ms)))
        case [name, value, sign, bound] if (name, sign) in known:
            return known[name, sign]().format(value=figure(float(value)), bound=figure(float(bound)))
    return ""


def late_since(reason: str) -> int | None:
    """Since when a batch job is late, UTC epoch milliseconds; None where `reason` tells of nothing late."""
    match reason.split(" "):
        case ["job", "late" | "missed" | "unfinished", at_ms] if at_ms.isdecimal():
            return int(at_ms)
    return None


def short_reason(reason: str) -> str:
    """`reason` in two words where there is no room for more; empty for one that has no short form."""
    code = _status(reason)
    return _("error {code}").format(code=code) if code else ""


def blame_words(service: Service) -> str:
    """Because of what a service fails, or how many others fail because of it; empty where there is nothing to say."""
    if service.roots:
        return _("root cause: {names}").format(names=", ".join(service.roots))
    return _("affected: {n}").format(n=service.affected) if service.affected else ""


def doubt_words(doubt: Doubt) -> str:
    """What the last look said, how many such looks there are of how many needed, and why."""
    known: dict[ServiceState, Callable[[], str]] = {
        ServiceState.DOWN: lambda: _("the last look failed ({n}/{needed})"),
        ServiceState.DEGRADED: lambda: _("answered slowly ({n}/{needed})"),
        ServiceState.UP: lambda: _("answered, being checked again ({n}/{needed})"),
        ServiceState.UNKNOWN: lambda: _("could not be measured last ({n}/{needed})"),
    }
    words = known[doubt.state]().format(n=doubt.looks, needed=doubt.needed)
    is_told = doubt.state in (ServiceState.DOWN, ServiceState.UNKNOWN) and doubt.reason
    return f"{words}: {reason_words(doubt.reason)}" if is_told else words


def short_doubt(doubt: Doubt) -> str:
    """`doubt_words` where there is no room for more: error 502 (1/3)."""
    known: dict[ServiceState, Callable[[], str]] = {
        ServiceState.DOWN: lambda: short_reason(doubt.reason) or pgettext("doubt", "failed"),
        ServiceState.DEGRADED: lambda: _("slow"),
        ServiceState.UP: lambda: pgettext("doubt", "answered"),
        ServiceState.UNKNOWN: lambda: _("not measured"),
    }
    return f"{known[doubt.state]()} ({doubt.looks}/{doubt.needed})"


def _status(reason: str) -> str:
    """The status of HTTP in `http 503`."""
    head, _space, rest = reason.partition(" ")
    return rest if head == "http" and rest.isdigit() else ""


def kind_word(kind: str) -> str:
    """What a kind of source is called."""
    known = {"jira": "Jira", "checks": _("checks"), "calendar": _("calendar"), "desk": _("own records")}
    return known.get(kind, kind)


def source_word(name: str) -> str:
    """What a source is called: by its kind, a calendar with its own name too (`calendar:K`)."""
    kind, _colon, own = name.partition(":")
    if kind == "calendar" and own:
        return _("calendar {name}").format(name=own)
    return f"{kind_word(kind)} {own}".rstrip()


def sentence(words: str) -> str:
    """`words` as they begin a line: the first letter large."""
    return words[:1].upper() + words[1:]


def gap_words(gap: Gap) -> str:
    """What a source could not read, as a sentence; a code that we do not know as it is."""
    if gap.reason == "unreadable":
        return _("Project {project} cannot be read: check its key and your rights in Jira.").format(
            project=gap.reference
        )
    if gap.reason == "unobserved":
        gone, _slash, held = gap.detail.partition("/")
        return _(
            "{gone} of the {held} tickets of {project} are missing from Jira's answers. "
            "They stay here as they were until that is clear."
        ).format(gone=gone, held=held, project=gap.reference)
    if gap.reason == "unread":
        count, _slash, total = gap.detail.partition("/")
        words = _("{n} of the {total} tickets of {project} are still being read.")
        return words.format(n=count, total=total, project=gap.reference)
    return f"{gap.reference}: {gap.reason} {gap.detail}".rstrip()


def retry_words(next_ms: int | None, now_ms: int, moment: Callable[[int], str]) -> str:
    """When a source is tried again, as a sentence with `moment` of it; empty where that is within a minute."""
    if next_ms is None or next_ms - now_ms <= SOON_MS:
        return ""
    return _("It is tried again at {time}.").format(time=moment(next_ms))


def fill_words(state: SourceState) -> str:
    """How far a first fill has come; whether somebody works on it just now is not known from that."""
    if not state.total:
        return _("the first fill is not over yet, {n} so far").format(n=number(state.done))
    told = _("the first fill is not over yet, {n} of {total} so far")
    return told.format(n=number(state.done), total=number(state.total))


def coverage_words(state: SourceState) -> str:
    """How much of what is followed can be read (`18 of 20 projects can be read.`); empty where it is all."""
    closed = sum(gap.reason == "unreadable" for gap in state.gaps)
    if not closed:
        return ""
    return _("{n} of {total} projects can be read.").format(n=state.followed - closed, total=state.followed)


def absence_words(absence: TicketAbsence) -> str:
    """What became of a ticket that cannot be seen, without the moment."""
    if absence.kind is AbsenceKind.LOST:
        return _("access to the project was lost")
    if absence.kind is AbsenceKind.LEFT and absence.new_key != "":
        return _("moved to a project that the desk does not follow, as {key}").format(key=absence.new_key)
    if absence.kind is AbsenceKind.LEFT:
        return _("its project is not followed any more")
    # Jira answers the same for a deleted ticket and for one that it hides from the person.
    return _("deleted in Jira, or hidden from you there")


def clock_word(name: str) -> str:
    """What an SLA clock is called: one of Jira's as Jira calls it, one of the desk's own by its kind."""
    own = {
        ClockKind.RESPONSE.value: pgettext("clock", "response"),
        ClockKind.RESOLUTION.value: pgettext("clock", "resolution"),
    }
    return own.get(name, name)


def figure(value: float) -> str:
    """A count or a sum: cents where there are any."""
    return number(value, 0 if value == int(value) else 2)


def number(value: float, decimals: int = 0) -> str:
    """`value` with grouped thousands and the language's own decimal sign: 12 345,6 or 12,345.6."""
    text = f"{value:,.{decimals}f}"
    return text if language() == "en" else text.replace(",", NO_BREAK).replace(".", ",")

"""What a well-typed configuration must also satisfy, and what it had better not do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv6Address
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from data.clock import epoch_ms
from data.language import LANGUAGES, _
from data.rules.dependencies import cycle
from data.rules.ringing import quiet_hours
from data.rules.working_calendar import clock_time
from data.text import clean_line

if TYPE_CHECKING:
    from data.checks.base import Check
    from data.config import Calendar, Config
    from data.payday import PaymentStage
    from data.rules.contacts import Contact

THEMES = ("light", "dark", "contrast")
CHECK_GROUPS = ("service", "application", "xroad", "partner", "batch")

_PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,254}")  # Jira's default pattern, with what administrators may add
_ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f<>,;\"]+@[^@\s\x00-\x1f\x7f<>,;\"]+")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Listing(NamedTuple):
    """The sections of one kind as they stand in the file, where some could not be read."""

    numbers: Sequence[int]
    """Of those that were read."""
    names: Sequence[str]
    """Of them all."""


_NOTHING_LEFT_OUT: Mapping[str, Listing] = MappingProxyType({})
_T = TypeVar("_T")


def problems(config: Config, listings: Mapping[str, Listing] = _NOTHING_LEFT_OUT) -> list[str]:
    """Every rule that `config` breaks, as sentences that begin with the path of the bad value.

    `listings` tells, by the name of the section, what stood in the file beside what `config` holds.
    """
    return [
        *_choice("[desk] language", config.desk.language, LANGUAGES),
        *_choice("[desk] theme", config.desk.theme, THEMES),
        *_quiet_problems(config),
        *_working_hours_problems(config),
        *_jira_problems(config),
        *_check_problems(config, listings),
        *_maintenance_problems(config, listings),
        *_payment_problems(config, listings),
        *_contact_problems(config, listings),
        *_mail_problems(config),
        *_calendar_problems(config, listings),
        *_sla_problems(config, listings),
    ]


def _numbered(name: str, sections: Sequence[_T], listings: Mapping[str, Listing]) -> Iterator[tuple[str, _T]]:
    """Each section with its path: the number is that of the file."""
    numbers = listings[name].numbers if name in listings else range(1, len(sections) + 1)
    for number, section in zip(numbers, sections, strict=True):
        yield f"[[{name}]] {number}", section


def _names(name: str, sections: Sequence[Check | Contact | Calendar], listings: Mapping[str, Listing]) -> Sequence[str]:
    return listings[name].names if name in listings else [section.name for section in sections]


def warnings(config: Config) -> list[str]:
    """What works, but is unsafe or probably not meant, as sentences."""
    found: list[str] = []
    if config.jira and _is_open(config.jira.url):
        found.append(
            _("[jira] url: http:// sends the access token unencrypted, where others may read it. Use https://.")
        )
    for calendar in config.calendar:
        if _is_open(calendar.url):
            found.append(
                _(
                    "[[calendar]] “{name}”: the address is secret, but http:// sends it unencrypted. Use https://."
                ).format(name=clean_line(calendar.name))
            )
        elif calendar.file and not Path(calendar.file).is_file():
            found.append(
                _("[[calendar]] “{name}”: there is no file {file}.").format(
                    name=clean_line(calendar.name), file=clean_line(calendar.file)
                )
            )
    if config.sla.waiting and not config.sla.target:
        found.append(_("[sla]: without a [[sla.target]] the desk keeps no clocks of its own."))
    if not (config.jira or config.check or config.calendar):
        found.append(_("Nothing is configured yet: no Jira, no address to watch, no calendar."))
    return found


def url_problem(url: str) -> str:
    """What is wrong with `url` as the address of a web system; empty when nothing is."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it raises for a port that is no number
    except ValueError:
        if right := _in_brackets(url):
            return _("an IPv6 address stands in square brackets: {url}").format(url=clean_line(right))
        return _("this is not a web address.")
    if parts.scheme not in ("http", "https"):
        return _("the address must begin with https://.")
    if not parts.hostname or re.search(r"[\s\x00-\x1f\x7f]", url):
        return _("this is not a web address.")
    if parts.username is not None or parts.password is not None:
        return _("the address must hold no user name or password.")
    return ""


def _in_brackets(url: str) -> str:
    """`url` with the brackets that its IPv6 address lacks (RFC 3986, 3.2.2); empty where it has no such address."""
    scheme, _colon, rest = url.partition("://")
    address, slash, path = rest.partition("/")
    shorter, _colon, port = address.rpartition(":")
    for host, end in ((address, ""), (shorter, f":{port}")):
        with suppress(ValueError):
            return f"{scheme}://[{IPv6Address(host)}]{end}{slash}{path}"
    return ""


def jira_url_problem(url: str) -> str:
    """What is wrong with `url` as Jira's base address; empty when nothing is."""
    if url.lower().startswith("webcal:") or url.lower().partition("?")[0].endswith(".ics"):
        return _("this is the address of a calendar, not of Jira.")
    if problem := url_problem(url):
        return problem
    parts = urlsplit(url)
    page = re.search(r"/(browse|secure|rest|projects|issues|login\.jsp)(/|$)", parts.path)
    if page or parts.query or parts.fragment:
        base = f"{parts.scheme}://{parts.netloc}{parts.path[: page.start()] if page else parts.path}"
        return _("this is the address of one page. Jira’s own address is probably {url}").format(url=clean_line(base))
    return ""


def project_problem(key: str) -> str:
    """What is wrong with `key` as the key of a Jira project; empty when nothing is."""
    if _PROJECT_KEY.fullmatch(key):
        return ""
    shown = clean_line(key, 40)
    if _PROJECT_KEY.fullmatch(key.upper()):
        return _("“{key}” must be in capitals: {right}.").format(key=shown, right=key.upper())
    return _("“{key}” is not a project key. It is the part before the number: SKAH in SKAH-4127.").format(key=shown)


def _jira_problems(config: Config) -> Iterator[str]:
    if config.jira is None:
        return
    if problem := jira_url_problem(config.jira.url):
        yield f"[jira] url: {problem}"
    for key in config.jira.projects:
        if problem := project_problem(key):
            yield f"[jira] projects: {problem}"
    yield from _repeated("[jira] projects", config.jira.projects)


def _check_problems(config: Config, listings: Mapping[str, Listing]) -> Iterator[str]:
    for path, check in _numbered("check", config.check, listings):
        for key, problem in check.problems():
            yield f"{path} {key}: {problem}"
        for url in check.documents.values():
            if problem := url_problem(url):
                yield f"{path} documents: {problem}"
        yield from _choice(f"{path} group", check.group, CHECK_GROUPS)
    yield from _shared_ping_problems(config.check, listings)
    yield from _repeated("[[check]] name", _names("check", config.check, listings))
    yield from _dependency_problems(config.check, listings)


def _shared_ping_problems(checks: Sequence[Check], listings: Mapping[str, Listing]) -> Iterator[str]:
    seen: set[str] = set()
    for path, check in _numbered("check", checks, listings):
        token = getattr(check, "ping", "")
        if token in seen:
            yield f"{path} ping: " + _("the same as that of another check: each job needs its own.")
        seen |= {token} - {""}


def _dependency_problems(checks: Sequence[Check], listings: Mapping[str, Listing]) -> Iterator[str]:
    known = _names("check", checks, listings)
    for path, check in _numbered("check", checks, listings):
        for key in ("needs", "uses", "any_of"):
            for name in getattr(check, key):
                if name not in known:
                    yield _unknown_check(f"{path} {key}", name, known)
            yield from _repeated(f"{path} {key}", getattr(check, key))
        if check.any_of and check.least > len(check.any_of):
            yield _("{where}: must be at most {number}.").format(where=f"{path} least", number=len(check.any_of))
    if found := cycle({check.name: check.dependencies for check in checks}):
        names = " → ".join(clean_line(name, 80) for name in found)
        yield _("[[check]] needs, uses, any_of: these depend on each other in a circle: {names}.").format(names=names)


def _maintenance_problems(config: Config, listings: Mapping[str, Listing]) -> Iterator[str]:
    known = _names("check", config.check, listings)
    for path, work in _numbered("maintenance", config.maintenance, listings):
        for name in work.checks:
            if name not in known:
                yield _unknown_check(f"{path} checks", name, known)
        yield from _repeated(f"{path} checks", work.checks)
        if epoch_ms(work.end) <= epoch_ms(work.start):
            yield _("{where}: must be later than start.").format(where=f"{path} end")


def _quiet_problems(config: Config) -> Iterator[str]:
    for text in config.desk.quiet:
        try:
            quiet_hours(text)
        except ValueError:
            yield _("[desk] quiet: write hours as 22:00-07:00.")


def _working_hours_problems(config: Config) -> Iterator[str]:
    hours, read = config.working_hours, []
    for name, text in (("start", hours.start), ("end", hours.end)):
        try:
            read.append(clock_time(text))
        except ValueError:
            yield _("{where}: write a time of day as 09:00.").format(where=f"[working_hours] {name}")
    if len(read) == 2 and read[1] <= read[0]:
        yield _("{where}: must be later than start.").format(where="[working_hours] end")


def _payment_problems(config: Config, listings: Mapping[str, Listing]) -> Iterator[str]:
    from data.payday import RollRule, day_problem

    known = _names("check", config.check, listings)
    for name, payment in config.payments.items():
        path = f"[payments.{name}]"
        if problem := day_problem(payment.day):
            yield f"{path} day: {problem}"
        yield from _choice(f"{path} rule", payment.rule, tuple(RollRule))
        for service in payment.services:
            if service not in known:
                yield _unknown_check(f"{path} services", service, known)
        yield from _repeated(f"{path} stages", (stage.name for stage in payment.stages))
        for number, stage in enumerate(payment.stages, 1):
            yield from _stage_problems(f"[[payments.{name}.stages]] {number}", stage, known, config.check)


def _stage_problems(path: str, stage: PaymentStage, known: Sequence[str], checks: Sequence[Check]) -> Iterator[str]:
    from data.payday import step_of

    if not stage.starts and not stage.due:
        yield _("{path}: give starts, due or both.").format(path=path)
    for key, text in (("starts", stage.starts), ("due", stage.due)):
        if text and step_of(text) is None:
            told = _("{path}: write working days from the pay-day and a time, as {example}.")
            yield told.format(path=f"{path} {key}", example="-2 16:00")
    if stage.check and stage.check not in known:
        yield _unknown_check(f"{path} check", stage.check, known)
    elif any(each.name == stage.check and each.type_name != "heartbeat" for each in checks):
        yield _("{path}: “{name}” is no batch job: only a heartbeat tells of runs.").format(
            path=f"{path} check", name=clean_line(stage.check, 80)
        )


def _mail_problems(config: Config) -> Iterator[str]:
    mail = config.mail
    if mail is None:
        return
    if not _ADDRESS.fullmatch(mail.sender):
        yield _("{path}: this is not an e-mail address.").format(path="[mail] sender")
    if mail.security == "none" and mail.host not in LOOPBACK:
        yield _("[mail] security: “none” would send notices and the password unencrypted. Use starttls or tls.")


def _contact_problems(config: Config, listings: Mapping[str, Listing]) -> Iterator[str]:
    checks, names = _names("check", config.check, listings), _names("contact", config.contact, listings)
    for path, contact in _numbered("contact", config.contact, listings):
        for name in contact.checks:
            if name not in checks:
                yield _unknown_check(f"{path} checks", name, checks)
        if contact.email and not _ADDRESS.fullmatch(contact.email):
            yield _("{path}: this is not an e-mail address.").format(path=f"{path} email")
    yield from _repeated("[[contact]] name", names)
    for path, each in _numbered("substitution", config.substitution, listings):
        for key, name in (("absent", each.absent), ("by", each.by)):
            if name not in names:
                yield _("{path}: there is no contact “{name}”.").format(path=f"{path} {key}", name=clean_line(name, 80))
        if each.end < each.start:
            yield _("{where}: must not be earlier than start.").format(where=f"{path} end")


def _sla_problems(config: Config, listings: Mapping[str, Listing]) -> Iterator[str]:
    from data.sla import Answer, target_problems

    yield from _choice("[sla] answer", config.sla.answer, tuple(Answer))
    yield from _repeated("[sla] waiting", config.sla.waiting)
    for path, target in _numbered("sla.target", config.sla.target, listings):
        yield from target_problems(path, target, config.jira.projects if config.jira else target.projects)
    yield from _repeated("[[sla.target]] priority", (place for each in config.sla.target for place in each.places))


def _unknown_check(path: str, name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    shown = clean_line(name, 80)
    if near := get_close_matches(name, known, 1, 0.5):
        told = _("{path}: there is no check “{name}”. Did you mean “{near}”?")
        return told.format(path=path, name=shown, near=clean_line(near[0], 80))
    return _("{path}: there is no check “{name}”.").format(path=path, name=shown)


def _calendar_problems(config: Config, listings: Mapping[str, Listing]) -> Iterator[str]:
    for path, calendar in _numbered("calendar", config.calendar, listings):
        if bool(calendar.url) == bool(calendar.file):
            yield _("{path}: give either url or file, exactly one of the two.").format(path=path)
        elif calendar.url and (problem := url_problem(calendar.url)):
            yield f"{path} url: {problem}"
    yield from _repeated("[[calendar]] name", _names("calendar", config.calendar, listings))


def _choice(path: str, value: str, allowed: tuple[str, ...]) -> Iterator[str]:
    if value not in allowed:
        yield _("{path}: “{value}” is not on offer. Choose one of: {allowed}.").format(
            path=path, value=clean_line(value, 40), allowed=", ".join(allowed)
        )


def _repeated(path: str, values: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield _("{path}: “{value}” stands there twice.").format(path=path, value=clean_line(value, 80))
        seen.add(value)


def _is_open(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in LOOPBACK

"""The configuration file, typed; errors name the path of the bad value and say what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from data.checks import CHECK_TYPES, DEFAULT_TYPE
from data.checks.base import Check, Name, PlannedWork, Port, Seconds
from data.clock import Clock
from data.config_rules import Listing
from data.config_rules import problems as broken_rules
from data.config_words import key_of, unknown_key, unknown_section, wrong_value
from data.language import _
from data.mail import Mail
from data.os_words import os_reason
from data.payday import Payment
from data.rules.contacts import Contact, Substitution
from data.rules.sla import ClockRules
from data.rules.working_calendar import WorkingHours
from data.sla import Sla, SlaTarget
from data.text import clean_line

SERVICE_LENGTH = 80
"""Characters of the service's name."""
SIZE_LIMIT = 1_000_000
"""Bytes of a configuration file; a larger one is some other file named by mistake."""


class ConfigError(Exception):
    """The configuration cannot be used; `problems` say where, why and what to do, one sentence or two each."""

    def __init__(self, *problems: str, readable: Config | None = None) -> None:
        """`readable` is what of it can be used all the same, for whoever wishes to look at that too."""
        super().__init__("\n".join(problems))
        self.problems = problems
        self.readable = readable


class MissingConfigError(ConfigError):
    """There is no configuration file yet: the person may be offered the demo or the set-up."""


class Desk(Struct, forbid_unknown_fields=True):
    """`[desk]`: the person's own choices; what they change on the screen is remembered apart and wins."""

    service: Annotated[str, Meta(max_length=SERVICE_LENGTH)] = ""
    """The service whose desk this is; empty shows only the program's name."""
    language: str = "et"
    theme: str = "light"
    actor: str = ""
    """Who acts here, written beside own records; empty takes the name of the computer's user."""
    ascii: bool = False
    """Plain glyphs for terminals that draw ⏲ ⚑ ↩ ✖ two cells wide."""
    ring: bool = True
    """Whether the terminal's bell calls for a new critical fault."""
    quiet: list[str] = field(default_factory=list)
    """Hours in which it does not: 22:00-07:00."""


class ClockConfig(Struct, forbid_unknown_fields=True):
    """`[clock]`: for the demo and tests; milliseconds of the UTC epoch."""

    anchor_ms: int = 0
    real_anchor_ms: int = 0
    speed: Annotated[float, Meta(ge=0, le=100_000)] = 1.0


class Jira(Struct, forbid_unknown_fields=True):
    """`[jira]`: one Jira Data Center; the token is kept elsewhere (keyring, environment or a 0600 file)."""

    url: str
    projects: Annotated[list[Name], Meta(min_length=1)]
    interval: Seconds = 60
    user: str = ""
    """Expected user name (`/myself`); empty accepts whoever the token belongs to, but never an anonymous answer."""
    boards: list[int] = field(default_factory=list)
    timeout: Seconds = 30
    delay: Annotated[float, Meta(ge=0, le=600)] = 5
    """Seconds for which what was done to a ticket can be taken back before it leaves."""


class Calendar(Struct, forbid_unknown_fields=True):
    """`[[calendar]]`: an ICS address (keep it secret) or file; exactly one of the two."""

    name: Name
    url: str = ""
    file: str = ""
    interval: Seconds = 300
    timeout: Seconds = 30


class Pings(Struct, forbid_unknown_fields=True):
    """`[pings]`: where batch jobs say that they run; nobody listens unless a check has such an address."""

    port: Port = 8474
    """Of loopback."""


class Config(Struct, forbid_unknown_fields=True):
    """The whole file."""

    desk: Desk = field(default_factory=Desk)
    clock: ClockConfig = field(default_factory=ClockConfig)
    jira: Jira | None = None
    check: list[Check] = field(default_factory=list)
    maintenance: list[PlannedWork] = field(default_factory=list)
    mail: Mail | None = None
    payments: dict[str, Payment] = field(default_factory=dict)
    pings: Pings = field(default_factory=Pings)
    working_hours: WorkingHours = field(default_factory=WorkingHours)
    sla: Sla = field(default_factory=Sla)
    contact: list[Contact] = field(default_factory=list)
    substitution: list[Substitution] = field(default_factory=list)
    calendar: list[Calendar] = field(default_factory=list)
    demo: bool = False
    """Set by the simulator: screens say so, and nothing is looked up in the keyring."""

    @property
    def source_kinds(self) -> frozenset[str]:
        """Which kinds of source there are to be read: `jira`, `checks`, `calendar`."""
        named = {"jira": self.jira, "checks": self.check, "calendar": self.calendar}
        return frozenset(kind for kind, told in named.items() if told)

    @property
    def clock_rules(self) -> ClockRules:
        """By what the desk keeps SLA clocks of its own."""
        return ClockRules(self.sla, self.working_hours)

    def domain_clock(self) -> Clock:
        """The clock that this configuration gives to every process."""
        return Clock(self.clock.anchor_ms, self.clock.real_anchor_ms, self.clock.speed)


def load(file: Path) -> Config:
    """The configuration in `file`.

    Raises `MissingConfigError` when there is none, and `ConfigError` with every problem found when it cannot be used.
    """
    return decode(_parsed(_text(file), file), file.absolute().parent)


def decode(document: dict[str, Any], folder: Path | None = None) -> Config:
    """The configuration in a parsed TOML `document` from `folder`; raises `ConfigError` with every problem found."""
    problems: list[str] = []
    sections: dict[str, Any] = {}
    listings: dict[str, Listing] = {}
    known = {"desk": Desk, "clock": ClockConfig, "jira": Jira, "mail": Mail, "pings": Pings}
    known |= {"working_hours": WorkingHours}
    lists: dict[str, Callable[[Any, str, list[str]], Any]] = {
        "check": _check,
        "maintenance": lambda value, path, found: _section(value, PlannedWork, path, found),
        "contact": lambda value, path, found: _section(value, Contact, path, found),
        "substitution": lambda value, path, found: _section(value, Substitution, path, found),
        "calendar": lambda value, path, found: _section(value, Calendar, path, found),
    }
    for name, value in document.items():
        if name in known:
            sections[name] = _section(value, known[name], f"[{name}]", problems)
        elif name in lists:
            sections[name], listings[name] = _sections(value, lists[name], name, problems)
        elif name == "payments":
            sections[name] = _payments(value, problems)
        elif name == "sla":
            sections[name], listings["sla.target"] = _sla(value, problems)
        elif name == "demo" and isinstance(value, bool):
            sections[name] = value
        elif name == "demo":
            problems.append(_("demo: must be true or false."))
        else:
            problems.append(
                unknown_section(name, ["desk", "jira", "mail", "payments", "pings", "working_hours", "sla", *lists])
            )
    # What could be read is judged as well: all faults at once.
    config = Config(**{name: value for name, value in sections.items() if value is not None})
    for calendar in config.calendar:
        if calendar.file and folder is not None:
            # Beside the configuration, wherever the program was started from.
            calendar.file = str(folder / Path(calendar.file).expanduser())
    for check in config.check:
        check.place(folder or Path())
    problems += broken_rules(config, listings)
    if problems:
        raise ConfigError(*problems, readable=config)
    return config


def _text(file: Path) -> str:
    try:
        if file.is_dir():
            raise ConfigError(
                _("{file} is a folder, not a file. Name the configuration file itself.").format(file=file)
            )
        with file.open("rb") as stream:
            content = stream.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise MissingConfigError(
            _("There is no configuration file {file}. Make one with “peakasutaja config init”.").format(file=file)
        ) from None
    except OSError as error:
        raise ConfigError(
            _("The configuration file {file} cannot be read: {reason}.").format(file=file, reason=os_reason(error))
        ) from None
    if len(content) > SIZE_LIMIT:
        raise ConfigError(_("{file} is larger than 1 MB, so it is not a configuration file.").format(file=file))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(
            _("{file} is not text in UTF-8. Save it as UTF-8, or make a new one.").format(file=file)
        ) from None
    if "\0" in text:
        raise ConfigError(_("{file} is not a text file.").format(file=file))
    return text


def _parsed(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Imported here: a file that can be read does without.
        from data.toml_words import toml_fault

        line, complaint = toml_fault(error, text)
        told = _("{file}, line {line}: this is not valid TOML.").format(file=file, line=line)
        raise ConfigError(f"{told} {complaint}".rstrip()) from None
    except RecursionError:
        raise ConfigError(_("{file} is nested too deeply to be a configuration file.").format(file=file)) from None


_S = TypeVar("_S", bound=Struct)
_NAMES = (
    *("name", "needs", "uses", "any_of", "checks", "absent", "by", "services", "check"),
    *("waiting", "priority", "response_clock", "resolution_clock"),
)
"""Keys that name a section or point to one by its name."""


def _sections(
    values: Any, read: Callable[[Any, str, list[str]], _S | None], name: str, problems: list[str]
) -> tuple[list[_S], Listing]:
    if not isinstance(values, list):
        problems.append(_("{path}: write it as [[{name}]], once for each.").format(path=name, name=name))
        return [], Listing([], [])
    values = [_with_clean_names(value) for value in values]
    made = [(number, read(value, f"[[{name}]] {number}", problems)) for number, value in enumerate(values, 1)]
    read_ones = [(number, section) for number, section in made if section is not None]
    names = [value["name"] for value in values if isinstance(value, dict) and isinstance(value.get("name"), str)]
    return [section for _number, section in read_ones], Listing([number for number, _section in read_ones], names)


def _with_clean_names(value: Any) -> Any:
    """A section whose names, and names of others, are as they are shown: nobody sees by what else they would differ."""
    if not isinstance(value, dict):
        return value
    clean = {key: _clean_name(each) if key in _NAMES else each for key, each in value.items()}
    if isinstance(stages := clean.get("stages"), list):
        clean["stages"] = [_with_clean_names(each) for each in stages]
    return clean


def _clean_name(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean_name(each) for each in value]
    return clean_line(value) if isinstance(value, str) else value


def _payments(values: Any, problems: list[str]) -> dict[str, Payment]:
    """`[payments.NAME]`, each by its name."""
    if not isinstance(values, dict):
        problems.append(_("{path}: must be a section with keys of its own.").format(path="[payments]"))
        return {}
    made = {
        clean_line(name, 80): _section(_with_clean_names(each), Payment, f"[payments.{clean_line(name, 80)}]", problems)
        for name, each in values.items()
    }
    return {name: payment for name, payment in made.items() if payment is not None}


def _sla(value: Any, problems: list[str]) -> tuple[Sla | None, Listing]:
    """`[sla]` with its `[[sla.target]]`."""
    listing = Listing([], [])
    targets: list[SlaTarget] = []
    if isinstance(value, dict) and "target" in value:
        targets, listing = _sections(
            value["target"], lambda each, path, found: _section(each, SlaTarget, path, found), "sla.target", problems
        )
        value = {name: each for name, each in value.items() if name != "target"}
    made = _section(_with_clean_names(value), Sla, "[sla]", problems)
    return (None if made is None else msgspec.structs.replace(made, target=targets)), listing


def _check(value: Any, path: str, problems: list[str]) -> Check | None:
    """A `[[check]]`; its `type` says which keys it may have."""
    if not isinstance(value, dict):
        return _section(value, CHECK_TYPES[DEFAULT_TYPE], path, problems)
    wanted = value.get("type", DEFAULT_TYPE)
    if not isinstance(wanted, str) or wanted not in CHECK_TYPES:
        problems.append(
            _("{path}: “{value}” is not on offer. Choose one of: {allowed}.").format(
                path=f"{path} type", value=clean_line(str(wanted), 40), allowed=", ".join(CHECK_TYPES)
            )
        )
        return None
    return _section({key: each for key, each in value.items() if key != "type"}, CHECK_TYPES[wanted], path, problems)


def _section(value: Any, kind: type[_S], path: str, problems: list[str]) -> _S | None:
    """`value` as a `kind`; None after adding to `problems`."""
    if not isinstance(value, dict):
        problems.append(_("{path}: must be a section with keys of its own.").format(path=path))
        return None
    known = kind.__struct_fields__
    unknown = [name for name in value if name not in known]
    problems.extend(unknown_key(path, name, known) for name in unknown)
    rest = {name: value[name] for name in value if name in known}
    is_well = True
    while True:
        try:
            made = msgspec.convert(rest, kind)
        except msgspec.ValidationError as error:
            # The decoder stops at the first wrong value: put aside, it lets the others be looked at.
            name = key_of(str(error))
            if is_well or name in rest:
                problems.append(wrong_value(path, str(error)))
            is_well = False
            if name not in rest:
                return None
            del rest[name]
        else:
            return made  # what is wrong in it has its default, so that the rest is judged too

"""Reading the configuration: what is right is typed, what is wrong is told with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.checks.http import HttpCheck
from data.clock import epoch_ms
from data.config import Calendar, Config, ConfigError, Desk, Jira, MissingConfigError, decode, load
from data.config_rules import warnings
from data.config_template import render
from data.language import use_language
from data.rules.working_calendar import WorkingHours
from data.sla import SlaTarget

Loaded = Callable[[str], Config]
JIRA = '[jira]\nurl = "https://jira.example.ee"\nprojects = ["SKAH"]\n'


PORT = '[[check]]\nname = "a"\nhost = "db"\n'
QUERY = '[[check]]\ntype = "prometheus"\nname = "a"\nurl = "https://p.ee"\nquery = "up"\n'
WORK = (
    PORT
    + 'type = "tcp"\nport = 1\n[[maintenance]]\nchecks = ["{}"]\n'
    + "start = 2026-12-05 22:00:00\nend = 2026-12-05 22:00:00\n"
)
AWAY = '[[contact]]\nname = "a"\n[[substitution]]\nabsent = "a"\nby = "{}"\nstart = 2026-12-01\nend = {}\n'
CIRCLE = "".join(
    f'[[check]]\nname = "{name}"\nurl = "https://{name}.ee"\n{key} = ["{other}"]\n'
    for name, key, other in (("a", "needs", "b"), ("b", "uses", "c"), ("c", "any_of", "a"))
)


def problems(loaded: Loaded, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        loaded(text)
    return caught.value.problems


def test_everything_that_is_left_out_has_a_default(loaded: Loaded) -> None:
    config = loaded("")
    assert config.desk.language == "et"
    assert config.jira is None


def test_windows_files_with_a_mark_and_carriage_returns_are_read(loaded: Loaded) -> None:
    config = loaded("\ufeff" + JIRA.replace("\n", "\r\n"))
    assert config.jira is not None
    assert config.jira.projects == ["SKAH"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[jira", "line 1: this is not valid TOML"),
        ('a = 1\nb = "', "line 2: this is not valid TOML"),
        ("[jra]", "jra: there is no such section. Did you mean “jira”?"),
        (JIRA + 'projcts = ["A"]', "[jira] projcts: there is no such key. Did you mean “projects”?"),
        ('[jira]\nurl = "https://a.ee"', "[jira]: the key “projects” is missing."),
        (JIRA.replace('"SKAH"', '"SKAH", 5'), "[jira] projects #2: must be text in quotes."),
        (JIRA + "interval = 0", "[jira] interval: must be at least 0.1."),
        (JIRA.replace('["SKAH"]', "[]"), "[jira] projects: must not be empty."),
        (JIRA.replace("SKAH", "skah"), "“skah” must be in capitals: SKAH."),
        (JIRA.replace("https://", ""), "[jira] url: the address must begin with https://."),
        (JIRA.replace("example.ee", "example.ee/browse/SKAH-1"), "probably https://jira.example.ee"),
        (JIRA.replace("https://", "https://me:secret@"), "must hold no user name or password"),
        ('[desk]\nlanguage = "fi"', "[desk] language: “fi” is not on offer. Choose one of: et, en."),
        ('[desk]\ntheme = "pink"', "[desk] theme: “pink” is not on offer"),
        ("desk = 3", "[desk]: must be a section with keys of its own."),
        ('[check]\nname = "a"', "check: write it as [[check]], once for each."),
        (
            '[[check]]\nname = "a"\nurl = "https://a.ee"\n[[check]]\nname = "a"\nurl = "https://b.ee"',
            "“a” stands there twice",
        ),
        ('[[check]]\nname = "a"\nurl = "https://a.ee"\ngroup = "x"', "[[check]] 1 group: “x” is not on offer"),
        (
            PORT + 'type = "icmp"',
            "[[check]] 1 type: “icmp” is not on offer. Choose one of: http, tcp, tls, prometheus, alertmanager,",
        ),
        (QUERY, "[[check]] 1 at_least: give at_least, at_most or both"),
        (QUERY.replace("p.ee", "p.ee/api/v1/query?query=up") + "at_least = 1", "[[check]] 1 url: write the address of"),
        (PORT + 'type = "tls"\nurl = "https://a.ee"', "[[check]] 1 url: there is no such key"),
        (PORT + 'type = "tcp"\nport = 0', "[[check]] 1 port: must be at least 1."),
        (PORT.replace("db", "https://db") + 'type = "tls"', "[[check]] 1 host: write the name or the address"),
        (PORT + 'type = "tls"\nneeds = ["ab"]', "[[check]] 1 needs: there is no check “ab”. Did you mean “a”?"),
        (PORT + 'type = "tls"\nany_of = ["a"]\nleast = 2', "[[check]] 1 least: must be at most 1."),
        (CIRCLE, "these depend on each other in a circle: a → b → c → a."),
        (PORT + 'type = "tls"\nuses = ["a"]', "in a circle: a → a."),
        (WORK.format("ab"), "[[maintenance]] 1 checks: there is no check “ab”. Did you mean “a”?"),
        (WORK.format("a"), "[[maintenance]] 1 end: must be later than start."),
        (WORK.format("a").replace("2026-12-05 22:00:00", '"homme"'), "[[maintenance]] 1 start: must be a day and time"),
        ("[[maintenance]]\nchecks = []", "[[maintenance]] 1 checks: must not be empty."),
        ('[mail]\nhost = "p.ee"\nsender = "x"', "[mail] sender: this is not an e-mail address."),
        ('[mail]\nhost = "p.ee"\nsender = "a@b.ee"\nsecurity = "none"', "[mail] security: “none” would send"),
        ('[[contact]]\nname = "a"\nemail = "a b@c"', "[[contact]] 1 email: this is not an e-mail address."),
        ('[[contact]]\nname = "a"\nchecks = ["b"]', "[[contact]] 1 checks: there is no check “b”."),
        (AWAY.format("b", "2026-12-02"), "[[substitution]] 1 by: there is no contact “b”."),
        (AWAY.format("a", "2026-11-30"), "[[substitution]] 1 end: must not be earlier than start."),
        (AWAY.format("a", '"homme"'), "[[substitution]] 1 end: must be a day without quotes"),
        ('[[calendar]]\nname = "a"', "[[calendar]] 1: give either url or file"),
        ('[[calendar]]\nname = "a"\nurl = "https://a.ee"\nfile = "b"', "[[calendar]] 1: give either url or file"),
        (
            '[[check]]\nname = "a"\nurl = "https://a.ee"\ndocuments = { "Reeglid" = "wiki" }',
            "[[check]] 1 documents: ",
        ),
        ('[desk]\nquiet = ["öösel"]', "[desk] quiet: write hours as 22:00-07:00."),
        ("demo = 1", "demo: must be true or false."),
        ('a = "\0"', "is not a text file"),
        ("a = " + "[" * 5000, "nested too deeply"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(loaded: Loaded, text: str, told: str) -> None:
    assert any(told in problem for problem in problems(loaded, text)), problems(loaded, text)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("https://2001:db8::5/jira", "https://[2001:db8::5]/jira"),
        ("https://2001:db8:1:2:3:4:5:6:8443/jira", "https://[2001:db8:1:2:3:4:5:6]:8443/jira"),
        ("https://::1", "https://[::1]"),
    ],
)
def test_an_ipv6_address_without_brackets_is_told_with_them(loaded: Loaded, url: str, right: str) -> None:
    told = f"[jira] url: an IPv6 address stands in square brackets: {right}"
    assert problems(loaded, JIRA.replace("https://jira.example.ee", url)) == (told,)
    jira = loaded(JIRA.replace("https://jira.example.ee", right)).jira
    assert jira is not None
    assert jira.url == right


def test_a_time_of_maintenance_without_a_zone_is_estonian(loaded: Loaded) -> None:
    # 22:00 in Estonia in winter is 20:00 UTC, and 21:30 at +01:00 is later.
    (work,) = loaded(
        WORK.format("a").replace("end = 2026-12-05 22:00:00", "end = 2026-12-05T21:30:00+01:00")
    ).maintenance
    assert (epoch_ms(work.end) - epoch_ms(work.start)) == 30 * 60_000


def test_all_problems_are_told_at_once(loaded: Loaded) -> None:
    text = '[jira]\nurl = 5\nprojects = ["SKAH"]\n[[check]]\nname = "x"\n[clock]\nspeed = "fast"\n'
    assert len(problems(loaded, text)) == 3


def test_every_wrong_value_of_a_section_is_told(loaded: Loaded) -> None:
    text = JIRA + 'interval = "60"\nboards = ["x"]\ntimeout = true\nuser = 5\n'
    assert problems(loaded, text) == (
        "[jira] interval: must be a number.",
        "[jira] boards #1: must be a whole number.",
        "[jira] timeout: must be a number.",
        "[jira] user: must be text in quotes.",
    )


def test_a_wrong_value_of_a_needed_key_is_not_called_missing(loaded: Loaded) -> None:
    assert problems(loaded, '[jira]\nurl = 5\nprojects = ["SKAH"]\n') == ("[jira] url: must be text in quotes.",)


def test_wrong_values_are_told_in_estonian(loaded: Loaded) -> None:
    use_language("et")
    text = JIRA + 'interval = "60"\nboards = "x"\n[desk]\nascii = 1\nservice = 3\n'
    assert problems(loaded, text) == (
        "[jira] interval: väärtus peab olema arv.",
        "[jira] boards: väärtus peab olema loetelu nurksulgudes.",
        "[desk] ascii: väärtus peab olema true või false.",
        "[desk] service: väärtus peab olema tekst jutumärkides.",
    )


def test_what_could_be_read_is_judged_beside_what_could_not(loaded: Loaded) -> None:
    told = problems(loaded, '[zzz]\n[desk]\ntheme = "pink"\n')
    assert len(told) == 2
    known = "desk, jira, mail, payments, pings, working_hours, sla, check, maintenance, contact, substitution, calendar"
    assert told[0] == f"zzz: there is no such section. Known ones: {known}."


def test_a_value_is_never_repeated_where_it_may_be_a_secret(loaded: Loaded) -> None:
    text = '[[calendar]]\nname = "a"\nurl = "ftp://secret.example/abc"\n'
    assert "secret" not in "".join(problems(loaded, text))


def test_a_missing_file_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(MissingConfigError, match="config init"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", bytes(range(256)), b"x" * 1_000_001])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "c.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError):
        load(file)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"):
        load(tmp_path)


@given(st.binary(max_size=300))
def test_no_content_gets_past_as_another_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(content)
    try:
        load(file)
    except ConfigError as error:
        assert all(error.problems)


def test_a_calendar_file_is_looked_for_beside_the_configuration(loaded: Loaded, tmp_path: Path) -> None:
    config = loaded('[[calendar]]\nname = "a"\nfile = "trainings.ics"')
    assert config.calendar[0].file == str(tmp_path / "trainings.ics")


def test_warnings_name_what_is_unsafe(loaded: Loaded) -> None:
    assert any("unencrypted" in text for text in warnings(loaded(JIRA.replace("https", "http"))))
    assert not warnings(loaded(JIRA))
    assert any("Nothing is configured" in text for text in warnings(loaded("")))
    assert any("there is no file" in text for text in warnings(loaded('[[calendar]]\nname = "a"\nfile = "b.ics"')))


@given(
    service=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    contains=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
def test_what_is_written_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, service: str, contains: str
) -> None:
    config = Config(
        desk=Desk(service=service),
        jira=Jira(url="https://jira.example.ee", projects=["SKAH", "PERE"], boards=[1], user="kadri.tamm"),
        check=[HttpCheck(name="a", url="https://a.ee", contains=contains)],
        calendar=[Calendar(name="b", url="https://b.ee/secret.ics")],
    )
    file = tmp_path_factory.getbasetemp() / "written.toml"
    file.write_text(render(config), "utf-8", newline="")
    assert load(file) == config
    assert load_text(tmp_path_factory, render(Config())) == Config()


def load_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> Config:
    file = tmp_path_factory.getbasetemp() / "text.toml"
    file.write_text(text, "utf-8")
    return load(file)


def test_a_section_with_one_wrong_value_is_judged_in_the_rest(loaded: Loaded) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded('[[check]]\nname = "a"\nurl = "ftp://x"\ngroup = "zzz"\nstatus = 99\n')
    told = "\n".join(caught.value.problems)
    assert [place in told for place in ("[[check]] 1 status", "[[check]] 1 url", "[[check]] 1 group")] == [True] * 3


BROKEN = '[[check]]\nname = "b"\ntype = "icmp"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BROKEN + PORT + 'type = "tls"\n[[check]]\nname = "c"\nurl = "ftp://x"', "[[check]] 3 url: the address must"),
        (BROKEN + PORT + 'type = "tls"\nneeds = ["x"]', "[[check]] 2 needs: there is no check “x”."),
        ("[[maintenance]]\n" + WORK.format("ab"), "[[maintenance]] 2 checks: there is no check “ab”."),
        ('[[contact]]\n[[contact]]\nname = "c"\nemail = "x"', "[[contact]] 2 email: this is not an e-mail address."),
        ('[[calendar]]\n[[calendar]]\nname = "c"', "[[calendar]] 2: give either url or file"),
        (BROKEN + BROKEN, "[[check]] name: “b” stands there twice."),
    ],
)
def test_sections_after_a_broken_one_have_the_numbers_of_the_file(loaded: Loaded, text: str, told: str) -> None:
    assert any(problem.startswith(told) for problem in problems(loaded, text)), problems(loaded, text)


def test_what_names_a_broken_section_is_right(loaded: Loaded) -> None:
    assert len(problems(loaded, BROKEN + PORT + 'type = "tls"\nneeds = ["b"]')) == 1


def test_names_hold_no_invisible_signs_and_are_found_by_what_is_seen(loaded: Loaded) -> None:
    text = PORT.replace('"a"', '"a \\u202E b"') + 'type = "tls"\n[[contact]]\nname = "c"\nchecks = ["a  b"]'
    config = loaded(text)
    assert (config.check[0].name, config.contact[0].checks) == ("a b", ("a b",))


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ('start = "9"', "[working_hours] start: write a time of day as 09:00."),
        ('start = "18:00"', "[working_hours] end: must be later than start."),
        ("days = [0]", "[working_hours] days #1: "),
        ("day = [1]", "[working_hours] day: "),
    ],
)
def test_wrong_working_hours_are_told(section: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        decode(tomllib.loads(f"[working_hours]\n{section}"))
    assert raised.value.problems[0].startswith(told)


TARGET = "[[sla.target]]\npriority = 1\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[sla]\nanswer = 'phone'", "[sla] answer: “phone” is not on offer. Choose one of: either, comment, status."),
        ("[sla]\nwaiting = 'Ootel'", "[sla] waiting: must be a list in square brackets."),
        ("[sla]\nwaiting = ['Ootel', 'Ootel']", "[sla] waiting: “Ootel” stands there twice."),
        ("[sla]\npause = []", "[sla] pause: there is no such key."),
        ("[sla]\ntarget = 5", "sla.target: write it as [[sla.target]], once for each."),
        (TARGET, "[[sla.target]] 1: give response, resolution or both."),
        (f"{TARGET}response = -1", "[[sla.target]] 1 response: must be at least 0."),
        (f"{TARGET}respons = 1", "[[sla.target]] 1 respons: there is no such key. Did you mean “response”?"),
        (f"{TARGET}response = 1\n{TARGET}resolution = 'x'", "[[sla.target]] 2 resolution: must be a number."),
        (f"{TARGET}response = 1\n{TARGET}resolution = 1", "[[sla.target]] priority: “1” stands there twice."),
        ("[[sla.target]]\nresponse = 1", "[[sla.target]] 1: the key “priority” is missing."),
        (f"{TARGET}response = 1\nprojects = ['PERE']", "[[sla.target]] 1 projects: “PERE” is not among the projects"),
    ],
)
def test_wrong_service_levels_are_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        decode(tomllib.loads(f"{JIRA}\n{text}"))
    assert raised.value.problems[0].startswith(told)


def test_service_levels_are_jiras_alone_unless_there_are_targets() -> None:
    assert decode({}).sla.target == []
    text = '[sla]\nwaiting = ["Ootel"]\n[[sla.target]]\npriority = "Kõrge"\nresponse = 0.5\nround_the_clock = true'
    sla = decode(tomllib.loads(text)).sla
    assert (sla.waiting, sla.answer) == (["Ootel"], "either")
    assert sla.target == [SlaTarget("Kõrge", response=0.5, round_the_clock=True)]


def test_waiting_statuses_without_a_target_are_called_idle(loaded: Loaded) -> None:
    told = "[sla]: without a [[sla.target]] the desk keeps no clocks of its own."
    assert told in warnings(loaded(f"{JIRA}\n[sla]\nwaiting = ['Ootel']"))


def test_working_hours_are_nine_to_five_and_can_be_others() -> None:
    assert decode({}).working_hours == WorkingHours("09:00", "17:00", (1, 2, 3, 4, 5))
    own = decode(tomllib.loads('[working_hours]\nstart = "08:15"\nend = "16:45"\ndays = [1, 2, 3]')).working_hours
    assert own == WorkingHours("08:15", "16:45", (1, 2, 3))

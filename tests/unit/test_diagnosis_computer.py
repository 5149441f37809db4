"""What the diagnosis says of this computer: configuration, secrets, files, sync and disk, each as it is found."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from data.config import Calendar, Config, Jira
from data.diagnosis import Finding, Level, computer
from data.paths import Places, make_private_dir, write_private
from data.secrets import STORE_KEY_VARIABLE, write_token
from data.store.driver import open_writer
from data.sync.pulse import Life, Pulse, load_life

KEY, ANOTHER_KEY = "5c" * 32, "a7" * 32
JIRA = Config(jira=Jira(url="https://jira.invalid", projects=["SKAH"]))

posix = pytest.mark.skipif(sys.platform == "win32", reason="mode bits are POSIX")


@pytest.fixture
def where(tmp_path: Path) -> Places:
    """The places of a desk that has its folder and nothing in it."""
    found = Places(tmp_path / "config.toml", tmp_path / "data")
    make_private_dir(found.data_dir)
    return found


def told(findings: Iterable[Finding]) -> list[tuple[Level, str]]:
    return [(each.level, each.text) for each in findings]


def configure(where: Places, text: str) -> tuple[Config | None, list[Finding]]:
    write_private(where.config_file, text.encode())
    return computer.look_at_configuration(where)


def make(file: Path, key: str = KEY) -> None:
    """A file of the store with one table."""
    with closing(open_writer(file, key)) as connection:
        connection.execute("CREATE TABLE note (text TEXT)")
        connection.commit()


def test_a_missing_configuration_is_told_with_the_ways_to_one(where: Places) -> None:
    config, [finding] = computer.look_at_configuration(where)
    assert (config, finding.level) == (None, Level.BAD)
    assert str(where.config_file) in finding.text
    assert "config init" in finding.advice


def test_every_mistake_of_a_configuration_is_a_finding(where: Places) -> None:
    config, findings = configure(where, '[desk]\ntheme = "pink"\n[jira]\nurl = "jira.invalid"\nprojects = ["SKAH"]\n')
    assert config is None
    assert [each.level for each in findings] == [Level.BAD] * 2
    assert all(str(where.config_file) in each.advice for each in findings)


def test_a_configuration_that_reads_nothing_works_but_says_what_to_add(where: Places) -> None:
    config, findings = configure(where, "")
    assert config is not None
    assert [each.level for each in findings] == [Level.GOOD, Level.WARNING]
    assert "config init" in findings[-1].advice


@posix
@pytest.mark.parametrize(
    ("source", "mode", "is_told"),
    [
        ('url = "https://kalender.invalid/salajane"', 0o644, True),
        ('url = "https://kalender.invalid/salajane"', 0o600, False),
        ('file = "{file}"', 0o644, False),
    ],
)
def test_a_secret_address_is_worth_a_warning_where_others_may_read_it(
    where: Places, source: str, mode: int, is_told: bool
) -> None:
    (where.data_dir / "k.ics").touch()
    configure(where, "[[calendar]]\nname = 'Koolitused'\n" + source.format(file=where.data_dir / "k.ics"))
    where.config_file.chmod(mode)
    _config, findings = computer.look_at_configuration(where)
    assert [each.level for each in findings] == [Level.GOOD, *([Level.WARNING] if is_told else [])]
    assert "salajane" not in "".join(each.text for each in findings)


def test_a_configuration_that_goes_while_it_is_looked_at_is_not_called_loose(
    where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves the file anew just then: between two looks there is none."""
    secret = Config(calendar=[Calendar(name="Koolitused", url="https://kalender.invalid/salajane")])
    monkeypatch.setattr(computer, "load", lambda file: secret)
    config, findings = computer.look_at_configuration(where)
    assert (config, [each.level for each in findings]) == (secret, [Level.GOOD])


def test_a_token_is_told_by_its_place_and_never_by_its_text(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    [without, _key] = computer.look_at_secrets(where, JIRA)
    assert (without.level, "config init" in without.advice) == (Level.BAD, True)
    assert write_token(where, "jira", "salajane") == "file"
    [kept, _key] = computer.look_at_secrets(where, JIRA)
    assert (kept.level, kept.text) == (Level.GOOD, f"is kept in {where.token_file}.")
    monkeypatch.setenv("PEAKASUTAJA_JIRA_TOKEN", "salajane")
    [given, _key] = computer.look_at_secrets(where, JIRA)
    assert (given.level, given.text) == (Level.GOOD, "is kept in PEAKASUTAJA_JIRA_TOKEN.")


@posix
def test_a_token_that_others_may_read_stands_in_the_way(where: Places) -> None:
    write_token(where, "jira", "salajane")
    where.token_file.chmod(0o644)
    [finding, _key] = computer.look_at_secrets(where, JIRA)
    assert (finding.level, "salajane" in finding.text) == (Level.BAD, False)


@pytest.mark.parametrize("config", [Config(), Config(jira=JIRA.jira, demo=True)])
def test_without_a_jira_of_ones_own_no_token_is_looked_for(where: Places, config: Config) -> None:
    assert told(computer.look_at_secrets(where, config)) == [
        (Level.SKIPPED, "is made when the desk or the sync first starts.")
    ]


def test_the_key_is_told_by_its_place(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private(where.key_file, KEY.encode())
    assert told(computer.look_at_secrets(where, Config())) == [(Level.GOOD, f"is kept in {where.key_file}.")]
    monkeypatch.setenv(STORE_KEY_VARIABLE, KEY)
    assert told(computer.look_at_secrets(where, Config())) == [(Level.GOOD, f"is kept in {STORE_KEY_VARIABLE}.")]
    demo = Config(demo=True)
    assert told(computer.look_at_secrets(where, demo)) == [(Level.GOOD, f"is kept in {where.key_file}.")]


@pytest.mark.parametrize("kept", [None, "short"])
def test_a_key_that_is_lost_or_spoilt_stands_in_the_way(where: Places, kept: str | None) -> None:
    make(where.cache)
    if kept is not None:
        write_private(where.key_file, kept.encode())
    [finding] = computer.look_at_secrets(where, Config(demo=True))
    assert finding.level is Level.BAD


def test_a_lost_key_is_told_with_the_way_out_and_not_said_to_come_by_itself(where: Places) -> None:
    make(where.cache)
    [finding] = computer.look_at_secrets(where, Config(demo=True))
    assert "is lost" in finding.text
    assert STORE_KEY_VARIABLE in finding.text
    assert "first starts" not in finding.text


def test_files_that_open_are_told_with_their_tables_and_missing_ones_are_no_fault(where: Places) -> None:
    write_private(where.key_file, KEY.encode())
    make(where.desk)
    folder, cache, history, desk = computer.look_at_store(where, Config())
    assert (folder.level, folder.text) == (Level.GOOD, str(where.data_dir))
    assert (cache.level, history.level, desk.level) == (Level.SKIPPED, Level.SKIPPED, Level.GOOD)
    assert "1 tables" in desk.text


def test_the_size_of_a_file_in_use_is_told_with_what_stands_in_its_log(where: Places) -> None:
    write_private(where.key_file, KEY.encode())
    make(where.cache)
    with closing(open_writer(where.cache, KEY)) as writer:
        writer.execute("INSERT INTO note VALUES (hex(randomblob(1000000)))")
        cache = next(each for each in computer.look_at_store(where, Config()) if str(where.cache) in each.text)
    assert "2.1 MB" in cache.text


def test_files_without_their_key_and_with_another_do_not_open(where: Places) -> None:
    make(where.history)
    [_folder, _cache, lost, _desk] = computer.look_at_store(where, Config())
    assert (lost.level, "without the key" in lost.text) == (Level.BAD, True)
    write_private(where.key_file, ANOTHER_KEY.encode())
    [_folder, _cache, foreign, _desk] = computer.look_at_store(where, Config())
    assert (foreign.level, str(where.history) in foreign.text) == (Level.BAD, True)


@posix
def test_a_folder_that_others_may_look_into_is_told_with_the_command_that_closes_it(where: Places) -> None:
    where.data_dir.chmod(0o755)
    folder = next(iter(computer.look_at_store(where, Config())))
    assert (folder.level, folder.advice) == (Level.WARNING, f"chmod 700 {where.data_dir}")


def test_before_the_first_start_there_is_no_folder_to_speak_of(tmp_path: Path) -> None:
    new = Places(tmp_path / "config.toml", tmp_path / "data")
    assert {each.level for each in computer.look_at_store(new, Config())} == {Level.SKIPPED}
    assert [each.level for each in computer.look_at_disk(new)] == [Level.GOOD, Level.SKIPPED]


def test_a_sync_that_lives_is_told_with_its_process(where: Places) -> None:
    assert [each.level for each in computer.look_at_sync(where)] == [Level.SKIPPED]
    with FileLock(where.lock):
        Pulse(where.pulse).beat(now=True)
        life = load_life(where.pulse)
        assert life is not None
        assert told(computer.look_at_sync(where)) == [(Level.GOOD, f"is running (process {life.pid}).")]


def test_a_sync_whose_pulse_is_old_is_waited_for(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock was set forward while it lived: its next pulse is a new one."""
    pulse = Pulse(where.pulse)
    pulse.beat(now=True)
    old = load_life(where.pulse)
    assert old is not None
    aged = Life(old.pid, computer.PULSE_SECONDS + 1.0, (old.pid, 0))
    monkeypatch.setattr("data.sync.pulse.load_life", lambda file: aged if not beats else load_life(file))
    beats: list[float] = []
    monkeypatch.setattr(time, "sleep", beats.append)
    with FileLock(where.lock):
        assert [each.level for each in computer.look_at_sync(where)] == [Level.GOOD]
    assert len(beats) == 1


def test_a_sync_that_gives_no_sign_of_life_is_told(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computer, "NEXT_PULSE_SECONDS", 0.0)
    with FileLock(where.lock):
        [finding] = computer.look_at_sync(where)
    assert (finding.level, "no sign of life" in finding.text) == (Level.BAD, True)


def test_a_sync_lives_while_it_holds_the_lock_and_beats(where: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    Pulse(where.pulse).beat(now=True)
    assert not computer.lives(where)
    with FileLock(where.lock):
        assert computer.lives(where)
        hung = Life(1, computer.PULSE_SECONDS + 1.0, (1, 0))
        monkeypatch.setattr("data.sync.pulse.load_life", lambda _file: hung)
        # Else old data would be told as such of a sync that runs, right below a line that says it does not.
        assert not computer.lives(where)


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (computer.TOO_LITTLE - 1, Level.BAD),
        (computer.TOO_LITTLE, Level.WARNING),
        (computer.SCARCE - 1, Level.WARNING),
        (computer.SCARCE, Level.GOOD),
    ],
)
def test_room_on_the_disk(where: Places, monkeypatch: pytest.MonkeyPatch, free: int, level: Level) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    disk, _log = computer.look_at_disk(where)
    assert disk.level is level


def test_the_log_is_told_once_there_is_one(where: Places) -> None:
    assert [each.level for each in computer.look_at_disk(where)][1:] == [Level.SKIPPED]
    where.log.touch()
    assert told(computer.look_at_disk(where))[1:] == [(Level.GOOD, str(where.log))]


def test_a_file_where_the_folder_should_be_stands_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    for place in (tmp_path / "data", tmp_path / "data" / "deeper"):
        [finding] = computer.look_at_disk(Places(tmp_path / "config.toml", place))
        assert (finding.level, str(place) in finding.text) == (Level.BAD, True)
        assert "--data-dir" in finding.advice

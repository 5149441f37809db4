"""The mail server on the command line: its password is tried and kept, and `doctor` tells whether notices can leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from data.config import Config, load
from data.diagnosis import Level
from data.diagnosis.mail import look_at_mail
from data.paths import Places
from data.secrets import write_token
from data.simulator.letters import Letters, PostOffice
from tests.cli.conftest import Run

MAIL = '[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "desk@asutus.example"\n'
NOTIFIED = '[[contact]]\nname = "Mari Mets"\nemail = "mari@asutus.example"\nnotify = true\n'
CHECK = '[[check]]\nname = "a"\nurl = "https://a.example"\n'


def signs_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword)
    is_right = given.password == b"parool"
    return AuthResult(success=is_right, handled=is_right)


# It is said to be unsafe, which it is not on loopback.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


@pytest.fixture
def server() -> Iterator[PostOffice]:
    office = PostOffice(Letters(), authenticator=signs_in, auth_required=True, auth_require_tls=False)
    office.start()
    yield office
    office.stop()


@pytest.fixture
def gone() -> int:
    """A port on which nobody listens any more."""
    office = PostOffice(Letters())
    office.start()
    office.stop()
    return office.port


class Desk:
    """A configuration with `text` after the mail server's section, and its files."""

    def __init__(self, folder: Path, port: int, text: str = "") -> None:
        self.places = Places(folder / "config.toml", folder / "data")
        self.places.config_file.write_text(MAIL.format(port=port) + text, "utf-8")
        self.options = ["--config", str(self.places.config_file), "--data-dir", str(self.places.data_dir)]

    @property
    def config(self) -> Config:
        return load(self.places.config_file)

    @property
    def secrets(self) -> object:
        file = self.places.data_dir / "tokens.json"
        return json.loads(file.read_text("utf-8")) if file.exists() else None


def test_a_password_that_the_server_takes_is_kept(run: Run, server: PostOffice, tmp_path: Path) -> None:
    desk = Desk(tmp_path, server.port, 'user = "desk"\n')
    done = run("config", "mail", *desk.options, given="parool\n")
    assert (done.returncode, desk.secrets) == (0, {"mail": "parool"}), done.stderr
    assert "parool" not in done.stdout + done.stderr


def test_a_password_that_the_server_refuses_is_not_kept(run: Run, server: PostOffice, tmp_path: Path) -> None:
    desk = Desk(tmp_path, server.port, 'user = "desk"\n')
    done = run("config", "mail", *desk.options, given="vale\n")
    assert (done.returncode, desk.secrets) == (1, None)
    assert "Nothing was stored" in done.stderr


def test_a_password_that_could_not_be_tried_is_kept_and_that_is_said(run: Run, gone: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path, gone, 'user = "desk"\n')
    done = run("config", "mail", *desk.options, given="parool\n")
    assert (done.returncode, desk.secrets) == (0, {"mail": "parool"})
    assert "It could not be tried" in done.stderr


def test_no_password_is_asked_for_where_the_server_takes_none(run: Run, gone: int, tmp_path: Path) -> None:
    desk = Desk(tmp_path, gone)
    done = run("config", "mail", *desk.options, given="parool\n")
    assert (done.returncode, desk.secrets) == (1, None)
    assert "has no [mail] with a user" in done.stderr


def told(desk: Desk) -> list[tuple[Level, str, str]]:
    return [(each.level, each.text, each.advice) for each in look_at_mail(desk.places, desk.config)]


def test_the_diagnosis_signs_in_and_sends_nothing(server: PostOffice, tmp_path: Path) -> None:
    desk = Desk(tmp_path, server.port, 'user = "desk"\n' + CHECK + NOTIFIED)
    desk.places.data_dir.mkdir()
    ((level, _text, advice),) = told(desk)
    assert (level, "config mail" in advice) == (Level.BAD, True)
    write_token(desk.places, "mail", "parool")
    assert [level for level, _text, _advice in told(desk)] == [Level.GOOD]
    assert isinstance(server.handler, Letters)
    assert server.handler.taken == []


def test_the_diagnosis_names_a_server_that_is_gone(gone: int, tmp_path: Path) -> None:
    ((level, text, advice),) = told(Desk(tmp_path, gone, CHECK + NOTIFIED))
    assert (level, f"127.0.0.1:{gone}: " in text, "[mail] host and port" in advice) == (Level.BAD, True, True)


def test_the_diagnosis_warns_where_nobody_would_be_told(server: PostOffice, tmp_path: Path) -> None:
    desk = Desk(tmp_path, server.port, 'user = "desk"\n' + CHECK)
    desk.places.data_dir.mkdir()
    write_token(desk.places, "mail", "parool")
    (_works, (level, text, advice)) = told(desk)
    assert (level, "nobody" in text, "notify = true" in advice) == (Level.WARNING, True, True)


def test_without_a_mail_server_the_diagnosis_says_what_becomes_of_notices(tmp_path: Path) -> None:
    desk = Desk(tmp_path, 25)
    desk.places.config_file.write_text(CHECK + NOTIFIED, "utf-8")
    ((level, text, _advice),) = told(desk)
    assert (level, "copied or saved" in text) == (Level.SKIPPED, True)

"""Secrets: kept where others cannot read them, and never told in an error."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from data.access import loose_trustees, looseness
from data.language import use_language
from data.paths import Places, write_private
from data.secrets import SecretError, read_token, store_key, write_token

from .world import KEY, places_in

posix = pytest.mark.skipif(sys.platform == "win32", reason="mode bits are POSIX")


class FakeKeyring(KeyringBackend):
    """A keyring in memory; the tests name its module as they need it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.held[service, username] = password

    def _answer(self) -> None:
        if self.is_locked:
            raise RuntimeError(f"locked, and held {self.held}")


@pytest.fixture(autouse=True)
def backend(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    """No test ever asks the real keyring; this one stands for the operating system's unless a test says otherwise."""
    for name in [name for name in os.environ if name.startswith("PEAKASUTAJA_")]:
        monkeypatch.delenv(name)
    fake = FakeKeyring()
    monkeypatch.setattr(FakeKeyring, "__module__", "keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: fake)
    return fake


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeKeyring, "__module__", "keyring.backends.fail")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_in(tmp_path / "data")


def test_a_new_key_goes_into_the_keyring_and_is_found_again(places: Places, backend: FakeKeyring) -> None:
    key = store_key(places, create=True, demo=False)
    assert len(bytes.fromhex(key)) == 32
    assert list(backend.held.values()) == [key]
    assert not places.key_file.exists()
    assert store_key(places, create=False, demo=False) == key


def test_each_data_folder_has_a_key_of_its_own(places: Places, tmp_path: Path) -> None:
    other = places_in(tmp_path / "other")
    assert store_key(places, create=True, demo=False) != store_key(other, create=True, demo=False)


@posix
def test_without_a_keyring_the_key_is_in_a_file_of_this_user_alone(places: Places, no_keyring: None) -> None:
    key = store_key(places, create=True, demo=False)
    assert places.key_file.read_text() == key
    assert stat.S_IMODE(places.key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.data_dir.stat().st_mode) == 0o700
    assert store_key(places, create=False, demo=False) == key


@pytest.mark.parametrize("module", ["keyrings.alt.file", "keyring.backends.null", "keyring.backends.fail", "x.y"])
def test_only_the_operating_systems_own_keyrings_are_trusted(
    places: Places, backend: FakeKeyring, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setattr(FakeKeyring, "__module__", module)
    store_key(places, create=True, demo=False)
    assert write_token(places, "jira", "t") == "file"
    assert backend.held == {}


def test_of_a_chain_of_keyrings_the_real_one_is_taken(
    places: Places, backend: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Chain:
        backends = (object(), backend)

    monkeypatch.setattr(keyring, "get_keyring", Chain)
    assert write_token(places, "jira", "t") == "keyring"


def test_a_demo_never_touches_the_keyring(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: pytest.fail("the keyring was asked"))
    key = store_key(places, create=True, demo=True)
    assert store_key(places, create=False, demo=True) == key
    assert read_token(places, "jira", demo=True) == "demo-token"


def test_a_demo_has_a_key_of_its_own_whatever_the_environment_says(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEAKASUTAJA_STORE_KEY", KEY)
    key = store_key(places, create=True, demo=True)
    assert key != KEY
    assert places.key_file.read_text() == key
    monkeypatch.setenv("PEAKASUTAJA_STORE_KEY", "not a key")
    assert store_key(places, create=False, demo=True) == key


def test_a_key_in_the_file_is_found_without_importing_the_keyring(places: Places) -> None:
    store_key(places, create=True, demo=True)
    script = (
        "import sys; from pathlib import Path; from data.paths import Places; from data.secrets import store_key\n"
        "store_key(Places(Path('x'), Path(sys.argv[1])), create=False, demo=False)\n"
        "assert not {'keyring', 'filelock'} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", script, str(places.data_dir)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_environment_comes_first(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    store_key(places, create=True, demo=False)
    write_token(places, "jira", "t1")
    monkeypatch.setenv("PEAKASUTAJA_STORE_KEY", KEY)
    monkeypatch.setenv("PEAKASUTAJA_JIRA_TOKEN", "t2")
    assert store_key(places, create=False, demo=False) == KEY
    assert read_token(places, "jira") == "t2"


def test_without_leave_no_key_is_made(places: Places) -> None:
    with pytest.raises(SecretError, match="is made when"):
        store_key(places, create=False, demo=False)
    assert not places.data_dir.exists()


def test_no_new_key_is_made_over_files_that_an_older_one_closed(places: Places, backend: FakeKeyring) -> None:
    store_key(places, create=True, demo=False)
    places.history.write_bytes(b"x")
    backend.held.clear()
    with pytest.raises(SecretError, match="is lost"):
        store_key(places, create=True, demo=False)
    assert backend.held == {}


def test_a_locked_keyring_is_told_while_files_wait_for_their_key(places: Places, backend: FakeKeyring) -> None:
    key = store_key(places, create=True, demo=False)
    places.history.write_bytes(b"x")
    backend.is_locked = True
    with pytest.raises(SecretError, match="unlock it") as caught:
        store_key(places, create=True, demo=False)
    assert_untold(caught.value, key)


def test_a_keyring_that_does_not_answer_is_done_without_on_a_new_machine(places: Places, backend: FakeKeyring) -> None:
    backend.is_locked = True
    store_key(places, create=True, demo=False)
    assert places.key_file.exists()


def test_several_processes_that_start_at_once_get_one_key(places: Places, no_keyring: None) -> None:
    keys: list[str] = []
    begin = threading.Barrier(6)

    def start() -> None:
        begin.wait()
        keys.append(store_key(places, create=True, demo=False))

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 6
    assert len(set(keys)) == 1


@posix
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(places: Places, no_keyring: None, mode: int) -> None:
    key = store_key(places, create=True, demo=False)
    write_token(places, "jira", "väga salajane".encode().hex())
    for file in (places.key_file, places.token_file):
        file.chmod(mode)
        with pytest.raises(SecretError, match="others may read it") as caught:
            read_token(places, "jira") if file == places.token_file else store_key(places, create=True, demo=False)
        assert_untold(caught.value, key, "väga salajane".encode().hex())


def test_a_key_that_is_none_is_told_without_being_repeated(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKASUTAJA_STORE_KEY", "minu-salajane-võti")
    with pytest.raises(SecretError, match="64 hexadecimal digits") as caught:
        store_key(places, create=True, demo=False)
    assert_untold(caught.value, "minu-salajane-võti")


@pytest.mark.parametrize("content", [b"{'jira': 'salajane'", b'["salajane"]', b"\xff\xfesalajane"])
def test_a_damaged_token_file_is_told_without_its_content(places: Places, no_keyring: None, content: bytes) -> None:
    write_token(places, "jira", "t")
    places.token_file.write_bytes(content)
    with pytest.raises(SecretError, match=r"tokens\.json") as caught:
        read_token(places, "jira")
    assert_untold(caught.value, "salajane")


def test_tokens_are_kept_side_by_side(places: Places, no_keyring: None) -> None:
    assert write_token(places, "jira", "t1") == "file"
    assert write_token(places, "confluence", "t2") == "file"
    assert (read_token(places, "jira"), read_token(places, "confluence")) == ("t1", "t2")
    assert read_token(places, "muu") is None


def test_a_token_that_moves_into_the_keyring_leaves_the_file(
    places: Places, backend: FakeKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(FakeKeyring, "__module__", "keyring.backends.fail")
        write_token(places, "jira", "vana")
    assert write_token(places, "jira", "uus") == "keyring"
    assert read_token(places, "jira") == "uus"
    assert json.loads(places.token_file.read_text()) == {}


def assert_untold(error: BaseException, *hidden: str) -> None:
    """Neither the error nor its traceback, with all that it shows of causes, holds a secret."""
    told = f"{error!r} {''.join(traceback.format_exception(error))}"
    assert not [secret for secret in hidden if secret in told]


def test_a_file_that_is_private_gives_no_reason(tmp_path: Path) -> None:
    file = tmp_path / "x"
    write_private(file, b"x")
    assert looseness(file) == ""
    with pytest.raises(FileNotFoundError):
        looseness(tmp_path / "no")


@pytest.mark.parametrize(
    ("sddl", "told"),
    [
        ("D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;S-1-5-21-1-2-3-1001)", ""),
        ("D:AI(A;;FA;;;SY)(A;ID;0x1200a9;;;BU)", "its access list lets in every user of this computer"),
        ("D:(A;;FA;;;WD)(A;;FR;;;AU)", "its access list lets in everyone, every signed-in user"),
        ("D:(D;;FA;;;WD)(A;;FA;;;BA)", ""),  # a denial lets nobody in
        ("D:(XA;;FR;;;WD;(x))", "its access list lets in everyone"),
    ],
)
def test_an_access_list_of_windows_tells_who_is_let_in(sddl: str, told: str) -> None:
    assert loose_trustees(sddl) == told


def test_writing_a_token_says_where_it_is_kept(places: Places, backend: FakeKeyring) -> None:
    assert write_token(places, "jira", "t") == "keyring"
    assert backend.held == {("peakasutaja", "token:jira"): "t"}


def test_a_wrong_key_is_told_in_the_language_of_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEAKASUTAJA_STORE_KEY", "hello")
    use_language("et")
    try:
        with pytest.raises(SecretError, match="kuueteistkümnendnumbrit"):
            store_key(Places(tmp_path / "config.toml", tmp_path / "data"), create=True, demo=False)
    finally:
        use_language("en")

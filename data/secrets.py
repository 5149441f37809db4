"""Access tokens and the key of the store: in the environment, in a file of this user alone, or in the keyring.

The file is looked at before the keyring, because a desk that finds its key there need not import the keyring. What is
written goes into the keyring where there is a real one, else into the file. No secret is ever part of an error.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Protocol

from data.language import _
from data.paths import Places, make_private_dir, write_private
from data.volumes import network_kind, network_words

DEMO_TOKEN = "demo-token"  # noqa: S105 - the simulated server's, worth nothing elsewhere
STORE_KEY_VARIABLE = "PEAKASUTAJA_STORE_KEY"

_SERVICE = "peakasutaja"
_RAW_KEY = re.compile(r"[0-9a-fA-F]{64}")
_REAL_BACKENDS = frozenset(
    f"keyring.backends.{name}" for name in ("Windows", "macOS", "SecretService", "libsecret", "kwallet")
)
"""Backends that the operating system guards. Others (`keyrings.alt`, `null`) would keep secrets in the open."""


class SecretError(Exception):
    """A secret cannot be had or kept safely; the message says why and what to do, and never holds the secret."""


class _Keyring(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...


def store_key(places: Places, *, create: bool, demo: bool) -> str:
    """The key of the store's files as 64 hexadecimal digits; a new one is made and kept if `create` allows it.

    While files stand there that an older key has closed, no other is made, and its loss is told. A `demo` has a
    throw-away key in the file alone: it never touches the keyring, and the environment's key belongs to the person's
    own files. Raises `SecretError`.
    """
    key = (None if demo else os.environ.get(STORE_KEY_VARIABLE)) or _read_file(places.key_file)
    if key is None and not demo:
        key = _from_keyring(_store_name(places), must_answer=_has_files(places))
    if key is None:
        if _has_files(places):
            raise SecretError(
                _(
                    "The key of the files in {folder} is lost, so they cannot be read. "
                    "Set {variable} if you have the key, else move the files aside and start again."
                ).format(folder=places.data_dir, variable=STORE_KEY_VARIABLE)
            )
        if not create:
            raise SecretError(
                _("The key of the store is not there: it is made when the desk or the sync first starts.")
            )
        if kind := network_kind(places.data_dir):
            raise SecretError(network_words(places.data_dir, kind))
        key = _create_key(places, demo=demo)
    key = key.strip()
    if not _RAW_KEY.fullmatch(key):
        raise SecretError(_("The key of the store must be 64 hexadecimal digits; the one that was found is not."))
    return key


def read_token(places: Places, name: str, *, demo: bool = False) -> str | None:
    """The access token called `name` (`jira`), or None; the environment's `PEAKASUTAJA_JIRA_TOKEN` comes first.

    Raises `SecretError` for a file that others may read.
    """
    if demo:
        return DEMO_TOKEN
    token = os.environ.get(f"PEAKASUTAJA_{re.sub('[^A-Z0-9]', '_', name.upper())}_TOKEN")
    return token or _tokens(places).get(name) or _from_keyring(f"token:{name}", must_answer=False)


def check_token(name: str) -> str:
    """The name under which the secret of checks called `name` is kept: never that of another system's token."""
    return f"check-{name}"


def read_check_secret(places: Places, name: str, *, demo: bool = False) -> str | None:
    """What `config secret NAME` keeps, or None; the environment's `PEAKASUTAJA_CHECK_NAME_TOKEN` comes first.

    Raises `SecretError` for a file that others may read.
    """
    return read_token(places, check_token(name), demo=demo)


def write_token(places: Places, name: str, token: str) -> str:
    """Keeps an access token and returns where, `keyring` or `file`. Raises `SecretError`."""
    tokens = _tokens(places)
    if _to_keyring(f"token:{name}", token):
        if tokens.pop(name, None) is not None:  # or the older one in the file would be found first
            write_private(places.token_file, json.dumps(tokens).encode())
        return "keyring"
    make_private_dir(places.data_dir)
    write_private(places.token_file, json.dumps({**tokens, name: token}).encode())
    return "file"


def _create_key(places: Places, *, demo: bool) -> str:
    """Makes a key and keeps it; of several processes that do so at once, all get the key of the first."""
    # Imported here: needed once in the life of a store.
    import secrets

    from filelock import FileLock

    make_private_dir(places.data_dir)
    with FileLock(places.key_file.with_suffix(".lock"), timeout=10):
        name = _store_name(places)
        key = _read_file(places.key_file) or (None if demo else _from_keyring(name, must_answer=False))
        if key is None:
            key = secrets.token_hex(32)
            if demo or not _to_keyring(name, key):
                write_private(places.key_file, key.encode())
    return key


def _store_name(places: Places) -> str:
    return f"store:{places.data_dir.resolve()}"


def _has_files(places: Places) -> bool:
    return any(file.exists() for file in (places.cache, places.history, places.desk))


def _tokens(places: Places) -> dict[str, str]:
    text = _read_file(places.token_file)
    try:
        tokens = json.loads(text) if text else {}
    except ValueError:
        tokens = None
    if not isinstance(tokens, dict):
        # Not chained: the decoder's error would carry the file's content with it.
        raise SecretError(_("{file} is damaged: remove it and give the tokens again.").format(file=places.token_file))
    return {str(name): str(token) for name, token in tokens.items()}


def _read_file(file: Path) -> str | None:
    """The text of a file that this user alone may read; None if there is none. Raises `SecretError`."""
    from data.access import looseness

    try:
        loose = looseness(file)
        text = None if loose else file.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise SecretError(
            _("{folder} is not a folder. Choose another with --data-dir.").format(folder=file.parent)
        ) from None
    except (OSError, UnicodeDecodeError):
        raise SecretError(_("{file} cannot be read: look at its permissions.").format(file=file)) from None
    if text is None:
        raise SecretError(
            _("{file} is not used because {reason}. Make it yours alone, then change what was in it.").format(
                file=file, reason=loose
            )
        )
    return text


def _keyring() -> _Keyring | None:
    """The operating system's keyring, or None where there is no real one."""
    # Imported here: it costs some tens of milliseconds, and a key in a file or the environment does without.
    import keyring
    from keyring.errors import KeyringError

    try:
        backend = keyring.get_keyring()
    except (KeyringError, RuntimeError):
        return None
    candidates = getattr(backend, "backends", None) or [backend]
    return next((each for each in candidates if type(each).__module__ in _REAL_BACKENDS), None)


def _from_keyring(name: str, *, must_answer: bool) -> str | None:
    """What the keyring holds under `name`. One that is there but fails (locked) is an error if it `must_answer`."""
    backend = _keyring()
    if backend is None:
        return None
    try:
        return backend.get_password(_SERVICE, name)
    except Exception as error:  # each backend has its own errors
        if must_answer:
            raise SecretError(
                _("The keyring did not answer ({reason}): unlock it and try again.").format(reason=type(error).__name__)
            ) from None
        return None


def _to_keyring(name: str, secret: str) -> bool:
    """Whether the keyring took the secret and gives it back."""
    backend = _keyring()
    if backend is None:
        return False
    try:
        backend.set_password(_SERVICE, name, secret)
        return backend.get_password(_SERVICE, name) == secret
    except Exception:  # each backend has its own errors, and their text might hold the secret
        return False

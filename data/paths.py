"""Where files live, with their permissions.

Defaults follow the platform (XDG on Linux, LOCALAPPDATA on Windows); `--config`, `--data-dir`, `PEAKASUTAJA_CONFIG`
and `PEAKASUTAJA_DATA_DIR` override them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The configuration file and the folder of everything else."""

    config_file: Path
    data_dir: Path

    @property
    def cache(self) -> Path:
        """Copy of what others own; may be deleted at any moment."""
        return self.data_dir / "cache.db"

    @property
    def history(self) -> Path:
        """What we measured ourselves; backed up, never rebuilt."""
        return self.data_dir / "history.db"

    @property
    def desk(self) -> Path:
        """What the person wrote here; precious."""
        return self.data_dir / "desk.db"

    @property
    def key_file(self) -> Path:
        """The raw key of the three files where no keyring holds it."""
        return self.data_dir / "store.key"

    @property
    def token_file(self) -> Path:
        """Access tokens where no keyring holds them."""
        return self.data_dir / "tokens.json"

    @property
    def lock(self) -> Path:
        """Held by the one sync process."""
        return self.data_dir / "sync.lock"

    @property
    def stop(self) -> Path:
        """Its appearance asks the sync process to stop."""
        return self.data_dir / "sync.stop"

    @property
    def wish(self) -> Path:
        """Its appearance asks the sync process to poll every source now."""
        return self.data_dir / "sync.wish"

    @property
    def pulse(self) -> Path:
        """What the sync process is doing now, as JSON; holds no personal data."""
        return self.data_dir / "sync.pulse"

    @property
    def log(self) -> Path:
        """The sync process's rotating log."""
        return self.data_dir / "sync.log"

    @property
    def preferences(self) -> Path:
        """Remembered choices of the screen (theme, language), as JSON."""
        return self.data_dir / "preferences.json"

    @property
    def outgoing(self) -> Path:
        """Encrypted copies of the files that wait to be attached to tickets."""
        return self.data_dir / "outgoing"

    @property
    def desks(self) -> Path:
        """One file an open desk, touched while it lives."""
        return self.data_dir / "desks"


def places(config: str | Path | None = None, data_dir: str | Path | None = None) -> Places:
    """The places in force: the arguments, else the environment, else the platform's own."""
    chosen_config = config or os.environ.get("PEAKASUTAJA_CONFIG")
    chosen_data = data_dir or os.environ.get("PEAKASUTAJA_DATA_DIR")
    return Places(
        config_file=Path(chosen_config).expanduser() if chosen_config else _platform_dir("config") / "config.toml",
        data_dir=Path(chosen_data).expanduser() if chosen_data else _platform_dir("data"),
    )


def _platform_dir(purpose: str) -> Path:
    # Imported here: a desk that is told its places does not pay for it.
    import platformdirs

    if purpose == "config":
        return platformdirs.user_config_path("peakasutaja", appauthor=False)
    return platformdirs.user_data_path("peakasutaja", appauthor=False)


def make_private_dir(folder: Path) -> Path:
    """Creates `folder` for this user alone and returns it.

    On Windows the folder inherits the access list of the user's own profile.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)
    return folder


def write_private(file: Path, content: bytes) -> None:
    """Writes `content` to `file` at once and whole, readable by this user alone."""
    make_private = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        with open(os.open(draft, make_private, 0o600), "wb") as stream:
            stream.write(content)
        draft.replace(file)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise

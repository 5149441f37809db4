from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.config import Config, load
from data.language import use_language
from data.paths import Places
from data.processes import ROOT
from tests.measuring import handed_on

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages as they stand in the source."""
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program as a process of its own, in English and in a home of its own."""

    def run_(*arguments: str, language: str = "en", given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tui", *arguments],
            cwd=ROOT,
            env={
                **handed_on(),
                "PATH": "/usr/bin:/bin",
                "HOME": str(tmp_path),
                "XDG_CONFIG_HOME": str(tmp_path / "config"),
                "XDG_DATA_HOME": str(tmp_path / "share"),
                "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
                "PYTHONUTF8": "1",
                "PEAKASUTAJA_LANGUAGE": language,
            },
            input=given,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run_


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The configuration file of simulated systems that answer while the module's tests run."""
    simulator = subprocess.Popen(
        [sys.executable, "-m", "tui", "simulate", "--at", "2026-12-04T09:14"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert simulator.stdout is not None
    file = tmp_path_factory.mktemp("served") / "config.toml"
    with file.open("wb") as stream:
        for line in simulator.stdout:
            stream.write(line)
            if line == b"# ready\n":
                break
    yield file
    simulator.terminate()
    simulator.wait()
    simulator.stdout.close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "config.toml", tmp_path / "data")


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[str], Config]:
    """Loads a configuration from its text."""

    def load_(text: str) -> Config:
        file = tmp_path / "config.toml"
        file.write_bytes(text.encode())
        return load(file)

    return load_

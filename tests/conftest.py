"""What holds for all tests: nothing of the person's own is read or written, and a busy machine fails nobody."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from data.language import use_language

pytest_plugins = ["tests.gates.branches"]

for name in [name for name in os.environ if name.startswith("PEAKASUTAJA_")]:
    del os.environ[name]
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture(autouse=True)
def words_in_english() -> None:
    """Each test begins in the same language, whatever the one before it has chosen."""
    use_language("en")


settings.register_profile("tests", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("tests")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """All tests run in parallel; a few named ones are not worth the start of workers."""
    return 0 if any(not argument.startswith("-") for argument in config.invocation_params.args) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests have told of themselves, also of those that went well and ran in a worker."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "told":
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {value}")

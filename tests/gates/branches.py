"""The branches of `data/` that a whole measured run takes; the limit that coverage knows mixes them with the lines."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from coverage import Coverage

LIMIT = 95.0
"""Per cent of the branches that must be taken."""
NAMED = 10
"""Files that are named, those that miss most branches first."""


class Branches(NamedTuple):
    """What was taken of one file's branches."""

    name: str
    taken: int
    there: int

    @property
    def missed(self) -> int:
        """Branches that no test takes."""
        return self.there - self.taken

    def __str__(self) -> str:
        return f"{self.name} {percent(self.taken, self.there):.1f} % ({self.missed} of {self.there} missed)"


def percent(taken: int, there: int) -> float:
    """Per cent taken; all where there are none."""
    return 100 * taken / there if there else 100.0


def judged(files: Iterable[Branches]) -> tuple[bool, str]:
    """Whether enough branches are taken of all files together, and the figure with the files that miss most."""
    every = sorted(files, key=lambda each: (-each.missed, each.name))
    taken, there = sum(each.taken for each in every), sum(each.there for each in every)
    share = percent(taken, there)
    told = f"{share:.1f} % of {there} branches taken, {LIMIT:.0f} % wanted"
    worst = [str(each) for each in every[:NAMED] if each.missed]
    return share >= LIMIT, "\n  ".join([told, *worst])


def measured(root: Path) -> list[Branches]:
    """Each file of the measured run whose combined data lie under `root`."""
    coverage = Coverage(data_file=root / ".coverage", config_file=root / "pyproject.toml")
    coverage.load()
    with TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text("utf-8"))["files"]
    return [
        Branches(Path(name).as_posix(), each["summary"]["covered_branches"], each["summary"]["num_branches"])
        for name, each in files.items()
    ]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Ends a whole measured run with one more result, after pytest-cov has combined what all processes took."""
    result = yield
    if _is_whole(session.config) and session.testscollected:
        is_enough, told = judged(measured(session.config.rootpath))
        session.config.hook.pytest_runtest_logreport(
            report=pytest.TestReport(
                nodeid="tests/gates/branches.py::branches",
                location=("tests/gates/branches.py", None, "branches"),
                keywords={},
                outcome="passed" if is_enough else "failed",
                longrepr=None if is_enough else told,
                when="call",
                user_properties=[("told", told)],
            )
        )
    return result


def _is_whole(config: pytest.Config) -> bool:
    """Whether all tests are run and measured, and this process is the one that judges it."""
    is_chosen = config.option.keyword or config.option.markexpr or config.option.collectonly
    is_worker = hasattr(config, "workerinput")
    is_measured = config.pluginmanager.has_plugin("_cov")
    return is_measured and not is_worker and not is_chosen and config.args_source is config.ArgsSource.TESTPATHS

"""The gate of branches fails a whole measured run that misses too many, and says where."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gates.branches import NAMED, Branches, judged
from tests.gates.catalogue import ROOT
from tests.measuring import unmeasured

PROJECT = """\
[tool.coverage.run]
source_pkgs = ["small"]
branch = true
parallel = true
patch = ["subprocess"]

[tool.pytest.ini_options]
testpaths = ["tests"]
addopts = "-q -p tests.gates.branches"
"""
MODULE = """\
def sign(number):
    if number < 0:
        return -1
    return 1
"""
TEST = """\
import subprocess
import sys

def test_sign():
    for number in {numbers}:
        subprocess.run([sys.executable, "-c", f"import small; small.sign({{number}})"], check=True)
"""


def test_files_are_judged_together_and_those_that_miss_most_are_named() -> None:
    whole = [Branches(f"data/whole{place}.py", 100, 100) for place in range(3)]
    is_enough, told = judged([*whole, Branches("data/some.py", 10, 12), Branches("data/half.py", 82, 100)])
    assert is_enough
    assert told.splitlines() == [
        "95.1 % of 412 branches taken, 95 % wanted",
        "  data/half.py 82.0 % (18 of 100 missed)",
        "  data/some.py 83.3 % (2 of 12 missed)",
    ]
    is_enough, told = judged([Branches(f"data/{place}.py", 94, 100) for place in range(20)])
    assert (is_enough, len(told.splitlines())) == (False, 1 + NAMED)


@pytest.mark.parametrize(("taken", "is_enough"), [(94_999, False), (95_000, True)])
def test_just_under_the_limit_is_under_it(taken: int, is_enough: bool) -> None:
    assert judged([Branches("data/a.py", taken, 100_000)])[0] is is_enough


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one module of two branches, which its test runs in processes of their own."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "small.py").write_text(MODULE)
    (tmp_path / "tests").mkdir()
    return tmp_path


def run(project: Path, numbers: list[int], *arguments: str) -> tuple[int, str]:
    """The exit status and the output of the project's tests, which give `numbers` to the module."""
    (project / "tests" / "test_small.py").write_text(TEST.format(numbers=numbers))
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=project,
        env=unmeasured() | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(project)))},
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, ended.stdout


def test_a_whole_measured_run_has_the_branches_among_its_results(project: Path) -> None:
    status, output = run(project, [5], "-n1", "--cov")
    assert (status, "1 failed, 1 passed" in output.splitlines()[-1]) == (1, True), output
    assert "50.0 % of 2 branches taken, 95 % wanted\n  small.py 50.0 % (1 of 2 missed)" in output
    status, output = run(project, [5, -5], "-n1", "--cov")
    assert (status, "2 passed" in output.splitlines()[-1]) == (0, True), output


@pytest.mark.parametrize("arguments", [("tests", "--cov"), ("-k", "sign", "--cov"), ()])
def test_a_part_of_the_tests_and_a_run_without_measuring_are_not_judged(
    project: Path, arguments: tuple[str, ...]
) -> None:
    status, output = run(project, [5], "-n0", *arguments)
    assert (status, "1 passed" in output.splitlines()[-1]) == (0, True), output

"""Who may import what, seen in processes of their own, and how long a file may be."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.gates.catalogue import ROOT, python_files
from tests.measuring import unmeasured

LONG_FILES = {
    "data/model.py",  # the words of the domain belong together
    "tui/widgets/table.py",  # one widget, its keys, its mouse and its drawing
}
"""Files of more than 350 lines; the first lines of each tell why."""


def modules_after(code: str, *arguments: str) -> set[str]:
    """Names of the modules that a fresh Python holds after running `code`."""
    told = f"{code}\nimport json, sys\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", told, *arguments],
        cwd=ROOT,
        env=unmeasured(),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stderr))


def third_party(modules: set[str]) -> set[str]:
    """Top-level packages that are neither Python's nor the project's, nor loaded by every start of this Python."""
    tops = {name.partition(".")[0] for name in modules - modules_after("")}
    return {top for top in tops - sys.stdlib_module_names - {"data", "tui"} if not top.startswith("_")}


def test_reading_the_store_needs_sqlcipher_alone() -> None:
    assert third_party(modules_after("import data.store.read, data.store.desk, data.rules.mask")) == {"sqlcipher3"}


def test_the_version_costs_no_import() -> None:
    modules = modules_after("import tui.__main__\ntui.__main__.main()", "--version")
    assert third_party(modules) == set()
    assert not modules & {"asyncio", "sqlite3", "logging", "tui.cli"}


def test_the_version_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "--version"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("peakasutaja 0.")
    assert done.stderr == ""


def test_what_knows_never_looks() -> None:
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in python_files() if file.parts]
    known = [name.removesuffix(".__init__") for name in names if name.startswith("data") and "__main__" not in name]
    assert "data.store.read" in known
    absent = "import sys\nsys.modules.update(dict.fromkeys(['tui', 'textual', 'rich']))\n"
    modules_after(absent + "\n".join(f"import {name}" for name in known))


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys\nfrom importlinter.cli import lint_imports\nsys.exit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def test_a_file_fits_in_a_head() -> None:
    lengths = {file.relative_to(ROOT).as_posix(): len(file.read_text("utf-8").splitlines()) for file in python_files()}
    assert {name: length for name, length in lengths.items() if length > 350 and name not in LONG_FILES} == {}
    assert {name for name in LONG_FILES if lengths[name] <= 350} == set(), "no longer long: take them off the list"

"""Holds the exact versions in pyproject.toml against what uv resolves for every platform and Python we support.

`python3 .ci/pins.py` fails when they differ and names the packages; with `--update` it takes the newest versions that
the requirements allow and writes them. A lock file is not kept, because it names download hosts.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "pyproject.toml"
RUN, BUILD = "constraint-dependencies", "build-constraint-dependencies"


def main(arguments: list[str]) -> int:
    """Checks, or updates; 0 well, 1 the pins differ from the resolved set, 2 wrong usage."""
    if arguments == ["--update"]:
        _write(RUN, [])
        _write(BUILD, [])
        _write(RUN, resolved_run("--upgrade"))
        _write(BUILD, resolved_build())
        return 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    settings = _settings()
    wrong = [f"{RUN}: {line}" for line in _differences(settings[RUN], resolved_run())]
    wrong += [f"{BUILD}: {line}" for line in _differences(settings[BUILD], resolved_build())]
    print("\n".join(wrong) or f"pins: {len(settings[RUN])} + {len(settings[BUILD])} versions, all exact")
    return 1 if wrong else 0


def resolved_run(*options: str) -> list[str]:
    """`name==version` of everything that uv resolves for the project, its extras and its groups, on any platform."""
    _uv("lock", "--quiet", *options, where=ROOT)
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    found = []
    for package in packages:
        if "editable" in package["source"]:
            continue
        pin = f"{package['name']}=={package['version']}"
        # Where platforms or Pythons need different versions of one package, each is pinned for its own.
        markers = package.get("resolution-markers", [])
        found.append(f"{pin} ; {' or '.join(f'({marker})' for marker in markers)}" if markers else pin)
    return sorted(found)


def resolved_build() -> list[str]:
    """`name==version` of what building the project needs, with the pins in force."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as away:  # away from the project, whose own settings would apply
        wanted, pinned = Path(away, "wanted.in"), Path(away, "pinned.txt")
        wanted.write_text("\n".join(project["build-system"]["requires"]), "utf-8")
        pinned.write_text("\n".join(_settings()[BUILD]), "utf-8")
        lines = _uv(
            *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-header", "--no-annotate"),
            *("--constraint", str(pinned), str(wanted)),
            where=Path(away),
        )
    return sorted(line.strip() for line in lines.splitlines() if line.strip())


def _settings() -> dict[str, Any]:
    settings: dict[str, Any] = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["uv"]
    return settings


def _differences(pinned: list[str], resolved: list[str]) -> list[str]:
    missing = [f"not pinned: {pin}" for pin in sorted(set(resolved) - set(pinned))]
    return missing + [f"pinned but not resolved: {pin}" for pin in sorted(set(pinned) - set(resolved))]


def _write(name: str, pins: list[str]) -> None:
    block = f"{name} = [\n" + "".join(f'    "{pin}",\n' for pin in pins) + "]\n"
    text, count = re.subn(rf"^{name} = \[.*?^\]\n", lambda _: block, PROJECT.read_text("utf-8"), flags=re.M | re.S)
    if count != 1:
        raise SystemExit(f"{PROJECT.name}: expected one list named {name}, found {count}")
    PROJECT.write_text(text, "utf-8")


def _uv(*arguments: str, where: Path) -> str:
    command = [sys.executable, "-m", "uv", *arguments]
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"uv {arguments[0]} failed:\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A measured run (`pytest --cov`) and the processes that tests start: who is measured, and who must not be."""

from __future__ import annotations

import os

_PREFIX = "COVERAGE_"


def handed_on() -> dict[str, str]:
    """What a process whose environment is made anew needs to be measured too; empty in an ordinary run."""
    return {name: value for name, value in os.environ.items() if name.startswith(_PREFIX)}


def unmeasured() -> dict[str, str]:
    """This environment for a process whose imports are looked at: measuring would add its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}

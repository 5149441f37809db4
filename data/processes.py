"""Starting our own modules as processes, in the same way on every platform."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds the package `data`."""


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs `module` with this interpreter; start it in `ROOT`.

    Python looks for modules in the working directory first, so a folder of the person's own that is called `data`
    would otherwise take our place.
    """
    return [sys.executable, "-m", module, *arguments]


def quiet() -> dict[str, Any]:
    """Arguments of Popen for a process that opens no console window."""
    return {"cwd": str(ROOT), "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}


def detached() -> dict[str, Any]:
    """Arguments of Popen for a process that outlives us: it shares neither our terminal nor its Ctrl+C."""
    arguments = {**quiet(), "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if sys.platform == "win32":
        arguments["creationflags"] |= subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        arguments["start_new_session"] = True
    return arguments

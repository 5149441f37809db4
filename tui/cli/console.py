"""The console that the program writes to, and its limits."""

from __future__ import annotations

import os
import sys


def on_terminal() -> bool:
    """Whether a person sits at both ends: keys come from a terminal and words go to one."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def soften_console() -> None:
    """Lets the console replace a letter that it has no code for (an old Windows code page) instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def silence_console() -> None:
    """Sends the rest of standard output nowhere: its reader has gone (`… | head`), which is no fault."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

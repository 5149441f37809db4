"""The terminal as the desk meets it: size, letters, colours, and how wide it draws the signs."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version

from data import __version__
from data.diagnosis import Finding, bad, good, skipped, warning
from data.language import _
from tui.layout import LEAST_HEIGHT, LEAST_WIDTH

WIDE_SIGNS = "⏲⚑↩✖"
"""Signs that some terminals draw two cells wide."""
_ANSWER_SECONDS = 0.5
_POSITION = re.compile(r"\x1b\[\d+;(\d+)R")


def look_at_program() -> Iterator[Finding]:
    """Versions of the program, Python and Textual."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield good("peakasutaja", f"{__version__} · Python {python} · Textual {version('textual')} · {sys.platform}")


def look_at_terminal() -> Iterator[Finding]:
    """Size, encoding, colours and the width of signs; little can be said where output is not a terminal."""
    subject = _("terminal")
    encoding = (sys.stdout.encoding or "").lower()
    if encoding.replace("-", "") != "utf8":
        advice = _("Use Windows Terminal, or set the environment variable PYTHONUTF8=1.")
        yield warning(
            subject, _("letters are written as {encoding}, not UTF-8.").format(encoding=encoding or "?"), advice
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield skipped(subject, _("this is not a terminal, so size and signs were not looked at."))
        return
    size = shutil.get_terminal_size()
    told = _("{columns} × {lines}.").format(columns=size.columns, lines=size.lines)
    if size.columns < LEAST_WIDTH or size.lines < LEAST_HEIGHT:
        advice = _("The desk needs {columns} × {lines}: make the window larger or the letters smaller.")
        yield warning(subject, told, advice.format(columns=LEAST_WIDTH, lines=LEAST_HEIGHT))
    else:
        yield good(subject, told)
    yield from _look_at_colours(subject)
    yield _look_at_signs(subject)


def _look_at_colours(subject: str) -> Iterator[Finding]:
    kind = os.environ.get("TERM", "")
    if kind == "dumb":
        yield bad(subject, _("it can only print lines (TERM=dumb)."), _("Open the desk in another terminal."))
    elif os.environ.get("NO_COLOR"):
        yield warning(subject, _("colours are off (NO_COLOR is set)."))
    elif os.name == "nt" or os.environ.get("COLORTERM", "") in ("truecolor", "24bit") or "256" in kind:
        yield good(subject, _("colours work ({kind}).").format(kind=os.environ.get("COLORTERM") or kind or "Windows"))
    else:
        yield warning(subject, _("few colours ({kind}).").format(kind=kind or "?"))


def _look_at_signs(subject: str) -> Finding:
    width = drawn_width(WIDE_SIGNS)
    if width is None:
        return skipped(subject, _("it does not tell how wide it draws signs."))
    if width != len(WIDE_SIGNS):
        told = _("it draws the signs {signs} two cells wide.").format(signs=" ".join(WIDE_SIGNS))
        return warning(subject, told, _("Write ascii = true in the section [desk] of the configuration."))
    return good(subject, _("it draws the signs {signs} one cell wide.").format(signs=" ".join(WIDE_SIGNS)))


def drawn_width(text: str) -> int | None:
    """Cells by which the cursor moves when the terminal draws `text`; None when it does not answer."""
    sys.stdout.write(f"\r{text}\x1b[6n")
    sys.stdout.flush()
    answer = _POSITION.search(_reply())
    sys.stdout.write("\r\x1b[2K")
    sys.stdout.flush()
    return int(answer[1]) - 1 if answer else None


if sys.platform == "win32":
    import msvcrt

    def _reply() -> str:
        """What the console puts into its input as an answer."""
        typed, until = "", time.monotonic() + _ANSWER_SECONDS
        while not typed.endswith("R") and time.monotonic() < until:
            if msvcrt.kbhit():
                typed += msvcrt.getwch()
            else:
                time.sleep(0.005)
        return typed

else:
    import select
    import termios
    import tty

    def _reply() -> str:
        """What the terminal sends back as an answer; it is neither echoed nor kept until Enter."""
        source = sys.stdin.fileno()
        before = termios.tcgetattr(source)
        typed, until = b"", time.monotonic() + _ANSWER_SECONDS
        try:
            tty.setcbreak(source, termios.TCSANOW)
            while not typed.endswith(b"R") and (left := until - time.monotonic()) > 0:
                if not select.select([source], [], [], left)[0]:
                    break
                chunk = os.read(source, 64)
                if not chunk:
                    break
                typed += chunk
        finally:
            termios.tcsetattr(source, termios.TCSADRAIN, before)
        return typed.decode("ascii", "replace")

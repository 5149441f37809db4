"""What the TOML parser complains of, in the person's language, with what to do where the mistake is a usual one."""

from __future__ import annotations

import re
from collections.abc import Callable

from data.language import _

_COMPLAINTS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("Expected '='", lambda: _("After a key there must be = and a value.")),
    ("Invalid value", lambda: _("The value must be text in quotes, a number, true, false or a list.")),
    ("Unescaped '\\'", lambda: _("Write a \\ inside quotes twice, or put the text between single quotes.")),
    ("Invalid hex", lambda: _("Write a \\ inside quotes twice, or put the text between single quotes.")),
    ("Unterminated string", lambda: _("A text does not end with a quote.")),
    ("Illegal character '\\n'", lambda: _("A text does not end with a quote.")),
    ("Unclosed array", lambda: _("A list does not end with ].")),
    ("Expected ']", lambda: _("The name of a section does not end with ].")),
    ("Expected newline", lambda: _("One key and one value to a line; nothing may follow them.")),
    ("Cannot overwrite", lambda: _("The same key stands there twice.")),
    ("Cannot declare", lambda: _("The same section stands there twice.")),
)


def toml_fault(error: ValueError, text: str) -> tuple[int, str]:
    """The line (from 1) and the complaint of `error`, raised by the parser over `text`; empty for an unusual one.

    The text itself is not quoted: it may hold a secret.
    """
    place = re.search(r"\(at line (\d+), column \d+\)", str(error))
    # The parser reports a text that ends too early without a number.
    line = int(place[1]) if place else text.count("\n") + 1
    return line, next((words() for start, words in _COMPLAINTS if str(error).startswith(start)), "")

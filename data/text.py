"""Cleaning of text from outside: control, C1 and bidi characters never get past here.

Cleaned text is for display and search. An edit must start from a fresh raw fetch, so that what the person did not
touch goes back unchanged.
"""

from __future__ import annotations

import re

_ESCAPES = re.compile(
    "(?:\x1b\\]|\x9d)[^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\\\|\x9c|$)"  # OSC: titles, links, clipboard (52)
    "|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]{0,4096}(?:\x1b\\\\|\x9c|$)"  # DCS, SOS, PM, APC
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI
    "|\x1b[ -/]*[0-~]"  # two-character escapes
)
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible and bidi
    "\ud800-\udfff\U000e0000-\U000e007f]"  # surrogates, tags
)
_MARKS = re.compile("([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{3,}")

TEXT_LIMIT = 200_000
"""Characters kept of one text; the rest is cut and an ellipsis says so."""


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` safe to show: no terminal control, no invisible or direction-changing characters, at most `limit` long.

    Line feeds and tabs stay, carriage returns become line feeds. Nothing else of ordinary text is changed.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _ESCAPES.sub("", text)
    text = _FORBIDDEN.sub("", text)
    return _MARKS.sub(r"\1", text)


def clean_line(text: str, limit: int = 1_000) -> str:
    """`text` cleaned and on one line: line feeds, tabs and runs of space become one space."""
    return " ".join(clean(text, limit).split())


_ESTONIAN = "abcdefghijklmnopqrsšzžtuvwõäöüxy"
_ORDER = {letter: chr(0x61 + place) for place, letter in enumerate(_ESTONIAN)}
_PLAIN = str.maketrans("àáâãåæçèéêëìíîïñòóôøùúûýÿ", "aaaaaaceeeeiiiinoooouuuyy")


def sort_key(text: str, length: int = 60) -> str:
    """A key whose byte order is Estonian alphabetical order (… s š z ž t u v w õ ä ö ü x y), at most `length` long.

    It is stored and indexed: a collation written in Python is 30 times slower.
    """
    folded = text[:length].casefold().translate(_PLAIN)
    return "".join(_ORDER.get(letter, letter) for letter in folded)

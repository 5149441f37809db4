"""Cleaning of text from outside: control, C1 and bidi characters never get past here.

Cleaned text is for display and search. An edit must start from a fresh raw fetch, so that what the person did not
touch goes back unchanged.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = re.compile(
    # Control strings (OSC 52 writes the clipboard) go with what they carry. One without its end loses its first two
    # characters only: swallowing the rest would let one stray escape hide a ticket.
    "\x1b\\][^\x07\x1b]*+(?:\x07|\x1b\\\\)"
    "|\x1b[PX^_][^\x1b]*+\x1b\\\\"  # DCS, SOS, PM, APC
    "|(?:\x1b\\[|\x9b)[0-?]*+[ -/]*+[@-~]"  # CSI
    "|\x1b[ -/]*+[0-~]"  # two-character escapes
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # invisible, bidi
    "\ud800-\udfff\U000e0000-\U000e0fff]+"  # surrogates, tags, variation selectors
)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"
_PILED_MARKS = re.compile(f"({_MARK}){_MARK}{{3,}}")
_ODD = re.compile(f"[{_FORBIDDEN.pattern[1:-2]}\u2028\u2029{_MARK[1:-1]}]")
"""A text without any of these is clean as it is: one look instead of four, for nearly all there is."""

TEXT_LIMIT = 200_000
"""Characters kept of one text; the rest is cut and an ellipsis says so."""


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` safe to show: no terminal control, no invisible or direction-changing characters, at most `limit` long.

    Line feeds and tabs stay, other line breaks become line feeds. The signs that join emoji or choose their form go
    too, because terminals disagree on the width of what they make: a family comes apart into its members. Of four or
    more piled-up combining marks one stays. Nothing else of ordinary text is changed; markup (`[/]`) is ordinary text.
    The cost is linear in the length.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if (text.isascii() and text.isprintable()) or not _ODD.search(text):
        return text
    text = _BREAKS.sub("\n", text)
    text = _ESCAPES.sub("", text)
    text = _FORBIDDEN.sub("", text)
    return _PILED_MARKS.sub(r"\1", text)


def clean_line(text: str, limit: int = 1_000) -> str:
    """`text` cleaned and on one line: line feeds, tabs and runs of space become one space."""
    return " ".join(clean(text, limit).split())


ALPHABET = "abcdefghijklmnopqrsšzžtuvwõäöüxy"
"""Estonian small letters, in their order."""
_ORDER = {ord(letter): 0x61 + place for place, letter in enumerate(ALPHABET)}
_PLAIN = str.maketrans("àáâãåæçèéêëìíîïñòóôøùúûýÿ", "aaaaaaceeeeiiiinoooouuuyy")
_PLACES = {**_ORDER, **{accented: _ORDER[plain] for accented, plain in _PLAIN.items()}}


def sort_key(text: str, length: int = 60) -> str:
    """A key whose byte order is Estonian alphabetical order (… s š z ž t u v w õ ä ö ü x y), at most `length` long.

    It is stored and indexed: a collation written in Python is 30 times slower.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text[: 4 * length])
    return text[:length].casefold()[:length].translate(_PLACES)

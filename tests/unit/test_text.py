"""Text from outside becomes text that a terminal only shows."""

from __future__ import annotations

import random
import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.text import TEXT_LIMIT, clean, clean_line, sort_key

ESC, BEL, CSI, OSC, DCS, ST = "\x1b", "\x07", "\x9b", "\x9d", "\x90", "\x9c"
ALPHABET = "abcdefghijklmnopqrsšzžtuvwõäöüxy"

anything = st.text(st.characters(), max_size=200)
"""Any code point, lone surrogates too."""
pieces = st.lists(
    st.sampled_from(
        [ESC, BEL, CSI, OSC, DCS, ST, "[", "]", "P", "\\", "52;c;", "31m", "0", ";", "?", "m", "\r", "\n", "\t"]
    )
    | st.sampled_from("\x00\ud83d\udc00\u202e\u200b\ufeff\u0301\ufe0f\U000e0041aõ "),
    max_size=60,
).map("".join)
"""The stuff that escapes are made of, nested and overlapping as it comes."""


def forbidden(text: str) -> list[str]:
    """Characters that must never reach a terminal from outside."""
    return [
        f"{ord(sign):x}"
        for sign in text
        if (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t")
        or unicodedata.bidirectional(sign) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN")
        or "\u200b" <= sign <= "\u200f"
        or "\u2028" <= sign <= "\u2029"
        or "\ufe00" <= sign <= "\ufe0f"
        or sign in "\u00ad\u061c\ufeff"
    ]


@given(anything | pieces)
def test_nothing_that_steers_a_terminal_remains(text: str) -> None:
    assert forbidden(clean(text)) == []


@given(anything | pieces)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(anything | pieces)
def test_cleaned_text_is_never_longer_and_always_encodes(text: str) -> None:
    assert len(clean(text).encode("utf-8")) <= len(text.encode("utf-8", "surrogatepass"))


@given(anything | pieces, st.integers(2, 40))
def test_the_limit_holds(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit
    assert len(clean_line(text, limit)) <= limit


@given(st.text("abdefghijklmnoprsšzžtuvõäöüABDEÕÄÖÜŠŽ 0123456789.,;:!?()[]{}/@#€%&*+-–—'\"„“”…°§×\n\t", max_size=300))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (f"{ESC}[31mpunane{ESC}[0m", "punane"),
        (f"a{ESC}]0;pealkiri{BEL}b", "ab"),
        (f"a{ESC}]52;c;aGVsbG8={ESC}\\b", "ab"),
        (f"a{ESC}]8;;http://kuri.example{ESC}\\link{ESC}]8;;{ESC}\\", "alink"),
        (f'a{ESC}P$q"p{ESC}\\b', "ab"),
        (f"a{ESC}_Gi=1;AAAA{ESC}\\b", "ab"),
        (f"{ESC}{ESC}[0m[31mx", "[31mx"),
        (f"{ESC}[{ESC}[31mx", "x"),
        (f"{ESC}[3{ESC}]0;t{BEL}1mx", "31mx"),
        (f"{CSI}31mx", "x"),
        (f"{ESC}[31", "31"),
        (f"{ESC}]52;c;never ended", "52;c;never ended"),
        (f"{ESC}cx{ESC}(0y", "xy"),
        (ESC, ""),
    ],
)
def test_escapes_go_with_what_they_carry(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_a_wrongly_decoded_quote_hides_no_text() -> None:
    """A right quote of UTF-8 read as Latin-1 holds C1's OSC, a left one its terminator."""
    wrong = "ta ütles „jah” ja siis “ei”".encode().decode("latin-1")
    assert "jah" in clean(wrong)
    assert "ja siis" in clean(wrong)


@pytest.mark.parametrize(
    "text", ["[/]", "[@click=app.bell]vajuta[/]", "[WIP]", "[PROJ-1]", "[bold]x[/bold]", "\\[x]", "{n} {}", "%s %(x)s"]
)
def test_markup_is_text(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("enne\u202etagurpidi\u202cpärast", "ennetagurpidipärast"),
        ("Perehüvitised", "Perehüvitised"),
        ("pere\u00adhüvitised", "perehüvitised"),
        ("nul\x00l", "null"),
        ("\ud83d\ude00 \ud800 x", "  x"),
        ("z" + "\u0335" * 40, "z\u0335"),
        ("o\u0303\u0301", "o\u0303\u0301"),
    ],
)
def test_what_becomes_of_other_signs(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_joined_emoji_come_apart() -> None:
    """Terminals disagree on the width of joined emoji; each part alone has a width that all agree on."""
    assert clean("👨\u200d👩\u200d👧 ❤\ufe0f") == "👨👩👧 ❤"


@given(anything | pieces)
def test_a_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert line.splitlines() in ([], [line])
    assert line == line.strip()
    assert not re.search(r"\s{2}|\t", line)
    assert clean_line(line) == line


def test_a_long_text_is_cut_with_a_sign() -> None:
    shown = clean("a" * 1_000_000)
    assert len(shown) == TEXT_LIMIT
    assert shown.endswith("a…")
    assert clean("a" * TEXT_LIMIT) == "a" * TEXT_LIMIT


MEAN = [
    ESC + "]",
    OSC,
    DCS,
    CSI,
    ESC,
    ESC + "[",
    ESC + "[0",
    ESC + "[0;",
    ESC + " ",
    ESC + "P",
    ESC + "]" + ESC,
    "\u0301",
    "a\u0301",
    CSI + "0 ",
    "\r",
    "\x00",
    "\ud800",
    " ",
    "õ\x1b]52;c;",
]


@pytest.mark.parametrize("piece", MEAN, ids=ascii)
@pytest.mark.parametrize("after", ["", "0", " ", "!"])
def test_no_text_takes_long(piece: str, after: str) -> None:
    """The cost is linear: a quadratic pattern would take minutes here. The bound leaves room for a busy machine."""
    text = piece * (200_000 // len(piece)) + after * 100_000
    began = time.process_time()
    clean(text, len(text) + 1)
    clean_line(text, len(text) + 1)
    assert time.process_time() - began < 1.5


@given(st.lists(st.text(ALPHABET, max_size=12), max_size=12))
def test_the_sort_key_orders_as_the_estonian_alphabet(words: list[str]) -> None:
    assert sorted(words, key=sort_key) == sorted(words, key=lambda word: [ALPHABET.index(letter) for letter in word])


def test_estonian_words_sort_as_in_a_dictionary() -> None:
    ordered = ["1. etapp", "Aasta", "sadu", "šokk", "zebra", "žest", "tee", "vaht", "õde", "äke", "öö", "üks", "xenon"]
    shuffled = random.Random(4).sample(ordered, len(ordered))
    assert sorted(shuffled, key=sort_key) == ordered
    assert sorted(shuffled, key=lambda word: sort_key(word).encode()) == ordered


@given(anything.map(clean))
def test_the_sort_key_ignores_case_and_composition(text: str) -> None:
    assert sort_key("Õ" + "ä") == sort_key("O\u0303" + "A\u0308")
    assert len(sort_key(text)) <= 60
    assert sort_key(text) == sort_key(unicodedata.normalize("NFC", text))

"""Wiki markup on the screen: a corpus with the text that a person reads, and what no markup may do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.wiki import Style, parse, spans
from tests.tui.test_format import FORM
from tui.widgets.document import LINK, TEXT_SHOWN, DocumentLine, lay_out
from tui.wiki_blocks import wiki_blocks

CORPUS = Path(__file__).parents[1] / "fixtures" / "wiki"
WIDTH = 60


def lines_of(text: str, width: int = WIDTH) -> list[DocumentLine]:
    return lay_out(wiki_blocks(text, FORM), width)


def rendered(text: str, width: int = WIDTH) -> str:
    return "\n".join("".join(said for said, _role in line.left).rstrip() for line in lines_of(text, width)) + "\n"


@pytest.mark.parametrize("name", sorted(file.stem for file in CORPUS.glob("*.wiki")))
def test_markup_reads_as_text(name: str) -> None:
    expected = (CORPUS / f"{name}.txt").read_text("utf-8")
    assert rendered((CORPUS / f"{name}.wiki").read_text("utf-8")) == expected


def test_a_table_too_wide_for_the_window_is_told_cell_by_cell() -> None:
    assert rendered("||Esimene veerg||Teine veerg||Kolmas veerg||\n|väärtus a|väärtus b|väärtus c|", 20) == (
        "– Esimene veerg\n  Teine veerg\n  Kolmas veerg\n– väärtus a\n  väärtus b\n  väärtus c\n"
    )


def test_the_line_of_a_link_opens_its_address_and_no_other_line_does() -> None:
    lines = lines_of("Tekst.\n\n[Leht|https://example.ee/1] ja https://example.ee/2.")
    assert [line.target for line in lines] == ["", "", f"{LINK}https://example.ee/1\nhttps://example.ee/2"]


def test_a_link_in_a_table_opens_too() -> None:
    assert lines_of("|a|[b|https://example.ee]|")[0].target == f"{LINK}https://example.ee"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_no_other_scheme_becomes_a_link(address: str) -> None:
    assert not any(span.address for span in spans(f"[siin|{address}] {address}"))


def test_roles_are_joined() -> None:
    assert [(span.text, span.style) for span in spans("*a _b_*")] == [
        ("a ", Style.STRONG),
        ("b", Style.STRONG | Style.EMPHASIS),
    ]


def test_a_very_long_text_tells_how_much_more_there_is() -> None:
    assert rendered("sõna " * 5_000).endswith(f"\n\n… {5_000 * 5 - TEXT_SHOWN:d} more characters: see Jira.\n")


MARKUP = st.lists(
    st.sampled_from(
        [
            *"*_-+|!{}[]\\^~#?\n\t ",
            *("ab", "õ", "{code}", "{quote}", "{panel:title=x}", "{panel}", "{{", "}}", "||", "h1. ", "bq. ", "* "),
            *("https://example.ee/", "[~", "{color:red}", "----", "{*}"),
        ]
    ),
    max_size=60,
).map("".join)


@given(MARKUP)
def test_no_word_is_ever_lost(text: str) -> None:
    shown = rendered(text, 200)
    # Titles of panels and words are letters; everything else is markup.
    assert shown.count("õ") == text.count("õ")
    assert shown.count("ab") >= text.count("ab")


@given(MARKUP, st.integers(1, 30))
def test_no_line_is_wider_than_the_window(text: str, width: int) -> None:
    for line in lines_of(text, width):
        assert len("".join(said for said, _role in line.left).rstrip()) <= max(width, 12)


HOSTILE = (
    *("{{", "*a ", "[a|", "|", "{code:x}", "!a", "{quote}", "* a\n", "-a ", "??", "|{{", "_*", "\\\\", "[~", "{*}"),
    *("{panel:title=", "h1. ", "* _", "https://", "{color:", "|a\n"),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_in_time_that_grows_with_it(piece: str) -> None:
    assert _steps(piece, TEXT_SHOWN) <= 2.6 * _steps(piece, TEXT_SHOWN // 2) + 2_000


def _steps(piece: str, length: int) -> int:
    """How often the parser calls something for a text of `piece` over and over: a measure that no machine changes."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    text = piece * (length // len(piece))
    sys.setprofile(count)
    try:
        parse(text)
    finally:
        sys.setprofile(None)
    return calls

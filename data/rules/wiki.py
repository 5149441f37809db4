"""Jira's wiki markup as readable text: what is a heading, a list, a table, code, a quote, and what is a link in it.

The notation is that of Jira's "Text Formatting Notation Help". Nothing is ever dropped but colours and anchors: what is
no markup that is known here, and markup that is broken, stands as it was written. The cost is linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Flag, auto
from typing import NamedTuple


class Style(Flag):
    """How a piece of text is meant."""

    PLAIN = 0
    STRONG = auto()
    EMPHASIS = auto()
    DELETED = auto()
    INSERTED = auto()
    CODE = auto()
    LINK = auto()
    IMAGE = auto()
    """The text is the name of a picture."""
    MENTION = auto()
    """The text is the name by which Jira knows a person."""


class Span(NamedTuple):
    """A piece of running text; `address` is where a link leads."""

    text: str
    style: Style = Style.PLAIN
    address: str = ""


Spans = tuple[Span, ...]


class Text(NamedTuple):
    """A paragraph; its own line breaks are line feeds in its spans."""

    spans: Spans


class Title(NamedTuple):
    """A heading of level 1 to 6."""

    level: int
    spans: Spans


class Item(NamedTuple):
    """A line of a list; `depth` counts from 1, `number` is 0 for a point without one."""

    depth: int
    number: int
    spans: Spans


class Code(NamedTuple):
    """Text that stands as it was written."""

    text: str
    title: str = ""


class Boxed(NamedTuple):
    """A quote, or a panel with its title."""

    blocks: tuple[Block, ...]
    title: str = ""


class Cell(NamedTuple):
    """A cell of a table."""

    spans: Spans
    is_heading: bool = False


class Table(NamedTuple):
    """Rows of cells; a row may have fewer than another."""

    rows: tuple[tuple[Cell, ...], ...]


class Rule(NamedTuple):
    """A line across."""


Block = Text | Title | Item | Code | Boxed | Table | Rule

_DEEPEST = 4
"""Quotes and panels in each other; deeper ones stay as they were written."""
_MACRO = re.compile(r"(?<!\\)\{(code|noformat|quote|panel)(?::([^{}\n]{0,500}))?\}")
_TITLE = re.compile(r"(?:^|\|)title=([^|]*)")
_HEADING = re.compile(r"\s*h([1-6])\.\s+(\S.*)")
_QUOTED_LINE = re.compile(r"\s*bq\.\s+(\S.*)")
_RULE = re.compile(r"\s*-{4,}\s*")
_ITEM = re.compile(r"\s*([*#]{1,8}|-)\s+(\S.*)")
_CELL = re.compile(
    r"(\|\|?)((?:\\.|\{\{[^{}\n]{0,300}\}\}|\[[^\[\]\n]{0,500}\]|![^!|\s][^!|\n]{0,200}\|[^!|\n]{0,200}!|[^|])*)"
)
_EMPHASIS = {"*": Style.STRONG, "_": Style.EMPHASIS, "-": Style.DELETED, "+": Style.INSERTED, "??": Style.EMPHASIS}
_ADDRESS = r"(?:https?://|ftp://|mailto:|file:|//|www\.)"
_INLINE = re.compile(
    r"(?P<line>\\\\(?: *\n|(?=\s|$)))"
    r"|\\(?P<escaped>[{}\[\]*_\-+^~|!?#])"
    r"|\{\{(?P<code>[^\n]{1,300}?)\}\}"
    r"|(?P<unseen>\{color(?::[^{}\n]{0,40})?\}|\{anchor:[^{}\n]{0,80}\})"
    r"|\[~(?:accountid:)?(?P<person>[^\[\]\n|]{1,255})\]"
    r"|\[(?:(?P<named>[^\[\]\n|]{1,500})\|)?(?P<address>" + _ADDRESS + r"[^\[\]\n|\s]{1,2000})(?:\|[^\[\]\n|]{0,40})?\]"
    r"|\[(?:(?P<called>[^\[\]\n|]{1,500})\|)?[#^](?P<place>[^\[\]\n|]{1,255})\]"
    r"|!(?P<image>[^!|\s][^!|\n]{0,200}\.\w{2,5})(?:\|[^!\n]{0,200})?!"
    r"|(?P<bare>https?://[^\s<>\"|\[\]{}]{1,2000})"
    r"|\{(?P<forced>[*_\-+])\}(?P<within>[^\n]{1,400}?)\{(?P=forced)\}"
    r"|(?<![\w*_\-+])(?P<mark>[*_\-+]|\?\?)(?!\s|(?P=mark))(?P<marked>[^\n]{0,400}?\S)(?P=mark)(?![\w*_\-+])"
    r"|(?<=\w)\^(?P<above>[\w+\-]{1,40})\^|(?<=\w)~(?P<below>[\w+\-]{1,40})~"
)
_ABOVE = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_AFTER_ADDRESS = ".,;:!?)'"
"""What ends a sentence rather than an address."""


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of `text`, which is clean and as Jira holds it."""
    return tuple(_blocks(text, 0))


def _blocks(text: str, depth: int) -> Iterator[Block]:
    begin, at = 0, 0
    endless: set[str] = set()
    while depth < _DEEPEST and (macro := _MACRO.search(text, at)):
        name, end = macro[1], -1
        if name not in endless:
            end = text.find(f"{{{name}}}", macro.end())
        if end < 0:
            endless.add(name)  # what has no end is no macro; nor is any of its kind after it
            at = macro.end()
            continue
        yield from _Lines(text[begin : macro.start()]).blocks()
        inside, title = text[macro.end() : end], _TITLE.search(macro[2] or "")
        named = title[1].strip() if title else ""
        if name in ("code", "noformat"):
            yield Code(inside.strip("\n").expandtabs(4), named)
        else:
            yield Boxed(tuple(_blocks(inside, depth + 1)), named)
        begin = at = end + len(name) + 2
    yield from _Lines(text[begin:]).blocks()


class _Lines:
    """Reads the blocks of a text without macros that reach over lines."""

    def __init__(self, text: str) -> None:
        self._lines = text.expandtabs(4).split("\n")
        self._at = 0
        self._numbers: list[int] = []
        """The numbers of the list so far, by depth."""

    def blocks(self) -> Iterator[Block]:
        """From the first line to the last."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            single = None if _is_row(line) else _single(line)
            if not isinstance(single, Item):
                self._numbers.clear()
            if _is_row(line):
                yield Table(tuple(self._rows()))
                continue
            self._at += 1
            if isinstance(single, Item):
                said = "\n".join([single.spans[0].text, *self._more()])
                yield single._replace(number=self._number(single), spans=spans(said))
            elif single is not None:
                yield single
            elif line.strip():
                yield Text(spans("\n".join([line.strip(), *self._more()])))

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        while self._at < len(self._lines) and _is_row(self._lines[self._at]):
            row = self._lines[self._at]
            self._at += 1
            # A row goes on until its last cell is closed.
            yield _row(row if row.rstrip().endswith("|") else "\n".join([row, *self._more(until="|")]))

    def _more(self, until: str = "") -> Iterator[str]:
        """The lines of running text that belong to the one before, up to one that ends in `until`."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line.strip() or _is_row(line) or _single(line) is not None:
                return
            self._at += 1
            yield line.strip()
            if until and line.rstrip().endswith(until):
                return

    def _number(self, item: Item) -> int:
        del self._numbers[item.depth :]
        self._numbers += [0] * (item.depth - len(self._numbers))
        self._numbers[-1] = self._numbers[-1] + 1 if item.number else 0
        return self._numbers[-1]


def _is_row(line: str) -> bool:
    """Whether the line opens a cell and closes or opens another: a lone `|` is none of a table."""
    return line.lstrip().startswith("|") and line.strip("| ").count("|") + line.rstrip().endswith("|") > 0


def _single(line: str) -> Block | None:
    """What a line begins or is on its own; None for one of running text. An item's text is not read yet."""
    if _RULE.fullmatch(line):
        return Rule()
    if heading := _HEADING.fullmatch(line):
        return Title(int(heading[1]), spans(heading[2]))
    if quoted := _QUOTED_LINE.fullmatch(line):
        return Boxed((Text(spans(quoted[1])),))
    if item := _ITEM.fullmatch(line):
        return Item(len(item[1]), int(item[1].endswith("#")), (Span(item[2]),))
    return None


def _row(text: str) -> tuple[Cell, ...]:
    """The cells of a table's row: `||` stands before a heading, `|` before any other."""
    found = [(edge, content.strip()) for edge, content in _CELL.findall(text.strip())]
    if len(found) > 1 and not found[-1][1]:
        found.pop()  # the edge at the end of the row
    return tuple(Cell(spans(content), edge == "||") for edge, content in found)


def spans(text: str, style: Style = Style.PLAIN) -> Spans:
    """The pieces of running text, all of them in `style` at least; markup that is broken stays as it is."""
    joined: list[Span] = []
    for span in _spans(text, style):
        if joined and joined[-1][1:] == span[1:]:
            joined[-1] = span._replace(text=joined[-1].text + span.text)
        elif span.text:
            joined.append(span)
    return tuple(joined)


_TOLD_AS_IT_IS = {
    "escaped": Style.PLAIN,
    "code": Style.CODE,
    "person": Style.MENTION,
    "image": Style.IMAGE,
    "below": Style.PLAIN,
}
"""Markup whose content is not read further, by its group in `_INLINE`."""


def _spans(text: str, style: Style) -> Iterator[Span]:
    at = 0
    for found in _INLINE.finditer(text):
        yield Span(text[at : found.start()], style)
        yield from _piece(found, style)
        at = found.end()
    yield Span(text[at:], style)


def _piece(found: re.Match[str], style: Style) -> Iterator[Span]:
    """What one piece of markup says."""
    kind, said = found.lastgroup, found.groupdict()
    if kind == "line":
        yield Span("\n", style)
    elif kind in _TOLD_AS_IT_IS:
        yield Span(said[kind], style | _TOLD_AS_IT_IS[kind])
    elif kind == "address":
        named = said["named"] or said["address"].removeprefix("mailto:")
        yield from (each._replace(address=said["address"]) for each in spans(named, style | Style.LINK))
    elif kind == "place":
        yield Span(said["called"] or said["place"], style)
    elif kind == "bare":
        address = said["bare"].rstrip(_AFTER_ADDRESS)
        yield Span(address, style | Style.LINK, address)
        yield Span(said["bare"][len(address) :], style)
    elif kind == "marked":
        yield from spans(said["marked"], style | _EMPHASIS[said["mark"]])
    elif kind == "within":
        yield from spans(said["within"], style | _EMPHASIS[said["forced"]])
    elif kind == "above":
        above = said["above"].translate(_ABOVE)
        yield Span(above if above != said["above"] else f"^{above}", style)

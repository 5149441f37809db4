"""Text in Jira's wiki markup as blocks of a document; its links open on purpose only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from data.language import _, ngettext
from data.rules import wiki
from data.rules.wiki import Span, Style, parse
from tui.format import Format
from tui.widgets.document import LINK, TEXT_SHOWN, Block, Fitted, Flow, Indented, Paragraph, Row
from tui.widgets.line import Runs, width_of
from tui.widgets.wrapping import wrap_marked

_ROLES = {
    Style.STRONG: "strong",
    Style.EMPHASIS: "italic",
    Style.DELETED: "strike",
    Style.INSERTED: "underline",
    Style.CODE: "accent",
    Style.LINK: "underline",
    Style.IMAGE: "quiet",
    Style.MENTION: "accent",
}
_ADDRESS_SHOWN = 60
_NARROWEST = 8
"""Cells of a column below which a table is told cell by cell."""
_GAP = 2
_Piece = tuple[str, tuple[str, str]]


def wiki_blocks(text: str, form: Format) -> list[Block]:
    """The blocks of `text`; of a very long one the beginning, and how much more there is."""
    blocks = _spaced(parse(text[:TEXT_SHOWN]), form)
    if (left := len(text) - TEXT_SHOWN) > 0:
        words = ngettext("{n} more character: see Jira.", "{n} more characters: see Jira.", left)
        blocks += [Row(()), Paragraph("… " + words.format(n=left), "quiet")]
    return blocks


def _spaced(told: Sequence[wiki.Block], form: Format) -> list[Block]:
    """The blocks with space between them, but not between the lines of a list, nor under a heading."""
    blocks: list[Block] = []
    before: wiki.Block | None = None
    for block in told:
        together = isinstance(before, wiki.Title) or (isinstance(before, wiki.Item) and isinstance(block, wiki.Item))
        if before is not None and not together:
            blocks.append(Row(()))
        blocks += _block(block, form)
        before = block
    return blocks


def _block(block: wiki.Block, form: Format) -> Iterator[Block]:
    glyphs = form.glyphs
    beside = (f"{glyphs.side} ", "quiet")
    if isinstance(block, wiki.Title):
        yield Flow(_pieces(block.spans, "strong"))
    elif isinstance(block, wiki.Item):
        sign = f"{block.number}." if block.number else glyphs.point
        yield Flow(_pieces(block.spans), "  " * (block.depth - 1) + f"{sign} ")
    elif isinstance(block, wiki.Code):
        lines = [line.rstrip() for line in block.text.split("\n")]
        told = [Flow(((line.lstrip(" "), ("", "")),), " " * (len(line) - len(line.lstrip(" ")))) for line in lines]
        yield Indented([*_titled(block.title), *told], beside)
    elif isinstance(block, wiki.Boxed):
        yield Indented([*_titled(block.title), *_spaced(block.blocks, form)], beside)
    elif isinstance(block, wiki.Table):
        yield Fitted(lambda width: _table(block, width, glyphs.dash))
    elif isinstance(block, wiki.Rule):
        yield Fitted(lambda width: [Row(((glyphs.rest * width, "quiet"),))])
    else:
        yield Flow(_pieces(block.spans))


def _titled(title: str) -> list[Block]:
    return [Paragraph(title, "strong")] if title else []


def _pieces(spans: Sequence[Span], role: str = "") -> list[_Piece]:
    """Running text with the roles of the screen; a link under other words tells where it leads."""
    pieces: list[_Piece] = []
    for place, span in enumerate(spans):
        roles = " ".join(filter(None, (role, *(each for style, each in _ROLES.items() if style in span.style))))
        text = span.text
        if Style.MENTION in span.style:
            text = f"@{text}"
        elif Style.IMAGE in span.style:
            text = _("[picture: {name}]").format(name=text)
        pieces.append((text, (roles, span.address)))
        ends = place + 1 == len(spans) or spans[place + 1].address != span.address
        if span.address and ends and not _tells(text, span.address):
            pieces.append((f" ({_short(span.address)})", ("quiet", span.address)))
    return pieces


def _tells(text: str, address: str) -> bool:
    """Whether the words of a link are its address."""
    return text.rstrip("/") in (address.rstrip("/"), address.removeprefix("mailto:"))


def _short(address: str) -> str:
    return address if len(address) <= _ADDRESS_SHOWN else address[: _ADDRESS_SHOWN - 1] + "…"


def _table(table: wiki.Table, width: int, dash: str) -> list[Row]:
    """The rows of a table for `width` cells: in columns, or where these would be too narrow each cell on its own."""
    rows = [[_pieces(cell.spans, "strong" if cell.is_heading else "") for cell in row] for row in table.rows]
    columns = max(map(len, rows))
    natural = [
        max((_widest(row[place]) for row in rows if place < len(row)), default=0) or 1 for place in range(columns)
    ]
    widths = _fitting(natural, width - _GAP * (columns - 1))
    if any(given < min(_NARROWEST, whole) for given, whole in zip(widths, natural, strict=True)):
        return [each for row in rows for each in _one_by_one(row, width, dash)]
    return [each for row in rows for each in _side_by_side(row, widths)]


def _widest(pieces: Sequence[_Piece]) -> int:
    text = "".join(text for text, _marks in pieces)
    return max(map(cell_len, text.split("\n")))


def _fitting(natural: Sequence[int], room: int) -> list[int]:
    """Widths that fit into `room` together: the widest columns give way first."""
    widths = list(natural)
    while sum(widths) > room and max(widths) > 1:
        widest = max(widths)
        next_widest = max((each for each in widths if each < widest), default=0)
        many = widths.count(widest)
        give = min(max(1, (sum(widths) - room) // many), max(1, widest - next_widest))
        widths = [each - give if each == widest else each for each in widths]
    return widths


def _side_by_side(row: Sequence[Sequence[_Piece]], widths: Sequence[int]) -> Iterator[Row]:
    cells = [wrap_marked(pieces, width) for pieces, width in zip(row, widths, strict=False)]
    for line in range(max(map(len, cells), default=0)):
        runs: list[tuple[str, str]] = []
        addresses: dict[str, None] = {}
        for place, (cell, width) in enumerate(zip(cells, widths, strict=False)):
            held = cell[line] if line < len(cell) else []
            said = [(text, role) for text, (role, _address) in held]
            addresses.update(dict.fromkeys(address for _text, (_role, address) in held if address))
            gap = width - width_of(said) + _GAP if place + 1 < len(cells) else 0
            runs += [*said, (" " * gap, "")]
        yield Row(runs, (), LINK + "\n".join(addresses) if addresses else "")


def _one_by_one(row: Sequence[Sequence[_Piece]], width: int, dash: str) -> Iterator[Row]:
    for place, pieces in enumerate(row):
        for line in wrap_marked(pieces, width - 2):
            before: Runs = ((f"{dash} " if place == 0 else "  ", "quiet"),)
            addresses = dict.fromkeys(address for _text, (_role, address) in line if address)
            runs = [*before, *((text, role) for text, (role, _address) in line)]
            yield Row(runs, (), LINK + "\n".join(addresses) if addresses else "")

"""A document to read: headings, facts, paragraphs and rows, laid out for the width at hand and drawn line by line.

Text from outside is wrapped and drawn as it is; nothing in it is ever parsed. Lines may carry a target, which opens
with Enter or a click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from data.language import N_
from tui.widgets.line import Run, Runs, content, cut, spread, width_of
from tui.widgets.wrapping import wrap, wrap_marked, wrap_runs

TEXT_SHOWN = 20_000
"""Characters of one paragraph that are laid out; the rest is cut with an ellipsis."""
LABEL_WIDTH = 14


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line: what stands left, what stands at the right end, and what it opens."""

    left: Runs = ()
    right: Runs = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of the thing, and a word at the right end."""

    left: Runs
    right: Runs = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A quiet title with space above it."""

    title: str
    right: Runs = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; long values wrap under themselves."""

    label: str
    value: Runs
    role: str = "quiet"
    """That of the label."""
    label_width: int = LABEL_WIDTH


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, wrapped; its own line breaks stay."""

    text: str
    role: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it is."""

    left: Runs
    right: Runs = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Rows that are made for the width at hand."""

    rows: Callable[[int], Sequence[Row]]
    """Takes the width in cells."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Running text of several roles, wrapped; a line that holds links opens `LINK` with their addresses, one a line."""

    pieces: Sequence[tuple[str, tuple[str, str]]]
    """Texts with their role and the address that they lead to, if any."""
    first: str = ""
    """Before the first line; the others begin under the text."""


@dataclass(frozen=True, slots=True)
class Indented:
    """Blocks with something before each of their lines."""

    blocks: Sequence[Block]
    before: Run = ("  ", "")


Block = Heading | Section | Fact | Paragraph | Row | Fitted | Flow | Indented
LINK = "link:"
"""Begins the target of a line that holds links."""


def in_columns(rows: Sequence[Runs]) -> list[Row]:
    """Rows whose first, second … runs stand under each other, each column as wide as its longest text."""
    widths = [max(map(cell_len, texts)) for texts in zip(*([text for text, _ in row] for row in rows), strict=True)]

    def padded(runs: Runs) -> Runs:
        *first, last = zip(runs, widths, strict=True)
        return [*((text + " " * (width + 2 - cell_len(text)), role) for (text, role), width in first), last[0]]

    return [Row(padded(row)) for row in rows]


def lay_out(blocks: Iterable[Block], width: int) -> list[DocumentLine]:
    """The lines of a document for `width` cells."""
    lines: list[DocumentLine] = []
    for block in blocks:
        if isinstance(block, Heading):
            lines += [DocumentLine(block.left, block.right), DocumentLine()]
        elif isinstance(block, Section):
            gap = [DocumentLine()] if lines and lines[-1].left else []
            lines += [*gap, DocumentLine(((block.title.upper(), "quiet strong"),), block.right)]
        elif isinstance(block, Row):
            lines.append(DocumentLine(block.left, block.right, block.target))
        elif isinstance(block, Fact):
            lines += _fact_lines(block, width)
        elif isinstance(block, Fitted):
            lines += lay_out(block.rows(width), width)
        elif isinstance(block, Flow):
            lines += _flow_lines(block, width)
        elif isinstance(block, Indented):
            inside = lay_out(block.blocks, width - cell_len(block.before[0]))
            lines += [DocumentLine((block.before, *line.left), line.right, line.target) for line in inside]
        else:
            text = block.text if len(block.text) <= TEXT_SHOWN else block.text[: TEXT_SHOWN - 1] + "…"
            pad = " " * block.indent
            lines += [DocumentLine(((pad + line, block.role),)) for line in wrap(text, width - block.indent)]
    return lines


def _fact_lines(fact: Fact, width: int) -> list[DocumentLine]:
    taken = fact.label_width
    label: Run = (fact.label[: taken - 1].ljust(taken), fact.role)
    first, *rest = wrap_runs(fact.value, width - taken)
    pad: Run = (" " * taken, "")
    return [DocumentLine((label, *first)), *(DocumentLine((pad, *line)) for line in rest)]


def _flow_lines(flow: Flow, width: int) -> list[DocumentLine]:
    taken = cell_len(flow.first)
    lines: list[DocumentLine] = []
    for pieces in wrap_marked(flow.pieces, width - taken):
        addresses = dict.fromkeys(address for _text, (_role, address) in pieces if address)
        before = flow.first if not lines else " " * taken
        runs = [(text, role) for text, (role, _address) in pieces]
        lines.append(DocumentLine(((before, ""), *runs), (), LINK + "\n".join(addresses) if addresses else ""))
    return lines


class Document(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows blocks; scrolls by line, and walks over the lines that open something."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("open"), id="document.open", tooltip=N_("Open the line under the cursor")),
        Binding("up", "step(-1)", N_("up"), show=False, id="document.up", tooltip=N_("One line up")),
        Binding("down", "step(1)", N_("down"), show=False, id="document.down", tooltip=N_("One line down")),
        Binding("pageup", "leaf(-1)", N_("page up"), show=False, id="document.page_up", tooltip=N_("One page up")),
        Binding(
            "pagedown", "leaf(1)", N_("page down"), show=False, id="document.page_down", tooltip=N_("One page down")
        ),
        Binding(
            "home", "leaf(-9999)", N_("first row"), show=False, id="document.first", tooltip=N_("To the first line")
        ),
        Binding("end", "leaf(9999)", N_("last row"), show=False, id="document.last", tooltip=N_("To the last line")),
    ]
    DEFAULT_CSS = """
    Document { height: 1fr; width: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    class Opened(Message):
        """A line that names a thing was opened."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._blocks: Sequence[Block] = ()
        self._lines: list[DocumentLine] = []
        self._links: list[int] = []
        self._link = -1
        self._laid_width = -1
        self._strips: dict[int, Strip] = {}
        self._styles: dict[tuple[str, bool], Style] = {}
        self.subject = ""
        """What the document is about; another subject starts at the top."""

    def show(self, blocks: Sequence[Block], subject: str) -> None:
        """Shows `blocks`; of the same subject as before, where the person was reading."""
        if subject != self.subject:
            self.subject = subject
            self._link = -1
            self.scroll_to(y=0, animate=False, force=True)
        self._blocks = blocks
        self._lay_out()

    @property
    def plain(self) -> str:
        """The whole document as text."""
        return "\n".join("".join(text for text, _ in (*line.left, ("  ", ""), *line.right)) for line in self._lines)

    def on_resize(self) -> None:
        """Lays the document out for the new width."""
        if self.text_width != self._laid_width:
            self._lay_out()

    @property
    def text_width(self) -> int:
        """Cells of a line: the place of the scrollbar is kept free, and a cell beside it."""
        return max(1, self.scrollable_content_region.width - 1)

    def _lay_out(self) -> None:
        self._laid_width = self.text_width
        self._lines = lay_out(self._blocks, self._laid_width)
        self._links = [index for index, line in enumerate(self._lines) if line.target]
        if self._link >= len(self._links):
            self._link = len(self._links) - 1
        self._strips.clear()
        # Assigned plainly, every other length would lay out the whole screen anew.
        self.set_reactive(Document.virtual_size, Size(0, len(self._lines)))
        self._scroll_update(self.virtual_size)
        self.refresh()

    def action_step(self, lines: int) -> None:
        """Scrolls by a line; over lines that open something, goes from one to the next."""
        place = self._link + lines
        if not self._links or not -1 <= place < len(self._links):
            self.scroll_to(y=self.scroll_offset.y + lines, animate=False)
            return
        self._link = place
        if place >= 0:
            line, top, page = self._links[place], self.scroll_offset.y, self.size.height
            self.scroll_to(y=min(max(top, line - page + 2), line), animate=False)
        else:
            self.scroll_to(y=0, animate=False)
        self.refresh()

    def action_leaf(self, pages: int) -> None:
        """Scrolls by pages."""
        self.scroll_to(y=self.scroll_offset.y + pages * max(1, self.size.height - 1), animate=False)

    def action_open(self) -> None:
        """Opens the line under the cursor."""
        if 0 <= self._link < len(self._links):
            self.post_message(self.Opened(self._lines[self._links[self._link]].target))

    def on_click(self, event: events.Click) -> None:
        """Opens the line under the pointer."""
        index = event.y + self.scroll_offset.y
        if index in self._links:
            self._link = self._links.index(index)
            self.refresh()
            self.action_open()

    def notify_style_update(self) -> None:
        """Forgets everything painted: theme, focus or classes changed."""
        super().notify_style_update()
        self._strips.clear()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        """One line."""
        index = y + self.scroll_offset.y
        at_link = 0 <= self._link < len(self._links) and self._links[self._link] == index
        strip = None if at_link else self._strips.get(index)
        if strip is None:
            strip = self._paint(index, at_link)
            if not at_link:
                self._strips[index] = strip
        return strip

    def _paint(self, index: int, at_link: bool) -> Strip:
        width = self.text_width
        line = self._lines[index] if index < len(self._lines) else DocumentLine()
        runs = spread(line.left, line.right, width) if line.right else cut(line.left, width)
        segments = [Segment(text, self._style(role, at_link)) for text, role in runs]
        return Strip(segments, width_of(runs)).adjust_cell_length(width + 1, self._style("", at_link))

    def _style(self, role: str, at_link: bool) -> Style:
        style = self._styles.get((role, at_link))
        if style is None:
            text = content(((" ", role),))
            if at_link:
                text = text.stylize("on $cursor" if self.has_focus else "on $cursor-rest")
            segment = text.render_segments(self.visual_style)[0]
            style = self._styles[role, at_link] = segment.style or Style()
        return style

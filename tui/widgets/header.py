"""The line on top: whose desk, what time, whether personal data is hidden, how old the data is. Under it, the tabs."""

from __future__ import annotations

from textual import events
from textual.message import Message

from data.language import _
from data.model import Attention, AttentionKind, SourcePhase
from data.words import kind_word
from data.words import source_word as source_word
from tui.desk import Desk, SourceNote
from tui.modes import MODES
from tui.widgets.line import Line, Run, Runs, cut, spread, width_of

KINDS = ("jira", "http", "calendar")
BADGE = "badge"


def subject_word(attention: Attention) -> str:
    """What a line of the strip speaks of, in a word."""
    is_source = attention.kind == AttentionKind.SOURCE_FAILED
    return source_word(attention.subject) if is_source else attention.subject


class DeskHeader(Line):
    """Left who, middle when, right the sources; what does not fit leaves from the right of the middle."""

    class MaskPressed(Message):
        """The badge of the mask was clicked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(classes="desk-header")
        self.desk = desk
        self._badge = range(0)

    def on_mount(self) -> None:
        """Shows the line."""
        self.tick()

    def on_resize(self) -> None:
        """Spreads the line over the new width."""
        self.tick()

    def tick(self) -> None:
        """Brings time and ages up to date; paints only when a word changed."""
        width = self.size.width
        left: list[Run] = [(" ", ""), (_("Key user"), "accent strong")]
        if self.desk.service:
            left += [("  ", ""), (self.desk.service, "strong")]
        if self.desk.demo:
            left += [("  ", ""), (f" {_('DEMO')} ", "warn reverse")]
        words = _("masked") if self.desk.hides else _("UNMASKED")
        badge = f"{self.desk.format.glyphs.hidden if self.desk.hides else '!'} {words}"
        start = width_of(left) + 2
        self._badge = range(start, start + len(badge))
        left += [("  ", ""), (badge, "quiet" if self.desk.hides else "bad strong")]
        time: list[Run] = [(self.desk.format.headline(), "")]
        right = self._sources(width - width_of(left) - width_of(time) - 6)
        middle = max(width_of(left) + 2, (width - width_of(time)) // 2)
        if middle + width_of(time) + 2 + width_of(right) > width:
            middle = max(width_of(left) + 2, width - width_of(right) - width_of(time) - 4)
        line = [*left, (" " * (middle - width_of(left)), ""), *time]
        self.write(spread(line, [*right, (" ", "")], width))

    def _sources(self, room: int) -> Runs:
        if self.desk.sync_fault:
            return cut([(f"{self.desk.format.glyphs.down} {self.desk.sync_fault}", "bad strong")], max(12, room))
        parts = [self._source(kind) for kind in KINDS]
        shown: list[Run] = []
        for part in (part for part in parts if part):
            joined = [*shown, (f" {self.desk.format.glyphs.dot} ", "quiet"), *part] if shown else [*part]
            if width_of(joined) > room:
                break
            shown = joined
        return shown

    def _source(self, kind: str) -> list[Run]:
        note = self.desk.note(kind)
        if note.phase == SourcePhase.ABSENT:
            return []
        glyphs = self.desk.format.glyphs
        if note.phase == SourcePhase.LOADING:
            return [(f"{kind_word(kind)} {self._percent(note)}", "quiet")]
        age = self.desk.format.age(note.known_ms) or glyphs.dash
        if note.phase == SourcePhase.FAILED:
            return [(f"{glyphs.down} {kind_word(kind)} {age}", "bad")]
        if note.phase == SourcePhase.STALE:
            return [(f"{glyphs.degraded} {kind_word(kind)} {age}", "warn")]
        return [(f"{kind_word(kind)} {age}", "quiet")]

    def _percent(self, note: SourceNote) -> str:
        return f"{100 * note.done // note.total} %" if note.total else self.desk.format.glyphs.ellipsis

    def on_click(self, event: events.Click) -> None:
        """A click on the badge switches the mask."""
        if event.x in self._badge:
            self.post_message(self.MaskPressed())


class ModeTabs(Line):
    """The modes with their keys; a click goes there."""

    class Chosen(Message):
        """A mode was clicked."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, desk: Desk, current: str) -> None:
        super().__init__(classes="mode-tabs")
        self.desk = desk
        self.current = current
        self._places: list[tuple[range, str]] = []

    def on_mount(self) -> None:
        """Shows the line."""
        self.tick()

    def on_resize(self) -> None:
        """Spreads the tabs over the new width."""
        self.tick()

    def tick(self) -> None:
        """Writes the tabs in the language in use; the last one stands at the right end."""
        self._places = []
        line: list[Run] = []
        for mode in MODES[:-1]:
            self._add(line, mode.name, f" {mode.key} {_(mode.title)} ")
        last = MODES[-1]
        text = f" {last.key} {_(last.title)} "
        gap = max(0, self.size.width - width_of(line) - len(text))
        line.append((" " * gap, ""))
        self._add(line, last.name, text)
        self.write(line)

    def _add(self, line: list[Run], name: str, text: str) -> None:
        start = width_of(line)
        self._places.append((range(start, start + len(text)), name))
        if name == self.current:
            line.append((text, "tab"))
        else:
            key, _space, title = text.strip().partition(" ")
            line += [(f" {key} ", "quiet"), (f"{title} ", "")]

    def on_click(self, event: events.Click) -> None:
        """Goes to the mode under the pointer."""
        for place, name in self._places:
            if event.x in place:
                self.post_message(self.Chosen(name))

"""The line on top: whose desk, what time, whether personal data is hidden, how old the data is. Under it, the tabs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from textual import events
from textual.message import Message

from data.language import _, ngettext
from data.model import Attention, AttentionKind, SourcePhase
from data.words import kind_word
from data.words import source_word as source_word
from tui.desk import WORST, Desk, SourceNote
from tui.format import shorten
from tui.modes import TABS, mode_named
from tui.widgets.line import Line, Run, Runs, cut, spread, width_of

KINDS = ("jira", "checks", "calendar")
NAME = "Peakasutaja"
"""What the program is called, in every language."""
GAP = 2
"""Cells between the three parts of the header."""
AGE = 6
"""Cells of an age, at most, before it is told in another unit: 59 min."""
LEAST = 12
LONGEST = 40
"""Letters of the service's name that are shown."""


def subject_word(attention: Attention) -> str:
    """What a line of the strip speaks of, in a word."""
    is_source = attention.kind in (AttentionKind.SOURCE_FAILED, AttentionKind.SOURCE_GAP)
    return source_word(attention.subject) if is_source else attention.subject


Told = tuple[str, str, str]
"""A source, the age of its data, and the role that both are drawn in."""


class DeskHeader(Line):
    """Left who, middle when, right how old the data of every source is."""

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
        left, time, right = self._fitting(width)
        middle = max(width_of(left) + GAP, (width - width_of(time)) // 2)
        if middle + width_of(time) + GAP + width_of(right) + 1 > width:
            middle = max(width_of(left) + GAP, width - width_of(right) - width_of(time) - GAP - 1)
        line = [*left, (" " * (middle - width_of(left)), ""), *time]
        self.write(spread(line, [*right, (" ", "")], width))

    def _fitting(self, width: int) -> tuple[Runs, Runs, Runs]:
        """The three parts: with less room the day leaves first, then the program's name, then sources but the worst."""
        form = self.desk.format
        times = (((form.headline(), ""),), ((form.time(form.now_ms()), ""),))
        every, worst = self._every_age(), self._worst_ages()
        # First with room for the longest ages, so that nothing comes and goes with each second.
        stages = ((every, AGE), (every, 0), (worst, 0), (worst[:1], 0))
        for told, least_age in stages:
            for is_named, time in product((True, not self.desk.service), times):
                left = self._left(is_named)
                room = width - width_of(left) - width_of(time) - 2 * GAP - 1
                if width_of(self._joined(told, least_age)) <= room:
                    return left, time, self._joined(told)
        return left, time, cut(self._joined(told), max(LEAST, room))

    def _joined(self, told: Sequence[Told], least_age: int = 0) -> Runs:
        runs: list[Run] = []
        for words, age, role in told:
            if runs:
                runs.append((f" {self.desk.format.glyphs.dot} ", "quiet"))
            runs.append((f"{words} {age:<{least_age}}" if age else words, role))
        return runs

    def _left(self, is_named: bool) -> Runs:
        """Whose desk it is, with the badges; remembers where that of the mask is."""
        left: list[Run] = [(" ", "")]
        if is_named:
            left += [(NAME, "accent strong"), ("  ", "")]
        if self.desk.service:
            left += [(shorten(self.desk.service, LONGEST), "strong"), ("  ", "")]
        if self.desk.demo:
            left += [(_("DEMO"), "warn reverse"), ("  ", "")]
        words = _("masked") if self.desk.hides else _("UNMASKED")
        badge = f"{self.desk.format.glyphs.hidden if self.desk.hides else '!'} {words}"
        start = width_of(left)
        self._badge = range(start, start + len(badge))
        return [*left, (badge, "quiet" if self.desk.hides else "bad strong")]

    def _every_age(self) -> list[Told]:
        """Every kind of source with the age of its data; a sync that does not run makes them all worthless."""
        if self.desk.sync_fault:
            return [self._fault(self.desk.sync_fault)]
        return [self._told(kind_word(kind), note) for kind, note in self._notes()]

    def _worst_ages(self) -> list[Told]:
        """The source that stands worst, and how many others there are with the worst of them."""
        if self.desk.sync_fault:
            return [self._fault(_("no new data"))]
        notes = sorted(self._notes(), key=lambda each: (WORST.index(each[1].phase), each[1].known_ms or 0))
        told = [self._told(kind_word(kind), note) for kind, note in notes[:1]]
        if others := notes[1:]:
            words = ngettext("{n} other", "{n} others", len(others)).format(n=len(others))
            told.append(self._told(words, others[0][1]))
        return told

    def _notes(self) -> list[tuple[str, SourceNote]]:
        notes = [(kind, self.desk.note(kind)) for kind in KINDS]
        return [each for each in notes if each[1].phase != SourcePhase.ABSENT]

    def _fault(self, words: str) -> Told:
        return f"{self.desk.format.glyphs.down} {words}", "", "bad strong"

    def _told(self, words: str, note: SourceNote) -> Told:
        glyphs = self.desk.format.glyphs
        sign, role = {
            SourcePhase.FAILED: (f"{glyphs.down} ", "bad"),
            SourcePhase.STALE: (f"{glyphs.degraded} ", "warn"),
        }.get(note.phase, ("", "quiet"))
        age = self.desk.format.age(note.known_ms) or glyphs.dash
        if note.phase == SourcePhase.LOADING:
            age = self._percent(note)
        return f"{sign}{words}", age, role

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
        for mode in TABS[:-1]:
            self._add(line, mode.name, f" {mode.key} {_(mode.title)} ")
        last = TABS[-1]
        text = f" {last.key} {_(last.title)} "
        gap = max(0, self.size.width - width_of(line) - len(text))
        line.append((" " * gap, ""))
        self._add(line, last.name, text)
        self.write(line)

    def _add(self, line: list[Run], name: str, text: str) -> None:
        start = width_of(line)
        self._places.append((range(start, start + len(text)), name))
        if name in (self.current, mode_named(self.current).parent):
            line.append((f"{self.desk.format.glyphs.chosen}{text[1:]}", "tab"))
        else:
            key, _space, title = text.strip().partition(" ")
            line += [(f" {key} ", "quiet"), (f"{title} ", "")]

    def on_click(self, event: events.Click) -> None:
        """Goes to the mode under the pointer."""
        for place, name in self._places:
            if event.x in place:
                self.post_message(self.Chosen(name))

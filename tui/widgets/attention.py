"""The strip *Vajab tähelepanu*: what needs the person now, in the order in which the eye should go."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from data.clock import tallinn
from data.language import N_, _, ngettext
from data.model import Attention, AttentionKind, Overview
from data.words import clock_word, reason_words, sentence
from tui import glyphs as signs
from tui.attention_lines import LINES, ROLES
from tui.desk import Desk
from tui.format import release_title, shorten, slip, title_of
from tui.panes.base import figures
from tui.panes.fault_words import fault_text
from tui.widgets.header import source_word
from tui.widgets.line import Run, Runs, content, cut, spread, width_of

LEAST_NAME = 8
"""Letters of a name that stay however narrow the strip is."""
HEAD = 1
"""Lines above the first entry."""


class AttentionStrip(Widget, can_focus=True):
    """A short list with a cursor.

    Its height is that of the layout, so that nothing under it jumps; where that gives it bounds, it takes as many
    lines as it has ever needed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("open"), id="strip.open", tooltip=N_("Open what the line speaks of")),
        Binding(
            "a", "acknowledge", N_("noted"), id="strip.acknowledge", tooltip=N_("Take note of the line: it leaves")
        ),
        Binding("n", "tell", N_("notice"), id="strip.tell", tooltip=N_("Tell the service manager")),
        Binding("up", "move(-1)", N_("up"), show=False, id="strip.up", tooltip=N_("One line up")),
        Binding("down", "move(1)", N_("down"), show=False, id="strip.down", tooltip=N_("One line down")),
        Binding("home", "move(-1000)", N_("first row"), show=False, id="strip.first", tooltip=N_("To the first line")),
        Binding("end", "move(1000)", N_("last row"), show=False, id="strip.last", tooltip=N_("To the last line")),
    ]

    FOCUS_ON_CLICK = False  # on_mouse_down does it, since it must know whether the strip had the focus before

    cursor = reactive(0)

    class Opened(Message):
        """A line was opened."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    class Telling(Message):
        """Somebody is to be told of an outage."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    class Acknowledged(Message):
        """The person took note of a line."""

        def __init__(self, attention: Attention) -> None:
            super().__init__()
            self.attention = attention

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="attention")
        self.desk = desk
        self.overview: Overview | None = None
        self._top = 0
        self._most = 0
        self._was_chosen = False
        self._is_touched = False
        """Whether the person has moved the cursor: until then it stays on the first line, which is the worst."""

    def show(self, overview: Overview) -> None:
        """Shows what needs the person; the cursor stays on the subject of the line that the person went to."""
        kept = self.current if self._is_touched else None
        self.overview = overview
        ids = [line.id for line in overview.attention]
        if len(ids) > self._most:
            self._most = len(ids)
            self.refresh(layout=self.styles.is_auto_height)
        if kept is not None and kept.id in ids:
            self.cursor = ids.index(kept.id)
        else:
            self.cursor = self.cursor  # validated against the new length
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The head and the most entries that there were."""
        return HEAD + self._most

    @property
    def lines(self) -> tuple[Attention, ...]:
        """What needs the person."""
        return self.overview.attention if self.overview else ()

    @property
    def current(self) -> Attention | None:
        """The line under the cursor."""
        return self.lines[self.cursor] if self.cursor < len(self.lines) else None

    def validate_cursor(self, cursor: int) -> int:
        """Keeps the cursor on a line."""
        return max(0, min(cursor, len(self.lines) - 1))

    def action_move(self, lines: int) -> None:
        """Moves the cursor."""
        self._is_touched = True
        self.cursor += lines

    def action_open(self) -> None:
        """Opens the line under the cursor."""
        if self.current is not None:
            self.post_message(self.Opened(self.current.target))

    def action_tell(self) -> None:
        """Begins a notice about the line under the cursor."""
        if self.current is not None:
            self.post_message(self.Telling(self.current.target))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only of an outage somebody is told."""
        if action == "tell":
            return self.current is not None and self.current.kind is AttentionKind.SERVICE_DOWN
        return True

    def watch_cursor(self) -> None:
        """Other keys may work on another line."""
        self.refresh_bindings()

    def action_acknowledge(self) -> None:
        """Takes note of the line under the cursor."""
        if self.current is not None:
            self.post_message(self.Acknowledged(self.current))

    def _index_at(self, y: int) -> int | None:
        index = self._top + y - HEAD
        return index if y >= HEAD and index < len(self.lines) else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Takes the focus, and remembers whether the press was on the line that the person had chosen already."""
        self._was_chosen = self.has_focus and self._index_at(event.y) == self.cursor
        self._is_touched = True
        self.focus(scroll_visible=False)

    def on_click(self, event: events.Click) -> None:
        """Chooses a line; opens it when it was chosen before."""
        index = self._index_at(event.y)
        if index is not None:
            self.cursor = index
            if self._was_chosen:
                self.action_open()

    def on_mouse_scroll_down(self) -> None:
        """One line down."""
        self.action_move(1)

    def on_mouse_scroll_up(self) -> None:
        """One line up."""
        self.action_move(-1)

    def render_line(self, y: int) -> Strip:
        """One line of the strip."""
        width = self.size.width
        self._keep_in_sight()
        if y < HEAD:
            return self._strip(self._head(width))
        index = self._top + y - HEAD
        if index < len(self.lines):
            at_cursor = index == self.cursor
            return self._strip(self._entry(self.lines[index], width), at_cursor)
        return self._strip(self._calm() if y == HEAD and not self.lines else ())

    def _keep_in_sight(self) -> None:
        """Chooses the first entry shown, so that the one under the cursor is among them."""
        room = max(1, self.size.height - HEAD)
        self._top = max(0, min(max(self._top, self.cursor - room + 1), self.cursor, max(0, len(self.lines) - room)))

    def _strip(self, runs: Runs, at_cursor: bool = False) -> Strip:
        width = self.size.width
        shown = cut(runs, width)
        padded = [*shown, (" " * max(0, width - width_of(shown)), "")]
        text: Content = content(padded)
        if at_cursor:
            text = text.stylize("on $cursor" if self.has_focus else "on $cursor-rest")
        return Strip(text.render_segments(self.visual_style), width)

    def _head(self, width: int) -> Runs:
        role = "accent strong" if self.has_focus else "strong"
        left: list[Run] = [(f" {_('Needs attention').upper()}", role)]
        right: list[Run] = []
        if self.overview is not None:
            above, more = self._top, len(self.lines) - self._top - (self.size.height - HEAD)
            if above:
                right.append((ngettext("{n} above", "{n} above", above).format(n=above), "warn"))
            if more > 0:
                right.append((ngettext("{n} more", "{n} more", more).format(n=more), "warn"))
            noted = len(self.overview.acknowledged)
            if noted:
                right.append((ngettext("{n} noted", "{n} noted", noted).format(n=noted), "quiet"))
        return spread(left, [*figures(self.desk.format.glyphs.dot, right), (" ", "")], width)

    def _calm(self) -> Runs:
        if self.overview is None:
            return ((f" {_('Reading…')}", "quiet"),)
        if not (self.desk.source_kinds or self.desk.sources):
            return ((f" {_('Nothing is set up yet. Run: peakasutaja config init')}", "quiet"),)
        if self.desk.is_filling:
            return ((f" {_('The first records are on their way.')}", "quiet"),)
        return ((f" {self.desk.format.glyphs.ok} ", "good"), (_("All is calm: nothing needs you now."), "quiet"))

    def _entry(self, line: Attention, width: int) -> Runs:
        head = self._lead(line)
        # Two columns, so that the eye can run down either of them; the left one is as wide as it must be.
        widest = max(width_of(self._lead(each)) for each in self.lines)
        first = min(widest, max(30, width * 11 // 20))
        if (excess := width_of(head) - first) > 0:
            # The name is shortened, not the words that say what is the matter with it.
            head = self._lead(line._replace(title=shorten(line.title, max(LEAST_NAME, len(line.title) - excess))))
        head = cut(head, first)
        gap = " " * (first + 2 - width_of(head))
        room = max(0, width - first - 3)
        details = self._words(line)[1]
        if line.kind == AttentionKind.SOURCE_FAILED and width_of(details) > room:
            details = [(text.partition(". ")[0], role) for text, role in details]  # what to do is told in the pane
        return [*head, (gap, ""), *cut(details, room)]

    def _lead(self, line: Attention) -> list[Run]:
        """The left column of a line: its sign and what it is."""
        role = ROLES[line.kind]
        if line.kind == AttentionKind.SLA and line.at_ms is not None and self.desk.format.is_past(line.at_ms):
            role = "bad"
        return [(f" {signs.of_attention(self.desk.format.glyphs, line.kind)} ", role), *self._words(line)[0]]

    def _words(self, line: Attention) -> tuple[Runs, Runs]:
        """The two parts of a line: what it is, and what more is known."""
        form = self.desk.format
        age = form.age(line.at_ms)
        since = _("for {age}").format(age=age) if age else ""
        if line.kind == AttentionKind.SERVICE_DOWN:
            what = _("{name} is down").format(name=line.title)
            details = _details(since, _affected(line), reason_words(line.detail))
            if line.is_untold:  # first of all after the age: it is what the person is to do
                details[2:2] = [("  ", ""), (_("the service manager has not been told"), "warn")]
            return ((what, "strong"),), details
        if line.kind == AttentionKind.SERVICE_FLAPPING:
            what = _("{name} is flapping").format(name=line.title)
            return ((what, ""),), _details(since, reason_words(line.detail), _affected(line))
        if line.kind == AttentionKind.SERVICE_DEGRADED:
            what = _("{name} is degraded").format(name=line.title)
            return ((what, ""),), _details(since, reason_words(line.detail), _affected(line))
        if line.kind == AttentionKind.SLA:
            return self._clock_words(line)
        if line.kind in LINES:
            return LINES[line.kind](form, line)
        if line.kind == AttentionKind.RELEASE_LATE:
            return ((_("{name} is late").format(name=release_title(line.title)), ""),), self._lateness(line)
        if line.kind == AttentionKind.TRAINING_TODAY:
            at = form.time(line.at_ms) if line.at_ms is not None else ""
            return ((f"{_('Today')} {at}", "strong"), (f"  {title_of(line.title)}", "")), _details(line.detail)
        if line.kind == AttentionKind.TRAINING_FULL:
            what = _("{name} is overfull").format(name=title_of(line.title))
            at = form.full_moment(line.at_ms) if line.at_ms is not None else ""
            return ((what, ""),), _details(line.detail, at)
        if line.kind == AttentionKind.SOURCE_GAP:
            return self._gap_words(line, age)
        name = source_word(line.title)
        what = _("{name}: the data does not renew").format(name=sentence(name))
        code = line.id.split(":")[-2]  # counted from the end: the name of a calendar has a colon of its own
        kind = line.title.partition(":")[0]
        return ((what, ""),), _details(since, fault_text(code, kind))

    def _gap_words(self, line: Attention, age: str) -> tuple[Runs, Runs]:
        """What of a source is not shown, since when, and what to do about it."""
        if ":odd:" in line.id:
            records = int(line.id.rpartition(":")[2])
            words = ngettext("{name}: {n} record is left out", "{name}: {n} records are left out", records)
            return ((words.format(name=sentence(source_word(line.title)), n=records), ""),), _details(line.detail)
        if ":unobserved:" in line.id:
            what = _("Tickets of {project} are missing from Jira's answers")
            gone, _slash, held = line.detail.partition("/")
            rest = _("{gone} of {held}; they stay here as they were").format(gone=gone, held=held)
        elif ":unread:" in line.id:
            what = _("Tickets of {project} are still being read")
            count, _slash, total = line.detail.partition("/")
            rest = _("{n} of {total}").format(n=count, total=total)
        else:
            what = _("Project {project} cannot be read")
            rest = _("Check its key and your rights in Jira.")
        return ((what.format(project=line.title), ""),), _details(age, rest)

    def _lateness(self, line: Attention) -> Runs:
        """By how much its end has moved, and which day it is now."""
        days = slip(int(line.detail)) if line.detail.lstrip("+-").isdigit() else line.detail
        if not line.at_ms:
            return _details(days)
        due = _("was due {day}") if self.desk.format.is_past(line.at_ms) else _("due {day}")
        return _details(days, due.format(day=self.desk.format.day(tallinn(line.at_ms - 1).date())))

    def _clock_words(self, line: Attention) -> tuple[Runs, Runs]:
        form = self.desk.format
        assert line.at_ms is not None
        left = form.left(line.at_ms).lstrip("-")
        past = form.is_past(line.at_ms)
        when = _("{left} over") if past else _("{left} left")
        return (
            (line.subject, "strong"),
            (f"  {when.format(left=left)}", form.clock_role(line.at_ms)),
            (f"  {clock_word(line.detail)}", "quiet"),
        ), _details(title_of(line.title))


def _affected(line: Attention) -> str:
    return _("affects: {names}").format(names=", ".join(line.affected)) if line.affected else ""


def _details(*parts: str) -> list[Run]:
    runs: list[Run] = []
    for part in parts:
        if part:
            runs += [("  " if runs else "", ""), (part, "quiet" if runs else "")]
    return runs

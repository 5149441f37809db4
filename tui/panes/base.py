"""What every pane has: a title with figures, the age of its data, a word when something is amiss, and its list.

A pane reads the store in a worker thread (`load`), gets a frozen snapshot through the mask, and shows it (`show`).
Good data stays on screen whatever happens to its source; what happened stands in the notice line above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from data.language import _, ngettext
from data.model import Kind, SourcePhase
from data.rules.mask import mask
from data.words import retry_words
from tui.desk import Desk, DeskReader, SourceNote
from tui.format import number
from tui.panes.fault_words import fault_text, store_fault_text
from tui.panes.missing import missing_runs
from tui.panes.title import Notice, PaneTitle
from tui.widgets.line import Run, Runs

S = TypeVar("S")


class Pane(Widget, Generic[S]):
    """A titled list that keeps itself up to date; subclasses say what it reads and how it shows it."""

    pane_id: ClassVar[str]
    """Also the mode that shows this pane on the whole screen."""
    kinds: ClassVar[frozenset[Kind]]
    source_kind: ClassVar[str]

    class Loaded(Message):
        """A snapshot arrived from the worker."""

        def __init__(self, snapshot: Any) -> None:
            super().__init__()
            self.snapshot = snapshot

    class Shown(Message):
        """A snapshot is on screen, with the first rows of its list."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    class LoadFailed(Message):
        """The store could not be read."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    class Opened(Message):
        """A record was opened; `target` is `service:NAME`, `ticket:ID`, `development:ID` or `training:ID`."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    class Highlighted(Message):
        """The cursor came to a record; `target` as in `Opened`, empty when there is none."""

        def __init__(self, target: str) -> None:
            super().__init__()
            self.target = target

    mark_new: ClassVar[bool] = True
    """Whether rows that slide in are marked."""

    def __init__(self, desk: Desk, *, full: bool = False) -> None:
        """`full` gives the pane the whole screen, so that the columns get their titles."""
        super().__init__(id=self.pane_id, classes="pane")
        self.desk = desk
        self.full = full
        self.snapshot: S | None = None
        self._stale_on_screen = True
        self._read_fault = ""
        self._wanted = ""
        self._emptiness = ""

    # What a subclass gives

    def title(self) -> str:
        """The pane's name in the language in use."""
        raise NotImplementedError

    def counts(self, snapshot: S) -> Runs:
        """The figures at the right end of the title."""
        raise NotImplementedError

    def figures(self, snapshot: S) -> Runs:
        """What stands at the right end of the title now."""
        return self.counts(snapshot)

    def load(self, reader: DeskReader) -> S:
        """Reads the store; runs in a worker thread."""
        raise NotImplementedError

    def show(self, snapshot: S) -> None:
        """Puts a snapshot on screen."""
        raise NotImplementedError

    def empty_text(self) -> str:
        """What stands in the place of an empty list."""
        raise NotImplementedError

    def compose_list(self) -> ComposeResult:
        """The widgets under the title."""
        raise NotImplementedError

    def open_target(self, target: str) -> None:
        """Puts the cursor on a record."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draws the list again: words, signs or ages changed, its records did not."""
        raise NotImplementedError

    @property
    def is_empty(self) -> bool:
        """Whether the list was read and has nothing in it."""
        return False

    def emptiness_changed(self) -> None:
        """Other words stand in the place of an empty list now."""

    def focus_list(self) -> None:
        """Puts the cursor into the list."""
        raise NotImplementedError

    # What all panes do

    def compose(self) -> ComposeResult:
        """Title, notice, list."""
        yield PaneTitle()
        yield Notice(classes="pane-notice")
        yield from self.compose_list()

    def on_mount(self) -> None:
        """Shows the frame at once and asks for the records."""
        self.show_frame()
        self.catch_up()

    def on_show(self, event: events.Show) -> None:
        """Reads what changed while the pane was hidden."""
        self.catch_up()

    @property
    def is_seen(self) -> bool:
        """Whether the pane is on the screen that the person looks at."""
        return self.is_mounted and self.display and self.desk.mode == getattr(self.screen, "mode", "")

    def store_changed(self, kinds: frozenset[Kind]) -> None:
        """Reads again when records of this pane changed, or remembers to."""
        if kinds & self.kinds:
            self._stale_on_screen = True
            self.catch_up()

    def reload(self) -> None:
        """Reads again whatever the store says: the mask or the question changed."""
        self._stale_on_screen = True
        self.catch_up()

    def keep_up(self) -> None:
        """Reads again what the clock alone changes; most panes hold nothing of the kind."""

    def catch_up(self) -> None:
        """Reads again if something changed and the pane is seen."""
        if self._stale_on_screen and self.is_seen:
            self._stale_on_screen = False
            self.run_worker(self._read, thread=True, group=f"read.{self.pane_id}", exclusive=True, exit_on_error=False)

    def _read(self) -> None:
        worker = get_current_worker()
        try:
            snapshot = self.load(self.desk.reader)
            if self.desk.hides:
                snapshot = mask(snapshot)
        except Exception as fault:  # any fault of the store must show in the notice line, and good data stay
            self.log.error(f"{self.pane_id}: the store cannot be read: {type(fault).__name__}")
            if not worker.is_cancelled:
                self.post_message(self.LoadFailed(fault_code(fault)))
            return
        if not worker.is_cancelled:
            self.post_message(self.Loaded(snapshot))

    def on_pane_loaded(self, event: Loaded) -> None:
        """Shows what was read."""
        event.stop()
        self._read_fault = ""
        self.snapshot = event.snapshot
        self.show(event.snapshot)
        self.show_frame()

    def on_pane_load_failed(self, event: LoadFailed) -> None:
        """Keeps what is on screen and says what is wrong."""
        event.stop()
        self._read_fault = event.reason
        self._stale_on_screen = True
        self.show_frame()

    def words_changed(self) -> None:
        """The language or the signs changed."""
        self.show_frame()
        self.redraw()

    def show_frame(self) -> None:
        """Draws title, notice and the word of emptiness from what is known now."""
        if not self.is_mounted or not self.children:
            return
        note = self.desk.note(self.source_kind)
        is_known = not self._knows_nothing(note) and not self.is_awaited
        figures = self.figures(self.snapshot) if self.snapshot is not None and is_known else ()
        self.query_one(PaneTitle).show(self._title_runs(note), figures)
        notice = self.query_one(Notice)
        words = self.notice(note)
        notice.write(words)
        notice.display = bool(words)
        emptiness = self.emptiness()
        if emptiness != self._emptiness:
            self._emptiness = emptiness
            self.emptiness_changed()

    def _knows_nothing(self, note: SourceNote) -> bool:
        """Whether a figure would be made up: the source is not set up, or failed before it brought anything."""
        if note.phase == SourcePhase.ABSENT:
            return self.desk.sources_read
        return note.phase == SourcePhase.FAILED and note.known_ms is None

    @property
    def is_awaited(self) -> bool:
        """Whether the list is empty because nothing has come yet: to count it would say that there is nothing."""
        return self.is_empty and self._is_filling(self.desk.note(self.source_kind))

    def _is_filling(self, note: SourceNote) -> bool:
        return note.phase == SourcePhase.LOADING or (not self.desk.sources_read and not self.desk.sources)

    def _title_runs(self, note: SourceNote) -> list[Run]:
        focus = "accent strong" if self.has_focus_within else "strong"
        age = self.desk.format.age(note.known_ms)
        role = "quiet" if note.phase in (SourcePhase.FRESH, SourcePhase.LOADING) else "warn"
        return [(self.title().upper(), focus), ("  ", ""), (age, role)]

    def emptiness(self) -> str:
        """What stands in the place of the list while there is none."""
        note = self.desk.note(self.source_kind)
        if self.snapshot is None:
            return _("Reading…")
        if self._is_filling(note):
            return _("The first records are on their way.")
        if note.phase == SourcePhase.ABSENT:
            return _("Not set up. “peakasutaja config path” tells where the configuration file is.")
        if self._knows_nothing(note):
            return _("Nothing has arrived yet: the source cannot be read.")
        return self.empty_text()

    def notice(self, note: SourceNote) -> Runs:
        """The line under the title; empty while all is well."""
        glyphs = self.desk.format.glyphs
        if self._read_fault:
            return ((f"{glyphs.down} ", "bad"), (store_fault_text(self._read_fault), "bad"))
        if note.phase == SourcePhase.FAILED:
            return self._failure(note)
        if note.phase == SourcePhase.STALE:
            late = _("Nothing new since {time}: the sync is late.").format(time=self._known(note))
            text = self.desk.sync_fault or late
            return ((f"{glyphs.degraded} ", "warn"), (text, "warn"))
        if note.phase == SourcePhase.LOADING:
            return self._progress(note)
        ours = [source for source in self.desk.sources if source.kind == self.source_kind]
        return missing_runs(ours, glyphs, in_full=self.full)

    def _failure(self, note: SourceNote) -> Runs:
        glyphs = self.desk.format.glyphs
        form = self.desk.format
        again = retry_words(note.next_ms, form.now_ms(), form.moment)
        what = fault_text(note.error_code, self.source_kind, is_timed=bool(again))
        shown = _("Shown as of {time}.").format(time=self._known(note)) if note.known_ms is not None else ""
        rest = " ".join(words for words in (again, shown) if words)
        return ((f"{glyphs.down} {what}", "bad"), (f" {rest}" if rest else "", "quiet"))

    def _known(self, note: SourceNote) -> str:
        return self.desk.format.moment(note.known_ms) if note.known_ms is not None else self.desk.format.glyphs.dash

    def _progress(self, note: SourceNote) -> Runs:
        glyphs = self.desk.format.glyphs
        if not note.total:
            words = ngettext("{n} record so far", "{n} records so far", note.done).format(n=number(note.done))
            return ((f"{_('First fill')}  {words}" if note.done else _("First fill is beginning"), "quiet"),)
        width = 20
        full = min(width, width * note.done // note.total)
        return (
            (f"{_('First fill')}  ", "quiet"),
            (glyphs.progress * full, "accent"),
            (glyphs.rest * (width - full), "quiet"),
            (f"  {number(note.done)} / {number(note.total)}", "quiet"),
        )

    def on_descendant_focus(self) -> None:
        """Marks the title."""
        self.show_frame()

    def on_descendant_blur(self) -> None:
        """Unmarks the title."""
        self.show_frame()


def fault_code(fault: Exception) -> str:
    """The store's own code of a fault (`key`, `locked` …), else its type; never its words, which may quote data."""
    return str(getattr(fault, "code", "")) or type(fault).__name__


def figures(glyphs_dot: str, parts: Sequence[Run]) -> list[Run]:
    """Figures of a title joined by a quiet dot."""
    runs: list[Run] = []
    for text, role in parts:
        if runs:
            runs.append((f" {glyphs_dot} ", "quiet"))
        runs.append((text, role))
    return runs

"""A mode with a list and the detail of what the cursor is on: beside each other, above each other, or in turn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.worker import get_current_worker

from data.language import N_, _
from data.model import Kind
from data.rules.mask import mask
from tui.desk import Desk, DeskReader
from tui.panes.base import Pane, fault_code
from tui.panes.fault_words import store_fault_text
from tui.screens.base import DeskScreen
from tui.widgets.document import Block, Document, Paragraph

REST_SECONDS = 0.12
"""How long the cursor must rest on a row before its detail is read: longer than a key that is held down repeats."""


class MasterScreen(DeskScreen):
    """List and detail. Enter goes into the detail, Esc comes back to the same row, or to the mode that opened it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab",
            "other_side",
            N_("list / detail"),
            id="desk.other_side",
            tooltip=N_("From the list to the detail and back"),
        ),
        Binding(
            "shift+tab",
            "other_side",
            N_("list / detail"),
            show=False,
            id="desk.other_side_back",
            tooltip=N_("From the list to the detail and back"),
        ),
    ]

    class DetailLoaded(Message):
        """The record under the cursor was read; None when it is gone."""

        def __init__(self, target: str, record: Any) -> None:
            super().__init__()
            self.target = target
            self.record = record

    class DetailFailed(Message):
        """The record could not be read."""

        def __init__(self, target: str, reason: str) -> None:
            super().__init__()
            self.target = target
            self.reason = reason

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pane = self.make_pane()
        self.target = ""
        """What the detail shows."""
        self.record: Any = None
        self._pointed = ""
        """What the cursor of the list is on."""
        self._asked = ""
        """What another mode asked to be opened: the cursor's own highlights must not replace it before it is there."""
        self.is_visit = False
        """Whether another mode opened what is shown: one Esc leads back there."""

    # What a mode gives

    def make_pane(self) -> Pane[Any]:
        """The list."""
        raise NotImplementedError

    def load_detail(self, reader: DeskReader, target: str) -> Any:
        """The record that `target` names, or None; runs in a worker thread."""
        raise NotImplementedError

    def describe(self, record: Any) -> Sequence[Block]:
        """The record as a document."""
        raise NotImplementedError

    def compose_above(self) -> ComposeResult:
        """What stands above list and detail."""
        yield from ()

    # What all of them do

    def compose_body(self) -> ComposeResult:
        """Above, then list and detail."""
        yield from self.compose_above()
        with Container(id="master", classes=f"master-{self.mode}"):
            yield self.pane
            with Container(id="detail"):
                yield Document()

    def on_mount(self) -> None:
        """Puts the cursor into the list."""
        self.pane.focus_list()

    @property
    def document(self) -> Document:
        """The detail."""
        return self.query_one(Document)

    def on_pane_highlighted(self, event: Pane.Highlighted) -> None:
        """Reads the detail of the row when the cursor rests there."""
        event.stop()
        self._pointed = event.target
        if self._asked and event.target != self._asked:
            return
        if self.document.has_focus:
            # The row left the list while its detail was being read: that says what became of it.
            return
        self._asked = ""
        if event.target != self.target:
            self.target = event.target
            self.set_timer(REST_SECONDS, partial(self._read_if_still, event.target))

    def on_pane_shown(self, event: Pane.Shown) -> None:
        """Clears the detail when the list has nothing that it could be of."""
        if self.pane.is_empty and not self._asked:
            self.target, self.record = "", None
            self.document.show((), "")

    def _read_if_still(self, target: str) -> None:
        if target == self.target:
            self.read_detail()

    def on_pane_opened(self, event: Pane.Opened) -> None:
        """Goes into the detail."""
        event.stop()
        self.is_visit = False
        self.target = event.target
        self._asked = ""
        self.read_detail()
        self._into_detail()

    def open_target(self, target: str, *, from_elsewhere: bool = False) -> None:
        """Opens the thing that was asked for; the cursor follows to its row."""
        self.is_visit = from_elsewhere
        self.target = self._asked = target
        self.pane.open_target(target)
        self.read_detail()
        self._into_detail()

    def _into_detail(self) -> None:
        self.add_class("-detail")
        self.document.focus()

    def go_back(self) -> bool:
        """From the detail to the list, unless the mode that opened it is where Esc leads."""
        if self.document.has_focus or self.has_class("-detail"):
            was_in = self.document.has_focus
            self._into_list()
            return was_in and not self.is_visit
        return False

    def _into_list(self) -> None:
        self.remove_class("-detail")
        self._asked = ""
        self.pane.focus_list()
        if self._pointed and self._pointed != self.target:
            self.show_target(self._pointed)

    def show_target(self, target: str) -> None:
        """Shows the detail of `target` at once."""
        self.target = target
        self.read_detail()

    def action_other_side(self) -> None:
        """From the list to the detail and back."""
        if self.document.has_focus:
            self._into_list()
        else:
            self._into_detail()

    def read_detail(self) -> None:
        """Reads the record again."""
        if self.target:
            self.run_worker(
                partial(self._read, self.target), thread=True, group="read.detail", exclusive=True, exit_on_error=False
            )

    def _read(self, target: str) -> None:
        worker = get_current_worker()
        try:
            record = self.load_detail(self.desk.reader, target)
            if self.desk.hides:
                record = mask(record)
        except Exception as fault:  # shown in the place of the detail; the list stays
            self.log.error(f"{self.mode}: the detail cannot be read: {type(fault).__name__}")
            if not worker.is_cancelled:
                self.post_message(self.DetailFailed(target, fault_code(fault)))
            return
        if not worker.is_cancelled:
            self.post_message(self.DetailLoaded(target, record))

    def on_master_screen_detail_loaded(self, event: DetailLoaded) -> None:
        """Shows the record."""
        if event.target == self.target:
            self.record = event.record
            self.show_detail()

    def on_master_screen_detail_failed(self, event: DetailFailed) -> None:
        """Says that it could not be read."""
        if event.target == self.target:
            self.document.show((Paragraph(store_fault_text(event.reason), "bad"),), event.target)

    def show_detail(self) -> None:
        """Draws the record that was read."""
        if not self.target:
            return
        gone = (Paragraph(_("It is no longer there."), "quiet"),)
        self.document.show(gone if self.record is None else self.describe(self.record), self.target)

    def store_changed(self, kinds: frozenset[Kind]) -> None:
        """Reads list and detail again."""
        super().store_changed(kinds)
        if kinds & self.pane.kinds and self.desk.mode == self.mode:
            self.read_detail()

    def reload(self) -> None:
        """Reads list and detail again."""
        super().reload()
        self.record = None
        self.read_detail()

    def catch_up(self) -> None:
        """Reads what changed while another mode was shown."""
        super().catch_up()
        self.read_detail()

    def words_changed(self) -> None:
        """Writes list and detail anew."""
        super().words_changed()
        if self.record is not None:
            self.show_detail()

    def tick(self, *, redraw: bool) -> None:
        """Brings the ages up to date."""
        super().tick(redraw=redraw)
        if redraw and self.record is not None:
            self.show_detail()

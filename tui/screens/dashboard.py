"""Töölaud: what needs me on top, the four panes under it. On a small window one pane at a time, with tabs."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.worker import get_current_worker

from data.language import N_, _
from data.model import Kind, Overview
from data.rules.mask import mask
from tui.desk import Desk
from tui.format import MINUTE
from tui.panes.base import Pane, fault_code
from tui.panes.developments import DevelopmentsPane
from tui.panes.services import ServicesPane
from tui.panes.tickets import TicketsPane
from tui.panes.trainings import TrainingsPane
from tui.screens.base import DeskScreen
from tui.widgets.attention import AttentionStrip
from tui.widgets.line import Line, Run

PANES = ("services", "tickets", "developments", "trainings")


class PaneTabs(Line):
    """The panes of a small window by name; a click shows one."""

    class Chosen(Message):
        """A pane was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, desk: Desk) -> None:
        super().__init__(classes="pane-tabs")
        self.desk = desk
        self._places: list[tuple[range, str]] = []

    def show(self, current: str) -> None:
        """Writes the names; `current` is the one shown."""
        titles = {
            "services": _("Services"),
            "tickets": _("Tickets"),
            "developments": _("Developments"),
            "trainings": _("Trainings"),
        }
        runs: list[Run] = []
        self._places = []
        at = 0
        for name in PANES:
            mark = self.desk.format.glyphs.chosen if name == current else " "
            text = f"{mark}{titles[name]} "
            self._places.append((range(at, at + len(text)), name))
            runs.append((text, "tab" if name == current else "quiet"))
            at += len(text)
        self.write(runs)

    def on_click(self, event: events.Click) -> None:
        """Shows the pane under the pointer."""
        for place, name in self._places:
            if event.x in place:
                self.post_message(self.Chosen(name))


class Dashboard(DeskScreen):
    """The four panes and the strip."""

    mode = "dashboard"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "next_pane(1)", N_("next pane"), id="desk.next_pane", tooltip=N_("Put the cursor into the next pane")
        ),
        Binding(
            "shift+tab",
            "next_pane(-1)",
            N_("previous pane"),
            show=False,
            id="desk.previous_pane",
            tooltip=N_("Put the cursor into the previous pane"),
        ),
        Binding("right", "next_pane(1)", N_("next pane"), show=False, id="desk.pane_right", tooltip=N_("One pane on")),
        Binding(
            "left", "next_pane(-1)", N_("previous pane"), show=False, id="desk.pane_left", tooltip=N_("One pane back")
        ),
    ]

    class OverviewLoaded(Message):
        """What needs the person was read."""

        def __init__(self, overview: Overview) -> None:
            super().__init__()
            self.overview = overview

    class Complete(Message):
        """Every part has what it shows, for the first time."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.shown = PANES[0]
        self._missing = {"attention", *PANES}
        self._overview_due = True
        self._is_hurried = bool(desk.config.payments)
        """Whether the strip waits for nothing that takes long to work out, so that the first picture is there soon."""
        self._read_ms = 0

    def compose_body(self) -> ComposeResult:
        """The strip, then the panes."""
        yield AttentionStrip(self.desk)
        yield PaneTabs(self.desk)
        with Container(id="panes"):
            for kind in (ServicesPane, TicketsPane, DevelopmentsPane, TrainingsPane):
                pane: Pane[Any] = kind(self.desk)
                # Already here: given to a mounted pane, the class would cost it a new look for its styles.
                pane.set_class(pane.pane_id == self.shown, "-shown")
                yield pane

    def on_mount(self) -> None:
        """Puts the cursor into the strip and asks what needs the person."""
        self._show_pane(self.shown)
        self.query_one(AttentionStrip).focus()
        self._load_overview()

    def store_changed(self, kinds: frozenset[Kind]) -> None:
        """Any change may change what needs the person."""
        super().store_changed(kinds)
        self._overview_due = True
        if self.desk.mode == self.mode:
            self._load_overview()

    def reload(self) -> None:
        """Reads the panes and the strip again."""
        super().reload()
        self._overview_due = True
        self._load_overview()

    def catch_up(self) -> None:
        """Reads what changed while another mode was shown."""
        super().catch_up()
        self._load_overview()

    def words_changed(self) -> None:
        """Writes everything anew."""
        super().words_changed()
        self._show_pane(self.shown)
        self.query_one(AttentionStrip).refresh()

    def sources_changed(self) -> None:
        """The strip is calm only when every source has brought something."""
        super().sources_changed()
        self.query_one(AttentionStrip).refresh()

    def tick(self, *, redraw: bool) -> None:
        """Brings the ages up to date."""
        super().tick(redraw=redraw)
        if self._is_hurried and not self._overview_due:
            self._is_hurried, self._overview_due = False, True
            self._load_overview()
        if redraw:
            self.query_one(AttentionStrip).refresh()
            if self.desk.format.now_ms() - self._read_ms >= MINUTE:
                # SLA clocks come to be at risk and trainings end while nothing else changes.
                self._overview_due = True
                self._load_overview()

    def _load_overview(self) -> None:
        if self._overview_due:
            self._overview_due = False
            self._read_ms = self.desk.format.now_ms()
            self.run_worker(
                self._read_overview, thread=True, group="read.overview", exclusive=True, exit_on_error=False
            )

    def _read_overview(self) -> None:
        worker = get_current_worker()
        try:
            overview = self.desk.reader.overview(is_hurried=self._is_hurried)
            if self.desk.hides:
                overview = mask(overview)
        except Exception as fault:  # the panes say what is wrong with the store; the strip keeps what it shows
            self.log.error(f"overview: the store cannot be read: {fault_code(fault)}")
            self._overview_due = True
            return
        if not worker.is_cancelled:
            self.post_message(self.OverviewLoaded(overview))

    def on_dashboard_overview_loaded(self, event: OverviewLoaded) -> None:
        """Shows what needs the person."""
        self.query_one(AttentionStrip).show(event.overview)
        self._has_come("attention")

    def on_pane_shown(self, event: Pane.Shown) -> None:
        """The list of a pane has its rows."""
        self._has_come(event.pane)

    def _has_come(self, part: str) -> None:
        if self._missing:
            self._missing.discard(part)
            if not self._missing:
                self.post_message(self.Complete())

    def on_pane_tabs_chosen(self, event: PaneTabs.Chosen) -> None:
        """Shows another pane."""
        self._show_pane(event.pane)
        self._focus(event.pane)

    def _show_pane(self, name: str) -> None:
        self.shown = name
        self.query_one(PaneTabs).show(name)
        for pane in self.panes:
            pane.set_class(pane.pane_id == name, "-shown")

    def on_descendant_focus(self) -> None:
        """On a small window the pane with the cursor is the one shown."""
        for pane in self.panes:
            if pane.has_focus_within and pane.pane_id != self.shown:
                self._show_pane(pane.pane_id)

    def action_next_pane(self, step: int) -> None:
        """Goes round: strip, then the panes."""
        stops = ("attention", *PANES)
        at = next((pane.pane_id for pane in self.panes if pane.has_focus_within), "attention")
        self._focus(stops[(stops.index(at) + step) % len(stops)])

    def _focus(self, name: str) -> None:
        if name == "attention":
            self.query_one(AttentionStrip).focus()
            return
        self._show_pane(name)
        next(pane for pane in self.panes if pane.pane_id == name).focus_list()


SCREEN = Dashboard

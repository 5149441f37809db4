"""Koosolek: the round of the team before a shared screen. Five cards in turn, always masked; nothing scrolls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import get_current_worker

from data.language import N_, _, ngettext
from data.model import Kind
from data.rules.mask import mask
from tui.desk import Desk
from tui.format import DAY
from tui.panes.base import fault_code
from tui.panes.fault_words import store_fault_text
from tui.screens.base import DeskScreen
from tui.screens.standup_cards import CARDS, Card, StandupFacts, load_facts
from tui.widgets.line import Line, Run, content, cut, width_of


class StandupCard(Widget):
    """One card: its name large, then two or three lines with air between them, then what did not fit as a number."""

    def __init__(self) -> None:
        super().__init__(id="card")
        self._card = Card("", ())

    def show(self, card: Card) -> None:
        """Shows a card."""
        if card != self._card:
            self._card = card
            self.refresh()

    @property
    def plain(self) -> str:
        """What is shown, without styles."""
        return "\n".join("".join(text for text, _ in runs) for runs in self._rows(self.size.width, self.size.height))

    def _rows(self, width: int, height: int) -> list[list[Run]]:
        gap = 2 if height >= 20 else 1
        room = max(1, (height - 4) // (gap + 1))
        lines = self._card.lines
        shown, more = (lines, 0) if len(lines) <= room else (lines[: room - 1], len(lines) - room + 1)
        rows: list[list[Run]] = [
            [],
            [(self._card.title.upper(), "accent strong"), (f"   {self._card.note}", "quiet")],
            [],
            [],
        ]
        for line in shown:
            rows += [cut(line, width), *([] for _ in range(gap))]
        if more:
            rows.append([(ngettext("{n} more", "{n} more", more).format(n=more), "quiet")])
        return rows

    def render_line(self, y: int) -> Strip:
        """One line of the card."""
        width = self.size.width
        rows = self._rows(width, self.size.height)
        runs = rows[y] if y < len(rows) else []
        padded = [*runs, (" " * max(0, width - width_of(runs)), "")]
        return Strip(content(padded).render_segments(self.visual_style), width)


class RoundLine(Line):
    """Where the round stands, as a thin line with the minutes; a click goes on."""

    class Pressed(Message):
        """The line was clicked; `step` is 1 for the right half, -1 for the left."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def on_click(self, event: events.Click) -> None:
        """On in the right half, back in the left."""
        self.post_message(self.Pressed(1 if event.x >= self.size.width // 2 else -1))


@dataclass(frozen=True, slots=True)
class _Round:
    card: int = 0
    began_ms: int | None = None


class StandupScreen(DeskScreen):
    """Mode F9."""

    mode = "standup"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "turn(1)", N_("next"), id="standup.next", tooltip=N_("The next card")),
        Binding("space", "turn(1)", N_("next"), show=False, id="standup.next_too", tooltip=N_("The next card")),
        Binding("left", "turn(-1)", N_("previous"), id="standup.previous", tooltip=N_("The card before")),
        Binding(
            "home",
            "first",
            N_("begin again"),
            show=False,
            id="standup.first",
            tooltip=N_("To the first card, the minutes from nought"),
        ),
    ]

    class FactsLoaded(Message):
        """What the cards tell was read."""

        def __init__(self, facts: StandupFacts) -> None:
            super().__init__()
            self.facts = facts

    class FactsFailed(Message):
        """It could not be read."""

        def __init__(self, reason: str) -> None:
            super().__init__()
            self.reason = reason

    class Finished(Message):
        """The round is over; it took `minutes`."""

        def __init__(self, minutes: int) -> None:
            super().__init__()
            self.minutes = minutes

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._round = _Round()
        self._facts: StandupFacts | None = None
        self._fault = ""
        self._due = True
        # What "changed" means stays the same during the whole round, also after it has been written down.
        self._since_ms = desk.preferences.standup_ms or desk.format.now_ms() - DAY

    def compose_body(self) -> ComposeResult:
        """The card, and the thin line at the bottom."""
        yield StandupCard()
        yield RoundLine(classes="round-line")

    def on_mount(self) -> None:
        """Begins the round."""
        self._begin()

    def _begin(self) -> None:
        self._round = _Round(0, self.desk.format.now_ms())
        self._show()

    def catch_up(self) -> None:
        """The screen came to the front."""
        super().catch_up()
        if self._round.began_ms is None:
            self._since_ms = self.desk.preferences.standup_ms or self.desk.format.now_ms() - DAY
            self._due = True
            self._begin()
        self._load()

    def reload(self) -> None:
        """Reads again."""
        self._due = True
        self._load()

    def store_changed(self, kinds: frozenset[Kind]) -> None:
        """Reads again when it is looked at."""
        self._due = True
        if self.desk.mode == self.mode:
            self._load()

    def _load(self) -> None:
        if self._due:
            self._due = False
            self.run_worker(self._read, thread=True, group="read.standup", exclusive=True, exit_on_error=False)

    def _read(self) -> None:
        worker = get_current_worker()
        try:
            facts = mask(load_facts(self.desk.reader, self.desk.format, self._since_ms))
        except Exception as fault:  # shown in the place of the card
            self.log.error(f"standup: the store cannot be read: {type(fault).__name__}")
            self._due = True
            if not worker.is_cancelled:
                self.post_message(self.FactsFailed(fault_code(fault)))
            return
        if not worker.is_cancelled:
            self.post_message(self.FactsLoaded(facts))

    def on_standup_screen_facts_loaded(self, event: FactsLoaded) -> None:
        """Shows what was read."""
        self._facts, self._fault = event.facts, ""
        self._show()

    def on_standup_screen_facts_failed(self, event: FactsFailed) -> None:
        """Says so; a card that is there stays."""
        self._fault = event.reason
        self._show()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        card = self.query_one(StandupCard)
        if self._facts is None:
            told = (store_fault_text(self._fault), "bad") if self._fault else (_("Reading…"), "quiet")
            card.show(Card(_("Stand-up"), ((told,),)))
        else:
            make: Callable[..., Card] = CARDS[self._round.card]
            card.show(make(self._facts, self.desk.format))
        self._show_round()

    def _show_round(self) -> None:
        line = self.query_one(RoundLine)
        glyphs, width = self.desk.format.glyphs, line.size.width
        minutes = self._minutes()
        words = f"  {self._round.card + 1}/{len(CARDS)}  {glyphs.dot}  {minutes} min "
        room = max(10, width - len(words) - 1)
        full = room * (self._round.card + 1) // len(CARDS)
        line.write(
            ((" ", ""), (glyphs.progress * full, "accent"), (glyphs.rest * (room - full), "quiet"), (words, "quiet"))
        )

    def _minutes(self) -> int:
        began = self._round.began_ms
        return 0 if began is None else max(0, self.desk.format.now_ms() - began) // 60_000

    def tick(self, *, redraw: bool) -> None:
        """Brings the minutes up to date."""
        super().tick(redraw=redraw)
        self._show() if redraw else self._show_round()

    def words_changed(self) -> None:
        """Writes the card anew."""
        super().words_changed()
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Lays the card out for the new size."""
        super().on_resize(event)
        self.call_after_refresh(self._show)

    def on_round_line_pressed(self, event: RoundLine.Pressed) -> None:
        """On or back."""
        self.action_turn(event.step)

    def action_turn(self, step: int) -> None:
        """The next card or the one before; past the last one the round is over."""
        card = self._round.card + step
        if card >= len(CARDS):
            if self._round.began_ms is not None:
                self.post_message(self.Finished(self._minutes()))
                self._round = _Round(self._round.card, None)
            return
        if card >= 0:
            self._round = replace(self._round, card=card)
            self._show()

    def action_first(self) -> None:
        """Begins the round again."""
        self._begin()


SCREEN = StandupScreen

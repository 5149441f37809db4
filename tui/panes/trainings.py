"""Koolitused: the trainings to come, and how full they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from textual.app import ComposeResult

from data.clock import epoch_ms, tallinn
from data.language import _, language, ngettext
from data.model import Kind, Training
from tui.desk import DeskReader
from tui.format import DAY, title_of
from tui.panes.base import figures
from tui.panes.cells import column
from tui.panes.listing import ListPane
from tui.widgets.column import Column
from tui.widgets.line import Run, Runs

AHEAD_DAYS = 120
SEATS = 4
LEAST_BESIDE = 32
"""Cells for the time, the seats and the gaps of a training's line."""


def fullness(taken: int, capacity: int | None) -> int:
    """How many of the four seats drawn are taken; at least one when somebody comes, four only when it is full."""
    if not capacity or taken <= 0:
        return 0
    if taken >= capacity:
        return SEATS
    return max(1, min(SEATS - 1, taken * SEATS // capacity))


@dataclass(frozen=True, slots=True)
class TrainingsSnapshot:
    """The trainings from today on, and how many fall into this month."""

    trainings: tuple[Training, ...]
    this_month: int


class TrainingsPane(ListPane[TrainingsSnapshot, Training]):
    """Trainings with day, time, title and seats."""

    pane_id = "trainings"
    kinds = frozenset({Kind.TRAININGS})
    source_kind = "calendar"
    mark_new = False
    only_titled = frozenset({"invited", "declined", "calendar"})

    def title(self) -> str:
        """Koolitused."""
        return _("Trainings")

    def counts(self, snapshot: TrainingsSnapshot) -> Runs:
        """Sel kuul 4."""
        text = _("{n} this month").format(n=snapshot.this_month)
        return figures(self.desk.format.glyphs.dot, [(text, "quiet")])

    def load(self, reader: DeskReader) -> TrainingsSnapshot:
        """The trainings of this month, of which those from today on are listed, and of the months after."""
        first, last = self.desk.format.month_window()
        today = epoch_ms(self.desk.format.clock.now().replace(hour=0, minute=0, second=0, microsecond=0))
        from_ms = min(epoch_ms(_midnight(first)), today)
        found = reader.trainings(from_ms, today + AHEAD_DAYS * DAY)
        month_end = epoch_ms(_midnight(last + timedelta(days=1)))
        held = [each for each in found if not each.cancelled]
        return TrainingsSnapshot(
            tuple(sorted((each for each in found if each.end_ms >= today), key=lambda each: (each.start_ms, each.id))),
            sum(epoch_ms(_midnight(first)) <= each.start_ms < month_end for each in held),
        )

    def empty_text(self) -> str:
        """Nothing is planned."""
        months = AHEAD_DAYS // 30
        return ngettext("No training in the next {n} month.", "No training in the next {n} months.", months).format(
            n=months
        )

    def show(self, snapshot: TrainingsSnapshot) -> None:
        """Lists the trainings to come."""
        self.list_rows(snapshot.trainings)

    def target_of(self, row: Training) -> str:
        """`training:ID`."""
        return f"training:{row.id}"

    def row_of_target(self, target: str) -> Any:
        """The id of the training."""
        return target.partition(":")[2]

    def words_of(self, row: Training) -> str:
        """Title, place, organiser, calendar and day."""
        day = self.desk.format.day(tallinn(row.start_ms).date())
        return " ".join((row.title, row.location, row.organizer, row.calendar, day))

    def measured(self, row: Training) -> Sequence[tuple[str, str]]:
        """Title, place and organiser."""
        title = "".join(text for text, _role in self._title(row, 0))
        return (("title", title), ("location", row.location), ("organizer", row.organizer))

    def compose_list(self) -> ComposeResult:
        """The table."""
        yield self.make_table(self.columns(0), row_id=lambda row: row.id)

    def columns(self, width: int) -> list[Column[Training]]:
        """When, what, seats; a wide screen adds place, answers and organiser."""
        title, organizer = self.longest("title", 20, width * 2 // 5), self.longest("organizer", 10, 18)
        place = self.longest("location", 18, 18 if self.full else width - title - organizer - LEAST_BESIDE)
        return [
            column("when", lambda: _("When"), self._when, width=13 if language() != "en" else 16, keep=100),
            column("title", lambda: _("Training"), self._title, width=title, grow=3, keep=99),
            column("seats", lambda: _("Seats"), self._seats, width=6, keep=90, align="right"),
            column("fullness", lambda: "", self._fullness, width=4, keep=80),
            column(
                "location",
                lambda: _("Place"),
                lambda t, w: ((t.location, "quiet"),),
                width=place,
                grow=1,
                keep=60,
            ),
            column(
                "invited",
                lambda: _("Invited"),
                lambda t, w: ((str(t.invited or ""), "quiet"),),
                width=8,
                keep=40,
                align="right",
            ),
            column(
                "declined",
                lambda: _("Declined"),
                lambda t, w: ((str(t.declined or ""), "quiet"),),
                width=9,
                keep=35,
                align="right",
            ),
            column(
                "organizer", lambda: _("Organiser"), lambda t, w: ((t.organizer, "quiet"),), width=organizer, keep=30
            ),
            column("calendar", lambda: _("Calendar"), lambda t, w: ((t.calendar, "quiet"),), width=14, keep=10),
        ]

    def _when(self, training: Training, width: int) -> Runs:
        form = self.desk.format
        role = "accent" if tallinn(training.start_ms).date() == form.today() else ""
        return ((form.agenda_moment(training.start_ms, all_day=training.all_day), role),)

    def _title(self, training: Training, width: int) -> Runs:
        if training.cancelled:
            return ((f"{_('cancelled')}: ", "warn"), (title_of(training.title), "quiet"))
        return ((title_of(training.title), ""),)

    def _seats(self, training: Training, width: int) -> Runs:
        if training.capacity is None:
            return ((str(training.accepted or ""), ""),)
        over = training.accepted > training.capacity
        return ((f"{training.accepted}/{training.capacity}{'!' if over else ''}", "warn" if over else ""),)

    def _fullness(self, training: Training, width: int) -> Runs:
        glyphs, taken = self.desk.format.glyphs, fullness(training.accepted, training.capacity)
        if not training.capacity:
            return ()
        marks: list[Run] = [(glyphs.seat_taken * taken, "quiet"), (glyphs.seat_free * (SEATS - taken), "quiet")]
        return marks


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)

"""Koolitused: the agenda by day and, of the training under the cursor, time, place and answers."""

from __future__ import annotations

from collections.abc import Sequence

from data.clock import tallinn
from data.language import _
from data.model import Training
from tui.desk import DeskReader
from tui.format import title_of
from tui.panes.trainings import TrainingsPane
from tui.screens.list_search import ListSearch
from tui.widgets.document import Block, Fact, Heading, Paragraph, Section
from tui.widgets.line import Run

SEATS_WIDTH = 24


class TrainingsScreen(ListSearch):
    """Mode 5."""

    mode = "trainings"

    def make_pane(self) -> TrainingsPane:
        """The agenda."""
        return TrainingsPane(self.desk, full=True)

    def load_detail(self, reader: DeskReader, target: str) -> Training | None:
        """The training."""
        return reader.training(target.partition(":")[2])

    def describe(self, record: Training) -> Sequence[Block]:
        """Time, place, seats, answers, description."""
        form = self.desk.format
        day = tallinn(record.start_ms).date()
        near = form.in_days(day)
        right: tuple[Run, ...] = ((_("cancelled"), "warn"),) if record.cancelled else ((near, "accent"),)
        blocks: list[Block] = [Heading(((title_of(record.title), "strong"),), right)]
        time = form.time(record.start_ms)
        if record.all_day:
            time = _("all day")
        elif record.end_ms > record.start_ms:
            time = f"{time}{form.glyphs.dash}{form.time(record.end_ms)}"
        blocks.append(Fact(_("When"), ((f"{form.long_day(day)}  {time}", ""),)))
        if record.location:
            blocks.append(Fact(_("Place"), ((record.location, ""),)))
        if record.capacity:
            blocks.append(Fact(_("Seats"), self._seats(record)))
        if record.invited or record.accepted or record.declined:
            blocks.append(Fact(_("Answers"), ((self._answers(record), ""),)))
        if record.organizer:
            blocks.append(Fact(_("Organiser"), ((record.organizer, ""),)))
        blocks.append(Fact(_("Calendar"), ((record.calendar, "quiet"),)))
        if record.description:
            blocks += [Section(_("Description")), Paragraph(record.description)]
        return blocks

    def _seats(self, record: Training) -> list[Run]:
        glyphs = self.desk.format.glyphs
        capacity = record.capacity or 1
        full = min(SEATS_WIDTH, SEATS_WIDTH * record.accepted // capacity)
        over = record.accepted > capacity
        runs: list[Run] = [
            (glyphs.progress * full, "warn" if over else "accent"),
            (glyphs.rest * (SEATS_WIDTH - full), "quiet"),
            (f"  {record.accepted}/{capacity}", "warn" if over else ""),
        ]
        if over:
            runs.append((f"  {_('more people than places')}", "warn"))
        return runs

    def _answers(self, record: Training) -> str:
        words = _("{invited} invited, {accepted} accepted, {declined} declined")
        return words.format(invited=record.invited, accepted=record.accepted, declined=record.declined)


SCREEN = TrainingsScreen

"""Väljamaksed: the pay-days of the next weeks, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult

from data.language import _, ngettext
from data.model import Kind
from data.payday import Payday
from tui.desk import DeskReader
from tui.format import DAY, duration, short_weekday
from tui.panes.base import figures
from tui.panes.cells import column
from tui.panes.listing import ListPane
from tui.payday_words import day_of, short_standing, standing, steps
from tui.widgets.column import Column
from tui.widgets.line import Runs

NAMED_FROM = 110
"""Cells of a list from which stages have their names."""
SPELLED_DAYS = 2
"""Days of the nearest ones, which have names."""


class PaydaysPane(ListPane[tuple[Payday, ...], Payday]):
    """Pay-days with day, countdown, stages and what threatens them."""

    pane_id = "paydays"
    kinds = frozenset({Kind.SERVICES})
    source_kind = "checks"
    mark_new = False

    def title(self) -> str:
        """Väljamaksed."""
        return _("Pay-days")

    def counts(self, snapshot: tuple[Payday, ...]) -> Runs:
        """6 ees · 1 ohus."""
        threatened = sum(each.is_threatened for each in snapshot)
        ahead = ngettext("{n} ahead", "{n} ahead", len(snapshot)).format(n=len(snapshot))
        parts = [(ahead, "quiet")]
        if threatened:
            parts.append((ngettext("{n} threatened", "{n} threatened", threatened).format(n=threatened), "bad strong"))
        return figures(self.desk.format.glyphs.dot, parts)

    def load(self, reader: DeskReader) -> tuple[Payday, ...]:
        """The pay-days of the next weeks."""
        return reader.paydays()

    def empty_text(self) -> str:
        """None is named."""
        return _("No payment is named in the configuration: add [payments.NAME] with its day and stages.")

    def show(self, snapshot: tuple[Payday, ...]) -> None:
        """Lists them."""
        self.list_rows(snapshot)

    def target_of(self, row: Payday) -> str:
        """`payday:ID`."""
        return f"payday:{row.id}"

    def row_of_target(self, target: str) -> Any:
        """The id."""
        return target.partition(":")[2]

    def words_of(self, row: Payday) -> str:
        """Title, day, stages and how it stands."""
        names = " ".join(stage.name for stage in row.stages)
        return f"{row.title} {self._day_text(row)} {names} {standing(self.desk.format, row)[0]}"

    def measured(self, row: Payday) -> Sequence[tuple[str, str]]:
        """The title."""
        return (("title", row.title),)

    def compose_list(self) -> ComposeResult:
        """The table."""
        yield self.make_table(self.columns(0), row_id=lambda payday: payday.id)

    def columns(self, width: int) -> list[Column[Payday]]:
        """Day, countdown, title, stages, how it stands."""
        stages = 6 if width < NAMED_FROM else 50
        return [
            column("day", lambda: _("Day"), lambda p, w: ((self._day_text(p), ""),), width=7, keep=100, align="right"),
            column("left", lambda: _("Left"), self._left, width=6, keep=70, align="right"),
            column(
                "title",
                lambda: _("Payment"),
                lambda p, w: ((p.title, "strong" if p.is_threatened else ""),),
                width=self.longest("title", 12, max(12, width - 40)),
                keep=99,
            ),
            column(
                "stages",
                lambda: _("Stages"),
                lambda p, w: steps(self.desk.format, p, is_named=width >= NAMED_FROM),
                width=stages,
                keep=80,
            ),
            column("note", lambda: _("State"), self._note, width=max(14, width // 4), grow=1, keep=90),
        ]

    def _day_text(self, payday: Payday) -> str:
        day = day_of(payday)
        return f"{short_weekday(day)} {self.desk.format.day(day)}"

    def _left(self, payday: Payday, width: int) -> Runs:
        form, day = self.desk.format, day_of(payday)
        days = (day - form.today()).days
        words = form.in_days(day) if days < SPELLED_DAYS else duration(days * DAY)
        return ((words, "accent" if days == 0 else "quiet"),)

    def _note(self, payday: Payday, width: int) -> Runs:
        words, role = standing(self.desk.format, payday)
        return ((words if len(words) <= width else short_standing(self.desk.format, payday), role),)

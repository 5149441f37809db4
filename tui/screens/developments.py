"""Arendused: the timeline and, of the development under the cursor, its days, progress and the tickets inside."""

from __future__ import annotations

from collections.abc import Sequence

from data.language import _, ngettext
from data.model import Development, DevelopmentDetail, StatusCategory, TicketRow
from tui.desk import DeskReader
from tui.format import development_key, development_title, parse_day, slip, title_of
from tui.panes.developments import DevelopmentsPane, kind_word, standing
from tui.screens.list_search import ListSearch
from tui.widgets import gantt
from tui.widgets.document import Block, Fact, Heading, Paragraph, Row, Section
from tui.widgets.line import Run

PROGRESS_WIDTH = 24


class DevelopmentsScreen(ListSearch):
    """Mode 4."""

    mode = "developments"

    def make_pane(self) -> DevelopmentsPane:
        """The timeline."""
        return DevelopmentsPane(self.desk, full=True)

    def load_detail(self, reader: DeskReader, target: str) -> DevelopmentDetail | None:
        """The development with its tickets."""
        return reader.development(target.partition(":")[2])

    def describe(self, record: DevelopmentDetail) -> Sequence[Block]:
        """Days, progress, bar, description, tickets."""
        form, one = self.desk.format, record.development
        words, role = standing(form, one)
        name: list[Run] = [
            (development_title(one), "strong"),
            (f"  {development_key(one)}", "quiet"),
        ]
        blocks: list[Block] = [
            Heading(name, ((words, role),)),
            Fact(_("Type"), ((f"{kind_word(one.kind)}  {one.project}", ""),)),
        ]
        blocks.append(Fact(_("Days"), ((self._days(one), ""),)))
        first = parse_day(one.first_end_day)
        if first is not None:
            moved = _("first set for {day}, moved by {slip}").format(day=form.day(first), slip=slip(one.slip_days))
            blocks.append(Fact(_("End"), ((moved, "warn" if one.slip_days > 0 else ""),)))
        if one.total:
            blocks.append(Fact(_("Done"), self._progress(one)))
        if one.blockers:
            text = ngettext("{n} blocker", "{n} blockers", one.blockers).format(n=one.blockers)
            blocks.append(Fact(_("Blockers"), ((text, "warn"),)))
        span = gantt.span_around(one, form.today())
        width = max(20, min(self.document.text_width, 14 * (1 + (span.last - span.first).days // 30)))
        blocks += [
            Row(()),
            Row(((gantt.months(span, width), "quiet"),)),
            Row(gantt.bar(one, span, width, form.today(), form.glyphs)),
        ]
        if record.description:
            blocks += [Section(_("Description")), Paragraph(record.description)]
        count = len(record.tickets)
        right: tuple[Run, ...] = ((ngettext("{n} ticket", "{n} tickets", count).format(n=count), "quiet"),)
        blocks.append(Section(_("Tickets inside"), right))
        blocks += [self._ticket(ticket) for ticket in record.tickets]
        return blocks

    def _days(self, one: Development) -> str:
        form = self.desk.format
        start, end = parse_day(one.start_day), parse_day(one.end_day)
        shown = [form.day(day) if day else form.glyphs.ellipsis for day in (start, end)]
        left = form.in_days(end) if end else ""
        return f"{shown[0]} {form.glyphs.dash} {shown[1]}" + (f"  ({left})" if left else "")

    def _progress(self, one: Development) -> list[Run]:
        glyphs = self.desk.format.glyphs
        full = PROGRESS_WIDTH * one.done // max(1, one.total)
        return [
            (glyphs.progress * full, "accent"),
            (glyphs.rest * (PROGRESS_WIDTH - full), "quiet"),
            (f"  {one.done}/{one.total}", ""),
        ]

    def _ticket(self, ticket: TicketRow) -> Row:
        is_done = ticket.category == StatusCategory.DONE
        glyphs = self.desk.format.glyphs
        left: list[Run] = [
            (f"{glyphs.ok if is_done else ' '} ", "good"),
            (f"{ticket.key:<11}", "quiet" if is_done else ""),
            (title_of(ticket.summary), "quiet" if is_done else ""),
        ]
        return Row(left, ((f" {ticket.status_name}", "quiet"),), f"ticket:{ticket.id}")


SCREEN = DevelopmentsScreen

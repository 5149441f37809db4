"""Arendused: epics, releases and sprints on a timeline, with how far their ends have moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult

from data.language import _, ngettext
from data.model import Development, DevelopmentKind, DevelopmentState, Kind
from tui.desk import DeskReader
from tui.format import Format, development_key, development_title, parse_day
from tui.panes.base import figures
from tui.panes.cells import column
from tui.panes.listing import ListPane
from tui.widgets import gantt
from tui.widgets.column import Column
from tui.widgets.line import Run, Runs

_ORDER = {
    DevelopmentState.LATE: 0,
    DevelopmentState.ON_SCHEDULE: 1,
    DevelopmentState.PLANNED: 2,
    DevelopmentState.UNDATED: 3,
    DevelopmentState.DONE: 4,
}

LEAST_BESIDE = 31
"""Cells for how a development stands and its blockers, which a long title may not take."""
STANDING_WIDTH = 15
"""Cells of the longest ones: hilineb +120 p, starts Oct 2027."""


def kind_word(kind: DevelopmentKind) -> str:
    """What sort of bar it is."""
    known: dict[DevelopmentKind, Callable[[], str]] = {
        DevelopmentKind.EPIC: lambda: _("epic"),
        DevelopmentKind.RELEASE: lambda: _("release"),
        DevelopmentKind.SPRINT: lambda: _("sprint"),
    }
    return known[kind]()


def standing(form: Format, development: Development) -> Run:
    """How it stands, in the role that tells how much it matters."""
    return (form.standing(development), "bad strong" if development.state == DevelopmentState.LATE else "quiet")


class DevelopmentsPane(ListPane[tuple[Development, ...], Development]):
    """Developments with their bar, slip and blockers."""

    pane_id = "developments"
    kinds = frozenset({Kind.DEVELOPMENTS, Kind.TICKETS})
    source_kind = "jira"
    mark_new = False
    has_heads = True

    _extent: gantt.Span | None = None
    """The days that the timeline should show."""

    def title(self) -> str:
        """Arendused."""
        return _("Developments")

    def counts(self, snapshot: tuple[Development, ...]) -> Runs:
        """5 töös · 1 hilineb."""
        late = sum(each.state == DevelopmentState.LATE for each in snapshot)
        running = late + sum(each.state == DevelopmentState.ON_SCHEDULE for each in snapshot)
        parts: list[Run] = [(_("{n} in progress").format(n=running), "quiet")]
        if late:
            parts.append((ngettext("{n} late", "{n} late", late).format(n=late), "bad"))
        return figures(self.desk.format.glyphs.dot, parts)

    def load(self, reader: DeskReader) -> tuple[Development, ...]:
        """All developments: late ones first, then by their end, done ones last."""
        return tuple(
            sorted(reader.developments(), key=lambda each: (_ORDER[each.state], each.end_day or "9999", each.title))
        )

    def empty_text(self) -> str:
        """Nothing is planned."""
        return _("No development is planned.")

    def show(self, snapshot: tuple[Development, ...]) -> None:
        """Lists the developments."""
        self._extent = gantt.extent_of(snapshot)
        self.list_rows(snapshot)

    def target_of(self, row: Development) -> str:
        """`development:ID`."""
        return f"development:{row.id}"

    def row_of_target(self, target: str) -> Any:
        """The id of the development."""
        return target.partition(":")[2]

    def words_of(self, row: Development) -> str:
        """Title, key, sort, project and how it stands."""
        told = self.desk.format.standing(row)
        return " ".join((development_title(row), development_key(row), kind_word(row.kind), row.project, told))

    def measured(self, row: Development) -> Sequence[tuple[str, str]]:
        """The title."""
        return (("title", development_title(row)),)

    def compose_list(self) -> ComposeResult:
        """The table."""
        yield self.make_table(self.columns(0), row_id=lambda row: row.id)

    def columns(self, width: int) -> list[Column[Development]]:
        """Title, bar, how it stands, obstacles; a wide screen adds key, sort, progress and days."""
        bar = max(18, width // 4)
        title = self.longest("title", 18, width - bar - LEAST_BESIDE)
        return [
            column(
                "title",
                lambda: _("Development"),
                self._title,
                width=title,
                keep=100,
            ),
            column("bar", lambda: _("Timeline"), self._bar, width=bar, grow=1, keep=90, head=self._months),
            column("standing", lambda: _("State"), self._standing, width=STANDING_WIDTH, keep=95),
            column("blockers", lambda: _("Blockers"), self._blockers, width=9, keep=60, align="right"),
            column("progress", lambda: _("Done"), self._done_share, width=8, keep=50, align="right"),
            column("end", lambda: _("End"), self._end, width=7, keep=45, align="right"),
            column("kind", lambda: _("Type"), lambda d, w: ((kind_word(d.kind), "quiet"),), width=10, keep=30),
            column("key", lambda: _("Key"), lambda d, w: ((development_key(d), "quiet"),), width=10, keep=20),
        ]

    def _months(self, width: int) -> str:
        return gantt.months(gantt.span_of(self._extent, self.desk.format.today(), width), width)

    def _title(self, development: Development, width: int) -> Runs:
        return ((development_title(development), "quiet" if development.state == DevelopmentState.DONE else ""),)

    def _bar(self, development: Development, width: int) -> Runs:
        today = self.desk.format.today()
        return gantt.bar(development, gantt.span_of(self._extent, today, width), width, today, self.desk.format.glyphs)

    def _standing(self, development: Development, width: int) -> Runs:
        return (standing(self.desk.format, development),)

    def _blockers(self, development: Development, width: int) -> Runs:
        return ((str(development.blockers), "warn"),) if development.blockers else ()

    def _done_share(self, development: Development, width: int) -> Runs:
        return ((f"{development.done}/{development.total}", "quiet"),) if development.total else ()

    def _end(self, development: Development, width: int) -> Runs:
        end = parse_day(development.end_day)
        return ((self.desk.format.day(end), ""),) if end else ()

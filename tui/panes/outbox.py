"""Väljuvad: what the person has done to tickets, from what waits for a decision to what Jira has."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult

from data.action import Action, ActionState
from data.language import _, ngettext
from data.model import Kind
from tui.action_words import kind_words, state_runs, trouble_words, work_words
from tui.desk import DeskReader
from tui.panes.base import figures
from tui.panes.cells import column
from tui.panes.listing import ListPane
from tui.widgets.column import Column
from tui.widgets.line import Run, Runs

ENDED_SHOWN = 100


class OutboxPane(ListPane[tuple[Action, ...], Action]):
    """Actions: those that need the person, those that wait, then what was sent or dropped lately."""

    pane_id = "outbox"
    kinds = frozenset({Kind.DESK})
    source_kind = "jira"
    mark_new = False

    def title(self) -> str:
        """Väljuvad."""
        return _("Outbox")

    def counts(self, snapshot: tuple[Action, ...]) -> Runs:
        """1 otsustada · 3 ootel."""
        stuck = sum(each.state.needs_person for each in snapshot)
        waiting = sum(each.state in (ActionState.WAITING, ActionState.SENDING) for each in snapshot)
        parts: list[Run] = []
        if stuck:
            parts.append((ngettext("{n} to decide", "{n} to decide", stuck).format(n=stuck), "warn strong"))
        parts.append((ngettext("{n} waiting", "{n} waiting", waiting).format(n=waiting), "quiet"))
        return figures(self.desk.format.glyphs.dot, parts)

    def load(self, reader: DeskReader) -> tuple[Action, ...]:
        """What is open, then what has ended."""
        actions = reader.actions()
        is_open = sorted(actions.open, key=lambda each: not each.state.needs_person)
        return (*is_open, *actions.ended[:ENDED_SHOWN])

    def empty_text(self) -> str:
        """Nothing was done."""
        return _("Nothing is on its way to Jira. What you do to tickets stands here until Jira has it.")

    def show(self, snapshot: tuple[Action, ...]) -> None:
        """Lists them."""
        self.list_rows(snapshot)

    def target_of(self, row: Action) -> str:
        """`action:ID`."""
        return f"action:{row.id}"

    def row_of_target(self, target: str) -> Any:
        """The id."""
        return target.partition(":")[2]

    def words_of(self, row: Action) -> str:
        """Ticket, kind, content and reason."""
        return f"{row.key} {kind_words(row)} {work_words(row, self.desk.format)} {trouble_words(row)}"

    def compose_list(self) -> ComposeResult:
        """The table."""
        yield self.make_table(self.columns(0), row_id=lambda action: action.id)

    def columns(self, width: int) -> list[Column[Action]]:
        """State, ticket, what, when."""
        return [
            column(
                "state", lambda: _("State"), lambda a, w: state_runs(a), width=min(30, max(12, width // 4)), keep=99
            ),
            column("key", lambda: _("Key"), lambda a, w: ((a.key, ""),), width=10, keep=100),
            column("kind", lambda: _("What"), lambda a, w: ((kind_words(a), "quiet"),), width=20, keep=80),
            column("work", lambda: _("Content"), self._work, width=20, grow=1, keep=90),
            column("age", lambda: _("Age"), self._age, width=8, keep=70, align="right"),
        ]

    def _work(self, action: Action, width: int) -> Runs:
        return ((work_words(action, self.desk.format), "" if action.state.is_open else "quiet"),)

    def _age(self, action: Action, width: int) -> Runs:
        return ((self.desk.format.age(action.ended_ms or action.at_ms), "quiet"),)

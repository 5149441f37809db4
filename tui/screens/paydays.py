"""Väljamaksed: the pay-days to come and, of the one under the cursor, its stages and what threatens it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from data.clock import tallinn
from data.language import _
from data.payday import Payday, RollRule, StageStanding, StageState
from tui.desk import DeskReader
from tui.panes.paydays import PaydaysPane
from tui.payday_words import ROLES, day_of, sign_of, stage_words, standing
from tui.screens.list_search import ListSearch
from tui.widgets.document import LABEL_WIDTH, Block, Fact, Heading, Row, Section
from tui.widgets.line import Run


class PaydaysScreen(ListSearch):
    """Beside the services."""

    mode = "paydays"

    def make_pane(self) -> PaydaysPane:
        """The pay-days."""
        return PaydaysPane(self.desk, full=True)

    def load_detail(self, reader: DeskReader, target: str) -> Payday | None:
        """The pay-day."""
        wanted = target.partition(":")[2]
        return next((each for each in reader.paydays() if each.id == wanted), None)

    def describe(self, record: Payday) -> Sequence[Block]:
        """Day, how it stands, stages, what it needs."""
        form, day = self.desk.format, day_of(record)
        words, role = standing(form, record)
        blocks: list[Block] = [
            Heading(((record.title, "strong"),), ((form.in_days(day), "accent"),)),
            Fact(_("Paid on"), ((form.long_day(day), ""), *self._rolled(record))),
            Fact(_("State"), ((words, role),)),
        ]
        payment = self.desk.config.payments.get(record.payment)
        if payment is not None:
            rule = _("where banks do not work: {day}").format(day=_rule_words(RollRule(payment.rule)))
            blocks.append(Fact(_("Rule"), ((rule, "quiet"),)))
        if record.threats:
            blocks.append(Fact(_("Threatened by"), ((", ".join(record.threats), "bad strong"),)))
        blocks += self._stages(record)
        if needed := payment.needed if payment is not None else ():
            blocks.append(Section(_("Needs")))
            blocks += [
                Row(((name, "bad" if name in record.threats else ""),), (), f"service:{name}") for name in needed
            ]
        return blocks

    def _rolled(self, record: Payday) -> list[Run]:
        """Why it is not the planned day."""
        if record.planned_day == record.day:
            return []
        planned = self.desk.format.day(date.fromisoformat(record.planned_day))
        told = _("planned for {day}, when banks do not work").format(day=planned)
        return [(f"  {told}", "quiet")]

    def _stages(self, record: Payday) -> list[Block]:
        if not record.stages:
            return [Section(_("Stages")), Row(((_("None is named in the configuration."), "quiet"),))]
        width = max(LABEL_WIDTH, max(len(stage.name) for stage in record.stages) + 2)
        return [Section(_("Stages")), *(self._stage(stage, width) for stage in record.stages)]

    def _stage(self, stage: StageStanding, width: int) -> Fact:
        form, role = self.desk.format, ROLES[stage.state]
        words = f"{sign_of(form.glyphs, stage.state)} {stage_words(form, stage)}"
        is_open = stage.state in (StageState.AHEAD, StageState.RUNNING) and stage.starts_ms is not None
        limit = ""
        if is_open and stage.due_ms:
            is_same_day = tallinn(stage.due_ms).date() == tallinn(stage.step_ms).date()
            limit = _("by {time}").format(
                time=form.time(stage.due_ms) if is_same_day else form.full_moment(stage.due_ms)
            )
        return Fact(stage.name, ((words, role), (f"  {limit}" if limit else "", "quiet")), label_width=width)


def _rule_words(rule: RollRule) -> str:
    """Where a pay-day goes that is no banking day."""
    return {
        RollRule.PREVIOUS: _("the banking day before"),
        RollRule.NEXT: _("the next banking day"),
        RollRule.NEXT_WITHIN_2: _("the next banking day within two working days, else the one before"),
    }[rule]


SCREEN = PaydaysScreen

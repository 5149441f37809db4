"""What the person plans or fears about a service: maintenance, and that an outage may be a cyber incident."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from data.incident import OwnPlan
from data.language import N_, _
from data.store.operations import CYBER, PLAN, PLAN_ENDED
from tui.incident_actions import IncidentActions
from tui.panes.base import fault_code

if TYPE_CHECKING:
    from tui.screens.plan_dialog import Planning


class PlanActions(IncidentActions):
    """Keys of the screen that shows one service."""

    _typed: dict[str, tuple[str, ...]]
    """What was typed of a plan and not written down, by the service."""
    PLAN_KEYS: ClassVar[list[BindingType]] = [
        Binding(
            "h",
            "plan",
            N_("plan maintenance"),
            show=False,
            id="incident.plan",
            tooltip=N_("Plan maintenance, or end what is planned"),
        ),
        Binding(
            "c",
            "cyber",
            N_("cyber incident?"),
            show=False,
            id="incident.cyber",
            tooltip=N_("The outage may be a cyber incident: start the clock of 24 hours"),
        ),
    ]

    def action_plan(self) -> None:
        """Asks from when until when the service is worked on."""
        if self.service_name:
            task = partial(self._read_plans, self.service_name)
            self.run_worker(task, thread=True, group="read.plans", exclusive=True, exit_on_error=False)

    def _read_plans(self, service: str) -> None:
        try:
            plans = self.desk.reader.plans(service)
        except Exception as fault:  # shown to the person, who decides what to do
            self.app.call_from_thread(self._say_fault, fault_code(fault))
            return
        self.app.call_from_thread(self._ask_plan, service, next(iter(plans), None))

    def _ask_plan(self, service: str, known: OwnPlan | None) -> None:
        from tui.screens.plan_dialog import PlanDialog

        dialog = PlanDialog(self.desk.format, service, known, self._left().get(service, ()))
        self.app.push_screen(dialog, partial(self._planned, service))

    def _left(self) -> dict[str, tuple[str, ...]]:
        if not hasattr(self, "_typed"):
            self._typed = {}
        return self._typed

    def _planned(self, service: str, planning: Planning | None) -> None:
        self._left().pop(service, None)
        if planning is None:
            return
        if planning.kept:
            self._left()[service] = planning.kept
            return
        if planning.ended is not None:
            body = {"operation": planning.ended.id, "at_ms": self.desk.format.now_ms()}
            self._write(PLAN_ENDED, service, body, _("The planned maintenance is ended. z takes that back."))
            return
        told = {"service": service, "start_ms": planning.start_ms, "end_ms": planning.end_ms, "text": planning.text}
        self._write(PLAN, service, told, _("The maintenance is planned. z takes it back."))

    def action_cyber(self) -> None:
        """Starts the clock by which a significant cyber incident must be reported; the desk decides nothing."""
        incident = self.incident
        if incident is None or incident.restored_ms is not None:
            self._say_none()
        elif incident.cyber_ms is not None:
            self._say(_("The clock runs already: ask the head of information security."))
        else:
            words = _("The clock of 24 hours runs: ask the head of information security. z takes it back.")
            self._write(CYBER, incident.service, {"incident": incident.id}, words)

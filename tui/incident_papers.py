"""Texts that the person takes from an outage to other places: for a ticket, and for the talk after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from data.clock import tallinn
from data.incident import Channel, Incident
from data.language import N_, _
from tui.downloads import save_download
from tui.panes.base import fault_code
from tui.ticket_creation import TicketCreation

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.model import ServiceDetail
    from data.rules.notice import Draft
    from tui.screens.writing import Leaving

    Making = Callable[[Incident, ServiceDetail | None, str], Draft]


class IncidentPapers(TicketCreation):
    """Keys of the screen that shows one service; it gives `service_name` and `incident`."""

    PAPER_KEYS: ClassVar[list[BindingType]] = [
        Binding("t", "ticket_text", N_("ticket"), id="incident.ticket", tooltip=N_("The text of a ticket, with proof")),
        Binding(
            "p",
            "post_mortem",
            N_("post-mortem"),
            show=False,
            id="incident.post_mortem",
            tooltip=N_("The skeleton of a post-mortem, with times and figures"),
        ),
    ]

    @property
    def incident(self) -> Incident | None:
        """The outage of the service that goes on, or the last one; None where it had none."""
        raise NotImplementedError

    def action_ticket_text(self) -> None:
        """Opens the text of a ticket about the outage."""
        from data.rules.ticket_text import ticket_text

        now_ms = self.desk.format.now_ms()
        self._begin(
            _("Text of a ticket"),
            _("ticket"),
            lambda one, detail, hurt: ticket_text(one, detail, hurt, now_ms, self.desk.reader.paydays()),
            is_ticket=self.desk.config.jira is not None,
        )

    def action_post_mortem(self) -> None:
        """Opens the skeleton of a post-mortem."""
        from data.rules.post_mortem import post_mortem

        self._begin(_("Post-mortem"), _("post-mortem"), lambda one, _detail, hurt: post_mortem(one, hurt))

    def _begin(self, headline: str, file_name: str, make: Making, *, is_ticket: bool = False) -> None:
        incident = self.incident
        if incident is None:
            self._warn(_("Nothing is broken here that could be told of. d declares an outage."))
            return
        task = partial(self._make, incident, headline, file_name, make, is_ticket)
        self.run_worker(task, thread=True, group="read.paper", exclusive=True, exit_on_error=False)

    def _make(self, incident: Incident, headline: str, file_name: str, make: Making, is_ticket: bool) -> None:
        try:
            detail = self.desk.reader.service(incident.service)
            impact = next((each.impact for each in self.desk.config.check if each.name == incident.service), "")
            made = make(incident, detail, impact)
        except Exception as fault:  # shown to the person, who decides what to do
            words = _("It could not be read ({code}). Run: peakasutaja doctor").format(code=fault_code(fault))
            self.app.call_from_thread(self._warn, words)
            return
        named = f"{file_name}-{incident.service}-{tallinn(incident.started_ms):%Y-%m-%d}.md"
        self.app.call_from_thread(self._write_paper, f"{headline}: {incident.service}", made, named, is_ticket)

    def _write_paper(self, headline: str, made: Draft, file_name: str, is_ticket: bool) -> None:
        from tui.screens.writing import TicketWriting, Writing

        kind = TicketWriting if is_ticket else Writing
        self.app.push_screen(kind(self.desk.format.glyphs, headline, made), partial(self._take, file_name))

    def _take(self, file_name: str, leaving: Leaving | None) -> None:
        if leaving is None:
            return
        if leaving.channel is Channel.TICKET:
            self.begin_ticket(leaving.title, leaving.text)
            return
        if leaving.channel is Channel.COPIED:
            self.app.copy_to_clipboard(f"{leaving.title}\n\n{leaving.text}")
            self.notify(_("Copied."), timeout=6, markup=False)
            return
        self.run_worker(partial(self._save, file_name, leaving.text), thread=True, exit_on_error=False)

    def _save(self, file_name: str, text: str) -> None:
        try:
            words, is_saved = _("Saved: {file}.").format(file=save_download(file_name, text.encode())), True
        except OSError as fault:
            words, is_saved = _("It could not be saved ({code}).").format(code=type(fault).__name__), False
        self.app.call_from_thread(
            self.notify, words, severity="information" if is_saved else "error", timeout=10, markup=False
        )

    def _warn(self, words: str) -> None:
        self.notify(words, severity="warning", timeout=6, markup=False)

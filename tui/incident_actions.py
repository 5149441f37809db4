"""What the person does about an outage from the services: take note, tell, write down what was done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.message_pump import MessagePump

from data.incident import Channel, Incident, Stage
from data.language import N_, _
from data.store.operations import ACKNOWLEDGE, ANSWER, DECLARE, DRAFT, MEASURE, NOTICE, RESTORED, TOLD
from tui.downloads import save_download
from tui.incident_words import stage_word
from tui.notes import NoteTaking
from tui.panes.base import fault_code

if TYPE_CHECKING:
    from data.config import Config
    from data.rules.contacts import Recipient
    from data.rules.notice import Draft
    from tui.screens.base import DeskScreen
    from tui.screens.writing import Leaving

    Base = DeskScreen
else:
    Base = MessagePump


class Written(Message):
    """Something was written into the desk's own file."""

    def __init__(self, operation_id: str, subject: str, words: str, *, can_undo: bool) -> None:
        super().__init__()
        self.operation_id = operation_id
        self.subject = subject
        self.words = words
        self.can_undo = can_undo


class IncidentActions(Base):
    """Keys of the screen that shows one service; it gives `service_name` and `incident`."""

    INCIDENT_KEYS: ClassVar[list[BindingType]] = [
        Binding("n", "notice", N_("notice"), id="incident.notice", tooltip=N_("Tell the service manager")),
        Binding("u", "update", N_("update"), id="incident.update", tooltip=N_("Tell how it goes on, or its end")),
        Binding("a", "acknowledge", N_("note"), id="incident.acknowledge", tooltip=N_("Take note of the outage")),
        Binding(
            "m", "measure", N_("measure"), id="incident.measure", tooltip=N_("Write down what was done, or is planned")
        ),
        Binding(
            "v", "answer", N_("answer"), show=False, id="incident.answer", tooltip=N_("Write down what was answered")
        ),
        Binding(
            "s",
            "told",
            N_("was sent"),
            show=False,
            id="incident.told",
            tooltip=N_("You have sent the notice yourself"),
        ),
        Binding(
            "d",
            "declare",
            N_("declare"),
            show=False,
            id="incident.declare",
            tooltip=N_("Declare an outage that no check shows, or end one"),
        ),
        Binding("z", "app.undo", N_("undo"), show=False, id="incident.undo", tooltip=N_("Take the last one back")),
    ]

    @property
    def service_name(self) -> str:
        """Of the service that is looked at; empty for none."""
        raise NotImplementedError

    @property
    def incident(self) -> Incident | None:
        """Its outage that goes on, or the last one; None where it had none."""
        raise NotImplementedError

    # Telling

    def action_notice(self) -> None:
        """Opens the first notice; where one has left already, the next."""
        self.tell(self.service_name)

    def action_update(self) -> None:
        """Opens the next notice."""
        self.tell(self.service_name)

    def tell(self, service: str) -> None:
        """Opens the notice that is due of the outage of `service`."""
        task = partial(self._prepare, service)
        self.run_worker(task, thread=True, group="read.notice", exclusive=True, exit_on_error=False)

    def _prepare(self, service: str) -> None:
        # Imported here: the first picture does not need it.
        from data.rules.contacts import recipients
        from data.rules.notice import draft

        desk, config = self.desk, self.desk.config
        try:
            incident = next((each for each in desk.reader.incidents() if each.service == service), None)
            if incident is None:
                self.app.call_from_thread(self._say_none)
                return
            stage = _due_stage(incident)
            services, kept = desk.reader.services(), desk.reader.draft(incident.id, stage)
            paydays = desk.reader.paydays()
        except Exception as fault:  # shown to the person, who decides what to do
            self.app.call_from_thread(self._say_fault, fault_code(fault))
            return
        impact = next((each.impact for each in config.check if each.name == incident.service), "")
        actor = desk.records.actor if desk.records else ""
        made = kept or draft(incident, stage, services, impact, actor, desk.format.now_ms(), paydays)
        to = recipients(incident.service, config.contact, config.substitution, desk.format.today())
        self.app.call_from_thread(self._edit, incident, stage, to, made)

    def _edit(self, incident: Incident, stage: Stage, to: tuple[Recipient, ...], made: Draft) -> None:
        from tui.screens.notice import NoticeEditor

        editor = NoticeEditor(
            self.desk.format.glyphs,
            f"{stage_word(stage)}: {incident.service}",
            to,
            made,
            partial(self._keep_draft, incident, stage),
            can_mail=self.desk.config.mail is not None,
        )
        self.app.push_screen(editor, partial(self._leave, incident, stage, to))

    def _keep_draft(self, incident: Incident, stage: Stage, written: Draft) -> None:
        body = {"incident": incident.id, "stage": stage.value, "title": written.title, "text": written.text}
        self._write(DRAFT, incident.service, body, "")

    def _leave(self, incident: Incident, stage: Stage, to: tuple[Recipient, ...], leaving: Leaving | None) -> None:
        if leaving is None:
            return
        body = {
            "incident": incident.id,
            "stage": stage.value,
            "to": [[each.contact.name, each.contact.email] for each in to],
            "title": leaving.title,
            "text": leaving.text,
            "channel": leaving.channel.value,
        }
        names = ", ".join(each.contact.name for each in to)
        if leaving.channel is Channel.EMAIL:
            words = _("The notice leaves in a moment, to {names}. z takes it back.").format(names=names)
        elif leaving.channel is Channel.COPIED:
            self.app.copy_to_clipboard(f"{leaving.title}\n\n{leaving.text}")
            words = _("Copied. Press s here once you have sent it.")
        else:
            words = _("Press s here once you have sent it.")
        self._write(NOTICE, incident.service, body, words, file=leaving.channel is Channel.DRAFT)

    def action_told(self) -> None:
        """Writes that the last notice has been sent by other means."""
        waiting = [each for each in (self.incident.notices if self.incident else ()) if each.told_ms is None]
        if not waiting:
            self._say(_("No notice waits to be sent by you."))
            return
        self._write(TOLD, self.service_name, {"operation": waiting[-1].id}, _("Noted as sent. z takes it back."))

    # Writing down

    def action_acknowledge(self) -> None:
        """Takes note of the outage."""
        incident = self.incident
        if incident is None or incident.acknowledged_ms is not None:
            self._say_none()
            return
        body = {"attention": f"service_down:{incident.id}"}
        words = _("Noted: {name}. z takes it back.").format(name=incident.service)
        self._write(ACKNOWLEDGE, incident.service, body, words)

    def action_plan(self) -> None:
        """Asks from when until when the service is worked on."""
        raise NotImplementedError

    def action_measure(self) -> None:
        """Asks for what was done about the outage; where none goes on, what is planned."""
        if self.incident is None or self.incident.restored_ms is not None:
            self.action_plan()
            return
        self._ask(MEASURE, _("What was done?"), _("Written down. z takes it back."))

    def action_answer(self) -> None:
        """Asks for what was answered."""
        self._ask(ANSWER, _("What was answered, and by whom?"), _("Written down. z takes it back."))

    def _ask(self, kind: str, question: str, words: str) -> None:
        from tui.screens.line_dialog import LineDialog

        incident = self.incident
        if incident is None:
            self._say_none()
            return

        def answered(text: str | None) -> None:
            if text:
                self._write(kind, incident.service, {"incident": incident.id, "text": text}, words)

        self.app.push_screen(LineDialog(self.desk.format.glyphs, question, incident.service), answered)

    def action_declare(self) -> None:
        """Declares an outage, or ends the one that was declared."""
        from tui.screens.line_dialog import LineDialog

        name, now_ms, open_one = self.service_name, self.desk.format.now_ms(), self.incident
        if open_one is not None and open_one.is_declared and open_one.restored_ms is None:
            body: dict[str, Any] = {"incident": open_one.id, "at_ms": now_ms}
            self._write(RESTORED, name, body, _("The outage is over. z takes it back."))
        elif open_one is not None and open_one.restored_ms is None:
            self._say(_("The checks show this outage already."))
        elif name:

            def answered(text: str | None) -> None:
                if text:
                    body = {"service": name, "started_ms": now_ms, "text": text}
                    self._write(DECLARE, name, body, _("The outage is declared. z takes it back."))

            self.app.push_screen(LineDialog(self.desk.format.glyphs, _("What does not work?"), name), answered)

    # How it is written

    def _write(self, kind: str, subject: str, body: dict[str, Any], words: str, *, file: bool = False) -> None:
        task = partial(self._write_down, kind, subject, body, words, file)
        self.run_worker(task, thread=True, group="write.incident", exit_on_error=False)

    def _write_down(self, kind: str, subject: str, body: dict[str, Any], words: str, is_file: bool) -> None:
        records = self.desk.records
        if records is None:
            self.app.call_from_thread(self._say, _("Nothing can be noted here: the desk's own file is not open."))
            return
        try:
            operation_id = records.record(kind, subject, body)
            if is_file:
                words = f"{_save_draft(self.desk.config, operation_id, self.desk.format.now_ms(), body)} {words}"
        except OSError as fault:
            self.app.call_from_thread(self._say_fault, type(fault).__name__)
            return
        except Exception as fault:  # shown to the person, who decides what to do
            self.app.call_from_thread(self._say_fault, fault_code(fault))
            return
        self.post_message(Written(operation_id, subject, words, can_undo=kind != DRAFT))

    def on_written(self, event: Written) -> None:
        """Says so, and offers to take it back."""
        event.stop()
        told = self.app
        assert isinstance(told, NoteTaking)
        told.written((event.operation_id,), event.words, subject=event.subject, can_undo=event.can_undo)

    def _say_none(self) -> None:
        self._say(_("Nothing is broken here that could be told of. d declares an outage."))

    def _say(self, words: str) -> None:
        self.notify(words, severity="warning", timeout=6, markup=False)

    def _say_fault(self, code: str) -> None:
        words = _("It could not be written down ({code}). Run: peakasutaja doctor").format(code=code)
        self.notify(words, severity="error", timeout=10, markup=False)


def _due_stage(incident: Incident) -> Stage:
    """Which notice comes next."""
    if incident.told_ms is None and not incident.notices:
        return Stage.FIRST
    return Stage.UPDATE if incident.restored_ms is None else Stage.RESTORED


def _save_draft(config: Config, operation_id: str, at_ms: int, body: dict[str, Any]) -> str:
    """Writes the file that a mail program opens, and says where; raises OSError."""
    from data.mail import draft_file

    to = [(name, address) for name, address in body["to"]]
    content = draft_file(config.mail, operation_id, at_ms, to, body["title"], body["text"])
    return _("Saved: {file}.").format(file=save_download(f"peakasutaja-{operation_id}.eml", content))

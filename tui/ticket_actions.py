"""What the person does to the ticket that is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from data.action import Comment, Edit, FieldEdit, Move, Shape, Value, Watch, Work, decoded_fields
from data.language import N_, _
from data.model import Ticket
from data.ticket_meta import FieldMeta, ProjectMeta, Way
from tui.acting import Deed
from tui.format import title_of
from tui.preparing import Preparing
from tui.screens.dialog import Choice, ChoiceDialog
from tui.screens.field_form import FieldForm
from tui.screens.pick_dialog import PickDialog

EDITED = ("summary", "description", "priority", "assignee", "duedate", "labels", "components", "fixVersions")
"""The fields that an edit offers, in this order, as far as Jira has them on the ticket's screen."""
_PLAIN = {
    "summary": Shape.TEXT,
    "description": Shape.TEXT,
    "assignee": Shape.USER,
    "duedate": Shape.DAY,
    "labels": Shape.LABELS,
}
"""What can be edited while nothing is known of the screens: nothing that needs Jira's own choices."""
COMMENT = "comment"


class TicketActions(Preparing):
    """Keys of the screen that shows one ticket; it gives `ticket`."""

    KEYS: ClassVar[list[BindingType]] = [
        Binding("c", "comment", N_("comment"), id="ticket.comment", tooltip=N_("Add a comment")),
        Binding("t", "move", N_("state"), id="ticket.move", tooltip=N_("Change the state")),
        Binding("e", "edit", N_("edit"), id="ticket.edit", tooltip=N_("Change fields of the ticket")),
        Binding("m", "assign", N_("assign"), id="ticket.assign", tooltip=N_("Say who works on it")),
        Binding("w", "watch", N_("watch"), show=False, id="ticket.watch", tooltip=N_("Follow it, or no longer")),
    ]

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that is looked at."""
        raise NotImplementedError

    # Words

    def action_comment(self) -> None:
        """Opens a comment; what was typed before is still there."""
        if (ticket := self.chosen_ticket()) is not None:
            self.prepare(
                partial(self.desk.reader.meta.project, ticket.row.project),
                lambda project: self.write_comment(ticket, can_be_internal=project.is_desk),
            )

    def write_comment(self, ticket: Ticket, lost: Comment | None = None, *, can_be_internal: bool) -> None:
        """Opens a comment on `ticket`; `lost` is one that could not be written down."""
        from tui.screens.comment_dialog import CommentDialog

        about = f"comment:{ticket.row.id}"
        text = lost.text if lost else self.desk.acts.stored.drafts.get(about, "")
        dialog = CommentDialog(
            self.desk.format.glyphs,
            subject_of(ticket),
            text,
            partial(self.acting.jot, about),
            is_internal=lost.is_internal if lost else can_be_internal,
            can_be_internal=can_be_internal,
        )

        def said(comment: Comment | None) -> None:
            if comment is not None:
                self.acting.jot(about, "")
                words = _("The comment leaves in a moment: {key}. u takes it back.")
                again = partial(self.write_comment, ticket, comment, can_be_internal=can_be_internal)
                self.do_to(ticket, comment, words, again)

        self.app.push_screen(dialog, said)

    # State

    def action_move(self) -> None:
        """Offers where the ticket can go from here."""
        if (ticket := self.chosen_ticket()) is not None:
            meta, row = self.desk.reader.meta, ticket.row
            self.prepare(lambda: (meta.ways(row.id), meta.project(row.project)), partial(self._choose_way, ticket))

    def _choose_way(self, ticket: Ticket, read: tuple[Sequence[Way], ProjectMeta]) -> None:
        ways, project = read
        if not ways:
            words = _("It is not known yet where this ticket can go. It is asked at the next look at Jira; try again.")
            self.notify(words, severity="warning", timeout=8, markup=False)
            return
        choices = [Choice(each.transition.id, each.status.word, each.transition.word) for each in ways]
        dialog = ChoiceDialog(self.desk.format.glyphs, _("New state"), choices, advice=subject_of(ticket))

        def chosen(transition: str | None) -> None:
            way = next((each for each in ways if each.transition.id == transition), None)
            if way is not None:
                self._fill_screen(ticket, way, is_internal=project.is_desk)

        self.app.push_screen(dialog, chosen)

    def _fill_screen(self, ticket: Ticket, way: Way, *, is_internal: bool) -> None:
        """Asks for what the transition's screen has, where something in it must be filled in."""
        metas = [each for each in way.fields if each.shape is not None and each.field != COMMENT]
        if not any(each.is_required for each in way.fields):
            self._move(ticket, way, (), is_internal=is_internal)
            return
        if any(each.field == COMMENT for each in way.fields):
            is_required = any(each.is_required for each in way.fields if each.field == COMMENT)
            metas.append(FieldMeta(COMMENT, _("Comment"), Shape.TEXT, is_required))
        form = FieldForm(self.desk, way.status.word, subject_of(ticket), metas, {})

        def filled(edits: tuple[FieldEdit, ...] | None) -> None:
            if edits is not None:
                self._move(ticket, way, edits, is_internal=is_internal)

        self.app.push_screen(form, filled)

    def _move(self, ticket: Ticket, way: Way, edits: tuple[FieldEdit, ...], *, is_internal: bool) -> None:
        said = next((each.after[0].word for each in edits if each.field == COMMENT), "")
        fields = tuple(each for each in edits if each.field != COMMENT)
        words = _("The state changes in a moment: {key}. u takes it back.")
        self.do_to(ticket, Move(way.status, way.transition, fields, said, is_internal), words)

    # Fields

    def action_edit(self) -> None:
        """Opens the fields of the ticket."""
        if (ticket := self.chosen_ticket()) is not None:
            meta, ticket_id = self.desk.reader.meta, ticket.row.id
            self.prepare(lambda: (meta.fields(ticket_id), meta.values(ticket_id)), partial(self._edit, ticket))

    def _edit(self, ticket: Ticket, read: tuple[Sequence[FieldMeta], dict[str, tuple[Value, ...]]]) -> None:
        known, values = {each.field: each for each in read[0]}, read[1]
        offered = [known.get(each) or _plain(each) for each in EDITED]
        metas = [each for each in offered if each is not None]
        about = f"edit:{ticket.row.id}"
        draft = decoded_fields(json.loads(self.desk.acts.stored.drafts.get(about, "[]")))

        def keep(edits: Sequence[FieldEdit]) -> None:
            self.acting.jot(about, json.dumps(edits) if edits else "")

        def filled(edits: tuple[FieldEdit, ...] | None) -> None:
            if edits is not None:
                keep(())
            if edits:
                self.do_to(ticket, Edit(edits), _("The change leaves in a moment: {key}. u takes it back."))

        self.app.push_screen(FieldForm(self.desk, _("Change"), subject_of(ticket), metas, values, draft, keep), filled)

    def action_assign(self) -> None:
        """Asks who shall work on the ticket."""
        if (ticket := self.chosen_ticket()) is None:
            return
        before = (Value("", ticket.row.assignee),) if ticket.row.assignee else ()
        dialog = PickDialog(
            self.desk.format.glyphs,
            _("Who works on it?"),
            self.desk.reader.meta.people,
            before,
            subject=subject_of(ticket),
            can_be_empty=True,
        )

        def chosen(who: tuple[Value, ...] | None) -> None:
            if who is not None and who != before:
                edit = FieldEdit("assignee", Shape.USER, before, who)
                words = _("The ticket is assigned in a moment: {key}. u takes it back.")
                self.do_to(ticket, Edit((edit,)), words)

        self.app.push_screen(dialog, chosen)

    def action_watch(self) -> None:
        """Asks whether to follow the ticket."""
        if (ticket := self.chosen_ticket()) is None:
            return
        choices = [Choice("on", _("Follow it: Jira sends mail of every change")), Choice("", _("Follow it no longer"))]

        def chosen(answer: str | None) -> None:
            if answer is not None:
                self.do_to(ticket, Watch(bool(answer)), _("Jira hears of it in a moment: {key}. u takes it back."))

        dialog = ChoiceDialog(self.desk.format.glyphs, _("Watching"), choices, advice=subject_of(ticket))
        self.app.push_screen(dialog, chosen)

    # How it is done

    def do_to(self, ticket: Ticket, work: Work, words: str, again: Callable[[], object] | None = None) -> None:
        """Does `work` to a ticket; `words` are said once it is on the disk."""
        row = ticket.row
        self.acting.act([Deed(row.id, row.key, work)], words.format(key=row.key), row.key, again=again)

    def chosen_ticket(self) -> Ticket | None:
        """The ticket under the cursor; where there is none, says so."""
        if self.ticket is None:
            self.notify(_("No ticket is open here."), severity="warning", timeout=4, markup=False)
        return self.ticket


def subject_of(ticket: Ticket) -> str:
    """Key and title, as a dialog names the ticket."""
    return f"{ticket.row.key}  {title_of(ticket.row.summary)}"


def _plain(field: str) -> FieldMeta | None:
    shape = _PLAIN.get(field)
    return FieldMeta(field, "", shape, is_required=field == "summary") if shape else None

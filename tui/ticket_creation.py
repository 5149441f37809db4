"""Making a new ticket: project, type, and the fields that Jira wants; begun from nothing, or from an outage's proof."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from data.action import Create, FieldEdit, Shape, Value, decoded_fields
from data.language import N_, _
from data.ticket_meta import TicketType
from tui.acting import Deed
from tui.preparing import Preparing
from tui.screens.dialog import Choice, ChoiceDialog
from tui.screens.field_form import FieldForm

_GIVEN = ("project", "issuetype")
"""Fields that are chosen before the form opens."""
_ABOUT = "create"
"""What a draft of a new ticket is kept under."""


class TicketCreation(Preparing):
    """A screen from which a ticket can be made."""

    CREATION_KEYS: ClassVar[list[BindingType]] = [
        Binding("n", "create", N_("new ticket"), id="ticket.create", tooltip=N_("Make a new ticket")),
    ]

    def action_create(self) -> None:
        """Begins a new ticket."""
        self.begin_ticket()

    def begin_ticket(self, summary: str = "", description: str = "") -> None:
        """Asks in which project, of which type, and for the fields; `summary` and `description` are in already."""
        begun = tuple(_text(*each) for each in (("summary", summary), ("description", description)) if each[1])
        self.prepare(self.desk.reader.meta.projects, partial(self._choose_project, begun))

    def _choose_project(self, begun: Sequence[FieldEdit], projects: Sequence[str]) -> None:
        if not projects:
            words = _("It is not known yet what Jira wants of a new ticket. It is asked at the next look; try again.")
            self.notify(words, severity="warning", timeout=8, markup=False)
            return
        if len(projects) == 1:
            self._with_project(begun, projects[0])
            return
        order = [each for each in self._configured if each in projects] or list(projects)
        dialog = ChoiceDialog(self.desk.format.glyphs, _("New ticket"), [Choice(each, each) for each in order])
        self.app.push_screen(dialog, lambda project: self._with_project(begun, project))

    @property
    def _configured(self) -> Sequence[str]:
        return self.desk.config.jira.projects if self.desk.config.jira else ()

    def _with_project(self, begun: Sequence[FieldEdit], project: str | None) -> None:
        if project is not None:
            read = partial(self.desk.reader.meta.types, project)
            self.prepare(read, partial(self._choose_type, begun, project))

    def _choose_type(self, begun: Sequence[FieldEdit], project: str, types: Sequence[TicketType]) -> None:
        choices = [Choice(each.type.id, each.type.word) for each in types]
        dialog = ChoiceDialog(self.desk.format.glyphs, _("New ticket"), choices, advice=project)

        def chosen(type_id: str | None) -> None:
            found = next((each for each in types if each.type.id == type_id), None)
            if found is not None:
                self._fill(begun, project, found)

        self.app.push_screen(dialog, chosen)

    def _fill(self, begun: Sequence[FieldEdit], project: str, kind: TicketType) -> None:
        metas = sorted(
            (each for each in kind.fields if each.field not in _GIVEN), key=lambda each: not each.is_required
        )
        drafts = self.desk.acts.stored.drafts
        draft = begun or decoded_fields(json.loads(drafts.get(_ABOUT, "[]")))

        def keep(edits: Sequence[FieldEdit]) -> None:
            self.acting.jot(_ABOUT, json.dumps(edits) if edits else "")

        def filled(edits: tuple[FieldEdit, ...] | None) -> None:
            if edits is None:
                return
            keep(())
            create = Create(project, kind.type, edits)
            words = _("The ticket is made in a moment: {summary}. u takes it back.").format(summary=create.summary)
            again = partial(self._fill, edits, project, kind)
            self.acting.act([Deed(0, project, create)], words, create.summary, again=again)

        title = f"{_('New ticket')}: {kind.type.word}"
        self.app.push_screen(FieldForm(self.desk, title, project, metas, {}, draft, keep), filled)


def _text(field: str, words: str) -> FieldEdit:
    return FieldEdit(field, Shape.TEXT, (), (Value("", words),))

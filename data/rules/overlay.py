"""A ticket as it will be once what the person has done to it has reached Jira."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from data.action import Action, ActionState, Edit, FieldEdit, Move, OpenedTicket, Shape, Value
from data.model import Pending, Ticket, TicketRow


def is_ahead(action: Action, updated_ms: int) -> bool:
    """Whether a ticket held as of `updated_ms` lacks what the action does, or did, to it."""
    if action.state is ActionState.SENT:
        return action.seen_ms > updated_ms
    return action.state in (ActionState.WAITING, ActionState.SENDING)


def pending(actions: Iterable[Action], updated_ms: int, saving: Container[str] = ()) -> Pending:
    """How far a ticket's own actions have come, the one that needs the person first; `saving` are not on disk yet."""
    found = Pending.NONE
    for action in actions:
        if action.state.needs_person:
            return Pending.PROBLEM
        if is_ahead(action, updated_ms):
            found = Pending.SAVING if action.id in saving else found if found is Pending.SAVING else Pending.WAITING
    return found


def overlaid_row(row: TicketRow, actions: Sequence[Action], saving: Container[str] = ()) -> TicketRow:
    """The row with what `actions`, those of its ticket in their order, make of it."""
    state = pending(actions, row.updated_ms, saving)
    if state is Pending.NONE:
        return row
    for action in actions:
        if not is_ahead(action, row.updated_ms):
            continue
        match action.work:
            case Move(status=status):
                row = row._replace(status_name=status.word)
            case Edit(fields=fields):
                for edit in fields:
                    row = _edited(row, edit)
    return row._replace(pending=state)


def _edited(row: TicketRow, edit: FieldEdit) -> TicketRow:
    word = edit.after[0].word if edit.after else ""
    match edit.field:
        case "summary":
            return row._replace(summary=word)
        case "assignee":
            return row._replace(assignee=word)
        case "priority":
            return row._replace(priority_name=word)
        case "duedate":
            return row._replace(due_day=word)
    return row


def overlaid(ticket: Ticket, actions: Sequence[Action], saving: Container[str] = ()) -> OpenedTicket:
    """The ticket opened, with what `actions` make of it."""
    updated_ms = ticket.row.updated_ms
    shown = tuple(each for each in actions if each.state.needs_person or is_ahead(each, updated_ms))
    for action in shown:
        if isinstance(action.work, Edit) and is_ahead(action, updated_ms):
            for edit in action.work.fields:
                ticket = _changed(ticket, edit)
    return OpenedTicket(ticket._replace(row=overlaid_row(ticket.row, actions, saving)), shown)


def _changed(ticket: Ticket, edit: FieldEdit) -> Ticket:
    words = tuple(each.word for each in edit.after)
    match edit.field:
        case "description":
            return ticket._replace(description=words[0] if words else "")
        case "labels":
            return ticket._replace(labels=words)
        case "components":
            return ticket._replace(components=words)
        case "fixVersions":
            return ticket._replace(fix_versions=words)
    return ticket


def text_edit(field: str, before: str, after: str) -> FieldEdit:
    """A change of a text."""
    return FieldEdit(field, Shape.TEXT, _text(before), _text(after))


def _text(word: str) -> tuple[Value, ...]:
    return (Value("", word),) if word else ()
